/** Time that passes only when nobody is busy: waiting for an hour takes as long as it takes to say so. */
export class VirtualTime {
  private readonly alarms: { readonly at: number; readonly order: number; readonly ring: () => void }[] = [];
  private order = 0;

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

  /** Lets time pass until `enough`, or until nothing is left that could happen. */
  async pass(enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      await new Promise(setImmediate); // everyone does what there is to do now
      const next = enough() ? undefined : this.alarms.shift();
      if (next === undefined) {
        return;
      }
      this.current = next.at;
      next.ring();
    }
  }
}
