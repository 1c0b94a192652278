import { failedId, readFailedId } from '../../../lambda/cloudformation/failed-id';
import { ARN, NOON } from '../support/builders';
import fc from '../support/fast-check';

const CREATE = { requestId: 'request', name: 'name' };

describe('the id of a Create that failed', () => {
  test.each([
    ['nothing is left', CREATE],
    ['something may be left', { ...CREATE, attempt: { until: NOON } }],
    ['that is left', { ...CREATE, attempt: { until: NOON, arn: ARN } }],
  ])('tells what it is read for: %s', (_, create) => {
    expect(readFailedId(failedId(create))).toEqual(create);
  });

  test('that was cut off tells no more than it says', () => {
    expect(readFailedId('failed-create')).toEqual({ requestId: '', name: '', attempt: { until: 0 } });
  });

  test('is none that begins otherwise', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        fc.pre(!id.startsWith('failed-create'));
        expect(readFailedId(id)).toBeUndefined();
      }),
    );
  });
});
