import {
  CHECK_SECONDS,
  type CheckNext,
  FUNCTION_CHECK_SECONDS,
  type GateAnswer,
  type GateCheck,
  type GateEvent,
  type WaiterNext,
} from '../lib/private/contract';
import { kindOfFailure } from './call-error';
import { messageIn } from './executions/cause';
import { redact } from './executions/redact';
import type { Check } from './reconcile/action';
import type { CheckOutcome, GateProgress, SeenAlarm } from './reconcile/memory';

/** The checks of gates as the state machine makes them: what it is to send, and what has come of it. */

/** What is sent, as Step Functions takes it. */
export function requestOf(action: Check, name: string, progress: GateProgress | undefined): object {
  const { gate, deployment } = action;
  switch (gate.kind) {
    case 'converse':
      return { ...gate.request, ModelId: deployment.arn };
    case 'invokeModel':
      return { ModelId: deployment.arn, Body: gate.request, ContentType: JSON_TYPE, Accept: JSON_TYPE };
    case 'lambda':
      return { FunctionName: gate.functionArn, Payload: eventOf(action, name, progress) };
    case 'alarms':
      return { AlarmNames: gate.names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
  }
}

const JSON_TYPE = 'application/json';

/** How the state machine is to check it. */
export function nextFor({ gate, seconds }: Check): CheckNext {
  return gate.kind === 'lambda'
    ? `lambda${FUNCTION_CHECK_SECONDS.find((each) => each <= seconds) ?? CHECK_SECONDS}`
    : gate.kind;
}

function eventOf(
  { deployment, modelArn, previous }: Check,
  deploymentName: string,
  progress: GateProgress | undefined,
): GateEvent {
  const { checks = 0, state } = progress ?? {};
  return {
    deploymentArn: deployment.arn,
    deploymentName,
    modelArn,
    ...(previous?.modelArn === undefined ? {} : { previousModelArn: previous.modelArn }),
    requestType: previous === undefined ? 'Create' : 'Update',
    attempt: checks + 1,
    ...(state === undefined ? {} : { state }),
  };
}

const MAX_MESSAGE = 700;
const MAX_STATE_BYTES = 16 * 1024;

/** What has come of the check that the state machine was asked for as `next`. */
export function outcomeOf(next: WaiterNext, { result, error }: GateCheck): CheckOutcome {
  if (error !== undefined) {
    const { Error: name = 'unknown error', Cause: told = '' } = error;
    const cause = name === 'States.Timeout' ? `no answer within ${/\d+/.exec(next)?.[0] ?? CHECK_SECONDS} s` : told;
    return {
      kind: 'error',
      error: kindOfFailure(name, cause),
      message: shortened(`${name}: ${redact(messageIn(cause))}`),
    };
  }
  if (next.startsWith('lambda')) {
    return verdictIn((result as { readonly Payload?: unknown } | undefined)?.Payload ?? null);
  }
  return next === 'alarms' ? { kind: 'alarms', alarms: alarmsIn(result) } : { kind: 'answered' };
}

function verdictIn(payload: unknown): CheckOutcome {
  if (!isVerdict(payload)) {
    const message = `the function returned ${shortened(JSON.stringify(payload))} instead of ${VERDICT}`;
    return { kind: 'error', error: 'refused', message };
  }
  const { status, reason, seconds, state } = payload;
  return {
    kind: 'verdict',
    status,
    ...(reason === undefined ? {} : { reason: shortened(reason) }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(state === undefined ? {} : { state }),
  };
}

const VERDICT = '{ status: READY, WAIT or FAILED, reason?: string, seconds?: 5 to 300, state?: at most 16 KB as JSON }';

function isVerdict(payload: unknown): payload is GateAnswer {
  const { status, reason = '', seconds = 5, state = 0 } = Object(payload) as Record<string, unknown>;
  return (
    ['READY', 'WAIT', 'FAILED'].includes(status as string) &&
    typeof reason === 'string' &&
    Number.isInteger(seconds) &&
    Number(seconds) >= 5 &&
    Number(seconds) <= 300 &&
    Buffer.byteLength(JSON.stringify(state)) <= MAX_STATE_BYTES
  );
}

function alarmsIn(result: unknown): SeenAlarm[] {
  const { MetricAlarms = [], CompositeAlarms = [] } = (result ?? {}) as DescribedAlarms;
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, StateValue, StateReason }) => ({
    name: AlarmName,
    state: StateValue,
    ...(StateReason === undefined ? {} : { reason: shortened(StateReason) }),
  }));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
interface DescribedAlarms {
  readonly MetricAlarms?: readonly DescribedAlarm[];
  readonly CompositeAlarms?: readonly DescribedAlarm[];
}

interface DescribedAlarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateReason?: string;
}

function shortened(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}…`;
}
