import { CONTESTANTS } from './contestants';
import { MeasuredStack, type OperationCost } from './measured-stack';
import { grouped, missedBy, seconds, type Section } from './report';
import { independentTemplate } from './templates';

/** What the state machine has run before, for other resources. */
const PAST = [
  { executions: 0, apart: 0, inWords: 'no execution' },
  { executions: 1000, apart: 600, inWords: '1,000 executions in a week' },
  { executions: 1000, apart: 1, inWords: '1,000 executions in 17 minutes' },
];
const TARGET_BYTES = 50 * 1024;

const REQUESTS: Readonly<Record<string, (stack: MeasuredStack) => Promise<OperationCost>>> = {
  'create of a minute': (stack) => stack.create(),
  'update, nothing to change': (stack) => stack.update({ Timeout: '3000' }),
  'delete of half a minute': (stack) => stack.delete(),
};

const AT_ONCE = { count: 50, listCalls: { burst: 100, perSecond: 2 } };

/** What many deployments of one stack do that all ask at the same moment. */
async function allAtOnce(): Promise<string[]> {
  const stack = await MeasuredStack.start(
    { ...CONTESTANTS.library, template: independentTemplate },
    {
      ...AT_ONCE,
      durations: { deploymentCreate: 60_000, deploymentDelete: 30_000 },
      behaviour: { maxInProgressDeployments: AT_ONCE.count, maxDeployments: AT_ONCE.count },
    },
  );
  const operations = [
    ['create', () => stack.create()],
    ['nothing to change', () => stack.update({ Timeout: '3000' })],
    ['delete', () => stack.delete()],
  ] as const;
  const took: string[] = [];
  for (const [name, operation] of operations) {
    const { status, seconds: passed } = await operation();
    took.push(`${name} ${seconds(passed)} s, ${status}`);
  }
  await stack.close();
  return took;
}

/** What the handler reads of Step Functions, to know older requests from newer ones. */
export async function listings(): Promise<Section> {
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  for (const { executions, apart, inWords } of PAST) {
    const durations = { deploymentCreate: 60_000, deploymentDelete: 30_000 };
    const stack = await MeasuredStack.start(CONTESTANTS.library, { durations });
    await stack.runOthers(executions, apart);
    for (const [name, request] of Object.entries(REQUESTS)) {
      const { listings: sizes } = await request(stack);
      const most = Math.max(0, ...sizes);
      const all = sizes.reduce((sum, size) => sum + size, 0);
      const of = `${name}, after ${inWords}`;
      rows.push([
        of,
        String(sizes.length),
        grouped(most),
        grouped(TARGET_BYTES),
        missedBy(most, TARGET_BYTES, grouped),
        grouped(all),
      ]);
      figures[`${of}: calls of ListExecutions`] = sizes.length;
      figures[`${of}: bytes of a call of ListExecutions`] = most;
    }
    await stack.close();
  }
  const throttled = await allAtOnce();
  return {
    title: 'ListExecutions',
    about: [
      [
        'The handler asks Step Functions for older and newer requests of the same resource. The calls of one request, and',
        'the bytes of the replies on the wire, when the state machine has run so many executions before, for other',
        'resources. `Provider` has no such call. ListExecutions cannot filter by time: all executions that began after the',
        'earliest moment that counts are read, so that the target is missed where a thousand began within minutes.',
      ].join('\n'),
      [
        `Of ${AT_ONCE.count} deployments that no quota holds up, each of a minute, in a Region where ${AT_ONCE.listCalls.burst} calls of ListExecutions are let`,
        `through at once and ${AT_ONCE.listCalls.perSecond} a second from then on`,
        '([quotas](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)), all at the same time:',
        `${throttled.join('; ')}.`,
      ].join('\n'),
    ],
    columns: ['request', 'calls', 'bytes a call', 'target', 'missed by', 'bytes in all'],
    rows,
    figures,
  };
}
