const LAST_LINES = 6;

/** What a program that failed said last, which is mostly why. */
export function lastLines(output: string): string {
  return output
    .trim()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => `  ${line}`)
    .join('\n');
}
