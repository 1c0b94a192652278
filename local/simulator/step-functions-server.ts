import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessKeyIn } from '../bedrock/server';
import type { Execution } from '../../lambda/executions/executions';
import type { StepFunctions } from './step-functions';

type Input = Readonly<Record<'stateMachineArn' | 'name' | 'input' | 'executionArn', string>>;

interface Reply {
  readonly status: number;
  readonly body: object;
}

const STATUS: Readonly<Record<Execution['status'], string>> = { 'running': 'RUNNING', 'succeeded': 'SUCCEEDED', 'cut short': 'ABORTED' };

/** The message with which IAM denies a call with that access key; undefined if it is allowed. */
type Denial = (accessKeyId: string, operation: string, input: object) => string | undefined;

/** The simulator's Step Functions on the wire (awsJson1_0), as much of it as the handler calls: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export class StepFunctionsServer {
  static async start(stateMachine: (arn: string) => StepFunctions | undefined, now: () => number, denial: Denial): Promise<StepFunctionsServer> {
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return new StepFunctionsServer(server, stateMachine, now, denial);
  }

  readonly endpoint: string;

  private constructor(
    private readonly server: Server, private readonly stateMachine: (arn: string) => StepFunctions | undefined, private readonly now: () => number,
    private readonly denial: Denial,
  ) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      });
    });
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => { resolve(); });
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Partial<Input>;
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const denied = this.denial(accessKeyIn(request.headers), operation ?? '', input);
    if (denied !== undefined) {
      return refused('AccessDeniedException', denied);
    }
    const machine = this.stateMachine(input.stateMachineArn ?? machineOf(input.executionArn ?? ''));
    if (machine === undefined) {
      return refused('StateMachineDoesNotExist', 'State Machine Does Not Exist');
    }
    switch (operation) {
      case 'StartExecution':
        return this.start(machine, input.name ?? '', input.input ?? '{}');
      case 'ListExecutions':
        return { status: 200, body: { executions: (await machine.list('')).map(listed).reverse() } };
      case 'StopExecution':
        await machine.stop(input.executionArn ?? '');
        return { status: 200, body: { stopDate: this.now() / 1000 } };
      default:
        return refused('UnknownOperationException', `there is no ${operation ?? 'operation'} here`);
    }
  }

  private async start(machine: StepFunctions, name: string, input: string): Promise<Reply> {
    const known = machine.runs.find((run) => run.name === name);
    if (known !== undefined && (known.status !== 'running' || known.input !== input)) {
      return refused('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
    }
    await machine.start(name, input);
    return { status: 200, body: { executionArn: machine.arnOf(name), startDate: this.now() / 1000 } };
  }
}

function refused(type: string, message: string): Reply {
  return { status: 400, body: { __type: type, message } };
}

function machineOf(executionArn: string): string {
  return executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, '');
}

function listed({ arn, name, startedAt, endedAt, status }: Execution): object {
  return {
    executionArn: arn, stateMachineArn: machineOf(arn), name, status: STATUS[status],
    startDate: startedAt / 1000, ...(endedAt === undefined ? {} : { stopDate: endedAt / 1000 }),
  };
}
