import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { LocalBedrock, type LocalBedrockOptions } from '../bedrock/server';
import { Account } from './account';
import { deliver } from './asynchronous-event';
import { CloudFormation, type CloudFormationOptions, type Stack, type Template } from './cloudformation';
import { describeStacks } from './describe-stacks';
import { Outages } from './outages';
import { VirtualTime } from './virtual-time';

export interface SimulatedAwsOptions {
  /** The directory that the CDK synthesizes to. */
  readonly assembly: string;
  readonly bedrock?: Pick<LocalBedrockOptions, 'behaviour' | 'durations'>;
  readonly cloudFormation?: Pick<CloudFormationOptions, 'behaviour' | 'onAnswer'>;
  readonly accountId?: string;
  readonly region?: string;
  /** When a request reaches the function, in ms after it was sent, each time that it does. Default: once, soon. */
  readonly deliveries?: (request: CloudFormationRequest) => readonly number[];
}

interface Synthesized {
  readonly Resources: Template;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

const SOON_MS = 50;

/**
 * CloudFormation, Lambda and Step Functions simulated, and beside them the local Bedrock over HTTP, for stacks that the CDK has synthesized:
 * the built handler and the state machine's definition run as they would be deployed. An hour of waiting takes no time.
 */
export class SimulatedAws {
  static async open(options: SimulatedAwsOptions): Promise<SimulatedAws> {
    const time = new VirtualTime(Date.now());
    const bedrock = await LocalBedrock.start({
      ...options.bedrock, ...where(options), now: time.now, onHang: (headers) => { aws.account.held.release(headers); },
    });
    const responseUrls: string[] = [];
    const logLines: string[] = [];
    const outages = new Outages(time);
    const account: Account = await Account.open({
      ...where(options),
      assembly: options.assembly,
      time,
      endpoints: { AWS_ENDPOINT_URL_BEDROCK: bedrock.endpoint },
      respond: (url, body) => aws.cloudFormation.respond(url, body),
      integration: (_resource, input) => describeStacks(input, (stackId) => aws.statusOf(stackId)),
      outages,
      log: (line) => { logLines.push(line); },
    });
    const aws: SimulatedAws = new SimulatedAws(time, bedrock, account, outages, options, responseUrls, logLines);
    return aws;
  }

  readonly cloudFormation: CloudFormation;
  private readonly stacks: Stack[] = [];

  private constructor(
    readonly time: VirtualTime,
    readonly bedrock: LocalBedrock,
    readonly account: Account,
    /** To take Lambda away for a while. */
    readonly outages: Outages,
    private readonly options: SimulatedAwsOptions,
    /** Every one that CloudFormation has handed out. */
    readonly responseUrls: string[],
    /** What the functions have logged. */
    readonly logLines: readonly string[],
  ) {
    this.cloudFormation = new CloudFormation(time, (request) => { this.deliver(request); }, {
      ...options.cloudFormation, ...where(options), provisioner: account, uuid: () => randomUUID(),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.bedrock.stop(), this.account.close()]);
  }

  stack(name: string): Stack {
    const stack = this.cloudFormation.stack(name);
    this.stacks.push(stack);
    return stack;
  }

  /** What the CDK has synthesized for the stack of that name. */
  template(stackName: string): Template {
    return this.synthesized(stackName).Resources;
  }

  /** Its outputs, whose values the stack resolves. */
  outputs(stackName: string): Synthesized['Outputs'] {
    return this.synthesized(stackName).Outputs;
  }

  private synthesized(stackName: string): Synthesized {
    return JSON.parse(readFileSync(join(this.options.assembly, `${stackName}.template.json`), 'utf8')) as Synthesized;
  }

  /** As CloudFormation shows it at this moment. */
  private statusOf(stackId: string): string | undefined {
    return this.stacks.find((stack) => stack.stackId === stackId)?.events.filter(({ logicalId }) => logicalId === undefined).at(-1)?.status;
  }

  private deliver(request: CloudFormationRequest): void {
    this.responseUrls.push(request.ResponseURL);
    const invoke = (): Promise<unknown> => this.account.invoke(String(request.ResourceProperties['ServiceToken']), request);
    for (const after of this.options.deliveries?.(request) ?? [SOON_MS]) {
      this.time.at(this.time.now() + after, () => { void deliver(this.time, invoke); });
    }
  }
}

function where({ accountId = '000000000000', region = 'us-east-1' }: SimulatedAwsOptions): { readonly accountId: string; readonly region: string } {
  return { accountId, region };
}
