import { CONTESTANTS } from './contestants';
import { MeasuredStack, type OperationCost } from './measured-stack';
import { grouped, missedBy, type Section } from './report';

const PAST_EXECUTIONS = [0, 1000];
const TARGET_BYTES = 50 * 1024;

const REQUESTS: Readonly<Record<string, (stack: MeasuredStack) => Promise<OperationCost>>> = {
  'create of a minute': (stack) => stack.create(),
  'update, nothing to change': (stack) => stack.update({ Timeout: '3000' }),
  'delete of half a minute': (stack) => stack.delete(),
};

/** What the handler reads of Step Functions, to know older requests from newer ones. */
export async function listings(): Promise<Section> {
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  for (const past of PAST_EXECUTIONS) {
    const durations = { deploymentCreate: 60_000, deploymentDelete: 30_000 };
    const stack = await MeasuredStack.start(CONTESTANTS.library, { durations });
    await stack.runOthers(past);
    for (const [name, request] of Object.entries(REQUESTS)) {
      const { listings: sizes } = await request(stack);
      const most = Math.max(0, ...sizes);
      const all = sizes.reduce((sum, size) => sum + size, 0);
      const of = `${name}, after ${grouped(past)} executions`;
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
  return {
    title: 'ListExecutions',
    about: [
      [
        'The handler asks Step Functions for older and newer requests of the same resource. The calls of one request, and',
        'the bytes of the replies on the wire, when the state machine has run so many executions before, for other',
        'resources. `Provider` has no such call.',
      ].join('\n'),
    ],
    columns: ['request', 'calls', 'bytes a call', 'target', 'missed by', 'bytes in all'],
    rows,
    figures,
  };
}
