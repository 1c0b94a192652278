import { MAX_EXECUTION_SECONDS } from '../../lib/private/contract';
import { withoutErrorOf } from '../reconcile/call-errors';
import type { Goal } from '../reconcile/goal';
import type { Memory } from '../reconcile/memory';
import { IN_FLIGHT, LISTED, SHOWN } from '../reconcile/waits';
import type { Run } from '../state';
import type { Executions, Reach } from './executions';
import { precedence } from './precedence';

/** Why an execution is stopped, whoever stops it. */
export const SUPERSEDED = 'A newer request for the same resource has come.';

/** The `aloneAt` of a run that has not found itself alone: whatever it does, it looks for others first. */
export const NEVER = 0;

/** `superseded`: a newer request has come; `others end`: older ones get a moment to end by themselves. */
export interface Takeover {
  readonly outcome: 'alone' | 'superseded' | 'others end';
  readonly memory: Memory;
}

/**
 * CloudFormation may send a request while an earlier one for the same resource still runs. The newest counts: it stops
 * the others if they do not end at once, and believes nothing absent while one of their invocations may still be at
 * work. Step Functions may take a moment to list new executions, so another look precedes whatever is changed or
 * concluded in the first minute, however late that comes; and unless the last one listed is known to be the last there
 * was, and ended some time ago, nothing is believed for that moment, nor while reads may still show what was before its
 * changes.
 *
 * @throws CallFailed
 */
export async function takeOver(
  run: Run,
  goal: Goal,
  memory: Memory,
  executions: Executions,
  now: () => number,
): Promise<Takeover> {
  const { aloneAt = NEVER } = memory;
  if (now() - run.acceptedAt > IN_FLIGHT * 1000 && aloneAt - run.acceptedAt > LISTED * 1000) {
    return { outcome: 'alone', memory };
  }
  const listed = await executions.list(run.prefix, reachOf(run, goal, memory));
  const { superseded, older, cutShortAt, endedAt = 0, earlier, predecessorEnded } = precedence(run, listed);
  const asked = withoutErrorOf('ListExecutions', memory);
  if (superseded) {
    return { outcome: 'superseded', memory: { ...asked, aloneAt: NEVER } };
  }
  // a Create has no predecessor
  const mayBeUnlisted = run.previous !== undefined && !predecessorEnded;
  const listable = mayBeUnlisted
    ? settling(asked, Math.max(run.acceptedAt + LISTED * 1000, endedAt + SHOWN * 1000))
    : asked;
  const settled = cutShortAt === undefined ? listable : settling(listable, cutShortAt + IN_FLIGHT * 1000);
  if (older.length > 0 && settled.graceGiven !== true) {
    // CloudFormation may have had its answer and sent the next request before the execution could end by itself.
    return { outcome: 'others end', memory: { ...settled, graceGiven: true } };
  }
  let alone = settled;
  for (const { name } of older) {
    await executions.stop(name, SUPERSEDED);
    alone = settling(withoutErrorOf('StopExecution', alone), now() + IN_FLIGHT * 1000);
  }
  return { outcome: 'alone', memory: { ...alone, aloneAt: now(), ...(earlier.length === 0 ? {} : { earlier }) } };
}

/**
 * What may still run, or be newer, began within the longest that an execution takes. A Create needs no more. An Update
 * or Delete is faster if it knows the request before it; a Delete of what a failed request has left needs the one
 * before that as well, which may have had the same name.
 */
function reachOf({ previous }: Run, goal: Goal, { startedAt }: Memory): Reach {
  const mayHaveSuccessor = goal.want === 'absent' && (goal.attempt !== undefined || goal.madeAs !== undefined);
  const count = previous === undefined ? 0 : mayHaveSuccessor ? 2 : 1;
  return { since: startedAt - MAX_EXECUTION_SECONDS * 1000, count };
}

/** What was cut short may have an invocation at work that ends only some time after it. */
function settling(memory: Memory, until: number): Memory {
  return { ...memory, settleUntil: Math.max(until, memory.settleUntil ?? 0) };
}
