/** An error or a warning that users may see, and what they can do about it. */
export interface ErrorEntry {
  /** When it is seen. */
  readonly when: string;
  readonly cause: string;
  readonly remedy: string;
  /** Makes it happen, and returns what it says. */
  readonly reproduce: () => string | Promise<string>;
}
