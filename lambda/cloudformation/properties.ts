import {
  CUSTOM_MODEL_ARN_PATTERN,
  DESCRIPTION_MAX_LENGTH,
  DESCRIPTION_PATTERN,
  KEY_ARN_PATTERN,
  MAX_TIMEOUT_SECONDS,
  MAX_USER_TAGS,
  MODEL_PACKAGE_ARN_PATTERN,
  MODEL_RESOURCE_TYPE,
  type ModelUpdateProperty,
  NAME_MAX_LENGTH,
  NAME_PATTERN,
  RESERVED_TAG_KEY,
  RESERVED_TAG_PREFIX,
  ROLE_ARN_PATTERN,
  S3_URI_MAX_LENGTH,
  S3_URI_PATTERN,
  TAG_KEY_MAX_LENGTH,
  TAG_PATTERN,
  TAG_VALUE_MAX_LENGTH,
} from '../../lib/private/contract';
import type { Gate, ModelSource } from '../reconcile/goal';
import { readGates } from './gates';
import { check, optional, PropertyError, type Raw, string } from './property';

/** The properties of a resource, read and checked. What was a token at synth has its first check here. */
export type Properties = DeploymentInput | ModelInput;

interface CommonInput {
  readonly tags: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Chosen by the user. */
  readonly name?: string;
}

export interface DeploymentInput extends CommonInput {
  readonly kind: 'deployment';
  readonly modelArn: string;
  readonly description?: string;
  readonly modelUpdate: ModelUpdateProperty;
  readonly gates?: readonly Gate[];
}

export interface ModelInput extends CommonInput {
  readonly kind: 'model';
  readonly source: ModelSource;
  readonly kmsKeyArn?: string;
}

/** @throws PropertyError */
export function readProperties(resourceType: string, raw: Raw): Properties {
  string(raw, 'StateMachineArn', /^arn:.+:states:/, 'the ARN of a state machine');
  return resourceType === MODEL_RESOURCE_TYPE ? readModel(raw) : readDeployment(raw);
}

function readDeployment(raw: Raw): DeploymentInput {
  const description = optional(raw, 'Description');
  return {
    kind: 'deployment',
    modelArn: string(raw, 'ModelArn', CUSTOM_MODEL_ARN_PATTERN, 'the ARN of a custom model'),
    ...named(raw, 'DeploymentName'),
    ...(description === undefined
      ? {}
      : {
          description: check(
            'Description',
            description,
            description.length <= DESCRIPTION_MAX_LENGTH && DESCRIPTION_PATTERN.test(description),
            `1 to ${DESCRIPTION_MAX_LENGTH} characters without a line break`,
          ),
        }),
    modelUpdate: string(raw, 'ModelUpdate', /^(IN_PLACE|REPLACE)$/, 'IN_PLACE or REPLACE') as ModelUpdateProperty,
    ...(raw['Gates'] !== undefined ? { gates: readGates(raw['Gates']) } : {}),
    ...common(raw),
  };
}

function readModel(raw: Raw): ModelInput {
  const kmsKeyArn = optional(raw, 'KmsKeyArn');
  return {
    kind: 'model',
    source: readSource(raw),
    ...named(raw, 'ModelName'),
    ...(kmsKeyArn === undefined
      ? {}
      : {
          kmsKeyArn: check(
            'KmsKeyArn',
            kmsKeyArn,
            KEY_ARN_PATTERN.test(kmsKeyArn),
            'the ARN of a KMS key, not of an alias',
          ),
        }),
    ...common(raw),
  };
}

function readSource(raw: Raw): ModelSource {
  const modelPackageArn = optional(raw, 'ModelPackageArn');
  const s3Uri = optional(raw, 'S3Uri');
  if (modelPackageArn !== undefined) {
    check('S3Uri', s3Uri, s3Uri === undefined, 'absent where there is a ModelPackageArn');
    const right = MODEL_PACKAGE_ARN_PATTERN.test(modelPackageArn);
    return {
      modelPackageArn: check('ModelPackageArn', modelPackageArn, right, 'the ARN of a SageMaker model package'),
    };
  }
  const rule = `the S3 URI of a model, s3://bucket/prefix, of at most ${S3_URI_MAX_LENGTH} characters`;
  const uri = string(raw, 'S3Uri', S3_URI_PATTERN, rule);
  return {
    s3Uri: check('S3Uri', uri, uri.length <= S3_URI_MAX_LENGTH, rule),
    roleArn: string(raw, 'RoleArn', ROLE_ARN_PATTERN, 'the ARN of a role'),
  };
}

function common(raw: Raw): Pick<CommonInput, 'tags' | 'timeoutSeconds'> {
  return { tags: readTags(raw['Tags']), timeoutSeconds: readTimeout(raw['Timeout']) };
}

function named(raw: Raw, property: string): Pick<CommonInput, 'name'> {
  const name = optional(raw, property);
  return name === undefined
    ? {}
    : {
        name: check(
          property,
          name,
          isName(name),
          `1 to ${NAME_MAX_LENGTH} letters and digits, with single hyphens or underscores between them`,
        ),
      };
}

export function isName(text: string): boolean {
  return text.length <= NAME_MAX_LENGTH && NAME_PATTERN.test(text);
}

function readTags(value: unknown): Record<string, string> {
  if (value === undefined || value === '') {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PropertyError('Tags', value, 'a map of keys to values');
  }
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    const reserved = RESERVED_TAG_KEY.test(key) || key === '__proto__';
    check(
      'Tags',
      key,
      key.length >= 1 && key.length <= TAG_KEY_MAX_LENGTH && TAG_PATTERN.test(key) && !reserved,
      `keyed by 1 to ${TAG_KEY_MAX_LENGTH} letters, digits, spaces and . _ : / = + @ -, not beginning with aws: or ${RESERVED_TAG_PREFIX}, and not __proto__`,
    );
    const tag = String(text);
    return [
      key,
      check(
        `Tags[${key}]`,
        tag,
        tag.length <= TAG_VALUE_MAX_LENGTH && TAG_PATTERN.test(tag),
        `at most ${TAG_VALUE_MAX_LENGTH} letters, digits, spaces and . _ : / = + @ -`,
      ),
    ];
  });
  check('Tags', entries.length, entries.length <= MAX_USER_TAGS, `at most ${MAX_USER_TAGS}`);
  return Object.fromEntries(entries);
}

function readTimeout(value: unknown): number {
  const seconds = Number(value);
  check('Timeout', value, Number.isInteger(seconds) && seconds >= 1, 'a whole number of seconds, at least 1');
  return Math.min(seconds, MAX_TIMEOUT_SECONDS);
}
