import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CustomModelSource } from '../../../lib';
import {
  deploy,
  handlerStatements,
  KEY_ARN,
  keyPolicy,
  makeModel,
  newStack,
  resources,
  S3_URI,
  strictKey,
} from '../support/stacks';

const USE = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
const VIA_BEDROCK = {
  StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['bedrock.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
};
const ACCOUNT = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };
const HANDLER = { 'Fn::GetAtt': ['CustomModelProviderHandlerRole', 'Arn'] };
const KEY_MADE = { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] };
const STRICT_KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
const S3 = { source: CustomModelSource.s3(S3_URI) };

/** A key that leaves its use to the policies of identities, as the CDK makes them. */
function aKey(stack: Stack, id = 'Key'): kms.IKey {
  return new kms.Key(stack, id);
}

function use(Resource: unknown): object {
  return { Effect: 'Allow', Action: USE, Resource, Condition: VIA_BEDROCK };
}

function usedBy(principal: unknown): object {
  return { ...use('*'), Principal: { AWS: principal } };
}

describe('a key that leaves its use to the policies of identities', () => {
  test('may be used by the handler through Bedrock, and nothing is said in the key’s policy', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { encryptionKey: aKey(stack) });

    expect(handlerStatements(stack).at(-1)).toEqual(use(KEY_MADE));
    expect(keyPolicy(stack)).toEqual([]);
  });

  test('may be used by the role that is made, which stays one resource', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { ...S3, encryptionKey: aKey(stack) });

    const policies = resources(stack)['ModelRole3E65CE92']?.Properties['Policies'];
    expect(policies).toEqual([
      expect.objectContaining({ PolicyName: 'Artifacts' }),
      { PolicyName: 'Key', PolicyDocument: { Version: '2012-10-17', Statement: [use(KEY_MADE)] } },
    ]);
    expect(keyPolicy(stack)).toEqual([]);
  });

  test('is listed once for a model and its deployment, and several keys are one statement', () => {
    const stack = newStack();
    const [one, other] = [aKey(stack), aKey(stack, 'Other')];
    deploy(stack, 'Deployment', { model: makeModel(stack, 'Model', { encryptionKey: one }) });
    makeModel(stack, 'M2', { encryptionKey: other });

    expect(handlerStatements(stack).filter((statement) => JSON.stringify(statement).includes('kms:'))).toEqual([
      use([KEY_MADE, stack.resolve(other.keyArn)]),
    ]);
  });

  test('may be used by the handler that deploys, though another one made the model', () => {
    const app = new App();
    const [models, deployments] = [new Stack(app, 'Models'), new Stack(app, 'Deployments')];
    const model = makeModel(models, 'Model', { encryptionKey: kms.Key.fromKeyArn(models, 'Key', KEY_ARN) });

    const deployment = deploy(deployments, 'Deployment', { model });

    expect(deployment.encryptionKey).toBe(model.encryptionKey);
    expect(handlerStatements(deployments).at(-1)).toEqual(use(KEY_ARN));
  });
});

describe('a key whose policy alone says who may use it', () => {
  test('names the handler’s role in it', () => {
    const stack = newStack();
    deploy(stack, 'Deployment', { model: makeModel(stack, 'Model', { encryptionKey: strictKey(stack) }) });

    expect(handlerStatements(stack).at(-1)).toEqual(use(STRICT_KEY));
    expect(keyPolicy(stack)).toEqual([usedBy(HANDLER)]);
  });

  test('leaves it to the account to name the role that is made, since neither could be made before the other', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { ...S3, encryptionKey: strictKey(stack) });

    expect(keyPolicy(stack)).toEqual([usedBy(ACCOUNT), usedBy(HANDLER)]);
    expect(JSON.stringify(resources(stack)['ModelRole3E65CE92'])).toContain('kms:CreateGrant');
  });

  test('leaves it to the account to name the handler of another stack, which is made after the key', () => {
    const app = new App();
    const keys = new Stack(app, 'Keys');
    const stack = new Stack(app, 'Stack');
    deploy(stack, 'Deployment', { model: makeModel(stack, 'Model', { ...S3, encryptionKey: strictKey(keys) }) });

    expect(() => app.synth()).not.toThrow();
    expect(keyPolicy(keys)).toEqual([usedBy(ACCOUNT)]);
  });
});

describe('whoever may invoke a deployment', () => {
  const statementsOf = (stack: Stack): unknown => {
    const [, policy] =
      Object.entries(resources(stack)).find(([logicalId]) => logicalId.startsWith('RoleDefaultPolicy')) ?? [];
    return (policy?.Properties['PolicyDocument'] as { Statement: unknown }).Statement;
  };

  test('may decrypt with the key of the model', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', {
      model: makeModel(stack, 'Model', { encryptionKey: aKey(stack) }),
    });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });

    const grant = deployment.grants.invoke(role);

    expect(grant.principalStatements).toHaveLength(2);
    expect(statementsOf(stack)).toEqual([
      expect.objectContaining({ Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'] }),
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_MADE, Condition: VIA_BEDROCK },
    ]);
    expect(keyPolicy(stack)).toEqual([]);
  });

  test('is named in the policy of a key that alone says who may use it', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', {
      model: makeModel(stack, 'Model', { encryptionKey: strictKey(stack) }),
    });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });

    deployment.grants.invoke(role);
    deployment.grantInvoke(role);

    expect(keyPolicy(stack)).toEqual([
      usedBy(HANDLER),
      { ...usedBy({ 'Fn::GetAtt': ['Role1ABCC5F0', 'Arn'] }), Action: 'kms:Decrypt' },
    ]);
  });

  test('in another stack, is left to the account by the policy of such a key', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', {
      model: makeModel(stack, 'Model', { encryptionKey: strictKey(stack) }),
    });
    const application = new Stack(App.of(stack), 'Application');

    deployment.grants.invoke(new iam.Role(application, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));

    expect(() => (App.of(stack) as App).synth()).not.toThrow();
    expect(keyPolicy(stack)).toEqual([usedBy(HANDLER), { ...usedBy(ACCOUNT), Action: 'kms:Decrypt' }]);
  });

  test('who has no policy of their own, is named in that of the key', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', {
      model: makeModel(stack, 'Model', { encryptionKey: aKey(stack) }),
    });

    deployment.grants.invoke(new iam.ArnPrincipal('arn:aws:iam::111122223333:role/application'));

    expect(keyPolicy(stack)).toEqual([
      { ...usedBy('arn:aws:iam::111122223333:role/application'), Action: 'kms:Decrypt' },
    ]);
  });

  test('may decrypt nothing for a model whose key is not known', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });

    deploy(stack).grants.invoke(role);

    expect(JSON.stringify(statementsOf(stack))).not.toContain('kms:');
  });
});
