import type { Duration, ITaggableV2, TagManager } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { CustomModelDeploymentBase } from './custom-model-deployment-base';
import type { ICustomModelDeployment } from './custom-model-deployment-grants';
import { CustomModelProvider } from './custom-model-provider';
import type { ICustomModel } from './i-custom-model';
import { ModelUpdate } from './model-update';
import type { DeploymentAttribute, DeploymentProperties } from './private/contract';
import { DEPLOYMENT_RESOURCE_TYPE } from './private/contract';
import { requireUniqueName, warnOfFixedName } from './private/fixed-names';
import { ProviderBackedResource } from './private/provider-backed-resource';
import { warnOfDeletedModel } from './private/removal-policy-warning';
import { markReplaceable } from './private/replacement-grant';
import { ON_DEMAND_DEPLOYMENT, warnOfUnsupportedBaseModel, warnOfUnsupportedRegion } from './private/support-warnings';
import {
  checkDeploymentArn,
  checkDescription,
  checkGiven,
  checkKey,
  checkModelArn,
  checkModelEnvironment,
  checkName,
} from './private/validation';

const IS_DEPLOYMENT = Symbol.for('cdk-bedrock-custom-models.CustomModelDeployment');

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
   * The name of the deployment, unique in the account and Region: 1 to 63 letters, digits, hyphens and underscores,
   * beginning with a letter or digit, and without two hyphens or underscores in a row.
   *
   * Another name is another deployment: the old one is deleted last. While a fixed name stays, every other change that
   * needs another deployment is refused, so that a generated name is the better choice unless you need to know it.
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
   * The tags of the deployment, beside those of `Tags.of()`, which win. 47 in all at most, of letters, digits, spaces
   * and `. _ : / = + @ -`.
   *
   * Tags that were put on the deployment outside of the stack are left alone.
   *
   * @default - only those of `Tags.of()`
   */
  readonly tags?: Record<string, string>;

  /**
   * How the deployment moves to another model.
   *
   * To change this to or from `REPLACE` replaces the deployment once, since a generated name depends on the model only
   * with `REPLACE`.
   *
   * @default ModelUpdate.IN_PLACE
   */
  readonly modelUpdate?: ModelUpdate;

  /**
   * How long a create or an update may take before it fails, and the stack rolls back. A whole number of seconds. A
   * delete always has the hour.
   *
   * CloudFormation waits for an hour at most, and two minutes of that are kept to answer it. A token must be given as
   * `Duration.seconds()`.
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
 * An on-demand deployment of an Amazon Bedrock custom model. The stack waits until it is active, and until it is
 * deleted.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
 * @resource Custom::BedrockCustomModelDeployment
 */
@propertyInjectable
export class CustomModelDeployment extends CustomModelDeploymentBase implements ICustomModelDeployment, ITaggableV2 {
  /**
   * Uniquely identifies this class.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModelDeployment';

  /**
   * Use a deployment that exists already.
   *
   * Throws if the ARN is not that of a deployment. An ARN that is only known at deploy time, as a whole or in part, is
   * passed on as it is.
   *
   * @param scope the scope, usually `this`
   * @param id the construct id
   * @param deploymentArn the deployment's ARN, `arn:aws:bedrock:<region>:<account>:custom-model-deployment/<id>`
   */
  static fromDeploymentArn(scope: Construct, id: string, deploymentArn: string): ICustomModelDeployment {
    checkDeploymentArn(scope, deploymentArn);
    class ExistingCustomModelDeployment extends CustomModelDeploymentBase {
      readonly deploymentArn = deploymentArn;
    }
    return new ExistingCustomModelDeployment(scope, id, { environmentFromArn: deploymentArn });
  }

  /**
   * Whether something is a `CustomModelDeployment`.
   *
   * @param x anything
   */
  static isCustomModelDeployment(x: unknown): x is CustomModelDeployment {
    return typeof x === 'object' && x !== null && IS_DEPLOYMENT in x;
  }

  /**
   * The tags of the deployment, for `Tags.of()`.
   */
  readonly cdkTagManager: TagManager;

  /**
   * The key of yours that encrypts the deployed model, if it is known.
   */
  readonly encryptionKey?: kms.IKey;

  private readonly served: ProviderBackedResource<DeploymentProperties, DeploymentAttribute>;

  constructor(scope: Construct, id: string, props: CustomModelDeploymentProps) {
    super(scope, id, props.deploymentName === undefined ? {} : { physicalName: props.deploymentName });

    checkGiven(this, 'model', props.model);
    checkModelArn(this, props.model.modelArn);
    checkModelEnvironment(this, props.model.modelArn);
    checkKey(this, 'encryptionKey', props.model.encryptionKey);
    checkName(this, 'deploymentName', props.deploymentName);
    checkDescription(this, props.description);
    warnOfUnsupportedRegion(this, ON_DEMAND_DEPLOYMENT);
    warnOfUnsupportedBaseModel(this, props.model.modelArn);
    requireUniqueName(this, 'deploymentName', props.deploymentName);
    if (props.modelUpdate === ModelUpdate.REPLACE) {
      warnOfFixedName(this, props.deploymentName);
    }

    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    const provider = CustomModelProvider._of(this, props.provider);
    this.served = new ProviderBackedResource(
      this,
      DEPLOYMENT_RESOURCE_TYPE,
      { ...props, removalPolicy, provider },
      {
        ModelArn: props.model.modelArn,
        DeploymentName: this.physicalName,
        Description: props.description,
        ModelUpdate: props.modelUpdate ?? ModelUpdate.IN_PLACE,
      },
    );
    provider._checkDeployable(this, props.model);
    provider._limitConcurrency(this.served.resource);
    this.served.warnOfExports(props.modelUpdate === ModelUpdate.REPLACE ? ['Arn', 'ModelArn', 'Ref'] : ['ModelArn']);
    warnOfDeletedModel(this, props.model);
    if (props.modelUpdate === ModelUpdate.REPLACE) {
      markReplaceable(this);
    }
    this.cdkTagManager = this.served.tags;
    if (props.model.encryptionKey !== undefined) {
      this.encryptionKey = props.model.encryptionKey;
      provider._allowKey(props.model.encryptionKey);
    }
    Object.defineProperty(this, IS_DEPLOYMENT, { value: true });
  }

  /**
   * The ARN of the deployment: the `modelId` of an invocation.
   *
   * @attribute
   */
  get deploymentArn(): string {
    return this.served.attribute('Arn');
  }

  /**
   * The name of the deployment.
   *
   * @attribute
   */
  get deploymentName(): string {
    return this.getResourceNameAttribute(this.served.resource.ref);
  }

  /**
   * The ARN of the custom model that is deployed, known when it is.
   *
   * @attribute
   */
  get modelArn(): string {
    return this.served.attribute('ModelArn');
  }
}
