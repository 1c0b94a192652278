import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct, IDependable } from 'constructs';
import { lazyDependency } from './lazy-dependency';

/** The services that the handler calls. */
const SERVICES = /\.(bedrock|states|s3)(-fips)?"$/;

/**
 * A dependency on the endpoints through which a handler in a VPC reaches the services that it calls, and on the rules
 * of its security groups, if they are in its stack: they must exist before the first and until the last invocation.
 *
 * They are looked up at synthesis in the whole stack. The dependency is on the resources alone and not on the
 * constructs around them, which may contain resources that depend on a deployment.
 */
export function vpcEgress(handler: lambda.IFunction, vpc: ec2.IVpc): IDependable {
  const stack = Stack.of(handler);
  return lazyDependency(() => {
    const groups = handler.connections.securityGroups.map(({ securityGroupId }) => resolved(stack, securityGroupId));
    const isEgress = (resource: CfnResource): boolean => {
      switch (resource.cfnResourceType) {
        case 'AWS::EC2::VPCEndpoint': {
          const { vpcId, serviceName } = resource as CfnResource & ec2.CfnVPCEndpointProps;
          return (
            resolved(stack, vpcId) === resolved(stack, vpc.vpcId) &&
            SERVICES.test(lastSegment(stack.resolve(serviceName)))
          );
        }
        case 'AWS::EC2::SecurityGroupIngress':
          return groups.includes(
            resolved(stack, (resource as CfnResource & ec2.CfnSecurityGroupIngressProps).sourceSecurityGroupId),
          );
        case 'AWS::EC2::SecurityGroupEgress':
          return groups.includes(resolved(stack, (resource as CfnResource & ec2.CfnSecurityGroupEgressProps).groupId));
        default:
          return false;
      }
    };
    return stack.node.findAll().filter((construct) => isResourceOf(stack, construct) && isEgress(construct));
  });
}

function isResourceOf(stack: Stack, construct: IConstruct): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.stack === stack;
}

function resolved(stack: Stack, value: unknown): string {
  return JSON.stringify(stack.resolve(value));
}

/** The end of a service name, after the Region. */
function lastSegment(serviceName: unknown): string {
  const { 'Fn::Join': join } = Object(serviceName) as { 'Fn::Join'?: [string, unknown[]] };
  return JSON.stringify(join === undefined ? serviceName : join[1].at(-1));
}
