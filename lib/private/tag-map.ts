import { TagManager, TagType } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from './errors';

/** Tags that are rendered as a map, in which the key `__proto__` would be lost without a word. */
export class TagMap extends TagManager {
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
      throw misuse(this.scope, 'tags must not have the key "__proto__", which no map can hold');
    }
  }
}
