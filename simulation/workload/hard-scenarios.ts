import type { StackStatus, TemplateResources } from '../../local/aws-simulator/cloudformation';
import { INVALID_IDENTIFIER, MUTATING, NOT_FOUND } from '../../local/fake-bedrock/refusal';
import { GATES } from './gates';
import {
  after,
  cancelled,
  create,
  createForeign,
  deployment,
  HOURS,
  MINUTES,
  model,
  type Operate,
  operations,
  PACKAGE,
  play,
  remove,
  retained,
  rollout,
  type ScenarioContext,
  second,
  type StackScenario,
  update,
} from './scenarios';
import { waiter } from './templates';

/** A hard case that random lives meet too rarely, and how it must end. */
export interface HardScenario extends StackScenario {
  readonly statuses: readonly StackStatus[];
  readonly left: RegExp;
  /** How it ends with each of the planted bugs, by their names, that make it end otherwise. */
  readonly detects: Readonly<Record<string, RegExp>>;
  /** CloudFormation gets no answer, by construction. */
  readonly unanswered?: true;
}

const NOTHING = /^nothing$/;

/** Ends after so many minutes with the status that the stack has then. */
const within =
  (minutes: number, operate: Operate): Operate =>
  (context) =>
    Promise.race([
      operate(context),
      context.environment.time.sleep(minutes * MINUTES).then(() => context.stack.status ?? 'DELETE_COMPLETE'),
    ]);

const withoutRollback =
  (operate: 'create' | 'update', template: (context: ScenarioContext) => TemplateResources): Operate =>
  (context) =>
    context.stack[operate](template(context), { disableRollback: true });

/** Creates a foreign deployment of the stack's model, and a hundred that were moved away from it. */
function createUsers({ environment, one }: ScenarioContext): void {
  const { controlPlane } = environment;
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

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `fixed-${index}`);
const fixedName = { DeploymentName: 'fixed' };

/** A model that CloudFormation retains when it is replaced. */
const replacedModel = (modelPackage: string): TemplateResources =>
  Object.fromEntries(
    Object.entries(model(modelPackage)).map(([logicalId, resource]) => [
      logicalId,
      { ...resource, UpdateReplacePolicy: 'Retain' as const },
    ]),
  );

/** A deployment with a fixed name is created, and then retained when it is removed from the template. */
const retainedByRemoval: readonly Operate[] = [
  create(({ one }) => ({ ...retained(deployment(one, fixedName), 'Retain'), ...second(one) })),
  update(({ one }) => second(one)),
];

/** A deployment with a gate, and the state machine that checks it. */
const gated = (modelArn: string): TemplateResources => ({
  ...waiter(true),
  ...Object.fromEntries(
    Object.entries(deployment(modelArn, { Gates: [GATES.converse] })).map(([logicalId, resource]) => [
      logicalId,
      { ...resource, DependsOn: ['Waiter'] },
    ]),
  ),
});

/** From now on the model answers invocations with an error. */
const failsToAnswer =
  (model: 'one' | 'two') =>
  ({ environment, [model]: modelArn }: ScenarioContext): void => {
    environment.runtime.answers.set(modelArn, { error: { name: 'ModelErrorException' } });
  };

export const HARD_SCENARIOS: readonly HardScenario[] = [
  {
    name: 'H21: rollback to a model that does not answer any more',
    play: operations(
      create(({ one }) => gated(one)),
      after(
        failsToAnswer('one'),
        update(({ fullRank }) => gated(fullRank)),
      ),
    ),
    detects: {
      'gates are checked in a rollback':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_FAILED; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H21: update without rollback whose gate fails, and which is requested again',
    cloudFormation: { restoresFailedUpdate: false },
    play: operations(
      create(({ one }) => gated(one)),
      after(
        failsToAnswer('two'),
        withoutRollback('update', ({ two }) => gated(two)),
      ),
      withoutRollback('update', ({ two }) => gated(two)),
    ),
    detects: {
      'a model that is served is proven':
        /^CREATE_COMPLETE, then UPDATE_FAILED, then UPDATE_COMPLETE; left: deployment \S+ \(Active\) of model two$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_FAILED', 'UPDATE_FAILED'],
    left: /^deployment \S+ \(Active\) of model two$/,
  },
  {
    name: 'H21: update whose gate fails, while the stack cannot be described for two minutes',
    play: operations(
      create(({ one }) => gated(one)),
      after(
        (context) => {
          failsToAnswer('two')(context);
          context.environment.denyDescribingStack(2 * MINUTES);
        },
        update(({ two }) => gated(two)),
      ),
    ),
    detects: {
      'a stack that cannot be described at once is not waited for':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE; left: deployment \S+ \(Active\) of model two$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H8: failed update that is requested again, and succeeds, while reads still show the failure',
    behaviour: { staleUpdateReads: MINUTES / 2 },
    play: operations(
      create(({ one }) => deployment(one)),
      update(({ fullRank }) => deployment(fullRank)),
      after(
        ({ environment, fullRank }) => {
          environment.controlPlane.setModel(fullRank, { deploymentFailure: undefined });
        },
        update(({ fullRank }) => deployment(fullRank)),
      ),
    ),
    detects: {
      'an UpdateFailed that was there before is believed':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of the full-rank model$/,
  },
  {
    name: 'H13: update whose connections are cut for four minutes',
    play: operations(
      create(({ one }) => deployment(one)),
      after(
        ({ environment: { bedrockFaults, time } }) => {
          const until = time.now() + 4 * MINUTES;
          bedrockFaults.on((operation) =>
            operation === 'UpdateCustomModelDeployment' && time.now() < until ? { kind: 'cut' } : undefined,
          );
        },
        update(({ two }) => deployment(two)),
      ),
    ),
    detects: {
      'a reply that never came is a refusal':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model two$/,
  },
  {
    name: 'H23: update of one tag, when somebody has changed another',
    play: operations(
      create(({ one }) => deployment(one, { Tags: { team: 'a', tier: '1' } })),
      after(
        ({ environment: { controlPlane } }) => {
          const resourceARN = controlPlane.deployments()[0]?.arn ?? '';
          controlPlane.perform('TagResource', { resourceARN, tags: [{ key: 'team', value: 'external' }] });
        },
        update(({ one }) => deployment(one, { Tags: { team: 'a', tier: '2' } })),
      ),
    ),
    detects: {
      'a tag that others have changed is changed back':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE; left: deployment \S+ \(Active\) of model one +team=a tier=2$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one (?=.*team=external)(?=.*tier=2)/,
  },
  {
    name: 'H9: update of a tag that is taken back at once, while reads show by turns what was and what is',
    behaviour: { flickeringReads: MINUTES / 4 },
    play: operations(
      create(({ one }) => deployment(one, { Tags: { tier: '1' } })),
      async (context) => {
        await context.environment.time.sleep(HOURS);
        return update(({ one }) => deployment(one, { Tags: { tier: '2' } }))(context);
      },
      after(
        // the turn of the reads is such that the last one of the update shows what was
        ({ environment: { controlPlane } }) => {
          const resourceARN = controlPlane.deployments()[0]?.arn ?? '';
          controlPlane.perform('ListTagsForResource', { resourceARN });
        },
        update(({ one }) => deployment(one, { Tags: { tier: '1' } })),
      ),
    ),
    detects: {
      'what the request right before changed is to be seen at once':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE, then UPDATE_COMPLETE; left: deployment \S+ \(Active\) of model one +tier=2$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one (?=.*tier=1)/,
  },
  {
    name: 'H27: create of fifteen minutes that is cancelled',
    durations: { deploymentCreate: 15 * MINUTES },
    behaviour: { deleteWhileCreating: MUTATING },
    play: operations(cancelled(create(({ one }) => deployment(one)))),
    detects: { 'a refusal in transition counts': /^ROLLBACK_FAILED; left: deployment \S+ \(Active\) of model one$/ },
    statuses: ['ROLLBACK_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H28: only lists know names, and Get says that there is none',
    behaviour: { getByName: NOT_FOUND },
    play: operations(
      create(({ one }) => deployment(one)),
      remove,
    ),
    detects: {
      "a name that Get does not find is nobody's":
        /^CREATE_COMPLETE, then DELETE_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H28: only lists know names, and are denied for two minutes',
    behaviour: { getByName: NOT_FOUND },
    play: operations(
      create(({ one }) => deployment(one)),
      after(({ environment }) => {
        environment.deny('ListCustomModelDeployments', 2 * MINUTES);
      }, remove),
    ),
    detects: {
      'a list that is denied proves absence':
        /^CREATE_COMPLETE, then DELETE_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H28: only lists know names, and a foreign name is longer',
    behaviour: { getByName: INVALID_IDENTIFIER },
    play: operations(
      after(
        createForeign(['fixed-2']),
        create(({ one }) => deployment(one, fixedName)),
      ),
      remove,
    ),
    detects: {
      'a name in the list is not exactly matched': /^ROLLBACK_COMPLETE, then DELETE_COMPLETE; left: nothing$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H28: only lists know names, and the name is on the second page',
    behaviour: { getByName: INVALID_IDENTIFIER, maxDeployments: 1000, maxInProgressDeployments: 1000 },
    play: operations(
      create(({ one }) => deployment(one, fixedName)),
      after(
        createForeign(numbered(120)),
        update(({ two }) => deployment(two, fixedName)),
      ),
      remove,
    ),
    detects: {
      'names are read from the first page only':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_FAILED, then DELETE_COMPLETE; left: deployment fixed \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H30: delete that is denied for twenty minutes',
    play: operations(
      create(({ one }) => deployment(one)),
      after(({ environment }) => {
        environment.deny('DeleteCustomModelDeployment', 20 * MINUTES);
      }, remove),
    ),
    detects: {
      'a Delete that is denied gives up':
        /^CREATE_COMPLETE, then DELETE_FAILED; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H30: rollback that is denied for twenty minutes',
    play: operations(
      create(({ one }) => deployment(one)),
      after(
        ({ environment }) => {
          environment.time.at(environment.time.now() + MINUTES / 2, () => {
            environment.deny('UpdateCustomModelDeployment', 20 * MINUTES);
          });
        },
        update(({ two, fullRank }) => ({ ...deployment(two), ...second(fullRank) })),
      ),
    ),
    detects: {
      'a rollback is taken for any other update':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_FAILED; left: deployment \S+ \(Active\) of model two$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H32: update back to a retained model, which is denied before it has made anything',
    cloudFormation: { retainsRolledBackReplacement: false },
    play: operations(
      create(() => replacedModel(`${PACKAGE}1`)),
      update(() => replacedModel(`${PACKAGE}2`)),
      after(
        ({ environment }) => {
          environment.deny('ListTagsForResource', 4 * MINUTES);
        },
        update(() => replacedModel(`${PACKAGE}1`)),
      ),
    ),
    detects: {
      'a failed Update that has made nothing answers its new name':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: model \S+ \(Active\)$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^model \S+ \(Active\); model \S+ \(Active\)$/,
  },
  {
    name: 'H3: replacing update that fails over a denial, though its creation has worked unseen',
    durations: { visibility: MINUTES },
    play: operations(
      create(() => model(`${PACKAGE}1`)),
      after(
        ({ environment }) => {
          const begun = environment.time.now();
          environment.deny('CreateCustomModel', 3 * MINUTES);
          environment.bedrockFaults.on((operation) =>
            operation === 'CreateCustomModel' && environment.time.now() >= begun + 3 * MINUTES
              ? { kind: 'errorAfter', name: 'AccessDeniedException' }
              : undefined,
          );
        },
        update(() => model(`${PACKAGE}2`)),
      ),
    ),
    detects: {
      'a deletion forgets what a failed Update may have made unseen':
        /^CREATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: model \S+ \(Active\); model \S+ \(Active\)$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^model \S+ \(Active\)$/,
  },
  {
    name: 'H39: import before its permissions work',
    behaviour: { accessLag: 2 * MINUTES },
    play: operations(
      after(
        ({ environment }) => {
          environment.controlPlane.accessChangedAt = environment.time.now();
        },
        create(() => rollout(`${PACKAGE}1`)),
      ),
    ),
    detects: {
      'an import that fails at first is not tried again': /^ROLLBACK_COMPLETE; left: nothing$/,
      'an import is tried again with the same token': /^ROLLBACK_COMPLETE; left: nothing$/,
    },
    statuses: ['CREATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of (model \S+ \(Active\)); \1$/,
  },
  {
    name: 'H32: rollback of an update that reclaimed a retained model',
    play: operations(
      create(({ one }) => ({ ...retained(model(`${PACKAGE}1`), 'RetainExceptOnCreate'), ...deployment(one) })),
      update(({ one }) => deployment(one)),
      update(({ fullRank }) => ({
        ...retained(model(`${PACKAGE}1`), 'RetainExceptOnCreate'),
        ...deployment(fullRank),
      })),
    ),
    detects: {
      'a model that was taken up is deleted in a rollback':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one; model \S+ \(Active\)$/,
  },
  {
    name: 'H32: cancelled update that would have reclaimed a retained deployment, and whose Create is delivered too late',
    play: operations(...retainedByRemoval, async (context) => {
      await context.environment.time.sleep(3 * HOURS);
      context.environment.beginOperation(1, [{ at: 1, to: 'delivery', what: { late: 5 * MINUTES } }]);
      return cancelled(update(({ one }) => ({ ...deployment(one, fixedName), ...second(one) })))(context);
    }),
    detects: {
      'what was answered for long ago is deleted by a guessed name':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^(?=.*deployment fixed )deployment \S+ \(Active\) of model one; deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H32: the same minutes after the retention, where only another description tells the two apart',
    play: operations(...retainedByRemoval, (context) => {
      context.environment.beginOperation(1, [{ at: 1, to: 'delivery', what: { late: 5 * MINUTES } }]);
      const another = { ...fixedName, Description: 'another' };
      return cancelled(update(({ one }) => ({ ...deployment(one, another), ...second(one) })))(context);
    }),
    detects: {
      'what bears a guessed name is deleted whatever it was made of':
        /^CREATE_COMPLETE, then UPDATE_COMPLETE, then UPDATE_ROLLBACK_COMPLETE; left: deployment \S+ \(Active\) of model one$/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^(?=.*deployment fixed )deployment \S+ \(Active\) of model one; deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H38: create that is denied without rollback, then one that succeeds',
    play: operations(
      after(
        ({ environment }) => {
          environment.deny('CreateCustomModelDeployment', 4 * MINUTES);
        },
        withoutRollback('create', ({ one }) => deployment(one)),
      ),
      update(({ one }) => deployment(one)),
    ),
    detects: { 'a failed attempt goes by its name alone': /^CREATE_FAILED, then UPDATE_COMPLETE; left: nothing$/ },
    statuses: ['CREATE_FAILED', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H38: create whose answer never arrives, without rollback, then one that succeeds',
    unanswered: true,
    faults: Array.from({ length: 200 }, (_, index) => ({ at: index + 1, to: 'answer', what: 'before' })),
    play: operations(
      withoutRollback('create', ({ one }) => deployment(one)),
      after(
        ({ environment }) => {
          environment.beginOperation(1, []);
        },
        update(({ one }) => deployment(one)),
      ),
    ),
    detects: {
      'whoever has the guessed name is no successor':
        /^CREATE_FAILED, then UPDATE_COMPLETE, without an answer; left: nothing$/,
    },
    statuses: ['CREATE_FAILED', 'UPDATE_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H36: account whose quota of deployments is full',
    behaviour: { maxDeployments: 3, maxInProgressDeployments: 3 },
    play: operations(
      after(
        createForeign(numbered(3)),
        within(
          20,
          create(({ one }) => deployment(one)),
        ),
      ),
    ),
    detects: { 'a quota that stays full is waited for to the end': /^CREATE_IN_PROGRESS; left: nothing$/ },
    statuses: ['ROLLBACK_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H36: rollback that must replace a deployment in a full account, where another of the stack waits for a place',
    behaviour: {
      maxDeployments: 3,
      maxInProgressDeployments: 3,
      statusAfterFailedUpdate: 'Failed',
      nameHeldAfterDelete: 3 * MINUTES,
    },
    play: operations(
      create(({ one }) => deployment(one)),
      after(
        createForeign(numbered(2)),
        update(({ two, fullRank }) => ({ ...deployment(fullRank), ...second(two) })),
      ),
    ),
    detects: {
      'a creation takes the place that a rollback needs': /^CREATE_COMPLETE, then UPDATE_ROLLBACK_FAILED;/,
    },
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
  {
    name: 'H18: create that is delivered late and takes long',
    faults: [{ at: 1, to: 'delivery', what: { late: 20 * MINUTES } }],
    durations: { deploymentCreate: 50 * MINUTES },
    play: operations(create(({ one }) => deployment(one))),
    detects: { 'the deadline is counted from the delivery': /^ROLLBACK_COMPLETE, without an answer; left: nothing$/ },
    statuses: ['ROLLBACK_COMPLETE'],
    left: NOTHING,
  },
  {
    name: 'H41: model that a foreign deployment on the second page serves',
    behaviour: {
      modelArnAfterUpdate: 'old',
      deleteModelWithDeployment: 'allowed',
      maxDeployments: 1000,
      maxInProgressDeployments: 1000,
    },
    play: operations(
      create(() => rollout(`${PACKAGE}1`)),
      after(createUsers, remove),
    ),
    detects: {
      'users of a model are read from the first page only': /^CREATE_COMPLETE, then DELETE_COMPLETE; left: nothing$/,
      'users of a model are not looked at': /^CREATE_COMPLETE, then DELETE_COMPLETE; left: nothing$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_FAILED'],
    left: /^model \S+ \(Active\)$/,
  },
  {
    name: 'H41: model whose deployment is retained',
    play: operations(
      create(() => ({
        ...rollout(`${PACKAGE}1`),
        ...retained(deployment({ 'Fn::GetAtt': ['Model', 'Arn'] }), 'Retain'),
      })),
      within(20, remove),
    ),
    detects: {
      'a model in use is waited for to the end':
        /^CREATE_COMPLETE, then DELETE_IN_PROGRESS; left: deployment \S+ \(Active\) of model \S+ \(Active\); model \S+ \(Active\)$/,
    },
    statuses: ['CREATE_COMPLETE', 'DELETE_FAILED'],
    left: /^deployment \S+ \(Active\) of (model \S+ \(Active\)); \1$/,
  },
];

/** How the scenario ends, if that is not as it must. */
export async function unexpectedEnding(scenario: HardScenario): Promise<string | undefined> {
  const { statuses, left, reasons } = await play(scenario);
  const wasUnanswered = reasons.some((reason) => reason.includes('did not receive a response'));
  const isExpected =
    statuses.join() === scenario.statuses.join() &&
    scenario.left.test(left) &&
    wasUnanswered === (scenario.unanswered === true);
  return isExpected
    ? undefined
    : `${statuses.join(', then ')}${wasUnanswered ? ', without an answer' : ''}; left: ${left}`;
}

/** Prints the unexpected ending as JSON, for the process that planted a bug. */
export function main(name: string): void {
  const scenario = HARD_SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) {
    throw new Error(`there is no scenario '${name}'`);
  }
  void unexpectedEnding(scenario).then((ending) => {
    console.log(JSON.stringify({ ending }));
  });
}
