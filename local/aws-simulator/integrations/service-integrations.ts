import type { CloudWatchAlarms, DescribeAlarmsInput } from '../cloudwatch-alarms';
import { DESCRIBE_STACKS, describeStacks } from '../describe-stacks';
import type { DenyCall } from '../iam/guard';
import { Failure } from '../state-machine/failure';
import { INVOKE, type InvokeFunction, invokeFunction } from './functions';
import { CONVERSE, converse, INVOKE_MODEL, type InvokedRuntime, invokeModel } from './models';
import { invalidRequest, type RequestShape } from './request-shape';
import { type FailAs, serviceFailures } from './service-failure';

/** The services that state machines may call. */
export interface IntegratedServices {
  readonly describeStack: (idOrName: string) => object;
  readonly runtime: InvokedRuntime;
  readonly alarms: CloudWatchAlarms;
  readonly invoke: InvokeFunction;
}

/**
 * Calls what the resource of a task names.
 *
 * @param denial the message with which IAM denies a call to the state machine. Default: it may do everything
 */
export type CallIntegration = (resource: string, input: unknown, denial?: DenyCall) => Promise<unknown>;

/** What a test, or a world, lets the functions of gates do. */
export type GateFunctions = (functionArn: string, event: unknown) => Promise<unknown>;

/** A request, of which `invalidRequest` has seen that it has what is needed. */
type CheckedRequest = never;

interface Integration {
  readonly shape: RequestShape;
  /** Of what IAM is asked. */
  readonly authorization: (request: CheckedRequest) => readonly [operation: string, input: object];
  readonly denied: (message: string, fail: FailAs) => Failure;
  readonly perform: (services: IntegratedServices, request: CheckedRequest, fail: FailAs) => Promise<unknown>;
}

const INTEGRATIONS = {
  [DESCRIBE_STACKS]: {
    shape: { members: { StackName: 'string' } },
    authorization: (request: object) => ['DescribeStacks', request],
    denied: (message) => new Failure('CloudFormation.CloudFormationException', message),
    perform: ({ describeStack }, request) => describeStacks(request, describeStack),
  },
  'aws-sdk:bedrockruntime:converse': {
    shape: CONVERSE,
    authorization: invocationOf,
    denied: deniedBy('BedrockRuntime', 'BedrockRuntime.AccessDeniedException'),
    perform: ({ runtime }, request, fail) => converse(runtime, request, fail),
  },
  'bedrock:invokeModel': {
    shape: INVOKE_MODEL,
    authorization: invocationOf,
    denied: deniedBy('BedrockRuntime', 'Bedrock.AccessDeniedException'),
    perform: ({ runtime }, request, fail) => invokeModel(runtime, request, fail),
  },
  'lambda:invoke': {
    shape: INVOKE,
    authorization: ({ FunctionName }: { readonly FunctionName: string }) => [
      'InvokeFunction',
      { functionArn: FunctionName },
    ],
    denied: deniedBy('Lambda', 'Lambda.AWSLambdaException'),
    perform: ({ invoke }, request, fail) => invokeFunction(invoke, request, fail),
  },
  'aws-sdk:cloudwatch:describeAlarms': {
    shape: { members: { AlarmNames: { each: 'string' }, AlarmTypes: { each: 'string' } } },
    authorization: (request: object) => ['DescribeAlarms', request],
    denied: deniedBy('CloudWatch', 'CloudWatch.CloudWatchException'),
    perform: ({ alarms }, request: DescribeAlarmsInput) => Promise.resolve(alarms.describe(request)),
  },
} satisfies Readonly<Record<string, Integration>>;

export type IntegrationName = keyof typeof INTEGRATIONS;

const NAMES = Object.keys(INTEGRATIONS) as IntegrationName[];

/** Undefined: it names none, but a function or what nobody knows here. A placeholder for the whole of it is one too. */
export function integrationIn(resource: string): IntegrationName | undefined {
  const placeholder = /^\$\{(\w+)\}$/.exec(resource)?.[1];
  return NAMES.find((name) =>
    placeholder === undefined ? resource.endsWith(name) : name.split(':').at(-1) === placeholder,
  );
}

export function serviceIntegrations(services: IntegratedServices): CallIntegration {
  const fail = serviceFailures();
  return (resource, input, denial = () => undefined) => {
    const name = integrationIn(resource);
    if (name === undefined) {
      return Promise.reject(new Error(`there is no ${resource} here`));
    }
    const { shape, authorization, denied, perform }: Integration = INTEGRATIONS[name];
    const request = input as CheckedRequest;
    const deniedCall = (): Failure | undefined => {
      const message = denial(...authorization(request));
      return message === undefined ? undefined : denied(message, fail);
    };
    const refused = invalidRequest(shape, input) ?? deniedCall();
    return refused === undefined ? perform(services, request, fail) : Promise.reject(refused);
  };
}

function invocationOf({ ModelId }: { readonly ModelId: string }): [string, object] {
  return ['InvokeModel', { modelId: ModelId }];
}

function deniedBy(service: string, error: string): Integration['denied'] {
  return (message, fail) => fail(error, message, service, 403);
}
