import type { Others } from '../faults/others';
import { type Models, needsMending } from '../workload/models';
import type { LogicalId, ModelWish, Wish } from '../workload/plan';
import { deploymentsOf, fixedName, modelBehind } from '../workload/templates';
import type { Account } from './account';

/** What an operation met. */
export interface Met {
  readonly wish: Wish;
  readonly before: Wish | undefined;
  readonly cancelled: boolean;
  readonly ranOutOfTime: boolean;
  readonly wasDenied: boolean;
  readonly account: Account;
  readonly models: Models;
  readonly others: Others;
}

/** Why an operation may fail: nothing, if what was asked could be had. */
export function excuse({
  wish,
  before,
  cancelled,
  ranOutOfTime,
  wasDenied,
  account,
  models,
  others,
}: Met): string | undefined {
  const reasons: Readonly<Record<string, boolean>> = {
    'it was cancelled': cancelled,
    'something was denied for more than three minutes': wasDenied,
    'Lambda was away until it was too late': ranOutOfTime,
    'somebody interfered': others.interfered,
    'it takes longer than CloudFormation waits': others.isSlow,
    'an import is let in too late': others.isBarred,
    'there is a model that cannot be made or deployed': models.wereBroken && needsMending(wish),
    'there are as many deployments as there may be':
      Math.max(others.placesTaken, account.placesTaken()) + placesNeeded(wish, before) > account.places,
    'a name is taken': takesAName(wish, before, account),
    'what was left has the name': takesWhatWasLeft(wish, account),
    'what has a fixed name is replaced': before !== undefined && replacesWhatIsFixed(wish, before),
  };
  return Object.keys(reasons).find((reason) => reasons[reason]);
}

/** Each may be there twice, while it is replaced, and what is removed goes last. */
function placesNeeded(wish: Wish, before: Wish | undefined): number {
  const removed =
    before === undefined
      ? []
      : deploymentsOf(before).filter(([logicalId]) => wish.deployments[logicalId] === undefined);
  return 2 * deploymentsOf(wish).length + removed.length;
}

function takesAName(wish: Wish, before: Wish | undefined, account: Account): boolean {
  const wanted = fixedNames(wish);
  const old = before === undefined ? [] : fixedNames(before);
  const model = wish.model === undefined ? undefined : fixedName('Model', wish.model.name);
  return (
    (model !== undefined && account.namesOfOthers('model').includes(model)) ||
    wanted.some(
      ([logicalId, name]) =>
        account.namesOfOthers('deployment').includes(name) ||
        [...wanted, ...old].some(([other, otherName]) => other !== logicalId && otherName === name),
    )
  );
}

/** What was left has a name that is asked for now. */
export function asksForWhatWasLeft(wish: Wish, account: Account): boolean {
  const model = wish.model === undefined ? [] : [fixedName('Model', wish.model.name)];
  const names = [...fixedNames(wish).map(([, name]) => name), ...model];
  return [...account.left('deployment'), ...account.left('model')].some(({ name }) => names.includes(name));
}

/** What of a deployment cannot be changed is seen; what a model was made of is not. */
function takesWhatWasLeft(wish: Wish, account: Account): boolean {
  const model = wish.model === undefined ? undefined : fixedName('Model', wish.model.name);
  return (
    account.left('model').some(({ name }) => name === model) ||
    fixedNames(wish).some(([logicalId, fixed]) =>
      account
        .left('deployment')
        .some(
          ({ name, logicalId: its, description = '' }) =>
            name === fixed && (its !== logicalId || description !== wish.deployments[logicalId]?.description),
        ),
    )
  );
}

function fixedNames(wish: Wish): [LogicalId, string][] {
  return deploymentsOf(wish).flatMap(([logicalId, { name }]) => {
    const fixed = fixedName(logicalId, name);
    return fixed === undefined ? [] : [[logicalId, fixed]];
  });
}

function replacesWhatIsFixed(wish: Wish, before: Wish): boolean {
  const [model, modelBefore] = [wish.model, before.model];
  return (
    (model !== undefined &&
      modelBefore?.name === model.name &&
      model.name !== 'generated' &&
      isAnother(model, modelBefore)) ||
    deploymentsOf(wish).some(([logicalId, deployment]) => {
      const was = before.deployments[logicalId];
      if (was?.name !== deployment.name || was.name === 'generated') {
        return false;
      }
      const replaces = was.modelUpdate === 'REPLACE' && deployment.modelUpdate === 'REPLACE';
      const moves = JSON.stringify(behind(wish, logicalId)) !== JSON.stringify(behind(before, logicalId));
      return was.description !== deployment.description || (replaces && moves);
    })
  );
}

/** What tells one model from another. */
function behind(wish: Wish, logicalId: LogicalId): unknown {
  const deployment = wish.deployments[logicalId];
  const model = deployment === undefined ? undefined : modelBehind(wish, deployment);
  return model === 'own' ? [wish.model?.version, wish.model?.source, wish.model?.name] : model;
}

function isAnother(model: ModelWish, before: ModelWish): boolean {
  return model.version !== before.version || model.source !== before.source;
}
