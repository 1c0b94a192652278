import type { CfnElement } from 'aws-cdk-lib';
import { App, Arn, Aws, Duration, PropertyInjectors, RemovalPolicies, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { ICustomModel } from '../../lib';
import { CustomModel, CustomModelProvider, CustomModelSource } from '../../lib';
import {
  deploy,
  deployments,
  KEY_ARN,
  makeModel,
  MODEL,
  MODEL_ARN,
  MODEL_PACKAGE_ARN,
  newStack,
  OTHER_MODEL_ARN,
  resources,
  S3_URI,
  stringToken,
  theDeployment,
  theModel,
} from './support/stacks';

const S3 = { source: CustomModelSource.s3(S3_URI) };

describe('the custom resource', () => {
  const byDefault = {
    ServiceToken: { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] },
    StateMachineArn: { Ref: 'CustomModelProviderWaiter' },
    Timeout: '3480',
  };
  const around = {
    Type: MODEL,
    DependsOn: ['CustomModelProviderHandlerPolicy'],
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  };

  test('H32: has nothing but what is needed by default, and is kept, unless what creates it fails', () => {
    const stack = newStack();

    makeModel(stack);

    expect(theModel(stack)).toEqual({ ...around, Properties: { ...byDefault, ModelPackageArn: MODEL_PACKAGE_ARN } });
  });

  test('has a role as well if the model is in Amazon S3', () => {
    const stack = newStack();

    makeModel(stack, 'Model', S3);

    expect(theModel(stack)).toEqual({
      ...around,
      Properties: { ...byDefault, S3Uri: S3_URI, RoleArn: { 'Fn::GetAtt': ['ModelRole3E65CE92', 'Arn'] } },
    });
  });

  test('is handed all that the user says', () => {
    const stack = newStack();

    makeModel(stack, 'Model', {
      modelName: 'fraud',
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
      tags: { team: 'fraud' },
      timeout: Duration.minutes(20),
    });

    expect(theModel(stack).Properties).toEqual({
      ...byDefault,
      ModelPackageArn: MODEL_PACKAGE_ARN,
      ModelName: 'fraud',
      KmsKeyArn: KEY_ARN,
      Tags: { team: 'fraud' },
      Timeout: '1200',
    });
  });

  test.each([
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
  ])('with RemovalPolicy %s', (removalPolicy, DeletionPolicy, UpdateReplacePolicy) => {
    const stack = newStack();

    makeModel(stack, 'Model', { removalPolicy });

    expect(theModel(stack)).toMatchObject({ DeletionPolicy, UpdateReplacePolicy });
  });

  test('is the default child, so that escape hatches and applyRemovalPolicy reach it', () => {
    const stack = newStack();
    const model = makeModel(stack);

    model.applyRemovalPolicy(RemovalPolicy.DESTROY);

    expect(stack.resolve((model.node.defaultChild as CfnElement).logicalId)).toBe('Model0301700E');
    expect(theModel(stack)).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test.each([
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
  ])(
    'H32: RemovalPolicies.of() and applyRemovalPolicy can say %s later',
    (removalPolicy, DeletionPolicy, UpdateReplacePolicy) => {
      for (const apply of [
        (model: CustomModel): void => {
          model.applyRemovalPolicy(removalPolicy);
        },
        (model: CustomModel): void => {
          RemovalPolicies.of(model).apply(removalPolicy);
        },
      ]) {
        const stack = newStack();
        apply(makeModel(stack));

        expect(theModel(stack)).toMatchObject({ DeletionPolicy, UpdateReplacePolicy });
      }
    },
  );

  test('has the tags of Tags.of() too, but for those that leave this type out', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { tags: { team: 'property', tier: 'property' } });

    Tags.of(stack).add('team', 'aspect');
    Tags.of(stack).add('stage', 'prod', { excludeResourceTypes: [MODEL] });

    expect(theModel(stack).Properties['Tags']).toEqual({ team: 'aspect', tier: 'property' });
  });
});

describe('with a deployment', () => {
  test('the deployment waits for the model by its ARN, and the name is the model’s Ref', () => {
    const stack = newStack();
    const model = makeModel(stack);

    deploy(stack, 'Deployment', { model });

    expect(theDeployment(stack).Properties['ModelArn']).toEqual({ 'Fn::GetAtt': ['Model0301700E', 'Arn'] });
    expect(stack.resolve(model.modelName)).toEqual({ Ref: 'Model0301700E' });
  });

  test.each([
    ['a model package', {}, 2],
    ['Amazon S3', S3, 3],
    [
      'Amazon S3, with a role of the user',
      { ...S3, role: iam.Role.fromRoleArn(newStack(), 'Role', 'arn:aws:iam::111122223333:role/reader') },
      2,
    ],
    ['a model package, with a key', { encryptionKey: kms.Key.fromKeyArn(newStack(), 'Key', KEY_ARN) }, 2],
    ['Amazon S3, with a key', { ...S3, encryptionKey: kms.Key.fromKeyArn(newStack(), 'Key', KEY_ARN) }, 3],
  ])('from %s, a stack has no more than these resources beside the provider', (_, props, count) => {
    const provider = newStack();
    CustomModelProvider.getOrCreate(provider);
    const stack = newStack();
    deploy(stack, 'Deployment', { model: makeModel(stack, 'Model', props) });

    expect(Object.keys(resources(stack)).length - Object.keys(resources(provider)).length).toBe(count);
  });

  test('models take no turn of the deployments', () => {
    const stack = newStack();
    new CustomModelProvider(stack, 'Provider', { maxInProgress: 1 });
    for (const n of [1, 2, 3]) {
      makeModel(stack, `M${n}`);
    }
    for (const n of [1, 2]) {
      deploy(stack, `D${n}`);
    }

    const models = Object.values(resources(stack)).filter(({ Type }) => Type === MODEL);
    expect(models.map(({ DependsOn }) => DependsOn)).toEqual(Array(3).fill(['CustomModelProviderHandlerPolicy']));
    expect(deployments(stack)['D1']?.DependsOn).toEqual(['CustomModelProviderHandlerPolicy']);
    expect(deployments(stack)['D2']?.DependsOn).toHaveLength(2);
  });
});

describe('the role', () => {
  test('is there if the model is in Amazon S3', () => {
    const stack = newStack();

    expect(stack.resolve(makeModel(stack, 'Stored', S3).role?.roleArn)).toEqual({
      'Fn::GetAtt': ['StoredRoleC8CB1014', 'Arn'],
    });
    expect(makeModel(stack, 'Packaged').role).toBeUndefined();
  });

  test('can be one of the user, which is used as it is, with its policies there before the model', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));

    const model = makeModel(stack, 'Model', { ...S3, role });

    expect(model.role).toBe(role);
    expect(theModel(stack).Properties['RoleArn']).toEqual({ 'Fn::GetAtt': ['ReaderF7BF189D', 'Arn'] });
    expect(theModel(stack).DependsOn).toEqual(['CustomModelProviderHandlerPolicy', 'ReaderDefaultPolicy151F3818']);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 3);
  });
});

test('a fixed name can be used in another Region, without a reference between the stacks', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { region: 'us-east-1', account: '111122223333' } });
  const elsewhere = new Stack(app, 'Elsewhere', { env: { region: 'us-west-2', account: '111122223333' } });

  new StringParameter(elsewhere, 'Name', { stringValue: makeModel(stack, 'Model', { modelName: 'fraud' }).modelName });

  Template.fromStack(elsewhere).hasResourceProperties('AWS::SSM::Parameter', { Value: 'fraud' });
});

test('isCustomModel knows models of a stack, and only them', () => {
  const stack = newStack();

  expect(CustomModel.isCustomModel(makeModel(stack))).toBe(true);
  for (const other of [
    stack,
    deploy(stack),
    CustomModel.fromModelArn(stack, 'Existing', MODEL_ARN),
    'Model',
    null,
    undefined,
  ]) {
    expect(CustomModel.isCustomModel(other)).toBe(false);
  }
});

test('defaults of an organisation can be injected', () => {
  const stack = newStack();
  PropertyInjectors.of(stack).add({
    constructUniqueId: CustomModel.PROPERTY_INJECTION_ID,
    inject: (props: object) => ({ removalPolicy: RemovalPolicy.DESTROY, ...props }),
  });

  makeModel(stack);

  expect(theModel(stack).DeletionPolicy).toBe('Delete');
});

describe('CustomModel.fromModelAttributes', () => {
  const from = (stack: Stack, encryptionKey?: kms.IKey): ICustomModel =>
    CustomModel.fromModelAttributes(stack, 'Existing', {
      modelArn: MODEL_ARN,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });

  test('has the ARN and the key, with which a deployment of the model is made and invoked', () => {
    const stack = newStack();
    const key = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const model = from(stack, key);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    deploy(stack, 'Deployment', { model }).grantInvoke(role);

    expect([model.modelArn, model.encryptionKey]).toEqual([MODEL_ARN, key]);
    const statements = Object.values(resources(stack))
      .filter(({ Type }) => Type === 'AWS::IAM::Policy')
      .map(({ Properties }) => JSON.stringify(Properties['PolicyDocument']));
    expect(statements.filter((text) => text.includes(KEY_ARN))).toHaveLength(2);
  });

  test('has no key that it does not know, and refuses an alias', () => {
    const stack = newStack();

    expect(from(stack).encryptionKey).toBeUndefined();
    expect(() => from(newStack(), kms.Alias.fromAliasName(stack, 'Name', 'alias/fraud'))).toThrow(
      /\[Stack\/Existing\] encryptionKey must be a key .* pass the key itself/,
    );
  });

  test('H22: refuses what is no custom model, as fromModelArn does', () => {
    expect(() => CustomModel.fromModelAttributes(newStack(), 'Existing', { modelArn: 'mine' })).toThrow(
      '[Stack/Existing] modelArn must be the ARN of a custom model',
    );
  });
});

describe('CustomModel.fromModelArn', () => {
  test.each([MODEL_ARN, OTHER_MODEL_ARN, MODEL_ARN.replace('arn:aws:', 'arn:aws-us-gov:')])(
    'takes %s as it is',
    (arn) => {
      expect(CustomModel.fromModelArn(newStack(), 'Model', arn).modelArn).toBe(arn);
    },
  );

  test('defines no resource, and is in the Region and account of the ARN', () => {
    const stack = newStack({ env: { region: 'us-west-2', account: '444455556666' } });
    const model = CustomModel.fromModelArn(stack, 'Model', MODEL_ARN);

    expect(model.env).toEqual({ region: 'us-east-1', account: '111122223333' });
    expect(model.node.children).toEqual([]);
  });

  test('H22: passes on an ARN that is only known at deploy time, as a whole or in part', () => {
    const stack = newStack();
    const whole = stringToken(stack);
    const part = Arn.format({
      partition: 'aws',
      service: 'bedrock',
      region: Aws.REGION,
      account: '1',
      resource: 'anything',
    });

    expect(CustomModel.fromModelArn(stack, 'Whole', whole).modelArn).toBe(whole);
    expect(CustomModel.fromModelArn(stack, 'Part', part).modelArn).toBe(part);
  });

  test.each([
    ['foundation-model/amazon.nova-lite-v1:0', 'a foundation model: invoke it by its own ARN'],
    ['inference-profile/us.amazon.nova-lite-v1:0', 'an inference profile: invoke it by its own ARN'],
    [
      'model-customization-job/amazon.nova-lite-v1:0:300k/abcdefghijkl',
      'the job that created the model: use its outputModelArn',
    ],
    ['model-import-job/abcdefghijkl', 'a job of Custom Model Import'],
    ['imported-model/abcdefghijkl', 'a model of Custom Model Import'],
    ['provisioned-model/abcdefghijkl', 'Provisioned Throughput: use the ARN of the custom model that it serves'],
    ['custom-model-deployment/abcdefghijkl', 'a deployment: use the ARN of the custom model that it serves'],
  ])('H22: refuses the ARN of a %s, and says what to do instead', (resource, hint) => {
    const arn = `arn:aws:bedrock:us-east-1:111122223333:${resource}`;
    const message =
      '[Stack/Model] modelArn must be the ARN of a custom model (arn:aws:bedrock:<region>:<account>:custom-model/<base model or "imported">/<id>), ' +
      `got "${arn}"; this is ${hint}`;

    expect(() => CustomModel.fromModelArn(newStack(), 'Model', arn)).toThrow(message);
  });

  test.each(['', 'my-model', 'arn:aws:s3:::bucket', `${MODEL_ARN}x`, MODEL_ARN.toUpperCase()])(
    'H22: refuses %p',
    (arn) => {
      expect(() => CustomModel.fromModelArn(newStack(), 'Model', arn)).toThrow(
        new RegExp(`modelArn must be the ARN of a custom model .* got "${arn}"$`),
      );
    },
  );
});
