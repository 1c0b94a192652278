import { readGates } from '../../../lambda/cloudformation/gates';
import { PropertyError } from '../../../lambda/cloudformation/property';
import { MAX_GATES_BYTES } from '../../../lib/private/contract';

const ATTEMPTED = { MaxAttempts: '3', Timeout: '900' };
const CONVERSE = { Kind: 'CONVERSE', Request: '{"InferenceConfig":{"MaxTokens":16}}', ...ATTEMPTED };
const INVOKE = { Kind: 'INVOKE_MODEL', Body: '{"n":1}', ...ATTEMPTED };
const FUNCTION = { Kind: 'LAMBDA', FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f', ...ATTEMPTED };
const ALARMS = { Kind: 'ALARMS', AlarmNames: ['errors'], BakeTime: '600' };

test('gates are read in their order, with the numbers of a request as they were', () => {
  expect(readGates([CONVERSE, INVOKE, FUNCTION, ALARMS])).toEqual([
    { kind: 'converse', request: { InferenceConfig: { MaxTokens: 16 } }, maxAttempts: 3, seconds: 900 },
    { kind: 'invokeModel', request: { n: 1 }, maxAttempts: 3, seconds: 900 },
    { kind: 'lambda', functionArn: FUNCTION.FunctionArn, maxAttempts: 3, seconds: 900 },
    { kind: 'alarms', names: ['errors'], maxAttempts: 3, seconds: 600 },
  ]);
  expect(readGates([])).toEqual([]);
});

test.each<[string, unknown]>([
  ['no list', CONVERSE],
  ['no list', ''],
  ['what the state machine could not hold', [{ ...CONVERSE, Request: JSON.stringify({ text: 'x'.repeat(65_536) }) }]],
  ['no gate', ['CONVERSE']],
  ['no gate', [null]],
  ['no kind', [{ ...CONVERSE, Kind: 'converse' }]],
  ['no JSON', [{ ...CONVERSE, Request: '{' }]],
  ['no object', [{ ...INVOKE, Body: '[{}]' }]],
  ['no text', [{ ...INVOKE, Body: { n: 1 } }]],
  ['no function', [{ ...FUNCTION, FunctionArn: 'f' }]],
  ['what only contains an ARN', [{ ...FUNCTION, FunctionArn: ` ${FUNCTION.FunctionArn}` }]],
  ['no number', [{ ...FUNCTION, Timeout: 'soon' }]],
  ['no whole number', [{ ...FUNCTION, Timeout: '1.5' }]],
  ['no attempt', [{ ...FUNCTION, MaxAttempts: '0' }]],
  ['no time', [{ ...FUNCTION, Timeout: undefined }]],
  ['no names', [{ ...ALARMS, AlarmNames: [] }]],
  ['no list of names', [{ ...ALARMS, AlarmNames: 'errors' }]],
  ['an empty name', [{ ...ALARMS, AlarmNames: ['errors', ''] }]],
  ['a number for a name', [{ ...ALARMS, AlarmNames: ['errors', 7] }]],
  ['too many names', [{ ...ALARMS, AlarmNames: Array.from({ length: 11 }, (_, index) => `a${index}`) }]],
  ['too long a bake', [{ ...ALARMS, BakeTime: '3481' }]],
])('%s is refused', (_what, value) => {
  expect(() => readGates(value)).toThrow(PropertyError);
});

test('as many bytes as the state machine can hold, and not one more', () => {
  const withText = (length: number): unknown[] => [{ ...INVOKE, Body: JSON.stringify({ text: 'x'.repeat(length) }) }];
  const longest = MAX_GATES_BYTES - JSON.stringify(withText(0)).length;
  expect(readGates(withText(longest))).toHaveLength(1);
  expect(() => readGates(withText(longest + 1))).toThrow(PropertyError);
});

test('as many alarms, and as long or as short, as may be', () => {
  const names = Array.from({ length: 10 }, (_, index) => `a${index}`);
  expect(
    readGates([
      { ...ALARMS, AlarmNames: names, BakeTime: '3480' },
      { ...ALARMS, BakeTime: '1' },
    ]),
  ).toMatchObject([{ names, seconds: 3480 }, { seconds: 1 }]);
});

test.each([
  [{ Kind: 'converse' }, 'Kind must be CONVERSE, INVOKE_MODEL, LAMBDA or ALARMS, got "converse"'],
  [{ ...CONVERSE, Request: '{' }, 'Request must be an object as JSON, got "{"'],
  [{ ...FUNCTION, FunctionArn: 'f' }, 'FunctionArn must be the ARN of a function, got "f"'],
  [{ ...ALARMS, BakeTime: '0' }, 'BakeTime must be a whole number from 1 to 3480, got 0'],
  [{ ...ALARMS, AlarmNames: [] }, 'AlarmNames must be 1 to 10 names, got []'],
])('%j: the error says what is wrong, and what would be right', (gate, message) => {
  expect(() => readGates([gate])).toThrow(message);
});
