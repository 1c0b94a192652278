import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DEFAULT_CLOUDFORMATION } from '../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../../local/fake-bedrock/behaviour';
import { DEFAULT_RUNTIME } from '../../local/fake-bedrock/runtime-behaviour';
import { worlds } from '../../simulation/workload/arbitraries/worlds';
import type { WorldConfig } from '../../simulation/workload/plan';
import { worldIn, worldInJson } from '../../simulation/world-file';

const DEFAULTS: WorldConfig = {
  behaviour: DEFAULT_BEHAVIOUR,
  durations: DEFAULT_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
  runtime: DEFAULT_RUNTIME,
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'world-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function read(text: string): WorldConfig {
  const file = join(directory, 'world.json');
  writeFileSync(file, text);
  return worldIn(file);
}

test('every drawn world can be written to a file and read again', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      expect(read(worldInJson(world))).toEqual(world);
    }),
  );
});

test('only switches that are not at their default are written', () => {
  const world: WorldConfig = {
    ...DEFAULTS,
    behaviour: { ...DEFAULT_BEHAVIOUR, nameIndexLag: Infinity, duplicateName: 'ConflictException: taken' },
  };
  expect(JSON.parse(worldInJson(world))).toEqual({
    behaviour: { duplicateName: 'ConflictException: taken', nameIndexLag: 'Infinity' },
  });
  expect(worldInJson(DEFAULTS)).toBe('{}');
});

test('switches that the file omits have their default', () => {
  expect(read('{"durations":{"deploymentCreate":540000}}')).toEqual({
    ...DEFAULTS,
    durations: { ...DEFAULT_DURATIONS, deploymentCreate: 540_000 },
  });
});

test.each([
  ['{"runSeed":{}}', "no 'runSeed'"],
  ['{"behaviour":{"duplicateNames":"ConflictException: taken"}}', "behaviour has no 'duplicateNames'"],
  ['{"cloudFormation":{"cancelOthers":true}}', "cloudFormation has no 'cancelOthers'"],
  ['{"cloudFormation":{"cancelsOthers":"yes"}}', 'cloudFormation.cancelsOthers must be a boolean'],
])('%s is refused: %s', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
