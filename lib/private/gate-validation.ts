import type { Duration } from 'aws-cdk-lib';
import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { GateProperty } from './contract';
import { MAX_GATE_ALARMS, MAX_GATES_BYTES } from './contract';
import { quoted, validationError } from './errors';
import { referencedBy } from './references';
import { checkGiven } from './validation';

// The handler checks the values that are tokens at synthesis.

const ALARM_NAME_MAX_LENGTH = 255;

export function checkText(scope: IConstruct, property: string, text: string | undefined): void {
  if (text === undefined || Token.isUnresolved(text) || text.trim() !== '') {
    return;
  }
  throw validationError(
    scope,
    `${property} must have at least 1 character that is not a space, got ${quoted(text)}: leave it out`,
  );
}

export function checkCount(scope: IConstruct, property: string, count: number, max: number): void {
  if (Token.isUnresolved(count) || (Number.isInteger(count) && count >= 1 && count <= max)) {
    return;
  }
  throw validationError(scope, `${property} must be a whole number from 1 to ${max}, got ${quoted(count)}`);
}

/** @param limit how many seconds the deployment has */
export function checkSeconds(scope: IConstruct, property: string, duration: Duration | undefined, limit: number): void {
  if (duration === undefined || duration.isUnresolved()) {
    return;
  }
  const seconds = duration.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= limit) {
    return;
  }
  throw validationError(
    scope,
    `${property} must be a whole number of seconds, at least 1 and at most ${limit}, which the timeout of the deployment ` +
      `leaves, got ${quoted(duration.toString())}: shorten it, or raise that timeout (at most 58 minutes)`,
  );
}

/** Gates run one after the other. Those that invoke the model take no time that is known. */
export function checkTotal(scope: IConstruct, durations: readonly Duration[], limit: number): void {
  const seconds = durations
    .filter((duration) => !duration.isUnresolved())
    .reduce((sum, duration) => sum + duration.toSeconds({ integral: false }), 0);
  if (seconds === 0 || seconds < limit) {
    return;
  }
  throw validationError(
    scope,
    `gates must have bake times and timeouts of functions that together are less than the timeout of the deployment (${limit} s), ` +
      `got ${seconds} s: shorten them, or raise that timeout (at most 58 minutes)`,
  );
}

/** Reports an error at synthesis, when every token can be resolved. */
export function refuseLargeGates(scope: IConstruct, gates: readonly GateProperty[]): void {
  scope.node.addValidation({
    validate: () => {
      const bytes = Buffer.byteLength(JSON.stringify(Stack.of(scope).resolve(gates)));
      return bytes <= MAX_GATES_BYTES
        ? []
        : [
            `gates must be at most ${MAX_GATES_BYTES / 1024} KB in all, got ${Math.ceil(bytes / 1024)} KB, which the state ` +
              'machine could not hold: shorten the prompts and bodies, or let a function read them from Amazon S3',
          ];
    },
  });
}

export function checkNotReplaced(scope: IConstruct, gate: string, isReplaced: boolean): void {
  if (!isReplaced) {
    return;
  }
  throw validationError(
    scope,
    `${gate} must not watch alarms with ModelUpdate.REPLACE, where the new deployment has no traffic until its gates have ` +
      'passed: use DeploymentGate.converse() or DeploymentGate.lambda(), or ModelUpdate.IN_PLACE',
  );
}

export function checkAlarmNames(scope: IConstruct, property: string, names: readonly string[]): void {
  checkGiven(scope, property, names);
  if (Token.isUnresolved(names)) {
    return;
  }
  if (names.length < 1 || names.length > MAX_GATE_ALARMS) {
    throw validationError(
      scope,
      `${property} must be 1 to ${MAX_GATE_ALARMS} names of alarms, got ${names.length}: for more, use a composite alarm`,
    );
  }
  names.forEach((name, index) => {
    checkGiven(scope, `${property}[${index}]`, name);
    if (!Token.isUnresolved(name) && (name.length < 1 || name.length > ALARM_NAME_MAX_LENGTH)) {
      throw validationError(
        scope,
        `${property}[${index}] must be the name of an alarm, 1 to ${ALARM_NAME_MAX_LENGTH} characters, got ${quoted(name)}`,
      );
    }
  });
}

/**
 * Reports an error at synthesis, when every token can be resolved. An alarm of another stack cannot depend on the
 * deployment, or the CDK says so itself.
 */
export function refuseAlarmsOfStack(scope: IConstruct, property: string, names: readonly string[]): void {
  const stack = Stack.of(scope);
  scope.node.addValidation({
    validate: () =>
      referencedBy(scope, names)
        .filter((resource) => resource.stack === stack)
        .map(
          ({ node }) =>
            `${property} must not refer to a resource of the same stack, got a reference to ${node.path}: an alarm on a ` +
            'metric of the deployment would be a circular dependency. Give the alarm an alarmName, and pass the same string here',
        ),
  });
}
