import { readGates } from '../../../lambda/cloudformation/gates';
import { PropertyError } from '../../../lambda/cloudformation/property';

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
  ['no object', [{ ...INVOKE, Body: '[1]' }]],
  ['no text', [{ ...INVOKE, Body: { n: 1 } }]],
  ['no function', [{ ...FUNCTION, FunctionArn: 'f' }]],
  ['no number', [{ ...FUNCTION, Timeout: 'soon' }]],
  ['no whole number', [{ ...FUNCTION, Timeout: '1.5' }]],
  ['no attempt', [{ ...FUNCTION, MaxAttempts: '0' }]],
  ['no time', [{ ...FUNCTION, Timeout: undefined }]],
  ['no names', [{ ...ALARMS, AlarmNames: [] }]],
  ['no list of names', [{ ...ALARMS, AlarmNames: 'errors' }]],
  ['an empty name', [{ ...ALARMS, AlarmNames: [''] }]],
  ['too many names', [{ ...ALARMS, AlarmNames: Array.from({ length: 11 }, (_, index) => `a${index}`) }]],
  ['too long a bake', [{ ...ALARMS, BakeTime: '3481' }]],
])('%s is refused', (_what, value) => {
  expect(() => readGates(value)).toThrow(PropertyError);
});
