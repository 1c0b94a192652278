import { ANSWER_MARGIN_SECONDS, type CheckNext, FUNCTION_CHECK_SECONDS } from '../../../lib/private/contract';
import { gatesDefinition, waiterDefinition } from '../../../lib/private/state-machine-definition';
import { run } from '../support/interpreter';

const REQUESTS: Readonly<Record<CheckNext, object>> = {
  converse: { ModelId: 'arn:deployment', Messages: [] },
  invokeModel: { ModelId: 'arn:deployment', Body: {} },
  ...(Object.fromEntries(
    FUNCTION_CHECK_SECONDS.map((seconds) => [
      `lambda${seconds}`,
      { FunctionName: 'arn:function', Payload: { attempt: seconds } },
    ]),
  ) as Readonly<Record<`lambda${(typeof FUNCTION_CHECK_SECONDS)[number]}`, object>>),
  alarms: { AlarmNames: ['errors'] },
};
const KINDS = Object.keys(REQUESTS) as CheckNext[];

/** What is sent for a check that the handler asks for, and the state that the handler then gets. */
async function checked(next: CheckNext, integration: () => unknown) {
  const asking = { memory: 1, next, check: { request: REQUESTS[next] } };
  const sent: [string, unknown][] = [];
  const { calls } = await run(
    gatesDefinition,
    ({ state }) => (state['memory'] === undefined ? asking : { next: 'stop' }),
    {
      integration: (resource, input) => {
        sent.push([resource, input]);
        return integration();
      },
    },
  );
  return { asking, sent, calls };
}

class DataLimitExceeded extends Error {
  override readonly name = 'States.DataLimitExceeded';
}

describe('H21: the definition with gates', () => {
  test.each<[CheckNext, string]>([
    ['converse', 'aws-sdk:bedrockruntime:converse'],
    ['invokeModel', 'bedrock:invokeModel'],
    ['lambda960', 'lambda:invoke'],
    ['lambda60', 'lambda:invoke'],
    ['alarms', 'aws-sdk:cloudwatch:describeAlarms'],
  ])('%s sends the request, and nothing else, to %s', async (kind, service) => {
    const { sent } = await checked(kind, () => ({}));
    expect(sent).toEqual([[`arn:aws:states:::${service}`, REQUESTS[kind]]]);
  });

  test.each(KINDS)('%s: the handler gets its state back, and what it needs to know of the answer', async (kind) => {
    const answer = { Payload: { status: 'READY' }, MetricAlarms: [] };
    const { asking, calls } = await checked(kind, () => answer);
    const isModel = kind === 'converse' || kind === 'invokeModel';
    expect(calls.map(({ action, definition }) => [action, definition])).toEqual([
      ['reconcile', 3],
      ['reconcile', 3],
    ]);
    expect(calls[1]?.state).toEqual({
      ...asking,
      check: { ...asking.check, ...(isModel ? {} : { result: answer }) },
    });
  });

  test.each(
    KINDS.flatMap((kind) => [
      [kind, new Error('no')],
      [kind, new DataLimitExceeded('too large')],
    ]) as [CheckNext, Error][],
  )('%s: the handler is told of an error, which ends nothing: %s', async (kind, error) => {
    const { asking, sent, calls } = await checked(kind, () => {
      throw error;
    });
    expect(sent).toHaveLength(1); // whether there is another check is for the handler to decide
    expect(calls[1]?.state).toEqual({
      ...asking,
      check: { ...asking.check, error: { Error: error.name, Cause: error.message } },
    });
  });

  test('catches what States.ALL does not, and waits for no check beyond the margin of the answer, or Lambda', () => {
    const states = gatesDefinition.States as unknown as Readonly<Record<string, CheckDefinition>>;
    const checks = Object.values(states).filter(({ InputPath }) => InputPath !== undefined);
    expect(checks).toHaveLength(KINDS.length);
    for (const { Catch, Resource, TimeoutSeconds } of checks) {
      expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.DataLimitExceeded'], ['States.ALL']]);
      expect(TimeoutSeconds).toBeLessThan(Resource === '${invoke}' ? 1000 : ANSWER_MARGIN_SECONDS);
    }
  });

  test('has placeholders for whole ARNs alone, since cfn-lint takes no parts of them', () => {
    const resources = Object.values(gatesDefinition.States as Readonly<Record<string, { Resource?: string }>>);
    expect(resources.flatMap(({ Resource = [] }) => Resource).filter((one) => !/^\$\{\w+\}$/.test(one))).toEqual([]);
  });

  test('is else that of a stack without gates', () => {
    const known = Object.keys(waiterDefinition.States);
    const shared = Object.fromEntries(Object.entries(gatesDefinition.States).filter(([name]) => known.includes(name)));
    const version = /"definition":[23]/g;
    const plain = (states: object): string =>
      JSON.stringify({ ...states, WhatNext: undefined }).replace(version, '"definition"');
    expect(plain(shared)).toBe(plain(waiterDefinition.States));
  });
});

interface CheckDefinition {
  readonly Resource: string;
  readonly InputPath?: string;
  readonly Catch: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly TimeoutSeconds: number;
}
