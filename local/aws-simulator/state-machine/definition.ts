/**
 * As much of the Amazon States Language (JSONPath) as our definitions are written in.
 * https://states-language.net/spec.html
 */
export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

export type StateDefinition = TaskState | WaitState | ChoiceState | SucceedState | FailState;

export interface TaskState {
  readonly Type: 'Task';
  readonly Resource: string;
  /** What of the data is the task's input: `null` is nothing, `{}`. Default: `$`, all of them. */
  readonly InputPath?: string | null;
  readonly Parameters?: PayloadTemplate;
  readonly ResultSelector?: PayloadTemplate;
  readonly ResultPath?: ResultPath;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
  readonly End?: boolean;
}

export interface WaitState {
  readonly Type: 'Wait';
  readonly SecondsPath: string;
  readonly Next: string;
}

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
}

export interface SucceedState {
  readonly Type: 'Succeed';
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: ResultPath;
  readonly Next: string;
}

/** The value of a member whose name ends with `.$` is a path. */
export type PayloadTemplate = Readonly<Record<string, unknown>>;

/** Where a result goes in the data: `null` is nowhere. Default: `$`, in place of them. */
export type ResultPath = string | null;

const FIELDS: Readonly<Partial<Record<string, readonly string[]>>> = {
  Task: [
    'Resource',
    'InputPath',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'TimeoutSeconds',
    'Retry',
    'Catch',
    'Next',
    'End',
  ],
  Wait: ['SecondsPath', 'Next'],
  Choice: ['Choices', 'Default'],
  Succeed: [],
  Fail: ['Error', 'Cause', 'CausePath'],
};
const RULE = ['Variable', 'StringEquals', 'Next'];
const RETRIER = ['ErrorEquals', 'IntervalSeconds', 'BackoffRate', 'MaxAttempts', 'MaxDelaySeconds', 'JitterStrategy'];
const CATCHER = ['ErrorEquals', 'ResultPath', 'Next'];

/** @throws Error for what is in no type above: ignored, it would be interpreted otherwise than AWS does */
export function checked(definition: Definition): Definition {
  known('the definition', definition, ['Comment', 'StartAt', 'TimeoutSeconds', 'States']);
  for (const [name, state] of Object.entries(definition.States)) {
    const fields = FIELDS[state.Type];
    if (fields === undefined) {
      throw new Error(`the interpreter knows no state of type ${state.Type}, as ${name} is`);
    }
    known(name, state, ['Type', 'Comment', ...fields]);
    if (state.Type === 'Choice') {
      state.Choices.forEach((rule) => {
        known(`a rule of ${name}`, rule, RULE);
      });
    }
    if (state.Type === 'Task') {
      state.Retry?.forEach((retrier) => {
        known(`a retrier of ${name}`, retrier, RETRIER);
      });
      state.Catch?.forEach((catcher) => {
        known(`a catcher of ${name}`, catcher, CATCHER);
      });
    }
  }
  return definition;
}

function known(what: string, given: object, fields: readonly string[]): void {
  const unknown = Object.keys(given).filter((field) => !fields.includes(field));
  if (unknown.length > 0) {
    throw new Error(`the interpreter does not know ${unknown.join(', ')} of ${what}`);
  }
}
