/**
 * Time that passes only when nobody is busy: waiting for an hour takes as long as it takes to say so.
 *
 * What waits for real (a reply over HTTP) is told by `busy`, so that time stands still until it is over.
 */
export class VirtualTime {
  private readonly alarms: { readonly at: number; readonly order: number; readonly ring: () => void }[] = [];
  private order = 0;
  private pending = 0;

  constructor(private current: number) {}

  readonly now = (): number => this.current;

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => {
    this.at(this.current + ms, resolve);
  });

  /** Aborts after so many ms. */
  readonly timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    this.at(this.current + ms, () => { controller.abort(); });
    return controller.signal;
  };

  at(time: number, ring: () => void): void {
    this.order += 1;
    this.alarms.push({ at: Math.max(time, this.current), order: this.order, ring });
    this.alarms.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** Real work: time stands still until it is done. */
  async busy<T>(work: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work;
    } finally {
      this.pending -= 1;
    }
  }

  /** Lets time pass until `enough`, or until nothing is left that could happen. */
  async pass(enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.quiet();
      const next = enough() ? undefined : this.alarms.shift();
      if (next === undefined) {
        return;
      }
      this.current = next.at;
      next.ring();
    }
  }

  private async quiet(): Promise<void> {
    do {
      await new Promise(setImmediate);
    } while (this.pending > 0);
  }
}
