import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { MODEL_1, PACKAGE_2 } from '../support/builders';
import { HandlerHarness } from '../support/handler-harness';
import { modelRequest, request, type RequestProperties } from '../support/requests';

/** What the stack let go of with RETAIN still has the stack's tags, and its name, when the same resource comes back. */

interface LeftoverKind {
  readonly make: typeof request;
  readonly nameProperty: string;
  /** What cannot be changed in place. */
  readonly otherwise: RequestProperties;
  readonly fail: () => void;
  readonly left: () => { readonly name: string; readonly arn: string; readonly status: string }[];
}

let world: HandlerHarness;

const KINDS: Readonly<Record<string, LeftoverKind>> = {
  deployment: {
    make: request,
    nameProperty: 'DeploymentName',
    otherwise: { Description: 'another' },
    fail: () => {
      world.bedrock.controlPlane.setDeployment('mine', { status: 'Failed' });
    },
    left: () => world.bedrock.controlPlane.deployments(),
  },
  model: {
    make: modelRequest,
    nameProperty: 'ModelName',
    otherwise: { ModelPackageArn: PACKAGE_2 },
    fail: () => {
      world.bedrock.controlPlane.setModel('mine', { status: 'Failed' });
    },
    left: () => world.bedrock.controlPlane.models().filter(({ arn }) => arn !== MODEL_1),
  },
};

describe.each(Object.entries(KINDS))('a %s that was left', (_, { make, nameProperty, otherwise, fail, left }) => {
  let before: string;

  const named = (name: string, more: RequestProperties = {}): RequestProperties => ({ [nameProperty]: name, ...more });
  const send = (type: CloudFormationRequest['RequestType'], options: Parameters<typeof request>[1]): Promise<Answer> =>
    world.finish(make(type, options));

  beforeEach(async () => {
    world = new HandlerHarness();
    world.bedrock.controlPlane.addModel({ name: 'model', arn: MODEL_1 });
    expect(await send('Create', { properties: named('mine') })).toMatchObject({ Status: 'SUCCESS' });
    before = JSON.stringify(left());
  });
  afterEach(() => {
    world.close();
  });

  test('is taken up again by a Create that asks for the same', async () => {
    expect(await send('Create', { properties: named('mine') })).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
    });
    expect(JSON.stringify(left()).replace(/ taken-up|,"[\w:-]+":"taken-up"/, '')).toBe(before);
  });

  test('is not what a Create asks for that would make it otherwise: it says so, and the rollback’s Delete leaves it alone', async () => {
    const properties = named('mine', otherwise);
    const answer = await send('Create', { properties });
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        `change ${nameProperty[0]?.toLowerCase() ?? ''}${nameProperty.slice(1)}, or delete`,
      ),
    });
    expect(answer.Reason).toContain(left()[0]?.arn);
    expect(await send('Delete', { properties, physicalId: answer.PhysicalResourceId })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(JSON.stringify(left())).toBe(before);
  });

  test('is not what an Update asks for that would make it otherwise under its name: the rollback leaves it alone', async () => {
    const old = named('another', { Tags: { a: 'b' } });
    const physicalId = (await send('Create', { properties: old })).PhysicalResourceId;
    const both = JSON.stringify(left());
    const properties = named('mine', otherwise);
    const refused = await send('Update', { properties, old, physicalId });
    expect(refused).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'another',
      Reason: expect.stringContaining('It was left as it is'),
    });
    expect(await send('Update', { properties: old, old: properties, physicalId })).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'another',
    });
    expect(JSON.stringify(left())).toBe(both);
  });

  test('gives way, if it is Failed and serves nobody', async () => {
    fail();
    expect(await send('Create', { properties: named('mine', otherwise) })).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
    });
    expect(left()).toMatchObject([{ name: 'mine', status: 'Active' }]);
    expect(JSON.stringify(left())).not.toBe(before);
  });

  test('by a request that was never answered is known by its properties, and goes with CloudFormation’s own id', async () => {
    expect(
      await send('Delete', { properties: named('mine'), physicalId: 'fraud-Made-1UP0BYCLOUDFORMATION' }),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(left()).toEqual([]);
  });

  test('goes when CloudFormation asks for it by its id, whatever else it believes of it', async () => {
    expect(await send('Delete', { properties: named('mine', otherwise), physicalId: 'mine' })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(left()).toEqual([]);
  });
});
