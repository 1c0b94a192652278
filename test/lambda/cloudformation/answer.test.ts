import fc from 'fast-check';
import { type Answer, body } from '../../../lambda/cloudformation/answer';
import { STACK_ID } from '../support/builders';

const failed = (Reason: string, PhysicalResourceId = 'name'): Answer => ({ Status: 'FAILED', Reason, PhysicalResourceId, StackId: STACK_ID, RequestId: 'r', LogicalResourceId: 'Deployment' });

describe('H19: the answer', () => {
  test('is as it is when it is short', () => {
    expect(JSON.parse(body(failed('why')))).toEqual(failed('why'));
  });

  test('with a failure message of 2 KB is whole', () => {
    expect(JSON.parse(body(failed('x'.repeat(2048))))).toMatchObject({ Reason: 'x'.repeat(2048) });
  });

  test('that is too long loses the middle of its Reason: what happened and where the log is stay', () => {
    const parsed = JSON.parse(body(failed(`Create failed: ${'é'.repeat(5000)}. Log: /aws/lambda/handler`))) as Answer;
    expect(parsed.Reason).toMatch(/^Create failed: é.* … é.*\. Log: \/aws\/lambda\/handler$/);
  });

  test('always fits 4096 bytes, is JSON and has an id of at most 1 KB', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 6000, size: 'max' }), fc.string({ unit: 'binary', minLength: 1, maxLength: 2000, size: 'max' }), (reason, id) => {
      const text = body(failed(reason, id));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength((JSON.parse(text) as Answer).PhysicalResourceId)).toBeLessThanOrEqual(1024);
    }), { numRuns: 200, endOnFailure: true }); // shrinking texts of this size takes minutes
  });
});
