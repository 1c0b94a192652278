/** Something asynchronous: under way until `endsAt`, then failed if there is a message. */
export interface Transition {
  readonly beganAt: number;
  readonly endsAt: number;
  readonly failureMessage: string | undefined;
}

/** The first half of what is under way is told apart, since a service may have a word of its own for it. */
export type TransitionStage = 'at first' | 'under way' | 'completed' | 'failed';

export function stageOf({ beganAt, endsAt, failureMessage }: Transition, now: number): TransitionStage {
  if (now >= endsAt) {
    return failureMessage === undefined ? 'completed' : 'failed';
  }
  return now < (beganAt + endsAt) / 2 ? 'at first' : 'under way';
}
