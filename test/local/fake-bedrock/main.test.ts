import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bedrock } from '@aws-sdk/client-bedrock';
import { IN_USE } from '../../../local/fake-bedrock/server';

const ROOT = join(__dirname, '../../..');

const directory = mkdtempSync(join(tmpdir(), 'worlds-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileOf(world: object): string {
  const path = join(directory, 'world.json');
  writeFileSync(path, JSON.stringify(world));
  return path;
}

function clientAt(output: { readonly text: string }): Bedrock {
  const endpoint = /AWS_ENDPOINT_URL_BEDROCK=(\S+)/.exec(output.text)?.[1] ?? '';
  return new Bedrock({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

function start(...args: string[]) {
  const child = spawn(join(ROOT, 'node_modules/.bin/tsx'), ['local/fake-bedrock/main.ts', ...args], { cwd: ROOT });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
  }
  return { child, output, exit: once(child, 'exit') as Promise<[number | null, string | null]> };
}

test.each([
  ['an option unknown', ['--wat'], '--wat'],
  ['a model that cannot be', ['--port', '0', '--model', 'a b'], "'a b' is not a name"],
  ['a world that is not there', ['--world', 'nowhere.json'], 'The world in nowhere.json cannot be read'],
])('%s ends it with a message', async (_, args, message) => {
  const { output, exit } = start(...args);
  expect(await exit).toEqual([1, null]);
  expect(output.text).toContain(message);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'says where it listens and what it holds, serves, and ends cleanly on %s',
  async (signal) => {
    const { child, output, exit } = start('--port', '0', '--model', 'good', '--model', 'bad=full rank = no on-demand');
    while (!output.text.includes('get-custom-model-deployment')) {
      await once(child.stdout, 'data');
    }
    const modelArn = /(arn:\S+) {2}bad/.exec(output.text)?.[1] ?? '';

    const client = clientAt(output);
    const { modelSummaries } = await client.listCustomModels({ sortOrder: 'Ascending' });
    expect(modelSummaries?.map(({ modelName }) => modelName)).toEqual(['good', 'bad']);
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    expect(await client.getCustomModelDeployment({ customModelDeploymentIdentifier: 'mine' })).toMatchObject({
      status: 'Creating',
      modelArn,
    });

    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    client.destroy();
  },
);

test("plays the world of a file, as far as it is Bedrock's", async () => {
  const world = {
    behaviour: { deleteWhileCreating: IN_USE },
    durations: { deploymentCreate: 'Infinity' },
    cloudFormation: {},
  };
  const { child, output, exit } = start('--port', '0', '--live-durations', '--world', fileOf(world));
  while (!output.text.includes('get-custom-model-deployment')) {
    await once(child.stdout, 'data');
  }
  expect(output.text).toContain("The world's cloudFormation is not Bedrock's: it is left out.");

  const client = clientAt(output);
  await client.createCustomModelDeployment({
    modelDeploymentName: 'mine',
    modelArn: /arn:\S+/.exec(output.text)?.[0] ?? '',
  });
  await expect(client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: 'mine' })).rejects.toThrow(
    'mine is in use',
  );

  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  client.destroy();
});
