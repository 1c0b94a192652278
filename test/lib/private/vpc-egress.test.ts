import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CustomModelProviderProps } from '../../../lib';
import { CustomModelProvider } from '../../../lib';
import { deploy, newStack, type RenderedResource, resources } from '../support/stacks';

const { BEDROCK, BEDROCK_RUNTIME, STEP_FUNCTIONS, S3: S3_INTERFACE } = ec2.InterfaceVpcEndpointAwsService;

function isolatedVpc(stack: Stack, id = 'Vpc'): ec2.IVpc {
  return new ec2.Vpc(stack, id, {
    natGateways: 0,
    subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  }) as ec2.IVpc;
}

function providerIn(vpc: ec2.IVpc, stack: Stack, props: CustomModelProviderProps = {}): CustomModelProvider {
  return new CustomModelProvider(stack, 'Provider', {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ...props,
  });
}

function deployFrom(...args: Parameters<typeof providerIn>): CustomModelProvider {
  const provider = providerIn(...args);
  deploy(Stack.of(provider));
  return provider;
}

function addEndpoints(vpc: ec2.IVpc): ec2.InterfaceVpcEndpoint[] {
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  return [
    vpc.addInterfaceEndpoint('Bedrock', { service: BEDROCK }),
    vpc.addInterfaceEndpoint('States', { service: STEP_FUNCTIONS }),
  ];
}

/** Everything that CloudFormation creates before it, and deletes after it. */
function awaitedBy(stack: Stack, logicalId: string): string[] {
  const all = resources(stack);
  const awaited = new Set<string>();
  const visit = (path: string[]): void => {
    const { Properties, DependsOn } = all[path.at(-1) ?? ''] ?? {};
    const text = JSON.stringify([Properties, DependsOn]);
    for (const id of Object.keys(all).filter((other) => text.includes(`"${other}"`))) {
      if (path.includes(id)) {
        throw new Error(`a cycle: ${[...path, id].join(' -> ')}`);
      }
      if (!awaited.has(id)) {
        awaited.add(id);
        visit([...path, id]);
      }
    }
  };
  visit([logicalId]);
  return [...awaited];
}

function idsOf(stack: Stack, ...types: string[]): string[] {
  return Object.entries<RenderedResource>(resources(stack))
    .filter(([, { Type }]) => types.includes(Type))
    .map(([id]) => id);
}

const DEPLOYMENT = 'Deployment37BBD5E4';

describe('H34: a handler in a VPC without another way out', () => {
  test('is called only while the endpoints of its stack are there, by which it reaches Bedrock, Step Functions and S3', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    deployFrom(vpc, stack);
    addEndpoints(vpc); // found though they are defined later

    const endpoints = idsOf(stack, 'AWS::EC2::VPCEndpoint');
    expect(endpoints).toHaveLength(3);
    expect(awaitedBy(stack, DEPLOYMENT)).toEqual(expect.arrayContaining(endpoints));
  });

  test('and the rules of security groups that let it through', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
    const { handler } = deployFrom(vpc, stack, { securityGroups: [group] });
    for (const endpoint of addEndpoints(vpc)) {
      endpoint.connections.allowDefaultPortFrom(handler);
    }

    const rules = idsOf(stack, 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress');
    expect(rules).toHaveLength(4);
    expect(awaitedBy(stack, DEPLOYMENT)).toEqual(expect.arrayContaining(rules));
  });

  test('also where its role takes no policies, through which it would wait', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    addEndpoints(vpc);
    deployFrom(vpc, stack, {
      role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/handler', { mutable: false }),
    });

    expect(awaitedBy(stack, DEPLOYMENT)).toEqual(expect.arrayContaining(idsOf(stack, 'AWS::EC2::VPCEndpoint')));
  });

  test.each(['us-east-1', undefined])(
    'in the Region %s: an endpoint of Amazon S3 may be an interface as well',
    (region) => {
      const stack = newStack(region === undefined ? {} : { env: { region, account: '111122223333' } });
      const vpc = isolatedVpc(stack);
      deployFrom(vpc, stack);
      vpc.addInterfaceEndpoint('Bedrock', { service: BEDROCK });
      vpc.addInterfaceEndpoint('S3', { service: S3_INTERFACE });

      expect(awaitedBy(stack, DEPLOYMENT)).toEqual(expect.arrayContaining(idsOf(stack, 'AWS::EC2::VPCEndpoint')));
    },
  );

  test('what is not on its way may itself wait for the deployment, without a cycle', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const endpoints = addEndpoints(vpc);
    const provider = providerIn(vpc, stack);
    const deployment = deploy(stack);
    // an endpoint for the calls of this deployment alone
    vpc.addInterfaceEndpoint('Runtime', { service: BEDROCK_RUNTIME }).addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ['bedrock:InvokeModel'],
        resources: [deployment.deploymentArn],
      }),
    );
    // and an application that waits for the deployment with all that it has, and calls the same endpoints
    const application = new CfnResource(stack, 'Application', { type: 'Test::Application' });
    const group = new ec2.SecurityGroup(application, 'Group', { vpc });
    for (const endpoint of endpoints) {
      endpoint.connections.allowDefaultPortFrom(group);
      endpoint.connections.allowDefaultPortFrom(provider.handler);
      endpoint.addToPolicy(
        new iam.PolicyStatement({ principals: [provider.grantPrincipal], actions: ['*'], resources: ['*'] }),
      );
    }
    application.node.addDependency(deployment);

    for (const id of Object.keys(resources(stack))) {
      expect(() => awaitedBy(stack, id)).not.toThrow();
    }
    expect(awaitedBy(stack, DEPLOYMENT).filter((id) => /Runtime|Application/.test(id))).toEqual([]);
  });

  test('endpoints of another VPC, and of another stack, are not waited for', () => {
    const app = new App();
    const theirs = new Stack(app, 'Theirs');
    const vpc = isolatedVpc(theirs);
    addEndpoints(vpc);
    const stack = new Stack(app, 'Stack');
    addEndpoints(isolatedVpc(stack, 'Another'));
    deployFrom(vpc, stack);

    expect(awaitedBy(stack, DEPLOYMENT).filter((id) => id.includes('Another'))).toEqual([]);
  });

  test('nor is there anything to wait for with an imported VPC', () => {
    const stack = newStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-12345678',
      availabilityZones: ['us-east-1a'],
      isolatedSubnetIds: ['subnet-12345678'],
    });
    new CustomModelProvider(stack, 'Provider', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });

    expect(resources(stack)['CustomModelProviderHandler']?.DependsOn).toEqual([
      'CustomModelProviderHandlerNetworkPolicy',
    ]);
  });
});
