import { CHECK_SECONDS } from '../../lib/private/contract';
import type { Action } from './action';
import { hasLasted, repeated } from './call-errors';
import type { AlarmGate, DeploymentSpec, Gate, PresenceGoal } from './goal';
import {
  type CheckError,
  type CheckOutcome,
  type GateProgress,
  isRollback,
  type Memory,
  type SeenAlarm,
  UNREADABLE,
} from './memory';
import type { Resource } from './observed';
import { PROPAGATION, seconds, spoken, UNASKED, untilNextLook, untilNextTry } from './waits';

/**
 * Seconds after which alarms are looked at again, few of which are evaluated more often than every minute, and a
 * function is called again that does not say when.
 */
const PAUSE = 30;
/** A look at the stack that fails takes no longer, with each of the state machine's retries. */
const LOOK = 150;

/**
 * Towards: every gate has passed, one after the other. Nothing, if that is so, or if nothing has changed in what is
 * served. In a rollback no gate is checked: none may stand in the way back.
 */
export function passGates(goal: PresenceGoal, deployment: Resource, at: number, memory: Memory): Action | undefined {
  const { gates = [], spec, previous } = goal;
  const { stack, gate: progress = begin(0, at), checked } = memory;
  const gate = gates[progress.index];
  if (gate === undefined || spec.kind === 'model' || !mayServeOtherwise(goal, spec, memory)) {
    return undefined;
  }
  if (stack === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  if (stack === UNREADABLE && previous !== undefined) {
    const unreadable = repeated(progress.unreadable, 'denied', UNCHECKED, at, LOOK);
    return hasLasted(unreadable, PROPAGATION)
      ? { kind: 'succeed', resource: deployment, warning: UNCHECKED }
      : { kind: 'look', at: 'stack', note: { gate: { ...begin(0, at), unreadable } } };
  }
  if (isRollback(stack) && stack !== UNREADABLE) {
    return undefined;
  }
  const title = `gate ${progress.index + 1} of ${gates.length} (${subjectOf(gate)})`;
  if (checked === undefined || checked === null) {
    return {
      kind: 'check',
      gate,
      deployment,
      modelArn: spec.modelArn,
      ...(previous === undefined ? {} : { previous }),
      seconds: gate.kind === 'lambda' ? seconds(leftOf(gate, progress, at)) : CHECK_SECONDS,
      awaiting: awaited(title, progress),
      note: { gate: { ...progress, askedAt: at } },
    };
  }
  const judged = judge(checked, gate, { ...progress, checks: progress.checks + 1 }, at, previous !== undefined);
  if (judged === undefined) {
    return passGates(goal, deployment, at, { ...memory, gate: begin(progress.index + 1, at), checked: null });
  }
  if (typeof judged === 'string') {
    return { kind: 'fail', reason: `${title} did not pass: ${judged}` };
  }
  const { pause, progress: soFar } = judged;
  // The time that alarms are given is that in which none may go off.
  const left = gate.kind === 'alarms' ? Infinity : leftOf(gate, soFar, at);
  return left <= 0
    ? { kind: 'fail', reason: `${title} did not pass within ${spoken(gate.seconds * 1000)}${lastOf(soFar)}` }
    : {
        kind: 'wait',
        seconds: Math.min(pause, seconds(left)),
        awaiting: awaited(title, soFar),
        note: { gate: soFar, checked: null },
      };
}

const UNCHECKED =
  'The gates were not checked: the state machine could not describe the stack, and so could not tell whether it rolls ' +
  'back, where no gate may fail. Allow its role cloudformation:DescribeStacks';

function begin(index: number, since: number): GateProgress {
  return { index, since, checks: 0 };
}

/**
 * On every Create, and on an Update that has changed what is served, that was asked to, or that comes after one that
 * failed: that one may have changed it without proof.
 */
function mayServeOtherwise(
  { previous, nameIsNew }: PresenceGoal,
  { modelArn }: DeploymentSpec,
  { create, update, earlier = [] }: Memory,
): boolean {
  return (
    previous === undefined ||
    nameIsNew || // what the stack had retained may serve from now on
    create !== undefined ||
    update !== undefined ||
    modelArn !== previous.modelArn ||
    earlier[0]?.failed === true
  );
}

/** Why the gate has failed, or that it is checked again after a pause of so many seconds. Nothing: it has passed. */
type Judgement = string | Again | undefined;

interface Again {
  readonly pause: number;
  readonly progress: GateProgress;
}

/** What follows from the last check. */
function judge(outcome: CheckOutcome, gate: Gate, progress: GateProgress, at: number, isUpdate: boolean): Judgement {
  if (outcome.kind === 'error') {
    return judgeError(outcome, gate, progress, at);
  }
  switch (outcome.kind) {
    case 'answered':
      return undefined;
    case 'alarms':
      return judgeAlarms(outcome.alarms, gate as AlarmGate, progress, at, isUpdate);
    case 'verdict': {
      const { status, reason, seconds: pause = PAUSE, state } = outcome;
      if (status !== 'WAIT') {
        return status === 'READY' ? undefined : (reason ?? 'it gives no reason');
      }
      const told = { ...(state === undefined ? {} : { state }), ...(reason === undefined ? {} : { reason }) };
      return { pause, progress: { ...afresh(progress), ...told } };
    }
  }
}

/** After a check that has worked, nothing of those before it counts. */
function afresh({ index, since, checks }: GateProgress): GateProgress {
  return { index, since, checks };
}

function judgeAlarms(
  alarms: readonly SeenAlarm[],
  gate: AlarmGate,
  progress: GateProgress,
  at: number,
  isUpdate: boolean,
): Judgement {
  const ringing = alarms.find(({ state }) => state === 'ALARM');
  if (ringing !== undefined) {
    return `the alarm ${ringing.name} is in ALARM${ringing.reason === undefined ? '' : `: ${ringing.reason}`}`;
  }
  // On a Create it may come with the same stack, after the deployment.
  const missing = gate.names.find((one) => !alarms.some(({ name }) => name === one));
  if (missing !== undefined && isUpdate) {
    return `there is no alarm ${missing} in this account and Region`;
  }
  const { quietSince = at, askedAt = at } = progress;
  const quietUntil = quietSince + gate.seconds * 1000;
  return askedAt >= quietUntil
    ? undefined
    : { pause: Math.min(PAUSE, seconds(quietUntil - at)), progress: { ...afresh(progress), quietSince } };
}

/** An error that stays is the verdict. What may pass by itself has the time of the gate. */
function judgeError({ error, message }: CheckError, gate: Gate, before: GateProgress, at: number): Judgement {
  // Lambda may have been away since the check.
  const trouble = repeated(
    before.trouble,
    error,
    message,
    before.askedAt ?? at,
    error === 'denied' ? UNASKED : Infinity,
  );
  const { first, last, count } = trouble;
  const progress = { ...before, trouble };
  switch (error) {
    case 'passing':
      return { pause: untilNextLook(at - progress.since), progress };
    case 'denied':
      return hasLasted(trouble, PROPAGATION)
        ? `${message} (denied for ${spoken(last - first)}, so not merely IAM propagation)`
        : { pause: untilNextLook(last - first), progress };
    case 'refused':
      return count >= gate.maxAttempts
        ? `${message}${count === 1 ? '' : ` (${count} times in a row)`}`
        : { pause: untilNextTry(count), progress };
  }
}

/** How many ms of the time of the gate are left. */
function leftOf(gate: Gate, { since }: GateProgress, at: number): number {
  return since + gate.seconds * 1000 - at;
}

function awaited(title: string, progress: GateProgress): string {
  return `${title} to pass${lastOf(progress)}`;
}

function lastOf({ trouble, reason }: GateProgress): string {
  const last = trouble?.message ?? reason;
  return last === undefined ? '' : `; the last check: ${last}`;
}

function subjectOf(gate: Gate): string {
  switch (gate.kind) {
    case 'lambda':
      return gate.functionArn;
    case 'alarms':
      return gate.names.join(', ');
    default:
      return gate.kind;
  }
}
