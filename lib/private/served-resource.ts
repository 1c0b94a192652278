import type { CfnElement, IResolvable, RemovalPolicy, TagManager } from 'aws-cdk-lib';
import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CustomModelProvider } from '../custom-model-provider';
import type { DeploymentProperties, ModelProperties } from './contract';
import { misuse } from './errors';
import { TagMap } from './tag-map';
import { handlerTimeout } from './timeout';
import { checkRemovalPolicy, tagErrors } from './validation';

/** The properties that all custom resources have. */
type SharedProperty = keyof DeploymentProperties & keyof ModelProperties;

/** Properties on their way into a template, where what is undefined, or resolves to nothing, is left out. */
type Templated<T> = { readonly [K in keyof Required<T>]: T[K] | IResolvable | undefined };

/** What users say of all of them. */
export interface ServedResourceProps {
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly provider?: CustomModelProvider;
}

/**
 * What models and deployments have in common: a custom resource with tags and a time limit, served by the provider of its stack.
 */
export class ServedResource<Properties extends Pick<DeploymentProperties, SharedProperty>, Attribute extends string> {
  public readonly provider: CustomModelProvider;
  public readonly tags: TagManager;
  public readonly resource: CustomResource;

  public constructor(
    private readonly scope: Construct,
    resourceType: string,
    props: ServedResourceProps,
    own: Templated<Omit<Properties, SharedProperty>>,
  ) {
    checkRemovalPolicy(scope, props.removalPolicy);
    const Timeout = handlerTimeout(scope, props.timeout ?? Duration.hours(1));
    this.provider = providerOfStack(scope, props.provider);
    this.tags = new TagMap(scope, resourceType, props.tags);
    scope.node.addValidation({ validate: () => tagErrors(this.tags.tagValues()) });

    const shared: Templated<Pick<DeploymentProperties, SharedProperty>> = {
      StateMachineArn: this.provider.stateMachine.stateMachineArn,
      Tags: this.tags.renderedTags,
      Timeout,
    };
    this.resource = new CustomResource(scope, 'Resource', {
      resourceType,
      serviceToken: this.provider.serviceToken,
      removalPolicy: props.removalPolicy,
      properties: { ...shared, ...own },
    });
    this.provider._serve(this.resource);
    scope.node.defaultChild = this.resource.node.defaultChild; // what `applyRemovalPolicy` and escape hatches want is the resource in the template
  }

  /** Warns of other stacks that import these, which change when the model does. */
  public watchExports(attributes: readonly (Attribute | 'Ref')[]): void {
    this.provider._watchExports({ scope: this.scope, logicalId: (this.scope.node.defaultChild as CfnElement).logicalId, attributes });
  }

  public attribute(name: Attribute): string {
    return this.resource.getAttString(name);
  }
}

function providerOfStack(scope: Construct, given: CustomModelProvider | undefined): CustomModelProvider {
  const provider = given ?? CustomModelProvider.getOrCreate(scope);
  if (Stack.of(provider) !== Stack.of(scope)) {
    throw misuse(scope, `provider must be in the same stack, got ${provider.node.path}: each stack has its own`);
  }
  return provider;
}
