import { createHash } from 'node:crypto';
import { validation } from './errors';

const DEFAULT_PAGE_SIZE = 100;

export interface PageQuery {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly sortOrder?: string | undefined;
}

/** Where a page ended: a place in the order, so that what comes and goes between two pages shifts nothing. */
type Place = readonly [createdAt: number, serial: number];

interface ListItem {
  readonly createdAt: number;
  readonly serial: number;
}

/** The page that `query` asks for, of resources that its filters have left. */
export function page<T extends ListItem>(left: readonly T[], query: PageQuery): { items: T[]; nextToken?: string } {
  const sign = query.sortOrder === 'Ascending' ? 1 : -1;
  const order = (a: Place, b: Place) => sign * (a[0] - b[0] || a[1] - b[1]);
  const place = (item: T): Place => [item.createdAt, item.serial];

  const ordered = [...left].sort((a, b) => order(place(a), place(b)));
  const end = query.nextToken === undefined ? undefined : placeIn(query.nextToken, query);
  const rest = end ? ordered.filter((item) => order(place(item), end) > 0) : ordered;
  const items = rest.slice(0, query.maxResults ?? DEFAULT_PAGE_SIZE);
  const last = items.at(-1);
  return last && items.length < rest.length ? { items, nextToken: tokenFor(place(last), query) } : { items };
}

function tokenFor(place: Place, query: PageQuery): string {
  return Buffer.from(JSON.stringify({ place, query: digest(query) })).toString('base64url');
}

function placeIn(token: string, query: PageQuery): Place {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as { place: Place; query: string };
    if (parsed.query === digest(query)) {
      return parsed.place;
    }
  } catch {
    // not one of ours: refused below, like one of another query
  }
  throw validation('The provided nextToken is invalid for this request');
}

function digest(query: PageQuery): string {
  const filters = Object.entries(query)
    .filter(([key, value]) => key !== 'maxResults' && key !== 'nextToken' && value !== undefined)
    .sort();
  return createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 16);
}
