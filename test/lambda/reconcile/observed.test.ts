import { isInTransition } from '../../../lambda/reconcile/observed';
import { deployment, MODEL_1 } from '../support/builders';

describe('whether something is under way with a resource, or may be', () => {
  test.each([
    ['Creating', true],
    ['Deleting', true],
    ['unknown', true],
    ['Active', false],
    ['Failed', false],
  ] as const)('it is %s: %s', (status, expected) => {
    expect(isInTransition(deployment({ status }))).toBe(expected);
  });

  test.each([
    ['Updating', true],
    ['unknown', true],
    ['UpdateCompleted', false],
    ['UpdateFailed', false],
  ] as const)('its update is %s: %s', (status, expected) => {
    const update = { modelArn: MODEL_1, status, reported: status };
    expect(isInTransition(deployment({ update }))).toBe(expected);
  });

  test('it is not there: no', () => {
    expect(isInTransition({ status: 'absent' })).toBe(false);
  });
});
