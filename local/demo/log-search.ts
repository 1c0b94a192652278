import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What MiniStack itself writes to the log of a function, around what the function writes. */
const FRAME = /^(START|END|REPORT) RequestId: /;

/** What a run has handed out and logged. */
export interface Evidence {
  /** The ResponseURLs that CloudFormation really handed out. */
  readonly responseUrls: readonly string[];
  /** What the functions have logged. */
  readonly logLines: readonly string[];
  /** What the executions of the state machines were started with. */
  readonly inputs: readonly string[];
  /** Whether the log of the state machines has their data too. */
  readonly includeExecutionData: boolean;
  /** What the log of the state machines has. Absent: nobody writes one here. */
  readonly historyEvents?: readonly string[];
}

export interface LogSearch {
  readonly responseUrls: number;
  /**
   * Those of them that are found, whole and as they were given, in the input of an execution, where they have to be.
   */
  readonly urlsInInputs: number;
  readonly logLines: number;
  /** Those of them that the functions wrote themselves. */
  readonly functionLines: number;
  readonly executions: number;
  readonly historyEvents: number | undefined;
  readonly includeExecutionData: boolean;
  /** The lines in which a ResponseURL or its signature was found. */
  readonly leaks: readonly string[];
}

/** Searches what the functions and the state machines have logged for the ResponseURLs of this run. */
export function searchLogs({
  responseUrls,
  logLines,
  inputs,
  includeExecutionData,
  historyEvents,
}: Evidence): LogSearch {
  // Where nobody writes the log of the state machines, it is taken to have what it would be given.
  const stateMachineLines = historyEvents ?? (includeExecutionData ? inputs : []);
  return {
    responseUrls: responseUrls.length,
    urlsInInputs: responseUrls.filter((url) => linesWith([url], inputs).length > 0).length,
    logLines: logLines.length,
    functionLines: logLines.filter((line) => !FRAME.test(line)).length,
    executions: inputs.length,
    historyEvents: historyEvents?.length,
    includeExecutionData,
    leaks: linesWith(needlesOf(responseUrls), [...logLines, ...stateMachineLines]),
  };
}

/**
 * All by which a ResponseURL could be known again: its own token, its signature as it stands there and decoded, and
 * what all have in common.
 */
export function needlesOf(responseUrls: readonly string[]): string[] {
  return [
    ...new Set(
      responseUrls.flatMap((text) => {
        const url = new URL(text);
        const token = url.pathname.split('/').at(-1);
        const signature = url.searchParams.get('Signature') ?? url.searchParams.get('X-Amz-Signature');
        return [
          token,
          url.pathname.replace(/[^/]*$/, ''),
          signature,
          signature && encodeURIComponent(signature),
          'AWSAccessKeyId=',
          'X-Amz-Signature=',
        ];
      }),
    ),
  ].filter((needle) => needle !== undefined && needle !== null && needle.length > 1) as string[];
}

export function linesWith(needles: readonly string[], lines: readonly string[]): string[] {
  return lines.filter((line) => needles.some((needle) => line.includes(needle)));
}

/** Whether a template that the CDK has synthesized there has the data of executions logged. */
export function asksForExecutionData(assembly: string): boolean {
  const templates = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  return templates.some((name) => /"IncludeExecutionData": *true/.test(readFileSync(join(assembly, name), 'utf8')));
}
