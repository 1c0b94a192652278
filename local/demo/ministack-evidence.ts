import { existsSync, readFileSync } from 'node:fs';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { CREDENTIALS, REGION } from './environment';
import { asksForExecutionData, type Evidence } from './log-search';
import type { MiniStack } from './ministack';

/**
 * What MiniStack has handed out and logged.
 *
 * It writes no log for a state machine. Step Functions writes the events of the executions' history there, and their
 * data (input and output) only if the template asks for it: so that is what is taken for the log.
 */
export async function evidenceIn({ endpoint, records }: MiniStack, assembly: string): Promise<Evidence> {
  const client = new SFNClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const executions = await executionsOf(client);
  const includeExecutionData = asksForExecutionData(assembly);
  return {
    responseUrls: entries(records.responseUrls),
    logLines: entries(records.logLines),
    inputs: await Promise.all(executions.map((arn) => inputOf(client, arn))),
    includeExecutionData,
    historyEvents: (await Promise.all(executions.map((arn) => historyOf(client, arn, includeExecutionData)))).flat(),
  };
}

function entries(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as string)
    : [];
}

/**
 * Without a state machine's ARN, MiniStack lists the executions of all, also of those that were deleted with their
 * stack.
 */
async function executionsOf(client: SFNClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListExecutions({ client }, {})) {
    arns.push(...(page.executions ?? []).map(({ executionArn }) => executionArn ?? ''));
  }
  return arns;
}

async function inputOf(client: SFNClient, executionArn: string): Promise<string> {
  return (await client.send(new DescribeExecutionCommand({ executionArn }))).input ?? '';
}

async function historyOf(client: SFNClient, executionArn: string, includeExecutionData: boolean): Promise<string[]> {
  const events: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData })) {
    events.push(...(page.events ?? []).map((event) => JSON.stringify(event)));
  }
  return events;
}
