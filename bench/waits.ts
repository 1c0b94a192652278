import { type Contestant, CONTESTANTS } from './contestants';
import { MeasuredStack, type OperationCost } from './measured-stack';
import { hundredths, median, missedBy, seconds, type Section } from './report';

/** In USD, us-east-1, x86, without the free tier. */
const PRICES = {
  asOf: 'May 2026',
  /** https://aws.amazon.com/lambda/pricing/ */
  invocation: 0.2 / 1e6,
  gigabyteSecond: 0.0000166667,
  /** https://aws.amazon.com/step-functions/pricing/, Standard workflows */
  transition: 0.025 / 1000,
};
/** How long an invocation is taken to last, which virtual time does not tell. */
const INVOCATION_SECONDS = 0.2;

/** How many minutes Bedrock takes to create the deployment. */
const WAITS = [1, 5, 20, 57];
/** How much later than that it is done, in ms: over the longest pause between two looks. */
const PHASES = Array.from({ length: 13 }, (_, index) => index * 2000);
/** For a wait of 20 minutes. */
const TARGET = { minutes: 20, invocations: 120, lag: 13 };

interface WaitCost extends OperationCost {
  /** Seconds from Active to the answer. */
  readonly lag: number;
}

/** What it costs to wait for a deployment, by the library and by the hand-written handler. */
export async function waits(): Promise<Section> {
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  for (const minutes of WAITS) {
    for (const [name, contestant] of Object.entries(CONTESTANTS)) {
      const costs: WaitCost[] = [];
      for (const phase of PHASES) {
        costs.push(await wait(contestant, minutes * 60_000 + phase));
      }
      const most = (of: 'invocations' | 'transitions' | 'calls' | 'lag'): number =>
        Math.max(...costs.map((cost) => cost[of]));
      const isOurs = name === 'library';
      const target = isOurs && minutes === TARGET.minutes ? TARGET : undefined;
      const fails = costs.filter(({ status }) => status !== 'CREATE_COMPLETE').length;
      const lags = costs.map(({ lag }) => lag);
      rows.push([
        `${minutes} min${isOurs ? '' : ', Provider'}`,
        `${most('invocations')}${beside(target?.invocations)}`,
        missedBy(most('invocations'), target?.invocations),
        String(most('transitions')),
        String(most('calls')),
        fails > 0 ? 'fails' : seconds(median(lags)),
        fails > 0 ? 'fails' : `${seconds(most('lag'))}${beside(target?.lag)}`,
        fails > 0 ? '' : missedBy(most('lag'), target?.lag),
        price(most('invocations'), most('transitions'), contestant.memory()).toFixed(4),
      ]);
      if (isOurs) {
        Object.assign(figures, {
          [`wait of ${minutes} min: invocations`]: most('invocations'),
          [`wait of ${minutes} min: state transitions`]: most('transitions'),
          [`wait of ${minutes} min: calls`]: most('calls'),
          [`wait of ${minutes} min: seconds of lag at worst`]: hundredths(most('lag')),
        });
      }
    }
  }
  return {
    title: 'Waits',
    about: [
      [
        'A create, for which Bedrock takes so many minutes and up to 24 s more, in 13 steps. Each number is the greatest of',
        'the 13. *Lag* is from the moment at which the deployment is Active to the answer. State transitions are those for',
        'which Step Functions charges: every state that is entered, and every retry. `Provider` polls every 5 s, which is its',
        "default; the hand-written handler's total time-out is 50 min, the most that stays within CloudFormation's hour.",
      ].join('\n'),
      [
        `*USD* is for the whole wait, at the prices of us-east-1 as of ${PRICES.asOf}, without the free tier:`,
        '[Lambda](https://aws.amazon.com/lambda/pricing/) 0.20 per million invocations and 0.0000166667 per GB-second, at',
        `the memory of the functions (${CONTESTANTS.library.memory()} MB here, ${CONTESTANTS.provider.memory()} MB there) and ${INVOCATION_SECONDS} s an invocation, which is an assumption;`,
        '[Step Functions](https://aws.amazon.com/step-functions/pricing/) 0.025 per 1,000 transitions.',
      ].join('\n'),
    ],
    columns: [
      'wait',
      'invocations',
      'missed by',
      'transitions',
      'calls',
      'lag: median',
      'at worst',
      'missed by',
      'USD',
    ],
    rows,
    figures,
  };
}

async function wait(contestant: Contestant, deploymentCreate: number): Promise<WaitCost> {
  const stack = await MeasuredStack.start(contestant, { durations: { deploymentCreate } });
  try {
    const cost = await stack.create();
    const [deployment] = stack.environment.controlPlane.deployments();
    const activeAt = (deployment?.createdAt.getTime() ?? NaN) + deploymentCreate;
    return { ...cost, lag: (cost.answeredAt - activeAt) / 1000 };
  } finally {
    await stack.close();
  }
}

function beside(target: number | undefined): string {
  return target === undefined ? '' : ` (target ${target})`;
}

function price(invocations: number, transitions: number, megabytes: number): number {
  const gigabyteSeconds = invocations * INVOCATION_SECONDS * (megabytes / 1024);
  return invocations * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond + transitions * PRICES.transition;
}
