import { STACK_ID_TAG } from '../../lib/private/contract';
import type { Operation } from '../../lambda/reconcile/trouble';
import type { Durations } from '../bedrock/behaviour';
import type { Stack, StackStatus, Template } from '../simulator/cloudformation';
import { handlerCraft } from './handler-craft';
import type { CallMishap, Mishap } from './plan';
import { Sea } from './sea';
import { STATE_MACHINE_ARN } from './wish';

/** Every scenario, with every fault, at every call to Bedrock that it makes: one line each. */
export interface CrashPoint {
  readonly scenario: string;
  readonly call: number;
  readonly operation: Operation;
  readonly fault: string;
  readonly statuses: readonly StackStatus[];
  /** What is left, in words. */
  readonly left: string;
  /** Whether the stack came to the statuses that it comes to undisturbed, and left what it leaves undisturbed. */
  readonly undisturbed: boolean;
  /** The same scenario undisturbed. */
  readonly calm: Played;
}

interface Scenario {
  readonly name: string;
  /** Beside the fault. */
  readonly mishaps?: readonly Mishap[];
  readonly durations?: Partial<Durations>;
  readonly play: (stage: Stage) => Promise<StackStatus[]>;
}

interface Stage {
  readonly sea: Sea;
  readonly stack: Stack;
  /** ARNs of models that exist: two that can be deployed, and one that cannot. */
  readonly one: string;
  readonly two: string;
  readonly fullRank: string;
}

export const FAULTS: Readonly<Record<string, CallMishap>> = {
  'Lambda dies before the call': { death: 'before' },
  'Lambda dies after the call': { death: 'after' },
  'the reply is lost': { fault: { kind: 'lostReply' }, tries: 1 },
  'throttled three times': { fault: { kind: 'error', name: 'ThrottlingException' }, tries: 3 },
  'HTTP 500 three times': { fault: { kind: 'error', name: 'InternalServerException' }, tries: 3 },
  'denied once': { fault: { kind: 'error', name: 'AccessDeniedException' }, tries: 1 },
};

const PACKAGE = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/';
const UNMAKEABLE = `${PACKAGE}unmakeable`;
const UNDEPLOYABLE = `${PACKAGE}undeployable`;

const common = { StateMachineArn: STATE_MACHINE_ARN, Timeout: 3480 };

function deployment(ModelArn: unknown, more: Readonly<Record<string, unknown>> = {}): Template {
  const Properties = { ...common, ModelArn, ModelUpdate: 'IN_PLACE', ...more };
  return { Deployment: { Type: 'Custom::BedrockCustomModelDeployment', Properties } };
}

function rollout(ModelPackageArn: string): Template {
  return {
    Model: { Type: 'Custom::BedrockCustomModel', Properties: { ...common, ModelPackageArn } },
    ...deployment({ 'Fn::GetAtt': ['Model', 'Arn'] }),
  };
}

/** Operations of a stack, one after the other. */
function operations(...play: readonly ((stage: Stage) => Promise<StackStatus>)[]): Scenario['play'] {
  return async (stage) => {
    const statuses: StackStatus[] = [];
    for (const operate of play) {
      statuses.push(await stage.sea.time.until(operate(stage)));
    }
    return statuses;
  };
}

const create = (template: (stage: Stage) => Template) => (stage: Stage): Promise<StackStatus> => stage.stack.create(template(stage));
const update = (template: (stage: Stage) => Template) => (stage: Stage): Promise<StackStatus> => stage.stack.update(template(stage));
const remove = (stage: Stage): Promise<StackStatus> => stage.stack.delete();
const cancelled = (operate: (stage: Stage) => Promise<StackStatus>) => (stage: Stage): Promise<StackStatus> => {
  stage.sea.time.at(stage.sea.time.now() + 20_000, () => { stage.stack.cancelOperation(); });
  return operate(stage);
};

const SCENARIOS: readonly Scenario[] = [
  { name: 'create', play: operations(create(({ one }) => deployment(one, { Tags: { team: 'fraud' } }))) },
  { name: 'create that fails', play: operations(create(({ fullRank }) => deployment(fullRank))) },
  { name: 'create that is cancelled', play: operations(cancelled(create(({ one }) => deployment(one)))) },
  {
    name: 'create that is cancelled before it comes',
    mishaps: [{ at: 1, to: 'delivery', what: { late: 300_000 } }],
    play: operations(cancelled(create(({ one }) => deployment(one)))),
  },
  { name: 'update in place', play: operations(create(({ one }) => deployment(one)), update(({ two }) => deployment(two))) },
  { name: 'update that fails', play: operations(create(({ one }) => deployment(one)), update(({ fullRank }) => deployment(fullRank))) },
  { name: 'update that is cancelled', play: operations(create(({ one }) => deployment(one)), cancelled(update(({ two }) => deployment(two)))) },
  {
    name: 'update of tags',
    play: operations(
      create(({ one }) => deployment(one, { Tags: { old: 'yes' } })),
      update(({ one }) => deployment(one, { Tags: { team: 'fraud' } })),
    ),
  },
  { name: 'replacement', play: operations(create(({ one }) => deployment(one)), update(({ one }) => deployment(one, { Description: 'new' }))) },
  {
    name: 'replacement that fails',
    play: operations(create(({ one }) => deployment(one)), update(({ fullRank }) => deployment(fullRank, { Description: 'new' }))),
  },
  { name: 'delete', play: operations(create(({ one }) => deployment(one)), remove) },
  { name: 'rollout', play: operations(create(() => rollout(`${PACKAGE}1`)), update(() => rollout(`${PACKAGE}2`))) },
  { name: 'rollout whose model cannot be made', play: operations(create(() => rollout(`${PACKAGE}1`)), update(() => rollout(UNMAKEABLE))) },
  { name: 'rollout whose model cannot be deployed', play: operations(create(() => rollout(`${PACKAGE}1`)), update(() => rollout(UNDEPLOYABLE))) },
  { name: 'create that runs out of time', play: operations(create(({ one }) => deployment(one, { Timeout: 30 }))) },
  {
    name: 'create whose answer never arrives',
    mishaps: Array.from({ length: 11 }, (_, index) => ({ at: index + 1, to: 'answer', what: 'before' })),
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'create that comes when CloudFormation has given up',
    mishaps: [{ at: 1, to: 'delivery', what: { late: 3_610_000 } }],
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'create that is delivered thrice',
    mishaps: [{ at: 1, to: 'delivery', what: { againAfter: 100 } }, { at: 1, to: 'invocation', what: 'after' }],
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'delete that takes more than an hour, and is asked for again',
    durations: { deploymentDelete: 4_000_000 },
    play: operations(create(({ one }) => deployment(one)), remove, remove),
  },
  { name: 'delete of model and deployment', play: operations(create(() => rollout(`${PACKAGE}1`)), remove) },
];

/** The whole product. */
export async function crashPoints(): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  for await (const point of struckPoints()) {
    points.push(point);
  }
  return points;
}

/** The same, one after the other. */
export async function* struckPoints(): AsyncGenerator<CrashPoint> {
  for (const scenario of SCENARIOS) {
    const calm = await play(scenario);
    for (const [index, operation] of calm.operations.entries()) {
      for (const [fault, mishap] of Object.entries(FAULTS)) {
        const { statuses, left } = await play(scenario, index + 1, mishap);
        const undisturbed = left === calm.left && statuses.join() === calm.statuses.join();
        yield { scenario: scenario.name, call: index + 1, operation, fault, statuses, left, undisturbed, calm };
      }
    }
  }
}

/** How each scenario ends undisturbed, as the page says it. */
export async function calmEndings(): Promise<{ readonly scenario: string; readonly ending: string }[]> {
  const endings = [];
  for (const scenario of SCENARIOS) {
    endings.push({ scenario: scenario.name, ending: endingOf(await play(scenario)) });
  }
  return endings;
}

export function endingOf({ statuses, left }: Played): string {
  return `Undisturbed: ${statuses.join(', then ')}; left: ${left}.`;
}

export interface Played {
  readonly operations: readonly Operation[];
  readonly statuses: readonly StackStatus[];
  readonly left: string;
}

async function play(scenario: Scenario, at?: number, mishap?: CallMishap): Promise<Played> {
  const sea = new Sea({ seed: 1, durations: { deploymentCreate: 60_000, deploymentUpdate: 60_000, modelCreate: 60_000, ...scenario.durations } });
  await sea.launch(handlerCraft);
  const { controlPlane } = sea;
  controlPlane.sourceFailures.set(UNMAKEABLE, { failureMessage: 'The artefacts are not a Nova model.' });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: 'Full-rank models cannot be served on demand.' });
  const stack = sea.cloudFormation.stack('crash');
  const stage: Stage = {
    sea,
    stack,
    one: controlPlane.addModel({ name: 'one' }),
    two: controlPlane.addModel({ name: 'two' }),
    fullRank: controlPlane.addModel({ name: 'full-rank', deploymentFailure: 'Full-rank models cannot be served on demand.' }),
  };
  const fault: readonly Mishap[] = at === undefined || mishap === undefined ? [] : [{ at, to: 'call', what: mishap }];
  sea.begin(1, [...scenario.mishaps ?? [], ...fault]);
  const statuses = await scenario.play(stage);
  await sea.time.until(sea.time.sleep(7200_000));
  return { operations: sea.calls, statuses, left: whatIsLeft(stage) };
}

function whatIsLeft({ sea, stack, one, two, fullRank }: Stage): string {
  const known: Readonly<Record<string, string>> = { [one]: 'model one', [two]: 'model two', [fullRank]: 'the full-rank model' };
  const ours = <T extends { readonly tags: Readonly<Record<string, string>> }>(all: readonly T[]): readonly T[] =>
    all.filter(({ tags }) => tags[STACK_ID_TAG] === stack.stackId);
  const models = ours(sea.controlPlane.models()).map(({ name, arn, status }) => ({ arn, words: `model ${name} (${status})` }));
  const deployments = ours(sea.controlPlane.deployments()).map(({ name, status, modelArn, description, tags, updateDetails }) => {
    const serves = known[modelArn] ?? models.find(({ arn }) => arn === modelArn)?.words ?? modelArn;
    const moving = updateDetails?.updateStatus === 'Updating' ? ', moving' : '';
    const own = Object.entries(tags).filter(([key]) => !key.includes(':')).map(([key, value]) => `${key}=${value}`).join(' ');
    return `deployment ${name} (${status}${moving}) of ${serves} ${description ?? ''} ${own}`.trim();
  });
  return [...deployments, ...models.map(({ words }) => words)].join('; ') || 'nothing';
}
