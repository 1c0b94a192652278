import { type Answer, body } from '../../../lambda/cloudformation/answer';
import { STACK_ID } from '../support/builders';
import fc from '../support/fast-check';

const failed = (Reason: string, PhysicalResourceId = 'name'): Answer => ({
  Status: 'FAILED',
  Reason,
  PhysicalResourceId,
  StackId: STACK_ID,
  RequestId: 'r',
  LogicalResourceId: 'Deployment',
});

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

  test('is whole up to 4096 bytes, and not beyond', () => {
    const room = 4096 - Buffer.byteLength(body(failed('')));
    expect(JSON.parse(body(failed('x'.repeat(room))))).toEqual(failed('x'.repeat(room)));
    expect(JSON.parse(body(failed('x'.repeat(room + 1))))).toMatchObject({
      Reason: expect.stringMatching(/^x+ … x+$/),
    });
  });

  test('that is too long keeps of its Reason what there is room for, three quarters of it from the beginning', () => {
    const text = body(failed('b'.repeat(10_000) + 'e'.repeat(10_000)));
    const { Reason = '' } = JSON.parse(text) as Answer;
    const [beginning = '', end = ''] = Reason.split(' … ');
    expect(beginning.length / end.length).toBeCloseTo(3, 1);
    expect(Buffer.byteLength(text)).toBeGreaterThan(3600);
  });

  test('has an id of up to 1024 bytes whole, and the beginning of a longer one', () => {
    const idOf = (id: string): string => (JSON.parse(body(failed('why', id))) as Answer).PhysicalResourceId;
    expect(idOf('i'.repeat(1024))).toBe('i'.repeat(1024));
    expect(idOf(`${'i'.repeat(1024)}j`)).toBe('i'.repeat(1024));
    expect(idOf('é'.repeat(600))).toBe('é'.repeat(512));
  });

  test('has a Reason without what controls a terminal, breaks a line or turns the direction of a text', () => {
    const reason = (text: string): string | undefined => (JSON.parse(body(failed(text))) as Answer).Reason;
    expect(reason('a\u001b[2Jb')).toBe('a [2Jb');
    expect(reason('a\r\n\tb\u0000\u007f\u009bc')).toBe('a b c');
    expect(reason('a\u2028b\u202ec')).toBe('a b c');
    expect(reason('é 模型 🙂')).toBe('é 模型 🙂');
  });

  test('takes no longer for a long id than it takes to read it', () => {
    const began = process.cpuUsage();
    body(failed('x'.repeat(2 ** 18), 'é'.repeat(2 ** 18)));
    // µs, where it would be many seconds if each byte that goes cost a look at all
    expect(process.cpuUsage(began).user).toBeLessThan(2e6);
  });

  test('keeps whatever its id begins with', () => {
    expect(JSON.parse(body(failed('why', '\uFEFFid')))).toMatchObject({ PhysicalResourceId: '\uFEFFid' });
  });

  test('that no cut can make fit is sent all the same, with next to nothing of its Reason', () => {
    expect((JSON.parse(body(failed('why'.repeat(999), '\u0001'.repeat(1024)))) as Answer).Reason).toBe(' … ');
  });

  test('always fits 4096 bytes, is JSON and has an id of at most 1 KB', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6000, size: 'max' }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 2000, size: 'max' }),
        (reason, id) => {
          const text = body(failed(reason, id));
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
          expect(Buffer.byteLength((JSON.parse(text) as Answer).PhysicalResourceId)).toBeLessThanOrEqual(1024);
        },
      ),
      { numRuns: 200, endOnFailure: true },
    ); // shrinking texts of this size takes minutes
  });
});
