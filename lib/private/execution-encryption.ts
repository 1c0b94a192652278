import type { Stack } from 'aws-cdk-lib';
import { ArnFormat } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { KeyAccess } from './kms-access';
import { allowInKeyPolicy,keyStatement } from './kms-access';

/**
 * What the role of a state machine does with the key of its executions. Not through Step Functions (`kms:ViaService`):
 * it asks for itself, and under that condition no execution would begin.
 *
 * @param name what the state machine's name begins with: its policy comes before it, and cannot refer to its ARN
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function executionEncryptionStatements(stack: Stack, key: kms.IKey, name: string): iam.PolicyStatement[] {
  return [keyStatement(executionAccess(stack, name), key), keyStatement(logAccess(stack), key)];
}

/**
 * The same for the policy of the key, and what Step Functions asks for on behalf of whoever creates or updates the
 * state machine. All of it for the account: that one is not known here, and the role refers to the function, which may
 * refer to the key.
 *
 * Whoever starts, lists and stops executions needs nothing.
 */
export function allowExecutionsInKeyPolicy(stack: Stack, key: kms.IKey, name: string): void {
  for (const use of [executionAccess(stack, name), logAccess(stack), deployerAccess(stack)]) {
    allowInKeyPolicy(stack, key, use);
  }
}

function executionAccess(stack: Stack, name: string): KeyAccess {
  const arn = stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: `${name}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': arn } },
  };
}

/** The star is no pattern: Step Functions says just that. */
function logAccess(stack: Stack): KeyAccess {
  const arn = stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
  return { actions: ['kms:GenerateDataKey'], conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': arn } } };
}

function deployerAccess(stack: Stack): KeyAccess {
  return {
    actions: ['kms:DescribeKey', 'kms:GenerateDataKey'],
    conditions: { StringEquals: { 'kms:ViaService': `states.${stack.region}.amazonaws.com` } },
  };
}
