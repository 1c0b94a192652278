import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { callErrorOf } from '../call-error';
import { CallFailed } from '../reconcile/call-errors';
import type { Executions } from './executions';
import { redact } from './redact';

/** One page of the greatest size, newest first: executions older than these cannot be newer requests. */
const PAGE = 1000;

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

    async list(prefix) {
      try {
        const { executions = [] } = await client.send(
          new ListExecutionsCommand({ stateMachineArn, maxResults: PAGE }),
          options,
        );
        return executions
          .filter(({ name }) => name?.startsWith(prefix) === true)
          .map(({ executionArn, name, status, startDate, stopDate }) => ({
            arn: executionArn ?? '',
            name: name ?? '',
            startedAt: startDate?.getTime() ?? 0,
            status: status === 'RUNNING' ? 'running' : status === 'SUCCEEDED' ? 'succeeded' : 'cut short',
            ...(stopDate === undefined ? {} : { endedAt: stopDate.getTime() }),
          }));
      } catch (thrown) {
        throw callErrorOf('ListExecutions', thrown);
      }
    },

    async stop(arn, cause) {
      try {
        await client.send(new StopExecutionCommand({ executionArn: arn, cause }), options);
      } catch (thrown) {
        throw callErrorOf('StopExecution', thrown);
      }
    },
  };
}
