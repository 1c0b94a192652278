import { createHash } from 'node:crypto';
import type { Behaviour, Durations } from './behaviour';
import type { DeploymentRecord } from './deployment';
import type { ModelRecord, SourceFailure } from './model';
import { refuseUnlessAllowed } from './refusal';
import { type ResourceRecord, ResourceStore } from './resources';
import type { createCustomModel, Value } from './shapes';
import type { StoredTags } from './tags';

export interface StateOptions {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly durations: Durations;
  readonly behaviour: Behaviour;
  readonly sourceFailures: ReadonlyMap<string, SourceFailure>;
  readonly accessChangedAt: () => number;
  readonly mayRead: (input: Value<typeof createCustomModel>) => boolean;
}

/** What is asked of an operation that takes a token. */
interface TokenRequest {
  readonly clientRequestToken?: string | undefined;
}

/** What a clientRequestToken has made. */
interface Made {
  readonly arn: string;
  readonly at: number;
  readonly request: string;
}

/** Everything that the control plane remembers. */
export class ServiceState {
  readonly models = new ResourceStore<ModelRecord>(this);
  readonly deployments = new ResourceStore<DeploymentRecord>(this);
  private readonly madeByToken = new Map<string, Made>();
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

  /** Whether Bedrock may read the source of such a model, and knows it by now. */
  hasAccess(input: Value<typeof createCustomModel>): boolean {
    return this.now >= this.options.accessChangedAt() + this.behaviour.accessLag && this.options.mayRead(input);
  }

  /** A resource as it is at birth; ids are the same in every run, so that a failing test fails again. */
  born(
    kind: 'custom-model' | 'custom-model-deployment',
    parent: string,
    name: string,
    tags: StoredTags,
    visibleAfter = this.durations.visibility,
  ) {
    const serial = ++this.serial;
    const id = BigInt(`0x${createHash('sha256').update(`${kind} ${serial}`).digest('hex')}`)
      .toString(36)
      .slice(-12);
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
  replayed<T extends ResourceRecord>(
    operation: string,
    request: TokenRequest,
    made: ResourceStore<T>,
    isFailed: (resource: T) => boolean,
  ): string | undefined {
    const { tokenLifetime, tokenOfDeleted, tokenOfFailed, tokenOfAnotherRequest } = this.behaviour;
    const before = this.madeByToken.get(`${operation} ${request.clientRequestToken ?? ''}`);
    if (before === undefined || this.now - before.at >= tokenLifetime) {
      return undefined;
    }
    const resource = made.find(before.arn);
    if (resource ? tokenOfFailed === 'forgotten' && isFailed(resource) : tokenOfDeleted === 'forgotten') {
      return undefined;
    }
    if (before.request !== JSON.stringify(request)) {
      refuseUnlessAllowed(tokenOfAnotherRequest, {});
    }
    return before.arn;
  }

  remember(operation: string, request: TokenRequest, arn: string): void {
    if (request.clientRequestToken === undefined) {
      return;
    }
    this.madeByToken.set(`${operation} ${request.clientRequestToken}`, {
      arn,
      at: this.now,
      request: JSON.stringify(request),
    });
  }
}
