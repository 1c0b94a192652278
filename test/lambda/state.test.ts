import type { Answer } from '../../lambda/cloudformation/answer';
import type { Origin } from '../../lambda/cloudformation/request';
import { answerIn, isWaiterTask, type State } from '../../lambda/state';
import { request } from './support/requests';

const ORIGIN: Origin = request('Create');
const IDS = {
  StackId: ORIGIN.StackId,
  RequestId: ORIGIN.RequestId,
  LogicalResourceId: ORIGIN.LogicalResourceId,
};
const stateWith = (answer: unknown): State => ({ request: ORIGIN, answer }) as unknown as State;

describe('the answer in a state', () => {
  test.each<[string, Partial<Answer>]>([
    ['with nothing that it need not have', { Status: 'SUCCESS', PhysicalResourceId: 'id' }],
    ['that failed, with its reason', { Status: 'FAILED', PhysicalResourceId: 'id', Reason: 'why' }],
    ['with attributes', { Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { Arn: 'arn' } }],
  ])('%s is sent as it is, about the request of the state', (_case, given) => {
    const answer = answerIn(stateWith({ ...given, ...IDS, RequestId: 'forged', StackId: 'forged', More: 'forged' }));
    expect(answer).toStrictEqual({ ...given, ...IDS });
  });

  test('is not that of the state itself, which may change', () => {
    const Data = { Arn: 'arn' };
    expect(answerIn(stateWith({ Status: 'SUCCESS', PhysicalResourceId: 'id', Data })).Data).not.toBe(Data);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['without a status', { PhysicalResourceId: 'id' }],
    ['of an empty status', { Status: '', PhysicalResourceId: 'id' }],
    ['of a status that there is not', { Status: 'MAYBE', PhysicalResourceId: 'id' }],
    ['without an id', { Status: 'SUCCESS' }],
    ['whose reason is no text', { Status: 'FAILED', PhysicalResourceId: 'id', Reason: 1 }],
    ['with an attribute that is no text', { Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { Arn: 'a', Name: 1 } }],
  ])('that is none is not sent: %s', (_case, given) => {
    expect(() => answerIn(stateWith(given))).toThrow('there is no answer to send');
  });
});

test.each<[boolean, unknown]>([
  [true, { action: 'reconcile', state: {} }],
  [false, { action: 'dance', state: {} }],
  [false, { action: 'reconcile' }],
  [false, { state: {} }],
  [false, null],
  [false, 'reconcile'],
])('whether it is a task of the state machine: %s for %j', (is, event) => {
  expect(isWaiterTask(event)).toBe(is);
});
