import type { Action } from './action';
import type { DeploymentSpec, Goal } from './goal';
import type { Memory, UpdateSeen } from './memory';
import type { Observed, Resource, UpdateDetails } from './observed';
import { ABSENCE, seconds, untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';

/** What stands between an Active deployment and the model that it is to serve: nothing, if it serves it. */
export function serveModel(
  goal: Goal,
  spec: DeploymentSpec,
  observed: Observed,
  deployment: Resource,
  memory: Memory,
): Action | undefined {
  return (
    underWay(spec, observed.at, deployment, memory) ??
    (servedBy(deployment) === spec.modelArn ? undefined : move(goal, spec, observed, deployment, memory))
  );
}

/** The model that the deployment serves, as far as can be told. */
export function servedBy(deployment: Resource): string | undefined {
  switch (deployment.update?.status) {
    case 'UpdateCompleted':
      return deployment.update.modelArn;
    case 'UpdateFailed':
      return deployment.modelArn === deployment.update.modelArn ? undefined : deployment.modelArn;
    default:
      return deployment.modelArn;
  }
}

/** Whether an update has taken the deployment from that model, under which it may still be listed. */
export function hasLeft({ update }: Resource, modelArn: string): boolean {
  return update?.status === 'UpdateCompleted' && update.modelArn !== modelArn;
}

function underWay(spec: DeploymentSpec, at: number, deployment: Resource, memory: Memory): Action | undefined {
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

function move(goal: Goal, spec: DeploymentSpec, observed: Observed, deployment: Resource, memory: Memory): Action {
  const { at } = observed;
  const attempt = memory.update;
  const accepted = attempt?.acceptedAt ?? -Infinity;
  const verdict = verdictOnUpdate(spec, at, deployment, memory);
  if (verdict !== undefined) {
    return verdict;
  }
  if (at - accepted < VISIBILITY * 1000) {
    return {
      kind: 'wait',
      seconds: untilNextLook(at - accepted),
      awaiting: `the update of ${deployment.arn} to ${spec.modelArn}, which was accepted, to begin`,
    };
  }
  return (
    standsAgainst('UpdateCustomModelDeployment', goal, observed, memory) ??
    needModel(spec, observed, memory) ?? {
      kind: 'update',
      arn: deployment.arn,
      modelArn: spec.modelArn,
      note: { update: attempt ?? { before: seen(deployment) } },
    }
  );
}

/** How the update that this request asked for has failed: nothing, if it has not, or if an earlier one may have. */
export function verdictOnUpdate(
  { modelArn }: DeploymentSpec,
  at: number,
  deployment: Resource,
  { update: attempt }: Memory,
): Action | undefined {
  const { update } = deployment;
  if (attempt === undefined || update?.status !== 'UpdateFailed' || update.modelArn !== modelArn) {
    return undefined;
  }
  const isBelievable = attempt.acceptedAt !== undefined && at - attempt.acceptedAt >= VISIBILITY * 1000;
  return isBelievable || !isAsBefore(attempt.before, update, deployment)
    ? {
        kind: 'fail',
        reason: `the update to ${modelArn} failed${because(deployment)}. The deployment is ${deployment.reported}`,
      }
    : undefined;
}

/** What stands against using the model: nothing, once it is Active. */
export function needModel({ modelArn }: DeploymentSpec, { model, at }: Observed, memory: Memory): Action | undefined {
  if (model === undefined) {
    return { kind: 'look', at: 'model', arn: modelArn };
  }
  switch (model.status) {
    case 'absent': {
      const since = memory.modelAbsentSince ?? at;
      return at - since >= ABSENCE * 1000
        ? { kind: 'fail', reason: `the custom model ${modelArn} does not exist` }
        : {
            kind: 'wait',
            seconds: seconds(since + ABSENCE * 1000 - at),
            awaiting: `the custom model ${modelArn} to exist`,
            note: { modelAbsentSince: since },
          };
    }
    case 'Failed':
      return {
        kind: 'fail',
        reason: `the custom model ${modelArn} is Failed: ${model.failureMessage ?? 'the service gives no reason'}`,
      };
    case 'Active':
      return undefined;
    default:
      return {
        kind: 'wait',
        seconds: untilNextLook(at - memory.startedAt),
        awaiting: `the custom model ${modelArn} to become Active; it is ${model.reported}`,
      };
  }
}

function because(deployment: Resource): string {
  return deployment.failureMessage === undefined ? '; the service gives no reason' : `: ${deployment.failureMessage}`;
}

function seen(deployment: Resource): UpdateSeen {
  const { update, lastUpdatedAt } = deployment;
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
