import type { Duration } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { MAX_TIMEOUT_SECONDS } from './private/contract';
import type { BoundGate } from './private/gate-config';
import { inSeconds, numberAsString } from './private/gate-config';
import {
  checkAlarmNames,
  checkCount,
  checkNotReplaced,
  checkSeconds,
  checkText,
  refuseAlarmsOfStack,
} from './private/gate-validation';
import { checkFunctionRegion, checkGiven } from './private/validation';

const DEFAULT_PROMPT = 'Hello';
const DEFAULT_MAX_TOKENS = 16;
const MAX_MAX_TOKENS = 4096;
const DEFAULT_MAX_ATTEMPTS = 3;
const MAX_MAX_ATTEMPTS = 20;
const MODEL_SECONDS = 900;
/** How many seconds gates that have a time of their own leave at least: the deployment takes some itself. */
const LEAST_REST = 1;

/**
 * Options of all gates that invoke the deployment.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 *
 * const options: ModelGateOptions = { maxAttempts: 5, timeout: Duration.minutes(5) };
 */
export interface ModelGateOptions {
  /**
   * How many errors in a row fail the gate: a whole number from 1 to 20.
   *
   * Errors that pass by themselves do not count: `ModelNotReadyException`, throttling, server errors and time-outs are
   * waited out until the `timeout` of the gate. Access that is denied has three minutes, because IAM policies take time
   * to propagate.
   *
   * @default 3
   */
  readonly maxAttempts?: number;

  /**
   * How long the gate may take in all: a whole number of seconds, at most the `timeout` of the deployment, of which
   * gates can use at most 58 minutes. If the duration is a token, use `Duration.seconds()`.
   *
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;
}

/**
 * Options of a gate that asks the deployment a question.
 *
 * @example
 * const options: ConverseGateOptions = { prompt: 'Is 4000 USD at 3 am from a new device suspicious?', maxTokens: 64 };
 */
export interface ConverseGateOptions extends ModelGateOptions {
  /**
   * The message of the user: at least 1 character.
   *
   * @default 'Hello'
   */
  readonly prompt?: string;

  /**
   * The system prompt: at least 1 character.
   *
   * @default - none
   */
  readonly system?: string;

  /**
   * The maximum number of tokens in the answer: a whole number from 1 to 4096.
   *
   * @default 16
   */
  readonly maxTokens?: number;
}

/**
 * Options of a gate that invokes the deployment with a request of its model.
 *
 * @example
 * const options: InvokeModelGateOptions = { body: { prompt: 'Hello', max_gen_len: 16 } };
 */
export interface InvokeModelGateOptions extends ModelGateOptions {
  /**
   * The body of the request, in the format of the model. It is sent as JSON.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
   */
  readonly body: Record<string, unknown>;
}

/**
 * Options of a gate that calls a function.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 *
 * const options: FunctionGateOptions = { timeout: Duration.minutes(40) };
 */
export interface FunctionGateOptions {
  /**
   * How many errors in a row fail the gate: a whole number from 1 to 20. An error is what the function throws, its
   * time-out, and an answer in another form than described at `DeploymentGate.lambda()`.
   *
   * Throttling and server errors of AWS Lambda do not count: they are waited out until the `timeout` of the gate.
   * Access that is denied has three minutes, because IAM policies take time to propagate.
   *
   * @default 3
   */
  readonly maxAttempts?: number;

  /**
   * How long the gate may take in all, all calls and pauses included: a whole number of seconds. Together with all
   * other such timeouts and bake times it must be less than the `timeout` of the deployment, of which gates can use at
   * most 58 minutes. If the duration is a token, use `Duration.seconds()`.
   *
   * A call has at most what is left of it, rounded down to 16, 12, 8, 4, 2 or 1 minutes, but at least 1 minute: give it
   * more than the function needs.
   *
   * @default - the rest of the `timeout` of the deployment
   */
  readonly timeout?: Duration;
}

/**
 * Options of a gate that watches alarms.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 *
 * const options: AlarmsGateOptions = { bakeTime: Duration.minutes(10) };
 */
export interface AlarmsGateOptions {
  /**
   * How long none of the alarms may be in ALARM: a whole number of seconds. Together with all other bake times and the
   * timeouts of gate functions it must be less than the `timeout` of the deployment, of which gates can use at most 58
   * minutes. If the duration is a token, use `Duration.seconds()`.
   *
   * Make it longer than the alarms need to notice an error: their evaluation periods, and a few minutes until the
   * metrics of Amazon Bedrock arrive.
   */
  readonly bakeTime: Duration;
}

/**
 * What must hold before the create or the update of a deployment succeeds. If a gate does not pass, the resource fails,
 * and CloudFormation rolls the stack back.
 *
 * Gates run one after the other in the given order, on every create of a deployment, and on every update that changed
 * what it serves. They run within the `timeout` of the deployment, and never in a rollback. With `ModelUpdate.REPLACE`,
 * they run on the new deployment before anything is switched to it. With `ModelUpdate.IN_PLACE`, they run while the new
 * model already serves everybody, and the rollback updates the deployment back to the old model.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 * @example
 * import { Duration } from 'aws-cdk-lib';
 *
 * declare const model: ICustomModel;
 *
 * new CustomModelDeployment(this, 'Deployment', {
 *   model,
 *   gates: [
 *     DeploymentGate.converse(),
 *     DeploymentGate.alarms(['fraud-errors'], { bakeTime: Duration.minutes(10) }),
 *   ],
 * });
 */
export abstract class DeploymentGate {
  /**
   * The deployment answers a request of Converse. What it answers does not matter: use `lambda()` to judge that.
   *
   * The first requests after `Active` are often refused with `ModelNotReadyException`: with this gate, the deploy ends
   * when the deployment can be invoked.
   *
   * The construct throws an error if an option is out of its range. Tokens are checked at deploy time.
   *
   * @param options further options
   * @returns the gate
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
   * @example
   * const gate = DeploymentGate.converse({ system: 'Answer with yes or no.', prompt: 'Is 7 a prime?' });
   */
  static converse(options: ConverseGateOptions = {}): DeploymentGate {
    return new ConverseGate(options);
  }

  /**
   * The deployment answers a request of InvokeModel. What it answers does not matter: use `lambda()` to judge that.
   *
   * The construct throws an error if the body is missing or an option is out of its range. Tokens are checked at deploy
   * time.
   *
   * @param options the request, and further options
   * @returns the gate
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
   * @example
   * const gate = DeploymentGate.invokeModel({
   *   body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }], inferenceConfig: { maxTokens: 16 } },
   * });
   */
  static invokeModel(options: InvokeModelGateOptions): DeploymentGate {
    return new InvokeModelGate(options);
  }

  /**
   * A function says that the deployment is ready. The function may compare answers of the deployment with expected
   * ones, run an evaluation job, or wait until somebody approves.
   *
   * It is called with `{ deploymentArn, deploymentName, modelArn, previousModelArn?, requestType, attempt, state? }`.
   * `previousModelArn` is the model that the stack asked for before; it is absent on a create. `requestType` is
   * `Create` or `Update`. `attempt` is 1 in the first call and then goes up.
   *
   * It returns one of
   * - `{ status: 'READY' }`: the gate passes;
   * - `{ status: 'FAILED', reason }`: the gate fails, and the reason is part of the error that CloudFormation shows;
   * - `{ status: 'WAIT', seconds?, reason?, state? }`: it is called again in so many seconds (5 to 300, default 30),
   *   with the `state` that it returned, at most 16 KB of JSON. An evaluation that takes half an hour fits.
   *
   * The library allows the function to invoke the deployment, and to decrypt with the key of its model: the function
   * must not refer to the deployment itself, in its environment or by `grants.invoke()`, because CloudFormation could
   * then create neither of them first. That is an error at synthesis, and so is a reference to another deployment of
   * the stack with such a gate. The function must be in the Region of the stack, which is checked at synthesis where
   * both are known.
   *
   * @param handler the function
   * @param options further options
   * @returns the gate
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
   * @example
   * import { Duration } from 'aws-cdk-lib';
   * import * as lambda from 'aws-cdk-lib/aws-lambda';
   *
   * declare const goldenPrompts: lambda.Function;
   *
   * const gate = DeploymentGate.lambda(goldenPrompts, { timeout: Duration.minutes(30) });
   */
  static lambda(handler: lambda.IFunction, options: FunctionGateOptions = {}): DeploymentGate {
    return new LambdaGate(handler, options);
  }

  /**
   * None of the CloudWatch alarms is in ALARM, from the first look until the bake time is over.
   *
   * For `ModelUpdate.IN_PLACE`, where the new model already serves: an alarm brings the old one back. Not allowed with
   * `ModelUpdate.REPLACE`, where the new deployment has no traffic until its gates have passed.
   *
   * INSUFFICIENT_DATA does not count as an alarm. An alarm that does not exist does not fail a create, which still
   * waits for the bake time: it may be in the same stack and come later. It fails an update.
   *
   * The construct throws an error if there are no names or too many, or one of them is not a name. A reference to a
   * resource of the same stack (`alarm.alarmName`) is an error at synthesis: an alarm on a metric of the deployment
   * depends on the deployment, which cannot depend on the alarm. Tokens are otherwise checked at deploy time.
   *
   * @param alarmNames the names of 1 to 10 metric or composite alarms of this account and Region, each 1 to 255
   * characters
   * @param options the bake time
   * @returns the gate
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Alarms.html
   * @example
   * import { Duration } from 'aws-cdk-lib';
   *
   * declare const model: ICustomModel;
   *
   * const alarmName = 'fraud-errors';
   * const deployment = new CustomModelDeployment(this, 'Deployment', {
   *   model,
   *   gates: [DeploymentGate.alarms([alarmName], { bakeTime: Duration.minutes(10) })],
   * });
   * deployment.metricServerErrors({ period: Duration.minutes(1) })
   *   .createAlarm(this, 'Errors', { alarmName, threshold: 1, evaluationPeriods: 1 });
   */
  static alarms(alarmNames: string[], options: AlarmsGateOptions): DeploymentGate {
    return new AlarmsGate(alarmNames, options);
  }

  /**
   * What the gate does: `CONVERSE`, `INVOKE_MODEL`, `LAMBDA` or `ALARMS`.
   */
  abstract readonly kind: string;

  /**
   * Checks the gate, and renders it for the deployment.
   *
   * @internal
   */
  abstract _bind(scope: Construct, given: GateBindOptions): BoundGate;
}

/** What the deployment says of the gate. */
interface GateBindOptions {
  /** How errors call the gate. */
  readonly name: string;
  /** How many seconds the deployment has. */
  readonly limit: number;
  /** Whether it is replaced when its model changes. */
  readonly isReplaced: boolean;
}

class ConverseGate extends DeploymentGate {
  readonly kind = 'CONVERSE';

  constructor(private readonly options: ConverseGateOptions) {
    super();
  }

  override _bind(scope: Construct, given: GateBindOptions): BoundGate {
    const { prompt = DEFAULT_PROMPT, system, maxTokens = DEFAULT_MAX_TOKENS } = this.options;
    checkText(scope, `${given.name}.prompt`, prompt);
    checkText(scope, `${given.name}.system`, system);
    checkCount(scope, `${given.name}.maxTokens`, maxTokens, MAX_MAX_TOKENS);
    return {
      property: {
        Kind: this.kind,
        Request: Stack.of(scope).toJsonString({
          Messages: [{ Role: 'user', Content: [{ Text: prompt }] }],
          ...(system === undefined ? {} : { System: [{ Text: system }] }),
          InferenceConfig: { MaxTokens: maxTokens },
        }),
        ...attempts(scope, given, this.options, MODEL_SECONDS),
      },
    };
  }
}

class InvokeModelGate extends DeploymentGate {
  readonly kind = 'INVOKE_MODEL';

  constructor(private readonly options: InvokeModelGateOptions) {
    super();
  }

  override _bind(scope: Construct, given: GateBindOptions): BoundGate {
    checkGiven(scope, `${given.name}.options`, this.options);
    const { body } = this.options;
    checkGiven(scope, `${given.name}.body`, body);
    return {
      property: {
        Kind: this.kind,
        Body: Stack.of(scope).toJsonString(body),
        ...attempts(scope, given, this.options, MODEL_SECONDS),
      },
    };
  }
}

class LambdaGate extends DeploymentGate {
  readonly kind = 'LAMBDA';

  constructor(
    private readonly handler: lambda.IFunction,
    private readonly options: FunctionGateOptions,
  ) {
    super();
  }

  override _bind(scope: Construct, given: GateBindOptions): BoundGate {
    const { handler } = this;
    checkGiven(scope, `${given.name}.handler`, handler);
    checkFunctionRegion(scope, `${given.name}.handler`, handler);
    return {
      property: {
        Kind: this.kind,
        FunctionArn: handler.functionArn,
        ...attempts(scope, { ...given, limit: given.limit - LEAST_REST }, this.options, MAX_TIMEOUT_SECONDS),
      },
      handler,
      takes: this.options.timeout,
    };
  }
}

class AlarmsGate extends DeploymentGate {
  readonly kind = 'ALARMS';

  constructor(
    private readonly alarmNames: string[],
    private readonly options: AlarmsGateOptions,
  ) {
    super();
  }

  override _bind(scope: Construct, { name, limit, isReplaced }: GateBindOptions): BoundGate {
    const { alarmNames, options } = this;
    checkNotReplaced(scope, name, isReplaced);
    checkAlarmNames(scope, `${name}.alarmNames`, alarmNames);
    refuseAlarmsOfStack(scope, `${name}.alarmNames`, alarmNames);
    checkGiven(scope, `${name}.options`, options);
    const { bakeTime } = options;
    checkGiven(scope, `${name}.bakeTime`, bakeTime);
    checkSeconds(scope, `${name}.bakeTime`, bakeTime, limit - LEAST_REST);
    return {
      property: { Kind: this.kind, AlarmNames: alarmNames, BakeTime: inSeconds(bakeTime) },
      takes: bakeTime,
    };
  }
}

function attempts(
  scope: Construct,
  { name, limit }: GateBindOptions,
  { maxAttempts = DEFAULT_MAX_ATTEMPTS, timeout }: FunctionGateOptions,
  defaultSeconds: number,
): { readonly MaxAttempts: string; readonly Timeout: string } {
  checkCount(scope, `${name}.maxAttempts`, maxAttempts, MAX_MAX_ATTEMPTS);
  checkSeconds(scope, `${name}.timeout`, timeout, limit);
  return {
    MaxAttempts: numberAsString(maxAttempts),
    Timeout: timeout === undefined ? String(defaultSeconds) : inSeconds(timeout),
  };
}
