import type { Stack } from 'aws-cdk-lib';
import { ArnFormat } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { KeyAccess } from './kms-access';
import { allowInKeyPolicy, keyStatement } from './kms-access';

/**
 * The permissions of a state machine's role on the key of its executions. Without `kms:ViaService`: Step Functions
 * calls KMS with the role itself, and under that condition no execution would start.
 *
 * @param name the beginning of the state machine's name: the policy precedes the state machine and cannot name its ARN
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function executionEncryptionStatements(stack: Stack, key: kms.IKey, name: string): iam.PolicyStatement[] {
  return [keyStatement(executionAccess(stack, name), key), keyStatement(logAccess(stack), key)];
}

/**
 * Adds the same permissions to the policy of the key, and those that Step Functions checks on behalf of whoever creates
 * or updates the state machine. The principal is the account: the deploying principal is unknown at synthesis, and
 * naming the role would be a cycle, because the role refers to the function, which may refer to the key.
 *
 * Principals that start, list and stop executions need no permission on the key.
 */
export function allowExecutionsInKeyPolicy(stack: Stack, key: kms.IKey, name: string): void {
  for (const access of [executionAccess(stack, name), logAccess(stack), deployerAccess(stack)]) {
    allowInKeyPolicy(stack, key, access);
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

/** The star is literal: Step Functions sends exactly this value. */
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
