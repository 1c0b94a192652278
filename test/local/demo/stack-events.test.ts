import { cleanedUp, duration, eventLines } from '../../../local/demo/stack-events';

const BEGAN = 1_000_000;
const TEMPLATE = {
  Model0301700E: { Type: 'Custom::BedrockCustomModel', Metadata: { 'aws:cdk:path': 'Fraud/Model/Resource/Default' } },
};

describe('events of a stack', () => {
  const model = { type: 'Custom::BedrockCustomModel', logicalId: 'Model0301700E' };
  const lines = eventLines(
    'Fraud',
    [
      { at: BEGAN, status: 'UPDATE_IN_PROGRESS' },
      { at: BEGAN + 61_900, status: 'UPDATE_FAILED', ...model, reason: 'because' },
      { at: BEGAN + 6_000_000, status: 'DELETE_COMPLETE', type: 'Custom::Other', logicalId: 'Gone' },
    ],
    BEGAN,
    TEMPLATE,
  );

  test('are lines as the CDK CLI writes them, with the time that has passed for the stack', () => {
    expect(lines).toEqual([
      'Fraud |  +00:00 | UPDATE_IN_PROGRESS | AWS::CloudFormation::Stack | Fraud',
      'Fraud |  +01:01 | UPDATE_FAILED      | Custom::BedrockCustomModel | Model/Resource/Default (Model0301700E) because',
      'Fraud | +100:00 | DELETE_COMPLETE    | Custom::Other              | Gone',
    ]);
  });
});

test('what was cleaned up is what was deleted after all else', () => {
  const output = [
    'Fraud | +00:01 | DELETE_COMPLETE                     | Custom::Earlier                      | Earlier',
    'Fraud | +00:02 | UPDATE_COMPLETE_CLEANUP_IN_PROGRESS | AWS::CloudFormation::Stack           | Fraud',
    'Fraud | +00:03 | DELETE_COMPLETE                     | Custom::BedrockCustomModelDeployment | Deployment',
    'Fraud | +00:04 | DELETE_COMPLETE                     | Custom::BedrockCustomModel           | Model',
  ].join('\n');

  expect(cleanedUp({ exitCode: 0, output })).toEqual([
    'Custom::BedrockCustomModelDeployment',
    'Custom::BedrockCustomModel',
  ]);
  expect(cleanedUp({ exitCode: 0, output: 'nothing of the kind' })).toEqual([]);
});

test.each([
  [400, '0 s'],
  [59_999, '59 s'],
  [865_000, '14 min 25 s'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
