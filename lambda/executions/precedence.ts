import { createHash } from 'node:crypto';
import type { EarlierRequest } from '../reconcile/memory';
import { VISIBILITY } from '../reconcile/waits';
import type { Execution } from './executions';

/**
 * An execution's name says which resource it is for, when CloudFormation asked, which request it is, which properties
 * the request gives the resource, and, for whoever reads it, the beginning of the resource's logical id. Step Functions
 * never accepts a name twice within 90 days, so a request that is delivered twice starts one execution. The names of
 * the last release end with the request, whole.
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
  properties: object,
): ExecutionName {
  const prefix = `${digest(`${stackId}|${logicalId}`).slice(0, 20)}_`;
  const resource = logicalId.replace(/[^a-zA-Z0-9]/g, '');
  const name = `${prefix}${issuedAt ?? 0}_${shortened(requestId)}_${digestOfProperties(properties)}_${resource}`;
  return { prefix, name: name.slice(0, MAX_LENGTH) };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const MAX_LENGTH = 80;

/** As the last release wrote it, it would leave no room for the logical id. */
function shortened(request: string): string {
  return digest(request).slice(0, 12);
}

/** Equal for equal properties, in whatever order they come. */
export function digestOfProperties(properties: object): string {
  return digest(JSON.stringify(sorted(properties))).slice(0, 8);
}

/** From 0 to 1, evenly over the names. */
export function spreadOf(name: string): number {
  return parseInt(digest(name).slice(0, 2), 16) / 255;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, member]) => [key, sorted(member)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
}

export interface Precedence {
  /** A newer request exists, so nobody waits for the answer to this one. */
  readonly superseded: boolean;
  /** Older requests that are still at work. */
  readonly older: readonly Execution[];
  /** When the last of those that were cut short was: an invocation of it may still be at work. */
  readonly cutShortAt?: number;
  /** When the last of the others ended that have ended by themselves. */
  readonly endedAt?: number;
  /** The older requests, as far as their names tell, the newest first. */
  readonly earlier: readonly EarlierRequest[];
  /**
   * The request right before this one has ended, some time ago: nothing of it can still be at work, though Step
   * Functions may not list yet what has just begun, and every read shows what it did.
   */
  readonly predecessorEnded: boolean;
}

/** How many earlier requests the state keeps. */
const EARLIER = 8;

/** The execution that asks. */
export interface Own {
  readonly name: string;
  readonly acceptedAt: number;
  /** The digest of the properties that the resource had, if the request says so. */
  readonly previous?: string;
}

/** Which of the executions for one resource are older than `own`, and whether one is newer. */
export function precedence(own: Own, executions: readonly Execution[]): Precedence {
  const ownStart = executions.find(({ name }) => name === own.name)?.startedAt ?? Infinity;
  const ownAsked = issuedAt(own.name, own.acceptedAt);
  const ownRequest = requestIn(own.name);
  const others = executions.filter(({ name }) => requestIn(name) !== ownRequest);
  // delivered again after an upgrade from the last release, under which it began an execution of another name
  const isDuplicate =
    !isOfLastRelease(own.name) &&
    executions.some(({ name }) => isOfLastRelease(name) && requestIn(name) === ownRequest);
  const isNewer = (one: Execution): boolean => {
    const { name, startedAt } = one;
    const asked = askedAt(one);
    return asked !== 0 && ownAsked !== 0 && asked !== ownAsked
      ? asked > ownAsked
      : startedAt > ownStart || (startedAt === ownStart && name > own.name);
  };
  const older = others.filter((one) => !isNewer(one));
  const newestFirst = [...older].sort((a, b) => askedAt(b) - askedAt(a) || b.startedAt - a.startedAt);
  const [last] = newestFirst;
  const [cutShortAt, endedAt] = [lastEndOf(others.filter(wasCutShort)), lastEndOf(others.filter(endedByItself))];
  return {
    superseded: isDuplicate || others.some(isNewer),
    older: older.filter(({ status }) => status === 'running'),
    earlier: newestFirst.flatMap(earlierRequest).slice(0, EARLIER),
    predecessorEnded: last !== undefined && isPredecessor(last, own) && older.every((one) => askedAt(one) !== 0),
    ...(cutShortAt === undefined ? {} : { cutShortAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function lastEndOf(executions: readonly Execution[]): number | undefined {
  return executions.length === 0 ? undefined : Math.max(...executions.map(({ endedAt = 0 }) => endedAt));
}

/** It has sent its answer. In the last release one that failed had not: it had given way, or could not go on. */
function endedByItself({ status, name }: Execution): boolean {
  return status === 'succeeded' || (status === 'failed' && !isOfLastRelease(name));
}

function wasCutShort(execution: Execution): boolean {
  return execution.status !== 'running' && !endedByItself(execution);
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

function askedAt({ name, startedAt }: Execution): number {
  return issuedAt(name, startedAt);
}

/** Undefined if the name does not tell when the request was made, and so neither its type. */
function typeOf(execution: Execution): EarlierRequest['type'] | undefined {
  const at = askedAt(execution);
  return at === 0 ? undefined : ORDER[at % 1000];
}

/**
 * A request after the last one that is listed would have changed the properties. Only after a Delete may a Create have
 * given the resource the same again. What the last one did must also be to be seen by now.
 */
function isPredecessor(last: Execution, { previous, acceptedAt }: Own): boolean {
  const { name, status, endedAt = Infinity } = last;
  const isDeletion = typeOf(last) === 'Delete';
  const isVisible = acceptedAt - endedAt >= VISIBILITY * 1000;
  const gaveThem = previous !== undefined && name.split('_')[3] === previous;
  return gaveThem && status === 'succeeded' && isVisible && !isDeletion;
}

/** What the names of all executions for the same request have in common. */
function requestIn(name: string): string {
  const [resource, at, request = ''] = name.split('_');
  return [resource, at, isOfLastRelease(name) ? shortened(request) : request].join('_');
}

function isOfLastRelease(name: string): boolean {
  return name.split('_').length <= 3;
}

function earlierRequest(execution: Execution): EarlierRequest[] {
  const { endedAt } = execution;
  const type = typeOf(execution);
  const answered = endedByItself(execution) && endedAt !== undefined ? { answeredAt: endedAt } : {};
  const failed = execution.status === 'succeeded' ? {} : { failed: true as const };
  return type === undefined ? [] : [{ type, at: askedAt(execution), ...answered, ...failed }];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
