import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-bedrock';
import { App, Stack } from 'aws-cdk-lib';
import type { Operation } from '../../../lambda/reconcile/kinds';
import { SimulatedAccount } from '../../../local/aws-simulator/account';
import { CloudFormation, type TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { InProcessBedrock } from '../../../local/aws-simulator/in-process-bedrock';
import { FunctionKilled } from '../../../local/aws-simulator/killed-invocation';
import type { SubjectDependencies, SubjectFactory } from '../subject';
import { HandWrittenProvider } from './stack';

interface ProviderAssembly {
  readonly assembly: string;
  readonly template: TemplateResources;
  /** As in the template, unresolved. */
  readonly serviceToken: unknown;
}

let synthesized: ProviderAssembly | undefined;

/**
 * The hand-written handler on CDK's `Provider` framework, from a synthesized stack: the framework's own functions and
 * waiter, and the bundled handler. Only the AWS SDK's clients and `https` are replaced, by ones that call the
 * environment.
 */
export const providerSubject: SubjectFactory = async (dependencies) => {
  const { time, random, invocation, log } = dependencies;
  const { assembly, template, serviceToken } = (synthesized ??= synthesize());
  const account: SimulatedAccount = await SimulatedAccount.open({
    time,
    assembly,
    endpoints: {},
    respond: () => Promise.reject(new Error('the framework answers with https')),
    log,
    invocation,
    random: () => random.draw(),
    modules: (die) => ({
      '@aws-sdk/client-bedrock': Object.create(sdk, {
        BedrockClient: { value: bedrockClient(dependencies, die) },
      }) as unknown,
      ...framework,
    }),
  });
  const framework = {
    '@aws-sdk/client-lambda': lambdaClient(dependencies, account),
    '@aws-sdk/client-sfn': stepFunctionsClient(dependencies, account),
    'https': https(dependencies),
  };
  // deploying it takes no virtual time
  const stack = new CloudFormation(time, () => undefined, { uuid: random.uuid, provisioner: account }).stack(
    'Provider',
  );
  await stack.create(template);
  const functionArn = String(stack.resolve(serviceToken));
  const [stateMachine] = account.stateMachines.values();
  return {
    ...(stateMachine && { stateMachine }),
    invoke: (request) => account.invoke(functionArn, request),
    close: () => account.close(),
  };
};

/**
 * The same, whose functions are never killed. The framework takes a killed function for the end of the request, and
 * polls so often that one is killed in nearly every life.
 */
export const neverKilledProviderSubject: SubjectFactory = (dependencies) =>
  providerSubject({
    ...dependencies,
    death: (operation) => {
      dependencies.death(operation); // injects the other faults of the call
      return undefined;
    },
    invocation: (run) => run(),
  });

function synthesize(): ProviderAssembly {
  const assembly = mkdtempSync(join(tmpdir(), 'storm-'));
  process.once('exit', () => {
    rmSync(assembly, { recursive: true, force: true });
  });
  const app = new App({ outdir: assembly });
  const stack = new Stack(app, 'Provider', { env: { account: '000000000000', region: 'us-east-1' } });
  const { serviceToken } = new HandWrittenProvider(stack, 'HandWritten', { externalModules: ['@aws-sdk/*'] });
  app.synth();
  const file = JSON.parse(readFileSync(join(assembly, stack.templateFile), 'utf8')) as {
    readonly Resources: TemplateResources;
  };
  return { assembly, template: file.Resources, serviceToken: stack.resolve(serviceToken) };
}

/** Bedrock's client without HTTP, whose calls may kill the function. */
function bedrockClient(
  { time, controlPlane, bedrockFaults, latency, death }: SubjectDependencies,
  die: () => void,
): typeof InProcessBedrock {
  return class extends InProcessBedrock {
    constructor({ maxAttempts }: { readonly maxAttempts?: number }) {
      super(controlPlane, bedrockFaults, time, latency, maxAttempts);
      const send = this.send.bind(this) as (command: object) => Promise<unknown>;
      this.send = (async (command: object): Promise<unknown> => {
        const when = death(command.constructor.name.replace(/Command$/, '') as Operation);
        if (when === undefined) {
          return send(command);
        }
        if (when === 'after') {
          await send(command).catch(() => undefined);
        }
        die();
        return new Promise(() => undefined);
      }) as typeof this.send;
    }
  } as unknown as typeof InProcessBedrock;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: a call succeeds even if the
 * function throws or is killed.
 */
function lambdaClient({ time, latency, invocation }: SubjectDependencies, account: SimulatedAccount): object {
  const bytes = (payload: unknown): Uint8Array => Buffer.from(JSON.stringify(payload));
  class Lambda {
    async invoke({
      FunctionName,
      Payload,
    }: {
      readonly FunctionName: string;
      readonly Payload: string;
    }): Promise<object> {
      await time.sleep(latency.there());
      const outcome = await invocation(() => account.invoke(FunctionName, JSON.parse(Payload))).then(
        (result) => ({ Payload: bytes(result) }),
        (error: unknown) => ({ FunctionError: 'Unhandled', Payload: bytes(described(error as Error)) }),
      );
      await time.sleep(latency.back());
      return { StatusCode: 200, ...outcome };
    }
  }
  return { Lambda, waitUntilFunctionActiveV2: () => Promise.resolve() };
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html: the stack trace without the frames of the
 * simulator.
 */
function described(error: Error): object {
  if (error instanceof FunctionKilled) {
    return { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' };
  }
  const [stack = ''] = error.stack?.split(/\n.*Sandbox\.invoke/) ?? [];
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: stack.replace(/[^\s(]*\/asset\.\w+\//g, '/var/task/').split('\n'),
  };
}

function stepFunctionsClient({ time, latency }: SubjectDependencies, account: SimulatedAccount): object {
  let executions = 0;
  class SFN {
    async startExecution({
      stateMachineArn,
      input,
    }: {
      readonly stateMachineArn: string;
      readonly input: string;
    }): Promise<void> {
      await time.sleep(latency.there());
      executions += 1; // unique, which random names need not be
      account.stateMachines.get(stateMachineArn)?.startExecution(String(executions), input);
      await time.sleep(latency.back());
    }
  }
  return { SFN };
}

/** The part of `https` with which the framework PUTs its answers. */
function https({ respond }: SubjectDependencies): object {
  interface Response {
    readonly statusCode: number;
    readonly resume: () => void;
  }
  return {
    request: (
      { hostname, path }: { readonly hostname: string; readonly path: string },
      onResponse: (response: Response) => void,
    ) => {
      let body = '';
      const request = Object.assign(new EventEmitter(), {
        write: (text: string) => {
          body += text;
        },
        end: () => {
          respond(`https://${hostname}${path}`, body).then(
            () => {
              onResponse({ statusCode: 200, resume: () => undefined });
            },
            (error: unknown) => {
              request.emit('error', error);
            },
          );
        },
      });
      return request;
    },
  };
}
