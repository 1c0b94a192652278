import type { Durations } from '../local/fake-bedrock/behaviour';
import { type Contestant, CONTESTANTS } from './contestants';
import { MeasuredStack, type OperationCost } from './measured-stack';
import { type Figures, hundredths, missedBy, seconds, type Section } from './report';
import { libraryTemplate, width } from './templates';

/** One operation of a stack. */
interface LifecycleScenario {
  readonly name: string;
  /** How often, one after the other, the service has to do what it does, at the least. */
  readonly service: Readonly<Partial<Record<keyof Durations, number>>>;
  /** In how many seconds it can be done. */
  readonly reachable?: number;
  readonly count?: number;
  /** Who of those that wait for the quota asks next is by chance: no two runs take the same time. */
  readonly isQueue?: true;
  /** Other than the usual ones. */
  readonly durations?: Partial<Durations>;
  /** Brings the stack to where the operation begins. */
  readonly before?: (stack: MeasuredStack) => Promise<unknown>;
  readonly operation: (stack: MeasuredStack) => Promise<OperationCost>;
}

/** What one contestant takes for an operation. */
interface LifecycleCost extends OperationCost {
  /** The most by which it was later than the service. */
  readonly lag: number;
}

const DURATIONS = { deploymentCreate: 60_000, deploymentUpdate: 60_000, deploymentDelete: 30_000 };
const [CREATE, UPDATE, DELETE] = [{ deploymentCreate: 1 }, { deploymentUpdate: 1 }, { deploymentDelete: 1 }];
/** Many deployments are there soon. */
const QUICK = { deploymentCreate: 0 };
/** How many deployments Bedrock creates at once. */
const IN_PROGRESS = 2;

/** What reaches the handler, and needs no change in Bedrock. */
const NO_CHANGE = { Timeout: '3000' };

const create = (stack: MeasuredStack): Promise<OperationCost> => stack.create();
const remove = (stack: MeasuredStack): Promise<OperationCost> => stack.delete();
const updateNothing = (stack: MeasuredStack): Promise<OperationCost> => stack.update(NO_CHANGE);

function scenarios(): LifecycleScenario[] {
  return [
    { name: 'create', service: CREATE, reachable: 66, operation: create },
    {
      name: 'update in place',
      service: UPDATE,
      reachable: 67,
      before: create,
      operation: (stack) => stack.update({ ModelArn: stack.two }),
    },
    { name: 'update, nothing to change', service: {}, reachable: 0.5, before: create, operation: updateNothing },
    {
      name: 'the same after 200 executions for others',
      service: {},
      reachable: 0.5,
      before: async (stack) => {
        await stack.create();
        await stack.runOthers(200, 60);
      },
      operation: updateNothing,
    },
    {
      name: 'the same after 91 days',
      service: {},
      reachable: 10.5, // an execution that has just begun may not be listed, and nothing else tells of it
      before: async (stack) => {
        await stack.create();
        await stack.outliveHistory();
      },
      operation: updateNothing,
    },
    {
      name: 'update, tags only',
      service: {},
      reachable: 1.5,
      before: create,
      operation: (stack) => stack.update({ Tags: { team: 'fraud' } }),
    },
    { name: 'delete', service: DELETE, reachable: 33, before: create, operation: remove },
    {
      name: 'delete that Bedrock does at once',
      service: {},
      reachable: 3,
      durations: { deploymentDelete: 0 },
      before: create,
      operation: remove,
    },
    {
      name: 'delete of what is gone',
      service: {},
      reachable: 20,
      before: async (stack) => {
        await stack.create();
        await stack.deleteByHand();
      },
      operation: remove,
    },
    {
      name: 'create that fails, rolled back',
      service: { ...CREATE, ...DELETE },
      reachable: 118,
      operation: (stack) => stack.create({ ModelArn: stack.undeployable }),
    },
    {
      name: 'create cancelled after 20 s',
      service: { ...CREATE, ...DELETE },
      reachable: 116,
      operation: (stack) => {
        stack.cancelAfter(20);
        return stack.create();
      },
    },
    {
      name: '10 deployments: create',
      count: 10,
      isQueue: true,
      service: { deploymentCreate: 10 / IN_PROGRESS },
      operation: create,
    },
    {
      name: '10 deployments: nothing to change',
      count: 10,
      service: {},
      reachable: 3,
      durations: QUICK,
      before: create,
      operation: updateNothing,
    },
    {
      name: '10 deployments: delete',
      count: 10,
      service: DELETE,
      reachable: 70,
      durations: QUICK,
      before: create,
      operation: remove,
    },
    {
      name: '50 deployments: nothing to change',
      count: 50,
      service: {},
      reachable: 10,
      durations: QUICK,
      before: create,
      operation: updateNothing,
    },
    {
      name: '50 deployments: delete',
      count: 50,
      service: DELETE,
      reachable: 33 * Math.ceil(50 / width(libraryTemplate(50, {}))),
      durations: QUICK,
      before: create,
      operation: remove,
    },
  ];
}

/**
 * How much later than usual the service is done, in ms: what is looked at now and then is noticed sooner or later,
 * depending on when it is done. None longer than the longest pause between two looks at a minute's wait.
 */
const PHASES = [0, 2100, 4200, 6300, 8400, 10_500, 12_600, 14_700, 16_800, 18_900];

function phasesOf({ service, count = 1 }: LifecycleScenario): readonly number[] {
  if (Object.keys(service).length === 0 || count > 10) {
    return [0];
  }
  return count > 1 ? PHASES.slice(0, 3) : PHASES;
}

async function measure(scenario: LifecycleScenario, contestant: Contestant): Promise<LifecycleCost> {
  const costs: LifecycleCost[] = [];
  for (const phase of phasesOf(scenario)) {
    costs.push(await play(scenario, contestant, phase));
  }
  const [first] = costs as [LifecycleCost];
  return { ...first, lag: Math.max(...costs.map(({ lag }) => lag)) };
}

async function play(scenario: LifecycleScenario, contestant: Contestant, phase: number): Promise<LifecycleCost> {
  const { count = 1, before, operation } = scenario;
  const durations = durationsOf(scenario, phase);
  const stack = await MeasuredStack.start(contestant, {
    count,
    durations,
    behaviour: { maxDeployments: Math.max(count, 10), maxInProgressDeployments: IN_PROGRESS },
  });
  try {
    await before?.(stack);
    const cost = await operation(stack);
    return { ...cost, lag: cost.seconds - serviceSeconds(scenario, phase) };
  } finally {
    await stack.close();
  }
}

function durationsOf({ service, durations = {} }: LifecycleScenario, phase: number): Partial<Durations> {
  const usual: Partial<Durations> = { ...DURATIONS, ...durations };
  const later: Record<string, number> = {};
  for (const name of Object.keys(service) as (keyof Durations)[]) {
    later[name] = (usual[name] ?? 0) + phase;
  }
  return { ...usual, ...later };
}

function serviceSeconds(scenario: LifecycleScenario, phase = 0): number {
  const durations = durationsOf(scenario, phase);
  const parts = Object.entries(scenario.service).map(
    ([name, times]) => (durations[name as keyof Durations] ?? 0) * times,
  );
  return parts.reduce((sum, part) => sum + part, 0) / 1000;
}

/** Each operation of a stack, by the library and by the hand-written handler. */
export async function lifecycle(): Promise<Section> {
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  for (const scenario of scenarios()) {
    const { name, reachable } = scenario;
    const service = serviceSeconds(scenario);
    const library = await measure(scenario, CONTESTANTS.library);
    const provider = await measure(scenario, CONTESTANTS.provider);
    const leaked = provider.left - library.left;
    rows.push([
      name,
      String(service),
      seconds(library.seconds),
      String(reachable ?? ''),
      missedBy(library.seconds, reachable),
      seconds(library.seconds - service),
      seconds(library.lag),
      String(library.invocations),
      String(library.calls),
      leaked === 0 ? seconds(provider.seconds) : `leaks ${leaked}`,
      leaked === 0 ? seconds(provider.seconds - service) : '',
      leaked === 0 ? seconds(provider.lag) : '',
      String(provider.invocations),
      String(provider.calls),
    ]);
    Object.assign(figures, figuresOf(scenario, library));
  }
  return {
    title: 'Operations of a stack',
    about: [
      [
        'One deployment, unless the row says more. *Service* is what Bedrock itself takes. *Seconds* go from',
        "CloudFormation's first request of the operation to the last answer that it takes; *target* is in how many it can be",
        'done, and *beyond* what they are more than the service takes. Since a deployment is looked at now and then, that',
        'depends on when the service is done: *at worst* is the most of ten moments within 19 s (three for ten deployments,',
        'one for fifty). Which of ten creations gets the next place is by chance: from 92 to 201 s were seen at worst. Calls',
        'take no time here, and functions do not start cold: on AWS each call adds some tens of milliseconds.',
      ].join('\n'),
      [
        '*Invocations* are those of all Lambda functions, *calls* those to Bedrock, both including what goes on after the',
        'last answer. What *leaks* is there an hour later and should not be.',
      ].join('\n'),
      [
        '*Nothing to change* is an update that reaches the handler and changes nothing in Bedrock (another `Timeout`): after',
        'other resources of the stack had 200 requests since, and when Step Functions has forgotten all earlier ones. On',
        '`Provider` the deployments of a stack do not wait for one another, nor does anything there look for older requests',
        'or make sure that an absence is real.',
      ].join('\n'),
      [
        'Two rows miss their target, for safety. *Delete of what is gone* believes that the deployment is gone only after',
        'two looks, ten seconds apart, that follow the ten seconds in which older requests may still begin. *Create',
        'cancelled* waits for the minute in which a call of the cancelled execution may still arrive; the minute counts from',
        'its stop, since nothing tells when it made its last call.',
      ].join('\n'),
    ],
    columns: [
      'operation',
      'service',
      'seconds',
      'target',
      'missed by',
      'beyond',
      'at worst',
      'invocations',
      'calls',
      'Provider: seconds',
      'beyond',
      'at worst',
      'invocations',
      'calls',
    ],
    rows,
    figures,
  };
}

function figuresOf(
  { name, isQueue }: LifecycleScenario,
  { seconds: total, lag, invocations, calls, left }: LifecycleCost,
): Figures {
  const costs: Figures = {
    [`${name}: seconds`]: hundredths(total),
    [`${name}: seconds beyond at worst`]: hundredths(lag),
    [`${name}: invocations`]: invocations,
    [`${name}: calls`]: calls,
  };
  return { ...(isQueue ? {} : costs), [`${name}: deployments left`]: left };
}
