import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C and the like. From here on they no longer end this process, so that it can stop what it has started. */
export class Interruption {
  /** The exit code that a shell expects then: 130 for Ctrl-C. */
  readonly exitCode: Promise<number>;

  constructor() {
    this.exitCode = new Promise((resolve) => {
      // "on", not "once": npm and tsx pass on the signal that the terminal has sent already
      SIGNALS.forEach((signal) =>
        process.on(signal, () => {
          resolve(128 + constants.signals[signal]);
        }),
      );
    });
  }
}
