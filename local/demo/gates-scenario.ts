import type { BedrockRuntime } from '../fake-bedrock/server';
import type { Cdk, CdkRun, StackArguments } from './cdk';
import type { Cloud } from './cloud';
import { STACK_NAME } from './deploy-scenario';
import { checksIn, type LoggedCheck } from './gate-checks-log';
import { ERRORS_ALARM } from './gates-alarm';
import { BedrockInventory, type CdkRunResult } from './inventory';

export const GATES_APP = 'npx tsx local/demo/gates-app.ts';
const ANSWER_WITHOUT_END = 3000;

export interface GatesResult extends CdkRunResult {
  /** What the checks of gates came to in this run. */
  readonly checks: readonly LoggedCheck[];
}

/** A deployment with gates, and models that do not pass them: shown by the tour, asserted by the end-to-end test. */
export class GatesScenario {
  readonly firstModel: string;
  /** Its answers are too long. */
  readonly endlessModel: string;
  /** The alarm goes off while it serves. */
  readonly failingModel: string;
  private readonly cdk: Cdk;
  private readonly inventory: BedrockInventory;

  constructor(private readonly cloud: Cloud) {
    const { controlPlane, runtime } = cloud.bedrock;
    this.firstModel = controlPlane.addModel({ name: 'help-desk-1' });
    this.endlessModel = controlPlane.addModel({ name: 'help-desk-2' });
    this.failingModel = controlPlane.addModel({ name: 'help-desk-3' });
    notReadyAtFirst(runtime);
    runtime.answers.set(this.endlessModel, { bytes: ANSWER_WITHOUT_END });
    cloud.alarms.follow(ERRORS_ALARM, { modelArn: this.failingModel, reason: 'The tour has set it off' });
    this.cdk = cloud.cdk.withApp(GATES_APP);
    this.inventory = new BedrockInventory(cloud);
  }

  bootstrap(): Promise<CdkRun> {
    return this.cdk.bootstrap(stackWith(this.firstModel));
  }

  deploy(): Promise<GatesResult> {
    return this.deployed(this.firstModel);
  }

  rollOutEndless(): Promise<GatesResult> {
    return this.deployed(this.endlessModel);
  }

  rollOutFailing(): Promise<GatesResult> {
    return this.deployed(this.failingModel);
  }

  destroy(): Promise<CdkRunResult> {
    return this.inventory.after(this.cdk.destroy(stackWith(this.firstModel)));
  }

  private async deployed(modelArn: string): Promise<GatesResult> {
    const earlier = (await this.checks()).length;
    const outcome = await this.inventory.after(this.cdk.deploy(stackWith(modelArn)));
    return { ...outcome, checks: (await this.checks()).slice(earlier) };
  }

  private async checks(): Promise<LoggedCheck[]> {
    return checksIn((await this.cloud.evidence()).logLines);
  }
}

function stackWith(modelArn: string): StackArguments {
  return { stackName: STACK_NAME, modelArn };
}

/** A new deployment is not until it was asked twice, however fast this machine is. */
function notReadyAtFirst({ behaviour, invocations }: BedrockRuntime): void {
  const { notReadyAfterCreate } = behaviour;
  const enough = invocations.length + 2;
  Object.defineProperty(behaviour, 'notReadyAfterCreate', {
    get: () => (invocations.length < enough ? Infinity : notReadyAfterCreate),
  });
}
