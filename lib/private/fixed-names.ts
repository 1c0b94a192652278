import { Annotations, type CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const FIXED_NAME_OF_REPLACED = 'cdk-bedrock-custom-models:fixedNameOfReplaced';

const resources = new WeakMap<Stack, Map<string, IConstruct[]>>();

/**
 * Reports at synthesis that another resource of the same type and stack has the name. Where a condition may leave one
 * out, it says nothing.
 */
export function requireUniqueName(scope: IConstruct, property: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  const stack = Stack.of(scope);
  const ofStack = resources.get(stack) ?? new Map<string, IConstruct[]>();
  resources.set(stack, ofStack);
  const namesakes = ofStack.get(`${property} ${name}`) ?? [];
  ofStack.set(`${property} ${name}`, [...namesakes, scope]);
  scope.node.addValidation({
    validate: () =>
      namesakes
        .filter((other) => isThere(other) && ![other, scope].some(isConditional))
        .map(
          (other) =>
            `${property} must be a name of its own, since Amazon Bedrock gives each only once, got "${name}", which ${other.node.path} has as well`,
        ),
  });
}

/** An update that replaces what has a fixed name is refused when it comes. */
export function warnOfFixedName(scope: IConstruct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    FIXED_NAME_OF_REPLACED,
    'With ModelUpdate.REPLACE another model takes a new deployment, and deploymentName is ' +
      `fixed to "${name}", which only one deployment can have: an update to another model fails unless it changes deploymentName as well. ` +
      'Leave deploymentName out, or use ModelUpdate.IN_PLACE',
  );
}

function isThere(construct: IConstruct): boolean {
  return construct.node.scope?.node.tryFindChild(construct.node.id) === construct;
}

function isConditional({ node }: IConstruct): boolean {
  return (node.defaultChild as CfnResource | undefined)?.cfnOptions.condition !== undefined;
}
