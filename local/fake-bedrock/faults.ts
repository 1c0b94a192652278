import type { OperationName } from './operations';

export interface ErrorReply {
  readonly name: string;
  readonly message?: string;
  /** Default: the one that AWS sends with that name. */
  readonly status?: number;
}

export type Fault =
  /** Answers this error; nothing is done. */
  | ({ readonly kind: 'error' } & ErrorReply)
  /** Does what is asked, then answers this error. */
  | ({ readonly kind: 'errorAfter' } & ErrorReply)
  /** Cuts the connection; nothing is done. */
  | { readonly kind: 'cut' }
  /** Does what is asked, then cuts the connection. */
  | { readonly kind: 'lostReply' }
  /** Does nothing and never answers; the connection stays open until the client gives up or the server stops. */
  | { readonly kind: 'hang' }
  /** Does what is asked at once, but answers only after so many real milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number };

export type FaultHook = (operation: OperationName, input: Readonly<Record<string, unknown>>) => Fault | undefined;

/** What goes wrong with the calls to come. */
export class Faults {
  private planned: { readonly operation: OperationName | '*'; readonly fault: Fault; left: number }[] = [];
  private readonly hooks = new Set<FaultHook>();

  /**
   * Lets the next `times` calls of an operation ('*': of any) meet this fault. Planned faults come in the order of
   * planning, before hooks.
   */
  next(operation: OperationName | '*', fault: Fault, times = 1): void {
    this.planned.push({ operation, fault, left: times });
  }

  /** Asks `hook` about every call that has no planned fault; returns how to unsubscribe. */
  on(hook: FaultHook): () => void {
    this.hooks.add(hook);
    return () => {
      this.hooks.delete(hook);
    };
  }

  clear(): void {
    this.planned = [];
    this.hooks.clear();
  }

  /** The fault that this call meets; it is used up. */
  take(...[operation, input]: Parameters<FaultHook>): Fault | undefined {
    const plan = this.planned.find((each) => each.left > 0 && (each.operation === operation || each.operation === '*'));
    if (plan) {
      plan.left--;
      this.planned = this.planned.filter(({ left }) => left > 0);
      return plan.fault;
    }
    for (const hook of this.hooks) {
      const fault = hook(operation, input);
      if (fault) {
        return fault;
      }
    }
    return undefined;
  }
}
