import type { Action } from './action';
import type { PresenceGoal } from './goal';
import type { Memory, UpdateSeen } from './memory';
import type { Deployment, Observed } from './observed';
import { ownerOf, ownership } from './ownership';
import { ABSENCE, seconds, untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';
import { takeDown } from './remove';
import { settling } from './settling';
import { tagChanges, tagsAskedToChange } from './tag-changes';

/** Towards: a deployment of ours of that name is Active and serves that model. */
export function bring(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { deployment } = observed;
  if (deployment.status === 'absent') {
    return make(goal, observed, memory);
  }
  const stranger = proveOurs(goal, observed, deployment, memory);
  if (stranger !== undefined) {
    return stranger;
  }
  const verdict = converge(goal, observed, deployment, memory);
  const action = verdict.kind === 'succeed' ? settling(goal.name, observed.at, memory) ?? verdict : verdict;
  return { ...action, note: { ours: deployment.arn, ...action.note } };
}

function make(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { at } = observed;
  if (memory.failure !== undefined) {
    return { kind: 'fail', reason: memory.failure };
  }
  const unsettled = settling(goal.name, at, memory);
  if (unsettled !== undefined) {
    return unsettled;
  }
  const accepted = memory.create?.acceptedAt;
  if (accepted !== undefined && at - accepted < VISIBILITY * 1000) {
    return { kind: 'wait', seconds: untilNextLook(at - accepted), awaiting: `${goal.name} to appear, whose creation was accepted` };
  }
  return standsAgainst('CreateCustomModelDeployment', memory, at)
    ?? needModel(goal, observed, memory)
    ?? { kind: 'create', note: { create: memory.create ?? {} } };
}

/** Nothing, if the deployment is ours. */
function proveOurs(goal: PresenceGoal, observed: Observed, deployment: Deployment, memory: Memory): Action | undefined {
  if (deployment.arn === memory.ours || deployment.arn === memory.create?.arn) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags' };
  }
  switch (ownership(deployment, observed.tags, goal.owner, observed.at)) {
    case 'ours':
      return undefined;
    case 'unproven':
      return { kind: 'wait', seconds: untilNextLook(observed.at - deployment.createdAt), awaiting: `the tags of ${deployment.arn}, which say whose it is` };
    case 'foreign':
      return {
        kind: 'fail',
        reason: `a deployment named ${goal.name} exists already (${deployment.arn}) and is not this resource's: ${ownerOf(observed.tags)}. It was left as it is`,
      };
  }
}

function converge(goal: PresenceGoal, observed: Observed, deployment: Deployment, memory: Memory): Action {
  const { at } = observed;
  if (memory.failure !== undefined) {
    return takeDown(deployment, at, memory);
  }
  switch (deployment.status) {
    case 'Creating':
      return { kind: 'wait', seconds: untilNextLook(at - deployment.createdAt), awaiting: `${deployment.arn} to become Active; it is ${deployment.reported}` };
    case 'Deleting':
    case 'unknown':
      return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting: `${deployment.arn}, which is ${deployment.reported}` };
    case 'Failed': {
      // A wreck that this request made is its verdict; one that was there before serves nobody, and its name is needed.
      const action = takeDown(deployment, at, memory);
      return memory.create === undefined ? action : { ...action, note: { ...action.note, failure: failureOf(deployment) } };
    }
    case 'Active':
      return serve(goal, observed, deployment, memory);
  }
}

function serve(goal: PresenceGoal, observed: Observed, deployment: Deployment, memory: Memory): Action {
  const { at } = observed;
  const update = deployment.update;
  if (update?.status === 'Updating' || update?.status === 'unknown') {
    const attempt = memory.update;
    return {
      kind: 'wait',
      seconds: untilNextLook(at - (attempt?.acceptedAt ?? memory.startedAt)),
      awaiting: `the update of ${deployment.arn} to ${update.modelArn}; it is ${update.reported}`,
      ...(attempt !== undefined && update.modelArn === goal.modelArn ? { note: { update: { ...attempt, begun: true } } } : {}),
    };
  }
  const refused = refuseReplacement(goal, deployment);
  if (refused !== undefined) {
    return { kind: 'fail', reason: refused };
  }
  return served(deployment) === goal.modelArn
    ? tag(goal, observed, deployment, memory)
    : move(goal, observed, deployment, memory);
}

/** The model that the deployment serves, as far as can be told. */
function served(deployment: Deployment): string | undefined {
  switch (deployment.update?.status) {
    case 'UpdateCompleted':
      return deployment.update.modelArn;
    case 'UpdateFailed':
      return deployment.modelArn === deployment.update.modelArn ? undefined : deployment.modelArn;
    default:
      return deployment.modelArn;
  }
}

/**
 * A fixed name leaves no room for a replacement. Only a change from what is in force is refused: after a refusal CloudFormation asks
 * for what was before, which is what is; and what was changed by hand is put right.
 */
function refuseReplacement(goal: PresenceGoal, deployment: Deployment): string | undefined {
  if (!goal.nameIsFixed || goal.previous === undefined) {
    return undefined;
  }
  const advice = `and deploymentName is fixed to ${goal.name}, which only one deployment can have: change deploymentName as well, or leave it out`;
  if (goal.description !== deployment.description && goal.previous.description === deployment.description) {
    return `the description of a deployment cannot be changed: it takes a new deployment, ${advice}. Nothing was changed`;
  }
  if (!goal.updatesInPlace && goal.modelArn !== served(deployment) && goal.previous.modelArn === served(deployment)) {
    return `with modelUpdate REPLACE another model takes a new deployment, ${advice}, or use modelUpdate IN_PLACE. Nothing was changed`;
  }
  return undefined;
}

function move(goal: PresenceGoal, observed: Observed, deployment: Deployment, memory: Memory): Action {
  const { at } = observed;
  const attempt = memory.update;
  const accepted = attempt?.acceptedAt;
  const young = accepted !== undefined && at - accepted < VISIBILITY * 1000;
  if (attempt !== undefined && deployment.update?.status === 'UpdateFailed' && deployment.update.modelArn === goal.modelArn) {
    const leftover = attempt.begun !== true && same(attempt.before, seen(deployment));
    if (!leftover || (accepted !== undefined && !young)) {
      return { kind: 'fail', reason: `the update to ${goal.modelArn} failed${because(deployment)}. The deployment is ${deployment.reported}` };
    }
  }
  if (young) {
    return { kind: 'wait', seconds: untilNextLook(at - accepted), awaiting: `the update of ${deployment.arn} to ${goal.modelArn}, which was accepted, to begin` };
  }
  return standsAgainst('UpdateCustomModelDeployment', memory, at)
    ?? needModel(goal, observed, memory)
    ?? { kind: 'update', arn: deployment.arn, note: { update: attempt ?? { before: seen(deployment) } } };
}

function tag(goal: PresenceGoal, observed: Observed, deployment: Deployment, memory: Memory): Action {
  const bornWithThem = deployment.arn === memory.create?.arn;
  if (!bornWithThem && tagsAskedToChange(goal.tags, goal.previous)) {
    if (observed.tags === undefined) {
      return { kind: 'look', at: 'tags' };
    }
    const { set, unset } = tagChanges(goal.tags, goal.previous, observed.tags);
    if (Object.keys(set).length > 0 || unset.length > 0) {
      return standsAgainst('TagResource', memory, observed.at)
        ?? standsAgainst('UntagResource', memory, observed.at)
        ?? { kind: 'tag', arn: deployment.arn, set, unset };
    }
  }
  return { kind: 'succeed', deployment };
}

/** What stands against using the model: nothing, once it is Active. */
function needModel(goal: PresenceGoal, observed: Observed, memory: Memory): Action | undefined {
  const { model, at } = observed;
  switch (model?.status) {
    case undefined:
      return { kind: 'look', at: 'model' };
    case 'absent': {
      const since = memory.modelAbsentSince ?? at;
      return at - since >= ABSENCE * 1000
        ? { kind: 'fail', reason: `the custom model ${goal.modelArn} does not exist` }
        : { kind: 'wait', seconds: seconds(since + ABSENCE * 1000 - at), awaiting: `the custom model ${goal.modelArn} to exist`, note: { modelAbsentSince: since } };
    }
    case 'Failed':
      return { kind: 'fail', reason: `the custom model ${goal.modelArn} is Failed: ${model.failureMessage ?? 'the service gives no reason'}` };
    case 'Creating':
    case 'unknown':
      return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting: `the custom model ${goal.modelArn} to become Active; it is ${model.reported}` };
    case 'Active':
      return undefined;
  }
}

function failureOf(deployment: Deployment): string {
  return `the deployment became Failed: ${deployment.failureMessage ?? 'the service gives no reason'}`;
}

function because(deployment: Deployment): string {
  return deployment.failureMessage === undefined ? '; the service gives no reason' : `: ${deployment.failureMessage}`;
}

function seen(deployment: Deployment): UpdateSeen {
  const { update, lastUpdatedAt } = deployment;
  return { ...(update === undefined ? {} : { details: update }), ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt }) };
}

function same(a: UpdateSeen, b: UpdateSeen): boolean {
  return a.lastUpdatedAt === b.lastUpdatedAt && a.details?.modelArn === b.details?.modelArn && a.details?.status === b.details?.status;
}
