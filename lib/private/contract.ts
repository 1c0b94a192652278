/**
 * What crosses the line between the constructs and the handler: the custom resources' exact properties and attributes,
 * and the rules that both sides check (the constructs at synth, the handler for what was a token then).
 *
 * CloudFormation hands every scalar to the handler as a string, so every scalar is one here.
 */

export const DEPLOYMENT_RESOURCE_TYPE = 'Custom::BedrockCustomModelDeployment';

/** How a deployment moves to another model. */
export type ModelUpdateProperty = 'IN_PLACE' | 'REPLACE';

/** The properties of a `Custom::BedrockCustomModelDeployment`, beside `ServiceToken`. */
export interface DeploymentProperties {
  /** The state machine that waits. The function cannot know it otherwise: each would need the other's ARN first. */
  readonly StateMachineArn: string;
  readonly ModelArn: string;
  /** Absent: the handler makes the name. */
  readonly DeploymentName?: string;
  readonly Description?: string;
  readonly ModelUpdate: ModelUpdateProperty;
  /** Absent when there are none. */
  readonly Tags?: Readonly<Record<string, string>>;
  /** Seconds within which the handler must have answered a Create or an Update; at most `MAX_TIMEOUT_SECONDS`. */
  readonly Timeout: string;
  /** What must hold before a Create, or an Update of what is served, succeeds, in this order. Absent: nothing. */
  readonly Gates?: readonly GateProperty[];
}

/** What must hold once the deployment serves the model. */
export type GateProperty = ConverseGateProperty | InvokeModelGateProperty | FunctionGateProperty | AlarmsGateProperty;

interface AttemptedGateProperty {
  /** How many errors in a row fail the gate, of those that do not pass by themselves. */
  readonly MaxAttempts: string;
  /** Seconds within which the gate must pass. */
  readonly Timeout: string;
}

/** The deployment answers a request of Converse. */
export interface ConverseGateProperty extends AttemptedGateProperty {
  readonly Kind: 'CONVERSE';
  /** JSON, since an object would lose its numbers: the request as Step Functions takes it, but for its `ModelId`. */
  readonly Request: string;
}

/** The deployment answers a request of InvokeModel. */
export interface InvokeModelGateProperty extends AttemptedGateProperty {
  readonly Kind: 'INVOKE_MODEL';
  /** JSON. */
  readonly Body: string;
}

/** A function says READY. */
export interface FunctionGateProperty extends AttemptedGateProperty {
  readonly Kind: 'LAMBDA';
  readonly FunctionArn: string;
}

/** None of the alarms is in ALARM for so long. */
export interface AlarmsGateProperty {
  readonly Kind: 'ALARMS';
  readonly AlarmNames: readonly string[];
  /** Seconds. */
  readonly BakeTime: string;
}

/** The attributes of a deployment; `Ref` is its name. */
export type DeploymentAttribute = 'Arn' | 'Name' | 'ModelArn' | 'Status';

export const MODEL_RESOURCE_TYPE = 'Custom::BedrockCustomModel';

/** The properties of a `Custom::BedrockCustomModel`, beside `ServiceToken`. Exactly one of the two sources is there. */
export interface ModelProperties {
  readonly StateMachineArn: string;
  /** Absent: the handler makes the name. */
  readonly ModelName?: string;
  readonly ModelPackageArn?: string;
  readonly S3Uri?: string;
  /** With which Bedrock reads `S3Uri`: there with it, and only with it. */
  readonly RoleArn?: string;
  readonly KmsKeyArn?: string;
  /** Absent when there are none. */
  readonly Tags?: Readonly<Record<string, string>>;
  /** Seconds within which the handler must have answered a Create or an Update; at most `MAX_TIMEOUT_SECONDS`. */
  readonly Timeout: string;
}

/** The attributes of a model; `Ref` is its name. */
export type ModelAttribute = 'Arn' | 'Name' | 'Status';

/** Tags that prove a resource ours: the stack that made it, and its logical id there. */
export const STACK_ID_TAG = 'cdk-bedrock-custom-models:stack-id';
export const LOGICAL_ID_TAG = 'cdk-bedrock-custom-models:logical-id';
/** On a model: a digest of what it was made of, which Bedrock does not tell. */
export const MADE_OF_TAG = 'cdk-bedrock-custom-models:made-of';
export const RESERVED_TAG_PREFIX = 'cdk-bedrock-custom-models:';
/** No tag of a user may have such a key, in whatever case, since IAM knows no case in the keys of tags. */
export const RESERVED_TAG_KEY = /^(aws|cdk-bedrock-custom-models):/i;

/** CloudFormation waits no longer than this for any custom resource. */
export const MAX_SERVICE_TIMEOUT_SECONDS = 3600;
/** What the handler keeps in hand, so that its own answer comes before CloudFormation gives up. */
export const ANSWER_MARGIN_SECONDS = 120;
/** The longest that the handler may work on one request. */
export const MAX_TIMEOUT_SECONDS = MAX_SERVICE_TIMEOUT_SECONDS - ANSWER_MARGIN_SECONDS;
/** The longest that an execution takes: that, and then the retries of each of its three tasks in turn. */
export const MAX_EXECUTION_SECONDS = 14_400;

export const NAME_MAX_LENGTH = 63;
export const NAME_PATTERN = /^([0-9a-zA-Z][_-]?){1,63}$/;
export const DESCRIPTION_MAX_LENGTH = 2048;
export const DESCRIPTION_PATTERN = /^.+$/;
export const CUSTOM_MODEL_ARN_PATTERN =
  /^arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model\/(imported|[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}([a-z0-9-]{1,63}\.){0,2}[a-z0-9-]{1,63}(:[a-z0-9-]{1,63}){0,2})\/[a-z0-9]{12}$/;
export const DEPLOYMENT_ARN_PATTERN =
  /^arn:aws(-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model-deployment\/[a-z0-9]{12}$/;
export const TAG_KEY_MAX_LENGTH = 128;
export const TAG_VALUE_MAX_LENGTH = 256;
export const TAG_PATTERN = /^[a-zA-Z0-9\s._:/=+@-]*$/;
/** Bedrock allows 50 tags on a resource; up to three of them are ours. */
export const MAX_USER_TAGS = 47;
/** Of what becomes the resource of a policy, no part is a wildcard or a variable there. */
export const MODEL_PACKAGE_ARN_PATTERN =
  /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/[^\s*?$]{1,2048}$/;
export const S3_URI_MAX_LENGTH = 1024;
export const S3_URI_PATTERN =
  /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:\/[-!_*'().a-z0-9A-Z]+(?:\/[-!_*'().a-z0-9A-Z]+)*)?\/?$/;
export const ROLE_ARN_PATTERN = /^arn:aws(-[a-z-]+)?:iam::([0-9]{12})?:role\/[^\s*?$]+$/;
/** A key's ARN; an alias is not taken. */
export const KEY_ARN_PATTERN = /^arn:aws(-[a-z-]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:key\/[a-zA-Z0-9-]{36}$/;

/** The function's environment variable that names its stack: it serves no other. */
export const STACK_ID_VARIABLE = 'STACK_ID';

/**
 * How long the state machine waits for a function, in seconds: as long as Lambda runs any, and what it takes to begin;
 * or less, where less is left of the time of the gate. Its definition has a state for each.
 */
export const FUNCTION_CHECK_SECONDS = [960, 720, 480, 240, 120, 60] as const;

/** What the state machine does to check a gate. */
export type CheckNext = 'converse' | 'invokeModel' | 'alarms' | `lambda${(typeof FUNCTION_CHECK_SECONDS)[number]}`;

/** What the state machine asks of the function in its three tasks. */
export type WaiterAction = 'reconcile' | 'giveUp' | 'answer';
/**
 * What the state machine does after `reconcile`: look again in `wait` seconds, send `answer` to CloudFormation, give
 * way to a newer request, or look at the stack (`DescribeStacks`) or check a gate and come back.
 */
export type WaiterNext = 'wait' | 'answer' | 'stop' | 'stack' | CheckNext;

/**
 * The version of the state machine's definition, which its tasks pass to the function. An execution keeps the
 * definition that it was started with, and the function may be newer or older: it returns only a `next` that this
 * definition knows. The first one passed none, and knows no `stack`.
 */
export const DEFINITION_VERSION = 2;
/** Of the definition in a stack with gates. */
export const GATES_DEFINITION_VERSION = 3;

/** How long the state machine waits for what else it checks, in seconds: less than the handler keeps in hand. */
export const CHECK_SECONDS = 60;

/** What the function of a gate is given. */
export interface GateEvent {
  readonly deploymentArn: string;
  readonly deploymentName: string;
  readonly modelArn: string;
  /** The model that the stack asked for before; absent on a Create. */
  readonly previousModelArn?: string;
  readonly requestType: 'Create' | 'Update';
  /** 1 for the first call. */
  readonly attempt: number;
  /** What the function returned as its `state` in the call before. */
  readonly state?: unknown;
}

/** What it returns. */
export interface GateAnswer {
  /** WAIT: it is to be called again. */
  readonly status: 'READY' | 'WAIT' | 'FAILED';
  readonly reason?: string;
  /**
   * With WAIT, in how many seconds: 5 to 300. Default 30. An execution that called it more often would have too many
   * events for Step Functions before the hour is over.
   */
  readonly seconds?: number;
  /** With WAIT, for the next call: at most 16 KB of JSON. */
  readonly state?: unknown;
}

/** What the state machine is to send, and what came of it. */
export interface GateCheck {
  readonly request: object;
  readonly result?: unknown;
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}

/** The most bytes of a deployment's gates as JSON: an execution's state holds them, and the request of one more. */
export const MAX_GATES_BYTES = 64 * 1024;
/** The most alarms of a gate: what CloudWatch tells of them must fit the state of an execution. */
export const MAX_GATE_ALARMS = 10;

/** What the state machine saw of the stack: its status, or, where it could not look, an error. */
export interface SeenStack {
  readonly status?: string;
  readonly Error?: string;
  readonly Cause?: string;
}

/**
 * The name of an error that the function's own code throws: to call it again soon is of little use. All other errors
 * are Lambda's, and pass.
 */
export const HANDLER_ERROR = 'CustomModelHandlerError';
