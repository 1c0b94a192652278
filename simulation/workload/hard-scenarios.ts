import type { StackStatus, TemplateResources } from '../../local/aws-simulator/cloudformation';
import { INVALID_IDENTIFIER, MUTATING } from '../../local/fake-bedrock/refusal';
import {
  cancelled,
  create,
  deployment,
  model,
  operations,
  PACKAGE,
  play,
  remove,
  rollout,
  type Scenario,
  type Stage,
  update,
} from './scenarios';

/** A hard case that random lives meet too seldom, and how it must end. */
export interface HardScenario extends Scenario {
  readonly ends: readonly StackStatus[];
  readonly leaves: RegExp;
  /** The planted bugs that it shows. */
  readonly shows: readonly string[];
  /** Nobody can answer. */
  readonly silent?: true;
}

const MINUTES = 60_000;
const HOURS = 60 * MINUTES;
const NOTHING = /^nothing$/;

type Operate = (stage: Stage) => Promise<StackStatus>;

/** Whatever the stack's status is then. */
const within =
  (minutes: number, operate: Operate): Operate =>
  (stage) =>
    Promise.race([
      operate(stage),
      stage.sea.time.sleep(minutes * MINUTES).then(() => stage.stack.status ?? 'DELETE_COMPLETE'),
    ]);

const after =
  (prepare: (stage: Stage) => void, operate: Operate): Operate =>
  (stage) => {
    prepare(stage);
    return operate(stage);
  };

const withoutRollback =
  (operate: 'create' | 'update', template: (stage: Stage) => TemplateResources): Operate =>
  (stage) =>
    stage.stack[operate](template(stage), { disableRollback: true });

function second(ModelArn: string): TemplateResources {
  return Object.fromEntries(Object.values(deployment(ModelArn)).map((resource) => ['Second', resource]));
}

function kept(template: TemplateResources, DeletionPolicy: 'Retain' | 'RetainExceptOnCreate'): TemplateResources {
  return Object.fromEntries(
    Object.entries(template).map(([logicalId, resource]) => [logicalId, { ...resource, DeletionPolicy }]),
  );
}

/** Of somebody else. */
function others(names: readonly string[]) {
  return ({ sea, one }: Stage): void => {
    names.forEach((modelDeploymentName) => {
      sea.controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName, modelArn: one });
    });
  };
}

/** Of somebody else, which serves the model of the stack; and more that did so until they were moved. */
function users({ sea, one }: Stage): void {
  const { controlPlane } = sea;
  const { deploymentCreate, deploymentUpdate } = controlPlane.durations;
  const modelArn = controlPlane.deployments()[0]?.modelArn ?? '';
  const make = (modelDeploymentName: string): string =>
    controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName, modelArn }).customModelDeploymentArn;
  Object.assign(controlPlane.durations, { deploymentCreate: 0, deploymentUpdate: 0 });
  make('user');
  numbered(100)
    .map(make)
    .forEach((customModelDeploymentIdentifier) => {
      controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier, modelArn: one });
    });
  Object.assign(controlPlane.durations, { deploymentCreate, deploymentUpdate });
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `mine-${index}`);
const mine = { DeploymentName: 'mine' };

export const HARD_SCENARIOS: readonly HardScenario[] = [
  {
    name: 'H8: update that failed is asked for again, and works, while reads still show the failure',
    behaviour: { staleUpdateReads: MINUTES / 2 },
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ fullRank }) => deployment(fullRank)),
      after(
        ({ sea, fullRank }) => {
          sea.controlPlane.setModel(fullRank, { deploymentFailure: undefined });
        },
        update(({ fullRank }) => deployment(fullRank)),
      ),
    ),
    shows: ['an UpdateFailed that was there before is believed'],
    ends: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of the full-rank model$/,
  },
  {
    name: 'H27: create of fifteen minutes that is cancelled',
    durations: { deploymentCreate: 15 * MINUTES },
    behaviour: { deleteWhileCreating: MUTATING },
    play: operations(cancelled(create(({ one }) => deployment(one)))),
    shows: ['a refusal in transition counts'],
    ends: ['ROLLBACK_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H28: names are known in the lists alone, and others have longer ones',
    behaviour: { getByName: INVALID_IDENTIFIER },
    play: operations(
      after(
        others(['mine-2']),
        create(({ one }) => deployment(one, mine)),
      ),
      remove,
    ),
    shows: ['a name in the list is not exactly matched'],
    ends: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H28: names are known in the lists alone, and it is on the second page',
    behaviour: { getByName: INVALID_IDENTIFIER, maxDeployments: 1000, maxInProgressDeployments: 1000 },
    play: operations(
      create(({ one }) => deployment(one, mine)),
      after(
        others(numbered(120)),
        update(({ two }) => deployment(two, mine)),
      ),
      remove,
    ),
    shows: ['names are read from the first page only'],
    ends: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H30: delete that is denied for twenty minutes',
    play: operations(
      create(({ one }) => deployment(one)),
      after(({ sea }) => {
        sea.deny('DeleteCustomModelDeployment', 20 * MINUTES);
      }, remove),
    ),
    shows: ['a Delete that is denied gives up'],
    ends: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H30: rollback that is denied for twenty minutes',
    play: operations(
      create(({ one }) => deployment(one)),
      after(
        ({ sea }) => {
          sea.time.at(sea.time.now() + MINUTES / 2, () => {
            sea.deny('UpdateCustomModelDeployment', 20 * MINUTES);
          });
        },
        update(({ two, fullRank }) => ({ ...deployment(two), ...second(fullRank) })),
      ),
    ),
    shows: ['a rollback is taken for any other update'],
    ends: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H39: import before its permissions work',
    behaviour: { accessLag: 2 * MINUTES },
    play: operations(
      after(
        ({ sea }) => {
          sea.controlPlane.accessChangedAt = sea.time.now();
        },
        create(() => rollout(`${PACKAGE}1`)),
      ),
    ),
    shows: ['an import that fails at first is not tried again', 'an import is tried again with the same token'],
    ends: ['CREATE_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of (model \S+ \(Active\)); \1$/,
  },
  {
    name: 'H32: rollback of an update that took up a model that had been retained',
    play: operations(
      create(({ one }) => ({ ...kept(model(`${PACKAGE}1`), 'RetainExceptOnCreate'), ...deployment(one) })),
      update(({ one }) => deployment(one)),
      update(({ fullRank }) => ({ ...kept(model(`${PACKAGE}1`), 'RetainExceptOnCreate'), ...deployment(fullRank) })),
    ),
    shows: ['a model that was taken up is deleted in a rollback'],
    ends: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of model one; model \S+ \(Active\)$/,
  },
  {
    name: 'H32: cancelled update that would have taken up a retained deployment, whose Create was never delivered in time',
    play: operations(
      create(({ one }) => ({ ...kept(deployment(one, mine), 'Retain'), ...second(one) })),
      update(({ one }) => second(one)),
      async (stage) => {
        await stage.sea.time.sleep(3 * HOURS);
        stage.sea.begin(1, [{ at: 1, to: 'delivery', what: { late: 5 * MINUTES } }]);
        return cancelled(update(({ one }) => ({ ...deployment(one, mine), ...second(one) })))(stage);
      },
    ),
    shows: ['what was answered for long ago is deleted by a guessed name'],
    ends: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    leaves: /^(?=.*deployment mine )deployment \S+ \(Active\) of model one; deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H38: create that is denied without rollback, then one that works',
    play: operations(
      after(
        ({ sea }) => {
          sea.deny('CreateCustomModelDeployment', 4 * MINUTES);
        },
        withoutRollback('create', ({ one }) => deployment(one)),
      ),
      update(({ one }) => deployment(one)),
    ),
    shows: ['a failed attempt goes by its name alone'],
    ends: ['CREATE_FAILED', 'UPDATE_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H38: create whose answer never arrives, without rollback, then one that works',
    silent: true,
    mishaps: Array.from({ length: 200 }, (_, index) => ({ at: index + 1, to: 'answer', what: 'before' })),
    play: operations(
      withoutRollback('create', ({ one }) => deployment(one)),
      after(
        ({ sea }) => {
          sea.begin(1, []);
        },
        update(({ one }) => deployment(one)),
      ),
    ),
    shows: ['whoever has the guessed name is no successor'],
    ends: ['CREATE_FAILED', 'UPDATE_COMPLETE'],
    leaves: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H36: account that is full',
    behaviour: { maxDeployments: 3, maxInProgressDeployments: 3 },
    play: operations(
      after(
        others(numbered(3)),
        within(
          20,
          create(({ one }) => deployment(one)),
        ),
      ),
    ),
    shows: ['a quota that stays full is waited for to the end'],
    ends: ['ROLLBACK_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H18: create that comes late and takes long',
    mishaps: [{ at: 1, to: 'delivery', what: { late: 20 * MINUTES } }],
    durations: { deploymentCreate: 50 * MINUTES },
    play: operations(create(({ one }) => deployment(one))),
    shows: ['the deadline is counted from the delivery'],
    ends: ['ROLLBACK_COMPLETE'],
    leaves: NOTHING,
  },
  {
    name: 'H41: model that a deployment of somebody else serves, which is on the second page',
    behaviour: {
      modelArnAfterUpdate: 'old',
      deleteModelWithDeployment: 'allowed',
      maxDeployments: 1000,
      maxInProgressDeployments: 1000,
    },
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      after(users, remove),
    ),
    shows: ['users of a model are read from the first page only', 'users of a model are not looked at'],
    ends: ['CREATE_COMPLETE', 'DELETE_FAILED'],
    leaves: /^model \S+ \(Active\)$/,
  },
  {
    name: 'H41: model whose deployment is retained',
    play: operations(
      create(() => ({ ...rollout(`${PACKAGE}1`), ...kept(deployment({ 'Fn::GetAtt': ['Model', 'Arn'] }), 'Retain') })),
      within(20, remove),
    ),
    shows: ['a model in use is waited for to the end'],
    ends: ['CREATE_COMPLETE', 'DELETE_FAILED'],
    leaves: /^deployment \S+ \(Active\) of (model \S+ \(Active\)); \1$/,
  },
];

/** How it ends, if that is not as it must. */
export async function otherEnding(scenario: HardScenario): Promise<string | undefined> {
  const { statuses, left, reasons } = await play(scenario);
  const wasSilent = reasons.some((reason) => reason.includes('did not receive a response'));
  const isAsMeant =
    statuses.join() === scenario.ends.join() && scenario.leaves.test(left) && wasSilent === (scenario.silent === true);
  return isAsMeant ? undefined : `${statuses.join(', then ')}${wasSilent ? ', without an answer' : ''}; left: ${left}`;
}

/** What is found goes to the standard output. */
export function main(name: string): void {
  const scenario = HARD_SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) {
    throw new Error(`there is no scenario '${name}'`);
  }
  void otherEnding(scenario).then((ending) => {
    console.log(JSON.stringify({ ending }));
  });
}
