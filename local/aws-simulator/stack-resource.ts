import { dependencies, resolve, type Scope, type TemplateResource, type TemplateResources } from './template';

export type ResolvedProperties = Readonly<Record<string, unknown>>;

/** A resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: ResolvedProperties;
  readonly attributes: Readonly<Record<string, string>>;
  readonly waitsFor: readonly string[];
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
  readonly deletionPolicy: string;
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html */
  readonly retainedWhenReplaced: boolean;
  /** What failed last, if it is still to be made good. */
  readonly failed?: 'CREATE' | 'UPDATE';
}

/** What the template says of a resource. */
export type Wanted = Omit<StackResource, 'physicalId' | 'attributes' | 'failed'>;

export function wantedOf(template: TemplateResources, logicalId: string, scope: Scope): Wanted {
  const given = templateResource(template, logicalId);
  const properties = resolve(given.Properties ?? {}, scope) as ResolvedProperties;
  return {
    logicalId,
    type: given.Type,
    properties: isCustom(given.Type) ? (asStrings(properties) as ResolvedProperties) : properties,
    waitsFor: dependencies(given),
    deletionPolicy: given.DeletionPolicy ?? 'Delete',
    retainedWhenReplaced: given.UpdateReplacePolicy === 'Retain',
  };
}

export function templateResource(template: TemplateResources, logicalId: string): TemplateResource {
  const found = template[logicalId];
  if (found === undefined) {
    throw new Error(`the template has no ${logicalId}`);
  }
  return found;
}

export function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Whether it stays when it leaves the stack. */
export function isRetained({ deletionPolicy, failed }: StackResource): boolean {
  return failed !== 'CREATE' && ['Retain', 'RetainExceptOnCreate'].includes(deletionPolicy);
}

/** Whether it stays when the operation that made it is rolled back. */
export function isRetainedOnRollback({ deletionPolicy }: StackResource): boolean {
  return deletionPolicy === 'Retain';
}

export function same(one: ResolvedProperties, other: ResolvedProperties): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A custom resource gets every scalar as a string: aws-cloudformation/cloudformation-coverage-roadmap#1037. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asStrings);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asStrings(part)]))
    : String(value);
}
