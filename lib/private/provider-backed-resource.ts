import type { CfnElement, IResolvable, RemovalPolicy, TagManager } from 'aws-cdk-lib';
import { CustomResource, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentProperties, ModelProperties } from './contract';
import type { ChangingAttributes } from './export-warnings';
import { CheckedTagManager, tagErrors } from './tags';
import { timeoutProperty } from './timeout';
import { checkRemovalPolicy } from './validation';

/** The properties that models and deployments have in common. */
type SharedProperty = keyof DeploymentProperties & keyof ModelProperties;

/** Properties for the template, which omits values that are undefined or resolve to undefined. */
type Renderable<T> = { readonly [K in keyof Required<T>]: T[K] | IResolvable | undefined };

/** The part of the provider that these resources need. */
interface ResourceProvider {
  readonly serviceToken: string;
  readonly stateMachine: { readonly stateMachineArn: string };
  _addDependencies(resource: Construct): void;
  _warnOfExports(changing: ChangingAttributes): void;
}

/** The user's properties that models and deployments have in common. */
export interface ProviderBackedResourceProps {
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly provider: ResourceProvider;
}

/**
 * The common part of models and deployments: a custom resource with tags and a timeout, backed by the provider of its
 * stack.
 */
export class ProviderBackedResource<
  Properties extends Pick<DeploymentProperties, SharedProperty>,
  Attribute extends string,
> {
  readonly tags: TagManager;
  readonly resource: CustomResource;
  private readonly provider: ResourceProvider;

  constructor(
    private readonly scope: Construct,
    resourceType: string,
    props: ProviderBackedResourceProps,
    own: Renderable<Omit<Properties, SharedProperty>>,
  ) {
    checkRemovalPolicy(scope, props.removalPolicy);
    const Timeout = timeoutProperty(scope, props.timeout ?? Duration.hours(1));
    this.provider = props.provider;
    this.tags = new CheckedTagManager(scope, resourceType, props.tags);
    scope.node.addValidation({ validate: () => tagErrors(this.tags.tagValues()) });

    const shared: Renderable<Pick<DeploymentProperties, SharedProperty>> = {
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
    this.provider._addDependencies(this.resource);
    // `applyRemovalPolicy()` and escape hatches need the resource in the template
    scope.node.defaultChild = this.resource.node.defaultChild;
  }

  /** Warns if other stacks import these attributes, which change when the model changes. */
  warnOfExports(attributes: readonly (Attribute | 'Ref')[]): void {
    this.provider._warnOfExports({
      scope: this.scope,
      logicalId: (this.scope.node.defaultChild as CfnElement).logicalId,
      attributes,
    });
  }

  attribute(name: Attribute): string {
    return this.resource.getAttString(name);
  }
}
