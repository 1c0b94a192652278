import type { Stack } from 'aws-cdk-lib';

/** All resources of a kind in the account and Region of the stack. */
export function allResources(stack: Stack, resource: 'custom-model' | 'custom-model-deployment'): string {
  return stack.formatArn({ service: 'bedrock', resource, resourceName: '*' });
}
