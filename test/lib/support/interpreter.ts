import type * as Interpreter from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };
import { GATE_INTEGRATIONS } from '../../../lib/private/state-machine-definition';

// The interpreter needs Node 22's Promise.withResolvers.
const promises = Promise as { withResolvers?: () => object };
promises.withResolvers ??= () => {
  const resolvers: Record<string, unknown> = {};
  const promise = new Promise((resolve, reject) => {
    Object.assign(resolvers, { resolve, reject });
  });
  return { promise, ...resolvers };
};
const { StateMachine } = jest.requireActual<typeof Interpreter>('aws-local-stepfunctions');

/** What a task of the state machine hands to its function. */
export interface TaskInput {
  readonly action: string;
  readonly definition?: number;
  readonly state: Record<string, unknown>;
}

export interface InterpretedRun {
  /** What the function was handed, in order. */
  readonly calls: TaskInput[];
  /** What the execution returned; absent if it failed. */
  readonly output?: unknown;
  /** What it failed with, in the interpreter's words, which leave out the name of the error. */
  readonly failure?: string;
}

/** What the definition asks of CloudFormation itself: a call of `DescribeStacks`. */
type DescribeStacks = (input: { readonly StackName: string }) => unknown;

interface InterpreterOptions {
  readonly input?: object;
  /** Whether it waits as it is told, and not as fast as it can. */
  readonly patient?: boolean;
  readonly describeStacks?: DescribeStacks;
  /** What the definition asks of other services, by what its resource ends with. */
  readonly integration?: (resource: string, input: unknown) => unknown;
}

const UNASKED: DescribeStacks = () => {
  throw new Error('nobody is to look at the stack here');
};

/** Runs a definition whose other tasks are all the same function. */
export async function run(
  definition: object,
  handler: (input: TaskInput) => unknown,
  options: InterpreterOptions = {},
): Promise<InterpretedRun> {
  const { input = { request: 'the request' }, patient = false, describeStacks = UNASKED, integration } = options;
  const calls: TaskInput[] = [];
  const call = (input: unknown): never => {
    calls.push(input as TaskInput);
    return handler(input as TaskInput) as never;
  };
  const text = JSON.stringify(definition)
    .replaceAll('${HandlerArn}', 'arn:aws:lambda:us-east-1:111122223333:function:handler')
    .replaceAll('${describeStacks}', 'arn:aws:states:::aws-sdk:cloudformation:describeStacks')
    .replace(
      /\$\{(\w+)\}/g,
      (_, name: keyof typeof GATE_INTEGRATIONS) => `arn:aws:states:::${GATE_INTEGRATIONS[name]}`,
    );
  const { States } = JSON.parse(text) as { States: Record<string, { Type: string; Resource?: string }> };
  const taskOf = (name: string): ((input: unknown) => never) => {
    const resource = States[name]?.Resource ?? '';
    if (resource.endsWith(':describeStacks')) {
      return describeStacks as (input: unknown) => never;
    }
    return resource.startsWith('arn:aws:states:::') && integration !== undefined
      ? (input) => integration(resource, input) as never
      : call;
  };
  const namesOf = (type: string): string[] => Object.keys(States).filter((name) => States[name]?.Type === type);

  const machine = new StateMachine(JSON.parse(text) as never);
  const execution = machine.run(input as never, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(namesOf('Task').map((name) => [name, taskOf(name)])),
      retryIntervalOverrides: Object.fromEntries(namesOf('Task').map((name) => [name, 0])),
      waitTimeOverrides: patient ? {} : Object.fromEntries(namesOf('Wait').map((name) => [name, 0])),
    },
  });
  try {
    return { calls, output: await execution.result };
  } catch (thrown) {
    return { calls, failure: (thrown as Error).message };
  }
}
