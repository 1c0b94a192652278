import type { Action } from './action';
import { beforeCalling } from './call-errors';
import type { DeploymentSpec, Goal } from './goal';
import type { Memory, UpdateSeen } from './memory';
import { type Observed, type Resource, servedBy, type UpdateDetails } from './observed';
import { ABSENCE, seconds, untilNextLook, VISIBILITY } from './waits';

/** Towards: an Active deployment serves the model, and no update of it is under way. Nothing, if that is so. */
export function ensureModelServed(
  goal: Goal,
  spec: DeploymentSpec,
  observed: Observed,
  deployment: Resource,
  memory: Memory,
): Action | undefined {
  return (
    awaitUpdate(spec, observed.at, deployment, memory) ??
    (servedBy(deployment) === spec.modelArn ? undefined : requestUpdate(goal, spec, observed, deployment, memory))
  );
}

function awaitUpdate(spec: DeploymentSpec, at: number, deployment: Resource, memory: Memory): Action | undefined {
  const { update } = deployment;
  if (update?.status !== 'Updating' && update?.status !== 'unknown') {
    return undefined;
  }
  const attempt = memory.update;
  return {
    kind: 'wait',
    seconds: untilNextLook(at - (attempt?.acceptedAt ?? memory.startedAt)),
    awaiting: `the update of ${deployment.arn} to ${update.modelArn}; it is ${update.reported}`,
    ...(attempt !== undefined && update.modelArn === spec.modelArn
      ? { note: { update: { acceptedAt: at, ...attempt } } }
      : {}),
  };
}

function requestUpdate(
  goal: Goal,
  spec: DeploymentSpec,
  observed: Observed,
  deployment: Resource,
  memory: Memory,
): Action {
  const { at } = observed;
  const { arn } = deployment;
  const attempt = memory.update;
  const accepted = attempt?.acceptedAt ?? -Infinity;
  const failed = failedUpdate(spec, at, deployment, memory);
  if (failed !== undefined) {
    return failed;
  }
  if (at - accepted < VISIBILITY * 1000) {
    const awaiting = `the update of ${arn} to ${spec.modelArn}, which was accepted, to begin`;
    return { kind: 'wait', seconds: untilNextLook(at - accepted), awaiting };
  }
  return (
    beforeCalling('UpdateCustomModelDeployment', goal, observed, memory) ??
    requireModel(spec, observed, memory) ?? {
      kind: 'update',
      arn,
      modelArn: spec.modelArn,
      note: { update: attempt ?? { before: updateSeen(deployment) } },
    }
  );
}

/** The update that this request asked for has failed: nothing, if it has not, or if an earlier one may have. */
export function failedUpdate(
  { modelArn }: DeploymentSpec,
  at: number,
  deployment: Resource,
  { update: attempt, startedAt }: Memory,
): Action | undefined {
  const { update, reported, failureMessage } = deployment;
  if (attempt === undefined || update?.status !== 'UpdateFailed' || update.modelArn !== modelArn) {
    return undefined;
  }
  const { acceptedAt, before } = attempt;
  if (isAsBefore(before, update, deployment) && at - (acceptedAt ?? Infinity) < VISIBILITY * 1000) {
    return undefined;
  }
  if (acceptedAt === undefined && at - startedAt < VISIBILITY * 1000) {
    // Perhaps none was asked for yet, and reads show again what was before the request.
    const awaiting = `certainty that the update of ${deployment.arn} to ${modelArn} failed`;
    return { kind: 'wait', seconds: untilNextLook(at - startedAt), awaiting };
  }
  const why = failureMessage === undefined ? '; the service gives no reason' : `: ${failureMessage}`;
  return { kind: 'fail', reason: `the update to ${modelArn} failed${why}. The deployment is ${reported}` };
}

/** What stands against using the model: nothing, once it is Active. */
export function requireModel(
  { modelArn }: DeploymentSpec,
  { model, at }: Observed,
  memory: Memory,
): Action | undefined {
  if (model === undefined) {
    return { kind: 'look', at: 'model', arn: modelArn };
  }
  switch (model.status) {
    case 'absent': {
      const since = memory.modelAbsentSince ?? at;
      const believable = since + ABSENCE * 1000;
      return at >= believable
        ? { kind: 'fail', reason: `the custom model ${modelArn} does not exist` }
        : {
            kind: 'wait',
            seconds: seconds(believable - at),
            awaiting: `the custom model ${modelArn} to exist`,
            note: { modelAbsentSince: since },
          };
    }
    case 'Failed': {
      const why = model.failureMessage ?? 'the service gives no reason';
      return { kind: 'fail', reason: `the custom model ${modelArn} is Failed: ${why}` };
    }
    case 'Active':
      return undefined;
    default: {
      const awaiting = `the custom model ${modelArn} to become Active; it is ${model.reported}`;
      return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting };
    }
  }
}

function updateSeen({ update, lastUpdatedAt }: Resource): UpdateSeen {
  return {
    ...(update === undefined ? {} : { details: update }),
    ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt }),
  };
}

/** An earlier update may have left it so. */
function isAsBefore({ details, lastUpdatedAt }: UpdateSeen, update: UpdateDetails, deployment: Resource): boolean {
  return (
    lastUpdatedAt === deployment.lastUpdatedAt &&
    details?.modelArn === update.modelArn &&
    details.status === update.status
  );
}
