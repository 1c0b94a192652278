import type { IResource, IResolvable, ITaggableV2 } from 'aws-cdk-lib';
import { Annotations, CustomResource, Duration, RemovalPolicy, Stack, TagManager, TagType, Token } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import type { ICustomModel } from './custom-model';
import type { CustomModelDeploymentGrants } from './custom-model-deployment-grants';
import { CustomModelProvider } from './custom-model-provider';
import { ModelUpdate } from './model-update';
import type { DeploymentAttribute, DeploymentProperties } from './private/contract';
import { DEPLOYMENT_RESOURCE_TYPE } from './private/contract';
import { CustomModelDeploymentBase } from './private/deployment-base';
import { misuse } from './private/errors';
import { timeouts } from './private/timeouts';
import {
  checkDeploymentArn,
  checkDeploymentName,
  checkDescription,
  checkModelArn,
  checkModelEnvironment,
  checkRemovalPolicy,
  tagErrors,
} from './private/validation';

const IS_DEPLOYMENT = Symbol.for('cdk-bedrock-custom-models.CustomModelDeployment');

/** Where on-demand deployments are documented to work. https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html */
const ON_DEMAND_REGIONS: readonly string[] = ['us-east-1', 'us-west-2'];

/**
 * An on-demand deployment of an Amazon Bedrock custom model.
 */
export interface ICustomModelDeployment extends IResource {
  /**
   * The ARN of the deployment: the `modelId` of an invocation.
   *
   * @attribute
   */
  readonly deploymentArn: string;

  /**
   * The permissions that can be granted on this deployment.
   */
  readonly grants: CustomModelDeploymentGrants;

  /**
   * Let the grantee invoke the deployed model. The same as `grants.invoke()`.
   *
   * @param grantee the principal to let
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;

  /**
   * This deployment where the CDK wants a Bedrock model, as in the task `BedrockInvokeModel` of AWS Step Functions.
   */
  asModel(): bedrock.IModel;

  /**
   * A metric of this deployment, by its name in the namespace `AWS/Bedrock`.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
   * @default - average over 5 minutes
   * @param metricName the name, such as `TimeToFirstToken`
   * @param props what to change in the metric
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations (`Invocations`).
   *
   * @default - sum over 5 minutes
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How long invocations take, in milliseconds (`InvocationLatency`).
   *
   * @default - average over 5 minutes
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed by an error of the client (`InvocationClientErrors`).
   *
   * @default - sum over 5 minutes
   */
  metricClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed by an error of the service (`InvocationServerErrors`).
   *
   * @default - sum over 5 minutes
   */
  metricServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that the service throttled (`InvocationThrottles`).
   *
   * @default - sum over 5 minutes
   */
  metricThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the input (`InputTokenCount`).
   *
   * @default - sum over 5 minutes
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the output (`OutputTokenCount`).
   *
   * @default - sum over 5 minutes
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Properties of a deployment.
 */
export interface CustomModelDeploymentProps {
  /**
   * The custom model to deploy. In the Region and account of the stack.
   *
   * Another model is put behind the deployment as `modelUpdate` says.
   */
  readonly model: ICustomModel;

  /**
   * The name of the deployment, unique in the account and Region: 1 to 63 letters, digits, hyphens and underscores, beginning with a letter or
   * digit, and without two hyphens or underscores in a row.
   *
   * Another name is another deployment: the old one is deleted last. While a fixed name stays, every other change that needs another
   * deployment is refused, so that a generated name is the better choice unless you need to know it.
   *
   * @default - generated, and safe to replace
   */
  readonly deploymentName?: string;

  /**
   * The description of the deployment: 1 to 2048 characters without a line break.
   *
   * Amazon Bedrock cannot change it: another description is another deployment.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The tags of the deployment, beside those of `Tags.of()`, which win. 48 in all at most, of letters, digits, spaces and `. _ : / = + @ -`.
   *
   * Tags that were put on the deployment outside of the stack are left alone.
   *
   * @default - only those of `Tags.of()`
   */
  readonly tags?: Record<string, string>;

  /**
   * How the deployment moves to another model.
   *
   * To change this to or from `REPLACE` replaces the deployment once, since a generated name depends on the model only with `REPLACE`.
   *
   * @default ModelUpdate.IN_PLACE
   */
  readonly modelUpdate?: ModelUpdate;

  /**
   * How long one operation (create, update or delete) may take before it fails, and the stack rolls back. A whole number of seconds.
   *
   * CloudFormation waits for an hour at most, and two minutes of that are kept to answer it. A token must be given as `Duration.seconds()`.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What happens to the deployment when it is removed from the stack, or replaced. All but `SNAPSHOT`.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that serves this deployment. It must be in the same stack.
   *
   * @default - the provider of the stack, defined on first use
   */
  readonly provider?: CustomModelProvider;
}

/**
 * An on-demand deployment of an Amazon Bedrock custom model. The stack waits until it is active, and until it is deleted.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
 * @resource Custom::BedrockCustomModelDeployment
 */
@propertyInjectable
export class CustomModelDeployment extends CustomModelDeploymentBase implements ICustomModelDeployment, ITaggableV2 {
  /**
   * Uniquely identifies this class.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModelDeployment';

  /**
   * Use a deployment that exists already.
   *
   * Throws if the ARN is not that of a deployment. An ARN that is only known at deploy time, as a whole or in part, is passed on as it is.
   *
   * @param scope the scope, usually `this`
   * @param id the construct id
   * @param deploymentArn the deployment's ARN, `arn:aws:bedrock:<region>:<account>:custom-model-deployment/<id>`
   */
  public static fromDeploymentArn(scope: Construct, id: string, deploymentArn: string): ICustomModelDeployment {
    checkDeploymentArn(scope, deploymentArn);
    class ExistingCustomModelDeployment extends CustomModelDeploymentBase {
      public readonly deploymentArn = deploymentArn;
    }
    return new ExistingCustomModelDeployment(scope, id, { environmentFromArn: deploymentArn });
  }

  /**
   * Whether something is a `CustomModelDeployment`.
   *
   * @param x anything
   */
  public static isCustomModelDeployment(x: unknown): x is CustomModelDeployment {
    return typeof x === 'object' && x !== null && IS_DEPLOYMENT in x;
  }

  /**
   * The tags of the deployment, for `Tags.of()`.
   */
  public readonly cdkTagManager: TagManager;

  private readonly resource: CustomResource;

  public constructor(scope: Construct, id: string, props: CustomModelDeploymentProps) {
    super(scope, id, props.deploymentName === undefined ? {} : { physicalName: props.deploymentName });

    checkModelArn(this, props.model.modelArn);
    checkModelEnvironment(this, props.model.modelArn);
    checkDeploymentName(this, props.deploymentName);
    checkDescription(this, props.description);
    checkRemovalPolicy(this, props.removalPolicy);
    const timeout = timeouts(this, props.timeout ?? Duration.hours(1));
    const provider = this.providerOfStack(props.provider);

    this.cdkTagManager = new TagManager(TagType.MAP, DEPLOYMENT_RESOURCE_TYPE, props.tags);
    this.node.addValidation({ validate: () => tagErrors(this.cdkTagManager.tagValues()) });
    this.warnOfRegion();

    const properties: Templated<DeploymentProperties> = {
      StateMachineArn: provider.stateMachine.stateMachineArn,
      ModelArn: props.model.modelArn,
      DeploymentName: this.physicalName,
      Description: props.description,
      ModelUpdate: props.modelUpdate ?? ModelUpdate.IN_PLACE,
      Tags: this.cdkTagManager.renderedTags,
      Timeout: timeout.handler,
    };
    this.resource = new CustomResource(this, 'Resource', {
      resourceType: DEPLOYMENT_RESOURCE_TYPE,
      serviceToken: provider.serviceToken,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      properties,
      ...(timeout.service === undefined ? {} : { serviceTimeout: timeout.service }),
    });
    provider._serve(this.resource);

    this.node.defaultChild = this.resource.node.defaultChild; // what `applyRemovalPolicy` and escape hatches want is the resource in the template
    Object.defineProperty(this, IS_DEPLOYMENT, { value: true });
  }

  /**
   * The ARN of the deployment: the `modelId` of an invocation.
   *
   * @attribute
   */
  public get deploymentArn(): string {
    return this.attribute('Arn');
  }

  /**
   * The name of the deployment.
   *
   * @attribute
   */
  public get deploymentName(): string {
    return this.getResourceNameAttribute(this.resource.ref);
  }

  /**
   * The ARN of the custom model that is deployed, known when it is.
   *
   * @attribute
   */
  public get modelArn(): string {
    return this.attribute('ModelArn');
  }

  private attribute(name: DeploymentAttribute): string {
    return this.resource.getAttString(name);
  }

  private providerOfStack(given: CustomModelProvider | undefined): CustomModelProvider {
    const provider = given ?? CustomModelProvider.getOrCreate(this);
    if (Stack.of(provider) !== Stack.of(this)) {
      throw misuse(this, `provider must be in the stack of the deployment, got ${provider.node.path}: each stack has its own`);
    }
    return provider;
  }

  private warnOfRegion(): void {
    const { region } = Stack.of(this);
    if (Token.isUnresolved(region) || ON_DEMAND_REGIONS.includes(region)) return;
    Annotations.of(this).addWarningV2(
      'cdk-bedrock-custom-models:regionWithoutOnDemand',
      `Amazon Bedrock is documented to deploy custom models on demand only in ${ON_DEMAND_REGIONS.join(' and ')}, not in ${region}. ` +
        'See https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html',
    );
  }
}

/** Properties on their way into a template, where what is undefined, or resolves to nothing, is left out. */
type Templated<T> = { readonly [K in keyof Required<T>]: T[K] | IResolvable | undefined };
