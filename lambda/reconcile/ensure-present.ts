import { type Action, noting } from './action';
import { beforeCalling } from './call-errors';
import { deleteResource } from './ensure-absent';
import { passGates } from './gates';
import type { PresenceGoal } from './goal';
import { KINDS } from './kinds';
import { deadlineOf, madeByThisRequest, type Memory } from './memory';
import type { Observed, Resource } from './observed';
import { markReused, refuseReplacement, refuseRetained } from './retained';
import { ensureModelServed, failedUpdate, requireModel } from './serve-model';
import { ensureTags } from './tags';
import {
  awaitOlderRuns,
  confirmAbsence,
  confirmPresence,
  IMPORT,
  PROPAGATION,
  seconds,
  untilNextLook,
  VISIBILITY,
} from './waits';

/** Towards: the resource of that name is Active and as described. `requireOwnership` says whether it is ours. */
export function ensurePresent(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { resource, at } = observed;
  if (resource.status === 'absent') {
    return whenAbsent(goal, observed, memory);
  }
  const action = whenThere(goal, observed, resource, memory);
  return action.kind !== 'succeed'
    ? action
    : (awaitOlderRuns(goal.name, at, memory) ??
        confirmPresence(goal, resource, at, memory) ??
        markReused(goal, observed, resource, memory) ??
        passGates(goal, resource, at, memory) ??
        action);
}

function whenAbsent(goal: PresenceGoal, observed: Observed, memory: Memory): Action {
  const { at } = observed;
  const { create, deleted, failure, retried } = memory;
  const again = retried !== undefined && (create?.arn === retried || create?.arn === undefined);
  const accepted = again ? -Infinity : (create?.acceptedAt ?? -Infinity);
  const mayAppear = at - accepted < VISIBILITY * 1000;
  if (create?.arn !== undefined && ![observed.by, deleted?.arn, retried].includes(create.arn)) {
    // AWS was seen to find what was just created by its ARN; by its name, perhaps later.
    return { kind: 'look', at: 'resource', arn: create.arn };
  }
  const isDeleted = deleted !== undefined && deleted.arn === create?.arn;
  if (failure !== undefined && (!mayAppear || isDeleted)) {
    return { kind: 'fail', reason: failure, ...(isDeleted ? { cleanedUp: true } : {}) };
  }
  const wait = awaitOlderRuns(goal.name, at, memory);
  if (wait !== undefined) {
    return wait;
  }
  if (mayAppear) {
    const awaiting = `${goal.name} to appear, whose creation was accepted`;
    return { kind: 'wait', seconds: untilNextLook(at - accepted), awaiting };
  }
  return (
    beforeCalling(KINDS[goal.spec.kind].create, goal, observed, memory) ??
    (again ? awaitPropagation(at, memory) : undefined) ??
    (goal.nameIsNew ? undefined : confirmAbsence(goal, at, memory)) ??
    (goal.spec.kind === 'deployment' ? requireModel(goal.spec, observed, memory) : undefined) ?? {
      kind: 'create',
      goal,
      ...(again ? { again } : {}),
      note: { create: again ? {} : (create ?? {}) },
    }
  );
}

function whenThere(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { at } = observed;
  if (memory.failure !== undefined) {
    return deleteResource(goal, observed, resource, memory);
  }
  const { status, arn, reported } = resource;
  switch (status) {
    case 'Creating': {
      const awaiting = `${arn} to become Active; it is ${reported}`;
      return { kind: 'wait', seconds: untilNextLook(at - resource.createdAt), awaiting };
    }
    case 'Deleting':
    case 'unknown':
      return {
        kind: 'wait',
        seconds: untilNextLook(at - memory.startedAt),
        awaiting: `${arn}, which is ${reported}`,
      };
    case 'Failed':
      return madeByThisRequest(resource, memory)
        ? afterFailedCreate(goal, observed, resource, memory)
        : replaceFailed(goal, observed, resource, memory);
    case 'Active':
      return (
        refuseRetained(goal, observed, resource, memory) ??
        refuseReplacement(goal, observed, resource, memory) ??
        (goal.spec.kind === 'deployment'
          ? ensureModelServed(goal, goal.spec, observed, resource, memory)
          : undefined) ??
        ensureTags(goal, observed, resource, memory) ?? { kind: 'succeed', resource }
      );
  }
}

/** What was there before and has failed serves nobody, and its name is needed. */
function replaceFailed(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action {
  return (
    refuseReplacement(goal, observed, resource, memory) ??
    (goal.spec.kind === 'deployment' ? failedUpdate(goal.spec, observed.at, resource, memory) : undefined) ??
    deleteResource(goal, observed, resource, memory)
  );
}

/** The failed resource is deleted. Then the request fails with its message, or an import is tried once more. */
function afterFailedCreate(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { arn, failureMessage = 'the service gives no reason' } = resource;
  return noting(
    deleteResource(goal, observed, resource, memory),
    mayBeRetried(goal, resource, observed.at, memory)
      ? { retried: arn }
      : { failure: `the ${KINDS[goal.spec.kind].noun} became Failed: ${failureMessage}` },
  );
}

/**
 * A policy that has just been changed may not have let the import in yet. In whatever words Bedrock says so, another
 * try is worth it, if there is as much time left as the first one has taken, or as imports take.
 */
function mayBeRetried(goal: PresenceGoal, { arn, createdAt }: Resource, at: number, memory: Memory): boolean {
  const { retried } = memory;
  const isTimeLeft = deadlineOf(goal, memory) - at > Math.min(at - createdAt, IMPORT * 1000);
  return goal.spec.kind === 'model' && (retried === undefined ? isTimeLeft : retried === arn);
}

/** The second import of a model is the last: by then what was changed before the request came works everywhere. */
function awaitPropagation(at: number, { startedAt }: Memory): Action | undefined {
  const believable = startedAt + PROPAGATION * 1000;
  const awaiting = 'the permissions of the import to work everywhere';
  return at < believable ? { kind: 'wait', seconds: seconds(believable - at), awaiting } : undefined;
}
