import {
  ExecutionAlreadyExists,
  type ExecutionStatus,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { callErrorOf } from '../call-error';
import { CallFailed } from '../reconcile/call-errors';
import type { Execution, Executions } from './executions';
import { redact } from './redact';

/**
 * A page of so many executions, newest first, is enough for most stacks: 43 KB. Only where it does not go back far
 * enough, the greatest is asked for instead, 427 KB: what is scarce is calls, however little each brings.
 */
const FEW = 100;
/** Step Functions may give less than a page. No request is looked for further back than this. */
const MANY = 1000;

const STATUS: Readonly<Partial<Record<ExecutionStatus, Execution['status']>>> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
};

interface ExecutionPage {
  readonly page: readonly Execution[];
  /** There is more. */
  readonly nextToken?: string;
}

export function executionsOf(client: SFNClient, stateMachineArn: string, signal: AbortSignal): Executions {
  const options = { abortSignal: signal };
  return {
    async start(name, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }), options);
      } catch (thrown) {
        if (!(thrown instanceof ExecutionAlreadyExists)) {
          const { callError } = callErrorOf('StartExecution', thrown);
          throw new CallFailed({ ...callError, message: redact(callError.message) });
        }
      }
    },

    async list(prefix, { since, count }) {
      const ofResource = (all: readonly Execution[]): Execution[] => all.filter(({ name }) => name.startsWith(prefix));
      const isEnough = (all: readonly Execution[]): boolean =>
        (all.at(-1)?.startedAt ?? 0) < since && ofResource(all).length >= count;
      const newest = await pageOf(FEW);
      if (newest.nextToken === undefined || isEnough(newest.page)) {
        return ofResource(newest.page);
      }
      const all: Execution[] = [];
      let nextToken: string | undefined;
      do {
        const next = await pageOf(MANY, nextToken);
        all.push(...next.page);
        nextToken = next.nextToken;
      } while (nextToken !== undefined && all.length < MANY && !isEnough(all));
      return ofResource(all);
    },

    async stop(name, cause) {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        await client.send(new StopExecutionCommand({ executionArn, cause }), options);
      } catch (thrown) {
        throw callErrorOf('StopExecution', thrown);
      }
    },
  };

  async function pageOf(maxResults: number, after?: string): Promise<ExecutionPage> {
    try {
      const { executions = [], nextToken } = await client.send(
        new ListExecutionsCommand({ stateMachineArn, maxResults, nextToken: after }),
        options,
      );
      const page = executions.map(({ name = '', status, startDate, stopDate }) => ({
        name,
        startedAt: startDate?.getTime() ?? 0,
        status: (status === undefined ? undefined : STATUS[status]) ?? 'cut short',
        ...(stopDate === undefined ? {} : { endedAt: stopDate.getTime() }),
      }));
      return { page, ...(nextToken === undefined ? {} : { nextToken }) };
    } catch (thrown) {
      throw callErrorOf('ListExecutions', thrown);
    }
  }
}
