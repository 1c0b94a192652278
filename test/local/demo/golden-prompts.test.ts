import type { GateEvent } from '../../../lib/private/contract';
import type { handler } from '../../../local/demo/golden-prompts';
import { LocalBedrock } from '../../../local/fake-bedrock/server';

describe('the function of the tour', () => {
  let bedrock: LocalBedrock;
  let judge: typeof handler;
  let modelArn: string;
  let event: GateEvent;

  beforeAll(async () => {
    bedrock = await LocalBedrock.start({ durations: { deploymentCreate: 0 }, runtime: { notReadyAfterCreate: 0 } });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_BEDROCK: bedrock.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    judge = jest.requireActual<{ readonly handler: typeof handler }>('../../../local/demo/golden-prompts').handler;
    modelArn = bedrock.controlPlane.addModel({ name: 'help-desk' });
    const { customModelDeploymentArn: deploymentArn } = bedrock.controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: 'help-desk',
      modelArn,
    });
    event = { deploymentArn, deploymentName: 'help-desk', modelArn, requestType: 'Create', attempt: 1 };
  });
  afterAll(() => bedrock.stop());

  test('says READY where the deployment answers briefly', async () => {
    await expect(judge(event)).resolves.toEqual({ status: 'READY' });
    expect(bedrock.runtime.invocations.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  test('says FAILED, and why, where an answer is too long', async () => {
    bedrock.runtime.answers.set(modelArn, { bytes: 3000 });

    await expect(judge(event)).resolves.toEqual({
      status: 'FAILED',
      reason: '"Can I still get a refund?" got 3000 characters; 400 are allowed',
    });
  });
});
