import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { ControlPlane, LocalBedrock, type LocalBedrockOptions } from '../fake-bedrock/server';
import { SimulatedAccount } from './account';
import { deliver } from './asynchronous-event';
import {
  CloudFormation,
  type CloudFormationOptions,
  type SimulatedStack,
  type TemplateResources,
} from './cloudformation';
import { CloudWatchAlarms } from './cloudwatch-alarms';
import { Iam, type IamBehaviour, inventoryOf } from './iam/iam';
import { IamProvisioner } from './iam/iam-provisioner';
import { type GateFunctions, serviceIntegrations } from './integrations/service-integrations';
import { LambdaOutages } from './lambda-outages';
import { RuntimeOverHttp } from './runtime-over-http';
import type { TemplateSections } from './template';
import { randomUuid } from './uuid';
import { VirtualTime } from './virtual-time';

export interface SimulatedAwsOptions {
  /** The directory that the CDK synthesizes to. */
  readonly assembly: string;
  readonly bedrock?: Pick<LocalBedrockOptions, 'behaviour' | 'durations' | 'runtime'>;
  readonly cloudFormation?: Pick<CloudFormationOptions, 'behaviour' | 'onAnswer'>;
  /**
   * Given, every call is judged by the policies of the templates that are deployed. Default: everybody may do
   * everything.
   */
  readonly iam?: Partial<IamBehaviour>;
  /** The functions that state machines invoke by `lambda:invoke` and no template has. Default: there are none. */
  readonly gateFunctions?: GateFunctions;
  readonly accountId?: string;
  readonly region?: string;
  /** When a request reaches the function, in ms after it was sent, each time that it does. Default: once, soon. */
  readonly deliveries?: (request: CloudFormationRequest) => readonly number[];
}

interface SynthesizedTemplate extends TemplateSections {
  readonly Resources: TemplateResources;
}

const SOON_MS = 50;

/**
 * CloudFormation, Lambda and Step Functions simulated, and beside them the local Bedrock over HTTP, for stacks that the
 * CDK has synthesized: the built handler and the state machine's definition run as they would be deployed. An hour of
 * waiting takes no time.
 */
export class SimulatedAws {
  static async open(options: SimulatedAwsOptions): Promise<SimulatedAws> {
    const time = new VirtualTime(Date.now());
    const controlPlane: ControlPlane = new ControlPlane({
      ...options.bedrock,
      ...where(options),
      now: time.now,
      mayRead: (input) => iam?.importDenial(input) === undefined,
    });
    const iam =
      options.iam === undefined ? undefined : new Iam(time.now, inventoryOf(controlPlane, where(options)), options.iam);
    const bedrock = await LocalBedrock.start({
      controlPlane,
      now: time.now,
      sleep: (ms) => runtime.sleep(ms),
      ...(options.bedrock?.runtime && { runtime: options.bedrock.runtime }),
      denial: (caller, operation, input) => iam?.denial(caller, operation, input),
      onHang: (headers) => {
        aws.account.held.release(headers);
      },
    });
    const runtime: RuntimeOverHttp = new RuntimeOverHttp(bedrock.endpoint, time);
    const responseUrls: string[] = [];
    const logLines: string[] = [];
    const outages = new LambdaOutages(time);
    const alarms = new CloudWatchAlarms(time.now, controlPlane, where(options));
    const { gateFunctions } = options;
    const account: SimulatedAccount = await SimulatedAccount.open({
      ...where(options),
      assembly: options.assembly,
      time,
      endpoints: { AWS_ENDPOINT_URL_BEDROCK: bedrock.endpoint },
      respond: (url, body) => aws.cloudFormation.respond(url, body),
      integration: serviceIntegrations({
        describeStack: (stackId) => aws.cloudFormation.describeStack(stackId),
        runtime,
        alarms,
        invoke: (functionArn, event) =>
          account.invokeKnown(functionArn, event) ??
          (gateFunctions && outages.invoke(() => gateFunctions(functionArn, event))),
      }),
      alarms,
      outages,
      log: (line) => {
        logLines.push(line);
      },
      ...(iam === undefined ? {} : { iam }),
    });
    const aws: SimulatedAws = new SimulatedAws(
      time,
      bedrock,
      runtime,
      account,
      iam,
      outages,
      alarms,
      options,
      responseUrls,
      logLines,
    );
    return aws;
  }

  readonly cloudFormation: CloudFormation;

  private constructor(
    readonly time: VirtualTime,
    readonly bedrock: LocalBedrock,
    private readonly runtime: RuntimeOverHttp,
    readonly account: SimulatedAccount,
    iam: Iam | undefined,
    /** To take Lambda away for a while. */
    readonly outages: LambdaOutages,
    /** To set them, or have them follow a model. */
    readonly alarms: CloudWatchAlarms,
    private readonly options: SimulatedAwsOptions,
    /** Every one that CloudFormation has handed out. */
    readonly responseUrls: string[],
    /** What the functions have logged. */
    readonly logLines: readonly string[],
  ) {
    this.cloudFormation = new CloudFormation(
      time,
      (request) => {
        this.deliver(request);
      },
      {
        ...options.cloudFormation,
        ...where(options),
        provisioner:
          iam === undefined
            ? account
            : new IamProvisioner(account, iam, () => {
                bedrock.controlPlane.accessChangedAt = time.now();
              }),
        uuid: randomUuid,
      },
    );
  }

  async close(): Promise<void> {
    this.runtime.close();
    await Promise.all([this.bedrock.stop(), this.account.close()]);
  }

  stack(name: string): SimulatedStack {
    return this.cloudFormation.stack(name);
  }

  /** What the CDK has synthesized for the stack of that name. */
  template(stackName: string): TemplateResources {
    return this.synthesized(stackName).Resources;
  }

  /** What it has beside its resources. */
  sections(stackName: string): TemplateSections {
    return this.synthesized(stackName);
  }

  /** Its outputs, whose values the stack resolves. */
  outputs(stackName: string): NonNullable<TemplateSections['Outputs']> {
    return this.sections(stackName).Outputs ?? {};
  }

  private synthesized(stackName: string): SynthesizedTemplate {
    return JSON.parse(
      readFileSync(join(this.options.assembly, `${stackName}.template.json`), 'utf8'),
    ) as SynthesizedTemplate;
  }

  private deliver(request: CloudFormationRequest): void {
    this.responseUrls.push(request.ResponseURL);
    const invoke = (): Promise<unknown> =>
      this.account.invoke(String(request.ResourceProperties['ServiceToken']), request);
    for (const after of this.options.deliveries?.(request) ?? [SOON_MS]) {
      this.time.at(this.time.now() + after, () => {
        void deliver(this.time, invoke);
      });
    }
  }
}

function where({ accountId = '000000000000', region = 'us-east-1' }: SimulatedAwsOptions): {
  readonly accountId: string;
  readonly region: string;
} {
  return { accountId, region };
}
