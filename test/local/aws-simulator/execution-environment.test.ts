import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
} from '../../../local/aws-simulator/execution-environment';
import { FunctionKilled } from '../../../local/aws-simulator/killed-invocation';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';

/** Code as it is deployed, in an environment whose time is virtual. */

const NOON = Date.UTC(2026, 10, 21, 12);
const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;
function sandbox(
  code: string,
  options: Partial<ExecutionEnvironmentOptions> = {},
): { readonly time: VirtualTime; readonly instance: ExecutionEnvironment } {
  files += 1;
  const file = join(directory, `${files}.js`);
  writeFileSync(file, code);
  const time = new VirtualTime(NOON);
  return { time, instance: new ExecutionEnvironment({ time, file, environment: {}, ...options }) };
}

test('an hour of waiting takes no time, and its clock shows the hour', async () => {
  const { time, instance } = sandbox(`
    const { setTimeout: sleep } = require('node:timers/promises');
    exports.handler = async () => {
      const began = Date.now();
      await sleep(1800000);
      await new Promise((resolve) => setTimeout(resolve, 1800000));
      return { began, passed: Date.now() - began, at: new Date() };
    };`);
  const result = instance.invoke({});
  await time.pass();

  expect(await result).toEqual({ began: NOON, passed: 3_600_000, at: '2026-11-21T13:00:00.000Z' });
});

test('a signal that times out does so by the virtual clock', async () => {
  const { time, instance } = sandbox(`
    exports.handler = () => new Promise((resolve) => {
      AbortSignal.timeout(45000).addEventListener('abort', () => resolve(Date.now()));
    });`);
  const result = instance.invoke({});
  await time.pass();

  expect(await result).toBe(NOON + 45_000);
});

test('it sees the environment, the modules and the fetch that it is given, and what it logs is had', async () => {
  const lines: string[] = [];
  const { instance } = sandbox(
    `
    const own = require('own');
    exports.handler = async () => {
      console.log('hello', { a: 1 });
      return [process.env.NAME, process.env.HOME ?? 'no home', own.word, await (await fetch('x')).text()];
    };`,
    {
      environment: { NAME: 'n' },
      modules: { own: { word: 'w' } },
      fetch: (url) => Promise.resolve(new Response(`fetched ${url}`)),
      log: (line) => {
        lines.push(line);
      },
    },
  );

  expect(await instance.invoke({})).toEqual(['n', 'no home', 'w', 'fetched x']);
  expect(lines).toEqual(['hello {"a":1}']);
});

test('a file beside it is loaded in the same environment', async () => {
  writeFileSync(join(directory, 'beside.js'), 'exports.now = () => Date.now();');
  const { instance } = sandbox("exports.handler = async () => require('./beside').now();");

  expect(await instance.invoke({})).toBe(NOON);
});

test('once killed, its invocation is rejected and none of its timers rings', async () => {
  const { time, instance } = sandbox(
    `
    exports.handler = () => new Promise(() => { setTimeout(() => fetch('after death'), 1000); });`,
    {
      fetch: () => {
        throw new Error('it is dead');
      },
    },
  );
  const result = instance.invoke({});
  instance.kill();
  await expect(result).rejects.toThrow(FunctionKilled);
  await time.pass();

  expect(time.now()).toBe(NOON + 1000);
});

test('code without the handler is refused', () => {
  expect(() => sandbox('exports.other = 1;')).toThrow('exports no handler');
});
