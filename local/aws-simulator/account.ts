import { join } from 'node:path';
import type { Provisioned, Provisioner } from './cloudformation';
import type { AlarmType, CloudWatchAlarms } from './cloudwatch-alarms';
import { ExecutionEnvironment } from './execution-environment';
import { fetchTo } from './fetch';
import type { DenyCall } from './iam/guard';
import type { Iam } from './iam/iam';
import type { CallIntegration } from './integrations/service-integrations';
import type { Death } from './killed-invocation';
import { LambdaFunction, type LambdaFunctionOptions } from './lambda-function';
import { LambdaOutages } from './lambda-outages';
import { type Definition, Failure, StepFunctions } from './step-functions';
import { StepFunctionsApi } from './step-functions-api';
import { type OnReply, StepFunctionsServer } from './step-functions-server';
import { TimeHoldingHttp } from './time-holding-http';
import type { VirtualTime } from './virtual-time';

type ResourceProperties = Readonly<Record<string, unknown>>;

const FUNCTION_ARN = /^arn:[^:]*:lambda:/;

export interface SimulatedAccountOptions {
  readonly time: VirtualTime;
  /** The directory that the CDK has synthesized to, where the functions' code is. */
  readonly assembly: string;
  /** Where the functions find the services that are not simulated here: `AWS_ENDPOINT_URL_…`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Where an answer goes that a function sends to CloudFormation. */
  readonly respond: (url: string, body: string) => Promise<void>;
  /** A line that a function logs. */
  readonly log: (line: string) => void;
  /** Whether a function dies at this request of its. Default: never. */
  readonly death?: (method: string, path: string, headers: Readonly<Record<string, unknown>>) => Death | undefined;
  /** Every invocation by a state machine goes through this. */
  readonly invocation?: (run: () => Promise<unknown>) => Promise<unknown>;
  /** What a state machine asks otherwise than by the ARN of a function. Default: nobody is there. */
  readonly integration?: CallIntegration;
  /** Where the alarms of templates are. Default: nowhere. */
  readonly alarms?: CloudWatchAlarms;
  /** Default: none. */
  readonly outages?: LambdaOutages;
  /** What the functions' `require` gives besides, by name: for a function that may die by `die`. */
  readonly modules?: (die: () => void) => Readonly<Record<string, unknown>>;
  /** 0 to 1, for the functions' `Math.random` and for the jitter of retries. Default Node's own. */
  readonly random?: () => number;
  /** ms until a new execution is listed. */
  readonly listingDelay?: () => number;
  /** The most that a page of executions has. */
  readonly pageLimit?: () => number;
  /** Whether a call of ListExecutions is let through. */
  readonly mayList?: () => boolean;
  /** Sees each reply of Step Functions. */
  readonly onReply?: OnReply;
  /** Is asked about what functions and state machines do. Default: everybody may do everything. */
  readonly iam?: Iam;
  readonly accountId?: string;
  readonly region?: string;
}

/**
 * What a template has beside custom resources: its functions and state machines run, as they are deployed; the rest is
 * there by name alone.
 */
export class SimulatedAccount implements Provisioner {
  static async open(options: SimulatedAccountOptions): Promise<SimulatedAccount> {
    const account = new SimulatedAccount(options);
    const api = new StepFunctionsApi((arn) => account.stateMachines.get(arn));
    account.server = await StepFunctionsServer.start(
      api,
      (caller, operation, input) => options.iam?.denial(caller, operation, input),
      options.onReply,
    );
    return account;
  }

  readonly held: TimeHoldingHttp;
  readonly stateMachines = new Map<string, StepFunctions>();
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly everyStateMachine: StepFunctions[] = [];
  private readonly outages: LambdaOutages;
  private server: StepFunctionsServer | undefined;

  private constructor(private readonly options: SimulatedAccountOptions) {
    this.held = new TimeHoldingHttp(options.time);
    this.outages = options.outages ?? new LambdaOutages(options.time);
  }

  async close(): Promise<void> {
    await this.server?.stop();
  }

  /** Also of the executions of what has been deleted since. */
  get executionInputs(): string[] {
    return this.everyStateMachine.flatMap(({ executions }) => executions.map(({ input }) => input));
  }

  invoke(functionArn: string, event: unknown): Promise<unknown> {
    return this.invokeKnown(functionArn, event) ?? Promise.reject(new Error(`there is no function ${functionArn}`));
  }

  /** Undefined: there is no such function. */
  invokeKnown(functionArn: string, event: unknown): Promise<unknown> | undefined {
    return this.functions.get(functionArn)?.invoke(event);
  }

  put(logicalId: string, type: string, properties: ResourceProperties, stackId: string): Provisioned {
    const name = `${stackId.split('/')[1] ?? ''}-${logicalId}`;
    const arn = this.arnOf(type, name);
    switch (type) {
      case 'AWS::Lambda::Function':
        this.putFunction(arn, this.functionOf(arn, properties));
        return { physicalId: name, attributes: { Arn: arn } };
      case 'AWS::StepFunctions::StateMachine':
        this.putStateMachine(arn, definitionOf(properties));
        return { physicalId: arn, attributes: { Arn: arn, Name: name } };
      case 'AWS::CloudWatch::Alarm':
        return this.putAlarm((properties['AlarmName'] ?? name) as string, 'MetricAlarm');
      case 'AWS::CloudWatch::CompositeAlarm':
        return this.putAlarm((properties['AlarmName'] ?? name) as string, 'CompositeAlarm');
      default:
        return { physicalId: name, attributes: { Arn: arn } };
    }
  }

  remove(type: string, physicalId: string): void {
    this.functions.delete(this.arnOf(type, physicalId));
    this.stateMachines.delete(physicalId);
    if (type.startsWith('AWS::CloudWatch::')) {
      this.options.alarms?.delete(physicalId);
    }
  }

  private putAlarm(name: string, type: AlarmType): Provisioned {
    this.options.alarms?.create(name, type);
    return { physicalId: name, attributes: { Arn: this.arnOf('AWS::CloudWatch::Alarm', name) } };
  }

  private putFunction(arn: string, options: LambdaFunctionOptions): void {
    const there = this.functions.get(arn);
    if (there === undefined) {
      this.functions.set(arn, new LambdaFunction(options));
    } else {
      there.update(options);
    }
  }

  private putStateMachine(arn: string, definition: Definition): void {
    const there = this.stateMachines.get(arn);
    if (there === undefined) {
      const { time, random, listingDelay, pageLimit, mayList } = this.options;
      const given = {
        ...(random && { random }),
        ...(listingDelay && { listingDelay }),
        ...(pageLimit && { pageLimit }),
        ...(mayList && { mayList }),
      };
      const made = new StepFunctions({
        definition,
        arn,
        time,
        call: (resource, input) => this.call(arn, resource, input),
        ...given,
      });
      this.stateMachines.set(arn, made);
      this.everyStateMachine.push(made);
    } else {
      there.update(definition);
    }
  }

  private async call(stateMachineArn: string, resource: string, input: unknown): Promise<unknown> {
    const { invocation = (run: () => Promise<unknown>) => run(), integration = unreachable, iam } = this.options;
    const denial: DenyCall = (operation, given) => iam?.denial(stateMachineArn, operation, given);
    if (!FUNCTION_ARN.test(resource)) {
      return integration(resource, input, denial);
    }
    const denied = denial('InvokeFunction', { functionArn: resource });
    if (denied !== undefined) {
      throw new Failure('Lambda.AWSLambdaException', denied);
    }
    return invocation(() => this.invoke(resource, input));
  }

  private functionOf(arn: string, properties: ResourceProperties): LambdaFunctionOptions {
    const { time, respond, death = () => undefined, modules = () => ({}), random } = this.options;
    const [file, exported = 'handler'] = (properties['Handler'] as string).split('.');
    const code = properties['Code'] as { readonly S3Key: string };
    const asset = join(this.options.assembly, `asset.${code.S3Key.replace(/\.zip$/, '')}`);
    const environment = {
      ...this.environment(arn),
      ...(properties['Environment'] as { Variables?: Record<string, string> } | undefined)?.Variables,
    };
    const logging = (properties['LoggingConfig'] ?? {}) as {
      readonly LogGroup?: string;
      readonly ApplicationLogLevel?: string;
    };
    // Nothing that is written by way of the console is fatal.
    const isFatalOnly = logging.ApplicationLogLevel === 'FATAL';
    const logGroupName = logging.LogGroup ?? '/aws/lambda/function';
    const mayLog = (): boolean => this.options.iam?.denial(arn, 'PutLogEvents', { logGroupName }) === undefined;
    const log = (line: string): void => {
      if (!isFatalOnly && mayLog()) {
        this.options.log(line);
      }
    };
    return {
      time,
      outages: this.outages,
      timeout: Number(properties['Timeout'] ?? 3),
      logGroupName,
      start: (die) =>
        new ExecutionEnvironment({
          time,
          file: join(asset, `${file ?? 'index'}.js`),
          exported,
          environment,
          fetch: fetchTo(respond),
          log,
          modules: { http: this.held.http(death, die), ...modules(die) },
          ...(random === undefined ? {} : { random }),
        }),
    };
  }

  /** The services know by the access key who calls. */
  private environment(functionArn: string): Record<string, string> {
    return {
      AWS_REGION: this.region,
      AWS_ACCESS_KEY_ID: functionArn,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL_SFN: this.server?.endpoint ?? '',
      ...this.options.endpoints,
    };
  }

  private get region(): string {
    return this.options.region ?? 'us-east-1';
  }

  private arnOf(type: string, name: string): string {
    const [, service = '', kind = ''] = type.split('::');
    const account = this.options.accountId ?? '000000000000';
    switch (type) {
      case 'AWS::Lambda::Function':
        return `arn:aws:lambda:${this.region}:${account}:function:${name}`;
      case 'AWS::StepFunctions::StateMachine':
        return `arn:aws:states:${this.region}:${account}:stateMachine:${name}`;
      case 'AWS::Logs::LogGroup':
        return `arn:aws:logs:${this.region}:${account}:log-group:${name}:*`;
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${account}:role/${name}`;
      default:
        return `arn:aws:${service.toLowerCase()}:${this.region}:${account}:${kind.toLowerCase()}:${name}`;
    }
  }
}

function definitionOf(properties: ResourceProperties): Definition {
  const substitutions = (properties['DefinitionSubstitutions'] ?? {}) as Readonly<Record<string, string>>;
  const text = (properties['DefinitionString'] as string).replace(
    /\$\{(\w+)\}/g,
    (whole, name: string) => substitutions[name] ?? whole,
  );
  return JSON.parse(text) as Definition;
}

function unreachable(resource: string): Promise<never> {
  return Promise.reject(new Error(`there is no ${resource} here`));
}
