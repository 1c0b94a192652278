import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SFNClient, paginateGetExecutionHistory, paginateListExecutions, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { LocalCloud } from './cloud';
import { REGION } from './environment';

/** What MiniStack itself writes to the log of a function, around what the function writes. */
const FRAME = /^(START|END|REPORT) RequestId: /;

export interface LogSearch {
  /** The ResponseURLs that CloudFormation really handed out in this run. */
  readonly responseUrls: number;
  /** Those of them that are found, whole and as they were given, in the input of an execution, where they have to be. */
  readonly urlsInInputs: number;
  readonly logLines: number;
  /** Those of them that the functions wrote themselves. */
  readonly functionLines: number;
  readonly executions: number;
  readonly historyEvents: number;
  readonly includeExecutionData: boolean;
  /** The lines in which a ResponseURL or its signature was found. */
  readonly leaks: readonly string[];
}

/**
 * Searches what the handler and the state machines have logged for the ResponseURLs of this run.
 *
 * MiniStack writes no log for a state machine. Step Functions writes the events of the executions' history there, and their
 * data (input and output) only if the template asks for it: so that is what is searched.
 */
export async function searchLogs(cloud: LocalCloud): Promise<LogSearch> {
  const client = new SFNClient({
    endpoint: cloud.miniStack.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const responseUrls = entries(cloud.miniStack.records.responseUrls);
  const logLines = entries(cloud.miniStack.records.logLines);
  const executions = await executionsOf(client);
  const includeExecutionData = templatesAskForData(cloud.cdk.outputDirectory);
  const history = (await Promise.all(executions.map((arn) => historyOf(client, arn, includeExecutionData)))).flat();
  const inputs = await Promise.all(executions.map((arn) => inputOf(client, arn)));
  const needles = needlesOf(responseUrls);
  return {
    responseUrls: responseUrls.length,
    urlsInInputs: responseUrls.filter((url) => linesWith([url], inputs).length > 0).length,
    logLines: logLines.length,
    functionLines: logLines.filter((line) => !FRAME.test(line)).length,
    executions: executions.length,
    historyEvents: history.length,
    includeExecutionData,
    leaks: linesWith(needles, [...logLines, ...history]),
  };
}

/** All by which a ResponseURL could be known again: its own token, its signature as it stands there and decoded, and what all have in common. */
export function needlesOf(responseUrls: readonly string[]): string[] {
  return [...new Set(responseUrls.flatMap((text) => {
    const url = new URL(text);
    const token = url.pathname.split('/').at(-1);
    const signature = url.searchParams.get('Signature');
    return [token, url.pathname.replace(/[^/]*$/, ''), signature, signature && encodeURIComponent(signature), 'AWSAccessKeyId='];
  }))].filter((needle) => needle !== undefined && needle !== null && needle.length > 1) as string[];
}

export function linesWith(needles: readonly string[], lines: readonly string[]): string[] {
  return lines.filter((line) => needles.some((needle) => line.includes(needle)));
}

function entries(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as string) : [];
}

/** Without a state machine's ARN, MiniStack lists the executions of all, also of those that were deleted with their stack. */
async function executionsOf(client: SFNClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListExecutions({ client }, {})) {
    arns.push(...(page.executions ?? []).map(({ executionArn }) => executionArn ?? ''));
  }
  return arns;
}

async function historyOf(client: SFNClient, executionArn: string, includeExecutionData: boolean): Promise<string[]> {
  const events: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData })) {
    events.push(...(page.events ?? []).map((event) => JSON.stringify(event)));
  }
  return events;
}

function templatesAskForData(directory: string): boolean {
  const templates = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
  return templates.some((name) => /"IncludeExecutionData": *true/.test(readFileSync(join(directory, name), 'utf8')));
}

async function inputOf(client: SFNClient, executionArn: string): Promise<string> {
  return (await client.send(new DescribeExecutionCommand({ executionArn }))).input ?? '';
}
