import { createHash } from 'node:crypto';
import type { Behaviour, Durations } from './behaviour';
import type { Deployment } from './deployment';
import type { Model, SourceFailure } from './model';
import type { Tags } from './tags';

/** What models and deployments have in common. */
export interface Resource {
  readonly serial: number;
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  tags: Tags;
  deletion?: { readonly acceptedAt: number; readonly goneAt: number };
}

/** Something asynchronous: under way until `endsAt`, then failed if there is a message. */
export interface Change {
  readonly endsAt: number;
  readonly failureMessage: string | undefined;
}

export interface StateOptions {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly durations: Durations;
  readonly behaviour: Behaviour;
  readonly sourceFailures: ReadonlyMap<string, SourceFailure>;
}

/** Everything that the control plane remembers. What is deleted is forgotten when its time has come. */
export class State {
  readonly models = new Resources<Model>(() => this.now);
  readonly deployments = new Resources<Deployment>(() => this.now);
  readonly arnsByToken = new Map<string, string>();
  private serial = 0;

  constructor(readonly options: StateOptions) {}

  get now(): number {
    return this.options.now();
  }

  get durations(): Durations {
    return this.options.durations;
  }

  get behaviour(): Behaviour {
    return this.options.behaviour;
  }

  /** A resource as it is at birth; ids are the same in every run, so that a failing test fails again. */
  born(kind: 'custom-model' | 'custom-model-deployment', parent: string, name: string, tags: Tags, visibleAfter = this.durations.visibility) {
    const serial = ++this.serial;
    const id = BigInt(`0x${createHash('sha256').update(`${kind} ${serial}`).digest('hex')}`).toString(36).slice(-12);
    const { region, accountId } = this.options;
    return {
      serial,
      arn: `arn:aws:bedrock:${region}:${accountId}:${kind}/${parent}${id}`,
      name,
      createdAt: this.now,
      visibleAt: this.now + visibleAfter,
      tags,
    };
  }

  /** The ARN that this token has made before, if it counts. */
  replayed(operation: string, token: string | undefined, made: Resources<Resource>): string | undefined {
    if (token === undefined) return undefined;
    const arn = this.arnsByToken.get(`${operation} ${token}`);
    return arn !== undefined && (this.behaviour.tokenOfDeleted === 'remembered' || made.find(arn)) ? arn : undefined;
  }

  remember(operation: string, token: string | undefined, arn: string): void {
    if (token !== undefined) this.arnsByToken.set(`${operation} ${token}`, arn);
  }
}

export class Resources<T extends Resource> {
  private readonly byArn = new Map<string, T>();

  constructor(private readonly now: () => number) {}

  add(resource: T): void {
    this.byArn.set(resource.arn, resource);
  }

  remove(resource: T): void {
    this.byArn.delete(resource.arn);
  }

  all(): T[] {
    for (const resource of this.byArn.values()) {
      if (resource.deletion && this.now() >= resource.deletion.goneAt) this.byArn.delete(resource.arn);
    }
    return [...this.byArn.values()];
  }

  find(arnOrName: string): T | undefined {
    return this.all().find(({ arn, name }) => arn === arnOrName || name === arnOrName);
  }

  /** Those that reads know of already. */
  visible(): T[] {
    return this.all().filter(({ visibleAt }) => this.now() >= visibleAt);
  }

  findVisible(arnOrName: string): T | undefined {
    return this.visible().find(({ arn, name }) => arn === arnOrName || name === arnOrName);
  }
}
