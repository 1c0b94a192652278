import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const EXPORT_THAT_CHANGES = 'cdk-bedrock-custom-models:exportThatChanges';

/** A resource, and those of its attributes (or its `Ref`) that change when the model changes. */
export interface ChangingAttributes {
  readonly scope: Construct;
  readonly logicalId: string;
  readonly attributes: readonly string[];
}

/**
 * Warns if other stacks import attributes that change: CloudFormation refuses to change an export that is in use.
 *
 * It examines the outputs once for all resources of the stack, after the CDK has created the exports of cross-stack
 * references.
 */
export class ExportWarnings {
  private readonly resources: ChangingAttributes[] = [];

  constructor(scope: Construct) {
    const stack = Stack.of(scope);
    scope.node.addValidation({
      validate: () => {
        const exported = exportsOf(stack);
        for (const one of this.resources) {
          warn(one, stack, exported);
        }
        return [];
      },
    });
  }

  add(resources: ChangingAttributes): void {
    this.resources.push(resources);
  }
}

function exportsOf(stack: Stack): string[] {
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof CfnOutput)
    .filter((output) => output.stack === stack && output.exportName !== undefined)
    .map(({ value }) => JSON.stringify(stack.resolve(value)));
}

function warn({ scope, logicalId, attributes }: ChangingAttributes, stack: Stack, exported: readonly string[]): void {
  const id = stack.resolve(logicalId) as string;
  const changes = attributes.find((attribute) => exported.some((value) => value.includes(reference(id, attribute))));
  if (changes === undefined) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    EXPORT_THAT_CHANGES,
    `Another stack imports the ${changes} of this resource, which changes when the model changes. ` +
      'CloudFormation refuses to change an export that is in use, so that update will fail. Pass the value through an SSM parameter, ' +
      'or use it only in this stack',
  );
}

function reference(logicalId: string, attribute: string): string {
  return attribute === 'Ref'
    ? JSON.stringify({ Ref: logicalId })
    : JSON.stringify({ 'Fn::GetAtt': [logicalId, attribute] });
}
