import { join } from 'node:path';
import { AssetHashType, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';

const RUNTIME = lambda.Runtime.NODEJS_22_X;

export interface HandWrittenProviderProps {
  /**
   * Modules that are not bundled. Default none: the SDK in Lambda's runtime may be too old for `customModelDataSource`.
   */
  readonly externalModules?: string[];
}

/** What a user would write to deploy `handler.ts` as the back end of custom resources. */
export class HandWrittenProvider extends Construct {
  /** The `ServiceToken` of the custom resources. */
  readonly serviceToken: string;

  constructor(scope: Construct, id: string, props: HandWrittenProviderProps = {}) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
    });
    this.permissions().forEach((statement) => role.addToPolicy(statement));
    const code = bundled(props.externalModules ?? []);
    const functionOf = (name: string): lambda.Function =>
      new lambda.Function(this, name, {
        runtime: RUNTIME,
        code,
        handler: `index.${name}`,
        role,
        timeout: Duration.minutes(14), // the longest that the framework's functions wait for it
      });
    this.serviceToken = new Provider(this, 'Provider', {
      onEventHandler: functionOf('onEvent'),
      isCompleteHandler: functionOf('isComplete'),
      // The framework converts this to a number of polls. With the duration of each, they stay within an hour.
      totalTimeout: Duration.minutes(50),
    }).serviceToken;
  }

  private permissions(): iam.PolicyStatement[] {
    const all = (resource: string): string =>
      Stack.of(this).formatArn({ service: 'bedrock', resource, resourceName: '*' });
    return [
      new iam.PolicyStatement({
        actions: [
          'bedrock:CreateCustomModelDeployment',
          'bedrock:GetCustomModelDeployment',
          'bedrock:UpdateCustomModelDeployment',
          'bedrock:DeleteCustomModelDeployment',
          'bedrock:GetCustomModel',
          'bedrock:DeleteCustomModel',
          'bedrock:TagResource',
          'bedrock:UntagResource',
        ],
        resources: [all('custom-model'), all('custom-model-deployment')],
      }),
      new iam.PolicyStatement({ actions: ['bedrock:CreateCustomModel'], resources: ['*'] }),
      new iam.PolicyStatement({
        actions: ['sagemaker:DescribeModelPackage', 'sagemaker:AccessModelPackage*'],
        resources: [Stack.of(this).formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: '*' })],
      }),
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: ['*'],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      }),
    ];
  }
}

/** As `NodejsFunction` does it, with esbuild's defaults. */
function bundled(external: string[]): lambda.Code {
  return lambda.Code.fromAsset(__dirname, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: RUNTIME.bundlingImage, // if esbuild is not installed
      local: {
        tryBundle: (directory) => {
          buildSync({
            entryPoints: [join(__dirname, 'handler.ts')],
            outfile: join(directory, 'index.js'),
            bundle: true,
            platform: 'node',
            external,
          });
          return true;
        },
      },
    },
  });
}
