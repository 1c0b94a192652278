import type { SimulatedStack as SimulatedStack, StackStatus } from '../aws-simulator/cloudformation';
import type { SimulatedAws } from '../aws-simulator/simulated-aws';
import type { Cdk, CdkCli, CdkRun, StackArguments } from './cdk';
import { duration, eventLines } from './stack-events';
import type { Terminal } from './terminal';

const GOOD: readonly StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'];

/** The real CDK CLI synthesizes, and the simulator does the rest. */
export class SimulatedCdk implements Cdk {
  constructor(
    private readonly aws: SimulatedAws,
    private readonly cli: CdkCli,
    private readonly terminal: Terminal,
    private readonly known = new Map<string, SimulatedStack>(),
  ) {}

  /** Name and status of those that were not deleted. */
  get stacks(): string[] {
    return [...this.known]
      .filter(([, { status }]) => status !== 'DELETE_COMPLETE')
      .map(([name, { status = '?' }]) => `${name} ${status}`);
  }

  withApp(app: string): SimulatedCdk {
    return new SimulatedCdk(this.aws, this.cli.withApp(app), this.terminal, this.known);
  }

  bootstrap(): Promise<CdkRun> {
    const output =
      'There is nothing to bootstrap: the simulator takes templates and code from where the CDK synthesizes them to.\n';
    this.terminal.raw(output);
    return Promise.resolve({ exitCode: 0, output });
  }

  async deploy(stack: StackArguments): Promise<CdkRun> {
    const synthesized = await this.cli.synth(stack);
    if (synthesized.exitCode !== 0) {
      return synthesized;
    }
    const template = this.aws.template(stack.stackName);
    const sections = this.aws.sections(stack.stackName);
    const there = this.known.get(stack.stackName);
    const deployed = there ?? this.aws.stack(stack.stackName);
    this.known.set(stack.stackName, deployed);
    const others = Object.values(template).filter(({ Type }) => !Type.startsWith('Custom::')).length;
    return this.show(
      `The simulator deploys what was synthesized. Its ${others} resources of AWS's own types take no time, and are not shown:`,
      stack,
      deployed,
      () => (there === undefined ? deployed.create(template, { sections }) : deployed.update(template, { sections })),
    );
  }

  async destroy(stack: StackArguments): Promise<CdkRun> {
    const there = this.known.get(stack.stackName);
    if (there === undefined) {
      throw new Error(`There is no stack ${stack.stackName}.`);
    }
    return this.show(`The simulator deletes the stack ${stack.stackName}:`, stack, there, () => there.delete());
  }

  private async show(
    announcement: string,
    { stackName }: StackArguments,
    stack: SimulatedStack,
    operate: () => Promise<StackStatus>,
  ): Promise<CdkRun> {
    const { time } = this.aws;
    const [began, started, shown] = [time.now(), Date.now(), stack.events.length];
    this.terminal.line(announcement);
    const status = await time.until(operate());
    const isGood = GOOD.includes(status);
    const output = [
      ...eventLines(stackName, stack.events.slice(shown), began, this.aws.template(stackName)),
      ...(isGood && status !== 'DELETE_COMPLETE' ? ['', 'Outputs:', ...this.outputs(stackName, stack)] : []),
      '',
      `${duration(time.now() - began)} have passed for the stack, and ${((Date.now() - started) / 1000).toFixed(1)} s for you.`,
      '',
    ].join('\n');
    this.terminal.raw(output);
    return { exitCode: isGood ? 0 : 1, output };
  }

  private outputs(stackName: string, stack: SimulatedStack): string[] {
    return Object.entries(this.aws.outputs(stackName)).map(
      ([name, { Value }]) => `${stackName}.${name} = ${String(stack.resolve(Value))}`,
    );
  }
}
