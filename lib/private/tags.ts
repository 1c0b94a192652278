import { TagManager, TagType, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  MAX_USER_TAGS,
  RESERVED_TAG_KEY,
  RESERVED_TAG_PREFIX,
  TAG_KEY_MAX_LENGTH,
  TAG_PATTERN,
  TAG_VALUE_MAX_LENGTH,
} from './contract';
import { quoted, validationError } from './errors';

/** A tag manager that renders a map, and refuses the key `__proto__`, which a map would silently lose. */
export class CheckedTagManager extends TagManager {
  constructor(
    private readonly scope: IConstruct,
    resourceType: string,
    tags: Readonly<Record<string, string>> = {},
  ) {
    super(TagType.MAP, resourceType, tags);
    Object.keys(tags).forEach((key) => {
      this.check(key);
    });
  }

  override setTag(key: string, value: string, priority?: number, applyToLaunchedInstances?: boolean): void {
    this.check(key);
    super.setTag(key, value, priority, applyToLaunchedInstances);
  }

  private check(key: string): void {
    if (key === '__proto__') {
      throw validationError(
        this.scope,
        'tags must not have the key "__proto__", which the template cannot contain: rename the tag',
      );
    }
  }
}

/** Errors for tags that Bedrock would refuse, including those of `Tags.of()`. */
export function tagErrors(tags: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(tags);
  const tooMany =
    entries.length <= MAX_USER_TAGS
      ? []
      : [
          `tags must be at most ${MAX_USER_TAGS} (Bedrock allows 50, and this library needs three of them), ` +
            `got ${entries.length}`,
        ];
  return [...tooMany, ...entries.flatMap(([key, value]) => [...tagKeyErrors(key), ...tagValueErrors(key, value)])];
}

const TAG_ALPHABET = 'letters, digits, spaces and . _ : / = + @ -';
const TAG_REMEDY = '; if the tag comes from Tags.of(), exclude this resource type there (excludeResourceTypes)';

function tagKeyErrors(key: string): string[] {
  if (Token.isUnresolved(key)) {
    return [];
  }
  if (RESERVED_TAG_KEY.test(key)) {
    return [`tags must not have a key that begins with "aws:" or "${RESERVED_TAG_PREFIX}", got ${quoted(key)}`];
  }
  if (key.length < 1 || key.length > TAG_KEY_MAX_LENGTH || !TAG_PATTERN.test(key)) {
    return [`tags must have keys of 1 to ${TAG_KEY_MAX_LENGTH} ${TAG_ALPHABET}, got ${quoted(key)}${TAG_REMEDY}`];
  }
  return [];
}

function tagValueErrors(key: string, value: string): string[] {
  if (Token.isUnresolved(value) || (value.length <= TAG_VALUE_MAX_LENGTH && TAG_PATTERN.test(value))) {
    return [];
  }
  return [
    `tags must have values of at most ${TAG_VALUE_MAX_LENGTH} ${TAG_ALPHABET}, got ${quoted(value)} for the key ${quoted(key)}${TAG_REMEDY}`,
  ];
}
