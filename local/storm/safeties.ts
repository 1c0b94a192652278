/** What keeps the handler safe, piece by piece, and how it looks with that piece taken out. */
export interface Safety {
  readonly name: string;
  /** Within lambda/. */
  readonly file: string;
  /** There exactly once. */
  readonly text: string;
  readonly without: string;
  /** What goes wrong then. */
  readonly danger: string;
}

export const SAFETIES: readonly Safety[] = [
  {
    name: 'ownership is checked',
    file: 'reconcile/ownership.ts',
    text: 'if (stackId === owner.stackId && logicalId === owner.logicalId) {',
    without: 'if (true) {',
    danger: 'What bears the wanted name is changed and deleted, though it is somebody else\'s.',
  },
  {
    name: 'one request, one token',
    file: 'step.ts',
    text: 'const clientRequestToken = tokenOf(this.state.request.RequestId);',
    without: 'const clientRequestToken = tokenOf(`${this.state.request.RequestId}-${this.tools.now()}`);',
    danger: 'A create whose reply was lost is not known again: where names are checked late, there are two.',
  },
  {
    name: 'a newer request is given way to',
    file: 'step.ts',
    text: 'if (superseded) {',
    without: 'if (false) {',
    danger: 'An older request that comes late, or goes on, undoes what the newer one did.',
  },
  {
    name: 'an older request is stopped',
    file: 'step.ts',
    text: 'for (const execution of older) {',
    without: 'for (const execution of []) {',
    danger: 'An older request makes again what the newer one has deleted.',
  },
  {
    name: 'the name comes first, from what is asked alone',
    file: 'cloudformation/intent.ts',
    text: 'const name = nameOf(owner, wanted);',
    without: 'const name = nameOf({ ...owner, logicalId: owner.logicalId + request.RequestId.slice(0, 4) }, wanted);',
    danger: 'A rollback or a late Delete does not find what was made.',
  },
  {
    name: 'an UpdateFailed that was there before is not believed',
    file: 'reconcile/model-behind.ts',
    text: 'if (believable || !isAsBefore(attempt.before, deployment.update, deployment)) {',
    without: 'if (true) {',
    danger: 'An update fails over the failure of an earlier one.',
  },
  {
    name: 'an UpdateCompleted of another model is not believed',
    file: 'reconcile/model-behind.ts',
    text: '?? (servedBy(deployment) === spec.modelArn ? undefined',
    without: '?? (servedBy(deployment) === spec.modelArn || deployment.update?.status === \'UpdateCompleted\' ? undefined',
    danger: 'An update succeeds over the success of an earlier one.',
  },
  {
    name: 'a place in the quota is waited for',
    file: 'aws-error.ts',
    text: 'return conflict || error.name === \'ServiceQuotaExceededException\' || QUOTA.test(error.message) ?',
    without: 'return conflict ?',
    danger: 'A stack fails because somebody else deploys something.',
  },
  {
    name: 'a run that was cut short is let settle',
    file: 'reconcile/settling.ts',
    text: 'return at < settleUntil ?',
    without: 'return at < 0 && at < settleUntil ?',
    danger: 'An invocation that was under way makes something after it was believed absent.',
  },
  {
    name: 'a refusal is not believed at once',
    file: 'reconcile/refusal.ts',
    text: 'const believable = refusal.last + VISIBILITY * 1000;',
    without: 'return { kind: \'fail\', reason: refusal.message };',
    danger: 'A change that worked, but whose reply was lost, fails when it is refused the second time.',
  },
  {
    name: 'the deadline comes before CloudFormation\'s',
    file: 'reconcile/decide.ts',
    text: 'if (at >= memory.deadline) {',
    without: 'if (at >= memory.deadline + 3600_000) {',
    danger: 'CloudFormation gives up without having been told why.',
  },
  {
    name: 'a wreck that was there before is replaced',
    file: 'reconcile/bring.ts',
    text: ': refuseReplacement(goal, observed, resource, memory) ?? action;',
    without: ': { kind: \'fail\', reason: \'it is Failed\' };',
    danger: 'A deployment that has become Failed can never be updated again.',
  },
  {
    name: 'an update that was accepted is given time to begin',
    file: 'reconcile/model-behind.ts',
    text: 'const young = at - accepted < VISIBILITY * 1000;',
    without: 'const young = false;',
    danger: 'What an earlier update has left behind is taken for the outcome of this one.',
  },
  {
    name: 'an update under way is waited for',
    file: 'reconcile/model-behind.ts',
    text: 'return underWay(spec, observed.at, deployment, memory)\n    ?? (servedBy',
    without: 'return (servedBy',
    danger: 'A rollback succeeds while the update that it takes back goes on.',
  },
];
