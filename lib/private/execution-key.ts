import type { Stack } from 'aws-cdk-lib';
import { ArnFormat } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { KeyUse } from './key-use';
import { statementOf, trust } from './key-use';

/**
 * What the role of a state machine does with the key of its executions. Not through Step Functions (`kms:ViaService`):
 * it asks for itself, and under that condition no execution would begin.
 *
 * @param name what the state machine's name begins with: its policy comes before it, and cannot refer to its ARN
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function executionKeyStatements(stack: Stack, key: kms.IKey, name: string): iam.PolicyStatement[] {
  return [statementOf(ofExecutions(stack, name), key), statementOf(ofLogs(stack), key)];
}

/**
 * The same for the policy of the key, and what Step Functions asks for on behalf of whoever creates or updates the
 * state machine. All of it for the account: that one is not known here, and the role refers to the function, which may
 * refer to the key.
 *
 * Whoever starts, lists and stops executions needs nothing.
 */
export function trustExecutions(stack: Stack, key: kms.IKey, name: string): void {
  for (const use of [ofExecutions(stack, name), ofLogs(stack), ofDeployers(stack)]) {
    trust(stack, key, use);
  }
}

function ofExecutions(stack: Stack, name: string): KeyUse {
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
function ofLogs(stack: Stack): KeyUse {
  const arn = stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
  return { actions: ['kms:GenerateDataKey'], conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': arn } } };
}

function ofDeployers(stack: Stack): KeyUse {
  return {
    actions: ['kms:DescribeKey', 'kms:GenerateDataKey'],
    conditions: { StringEquals: { 'kms:ViaService': `states.${stack.region}.amazonaws.com` } },
  };
}
