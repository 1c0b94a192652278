import { App, CfnParameter, CfnResource, NestedStack, PropertyInjectors, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { readFileSync } from 'fs';
import { join } from 'path';
import type { CustomModelProviderProps } from '../../lib';
import { CustomModelProvider, CustomModelSource, DeploymentGate } from '../../lib';
import { IS_NEWEST_CDK } from '../support/cdk';
import { gated, gateFunction } from './support/gates';
import {
  aModel,
  deploy,
  deployments,
  handlerStatements,
  makeModel,
  MODEL_ARN,
  newStack,
  OTHER_MODEL_ARN,
  resources,
  S3_URI,
  stringToken,
} from './support/stacks';

const UNIQUE = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

function providerWith(
  props: CustomModelProviderProps,
  stack = newStack(),
): { stack: Stack; provider: CustomModelProvider } {
  return { stack, provider: new CustomModelProvider(stack, 'Provider', props) };
}

function aVpc(stack: Stack): ec2.IVpc {
  return new ec2.Vpc(stack, 'Vpc') as ec2.IVpc;
}

function property(stack: Stack, logicalId: string, name: string): unknown {
  return resources(stack)[logicalId]?.Properties[name];
}

describe('one per stack', () => {
  test('getOrCreate defines the provider once', () => {
    const stack = newStack();
    const first = CustomModelProvider.getOrCreate(new Construct(stack, 'Here'));

    expect(first.node.path).toBe('Stack/CustomModelProvider');
    expect(CustomModelProvider.getOrCreate(new Construct(stack, 'There'))).toBe(first);
  });

  test('getOrCreate returns the one that the user defined, wherever it is', () => {
    const stack = newStack();
    const provider = new CustomModelProvider(new Construct(stack, 'Somewhere'), 'Mine', { maxInProgress: 5 });

    expect(CustomModelProvider.getOrCreate(stack)).toBe(provider);
  });

  test('a second one is refused, and the message says where the first one is', () => {
    const stack = newStack();
    deploy(stack);

    expect(() => new CustomModelProvider(stack, 'Late', { maxInProgress: 5 })).toThrow(
      '[Stack/Late] a stack must have exactly one CustomModelProvider, and this stack already has Stack/CustomModelProvider: ' +
        'define your own provider before the first model or deployment',
    );
  });

  test('stacks do not share it, neither in one app nor in two', () => {
    const app = new App();
    const stacks = [new Stack(app, 'Stack'), new Stack(app, 'Other'), newStack()];

    expect(new Set(stacks.map((stack) => CustomModelProvider.getOrCreate(stack))).size).toBe(3);
  });

  test('an explicit one replaces the default one without any change to a logical id or to the service token', () => {
    const byDefault = newStack();
    deploy(byDefault);
    const explicit = newStack();
    new CustomModelProvider(new Construct(explicit, 'Anywhere'), 'AnyId');
    deploy(explicit);

    expect(Template.fromStack(explicit).toJSON()).toEqual(Template.fromStack(byDefault).toJSON());
  });
});

describe('the handler', () => {
  test('is a small function of the latest Node.js, built beforehand, that logs JSON into a log group of its own', () => {
    const { stack } = providerWith({});

    expect(resources(stack)['CustomModelProviderHandler']?.Properties).toMatchObject({
      Handler: 'index.handler',
      Runtime: IS_NEWEST_CDK ? (expect.stringMatching(/^nodejs(2[4-9]|[3-9]\d)\.x$/) as string) : 'nodejs22.x',
      MemorySize: 256,
      Timeout: 900,
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: 'CustomModelProviderHandlerLogs' } },
      Role: { 'Fn::GetAtt': ['CustomModelProviderHandlerRole', 'Arn'] },
    });
  });

  test('does not know the state machine, which knows it', () => {
    const { stack } = providerWith({});

    expect(JSON.stringify(resources(stack)['CustomModelProviderHandler'])).not.toContain('CustomModelProviderWaiter');
  });

  test('keeps its logs for two weeks, and leaves none behind', () => {
    const { stack } = providerWith({});

    expect(resources(stack)['CustomModelProviderHandlerLogs']).toEqual({
      Type: 'AWS::Logs::LogGroup',
      Properties: { RetentionInDays: 14 },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });
});

describe('the state machine', () => {
  test('logs everything but the data of executions, which holds a pre-signed URL, and is traced', () => {
    const { stack } = providerWith({});

    expect(resources(stack)['CustomModelProviderWaiter']?.Properties).toMatchObject({
      DefinitionSubstitutions: {
        HandlerArn: { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] },
        describeStacks: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':states:::aws-sdk:cloudformation:describeStacks']],
        },
      },
      LoggingConfiguration: {
        Destinations: [
          { CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['CustomModelProviderWaiterLogs', 'Arn'] } } },
        ],
        IncludeExecutionData: false,
        Level: 'ALL',
      },
      RoleArn: { 'Fn::GetAtt': ['CustomModelProviderWaiterRole', 'Arn'] },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('logs where AWS wants its services to, under a name that no other stack has', () => {
    const { stack } = providerWith({});

    expect(resources(stack)['CustomModelProviderWaiterLogs']).toEqual({
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: { 'Fn::Join': ['', ['/aws/vendedlogs/states/CustomModelProviderWaiter-', UNIQUE]] },
        RetentionInDays: 14,
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });

  test('may invoke the handler, look at its own stack, log and trace, on behalf of this account alone', () => {
    const { stack } = providerWith({});

    expect(property(stack, 'CustomModelProviderWaiterRole', 'Policies')).toEqual([
      {
        PolicyName: 'Waiter',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] },
            },
            { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
            {
              Effect: 'Allow',
              Action: [
                'logs:CreateLogDelivery',
                'logs:DeleteLogDelivery',
                'logs:DescribeLogGroups',
                'logs:DescribeResourcePolicies',
                'logs:GetLogDelivery',
                'logs:ListLogDeliveries',
                'logs:PutResourcePolicy',
                'logs:UpdateLogDelivery',
              ],
              Resource: '*',
            },
            {
              Effect: 'Allow',
              Action: [
                'xray:GetSamplingRules',
                'xray:GetSamplingTargets',
                'xray:PutTelemetryRecords',
                'xray:PutTraceSegments',
              ],
              Resource: '*',
            },
          ],
        },
      },
    ]);
    expect(property(stack, 'CustomModelProviderWaiterRole', 'AssumeRolePolicyDocument')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'states.amazonaws.com' },
          Condition: {
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': [
                  '',
                  [
                    'arn:',
                    { Ref: 'AWS::Partition' },
                    ':states:',
                    { Ref: 'AWS::Region' },
                    ':',
                    { Ref: 'AWS::AccountId' },
                    ':stateMachine:*',
                  ],
                ],
              },
            },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        },
      ],
    });
  });
});

describe('roles', () => {
  test('none has a managed policy', () => {
    const { stack } = providerWith({});

    for (const role of Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))) {
      expect(role['Properties']).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  test('a permissions boundary reaches both', () => {
    const { stack } = providerWith({});
    iam.PermissionsBoundary.of(stack).apply(
      iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', 'arn:aws:iam::111122223333:policy/boundary'),
    );

    for (const logicalId of ['CustomModelProviderHandlerRole', 'CustomModelProviderWaiterRole']) {
      expect(property(stack, logicalId, 'PermissionsBoundary')).toBe('arn:aws:iam::111122223333:policy/boundary');
    }
  });

  test('can be customised away, and the report says what they must allow', () => {
    const app = new App();
    iam.Role.customizeRoles(app, {
      usePrecreatedRoles: {
        'Stack/CustomModelProvider/HandlerRole': 'handler',
        'Stack/CustomModelProvider/WaiterRole': 'waiter',
      },
    });
    const stack = new Stack(app, 'Stack');
    deploy(stack, 'Deployment', { model: makeModel(stack) });

    expect(Object.keys(resources(stack)).filter((logicalId) => /Role|Policy/.test(logicalId))).toEqual([]);
    const report = readFileSync(join(app.synth().directory, 'iam-policy-report.txt'), 'utf8');
    for (const action of [
      'bedrock:CreateCustomModelDeployment',
      'bedrock:CreateCustomModel',
      'states:StopExecution',
      'logs:PutLogEvents',
      'lambda:InvokeFunction',
    ]) {
      expect(report).toContain(`"${action}"`);
    }
  });

  test('what is granted to the provider is granted to the handler, and is there before it', () => {
    const { stack, provider } = providerWith({});
    new kms.Key(stack, 'Key').grantDecrypt(provider);
    deploy(stack);

    const granted = Object.entries(resources(stack)).find(([logicalId]) => logicalId.includes('DefaultPolicy'));
    expect(granted?.[1].Properties).toMatchObject({
      PolicyDocument: { Statement: [{ Action: 'kms:Decrypt' }] },
      Roles: [{ Ref: 'CustomModelProviderHandlerRole' }],
    });
    expect(resources(stack)['CustomModelProviderHandler']?.DependsOn).toEqual([granted?.[0]]);
  });
});

describe('with a role of the user', () => {
  test('it is the handler’s, and gets the handler’s policy, under a name that the policies of other stacks do not have', () => {
    const stack = newStack();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/handler');
    providerWith({ role }, stack);
    deploy(stack);

    expect(property(stack, 'CustomModelProviderHandler', 'Role')).toBe('arn:aws:iam::111122223333:role/handler');
    expect(resources(stack)).not.toHaveProperty('CustomModelProviderHandlerRole');
    expect(property(stack, 'CustomModelProviderHandlerPolicy', 'Roles')).toEqual(['handler']);
    expect(property(stack, 'CustomModelProviderHandlerPolicy', 'PolicyName')).toEqual({
      'Fn::Join': ['', ['CustomModelProviderHandlerPolicy-', UNIQUE]],
    });
    expect(deployments(stack)['Deployment']?.DependsOn).toEqual(['CustomModelProviderHandlerPolicy']);
  });

  test('it can be that of another stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const role = new iam.Role(new Stack(app, 'Security'), 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    providerWith({ role }, stack);
    deploy(stack);

    expect(property(stack, 'CustomModelProviderHandlerPolicy', 'Roles')).toEqual([
      { 'Fn::ImportValue': 'Security:ExportsOutputRefRole1ABCC5F06F481065' },
    ]);
  });

  test('it is left alone if it takes no policies', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    }).withoutPolicyUpdates();
    providerWith({ role, vpc: aVpc(stack) }, stack);
    deploy(stack);

    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    expect(deployments(stack)['Deployment']?.DependsOn).toBeUndefined();
  });
});

describe('with a role of the user for the state machine', () => {
  const ASSUMED_BY = { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') };
  const permissions = (stack: Stack): unknown =>
    (property(stack, 'CustomModelProviderWaiterPolicy', 'PolicyDocument') as { Statement: unknown }).Statement;

  test('it gets the permissions of the state machine, before CloudFormation creates that', () => {
    const stack = newStack();
    const stateMachineRole = new iam.Role(stack, 'Role', ASSUMED_BY);
    new iam.Policy(stack, 'Theirs', {
      roles: [stateMachineRole],
      statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::theirs/*'] })],
    });
    providerWith({ stateMachineRole }, stack);
    const byDefault = providerWith({}).stack;

    expect(property(stack, 'CustomModelProviderWaiter', 'RoleArn')).toEqual({ 'Fn::GetAtt': ['Role1ABCC5F0', 'Arn'] });
    expect(resources(stack)).not.toHaveProperty('CustomModelProviderWaiterRole');
    expect(resources(stack)['CustomModelProviderWaiter']?.DependsOn).toContain('CustomModelProviderWaiterPolicy');
    expect(property(stack, 'CustomModelProviderWaiterPolicy', 'Roles')).toEqual([{ Ref: 'Role1ABCC5F0' }]);
    const [{ PolicyDocument: ofDefault }] = property(byDefault, 'CustomModelProviderWaiterRole', 'Policies') as [
      { PolicyDocument: { Statement: unknown } },
    ];
    expect(permissions(stack)).toEqual(ofDefault.Statement);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 3); // theirs, that of the handler, and this one
  });

  test('it can be that of another stack, or one that exists already, also with a key for the executions', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const security = new Stack(app, 'Security');
    providerWith({ stateMachineRole: new iam.Role(security, 'Role', ASSUMED_BY) }, stack);
    const other = new Stack(app, 'Other');
    const arn = 'arn:aws:iam::111122223333:role/waiter';
    const executionEncryption = new kms.Key(other, 'Key');
    providerWith({ stateMachineRole: iam.Role.fromRoleArn(other, 'Role', arn), executionEncryption }, other);

    expect(property(stack, 'CustomModelProviderWaiter', 'RoleArn')).toEqual({
      'Fn::ImportValue': expect.stringContaining('Security:ExportsOutputFnGetAttRole') as unknown,
    });
    expect(property(other, 'CustomModelProviderWaiter', 'RoleArn')).toBe(arn);
    const ofRole = Object.entries(resources(other)).filter(
      ([, { Properties }]) => JSON.stringify(Properties['Roles']) === '["waiter"]',
    );
    expect(ofRole.map(([logicalId]) => logicalId.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'CustomModelProviderWaiterKeyPolicy',
      'CustomModelProviderWaiterPolicy',
    ]);
    expect(Object.keys(resources(security))).toEqual(['Role1ABCC5F0']);
  });

  test('a stack with roles that exist already, and take no policies, defines no role and no policy', () => {
    const stack = newStack();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/theirs', { mutable: false });
    providerWith({ role, stateMachineRole: role, tracing: true, vpc: aVpc(stack) }, stack);
    const model = makeModel(stack, 'Model', { source: CustomModelSource.s3(S3_URI), role });
    deploy(stack, 'Deployment', { model }).grantInvoke(role);

    for (const type of ['Role', 'Policy', 'ManagedPolicy']) {
      Template.fromStack(stack).resourceCountIs(`AWS::IAM::${type}`, 0);
    }
  });
});

describe('tracing', () => {
  const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

  test('by default is of the state machine alone', () => {
    const { stack } = providerWith({});

    expect(property(stack, 'CustomModelProviderHandler', 'TracingConfig')).toBeUndefined();
    expect(property(stack, 'CustomModelProviderWaiter', 'TracingConfiguration')).toEqual({ Enabled: true });
  });

  test('on is of both, and the handler may send traces before CloudFormation creates it', () => {
    const { stack } = providerWith({ tracing: true });

    expect(property(stack, 'CustomModelProviderHandler', 'TracingConfig')).toEqual({ Mode: 'Active' });
    expect(property(stack, 'CustomModelProviderWaiter', 'TracingConfiguration')).toEqual({ Enabled: true });
    expect(property(stack, 'CustomModelProviderHandlerTracingPolicy', 'PolicyDocument')).toMatchObject({
      Statement: [{ Effect: 'Allow', Action: TRACES, Resource: '*' }],
    });
    expect(resources(stack)['CustomModelProviderHandler']?.DependsOn).toEqual([
      'CustomModelProviderHandlerTracingPolicy',
    ]);
  });

  test('off is of none, and nobody may send traces', () => {
    const { stack } = providerWith({ tracing: false });

    expect(property(stack, 'CustomModelProviderHandler', 'TracingConfig')).toBeUndefined();
    expect(property(stack, 'CustomModelProviderWaiter', 'TracingConfiguration')).toEqual({ Enabled: false });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('xray:');
  });
});

describe('with a VPC', () => {
  test('the handler is in it, with the network permissions that Lambda asks for when it creates the function', () => {
    const stack = newStack();
    const vpc = aVpc(stack);
    const securityGroup = new ec2.SecurityGroup(stack, 'Group', { vpc });
    const { provider } = providerWith(
      { vpc, vpcSubnets: { subnets: vpc.privateSubnets.slice(0, 1) }, securityGroups: [securityGroup] },
      stack,
    );

    const { Properties, DependsOn } = resources(stack)['CustomModelProviderHandler'] ?? {};
    expect(Properties?.['VpcConfig']).toEqual({
      SecurityGroupIds: [stack.resolve(securityGroup.securityGroupId)],
      SubnetIds: [stack.resolve(vpc.privateSubnets[0]?.subnetId)],
    });
    expect(DependsOn).toContain('CustomModelProviderHandlerNetworkPolicy');
    expect(property(stack, 'CustomModelProviderHandlerNetworkPolicy', 'PolicyDocument')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'ec2:AssignPrivateIpAddresses',
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:UnassignPrivateIpAddresses',
          ],
          Resource: '*',
        },
      ],
    });
    expect(provider.handler.connections.securityGroups).toEqual([securityGroup]);
  });

  test('there are no network permissions without one', () => {
    expect(JSON.stringify(resources(providerWith({}).stack))).not.toContain('ec2:');
  });
});

test('with a log group of the user, the handler and the state machine log there', () => {
  const stack = newStack();
  const logGroup = new logs.LogGroup(stack, 'Logs');
  providerWith({ logGroup }, stack);

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Logs::LogGroup', 1);
  const arn = { 'Fn::GetAtt': ['Logs6819BB44', 'Arn'] };
  template.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: 'Logs6819BB44' } } });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    LoggingConfiguration: { Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arn } }] },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn },
      ]),
    },
  });
});

test('the handler is told its stack, of a nested stack that one, and no setting of a local cloud', () => {
  const stack = newStack();
  const nested = new NestedStack(stack, 'Nested');

  providerWith({}, stack);
  providerWith({}, nested);

  for (const each of [stack, nested]) {
    expect(property(each, 'CustomModelProviderHandler', 'Environment')).toEqual({
      Variables: { STACK_ID: { Ref: 'AWS::StackId' } },
    });
  }
});

test('with a key of the user, the handler’s environment is encrypted by it', () => {
  const stack = newStack();
  const key = new kms.Key(stack, 'Key');
  providerWith({ environmentEncryption: key }, stack);

  expect(property(stack, 'CustomModelProviderHandler', 'KmsKeyArn')).toEqual(stack.resolve(key.keyArn));
});

test('that key can be any reference to a key, but not an alias', () => {
  const stack = newStack();
  const environmentEncryption = kms.Alias.fromAliasName(stack, 'Alias', 'alias/mine');
  expect(() => new CustomModelProvider(stack, 'Provider', { environmentEncryption })).toThrow(
    '[Stack/Provider] environmentEncryption must be a key (arn:aws:kms:<region>:<account>:key/<id>), got the alias Stack/Alias',
  );

  const reference = new kms.CfnKey(stack, 'Key');
  expect(() => new CustomModelProvider(stack, 'Other', { environmentEncryption: reference })).not.toThrow();
});

test('an organisation can inject the settings of all default providers', () => {
  const app = new App();
  PropertyInjectors.of(app).add({
    constructUniqueId: CustomModelProvider.PROPERTY_INJECTION_ID,
    inject: (props: object) => ({ maxInProgress: 1, ...props }),
  });
  const stack = new Stack(app, 'Stack');
  deploy(stack, 'D1');
  deploy(stack, 'D2');

  expect(deployments(stack)['D2']?.DependsOn).toHaveLength(2);
});

test('tags reach all that the provider consists of', () => {
  const { stack } = providerWith({});
  Tags.of(stack).add('team', 'support');

  const untagged = Object.entries(resources(stack)).filter(
    ([, { Properties }]) => !JSON.stringify(Properties).includes('"team"'),
  );
  // a policy has no tags
  expect(untagged.map(([logicalId]) => logicalId)).toEqual(['CustomModelProviderHandlerPolicy']);
});

describe('deployableModels', () => {
  const withList = (
    props: Partial<CustomModelProviderProps>,
    arns: (stack: Stack) => string[] = () => [MODEL_ARN],
  ): Stack => {
    const stack = newStack({ env: { account: '111122223333', region: 'us-east-1' } });
    new CustomModelProvider(stack, 'Provider', {
      deployableModels: arns(stack).map((arn) => aModel(stack, arn)),
      ...props,
    });
    return stack;
  };

  test('one of them can be deployed, and another cannot', () => {
    const stack = withList({});

    deploy(stack, 'Listed', { model: aModel(stack, MODEL_ARN) });
    expect(() => deploy(stack, 'Other', { model: aModel(stack, OTHER_MODEL_ARN) })).toThrow(
      `[Stack/Other] model must be one of the deployableModels of the provider, got "${OTHER_MODEL_ARN}": add the model`,
    );
  });

  test('what is only known at deploy time is left to IAM, as are the models of the stack', () => {
    const stack = withList({});
    deploy(stack, 'Made', { model: makeModel(stack) });
    deploy(stack, 'Token', { model: aModel(stack, stringToken(stack)) });

    const tokens = withList({}, (scope) => [stringToken(scope)]);
    deploy(tokens, 'Any', { model: aModel(tokens, OTHER_MODEL_ARN) });
    expect(handlerStatements(tokens)[0]).toMatchObject({
      Action: 'bedrock:CreateCustomModelDeployment',
      Resource: { Ref: 'Parameter' },
    });
  });

  test('without it, every model can be', () => {
    const stack = newStack();
    new CustomModelProvider(stack, 'Provider');

    expect(() => deploy(stack, 'Any', { model: aModel(stack, OTHER_MODEL_ARN) })).not.toThrow();
  });

  test('cannot be of another Region or account', () => {
    expect(() => withList({}, () => [MODEL_ARN.replace('us-east-1', 'us-west-2')])).toThrow(
      '[Stack/Provider] model must be in the Region of the stack (us-east-1)',
    );
  });

  test('cannot be of a stack in another Region', () => {
    const stack = newStack({ env: { account: '111122223333', region: 'us-east-1' } });
    const elsewhere = new Stack(App.of(stack), 'Elsewhere', { env: { account: '111122223333', region: 'us-west-2' } });

    const model = makeModel(elsewhere, 'Model', { source: CustomModelSource.s3(S3_URI) });

    expect(() => new CustomModelProvider(stack, 'Provider', { deployableModels: [model] })).toThrow(
      '[Stack/Provider] model must be in the Region of the stack (us-east-1), got Elsewhere/Model in us-west-2',
    );
  });

  test('cannot have nothing in it', () => {
    const stack = newStack();
    const deployableModels = [aModel(stack), undefined as never];

    expect(() => new CustomModelProvider(stack, 'Provider', { deployableModels })).toThrow(
      '[Stack/Provider] deployableModels[1] is required, got undefined: if the value comes from the context',
    );
  });

  test('cannot be given without the conditions by which IAM knows the models of the stack', () => {
    expect(() => withList({ resourceTagConditions: false })).toThrow(
      '[Stack/Provider] deployableModels must not be set together with resourceTagConditions: false',
    );
  });
});

describe('maxInProgress', () => {
  const awaited = (stack: Stack): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(deployments(stack)).map(([id, { DependsOn = [] }]) => [
        id,
        DependsOn.filter((logicalId) => !logicalId.startsWith('CustomModelProvider')).map((logicalId) =>
          logicalId.slice(0, -8),
        ),
      ]),
    );

  /** Of so many deployments in a stack, which one waits for which others. */
  function awaitedIn(count: number, stack = newStack()): Record<string, string[]> {
    for (let n = 1; n <= count; n++) {
      deploy(stack, `D${n}`);
    }
    return awaited(stack);
  }

  test('H15: by default, up to twelve deployments wait for none: all of them have time to wait for the quota', () => {
    expect(Object.values(awaitedIn(12))).toEqual(Array(12).fill([]));
  });

  test('H15: of more, each waits for the one two before it', () => {
    const waiting = awaitedIn(13);
    expect(waiting).toMatchObject({ D1: [], D2: [] });
    for (let n = 3; n <= 13; n++) {
      expect(waiting[`D${n}`]).toEqual([`D${n - 2}`]);
    }
  });

  test('undefined is the default', () => {
    const { stack } = providerWith({ maxInProgress: undefined } as object);
    expect(Object.values(awaitedIn(12, stack))).toEqual(Array(12).fill([]));
  });

  test.each([
    [1, { D1: [], D2: ['D1'], D3: ['D2'], D4: ['D3'] }],
    [3, { D1: [], D2: [], D3: [], D4: ['D1'] }],
    [4, { D1: [], D2: [], D3: [], D4: [] }],
  ])('%d at once', (maxInProgress, expected) => {
    const { stack } = providerWith({ maxInProgress });
    expect(awaitedIn(4, stack)).toEqual(expected);
  });

  test('counts in each stack for itself, in whatever scope the deployments are', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const nested = new NestedStack(stack, 'Nested');
    new CustomModelProvider(stack, 'Provider', { maxInProgress: 2 });
    for (let n = 1; n <= 3; n++) {
      deploy(new Construct(stack, `Scope${n}`), 'D');
    }
    deploy(nested, 'D1');

    expect(awaited(stack)).toEqual({ Scope1D: [], Scope2D: [], Scope3D: ['Scope1D'] });
    expect(awaited(nested)).toEqual({ D1: [] });
  });

  describe('makes no circle with what the app demands', () => {
    test('of a deployment that waits for what refers to a later one', () => {
      const { stack } = providerWith({ maxInProgress: 1 });
      const first = deploy(stack, 'First');
      const later = deploy(stack, 'Later');
      const smokeTest = new CfnResource(stack, 'SmokeTest', {
        type: 'Custom::SmokeTest',
        properties: { ModelId: later.deploymentArn },
      });
      first.node.addDependency(smokeTest);

      expect(awaited(stack)).toMatchObject({ Later: [], First: expect.arrayContaining(['Later']) });
    });

    test('of a deployment whose gate function refers to a later one', () => {
      const { stack } = providerWith({ maxInProgress: 1 });
      const evaluate = gateFunction(stack);
      gated(stack, [DeploymentGate.lambda(evaluate)], {}, 'First');
      evaluate.addEnvironment('JUDGE', deploy(stack, 'Later').deploymentArn);

      expect(awaited(stack)).toMatchObject({ Later: [], First: expect.arrayContaining(['Later']) });
    });
  });

  test.each([0, -1, 1.5, NaN, Infinity])('H22: cannot be %d', (maxInProgress) => {
    expect(() => providerWith({ maxInProgress })).toThrow(
      `[Stack/Provider] maxInProgress must be a whole number of at least 1, got ${maxInProgress}`,
    );
  });

  test('H22: cannot be a token, since the template depends on it', () => {
    const stack = newStack();

    expect(() =>
      providerWith({ maxInProgress: new CfnParameter(stack, 'Max', { type: 'Number' }).valueAsNumber }, stack),
    ).toThrow(/\[Stack\/Provider\] maxInProgress must be known at synthesis.*got a token: use a number/);
  });
});
