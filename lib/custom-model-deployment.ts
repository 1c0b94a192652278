import type { CfnResource, Duration, ITaggableV2, TagManager } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { CustomModelDeploymentBase } from './custom-model-deployment-base';
import type { ICustomModelDeployment } from './custom-model-deployment-grants';
import { CustomModelProvider } from './custom-model-provider';
import type { DeploymentGate } from './deployment-gate';
import type { ICustomModel } from './i-custom-model';
import { ModelUpdate } from './model-update';
import type { DeploymentAttribute, DeploymentProperties } from './private/contract';
import { DEPLOYMENT_RESOURCE_TYPE } from './private/contract';
import { childOf } from './private/errors';
import { requireUniqueName, warnOfFixedName } from './private/fixed-names';
import type { BoundGate } from './private/gate-config';
import { checkTotal, refuseLargeGates } from './private/gate-validation';
import { ProviderBackedResource } from './private/provider-backed-resource';
import { warnOfDeletedModel } from './private/removal-policy-warning';
import { markReplaceable } from './private/replacement-grant';
import { ON_DEMAND_DEPLOYMENT, warnOfUnsupportedBaseModel, warnOfUnsupportedRegion } from './private/support-warnings';
import { knownSeconds, warnOfShortTimeout } from './private/timeout';
import {
  checkDeploymentArn,
  checkDescription,
  checkGiven,
  checkKey,
  checkMadeHere,
  checkModelArn,
  checkModelEnvironment,
  checkName,
  checkNoAlias,
} from './private/validation';

const IS_DEPLOYMENT = Symbol.for('cdk-bedrock-custom-models.CustomModelDeployment');

/**
 * A deployment that exists already.
 *
 * @example
 * import * as kms from 'aws-cdk-lib/aws-kms';
 *
 * declare const key: kms.IKey;
 *
 * const attributes: CustomModelDeploymentAttributes = {
 *   deploymentArn: 'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl',
 *   encryptionKey: key,
 * };
 */
export interface CustomModelDeploymentAttributes {
  /**
   * The ARN of the deployment, `arn:aws:bedrock:<region>:<account>:custom-model-deployment/<id>`.
   */
  readonly deploymentArn: string;

  /**
   * The customer managed KMS key that encrypts the deployed model. Whoever is granted to invoke the deployment is also
   * allowed to decrypt with it, through Bedrock.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Properties of a `CustomModelDeployment`.
 *
 * @example
 * import { RemovalPolicy } from 'aws-cdk-lib';
 *
 * declare const model: ICustomModel;
 *
 * const props: CustomModelDeploymentProps = {
 *   model,
 *   description: 'Fraud model, trained in November',
 *   tags: { team: 'fraud' },
 *   modelUpdate: ModelUpdate.REPLACE,
 *   removalPolicy: RemovalPolicy.RETAIN,
 * };
 */
export interface CustomModelDeploymentProps {
  /**
   * The custom model to deploy. It must be in the Region and account of the stack.
   *
   * If you change it, the deployment moves to the new model in the way that `modelUpdate` selects.
   */
  readonly model: ICustomModel;

  /**
   * The name of the deployment, unique in the account and Region: 1 to 63 letters, digits, hyphens and underscores. It
   * begins with a letter or digit and does not have two hyphens or underscores in a row.
   *
   * If you change the name, CloudFormation replaces the deployment: it creates the new one and deletes the old one
   * last. While a fixed name stays the same, the handler refuses every other change that requires a replacement.
   * Leave the name out unless you need to know it in advance.
   *
   * @default - a generated name, which allows replacements
   */
  readonly deploymentName?: string;

  /**
   * The description of the deployment: 1 to 2048 characters without a line break.
   *
   * Amazon Bedrock cannot update a description: if you change it, CloudFormation replaces the deployment.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The tags of the deployment, in addition to those of `Tags.of()`, which take precedence.
   *
   * At most 47 tags in all. Keys have 1 to 128 characters and values 0 to 256: letters, digits, spaces and
   * `. _ : / = + @ -`. The library never changes or removes tags that were added outside of the stack.
   *
   * @default - only those of `Tags.of()`
   */
  readonly tags?: Record<string, string>;

  /**
   * How the deployment moves to another model.
   *
   * If the name is generated and you change this property to or from `REPLACE`, CloudFormation replaces the deployment
   * once, because a generated name depends on the model only with `REPLACE`.
   *
   * @default ModelUpdate.IN_PLACE
   */
  readonly modelUpdate?: ModelUpdate;

  /**
   * What must hold before a create or an update of the deployment succeeds, in the order in which it is checked. If a
   * gate does not pass, the resource fails, and CloudFormation rolls the stack back.
   *
   * The gates run on every create, and on every update that changed what the deployment serves, within the `timeout`,
   * and never in a rollback. If you add, change or remove gates alone, nothing is checked. With `ModelUpdate.REPLACE`,
   * the gates run on the new deployment before anything is switched to it. With `ModelUpdate.IN_PLACE`, they run while
   * the new model already serves, and the rollback is the way back to the old one.
   *
   * The bake times and the timeouts of functions must together be less than the `timeout` of the deployment, of which
   * gates can use at most 58 minutes.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
   * @default - none: Amazon Bedrock reports that the deployment is active
   */
  readonly gates?: DeploymentGate[];

  /**
   * How long a create or an update may take, with its gates, before it fails and the stack rolls back: a whole number
   * of seconds, at most one hour.
   *
   * CloudFormation waits at most one hour for a custom resource, and the handler keeps two minutes of it to send its
   * answer: a timeout of more than 58 minutes therefore means 58 minutes. Deletes and rollbacks always have the whole
   * hour. If the duration is a token, use `Duration.seconds()`.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-customresource.html
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What happens to the deployment when it is removed from the stack or replaced. Every policy except `SNAPSHOT` is
   * allowed.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that manages this deployment. It must be in the same stack.
   *
   * @default - the provider of the stack, which is created on first use
   */
  readonly provider?: CustomModelProvider;
}

/**
 * An on-demand deployment of an Amazon Bedrock custom model.
 *
 * A create ends when the deployment is active, an update in place when Bedrock reports that the deployment serves the
 * new model, and a delete when the deployment is gone. If the deployment fails, the stack rolls back with the failure
 * message of Bedrock.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
 * @resource Custom::BedrockCustomModelDeployment
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 *
 * declare const fn: lambda.Function;
 *
 * const model = CustomModel.fromModelArn(this, 'Model',
 *   'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl');
 *
 * const deployment = new CustomModelDeployment(this, 'Deployment', { model });
 * deployment.grants.invoke(fn);
 * fn.addEnvironment('MODEL_ID', deployment.deploymentArn);
 */
@propertyInjectable
export class CustomModelDeployment extends CustomModelDeploymentBase implements ICustomModelDeployment, ITaggableV2 {
  /**
   * The id of this class for property injection.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModelDeployment';

  /**
   * References a deployment that exists already, for its grants and metrics.
   *
   * Throws an error if the ARN is not the ARN of a custom model deployment. An ARN that is a token, or contains one, is
   * not checked.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param deploymentArn the ARN of the deployment,
   * `arn:aws:bedrock:<region>:<account>:custom-model-deployment/<id>`
   * @returns the deployment
   */
  static fromDeploymentArn(scope: Construct, id: string, deploymentArn: string): ICustomModelDeployment {
    return CustomModelDeployment.fromDeploymentAttributes(scope, id, { deploymentArn });
  }

  /**
   * References a deployment that exists already, for its grants and metrics, with the key that encrypts its model.
   *
   * Throws an error if the ARN is not the ARN of a custom model deployment. An ARN that is a token, or contains one, is
   * not checked.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param attributes the deployment
   * @returns the deployment
   */
  static fromDeploymentAttributes(
    scope: Construct,
    id: string,
    attributes: CustomModelDeploymentAttributes,
  ): ICustomModelDeployment {
    const { deploymentArn, encryptionKey } = attributes;
    checkDeploymentArn(childOf(scope, id), deploymentArn);
    checkNoAlias(childOf(scope, id), 'encryptionKey', encryptionKey);
    class ExistingCustomModelDeployment extends CustomModelDeploymentBase {
      readonly deploymentArn = deploymentArn;
      readonly encryptionKey?: kms.IKey = encryptionKey;
    }
    return new ExistingCustomModelDeployment(scope, id, { environmentFromArn: deploymentArn });
  }

  /**
   * Checks whether a value is a `CustomModelDeployment`. Deployments from `fromDeploymentArn()` and
   * `fromDeploymentAttributes()` are not.
   *
   * @param x the value to check
   * @returns true if the value is a `CustomModelDeployment`
   */
  static isCustomModelDeployment(x: unknown): x is CustomModelDeployment {
    return typeof x === 'object' && x !== null && IS_DEPLOYMENT in x;
  }

  /**
   * The tag manager through which `Tags.of()` adds tags to the deployment.
   */
  readonly cdkTagManager: TagManager;

  /**
   * The customer managed KMS key that encrypts the deployed model.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  readonly encryptionKey?: kms.IKey;

  private readonly served: ProviderBackedResource<DeploymentProperties, DeploymentAttribute>;

  /**
   * Defines a deployment of a custom model. Throws an error if a property is wrong.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param props the properties
   */
  constructor(scope: Construct, id: string, props: CustomModelDeploymentProps) {
    super(scope, id, props.deploymentName === undefined ? {} : { physicalName: props.deploymentName });

    checkGiven(this, 'model', props.model);
    checkModelArn(this, props.model.modelArn);
    checkModelEnvironment(this, props.model);
    checkKey(this, 'encryptionKey', props.model.encryptionKey);
    checkName(this, 'deploymentName', props.deploymentName);
    checkDescription(this, props.description);
    warnOfUnsupportedRegion(this, ON_DEMAND_DEPLOYMENT);
    warnOfUnsupportedBaseModel(this, props.model.modelArn);
    requireUniqueName(this, 'deploymentName', props.deploymentName);
    if (props.modelUpdate === ModelUpdate.REPLACE) {
      warnOfFixedName(this, props.deploymentName);
    }

    const gates = bindGates(this, props);
    const gateProperties = gates.map(({ property }) => property);
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
        Gates: gates.length === 0 ? undefined : gateProperties,
      },
    );
    provider._checkDeployable(this, props.model);
    provider._limitConcurrency(this.node.defaultChild as CfnResource);
    this.served.warnOfExports(props.modelUpdate === ModelUpdate.REPLACE ? ['Arn', 'ModelArn', 'Ref'] : ['ModelArn']);
    warnOfDeletedModel(this, props.model);
    warnOfShortTimeout(this, props.timeout);
    if (props.modelUpdate === ModelUpdate.REPLACE) {
      markReplaceable(this);
    }
    this.cdkTagManager = this.served.tags;
    if (props.model.encryptionKey !== undefined) {
      this.encryptionKey = props.model.encryptionKey;
      provider._allowKey(props.model.encryptionKey);
    }
    if (gates.length > 0) {
      refuseLargeGates(this, gateProperties);
      provider._checkGates(this, gates);
    }
    Object.defineProperty(this, IS_DEPLOYMENT, { value: true });
  }

  /**
   * The ARN of the deployment. Pass it as `modelId` to `InvokeModel` and `Converse`.
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
   * The ARN of the custom model that the deployment serves. Its value is available only after the deployment is active.
   *
   * @attribute
   */
  get modelArn(): string {
    return this.served.attribute('ModelArn');
  }
}

function bindGates(scope: Construct, { gates = [], timeout, modelUpdate }: CustomModelDeploymentProps): BoundGate[] {
  const limit = knownSeconds(timeout);
  const bound = gates.map((gate, index) => {
    checkMadeHere(scope, `gates[${index}]`, gate, 'a static method of DeploymentGate, such as converse()');
    return gate._bind(scope, { name: `gates[${index}]`, limit, isReplaced: modelUpdate === ModelUpdate.REPLACE });
  });
  checkTotal(
    scope,
    bound.flatMap(({ takes }) => takes ?? []),
    limit,
  );
  return bound;
}
