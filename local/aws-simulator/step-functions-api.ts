import type { ExecutionStatus, StateMachineExecution } from './state-machine/execution';
import { type Page, type StepFunctions, StepFunctionsError } from './step-functions';

export type StepFunctionsInput = Readonly<
  Partial<Record<'stateMachineArn' | 'name' | 'input' | 'executionArn' | 'nextToken', string>>
> & { readonly maxResults?: number; readonly statusFilter?: ExecutionStatus };

/**
 * As much of the API as the handler calls, in the API's own shapes:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/
 */
export class StepFunctionsApi {
  constructor(private readonly stateMachine: (arn: string) => StepFunctions | undefined) {}

  /** @throws StepFunctionsError */
  perform(operation: string, input: StepFunctionsInput): object {
    const stateMachine = this.stateMachine(input.stateMachineArn ?? machineOf(input.executionArn ?? ''));
    if (stateMachine === undefined) {
      throw new StepFunctionsError('StateMachineDoesNotExist', 'State Machine Does Not Exist');
    }
    switch (operation) {
      case 'StartExecution':
        return started(stateMachine.startExecution(input.name ?? '', input.input ?? '{}'));
      case 'ListExecutions':
        return listed(stateMachine.listExecutions(input));
      case 'StopExecution':
        return { stopDate: new Date(stateMachine.stopExecution(input.executionArn ?? '').endedAt ?? 0) };
      default:
        throw new StepFunctionsError('UnknownOperationException', `there is no ${operation} here`);
    }
  }
}

function machineOf(executionArn: string): string {
  return executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, '');
}

function started({ arn, startedAt }: StateMachineExecution): object {
  return { executionArn: arn, startDate: new Date(startedAt) };
}

function listed({ executions, ...more }: Page): object {
  return {
    executions: executions.map(({ arn, name, startedAt, endedAt, status }) => ({
      executionArn: arn,
      stateMachineArn: machineOf(arn),
      name,
      status,
      startDate: new Date(startedAt),
      ...(endedAt === undefined ? {} : { stopDate: new Date(endedAt) }),
    })),
    ...more,
  };
}
