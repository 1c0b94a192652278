import {
  CloudFormation,
  type Provisioner,
  type TemplateResources,
} from '../../../../local/aws-simulator/cloudformation';
import { guarded } from '../../../../local/aws-simulator/iam/guard';
import { Iam, type IamBehaviour, inventoryOf } from '../../../../local/aws-simulator/iam/iam';
import { IamProvisioner } from '../../../../local/aws-simulator/iam/iam-provisioner';
import { VirtualTime } from '../../../../local/aws-simulator/virtual-time';
import { ControlPlane } from '../../../../local/fake-bedrock/control-plane';

/** Who may do what at which moment of a stack, as its own policies say. */

const WHERE = { accountId: '000000000000', region: 'us-east-1' };
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:Function';
const STATEMENT = { Effect: 'Allow', Action: 'bedrock:DeleteCustomModel', Resource: '*' };
const policy = (...Statement: object[]): Record<string, unknown> => ({ PolicyDocument: { Statement } });

let time: VirtualTime;
let controlPlane: ControlPlane;
let iam: Iam;
let stack: ReturnType<CloudFormation['stack']>;

function open(behaviour: Partial<IamBehaviour> = {}): void {
  time = new VirtualTime(Date.UTC(2026, 10, 21));
  controlPlane = new ControlPlane({ ...WHERE, now: time.now });
  iam = new Iam(time.now, inventoryOf(controlPlane, WHERE), behaviour);
  iam.assume(FUNCTION, 'Role');
  const rest: Provisioner = {
    put: (logicalId, type) => ({
      physicalId: logicalId,
      attributes: { Arn: type === 'AWS::Lambda::Function' ? FUNCTION : `arn:aws:${type}/${logicalId}` },
    }),
    remove: () => undefined,
  };
  stack = new CloudFormation(time, () => undefined, {
    uuid: () => '1',
    provisioner: new IamProvisioner(rest, iam),
  }).stack('Stack');
}
beforeEach(() => {
  open();
});

const create = (template: TemplateResources): Promise<string> => time.until(stack.create(template));
const update = (template: TemplateResources): Promise<string> => time.until(stack.update(template));
const ROLE: TemplateResources = { Role: { Type: 'AWS::IAM::Role', Properties: {} } };
const mayDelete = (modelIdentifier = 'absent'): boolean =>
  iam.denial(FUNCTION, 'DeleteCustomModel', { modelIdentifier }) === undefined;

test.each<[string, TemplateResources]>([
  [
    'an inline policy',
    { Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'P', ...policy(STATEMENT) }] } } },
  ],
  [
    'a policy resource',
    { ...ROLE, Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], ...policy(STATEMENT) } } },
  ],
  [
    'a managed policy that names the role',
    {
      ...ROLE,
      Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Role' }], ...policy(STATEMENT) } },
    },
  ],
  [
    'a managed policy that the role names',
    {
      Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Managed' }] } },
      Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: policy(STATEMENT) },
    },
  ],
])('%s allows from its creation on, and until an update takes it out', async (_, template) => {
  expect(mayDelete()).toBe(false);
  await create(template);
  expect(mayDelete()).toBe(true);

  expect(await update(ROLE)).toBe('UPDATE_COMPLETE');
  expect(mayDelete()).toBe(false);
});

test('a policy that shrinks allows less at once, and one that was for others nothing', async () => {
  const of = (roles: unknown[], ...statements: object[]): TemplateResources => ({
    ...ROLE,
    Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: roles, ...policy(...statements) } },
  });
  await create(of([{ Ref: 'Role' }], STATEMENT));
  await update(of([{ Ref: 'Role' }]));
  expect(mayDelete()).toBe(false);

  await update(of(['Other'], STATEMENT));
  expect(mayDelete()).toBe(false);
});

test('a change takes effect only after a while', async () => {
  open({ propagation: () => 60_000 });
  await create({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(STATEMENT)] } } });
  expect(mayDelete()).toBe(false);
  await time.until(time.sleep(60_000));
  expect(mayDelete()).toBe(true);

  await update(ROLE);
  expect(mayDelete()).toBe(true);
  await time.until(time.sleep(60_000));
  expect(mayDelete()).toBe(false);
});

test('what it does not know is an error', async () => {
  await expect(
    create({ Role: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'arn' } } }),
  ).rejects.toThrow('PermissionsBoundary');
  open();
  await create({
    Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Any'] } },
  });
  expect(() => mayDelete()).toThrow('arn:aws:iam::aws:policy/Any');
  expect(() => iam.denial('Other', 'ListCustomModelDuties', {})).toThrow('ListCustomModelDuties');
});

describe('where a condition is on tags', () => {
  const ifOurs = { ...STATEMENT, Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } } };
  beforeEach(() => create({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(ifOurs)] } } }));

  test('they are those that are stored at that moment, whether it is asked for by ARN or by name', () => {
    const arn = controlPlane.addModel({ name: 'model', tags: { owner: 'us' } });
    expect([mayDelete(arn), mayDelete('model')]).toEqual([true, true]);

    controlPlane.perform('UntagResource', { resourceARN: arn, tagKeys: ['owner'] });
    expect([mayDelete(arn), mayDelete('model')]).toEqual([false, false]);
  });

  test.each(['denied', 'not found'] as const)('what is not there is %s, which no page says', async (absent) => {
    open({ absent });
    await create({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(ifOurs)] } } });

    expect(mayDelete()).toBe(absent === 'not found');
    expect(iam.denial(FUNCTION, 'CreateCustomModel', { modelTags: [{ key: 'owner', value: 'us' }] })).toBeDefined();
  });
});

function thrown(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a denied call gets the AccessDeniedException of AWS, and nothing is done', async () => {
  const arn = controlPlane.addModel({ name: 'model' });
  await create(ROLE);
  const bedrock = guarded(controlPlane, (operation, input) => iam.denial(FUNCTION, operation, input));

  expect(
    thrown(() => {
      bedrock.perform('DeleteCustomModel', { modelIdentifier: arn });
    }),
  ).toMatchObject({
    name: 'AccessDeniedException',
    status: 403,
    message:
      `User: arn:aws:sts::000000000000:assumed-role/Role/session is not authorized to perform: bedrock:DeleteCustomModel on resource: ${arn}` +
      ' because no identity-based policy allows the bedrock:DeleteCustomModel action',
  });
  expect(controlPlane.models()).toHaveLength(1);
  await update({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(STATEMENT)] } } });
  bedrock.perform('DeleteCustomModel', { modelIdentifier: arn });
  expect(controlPlane.models()).toEqual([]);

  await update({
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(STATEMENT, { ...STATEMENT, Effect: 'Deny' })] } },
  });
  expect(iam.denial(FUNCTION, 'DeleteCustomModel', { modelIdentifier: arn })).toMatch(
    /with an explicit deny in an identity-based policy$/,
  );
});

describe('what Bedrock imports as a role that it is given', () => {
  const allow = (Action: string | string[], Resource: string, Condition?: object): object => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const roleArn = 'arn:aws:iam::000000000000:role/Role';
  const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/12345678-90ab-cdef-1234-567890abcdef';
  const location = allow('s3:GetBucketLocation', 'arn:aws:s3:::bucket');
  const list = allow('s3:ListBucket', 'arn:aws:s3:::bucket', {
    StringLike: { 's3:prefix': ['job/step_4', 'job/step_4/*'] },
  });
  const read = allow('s3:GetObject', 'arn:aws:s3:::bucket/job/step_4/*');
  const useKey = allow(['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], keyArn, {
    StringEquals: { 'kms:ViaService': 'bedrock.us-east-1.amazonaws.com' },
  });

  async function denial(statements: readonly object[], input: object = {}): Promise<string | undefined> {
    await create({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(...statements)] } } });
    return iam.importDenial({
      roleArn,
      modelSourceConfig: { s3DataSource: { s3Uri: 's3://bucket/job/step_4/' } },
      ...input,
    });
  }

  test.each([
    ['s3:GetBucketLocation', [list, read, useKey]],
    ['s3:ListBucket', [location, read, useKey]],
    ['s3:GetObject', [location, list, useKey]],
    ['kms:CreateGrant', [location, list, read]],
  ])('%s is asked for', async (action, statements) => {
    expect(await denial([location, list, read, useKey], { modelKmsKeyArn: keyArn })).toBeUndefined();
    open();
    expect(await denial(statements, { modelKmsKeyArn: keyArn })).toMatch(
      `assumed-role/Role/session is not authorized to perform: ${action}`,
    );
  });

  test.each(['111122223333', '444455556666'])('the bucket is that of its account, %s', async (bucketAccount) => {
    open({ bucketAccount });
    const ofAmazon = { StringEquals: { 'aws:ResourceAccount': '444455556666' } };
    expect(await denial([location, list, allow('s3:GetObject', '*', ofAmazon)])).toEqual(
      bucketAccount === '444455556666' ? undefined : expect.any(String),
    );
  });

  test('a whole bucket is listed without a prefix', async () => {
    const all = { modelSourceConfig: { s3DataSource: { s3Uri: 's3://bucket' } } };
    expect(
      await denial([location, allow('s3:ListBucket', '*'), allow('s3:GetObject', 'arn:aws:s3:::bucket/*')], all),
    ).toBeUndefined();
    open();
    expect(await denial([location, list, allow('s3:GetObject', '*')], all)).toMatch('s3:ListBucket');
  });

  test('a model package is read as nobody in particular', async () => {
    expect(await denial([], { roleArn: undefined, modelSourceConfig: undefined })).toBeUndefined();
  });
});

describe('a function and a state machine', () => {
  const arn = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const namedRole = (...statements: object[]): TemplateResources => ({
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy(...statements)] } },
  });
  const machine: TemplateResources = {
    Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: arn, LoggingConfiguration: {} } },
  };

  test('act with their roles', async () => {
    await create({
      ...namedRole({ ...STATEMENT, Action: '*' }),
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn:aws:iam::000000000000:role/path/Given' } },
      ...machine,
    });

    expect(iam.denial(FUNCTION, 'ListCustomModels', {})).toContain('assumed-role/Given/');
    expect(iam.denial('arn:aws:AWS::StepFunctions::StateMachine/Machine', 'ListCustomModels', {})).toBeUndefined();
  });

  test('a function is named in what it calls itself, and not in what is asked on its behalf', async () => {
    const bound = { ...STATEMENT, Action: '*', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': FUNCTION } } };
    await create({ ...namedRole(bound, { ...STATEMENT, Action: 'logs:*' }), ...machine });
    const other = `${FUNCTION}2`;
    iam.assume(other, 'Role');

    expect(mayDelete()).toBe(true);
    expect(iam.denial(FUNCTION, 'CreateCustomModel', { roleArn: 'arn:aws:iam::000000000000:role/Reader' })).toContain(
      'iam:PassRole',
    );
    for (const caller of [other, 'arn:aws:AWS::StepFunctions::StateMachine/Machine']) {
      expect(iam.denial(caller, 'DeleteCustomModel', { modelIdentifier: 'absent' })).toContain(
        'bedrock:DeleteCustomModel',
      );
    }
  });

  describe('of which a state machine checks what a stack needs before it goes on', () => {
    const MACHINE = 'arn:aws:AWS::StepFunctions::StateMachine/Machine';
    const machineWith = (...statements: object[]): Promise<string> =>
      create({
        ...namedRole(...statements),
        Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: arn } },
      });
    const mayDo = (operation: string, input: object): boolean => iam.denial(MACHINE, operation, input) === undefined;
    const allow = (Action: string, Resource: string, more: object = {}): object => ({
      Effect: 'Allow',
      Action,
      Resource,
      ...more,
    });

    test('models are invoked by deployments that carry the tags of that moment', async () => {
      const modelArn = controlPlane.addModel({ name: 'model' });
      const deployed = (modelDeploymentName: string, value: string): string =>
        controlPlane.perform('CreateCustomModelDeployment', {
          modelDeploymentName,
          modelArn,
          tags: [{ key: 'owner', value }],
        }).customModelDeploymentArn;
      const [ours, theirs] = [deployed('ours', 'us'), deployed('theirs', 'them')] as const;
      await machineWith(
        allow('bedrock:InvokeModel', 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/*', {
          Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
        }),
      );

      expect([ours, theirs].map((modelId) => mayDo('InvokeModel', { modelId }))).toEqual([true, false]);
      controlPlane.perform('UntagResource', { resourceARN: ours, tagKeys: ['owner'] });
      expect(mayDo('InvokeModel', { modelId: ours })).toBe(false);
      expect(iam.denial(MACHINE, 'InvokeModel', { modelId: ours })).toContain(
        `is not authorized to perform: bedrock:InvokeModel on resource: ${ours}`,
      );
    });

    test('functions are invoked by their ARNs', async () => {
      await machineWith(allow('lambda:InvokeFunction', FUNCTION));

      expect(mayDo('InvokeFunction', { functionArn: FUNCTION })).toBe(true);
      expect(mayDo('InvokeFunction', { functionArn: `${FUNCTION}2` })).toBe(false);
    });

    test('alarms are described all or none', async () => {
      await machineWith(allow('cloudwatch:DescribeAlarms', 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'));
      expect(mayDo('DescribeAlarms', { AlarmNames: ['errors'] })).toBe(false);
      await update({
        ...namedRole(allow('cloudwatch:DescribeAlarms', '*')),
        Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: arn } },
      });

      expect(mayDo('DescribeAlarms', { AlarmNames: ['errors'] })).toBe(true);
    });
  });

  test('a state machine that logs is not made unless its role may have logs delivered', async () => {
    expect(await create({ ...namedRole(STATEMENT), ...machine })).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining('is not authorized to access the Log Destination')]);
    open();

    expect(await create({ ...namedRole({ ...STATEMENT, Action: 'logs:*' }), ...machine })).toBe('CREATE_COMPLETE');
  });
});
