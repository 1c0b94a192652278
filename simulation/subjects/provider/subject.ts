import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-bedrock';
import { App, Stack } from 'aws-cdk-lib';
import type { Operation } from '../../../lambda/reconcile/trouble';
import { SimulatedAccount } from '../../../local/aws-simulator/account';
import { CloudFormation, type TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { InProcessBedrock } from '../../../local/aws-simulator/in-process-bedrock';
import { FunctionKilled } from '../../../local/aws-simulator/killed-invocation';
import type { Launch, Surroundings } from '../subject';
import { HandWrittenProvider } from './stack';

interface Synthesized {
  readonly assembly: string;
  readonly template: TemplateResources;
  /** As it is in the template. */
  readonly serviceToken: unknown;
}

let synthesized: Synthesized | undefined;

/**
 * The hand-written handler on CDK's `Provider` framework, all of it out of a synthesized stack: the framework's own
 * functions and waiter, and the bundled handler. Only the AWS SDK's clients and `https` are others, since they lead to
 * the sea.
 */
export const providerCraft: Launch = async (surroundings) => {
  const { time, chance, invocation, log } = surroundings;
  const { assembly, template, serviceToken } = (synthesized ??= synthesize());
  const account: SimulatedAccount = await SimulatedAccount.open({
    time,
    assembly,
    endpoints: {},
    respond: () => Promise.reject(new Error('nobody here fetches')),
    log,
    invocation,
    random: () => chance.draw(),
    modules: (die) => ({
      '@aws-sdk/client-bedrock': Object.create(sdk, {
        BedrockClient: { value: bedrockClient(surroundings, die) },
      }) as unknown,
      ...framework,
    }),
  });
  const framework = {
    '@aws-sdk/client-lambda': lambdaClient(surroundings, account),
    '@aws-sdk/client-sfn': stepFunctionsClient(surroundings, account),
    'https': https(surroundings),
  };
  // Nothing in it takes time.
  const stack = new CloudFormation(time, () => undefined, { uuid: chance.uuid, provisioner: account }).stack(
    'Provider',
  );
  await stack.create(template);
  const functionArn = String(stack.resolve(serviceToken));
  return {
    invoke: (request) => account.invoke(functionArn, request),
    close: () => account.close(),
  };
};

/**
 * The same, whose functions never die: the framework takes a death for the end, and polls so often that there is one in
 * nearly every storm.
 */
export const sparedProviderCraft: Launch = (surroundings) =>
  providerCraft({
    ...surroundings,
    death: (operation) => {
      surroundings.death(operation); // Bedrock's own mishaps are not spared it
      return undefined;
    },
    invocation: (run) => run(),
  });

function synthesize(): Synthesized {
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

/** Bedrock's client without a wire, for a function that may not outlive a call. */
function bedrockClient(
  { time, controlPlane, faults, latency, death }: Surroundings,
  die: () => void,
): typeof InProcessBedrock {
  return class extends InProcessBedrock {
    constructor({ maxAttempts }: { readonly maxAttempts?: number }) {
      super(controlPlane, faults, time, latency, maxAttempts);
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
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: what a function throws, and that it died, are no
 * errors of the call.
 */
function lambdaClient({ time, latency, invocation }: Surroundings, account: SimulatedAccount): object {
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
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html: the stack as it is there, where nobody stands
 * above the handler.
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

function stepFunctionsClient({ time, latency }: Surroundings, account: SimulatedAccount): object {
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
      executions += 1; // a name of its own: chance may repeat itself
      account.stateMachines.get(stateMachineArn)?.startExecution(String(executions), input);
      await time.sleep(latency.back());
    }
  }
  return { SFN };
}

/** As much of it as the framework puts its answers with. */
function https({ respond }: Surroundings): object {
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
