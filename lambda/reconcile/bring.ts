import { doubtAbsence, doubtPresence } from './absence';
import type { Action } from './action';
import type { PresenceGoal } from './goal';
import { KINDS } from './kinds';
import { markTakenUp, refuseLeftover } from './leftover';
import { deadlineOf, madeByThisRequest, type Memory, takesBack, wasLeft } from './memory';
import { needModel, serveModel, verdictOnUpdate } from './model-behind';
import type { Observed, Resource } from './observed';
import { IMPORT, PROPAGATION, seconds, untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';
import { takeDown } from './remove';
import { refuseReplacement } from './replacement';
import { settling } from './settling';
import { tagChanges, tagsAskedToChange } from './tag-changes';

/** Towards: the resource of that name is Active and as described. Whose it is is for `prove` to say. */
export function bring(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { resource } = observed;
  if (resource.status === 'absent') {
    return make(goal, observed, memory);
  }
  const { at } = observed;
  const verdict = converge(goal, observed, resource, memory);
  return verdict.kind !== 'succeed'
    ? verdict
    : (settling(goal.name, at, memory) ??
        doubtPresence(goal, resource, at, memory) ??
        markTakenUp(goal, observed, resource, memory) ??
        verdict);
}

function make(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { at } = observed;
  const { create, deleted, failure, retried } = memory;
  const again = retried !== undefined && (create?.arn === retried || create?.arn === undefined);
  const accepted = again ? -Infinity : (create?.acceptedAt ?? -Infinity);
  const mayAppear = at - accepted < VISIBILITY * 1000;
  if (create?.arn !== undefined && ![observed.by, deleted?.arn, retried].includes(create.arn)) {
    // what was just made is found by its ARN, as has been seen; by its name, perhaps later
    return { kind: 'look', at: 'resource', arn: create.arn };
  }
  const isDeleted = deleted !== undefined && deleted.arn === create?.arn;
  if (failure !== undefined && (!mayAppear || isDeleted)) {
    return { kind: 'fail', reason: failure, ...(isDeleted ? { gone: true } : {}) };
  }
  const unsettled = settling(goal.name, at, memory);
  if (unsettled !== undefined) {
    return unsettled;
  }
  if (mayAppear) {
    return {
      kind: 'wait',
      seconds: untilNextLook(at - accepted),
      awaiting: `${goal.name} to appear, whose creation was accepted`,
    };
  }
  return (
    standsAgainst(KINDS[goal.spec.kind].create, goal, observed, memory) ??
    (again ? awaitAccess(at, memory) : undefined) ??
    (goal.nameIsNew ? undefined : doubtAbsence(goal, at, memory)) ??
    (goal.spec.kind === 'deployment' ? needModel(goal.spec, observed, memory) : undefined) ?? {
      kind: 'create',
      goal,
      ...(again ? { again } : {}),
      note: { create: again ? {} : (create ?? {}) },
    }
  );
}

/** The second import of a model is the last: by then what was changed before the request came works everywhere. */
function awaitAccess(at: number, { startedAt }: Memory): Action | undefined {
  const believable = startedAt + PROPAGATION * 1000;
  const awaiting = 'the permissions of the import to work everywhere';
  return at < believable ? { kind: 'wait', seconds: seconds(believable - at), awaiting } : undefined;
}

function converge(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { at } = observed;
  if (memory.failure !== undefined) {
    return takeDown(goal, observed, resource, memory);
  }
  switch (resource.status) {
    case 'Creating':
      return {
        kind: 'wait',
        seconds: untilNextLook(at - resource.createdAt),
        awaiting: `${resource.arn} to become Active; it is ${resource.reported}`,
      };
    case 'Deleting':
    case 'unknown':
      return {
        kind: 'wait',
        seconds: untilNextLook(at - memory.startedAt),
        awaiting: `${resource.arn}, which is ${resource.reported}`,
      };
    case 'Failed': {
      // A wreck that this request made is its verdict; one that was there before serves nobody, and its name is needed.
      const action = takeDown(goal, observed, resource, memory);
      if (!madeByThisRequest(resource, memory)) {
        return (
          refuseReplacement(goal, observed, resource, memory) ??
          (goal.spec.kind === 'deployment' ? verdictOnUpdate(goal.spec, at, resource, memory) : undefined) ??
          action
        );
      }
      const fate = mayBeRetried(goal, resource, at, memory)
        ? { retried: resource.arn }
        : { failure: failureOf(goal, resource) };
      return { ...action, note: { ...action.note, ...fate } };
    }
    case 'Active':
      return (
        refuseLeftover(goal, observed, resource, memory) ??
        refuseReplacement(goal, observed, resource, memory) ??
        complete(goal, observed, resource, memory)
      );
  }
}

/**
 * A policy that has just been changed may not have let the import in yet; in whatever words that is told, once more is
 * worth the try, if there is as much time left as the first try has taken, or as imports take.
 */
function mayBeRetried(goal: PresenceGoal, { arn, createdAt }: Resource, at: number, memory: Memory): boolean {
  const { retried } = memory;
  const isTimeLeft = deadlineOf(goal, memory) - at > Math.min(at - createdAt, IMPORT * 1000);
  return goal.spec.kind === 'model' && (retried === undefined ? isTimeLeft : retried === arn);
}

function complete(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action {
  return (
    (goal.spec.kind === 'deployment' ? serveModel(goal, goal.spec, observed, resource, memory) : undefined) ??
    tag(goal, observed, resource, memory) ?? { kind: 'succeed', resource }
  );
}

function tag(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action | undefined {
  const bornWithThem = resource.arn === memory.create?.arn;
  const isLeft = goal.previous !== undefined && wasLeft(goal, resource, memory);
  if (bornWithThem || !(isLeft || tagsAskedToChange(goal.tags, goal.previous))) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  const differs = Object.entries(goal.tags).some(([key, value]) => observed.tags?.[key] !== value);
  if (isLeft && differs && takesBack(goal, memory) === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  // What the previous properties describe is the other resource, unless a rollback comes back to this one.
  const previous = isLeft && takesBack(goal, memory) !== true ? undefined : goal.previous;
  const { set, unset } = tagChanges(goal.tags, previous, observed.tags);
  if (Object.keys(set).length === 0 && unset.length === 0) {
    return undefined;
  }
  return (
    standsAgainst('TagResource', goal, observed, memory) ??
    standsAgainst('UntagResource', goal, observed, memory) ?? { kind: 'tag', arn: resource.arn, set, unset }
  );
}

function failureOf(goal: PresenceGoal, resource: Resource): string {
  return `the ${KINDS[goal.spec.kind].noun} became Failed: ${resource.failureMessage ?? 'the service gives no reason'}`;
}
