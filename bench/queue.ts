import type { OperationName } from '../local/fake-bedrock/operations';
import { Environment } from '../simulation/environment';
import { handlerSubject } from '../simulation/subjects/in-process';
import { providerSubject } from '../simulation/subjects/provider/subject';
import type { SubjectFactory } from '../simulation/subjects/subject';
import { median, type Section } from './report';
import { independentTemplate, libraryTemplate } from './templates';
import { tokenBucket } from './token-bucket';

/** One account in which many stacks are deployed at the same time. */
interface QueueScenario {
  readonly stacks: number;
  readonly deployments: number;
  /** How many deployments may be in progress, and how many there may be. */
  readonly quotas: readonly [number, number];
  readonly callsPerSecond: number;
}

/** What became of it. */
interface QueueOutcome {
  readonly created: number;
  /** Until the last stack has ended, in minutes. */
  readonly minutes: number;
  readonly calls: number;
  /** Of the creations and updates, those that Bedrock refused since a quota was full. */
  readonly refused: number;
  readonly changes: number;
  readonly throttled: number;
  /** How long the stack took that was to be updated, and rolled back, behind the others; undefined: it got stuck. */
  readonly rollbackMinutes?: number;
}

const MINUTE = 60_000;
/** From a live account. */
const DURATIONS = { deploymentCreate: 8 * MINUTE, deploymentUpdate: 8 * MINUTE, deploymentDelete: MINUTE / 2 };
/** Each with another order of what comes at the same time. */
const SEEDS = [1, 2, 3];
/** Half a second between one stack and the next. */
const APART = 500;

const SCENARIOS: readonly QueueScenario[] = [
  ...[5, 10].flatMap((callsPerSecond) => [
    { stacks: 8, deployments: 1, quotas: [2, 10] as const, callsPerSecond },
    { stacks: 4, deployments: 2, quotas: [2, 10] as const, callsPerSecond },
    { stacks: 48, deployments: 1, quotas: [10, 100] as const, callsPerSecond },
    { stacks: 24, deployments: 2, quotas: [10, 100] as const, callsPerSecond },
  ]),
];

const SUBJECTS: readonly [SubjectFactory, typeof libraryTemplate][] = [
  [handlerSubject, libraryTemplate],
  [providerSubject, independentTemplate],
];

/** What many stacks do that want more of Bedrock than its quotas allow at once. */
export async function queue(): Promise<Section> {
  const rows: string[][] = [];
  for (const scenario of SCENARIOS) {
    const { stacks, deployments, quotas, callsPerSecond } = scenario;
    const cells: string[] = [];
    for (const [createSubject, template] of SUBJECTS) {
      const outcomes: QueueOutcome[] = [];
      for (const seed of SEEDS) {
        outcomes.push(await deployAll(scenario, createSubject, template, seed));
      }
      cells.push(...inCells(outcomes, stacks * deployments));
    }
    rows.push([`${stacks} × ${deployments}`, quotas.join(' / '), String(callsPerSecond), ...cells]);
  }
  const columns = ['created', 'minutes', 'calls each', 'refused', 'throttled', 'rolled back', 'in minutes'];
  return {
    title: 'Many stacks in one account',
    about: [
      [
        'So many stacks × deployments are created at once, half a second apart, where Bedrock creates a deployment in 8',
        'minutes (7 to 9 were seen), with so many in progress at most / in all, and takes so many calls a second. One more',
        'stack is updated just before: one deployment to another model, then one to a model that cannot be served, so that',
        `it is rolled back behind all the others. ${SEEDS.length} runs each: *created* and *rolled back* are of all runs, the rest are medians.`,
        '*Minutes* go to the end of the last stack, *calls* are for each deployment that was to be created, *refused* says',
        'how many of the creations and updates Bedrock refused because a quota was full, and *throttled* how many of all',
        'calls. Since chance decides who asks next, the quick form of the benchmark leaves this out.',
      ].join('\n'),
      [
        'Some 60 of the calls for a deployment are looks at its own creation (see *Waits*). A prototype of this queue was',
        'seen to need 64 and 81 calls for each of 10 and 50 stacks in all; these rows need more.',
      ].join('\n'),
    ],
    columns: [
      'stacks',
      'quotas',
      'calls a second',
      ...columns,
      ...columns.map((column, index) => (index === 0 ? `Provider: ${column}` : column)),
    ],
    rows,
    figures: {},
  };
}

function inCells(outcomes: readonly QueueOutcome[], deployments: number): string[] {
  const middle = (of: (outcome: QueueOutcome) => number): string => Math.round(median(outcomes.map(of))).toString();
  const rollbacks = outcomes.flatMap(({ rollbackMinutes }) => rollbackMinutes ?? []);
  return [
    `${outcomes.reduce((sum, { created }) => sum + created, 0)} of ${outcomes.length * deployments}`,
    middle(({ minutes }) => minutes),
    middle(({ calls }) => calls / deployments),
    `${middle(({ refused, changes }) => (100 * refused) / changes)} %`,
    `${middle(({ throttled, calls }) => (100 * throttled) / calls)} %`,
    `${rollbacks.length} of ${outcomes.length}`,
    rollbacks.length === 0 ? '' : Math.round(median(rollbacks)).toString(),
  ];
}

async function deployAll(
  { stacks, deployments, quotas: [inProgress, inAll], callsPerSecond }: QueueScenario,
  createSubject: SubjectFactory,
  template: typeof libraryTemplate,
  seed: number,
): Promise<QueueOutcome> {
  const environment = new Environment({
    seed,
    durations: DURATIONS,
    pageSize: 1000,
    behaviour: { maxInProgressDeployments: inProgress, maxDeployments: inAll },
  });
  await environment.start(createSubject);
  const { time, cloudFormation, controlPlane, bedrockFaults } = environment;
  const [one, two] = ['one', 'two'].map((name) => controlPlane.addModel({ name }));
  const undeployable = controlPlane.addModel({ name: 'undeployable', deploymentFailure: 'It cannot be served.' });
  try {
    const older = cloudFormation.stack('Older');
    await time.until(older.create(template(2, { ModelArn: one })));

    const counted = countCalls(environment, callsPerSecond);
    const begin = time.now();
    const [[first, updated] = never(), [second, failing] = never()] = Object.entries(template(2, { ModelArn: two }));
    const update = {
      [first]: updated,
      [second]: { ...failing, Properties: { ...failing.Properties, ModelArn: undeployable }, DependsOn: [first] },
    };
    let rollbackMinutes: number | undefined;
    const rolledBack = older.update(update).then((status) => {
      rollbackMinutes = status === 'UPDATE_ROLLBACK_COMPLETE' ? (time.now() - begin) / MINUTE : undefined;
    });
    const creations = Array.from({ length: stacks }, async (_, number) => {
      await time.sleep((number + 1) * APART);
      return cloudFormation.stack(`Stack${number}`).create(template(deployments, { ModelArn: one }));
    });
    const statuses = await time.until(Promise.all(creations));
    const minutes = (time.now() - begin) / MINUTE;
    await time.until(rolledBack);
    return {
      ...counted(),
      created: deployments * statuses.filter((status) => status === 'CREATE_COMPLETE').length,
      minutes,
      ...(rollbackMinutes === undefined ? {} : { rollbackMinutes }),
    };
  } finally {
    bedrockFaults.clear();
    await environment.close();
  }
}

function never(): never {
  throw new Error('there are two deployments');
}

/** Counts all calls from now on, and lets no more through than so many a second. */
function countCalls(
  { time, bedrockFaults, controlPlane }: Environment,
  callsPerSecond: number,
): () => Pick<QueueOutcome, 'calls' | 'refused' | 'changes' | 'throttled'> {
  let [calls, refused, changes, throttled] = [0, 0, 0, 0];
  const mayCall = tokenBucket({ burst: callsPerSecond, perSecond: callsPerSecond }, time);
  bedrockFaults.on(() => {
    calls += 1;
    if (mayCall()) {
      return undefined;
    }
    throttled += 1;
    return { kind: 'error', name: 'ThrottlingException' };
  });
  const perform = controlPlane.perform.bind(controlPlane);
  controlPlane.perform = ((operation: OperationName, input: never) => {
    const isChange = /^(Create|Update)/.test(operation);
    changes += isChange ? 1 : 0;
    try {
      return perform(operation, input);
    } catch (refusal) {
      refused += isChange ? 1 : 0;
      throw refusal;
    }
  }) as typeof controlPlane.perform;
  return () => ({ calls, refused, changes, throttled });
}
