export interface Step {
  readonly heading: string;
  readonly run: () => Promise<void>;
}

/** What a tour shows, step by step. */
export interface Itinerary {
  readonly deploying: readonly Step[];
  /** When the cloud is kept, these are left out. */
  readonly destroying: readonly Step[];
  /** Commands to try when the cloud is kept. */
  readonly toTry: readonly string[];
}
