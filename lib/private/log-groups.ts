import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { validationError } from './errors';
import { fixed } from './fixed-logical-id';
import { acknowledge, NO_KEY_FOR_LOGS } from './nag-acknowledgements';

/** The options of the provider for the log groups that it defines. */
export interface LogOptions {
  readonly logRetention: logs.RetentionDays | undefined;
  readonly logRemovalPolicy: RemovalPolicy | undefined;
  readonly logEncryption: kms.IKey | undefined;
}

export function checkLogOptions(scope: Construct, logGroup: logs.ILogGroup | undefined, options: LogOptions): void {
  const conflicting = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (logGroup !== undefined && conflicting !== undefined) {
    throw validationError(
      scope,
      `${conflicting} must not be set together with logGroup, which the provider leaves as it is: set it on the log ` +
        'group, or leave logGroup out',
    );
  }
}

export function defineLogGroup(
  scope: Construct,
  id: string,
  { logRetention = logs.RetentionDays.TWO_WEEKS, logRemovalPolicy = RemovalPolicy.DESTROY, logEncryption }: LogOptions,
  logGroupName?: string,
): logs.LogGroup {
  const group = fixed(
    new logs.LogGroup(scope, id, {
      retention: logRetention,
      removalPolicy: logRemovalPolicy,
      ...(logEncryption === undefined ? {} : { encryptionKey: logEncryption }),
      ...(logGroupName === undefined ? {} : { logGroupName }),
    }),
  );
  if (logEncryption === undefined) {
    acknowledge(group, NO_KEY_FOR_LOGS);
  } else {
    allowLogsInKeyPolicy(Stack.of(scope), logEncryption);
  }
  return group;
}

/** CloudFormation creates the key before the log group, so its policy cannot name the log group. */
function allowLogsInKeyPolicy(stack: Stack, key: kms.IKey): void {
  const groups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
}
