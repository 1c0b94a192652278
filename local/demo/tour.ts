export interface TourStep {
  readonly heading: string;
  readonly run: () => Promise<void>;
}

/** What a tour shows, step by step. */
export interface Tour {
  readonly deploying: readonly TourStep[];
  /** When the cloud is kept, these are left out. */
  readonly destroying: readonly TourStep[];
  /** Commands to try when the cloud is kept. */
  readonly toTry: readonly string[];
}
