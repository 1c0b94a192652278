import type { Action } from './action';
import type { AbsenceGoal } from './goal';
import type { Memory } from './memory';
import type { Deployment, Observed } from './observed';
import { ownership } from './ownership';
import { ABSENCE, seconds, untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';
import { settling } from './settling';

/** Towards: no deployment of ours has that name. */
export function remove(goal: AbsenceGoal, observed: Observed, memory: Memory): Action {
  const { deployment, at } = observed;
  if (deployment.status === 'absent') {
    return believeAbsent(goal.name, at, memory) ?? { kind: 'succeed' };
  }
  if (memory.ours !== deployment.arn) {
    if (observed.tags === undefined) {
      return { kind: 'look', at: 'tags' };
    }
    switch (ownership(deployment, observed.tags, goal.owner, at)) {
      case 'foreign':
        return { kind: 'succeed' };
      case 'unproven':
        return { kind: 'wait', seconds: untilNextLook(at - deployment.createdAt), awaiting: `the tags of ${deployment.arn}, which say whose it is` };
      case 'ours':
        break;
    }
  }
  return takeDown(deployment, at, memory);
}

/** What stands against believing that there is no deployment of that name: a pause, or nothing. */
function believeAbsent(name: string, at: number, memory: Memory): Action | undefined {
  const unsettled = settling(name, at, memory);
  if (unsettled !== undefined || memory.deleted !== undefined) {
    return unsettled;
  }
  const since = memory.absentSince ?? at;
  const believable = since + ABSENCE * 1000;
  return at >= believable
    ? undefined
    : { kind: 'wait', seconds: seconds(believable - at), awaiting: `certainty that there is no deployment ${name}`, note: { absentSince: since } };
}

/** The deployment is ours and must go, whatever its state: it is for the service to say that it cannot go yet. */
export function takeDown(deployment: Deployment, at: number, memory: Memory): Action {
  const note = { ours: deployment.arn };
  if (deployment.status === 'Deleting') {
    return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting: `the deletion of ${deployment.arn}`, note };
  }
  const deleted = memory.deleted?.arn === deployment.arn ? memory.deleted.at : undefined;
  if (deleted !== undefined && at - deleted < VISIBILITY * 1000) {
    const awaiting = `the deletion of ${deployment.arn}, which is still ${deployment.reported}`;
    return { kind: 'wait', seconds: untilNextLook(at - deleted), awaiting, note };
  }
  return standsAgainst('DeleteCustomModelDeployment', memory, at) ?? { kind: 'delete', arn: deployment.arn, note };
}
