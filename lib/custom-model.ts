import type { Duration, ITaggableV2, TagManager } from 'aws-cdk-lib';
import { RemovalPolicy, Resource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { CustomModelProvider } from './custom-model-provider';
import type { CustomModelSource } from './custom-model-source';
import type { ICustomModel } from './i-custom-model';
import type { ModelAttribute, ModelProperties } from './private/contract';
import { MODEL_RESOURCE_TYPE } from './private/contract';
import { childOf } from './private/errors';
import { requireUniqueName } from './private/fixed-names';
import { ProviderBackedResource } from './private/provider-backed-resource';
import { rolePolicies } from './private/role-policies';
import { MODEL_IMPORT, warnOfUnsupportedRegion } from './private/support-warnings';
import { checkKey, checkMadeHere, checkModelArn, checkName, checkNoAlias } from './private/validation';

const IS_MODEL = Symbol.for('cdk-bedrock-custom-models.CustomModel');

/**
 * A custom model that exists already.
 *
 * @example
 * import * as kms from 'aws-cdk-lib/aws-kms';
 *
 * declare const key: kms.IKey;
 *
 * const attributes: CustomModelAttributes = {
 *   modelArn: 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abcdefghijkl',
 *   encryptionKey: key,
 * };
 */
export interface CustomModelAttributes {
  /**
   * The ARN of the model, `arn:aws:bedrock:<region>:<account>:custom-model/<base model or 'imported'>/<id>`.
   */
  readonly modelArn: string;

  /**
   * The customer managed KMS key that encrypts the model. A key in the Region of the stack, not an alias.
   *
   * A stack that deploys the model grants the use of the key to its handler, and to every grantee that may invoke a
   * deployment of the model. If the key exists already, or if you wrote its policy yourself, the key policy must
   * delegate permissions to IAM policies, as the default key policy does.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Properties of a `CustomModel`.
 *
 * @example
 * import { RemovalPolicy } from 'aws-cdk-lib';
 * import * as kms from 'aws-cdk-lib/aws-kms';
 *
 * declare const key: kms.Key;
 *
 * const props: CustomModelProps = {
 *   source: CustomModelSource.s3('s3://escrow-bucket/fraud/8/'),
 *   encryptionKey: key,
 *   removalPolicy: RemovalPolicy.DESTROY,
 * };
 */
export interface CustomModelProps {
  /**
   * The source from which Amazon Bedrock creates the model.
   *
   * If you change it, CloudFormation replaces the model: it creates the new model, moves the deployments to it in the
   * way that their `modelUpdate` selects, and then retains or deletes the old model according to `removalPolicy`.
   */
  readonly source: CustomModelSource;

  /**
   * The name of the model, unique in the account and Region: 1 to 63 letters, digits, hyphens and underscores. It
   * begins with a letter or digit and does not have two hyphens or underscores in a row.
   *
   * If you change the name, CloudFormation replaces the model. While a fixed name stays the same, the handler refuses
   * every other change that requires a replacement. Leave the name out unless you need to know it in advance.
   *
   * @default - a generated name, which allows replacements
   */
  readonly modelName?: string;

  /**
   * The service role with which Amazon Bedrock reads the source. Only with `CustomModelSource.s3()`.
   *
   * The construct does not change the role: `bedrock.amazonaws.com` must be able to assume it, and it must be allowed
   * to read the files and to use the `encryptionKey`, if there is one. If you change the role, CloudFormation replaces
   * the model.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
   * @default - a new role with the required permissions if the source is in Amazon S3, no role otherwise
   */
  readonly role?: iam.IRole;

  /**
   * The customer managed KMS key that encrypts the model. A key in the Region of the stack, not an alias. If you change
   * the key, CloudFormation replaces the model.
   *
   * The library grants the use of the key to the handler, to the service role that it creates, and to every grantee
   * that may invoke a deployment of the model. If the key exists already, or if you wrote its policy yourself, the key
   * policy must delegate permissions to IAM policies, as the default key policy does.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
   * @default - an AWS owned key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The tags of the model, in addition to those of `Tags.of()`, which take precedence.
   *
   * At most 47 tags in all. Keys have 1 to 128 characters and values 0 to 256: letters, digits, spaces and
   * `. _ : / = + @ -`. The library never changes or removes tags that were added outside of the stack.
   *
   * @default - only those of `Tags.of()`
   */
  readonly tags?: Record<string, string>;

  /**
   * How long a create or an update may take before it fails and the stack rolls back: a whole number of seconds, at
   * most one hour.
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
   * What happens to the model when it is removed from the stack or replaced. Every policy except `SNAPSHOT` is allowed.
   *
   * `RETAIN_ON_UPDATE_OR_DELETE` retains the model, except if the operation that creates it fails, such as the first
   * deploy of the stack: the rollback then deletes it. `RETAIN` retains the model in that case as well. If the stack is
   * then gone, the tags of the model name a stack that no longer exists: a new stack does not touch the model, and
   * fails if it asks for the same `modelName`. `DESTROY` deletes the model, which fails while deployments outside of
   * the stack use it.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that manages this model. It must be in the same stack.
   *
   * @default - the provider of the stack, which is created on first use
   */
  readonly provider?: CustomModelProvider;
}

/**
 * An Amazon Bedrock custom model, created from an Amazon Nova model that was customized in Amazon SageMaker AI. A
 * create ends when the model is active.
 *
 * To use a model that exists already, whoever created it, call `fromModelArn()`. There is no `fromModelName()`, because
 * Amazon Bedrock deploys a model only by its ARN.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html
 * @resource Custom::BedrockCustomModel
 * @example
 * const model = new CustomModel(this, 'Model', {
 *   source: CustomModelSource.modelPackage(
 *     'arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7'),
 * });
 * new CustomModelDeployment(this, 'Deployment', { model });
 */
@propertyInjectable
export class CustomModel extends Resource implements ICustomModel, ITaggableV2 {
  /**
   * The id of this class for property injection.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModel';

  /**
   * References a custom model that exists already: one that was fine-tuned or distilled in Bedrock, or trained
   * elsewhere and imported with `CreateCustomModel`.
   *
   * Throws an error if the ARN is not the ARN of a custom model. An ARN that is a token, or contains one, is not
   * checked at synthesis.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param modelArn the ARN of the model,
   * `arn:aws:bedrock:<region>:<account>:custom-model/<base model or 'imported'>/<id>`
   * @returns the model
   */
  static fromModelArn(scope: Construct, id: string, modelArn: string): ICustomModel {
    return CustomModel.fromModelAttributes(scope, id, { modelArn });
  }

  /**
   * References a custom model that exists already, with the key that encrypts it.
   *
   * Throws an error if the ARN is not the ARN of a custom model. An ARN that is a token, or contains one, is not
   * checked at synthesis.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param attributes the model
   * @returns the model
   */
  static fromModelAttributes(scope: Construct, id: string, attributes: CustomModelAttributes): ICustomModel {
    const { modelArn, encryptionKey } = attributes;
    checkModelArn(childOf(scope, id), modelArn);
    checkNoAlias(childOf(scope, id), 'encryptionKey', encryptionKey);
    class ExistingCustomModel extends Resource implements ICustomModel {
      readonly modelArn = modelArn;
      readonly encryptionKey?: kms.IKey = encryptionKey;
    }
    return new ExistingCustomModel(scope, id, { environmentFromArn: modelArn });
  }

  /**
   * Checks whether a value is a `CustomModel`. Models from `fromModelArn()` and `fromModelAttributes()` are
   * not.
   *
   * @param x the value to check
   * @returns true if the value is a `CustomModel`
   */
  static isCustomModel(x: unknown): x is CustomModel {
    return typeof x === 'object' && x !== null && IS_MODEL in x;
  }

  /**
   * The tag manager through which `Tags.of()` adds tags to the model.
   */
  readonly cdkTagManager: TagManager;

  /**
   * The customer managed KMS key that encrypts the model.
   *
   * @default - an AWS owned key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The service role with which Amazon Bedrock reads the source, if the source is in Amazon S3.
   *
   * @default - no role, because the source is a model package
   */
  readonly role?: iam.IRole;

  private readonly served: ProviderBackedResource<ModelProperties, ModelAttribute>;

  /**
   * Defines a custom model. Throws an error if a property is wrong.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param props the properties
   */
  constructor(scope: Construct, id: string, props: CustomModelProps) {
    super(scope, id, props.modelName === undefined ? {} : { physicalName: props.modelName });

    checkName(this, 'modelName', props.modelName);
    checkKey(this, 'encryptionKey', props.encryptionKey);
    warnOfUnsupportedRegion(this, MODEL_IMPORT);
    requireUniqueName(this, 'modelName', props.modelName);
    checkMadeHere(this, 'source', props.source, 'CustomModelSource.modelPackage() or CustomModelSource.s3()');
    const source = props.source._bind(this, props);

    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const provider = CustomModelProvider._of(this, props.provider);
    this.served = new ProviderBackedResource(
      this,
      MODEL_RESOURCE_TYPE,
      { ...props, removalPolicy, provider },
      {
        ModelName: this.physicalName,
        ModelPackageArn: 'modelPackageArn' in source ? source.modelPackageArn : undefined,
        S3Uri: 's3Uri' in source ? source.s3Uri : undefined,
        RoleArn: 'role' in source ? source.role.roleArn : undefined,
        KmsKeyArn: props.encryptionKey?.keyArn,
      },
    );
    provider._allowModel(source);
    this.served.warnOfExports(props.modelName === undefined ? ['Arn', 'Ref'] : ['Arn']);
    this.cdkTagManager = this.served.tags;
    if ('role' in source) {
      this.role = source.role;
      this.served.resource.node.addDependency(rolePolicies(source.role));
    }
    if (props.encryptionKey !== undefined) {
      this.encryptionKey = props.encryptionKey;
      provider._allowKey(props.encryptionKey);
    }
    Object.defineProperty(this, IS_MODEL, { value: true });
  }

  /**
   * The ARN of the model.
   *
   * @attribute
   */
  get modelArn(): string {
    return this.served.attribute('Arn');
  }

  /**
   * The name of the model.
   *
   * @attribute
   */
  get modelName(): string {
    return this.getResourceNameAttribute(this.served.resource.ref);
  }
}
