import type { Operation } from '../../lambda/reconcile/kinds';
import { STACK_ID_TAG } from '../../lib/private/contract';
import type {
  CloudFormationBehaviour,
  SimulatedStack,
  StackStatus,
  TemplateResources,
} from '../../local/aws-simulator/cloudformation';
import type { Behaviour, Durations } from '../../local/fake-bedrock/behaviour';
import { CONFLICT, MUTATING, type Refusal, UNHEARD_OF } from '../../local/fake-bedrock/refusal';
import { Environment } from '../environment';
import { handlerSubject } from '../subjects/in-process';
import type { SubjectFactory } from '../subjects/subject';
import type { InjectedFault } from './plan';
import { STATE_MACHINE_ARN } from './templates';

export interface StackScenario {
  readonly name: string;
  /** The scenario's own faults, beside the injected one. */
  readonly faults?: readonly InjectedFault[];
  readonly durations?: Partial<Durations>;
  readonly behaviour?: Partial<Behaviour>;
  readonly cloudFormation?: Partial<CloudFormationBehaviour>;
  readonly play: (context: ScenarioContext) => Promise<StackStatus[]>;
}

export interface ScenarioContext {
  readonly environment: Environment;
  readonly stack: SimulatedStack;
  /** ARNs of existing models: two that can be deployed, and one that cannot. */
  readonly one: string;
  readonly two: string;
  readonly fullRank: string;
}

export const MINUTES = 60_000;
export const HOURS = 60 * MINUTES;

export const PACKAGE = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/';
const UNCREATABLE = `${PACKAGE}6`;
const UNDEPLOYABLE = `${PACKAGE}5`;

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

/** The same deployment under another logical id. */
export function second(ModelArn: string): TemplateResources {
  return Object.fromEntries(Object.values(deployment(ModelArn)).map((resource) => ['Second', resource]));
}

export function retained(
  template: TemplateResources,
  DeletionPolicy: 'Retain' | 'RetainExceptOnCreate',
): TemplateResources {
  return Object.fromEntries(
    Object.entries(template).map(([logicalId, resource]) => [logicalId, { ...resource, DeletionPolicy }]),
  );
}

/** An operation of a stack, in a scenario. */
export type Operate = (context: ScenarioContext) => Promise<StackStatus>;

/** Plays operations of a stack, one after the other. */
export function operations(...play: readonly Operate[]): StackScenario['play'] {
  return async (context) => {
    const statuses: StackStatus[] = [];
    for (const operate of play) {
      statuses.push(await context.environment.time.until(operate(context)));
    }
    return statuses;
  };
}

export const create =
  (template: (context: ScenarioContext) => TemplateResources): Operate =>
  (context) =>
    context.stack.create(template(context));
export const update =
  (template: (context: ScenarioContext) => TemplateResources): Operate =>
  (context) =>
    context.stack.update(template(context));
export const remove: Operate = (context) => context.stack.delete();
export const cancelled =
  (operate: Operate): Operate =>
  (context) => {
    context.environment.time.at(context.environment.time.now() + 20_000, () => {
      context.stack.cancelOperation();
    });
    return operate(context);
  };

/** An operation, and what is done right before it. */
export const after =
  (prepare: (context: ScenarioContext) => void, operate: Operate): Operate =>
  (context) => {
    prepare(context);
    return operate(context);
  };

/** Creates foreign deployments with these names. */
export function createForeign(names: readonly string[]) {
  return ({ environment, one }: ScenarioContext): void => {
    names.forEach((modelDeploymentName) => {
      environment.controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName, modelArn: one });
    });
  };
}

/** Bedrock refuses every change of a deployment in transition, with this error. */
function inTransition(refusal: Refusal): readonly StackScenario[] {
  const durations = { deploymentCreate: 540_000, deploymentUpdate: 540_000 };
  const behaviour = {
    deleteWhileCreating: refusal,
    deleteWhileUpdating: refusal,
    updateWhileCreating: refusal,
    updateWhileUpdating: refusal,
  };
  const moved = ({ environment, two }: ScenarioContext): void => {
    const arn = environment.controlPlane.deployments()[0]?.arn ?? '';
    environment.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: arn,
      modelArn: two,
    });
  };
  const scenarios: readonly Pick<StackScenario, 'name' | 'play'>[] = [
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
        after(moved, remove),
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

/** H27, with the error that was seen live, the one that the API documents, and one never seen. */
export const IN_TRANSITION: Readonly<Record<string, readonly StackScenario[]>> = {
  ValidationException: inTransition(MUTATING),
  ConflictException: inTransition(CONFLICT),
  'an error never seen': inTransition(UNHEARD_OF),
};

/** Whether it is a rollback, which would have more time, only a look at the stack can record. */
export const UPDATE_OUT_OF_TIME: StackScenario = {
  name: 'update that runs out of time',
  play: operations(
    create(({ one }) => deployment(one)),
    update(({ two }) => deployment(two, { Timeout: 30 })),
  ),
};

export const SCENARIOS: readonly StackScenario[] = [
  { name: 'create', play: operations(create(({ one }) => deployment(one, { Tags: { team: 'fraud' } }))) },
  { name: 'create that fails', play: operations(create(({ fullRank }) => deployment(fullRank))) },
  { name: 'create that is cancelled', play: operations(cancelled(create(({ one }) => deployment(one)))) },
  {
    name: 'create that is cancelled before its delivery',
    faults: [{ at: 1, to: 'delivery', what: { late: 300_000 } }],
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
    name: 'rollout whose model cannot be created',
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      update(() => rollout(UNCREATABLE)),
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
    faults: Array.from({ length: 11 }, (_, index) => ({ at: index + 1, to: 'answer', what: 'before' })),
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'create that is delivered after CloudFormation timed out',
    faults: [{ at: 1, to: 'delivery', what: { late: 3_610_000 } }],
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'create that is delivered three times',
    faults: [
      { at: 1, to: 'delivery', what: { againAfter: 100 } },
      { at: 1, to: 'invocation', what: 'after' },
    ],
    play: operations(create(({ one }) => deployment(one))),
  },
  {
    name: 'delete that takes more than an hour, and is requested again',
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

export interface ScenarioResult {
  readonly operations: readonly Operation[];
  readonly statuses: readonly StackStatus[];
  readonly left: string;
  /** The reasons of failures, as CloudFormation reports them. */
  readonly reasons: readonly string[];
}

/** Plays the scenario with this subject, and with these faults beside its own. */
export async function play(
  scenario: StackScenario,
  faults: readonly InjectedFault[] = [],
  createSubject: SubjectFactory = handlerSubject,
): Promise<ScenarioResult> {
  const environment = new Environment({
    seed: 1,
    behaviour: scenario.behaviour ?? {},
    cloudFormation: scenario.cloudFormation ?? {},
    durations: { deploymentCreate: 60_000, deploymentUpdate: 60_000, modelCreate: 60_000, ...scenario.durations },
  });
  await environment.start(createSubject);
  const { controlPlane } = environment;
  controlPlane.sourceFailures.set(UNCREATABLE, { failureMessage: 'The artefacts are not a Nova model.' });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: 'Full-rank models cannot be served on demand.' });
  const stack = environment.cloudFormation.stack('crash');
  const context: ScenarioContext = {
    environment,
    stack,
    one: controlPlane.addModel({ name: 'one' }),
    two: controlPlane.addModel({ name: 'two' }),
    fullRank: controlPlane.addModel({
      name: 'full-rank',
      deploymentFailure: 'Full-rank models cannot be served on demand.',
    }),
  };
  environment.beginOperation(1, [...(scenario.faults ?? []), ...faults]);
  const statuses = await scenario.play(context);
  await environment.time.until(environment.time.sleep(7200_000));
  return {
    operations: environment.calls,
    statuses,
    left: whatIsLeft(context),
    reasons: stack.events.flatMap(({ reason = [] }) => reason),
  };
}

function whatIsLeft({ environment, stack, one, two, fullRank }: ScenarioContext): string {
  const known: Readonly<Record<string, string>> = {
    [one]: 'model one',
    [two]: 'model two',
    [fullRank]: 'the full-rank model',
  };
  const owned = <T extends { readonly tags: Readonly<Record<string, string>> }>(all: readonly T[]): readonly T[] =>
    all.filter(({ tags }) => tags[STACK_ID_TAG] === stack.stackId);
  const models = owned(environment.controlPlane.models()).map(({ name, arn, status }) => ({
    arn,
    words: `model ${name} (${status})`,
  }));
  const deployments = owned(environment.controlPlane.deployments()).map(
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
