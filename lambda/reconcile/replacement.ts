import type { Action } from './action';
import type { Asked, DeploymentSpec, ModelSpec, PresenceGoal } from './goal';
import { madeOfIn } from './leftover';
import type { Memory } from './memory';
import { servedBy } from './model-behind';
import type { Observed, Resource } from './observed';

/**
 * A fixed name leaves no room for a replacement. Only a change from what is in force is refused: after a refusal
 * CloudFormation asks for what was before, which is what is; and what was changed by hand is put right.
 */
export function refuseReplacement(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  if (!goal.nameIsFixed || goal.previous === undefined || resource.arn === memory.create?.arn) {
    return undefined;
  }
  return goal.spec.kind === 'deployment'
    ? ofDeployment(goal, goal.spec, goal.previous, resource)
    : ofModel(goal, goal.spec, goal.previous, observed, resource);
}

function ofDeployment(
  { name }: PresenceGoal,
  spec: DeploymentSpec,
  previous: Asked,
  deployment: Resource,
): Action | undefined {
  if (deployment.update?.status === 'Updating') {
    return undefined;
  }
  const advice = `and deploymentName is fixed to ${name}, which only one deployment can have: change deploymentName as well, or leave it out`;
  if (spec.description !== deployment.description && previous.description === deployment.description) {
    return refusal(`the description of a deployment cannot be changed: it takes a new deployment, ${advice}`);
  }
  // What was moved in place may be moved back in place: that is how a rollback to REPLACE finds it.
  const replaces = !spec.updatesInPlace && previous.updatesInPlace !== true;
  const served = servedBy(deployment);
  if (replaces && spec.modelArn !== served && previous.modelArn === served) {
    return refusal(
      `with modelUpdate REPLACE another model takes a new deployment, ${advice}, or use modelUpdate IN_PLACE`,
    );
  }
  return undefined;
}

function ofModel(
  { name }: PresenceGoal,
  spec: ModelSpec,
  previous: Asked,
  observed: Observed,
  { arn }: Resource,
): Action | undefined {
  if (spec.madeOf === previous.madeOf) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn };
  }
  return previous.madeOf === madeOfIn(observed.tags)
    ? refusal(
        'another source, role or key takes a new custom model, ' +
          `and modelName is fixed to ${name}, which only one model can have: change modelName as well, or leave it out`,
      )
    : undefined;
}

function refusal(reason: string): Action {
  return { kind: 'fail', reason: `${reason}. Nothing was changed` };
}
