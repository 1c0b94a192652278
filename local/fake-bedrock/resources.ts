import type { Behaviour } from './behaviour';
import { NOT_FOUND, refused, refuseUnlessAllowed, type ResourceKind } from './refusal';
import type { StoredTags } from './tags';

/** What models and deployments have in common. */
export interface ResourceRecord {
  readonly serial: number;
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  tags: StoredTags;
  deletion?: { readonly acceptedAt: number; readonly goneAt: number } | undefined;
}

interface Entry<T> {
  readonly resource: T;
  /** As it was before it was changed last, if it was there. */
  before: T | undefined;
  changedAt: number;
  /** Until then reads show nothing but what was before. */
  lateUntil: number;
  /** How often it has been read while reads flicker. */
  reads: number;
}

/** As much of the control plane as it takes to tell how a resource looks. */
export interface ServiceContext {
  readonly now: number;
  readonly behaviour: Behaviour;
}

/**
 * All resources of a kind, as they are and as reads show them. What is deleted is forgotten once nothing can tell of it
 * any more.
 */
export class ResourceStore<T extends ResourceRecord> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly surroundings: ServiceContext) {}

  add(resource: T): void {
    this.entries.set(resource.arn, {
      resource,
      before: undefined,
      changedAt: resource.visibleAt,
      lateUntil: resource.visibleAt,
      reads: 0,
    });
  }

  /**
   * Must be told before a resource is changed; reads go on showing what they showed for that many milliseconds at
   * least.
   */
  changing(arn: string, late = 0): void {
    const entry = this.entries.get(arn);
    if (!entry) {
      return;
    }
    const { now } = this.surroundings;
    if (now >= entry.lateUntil) {
      entry.before = { ...entry.resource };
    }
    entry.changedAt = now;
    entry.lateUntil = now + late;
  }

  remove(resource: T): void {
    const { now } = this.surroundings;
    this.changing(resource.arn);
    resource.deletion = { acceptedAt: now, goneAt: now };
  }

  /** Those that exist, or existed so many milliseconds ago. */
  all(within = 0): T[] {
    return this.known()
      .map(({ resource }) => resource)
      .filter((resource) => this.surroundings.now < goneAt(resource) + within);
  }

  find(arnOrName: string): T | undefined {
    return this.oneOf(this.all().filter(called(arnOrName)));
  }

  isTaken(name: string): boolean {
    const {
      now,
      behaviour: { nameIndexLag, nameHeldAfterDelete },
    } = this.surroundings;
    return this.known().some(
      ({ resource }) =>
        resource.name === name &&
        now >= resource.createdAt + nameIndexLag &&
        now < goneAt(resource) + nameHeldAfterDelete,
    );
  }

  /** Those that reads show, as they show them. */
  visible(): T[] {
    return this.known().flatMap((entry) => this.seen(entry) ?? []);
  }

  findVisible(arnOrName: string): T | undefined {
    const named = this.known().filter(({ resource }) => called(arnOrName)(resource));
    return this.oneOf(named.flatMap((entry) => this.seen(entry) ?? []));
  }

  private oneOf(namesakes: readonly T[]): T | undefined {
    return namesakes.at(this.surroundings.behaviour.nameOfTwo === 'older' ? 0 : -1);
  }

  private seen(entry: Entry<T>): T | undefined {
    const { resource, before, changedAt, lateUntil } = entry;
    if (this.isGone(resource)) {
      return this.looksBack(entry, goneAt(resource)) ? resource : undefined;
    }
    return this.surroundings.now < lateUntil || this.looksBack(entry, changedAt) ? before : resource;
  }

  private looksBack(entry: Entry<T>, since: number): boolean {
    if (this.surroundings.now >= since + this.surroundings.behaviour.flickeringReads) {
      return false;
    }
    entry.reads += 1;
    return entry.reads % 2 === 1;
  }

  private isGone(resource: T): boolean {
    return this.surroundings.now >= goneAt(resource);
  }

  private known(): Entry<T>[] {
    const {
      now,
      behaviour: { flickeringReads, nameHeldAfterDelete, modelHeldAfterDelete },
    } = this.surroundings;
    for (const { resource } of this.entries.values()) {
      if (now >= goneAt(resource) + Math.max(flickeringReads, nameHeldAfterDelete, modelHeldAfterDelete)) {
        this.entries.delete(resource.arn);
      }
    }
    return [...this.entries.values()];
  }
}

/** The one that reads show, by what a read calls it. */
export function requireReadable<T extends ResourceRecord>(
  resources: ResourceStore<T>,
  kind: ResourceKind,
  identifier: string,
  behaviour: Behaviour,
): T {
  const isArn = identifier.startsWith('arn:');
  const about = { kind, name: identifier };
  if (!isArn) {
    refuseUnlessAllowed(behaviour.getByName, about);
  }
  const resource = resources.findVisible(identifier);
  if (!resource) {
    throw refused(isArn ? NOT_FOUND : behaviour.getByAbsentName, about);
  }
  return resource;
}

function called(arnOrName: string): (resource: ResourceRecord) => boolean {
  return ({ arn, name }) => arn === arnOrName || name === arnOrName;
}

function goneAt({ deletion }: ResourceRecord): number {
  return deletion?.goneAt ?? Infinity;
}
