import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Local, MINUTE, startLocal } from './helpers';

const AWS_CLI = process.env['AWS_CLI'] ?? 'aws';

// Waiting for it without the event loop is safe here only because no server runs in this process yet.
const runs = spawnSync(AWS_CLI, ['--version']).status === 0;
if (!runs) {
  console.warn(`Skipped: '${AWS_CLI}' cannot be run. Put the AWS CLI on the PATH, or name it in AWS_CLI.`);
}
const withCli = runs ? describe : describe.skip;

const run = promisify(execFile);

/** `aws bedrock …` against the local Bedrock: what it prints, parsed. */
async function aws({ bedrock }: Local, ...args: string[]): Promise<unknown> {
  const { stdout } = await run(AWS_CLI, ['bedrock', ...args, '--endpoint-url', bedrock.endpoint, '--output', 'json'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '', // version 1 does not know --no-cli-pager
    },
  });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

withCli('the AWS CLI', () => {
  const NAME = ['--model-deployment-name', 'mine'];
  const MINE = ['--custom-model-deployment-identifier', 'mine'];

  test('tells a refusal by name and message', async () => {
    const local = await startLocal();
    const absent = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/000000000000';
    await expect(aws(local, 'create-custom-model-deployment', ...NAME, '--model-arn', absent)).rejects.toThrow(
      `An error occurred (ResourceNotFoundException) when calling the CreateCustomModelDeployment operation: The specified custom model was not found: ${absent}`,
    );
  });

  test('leads a deployment through its life', async () => {
    const local = await startLocal();
    const { modelArn, otherModelArn, clock } = local;
    const created = await aws(
      local,
      'create-custom-model-deployment',
      ...NAME,
      '--model-arn',
      modelArn,
      '--description',
      'for the support desk',
      '--tags',
      'key=team,value=support',
      'key=stage,value=beta',
    );
    const arn = local.bedrock.controlPlane.deployments()[0]?.arn ?? '';
    expect(created).toEqual({ customModelDeploymentArn: arn });

    clock.pass(MINUTE);
    expect(await aws(local, 'update-custom-model-deployment', ...MINE, '--model-arn', otherModelArn)).toEqual({
      customModelDeploymentArn: arn,
    });
    clock.pass(MINUTE);
    const [got] = await Promise.all([
      aws(local, 'get-custom-model-deployment', '--custom-model-deployment-identifier', arn),
      aws(local, 'tag-resource', '--resource-arn', arn, '--tags', 'key=cost centre,value=a+b'),
      aws(local, 'untag-resource', '--resource-arn', arn, '--tag-keys', 'stage'),
    ]);
    expect(got).toMatchObject({
      customModelDeploymentArn: arn,
      modelDeploymentName: 'mine',
      modelArn: otherModelArn,
      status: 'Active',
      description: 'for the support desk',
      updateDetails: { modelArn: otherModelArn, updateStatus: 'UpdateCompleted' },
      createdAt: expect.stringMatching(/^2026-01-01T12:00:00/) as string,
    });
    expect(await aws(local, 'list-tags-for-resource', '--resource-arn', arn)).toEqual({
      tags: [
        { key: 'team', value: 'support' },
        { key: 'cost centre', value: 'a+b' },
      ],
    });
    expect(await aws(local, 'delete-custom-model-deployment', ...MINE)).toBeUndefined();
    expect(local.bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('lists with filters and pages', async () => {
    const local = await startLocal();
    for (const modelDeploymentName of ['a', 'b', 'c', 'd']) {
      await local.client.createCustomModelDeployment({ modelDeploymentName, modelArn: local.modelArn });
      local.clock.pass(MINUTE);
    }
    const names = ['--query', 'modelDeploymentSummaries[].customModelDeploymentName'];
    const filters = [
      '--created-after',
      '2026-01-01T12:00:30Z',
      '--status-equals',
      'Active',
      '--model-arn-equals',
      local.modelArn,
    ];
    const [filtered, paged] = await Promise.all([
      aws(local, 'list-custom-model-deployments', ...filters, '--sort-order', 'Ascending', ...names),
      aws(local, 'list-custom-model-deployments', '--max-items', '3', '--page-size', '2'),
    ]);
    expect(filtered).toEqual(['b', 'c', 'd']);

    const { NextToken, modelDeploymentSummaries } = paged as { NextToken: string; modelDeploymentSummaries: unknown[] };
    expect(modelDeploymentSummaries).toMatchObject(
      ['d', 'c', 'b'].map((name) => ({ customModelDeploymentName: name })),
    );
    expect(await aws(local, 'list-custom-model-deployments', '--starting-token', NextToken, ...names)).toEqual(['a']);
  });

  test('creates, lists and deletes a model', async () => {
    const local = await startLocal();
    const created = await aws(
      local,
      'create-custom-model',
      '--model-name',
      'imported',
      '--role-arn',
      'arn:aws:iam::000000000000:role/import',
      '--model-source-config',
      's3DataSource={s3Uri=s3://customer-escrow-000000000000/run/}',
    );
    expect(created).toEqual({
      modelArn: local.bedrock.controlPlane.models().find(({ name }) => name === 'imported')?.arn,
    });
    local.clock.pass(MINUTE);
    const row = ['--page-size', '1', '--query', 'modelSummaries[].[modelName, modelStatus, customizationType]'];
    expect(await aws(local, 'list-custom-models', ...row)).toEqual([
      ['imported', 'Active', 'IMPORTED'],
      ['second-model', 'Active', 'FINE_TUNING'],
      ['first-model', 'Active', 'FINE_TUNING'],
    ]);
    expect(await aws(local, 'delete-custom-model', '--model-identifier', 'imported')).toBeUndefined();
    expect(local.bedrock.controlPlane.models()).toHaveLength(2);
  });
});
