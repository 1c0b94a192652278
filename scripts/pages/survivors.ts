/** A mutant that the tests live with. */
export interface Survivor {
  /** Within lambda/. */
  readonly file: string;
  readonly code: string;
  readonly mutant: string;
}

/** Why these need not be killed: nobody could tell them from the code as it is. */
export const SURVIVORS: Readonly<Record<string, readonly Survivor[]>> = {
  'A member that is undefined is none: neither JSON nor the SDK nor a spread over what has none tells it from one that is missing.':
    [
      { file: 'step.ts', code: 'kmsKeyArn === undefined', mutant: 'false' },
      { file: 'step.ts', code: 'data === undefined', mutant: 'false' },
      { file: 'step.ts', code: 'stack === undefined', mutant: 'false' },
      { file: 'step.ts', code: 'by === undefined', mutant: 'false' },
      { file: 'step.ts', code: 'warning === undefined', mutant: 'false' },
      { file: 'step.ts', code: 'arn === undefined', mutant: 'false' },
      { file: 'handler.ts', code: 'PhysicalResourceId === undefined', mutant: 'false' },
      { file: 'cloudformation/intent.ts', code: 'description === undefined', mutant: 'false' },
      { file: 'reconcile/serve-model.ts', code: 'update === undefined', mutant: 'false' },
      { file: 'reconcile/serve-model.ts', code: 'lastUpdatedAt === undefined', mutant: 'false' },
    ],
  'What is compared is never equal: it was filtered out, or found to differ, just before.': [
    { file: 'executions/precedence.ts', code: 'asked > ownAsked', mutant: 'asked >= ownAsked' },
    { file: 'executions/precedence.ts', code: 'name > own.name', mutant: 'name >= own.name' },
  ],
  'Of two requests that began in the same millisecond either may count, so long as it is one of them.': [
    { file: 'executions/precedence.ts', code: 'name > own.name', mutant: 'name <= own.name' },
  ],
  'Whether there is one try more at the very end of two minutes is all the same.': [
    {
      file: 'handler.ts',
      code: 'tools.now() + pause - began > START_MS',
      mutant: 'tools.now() + pause - began >= START_MS',
    },
  ],
  'An answer without a Reason is never too long.': [
    { file: 'cloudformation/answer.ts', code: "''", mutant: '"Stryker was here!"' },
  ],
  'Only what was accepted may still appear, so that there is an attempt.': [
    { file: 'reconcile/ensure-present.ts', code: 'create?.arn', mutant: 'create.arn' },
  ],
  'A model serves no model, and is to serve none.': [
    { file: 'reconcile/ensure-present.ts', code: "goal.spec.kind === 'deployment'", mutant: 'true' },
  ],
  'What is no wait awaits nothing, for which `outOfTime` has the same default.': [
    { file: 'reconcile/decide.ts', code: "action.kind === 'wait'", mutant: 'true' },
  ],
  'No operation has one of these words within its name.': [
    { file: 'reconcile/call-errors.ts', code: '/^(Get|List)/', mutant: '/(Get|List)/' },
    { file: 'reconcile/call-errors.ts', code: '/^(Create|Update)/', mutant: '/(Create|Update)/' },
  ],
  'What there is no case for is returned as nothing anyway.': [
    { file: 'step.ts', code: "'alone'", mutant: '""' },
    { file: 'step.ts', code: "case 'alone':\n        return undefined;", mutant: "case 'alone':" },
    { file: 'executions/takeover.ts', code: "'alone'", mutant: '""' },
    { file: 'reconcile/call-errors.ts', code: 'default:\n      return undefined;', mutant: 'default:' },
  ],
  'Only a goal of that kind has what is asked for next, or there is none.': [
    { file: 'step.ts', code: "goal.want === 'absent'", mutant: 'true' },
    { file: 'executions/takeover.ts', code: "goal.want === 'absent'", mutant: 'true' },
    { file: 'reconcile/waits.ts', code: "goal.want === 'absent'", mutant: 'true' },
    { file: 'reconcile/call-errors.ts', code: "goal.want === 'present'", mutant: 'true' },
    { file: 'reconcile/call-errors.ts', code: "goal.want === 'absent'", mutant: 'false' },
    { file: 'reconcile/call-errors.ts', code: "'absent'", mutant: '""' },
  ],
  'The order need only be the same each time, and no two names are equal.': [
    { file: 'executions/precedence.ts', code: 'a < b', mutant: 'a <= b' },
    { file: 'executions/precedence.ts', code: 'a < b', mutant: 'a >= b' },
  ],
  'A list is told from another by its indices as well.': [
    { file: 'executions/precedence.ts', code: 'Array.isArray(value)', mutant: 'false' },
    { file: 'executions/precedence.ts', code: '{\n    return value.map(sorted);\n  }', mutant: '{}' },
  ],
  'What is no request has none of the properties that are then asked for.': [
    { file: 'reconcile/ensure-absent.ts', code: '[]', mutant: '["Stryker was here"]' },
    { file: 'reconcile/waits.ts', code: '[]', mutant: '["Stryker was here"]' },
  ],
  'There are never fewer than at the first look.': [
    { file: 'reconcile/quota.ts', code: 'before?.freeSince', mutant: 'before.freeSince' },
  ],
  'No text at all is no status and no reason either.': [
    { file: 'state.ts', code: "''", mutant: '"Stryker was here!"' },
  ],
  'What is cut shorter than it must be is cut again.': [
    {
      file: 'cloudformation/answer.ts',
      code: 'Math.min(Reason.length, MAX_BODY_BYTES)',
      mutant: 'Math.max(Reason.length, MAX_BODY_BYTES)',
    },
  ],
  'One millisecond is all the same.': [
    {
      file: 'handler.ts',
      code: 'tools.now() - began > PROPAGATION * 1000',
      mutant: 'tools.now() - began >= PROPAGATION * 1000',
    },
    {
      file: 'reconcile/call-errors.ts',
      code: 'refusal.last < quotaUse.idleSince',
      mutant: 'refusal.last <= quotaUse.idleSince',
    },
  ],
};
