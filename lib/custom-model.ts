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
import { requireUniqueName } from './private/fixed-names';
import { ProviderBackedResource } from './private/provider-backed-resource';
import { rolePolicies } from './private/role-policies';
import { MODEL_IMPORT, warnOfUnsupportedRegion } from './private/support-warnings';
import { checkGiven, checkKey, checkModelArn, checkName } from './private/validation';

const IS_MODEL = Symbol.for('cdk-bedrock-custom-models.CustomModel');

/**
 * Properties of a custom model.
 */
export interface CustomModelProps {
  /**
   * What the model is made of.
   *
   * Another source is another model: a deployment moves to it, as its `modelUpdate` says, before the old one is given
   * up.
   */
  readonly source: CustomModelSource;

  /**
   * The name of the model, unique in the account and Region: 1 to 63 letters, digits, hyphens and underscores,
   * beginning with a letter or digit, and without two hyphens or underscores in a row.
   *
   * Another name is another model. While a fixed name stays, every change that needs another model is refused, so that
   * a generated name is the better choice unless you need to know it.
   *
   * @default - generated, and safe to replace
   */
  readonly modelName?: string;

  /**
   * The role with which Amazon Bedrock reads the source. Only with `CustomModelSource.s3()`.
   *
   * It is used as it is: `bedrock.amazonaws.com` must be able to assume it, and it must be allowed to read the files,
   * and to use the `encryptionKey` if there is one. Another role is another model.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
   * @default - a new role with the permissions needed, if the source is in Amazon S3
   */
  readonly role?: iam.IRole;

  /**
   * The key that encrypts the model. Not an alias. Another key is another model.
   *
   * Whatever makes or deploys the model in this app, and whoever is granted to invoke a deployment of it, gets the
   * permission to use the key. The policy of a key that exists already, or that you wrote yourself, must leave that to
   * the policies of identities, as it does by default.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The tags of the model, beside those of `Tags.of()`, which win. 47 in all at most, of letters, digits, spaces and `.
   * _ : / = + @ -`.
   *
   * Tags that were put on the model outside of the stack are left alone.
   *
   * @default - only those of `Tags.of()`
   */
  readonly tags?: Record<string, string>;

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
   * What happens to the model when it is removed from the stack, or replaced. All but `SNAPSHOT`.
   *
   * By default the model is kept, except where the operation that creates it fails, such as the first deploy of the
   * stack: its rollback deletes the model. With `RETAIN` the model stays then as well, though no stack knows of it: its
   * tags name a stack that is gone, so that the next one leaves it alone, and with a fixed `modelName` fails. With
   * `DESTROY` it is deleted, which fails while others have it deployed.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that serves this model. It must be in the same stack.
   *
   * @default - the provider of the stack, defined on first use
   */
  readonly provider?: CustomModelProvider;
}

/**
 * An Amazon Bedrock custom model, made of an Amazon Nova model that was customized in Amazon SageMaker AI. The stack
 * waits until it is active.
 *
 * Models that exist already, however they were made, are used by their ARN (`fromModelArn`), and not by their name,
 * since Amazon Bedrock deploys a model only by its ARN.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html
 * @resource Custom::BedrockCustomModel
 */
@propertyInjectable
export class CustomModel extends Resource implements ICustomModel, ITaggableV2 {
  /**
   * Uniquely identifies this class.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModel';

  /**
   * Use a custom model that exists already: one that was fine-tuned or distilled in Bedrock, or trained elsewhere and
   * imported.
   *
   * Throws if the ARN is not that of a custom model. An ARN that is only known at deploy time, as a whole or in part,
   * is passed on as it is.
   *
   * @param scope the scope, usually `this`
   * @param id the construct id
   * @param modelArn the model's ARN, `arn:aws:bedrock:<region>:<account>:custom-model/<base model or 'imported'>/<id>`
   */
  static fromModelArn(scope: Construct, id: string, modelArn: string): ICustomModel {
    class ExistingCustomModel extends Resource implements ICustomModel {
      readonly modelArn = modelArn;
    }
    checkModelArn(scope, modelArn);
    return new ExistingCustomModel(scope, id, { environmentFromArn: modelArn });
  }

  /**
   * Whether something is a `CustomModel`.
   *
   * @param x anything
   */
  static isCustomModel(x: unknown): x is CustomModel {
    return typeof x === 'object' && x !== null && IS_MODEL in x;
  }

  /**
   * The tags of the model, for `Tags.of()`.
   */
  readonly cdkTagManager: TagManager;

  /**
   * The key of yours that encrypts the model, if it is not one that AWS owns.
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The role with which Amazon Bedrock reads the source, if that is in Amazon S3.
   */
  readonly role?: iam.IRole;

  private readonly served: ProviderBackedResource<ModelProperties, ModelAttribute>;

  constructor(scope: Construct, id: string, props: CustomModelProps) {
    super(scope, id, props.modelName === undefined ? {} : { physicalName: props.modelName });

    checkName(this, 'modelName', props.modelName);
    checkKey(this, 'encryptionKey', props.encryptionKey);
    warnOfUnsupportedRegion(this, MODEL_IMPORT);
    requireUniqueName(this, 'modelName', props.modelName);
    checkGiven(this, 'source', props.source);
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
