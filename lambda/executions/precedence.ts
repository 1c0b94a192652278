import { createHash } from 'node:crypto';
import type { EarlierRequest } from '../reconcile/memory';
import type { Execution } from './executions';

/**
 * An execution's name says which resource it is for, when CloudFormation asked, and which request it is. Step Functions
 * never accepts a name twice within 90 days, so a request that is delivered twice starts one execution.
 */
export interface ExecutionName {
  readonly name: string;
  /** What the names of all executions for the same resource start with. */
  readonly prefix: string;
}

/**
 * The signature of a request tells only the second. Within a second a Create comes before an Update, and an Update
 * before a Delete. Of two Updates the one that is delivered later counts.
 */
const ORDER: readonly EarlierRequest['type'][] = ['Create', 'Update', 'Delete'];

/** When a request of that type counts as made: the milliseconds encode the type. */
export function momentOf(second: number, type: EarlierRequest['type']): number {
  return second + ORDER.indexOf(type);
}

export function executionName(
  stackId: string,
  logicalId: string,
  requestId: string,
  issuedAt: number | undefined,
): ExecutionName {
  const prefix = `${digest(`${stackId}|${logicalId}`).slice(0, 20)}_`;
  const request = /^[a-zA-Z0-9-]{1,40}$/.test(requestId) ? requestId : digest(requestId).slice(0, 40);
  return { prefix, name: `${prefix}${issuedAt ?? 0}_${request}` };
}

export interface Precedence {
  /** A newer request exists, so nobody waits for the answer to this one. */
  readonly superseded: boolean;
  /** Older requests that are still at work. */
  readonly older: readonly Execution[];
  /** When the last of those that were cut short was: an invocation of it may still be at work. */
  readonly cutShortAt?: number;
  /** The older requests, as far as their names tell, the newest first. */
  readonly earlier: readonly EarlierRequest[];
}

/** How many earlier requests the state keeps. */
const EARLIER = 8;

/** Which of the executions for one resource are older than `own`, and whether one is newer. */
export function precedence(
  own: { readonly name: string; readonly acceptedAt: number },
  executions: readonly Execution[],
): Precedence {
  const ownStart = executions.find(({ name }) => name === own.name)?.startedAt ?? Infinity;
  const ownAsked = issuedAt(own.name, own.acceptedAt);
  const others = executions.filter(({ name }) => name !== own.name);
  const isNewer = ({ name, startedAt }: Execution): boolean => {
    const asked = issuedAt(name, startedAt);
    return asked !== 0 && ownAsked !== 0 && asked !== ownAsked
      ? asked > ownAsked
      : startedAt > ownStart || (startedAt === ownStart && name > own.name);
  };
  const cuts = others.filter(({ status }) => status === 'cut short').map(({ endedAt = 0 }) => endedAt);
  return {
    superseded: others.some(isNewer),
    older: others.filter((execution) => execution.status === 'running' && !isNewer(execution)),
    earlier: others
      .filter((one) => !isNewer(one))
      .flatMap(earlierRequest)
      .sort((a, b) => b.at - a.at)
      .slice(0, EARLIER),
    ...(cuts.length === 0 ? {} : { cutShortAt: Math.max(...cuts) }),
  };
}

/** The clocks of CloudFormation, Lambda and Step Functions differ by less. */
const AHEAD_MS = 60_000;

/**
 * When CloudFormation asked, according to the name, or 0. An execution cannot begin before its request was made: a name
 * that says so is forged.
 */
function issuedAt(name: string, startedAt: number): number {
  const at = Number(name.split('_')[1] ?? 0);
  return at <= startedAt + AHEAD_MS ? at : 0;
}

function earlierRequest({ name, startedAt, status, endedAt }: Execution): EarlierRequest[] {
  const at = issuedAt(name, startedAt);
  const type = ORDER[at % 1000];
  const answered = status === 'succeeded' && endedAt !== undefined ? { answeredAt: endedAt } : {};
  return at === 0 || type === undefined ? [] : [{ type, at, ...answered }];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
