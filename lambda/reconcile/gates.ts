import { CHECK_SECONDS, FUNCTION_CHECK_SECONDS } from '../../lib/private/contract';
import type { Action } from './action';
import type { AlarmGate, DeploymentSpec, Gate, PresenceGoal } from './goal';
import {
  type CheckError,
  type CheckOutcome,
  type FunctionVerdict,
  type GateProgress,
  isRollback,
  type Memory,
  type SeenAlarm,
  UNREADABLE,
} from './memory';
import type { Resource } from './observed';
import { PROPAGATION, seconds, spoken, untilNextLook, untilNextTry } from './waits';

/** Of seconds, between two looks at alarms, few of which are evaluated more often than every minute. */
const ALARMS_PAUSE = 30;
/** After which a function is called again that does not say when, in seconds. */
const FUNCTION_PAUSE = 30;
/** How many errors in a row CloudWatch may answer that do not pass by themselves. */
const ALARMS_ATTEMPTS = 3;
/** How long the last look at alarms may take to work, in seconds. */
const LAST_LOOK = 180;

/**
 * Towards: every gate has passed, one after the other. Nothing, if that is so, or if nothing has changed in what is
 * served. In a rollback no gate is checked: none may stand in the way back.
 */
export function passGates(goal: PresenceGoal, deployment: Resource, at: number, memory: Memory): Action | undefined {
  const { gates = [], spec } = goal;
  if (gates.length === 0 || spec.kind === 'model' || !mayServeOtherwise(goal, spec, memory)) {
    return undefined;
  }
  const { stack, gate: progress = begin(0, at), checked } = memory;
  if (stack === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  if (isRollback(stack)) {
    return stack === UNREADABLE ? { kind: 'succeed', resource: deployment, warning: UNCHECKED } : undefined;
  }
  const gate = gates[progress.index];
  if (gate === undefined) {
    return undefined;
  }
  if (checked === undefined || checked === null) {
    return check(goal, spec, gate, deployment, progress);
  }
  const verdict = judge(goal, gate, checked, { ...progress, checks: progress.checks + 1 }, at);
  return verdict === 'passed'
    ? passGates(goal, deployment, at, { ...memory, gate: begin(progress.index + 1, at), checked: null })
    : verdict;
}

const UNCHECKED =
  'The gates were not checked: the state machine could not describe the stack, and so could not tell whether it is ' +
  'rolling back, where no gate may fail. Allow its role cloudformation:DescribeStacks on the stack';

function begin(index: number, since: number): GateProgress {
  return { index, since, checks: 0, failures: 0 };
}

/**
 * On every Create, and on an Update that has changed what is served, that was asked to, or that comes after one that
 * failed: that one may have changed it without proof.
 */
function mayServeOtherwise(
  { previous }: PresenceGoal,
  { modelArn }: DeploymentSpec,
  { create, update, earlier = [] }: Memory,
): boolean {
  return (
    previous === undefined ||
    create !== undefined ||
    update !== undefined ||
    modelArn !== previous.modelArn ||
    earlier[0]?.failed === true
  );
}

function check(
  goal: PresenceGoal,
  { modelArn }: DeploymentSpec,
  gate: Gate,
  deployment: Resource,
  progress: GateProgress,
): Action {
  const { previous } = goal;
  return {
    kind: 'check',
    gate,
    deployment,
    modelArn,
    ...(previous === undefined ? {} : { previous }),
    seconds: gate.kind === 'lambda' ? FUNCTION_CHECK_SECONDS : CHECK_SECONDS,
    awaiting: awaited(goal, gate, progress),
    note: { gate: progress },
  };
}

/** What came of the last check says that the gate has passed, that it is checked again, or that the request fails. */
function judge(
  goal: PresenceGoal,
  gate: Gate,
  outcome: CheckOutcome,
  progress: GateProgress,
  at: number,
): 'passed' | Action {
  switch (outcome.kind) {
    case 'answered':
      return 'passed';
    case 'verdict':
      return judgeVerdict(goal, gate, outcome, progress, at);
    case 'alarms':
      return judgeAlarms(goal, gate as AlarmGate, outcome.alarms, progress, at);
    case 'error':
      return judgeError(goal, gate, outcome, progress, at);
  }
}

function judgeVerdict(
  goal: PresenceGoal,
  gate: Gate,
  { status, reason, seconds: pause = FUNCTION_PAUSE, state }: FunctionVerdict,
  { index, since, checks }: GateProgress,
  at: number,
): 'passed' | Action {
  const progress: GateProgress = {
    index,
    since,
    checks,
    failures: 0,
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { last: reason }),
  };
  switch (status) {
    case 'READY':
      return 'passed';
    case 'WAIT':
      return again(goal, gate, progress, pause, at);
    case 'FAILED':
      return fail(goal, gate, progress, reason ?? 'it gives no reason');
  }
}

function judgeAlarms(
  goal: PresenceGoal,
  gate: AlarmGate,
  alarms: readonly SeenAlarm[],
  { index, since, checks }: GateProgress,
  at: number,
): 'passed' | Action {
  const progress: GateProgress = { index, since, checks, failures: 0 };
  const ringing = alarms.find(({ state }) => state === 'ALARM');
  if (ringing !== undefined) {
    const why = ringing.reason === undefined ? '' : `: ${ringing.reason}`;
    return fail(goal, gate, progress, `the alarm ${ringing.name} is in ALARM${why}`);
  }
  // On a Create it may come with the same stack, after the deployment.
  const missing = gate.names.find((expected) => !alarms.some(({ name }) => name === expected));
  if (missing !== undefined && goal.previous !== undefined) {
    return fail(goal, gate, progress, `there is no alarm ${missing} in this account and Region`);
  }
  const left = since + gate.seconds * 1000 - at;
  return left <= 0 ? 'passed' : again(goal, gate, progress, Math.min(ALARMS_PAUSE, seconds(left)), at);
}

/** An error that stays is the verdict. What may pass by itself has the time of the gate. */
function judgeError(
  goal: PresenceGoal,
  gate: Gate,
  { error, message }: CheckError,
  before: GateProgress,
  at: number,
): Action {
  const { deniedSince = at, ...progress } = { ...before, last: message };
  switch (error) {
    case 'passing':
      return again(goal, gate, progress, untilNextLook(at - progress.since), at);
    case 'denied':
      return at - deniedSince >= PROPAGATION * 1000
        ? fail(
            goal,
            gate,
            progress,
            `${message} (denied for ${spoken(at - deniedSince)}, so not merely IAM propagation)`,
          )
        : again(goal, gate, { ...progress, deniedSince }, untilNextLook(at - deniedSince), at);
    case 'refused': {
      const failures = progress.failures + 1;
      const maxAttempts = gate.kind === 'alarms' ? ALARMS_ATTEMPTS : gate.maxAttempts;
      return failures >= maxAttempts
        ? fail(goal, gate, progress, failures === 1 ? message : `${message} (${failures} times in a row)`)
        : again(goal, gate, { ...progress, failures }, untilNextTry(failures), at);
    }
  }
}

/** Another check, if the gate has time for it. */
function again(goal: PresenceGoal, gate: Gate, progress: GateProgress, pause: number, at: number): Action {
  const limit = gate.seconds + (gate.kind === 'alarms' ? LAST_LOOK : 0);
  const left = progress.since + limit * 1000 - at;
  if (left <= 0) {
    return {
      kind: 'fail',
      reason: `${named(goal, gate, progress)} did not pass within ${spoken(gate.seconds * 1000)}${lastOf(progress)}`,
    };
  }
  return {
    kind: 'wait',
    seconds: Math.min(pause, seconds(left)),
    awaiting: awaited(goal, gate, progress),
    note: { gate: progress, checked: null },
  };
}

function fail(goal: PresenceGoal, gate: Gate, progress: GateProgress, why: string): Action {
  return { kind: 'fail', reason: `${named(goal, gate, progress)} did not pass: ${why}` };
}

function awaited(goal: PresenceGoal, gate: Gate, progress: GateProgress): string {
  return `${named(goal, gate, progress)} to pass${lastOf(progress)}`;
}

function lastOf({ last }: GateProgress): string {
  return last === undefined ? '' : `; the last check: ${last}`;
}

function named({ gates = [] }: PresenceGoal, gate: Gate, { index }: GateProgress): string {
  return `gate ${index + 1} of ${gates.length} (${subjectOf(gate)})`;
}

function subjectOf(gate: Gate): string {
  switch (gate.kind) {
    case 'converse':
      return 'Converse';
    case 'invokeModel':
      return 'InvokeModel';
    case 'lambda':
      return `the function ${gate.functionArn}`;
    case 'alarms':
      return `the alarm${gate.names.length === 1 ? '' : 's'} ${gate.names.join(', ')}`;
  }
}
