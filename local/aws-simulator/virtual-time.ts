interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** Nothing is left that could happen, and what was waited for is not over. */
export class EndOfTime extends Error {
  constructor() {
    super('time has come to an end, and it is not over');
    this.name = 'EndOfTime';
  }
}

/** Time that passes only when nobody is busy: waiting for an hour takes as long as it takes to say so. */
export class VirtualTime {
  /** The next to ring comes last. */
  private readonly alarms: Alarm[] = [];
  private order = 0;
  private holds = 0;
  private letGo: () => void = () => undefined;

  constructor(private current: number) {}

  readonly now = (): number => this.current;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.at(this.current + ms, resolve);
    });

  /** Aborts after so many ms. */
  readonly timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    this.at(this.current + ms, () => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    return controller.signal;
  };

  /** Returns how to call it off. */
  at(time: number, ring: () => void): () => void {
    this.order += 1;
    const alarm: Alarm = { at: Math.max(time, this.current), order: this.order, ring };
    this.alarms.splice(this.placeOf(alarm), 0, alarm);
    return () => {
      const index = this.alarms.indexOf(alarm);
      if (index >= 0) {
        this.alarms.splice(index, 1);
      }
    };
  }

  /** Time stands still until what is returned is called: something takes real time, which is none here. */
  hold(): () => void {
    let held = true;
    this.holds += 1;
    return () => {
      if (held) {
        held = false;
        this.holds -= 1;
        this.letGo();
      }
    };
  }

  /** Lets time pass until `enough`, or until nothing is left that could happen. */
  async pass(enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.everyoneIsIdle();
      const next = enough() ? undefined : this.alarms.pop();
      if (next === undefined) {
        return;
      }
      this.current = next.at;
      next.ring();
    }
  }

  /** Waits until something is over, letting time pass. */
  async until<T>(something: Promise<T>): Promise<T> {
    let over = false;
    const settled = something.finally(() => {
      over = true;
    });
    settled.catch(() => undefined); // it is thrown below
    await this.pass(() => over);
    return Promise.race([settled, Promise.reject(new EndOfTime())]);
  }

  private async everyoneIsIdle(): Promise<void> {
    await new Promise(setImmediate); // everyone does what there is to do now
    while (this.holds > 0) {
      await new Promise<void>((resolve) => {
        this.letGo = resolve;
      });
      await new Promise(setImmediate);
    }
  }

  private placeOf({ at }: Alarm): number {
    let [low, high] = [0, this.alarms.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.alarms[middle]?.at ?? 0) > at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
