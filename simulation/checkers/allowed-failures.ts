import type { ExternalActors } from '../faults/external-actors';
import { type Models, needsRepair } from '../workload/models';
import type { DesiredModel, DesiredResources, LogicalId } from '../workload/plan';
import { deploymentsOf, fixedName, modelBehind } from '../workload/templates';
import type { OwnershipLedger } from './ownership-ledger';

/** What may have made an operation fail. */
export interface OperationContext {
  readonly desired: DesiredResources;
  readonly before: DesiredResources | undefined;
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  readonly wasDenied: boolean;
  readonly gateHasFailed: boolean;
  readonly ledger: OwnershipLedger;
  readonly models: Models;
  readonly externalActors: ExternalActors;
}

/** The reason for which the operation may fail; undefined if it must succeed. */
export function allowedFailure({
  desired,
  before,
  cancelled,
  timedOut,
  wasDenied,
  gateHasFailed,
  ledger,
  models,
  externalActors,
}: OperationContext): string | undefined {
  const reasons: Readonly<Record<string, boolean>> = {
    'it was cancelled': cancelled,
    'a call was denied for more than three minutes': wasDenied,
    'Lambda was unavailable for too long': timedOut,
    'an external actor interfered': externalActors.interfered,
    'Bedrock takes longer than CloudFormation waits': externalActors.isSlow,
    'the permissions of an import work too late': externalActors.importsDenied,
    'a model cannot be created or deployed': models.wereBroken && needsRepair(desired),
    'a gate could not pass in its time, or its alarm does not exist': gateHasFailed,
    'an alarm is in ALARM': models.wereBroken && models.setsOffAlarm(desired, before),
    'the quota of deployments is full':
      Math.max(externalActors.quotaTaken, ledger.quotaTaken()) + quotaNeeded(desired, before) > ledger.quota,
    'a name is taken': nameIsTaken(desired, before, ledger),
    'a retained resource has the name': conflictsWithRetained(desired, ledger),
    'a replacement would need the same fixed name': before !== undefined && replacesUnderFixedName(desired, before),
  };
  return Object.keys(reasons).find((reason) => reasons[reason]);
}

/** A replacement exists beside what it replaces, and removed deployments are deleted last. */
function quotaNeeded(desired: DesiredResources, before: DesiredResources | undefined): number {
  const removed =
    before === undefined
      ? []
      : deploymentsOf(before).filter(([logicalId]) => desired.deployments[logicalId] === undefined);
  return 2 * deploymentsOf(desired).length + removed.length;
}

function nameIsTaken(
  desired: DesiredResources,
  before: DesiredResources | undefined,
  ledger: OwnershipLedger,
): boolean {
  const wanted = fixedNames(desired);
  const old = before === undefined ? [] : fixedNames(before);
  const model = desired.model === undefined ? undefined : fixedName('Model', desired.model.name);
  return (
    (model !== undefined && ledger.foreignNames('model').includes(model)) ||
    wanted.some(
      ([logicalId, name]) =>
        ledger.foreignNames('deployment').includes(name) ||
        [...wanted, ...old].some(([other, otherName]) => other !== logicalId && otherName === name),
    )
  );
}

/** Whether a resource is desired under the name of a retained one. */
export function requestsRetainedName(desired: DesiredResources, ledger: OwnershipLedger): boolean {
  const model = desired.model === undefined ? [] : [fixedName('Model', desired.model.name)];
  const names = [...fixedNames(desired).map(([, name]) => name), ...model];
  return [...ledger.retained('deployment'), ...ledger.retained('model')].some(({ name }) => names.includes(name));
}

/**
 * A retained deployment can be reclaimed under the same logical id with the same description. A retained model cannot,
 * since nothing shows what it was made from.
 */
function conflictsWithRetained(desired: DesiredResources, ledger: OwnershipLedger): boolean {
  const model = desired.model === undefined ? undefined : fixedName('Model', desired.model.name);
  return (
    ledger.retained('model').some(({ name }) => name === model) ||
    fixedNames(desired).some(([logicalId, fixed]) =>
      ledger
        .retained('deployment')
        .some(
          ({ name, logicalId: owner, description = '' }) =>
            name === fixed && (owner !== logicalId || description !== desired.deployments[logicalId]?.description),
        ),
    )
  );
}

function fixedNames(desired: DesiredResources): [LogicalId, string][] {
  return deploymentsOf(desired).flatMap(([logicalId, { name }]) => {
    const fixed = fixedName(logicalId, name);
    return fixed === undefined ? [] : [[logicalId, fixed]];
  });
}

function replacesUnderFixedName(desired: DesiredResources, before: DesiredResources): boolean {
  const [model, modelBefore] = [desired.model, before.model];
  return (
    (model !== undefined &&
      modelBefore?.name === model.name &&
      model.name !== 'generated' &&
      isDifferent(model, modelBefore)) ||
    deploymentsOf(desired).some(([logicalId, deployment]) => {
      const was = before.deployments[logicalId];
      if (was?.name !== deployment.name || was.name === 'generated') {
        return false;
      }
      const replaces = was.modelUpdate === 'REPLACE' && deployment.modelUpdate === 'REPLACE';
      const moves =
        JSON.stringify(identityOfModel(desired, logicalId)) !== JSON.stringify(identityOfModel(before, logicalId));
      return was.description !== deployment.description || (replaces && moves);
    })
  );
}

/** The model that the deployment serves, as a value that differs whenever the model does. */
function identityOfModel(desired: DesiredResources, logicalId: LogicalId): unknown {
  const deployment = desired.deployments[logicalId];
  const model = deployment === undefined ? undefined : modelBehind(desired, deployment);
  return model === 'own' ? [desired.model?.version, desired.model?.source, desired.model?.name] : model;
}

function isDifferent(model: DesiredModel, before: DesiredModel): boolean {
  return model.version !== before.version || model.source !== before.source;
}
