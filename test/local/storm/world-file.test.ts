import fc from 'fast-check';
import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../../../local/bedrock/behaviour';
import { DEFAULT_CLOUDFORMATION } from '../../../local/simulator/cloudformation';
import { worlds } from '../../../local/storm/arbitraries/worlds';
import { worldFromJson, worldInJson } from '../../../local/storm/world-file';

const USUAL = { behaviour: DEFAULT_BEHAVIOUR, durations: DEFAULT_DURATIONS, cloudFormation: DEFAULT_CLOUDFORMATION };

test('whatever world is drawn, its file gives it again', () => {
  fc.assert(fc.property(worlds, (world) => { expect(worldFromJson(worldInJson(world))).toEqual(world); }));
});

test('only what is unusual is written, and a number that JSON does not have is in quotes', () => {
  const world = { ...USUAL, behaviour: { ...DEFAULT_BEHAVIOUR, nameIndexLag: Infinity, duplicateName: 'ConflictException: taken' as const } };
  expect(worldInJson(world)).toBe('{"behaviour":{"duplicateName":"ConflictException: taken","nameIndexLag":"Infinity"}}');
  expect(worldInJson(USUAL)).toBe('{}');
});

test('what is not said is as usual', () => {
  expect(worldFromJson('{"durations":{"deploymentCreate":540000}}')).toEqual({ ...USUAL, durations: { ...DEFAULT_DURATIONS, deploymentCreate: 540_000 } });
});

test.each([
  ['{"weather":{}}', 'a world has no \'weather\': it has behaviour, durations, cloudFormation'],
  ['{"behaviour":{"duplicateNames":"ConflictException"}}', 'behaviour has no \'duplicateNames\''],
  ['{"durations":{"deploymentCreate":"9 minutes"}}', 'durations.deploymentCreate must be a number, got "9 minutes"'],
])('%s is refused: %s', (text, message) => {
  expect(() => worldFromJson(text)).toThrow(message);
});
