import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../../../local/fake-bedrock/behaviour';
import { DEFAULT_RUNTIME } from '../../../local/fake-bedrock/runtime-behaviour';
import { bedrockWorldOf, IN_USE, LIVE_DURATIONS, readWorldFile, worldToJson } from '../../../local/fake-bedrock/server';

const directory = mkdtempSync(join(tmpdir(), 'worlds-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileOf(text: string): string {
  const path = join(directory, 'world.json');
  writeFileSync(path, text);
  return path;
}

describe('a world that is refused, saying why', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'a part that there is not',
      { behavior: {} },
      "Bedrock's world has no 'behavior'. It has: behaviour, durations, runtime.",
    ],
    ['a part that is no object', { behaviour: [] }, 'behaviour is not a JSON object.'],
    [
      'a switch that there is not',
      { behaviour: { deleteWhileMaking: 'allowed' } },
      "behaviour has no 'deleteWhileMaking'. It has: duplicateName,",
    ],
    ['a switch of the prototype', { behaviour: { toString: 'allowed' } }, "behaviour has no 'toString'"],
    ['what the runtime cannot do', { runtime: { throttledShare: 2 } }, 'It must be a number from 0 to 1.'],
    ['a duration that there is not', { durations: { create: 1 } }, "durations has no 'create'"],
    [
      'an error without a message',
      { behaviour: { deleteWhileCreating: 'ConflictException' } },
      'behaviour.deleteWhileCreating is "ConflictException". It must be an error',
    ],
    [
      'an error with a status that is none',
      { behaviour: { deleteWhileCreating: 'ConflictException (200): no' } },
      'It must be an error',
    ],
    [
      'allowed, where that cannot be',
      { behaviour: { duplicateName: 'allowed' } },
      'behaviour.duplicateName is "allowed"',
    ],
    [
      'a value that there is not',
      { behaviour: { statusDuringDelete: 'Going' } },
      'It must be one of "Deleting", "DeletePending", "unchanged".',
    ],
    ['a number for a flag', { behaviour: { staleUpdateDetails: 1 } }, 'It must be true or false.'],
    ['a number for a text', { behaviour: { accessFailure: 1 } }, 'It must be a text.'],
    [
      'a negative duration',
      { durations: { visibility: -1 } },
      'durations.visibility is -1. It must be a number that is not negative',
    ],
    [
      'what JSON makes of Infinity',
      { behaviour: { tokenLifetime: null } },
      'behaviour.tokenLifetime is null. It must be a number that is not negative, or "Infinity".',
    ],
  ])('%s', (_, world, message) => {
    expect(() => bedrockWorldOf(world)).toThrow(message);
  });

  test('a file that is not there, or holds no JSON', () => {
    expect(() => readWorldFile('nowhere.json')).toThrow(/^The world in nowhere.json cannot be read: .*ENOENT/);
    expect(() => readWorldFile(fileOf('{'))).toThrow('cannot be read: SyntaxError');
  });

  test.each(['[]', 'null', '1'])('a file that holds %s', (json) => {
    expect(() => readWorldFile(fileOf(json))).toThrow('is not a JSON object');
  });
});

test('what a world does not say is as usual', () => {
  expect(bedrockWorldOf({})).toEqual({
    behaviour: DEFAULT_BEHAVIOUR,
    durations: DEFAULT_DURATIONS,
    runtime: DEFAULT_RUNTIME,
  });
  expect(
    bedrockWorldOf(
      { behaviour: { deleteWhileCreating: IN_USE }, durations: { modelDelete: 7 }, runtime: { throttledAtFirst: 7 } },
      LIVE_DURATIONS,
    ),
  ).toEqual({
    behaviour: { ...DEFAULT_BEHAVIOUR, deleteWhileCreating: IN_USE },
    durations: { ...LIVE_DURATIONS, modelDelete: 7 },
    runtime: { ...DEFAULT_RUNTIME, throttledAtFirst: 7 },
  });
});

test('what was seen live: a deployment is Creating for seven to nine minutes', () => {
  expect(LIVE_DURATIONS.deploymentCreate).toBeGreaterThanOrEqual(7 * 60_000);
  expect(LIVE_DURATIONS.deploymentCreate).toBeLessThanOrEqual(9 * 60_000);
});

test('a world that is written is read as the same, infinite amounts included', () => {
  const world = {
    behaviour: { ...DEFAULT_BEHAVIOUR, nameHeldAfterDelete: 180_000 },
    durations: { ...LIVE_DURATIONS, modelCreate: Infinity },
    runtime: { ...DEFAULT_RUNTIME, notReadyAfterCreate: Infinity },
  };
  expect(world.behaviour.tokenLifetime).toBe(Infinity);
  expect(bedrockWorldOf(readWorldFile(fileOf(worldToJson(world))))).toEqual(world);
});
