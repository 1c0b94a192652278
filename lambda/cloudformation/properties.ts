import {
  CUSTOM_MODEL_ARN_PATTERN, DESCRIPTION_MAX_LENGTH, DESCRIPTION_PATTERN, MAX_TIMEOUT_SECONDS, MAX_USER_TAGS, NAME_MAX_LENGTH, NAME_PATTERN,
  RESERVED_TAG_PREFIX, TAG_KEY_MAX_LENGTH, TAG_PATTERN, TAG_VALUE_MAX_LENGTH, type ModelUpdateProperty,
} from '../../lib/private/contract';

/** The properties of a deployment, read and checked. What was a token at synth has its first check here. */
export interface Properties {
  readonly stateMachineArn: string;
  readonly modelArn: string;
  readonly deploymentName?: string;
  readonly description?: string;
  readonly modelUpdate: ModelUpdateProperty;
  readonly tags: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** The message says which property is wrong, what it is, and what it should be. */
export class PropertyError extends Error {
  constructor(property: string, value: unknown, rule: string) {
    super(`${property} must be ${rule}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`.slice(0, 600));
    this.name = 'PropertyError';
  }
}

type Given = Readonly<Record<string, unknown>>;

/** @throws PropertyError */
export function readProperties(given: Given): Properties {
  const description = optional(given, 'Description');
  const deploymentName = optional(given, 'DeploymentName');
  return {
    stateMachineArn: string(given, 'StateMachineArn', /^arn:.+:states:/, 'the ARN of a state machine'),
    modelArn: string(given, 'ModelArn', CUSTOM_MODEL_ARN_PATTERN, 'the ARN of a custom model'),
    ...(deploymentName === undefined ? {} : {
      deploymentName: check('DeploymentName', deploymentName, deploymentName.length <= NAME_MAX_LENGTH && NAME_PATTERN.test(deploymentName),
        `1 to ${NAME_MAX_LENGTH} letters and digits, with single hyphens or underscores between them`),
    }),
    ...(description === undefined ? {} : {
      description: check('Description', description, description.length <= DESCRIPTION_MAX_LENGTH && DESCRIPTION_PATTERN.test(description),
        `1 to ${DESCRIPTION_MAX_LENGTH} characters without a line break`),
    }),
    modelUpdate: string(given, 'ModelUpdate', /^(IN_PLACE|REPLACE)$/, 'IN_PLACE or REPLACE') as ModelUpdateProperty,
    tags: readTags(given['Tags']),
    timeoutSeconds: readTimeout(given['Timeout']),
  };
}

function string(given: Given, property: string, pattern: RegExp, rule: string): string {
  const value = given[property];
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new PropertyError(property, value, rule);
  }
  return value;
}

/** A token may turn out empty, which for CloudFormation is how a string says that it is not there. */
function optional(given: Given, property: string): string | undefined {
  const value = given[property];
  if (value === undefined || value === '') {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new PropertyError(property, value, 'a string');
  }
  return value;
}

function check<T>(property: string, value: T, right: boolean, rule: string): T {
  if (!right) {
    throw new PropertyError(property, value, rule);
  }
  return value;
}

function readTags(value: unknown): Record<string, string> {
  if (value === undefined || value === '') {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PropertyError('Tags', value, 'a map of keys to values');
  }
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    const reserved = key.startsWith('aws:') || key.startsWith(RESERVED_TAG_PREFIX);
    check('Tags', key, key.length >= 1 && key.length <= TAG_KEY_MAX_LENGTH && TAG_PATTERN.test(key) && !reserved,
      `keyed by 1 to ${TAG_KEY_MAX_LENGTH} letters, digits, spaces and . _ : / = + @ -, not beginning with aws: or ${RESERVED_TAG_PREFIX}`);
    const tag = String(text);
    return [key, check(`Tags[${key}]`, tag, tag.length <= TAG_VALUE_MAX_LENGTH && TAG_PATTERN.test(tag),
      `at most ${TAG_VALUE_MAX_LENGTH} letters, digits, spaces and . _ : / = + @ -`)];
  });
  check('Tags', entries.length, entries.length <= MAX_USER_TAGS, `at most ${MAX_USER_TAGS}`);
  return Object.fromEntries(entries);
}

function readTimeout(value: unknown): number {
  const seconds = Number(value);
  check('Timeout', value, Number.isInteger(seconds) && seconds >= 1 && value !== '', 'a whole number of seconds, at least 1');
  return Math.min(seconds, MAX_TIMEOUT_SECONDS);
}
