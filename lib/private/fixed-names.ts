import { Annotations, type CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const FIXED_NAME_OF_REPLACED = 'cdk-bedrock-custom-models:fixedNameOfReplaced';

const resources = new WeakMap<Stack, Map<string, IConstruct[]>>();

/**
 * Reports an error at synthesis if another resource of the same type in the stack has the same name. Resources with a
 * condition are not reported, because the condition may leave one of them out.
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
            `${property} must be unique in the account and Region, got "${name}", which ${other.node.path} also has: ` +
            'change one of them, or leave it out to have a name generated',
        ),
  });
}

/** The handler refuses an update that replaces a deployment under the same fixed name. */
export function warnOfFixedName(scope: IConstruct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    FIXED_NAME_OF_REPLACED,
    'With ModelUpdate.REPLACE, an update to another model creates a second deployment, ' +
      `but deploymentName is fixed to "${name}", which only one deployment can have: the update fails unless it also changes deploymentName. ` +
      'Leave deploymentName out, or use ModelUpdate.IN_PLACE',
  );
}

function isThere(construct: IConstruct): boolean {
  return construct.node.scope?.node.tryFindChild(construct.node.id) === construct;
}

function isConditional({ node }: IConstruct): boolean {
  return (node.defaultChild as CfnResource | undefined)?.cfnOptions.condition !== undefined;
}
