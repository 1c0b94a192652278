import type { Operation } from '../../lambda/reconcile/trouble';
import { STACK_ID_TAG } from '../../lib/private/contract';
import type { SimulatedStack, StackStatus, TemplateResources } from '../../local/aws-simulator/cloudformation';
import type { Behaviour, Durations } from '../../local/fake-bedrock/behaviour';
import { CONFLICT, MUTATING, type Refusal, UNHEARD_OF } from '../../local/fake-bedrock/refusal';
import { Sea } from '../environment';
import { handlerCraft } from '../subjects/in-process';
import type { Launch } from '../subjects/subject';
import type { Mishap } from './plan';
import { STATE_MACHINE_ARN } from './templates';

export interface Scenario {
  readonly name: string;
  /** Beside the fault. */
  readonly mishaps?: readonly Mishap[];
  readonly durations?: Partial<Durations>;
  readonly behaviour?: Partial<Behaviour>;
  readonly play: (stage: Stage) => Promise<StackStatus[]>;
}

export interface Stage {
  readonly sea: Sea;
  readonly stack: SimulatedStack;
  /** ARNs of models that exist: two that can be deployed, and one that cannot. */
  readonly one: string;
  readonly two: string;
  readonly fullRank: string;
}

export const PACKAGE = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/';
const UNMAKEABLE = `${PACKAGE}unmakeable`;
const UNDEPLOYABLE = `${PACKAGE}undeployable`;

const common = { StateMachineArn: STATE_MACHINE_ARN, Timeout: 3480 };

export function deployment(ModelArn: unknown, more: Readonly<Record<string, unknown>> = {}): TemplateResources {
  const Properties = { ...common, ModelArn, ModelUpdate: 'IN_PLACE', ...more };
  return { Deployment: { Type: 'Custom::BedrockCustomModelDeployment', Properties } };
}

export function model(ModelPackageArn: string, more: Readonly<Record<string, unknown>> = {}): TemplateResources {
  return { Model: { Type: 'Custom::BedrockCustomModel', Properties: { ...common, ModelPackageArn, ...more } } };
}

export function rollout(ModelPackageArn: string): TemplateResources {
  return {
    ...model(ModelPackageArn),
    ...deployment({ 'Fn::GetAtt': ['Model', 'Arn'] }),
  };
}

/** Operations of a stack, one after the other. */
export function operations(...play: readonly ((stage: Stage) => Promise<StackStatus>)[]): Scenario['play'] {
  return async (stage) => {
    const statuses: StackStatus[] = [];
    for (const operate of play) {
      statuses.push(await stage.sea.time.until(operate(stage)));
    }
    return statuses;
  };
}

export const create =
  (template: (stage: Stage) => TemplateResources) =>
  (stage: Stage): Promise<StackStatus> =>
    stage.stack.create(template(stage));
export const update =
  (template: (stage: Stage) => TemplateResources) =>
  (stage: Stage): Promise<StackStatus> =>
    stage.stack.update(template(stage));
export const remove = (stage: Stage): Promise<StackStatus> => stage.stack.delete();
export const cancelled =
  (operate: (stage: Stage) => Promise<StackStatus>) =>
  (stage: Stage): Promise<StackStatus> => {
    stage.sea.time.at(stage.sea.time.now() + 20_000, () => {
      stage.stack.cancelOperation();
    });
    return operate(stage);
  };

/** Nothing can be done to what is in transition; and that it cannot be done is said by this error. */
function inTransition(refusal: Refusal): readonly Scenario[] {
  const durations = { deploymentCreate: 540_000, deploymentUpdate: 540_000 };
  const behaviour = {
    deleteWhileCreating: refusal,
    deleteWhileUpdating: refusal,
    updateWhileCreating: refusal,
    updateWhileUpdating: refusal,
  };
  const moved = ({ sea, two }: Stage): void => {
    const arn = sea.controlPlane.deployments()[0]?.arn ?? '';
    sea.controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier: arn, modelArn: two });
  };
  const scenarios: readonly Pick<Scenario, 'name' | 'play'>[] = [
    {
      name: 'create of nine minutes that is cancelled',
      play: operations(cancelled(create(({ one }) => deployment(one)))),
    },
    {
      name: 'create of nine minutes that runs out of time',
      play: operations(create(({ one }) => deployment(one, { Timeout: 300 }))),
    },
    {
      name: 'delete during an update of nine minutes',
      play: operations(
        create(({ one }) => deployment(one)),
        (stage) => {
          moved(stage);
          return remove(stage);
        },
      ),
    },
    {
      name: 'update of nine minutes that is cancelled',
      play: operations(
        create(({ one }) => deployment(one)),
        cancelled(update(({ two }) => deployment(two))),
      ),
    },
  ];
  return scenarios.map((scenario) => ({ ...scenario, durations, behaviour }));
}

/** H27, by the error that was seen, by the one that the API has for it, and by one that nobody has ever seen. */
export const IN_TRANSITION: Readonly<Record<string, readonly Scenario[]>> = {
  ValidationException: inTransition(MUTATING),
  ConflictException: inTransition(CONFLICT),
  'an error never seen': inTransition(UNHEARD_OF),
};

/** Whether it is a rollback, which would have more time, only a look at the stack can tell. */
export const UPDATE_OUT_OF_TIME: Scenario = {
  name: 'update that runs out of time',
  play: operations(
    create(({ one }) => deployment(one)),
    update(({ two }) => deployment(two, { Timeout: 30 })),
  ),
};

export const SCENARIOS: readonly Scenario[] = [
  { name: 'create', play: operations(create(({ one }) => deployment(one, { Tags: { team: 'fraud' } }))) },
  { name: 'create that fails', play: operations(create(({ fullRank }) => deployment(fullRank))) },
  { name: 'create that is cancelled', play: operations(cancelled(create(({ one }) => deployment(one)))) },
  {
    name: 'create that is cancelled before it comes',
    mishaps: [{ at: 1, to: 'delivery', what: { late: 300_000 } }],
    play: operations(cancelled(create(({ one }) => deployment(one)))),
  },
  {
    name: 'update in place',
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ two }) => deployment(two)),
    ),
  },
  {
    name: 'update that fails',
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ fullRank }) => deployment(fullRank)),
    ),
  },
  {
    name: 'update that is cancelled',
    play: operations(
      create(({ one }) => deployment(one)),
      cancelled(update(({ two }) => deployment(two))),
    ),
  },
  {
    name: 'update of tags',
    play: operations(
      create(({ one }) => deployment(one, { Tags: { old: 'yes' } })),
      update(({ one }) => deployment(one, { Tags: { team: 'fraud' } })),
    ),
  },
  {
    name: 'replacement',
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ one }) => deployment(one, { Description: 'new' })),
    ),
  },
  {
    name: 'replacement that fails',
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ fullRank }) => deployment(fullRank, { Description: 'new' })),
    ),
  },
  {
    name: 'delete',
    play: operations(
      create(({ one }) => deployment(one)),
      remove,
    ),
  },
  {
    name: 'rollout',
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      update(() => rollout(`${PACKAGE}2`)),
    ),
  },
  {
    name: 'rollout whose model cannot be made',
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      update(() => rollout(UNMAKEABLE)),
    ),
  },
  {
    name: 'rollout whose model cannot be deployed',
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      update(() => rollout(UNDEPLOYABLE)),
    ),
  },
  { name: 'create that runs out of time', play: operations(create(({ one }) => deployment(one, { Timeout: 30 }))) },
  {
    name: 'create whose answer is lost eleven times',
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
    mishaps: [
      { at: 1, to: 'delivery', what: { againAfter: 100 } },
      { at: 1, to: 'invocation', what: 'after' },
    ],
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'delete that takes more than an hour, and is asked for again',
    durations: { deploymentDelete: 4_000_000 },
    play: operations(
      create(({ one }) => deployment(one)),
      remove,
      remove,
    ),
  },
  {
    name: 'delete of model and deployment',
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      remove,
    ),
  },
  ...inTransition(MUTATING),
];

export interface Played {
  readonly operations: readonly Operation[];
  readonly statuses: readonly StackStatus[];
  readonly left: string;
  /** Why what failed did, as CloudFormation tells it. */
  readonly reasons: readonly string[];
}

/** The scenario, undisturbed or with faults beside its own, in what is launched. */
export async function play(
  scenario: Scenario,
  faults: readonly Mishap[] = [],
  launch: Launch = handlerCraft,
): Promise<Played> {
  const sea = new Sea({
    seed: 1,
    behaviour: scenario.behaviour ?? {},
    durations: { deploymentCreate: 60_000, deploymentUpdate: 60_000, modelCreate: 60_000, ...scenario.durations },
  });
  await sea.launch(launch);
  const { controlPlane } = sea;
  controlPlane.sourceFailures.set(UNMAKEABLE, { failureMessage: 'The artefacts are not a Nova model.' });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: 'Full-rank models cannot be served on demand.' });
  const stack = sea.cloudFormation.stack('crash');
  const stage: Stage = {
    sea,
    stack,
    one: controlPlane.addModel({ name: 'one' }),
    two: controlPlane.addModel({ name: 'two' }),
    fullRank: controlPlane.addModel({
      name: 'full-rank',
      deploymentFailure: 'Full-rank models cannot be served on demand.',
    }),
  };
  sea.begin(1, [...(scenario.mishaps ?? []), ...faults]);
  const statuses = await scenario.play(stage);
  await sea.time.until(sea.time.sleep(7200_000));
  return {
    operations: sea.calls,
    statuses,
    left: whatIsLeft(stage),
    reasons: stack.events.flatMap(({ reason = [] }) => reason),
  };
}

function whatIsLeft({ sea, stack, one, two, fullRank }: Stage): string {
  const known: Readonly<Record<string, string>> = {
    [one]: 'model one',
    [two]: 'model two',
    [fullRank]: 'the full-rank model',
  };
  const ours = <T extends { readonly tags: Readonly<Record<string, string>> }>(all: readonly T[]): readonly T[] =>
    all.filter(({ tags }) => tags[STACK_ID_TAG] === stack.stackId);
  const models = ours(sea.controlPlane.models()).map(({ name, arn, status }) => ({
    arn,
    words: `model ${name} (${status})`,
  }));
  const deployments = ours(sea.controlPlane.deployments()).map(
    ({ name, status, modelArn, description, tags, updateDetails }) => {
      const serves = known[modelArn] ?? models.find(({ arn }) => arn === modelArn)?.words ?? modelArn;
      const moving = updateDetails?.updateStatus === 'Updating' ? ', moving' : '';
      const own = Object.entries(tags)
        .filter(([key]) => !key.includes(':'))
        .map(([key, value]) => `${key}=${value}`)
        .join(' ');
      return `deployment ${name} (${status}${moving}) of ${serves} ${description ?? ''} ${own}`.trim();
    },
  );
  return [...deployments, ...models.map(({ words }) => words)].join('; ') || 'nothing';
}
