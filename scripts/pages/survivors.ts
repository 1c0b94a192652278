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
      { file: 'step.ts', code: 'verdict.Reason === undefined', mutant: 'false' },
      { file: 'handler.ts', code: 'PhysicalResourceId === undefined', mutant: 'false' },
      { file: 'handler.ts', code: 'answer.Reason === undefined', mutant: 'false' },
      { file: 'cloudformation/intent.ts', code: 'description === undefined', mutant: 'false' },
      { file: 'reconcile/memory.ts', code: 'settleUntil === undefined', mutant: 'false' },
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
  'No operation has Get or List within its name.': [
    { file: 'reconcile/call-errors.ts', code: '/^(Get|List)/', mutant: '/(Get|List)/' },
  ],
};
