type TemplateObject = Readonly<Record<string, unknown>>;

/** The resources of a template. */
export type TemplateResources = Readonly<Record<string, TemplateResource>>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: TemplateObject;
  readonly Metadata?: TemplateObject;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html */
export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
export interface Parameter {
  readonly Type: string;
  readonly Default?: string;
}

/** What a template has beside its resources. */
export interface TemplateSections {
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, Parameter>>;
}

/** What references lead to. */
export interface Scope {
  readonly ref: (id: string) => string;
  readonly attribute: (id: string, name: string) => string;
  /** The value of another stack's export. */
  readonly imported: (name: string) => string;
  /** The value of a parameter of Systems Manager. */
  readonly parameter: (name: string) => string;
}

/**
 * A value with its intrinsic functions worked out, those that the CDK writes for a stack of ours.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => resolve(element, scope));
  }
  if (typeof value === 'string') {
    return dynamic(value, scope);
  }
  if (!isObject(value)) {
    return value;
  }
  const [name = '', ...others] = Object.keys(value);
  if (others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::'))) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part, scope)]));
  }
  const given = value[name];
  switch (name) {
    case 'Ref':
      return scope.ref(given as string);
    case 'Fn::GetAtt':
      return scope.attribute(...attribute(given));
    case 'Fn::Join': {
      const [separator, parts] = given as [string, unknown];
      return dynamic((resolve(parts, scope) as readonly unknown[]).map(String).join(separator), scope);
    }
    case 'Fn::Select': {
      const [index, parts] = given as [string | number, unknown];
      return (resolve(parts, scope) as readonly unknown[])[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = given as [string, unknown];
      return String(resolve(text, scope)).split(separator);
    }
    case 'Fn::Sub': {
      const [text, own] = (typeof given === 'string' ? [given, {}] : given) as [string, TemplateObject];
      return dynamic(
        text.replace(REFERENCE, (_, id: string) => String(id in own ? resolve(own[id], scope) : lookUp(id, scope))),
        scope,
      );
    }
    case 'Fn::ImportValue':
      return scope.imported(String(resolve(given, scope)));
    default:
      throw new Error(`the simulator does not know ${name}`);
  }
}

/** The logical ids that a resource must wait for: those that it refers to and those that it depends on. */
export function dependencies({ Properties = {}, DependsOn = [] }: TemplateResource): string[] {
  return [...new Set([...references(Properties), ...[DependsOn].flat()])];
}

/** The names of the exports that a template imports. */
export function importsOf(value: unknown, scope: Scope): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((element) => importsOf(element, scope));
  }
  if (!isObject(value)) {
    return [];
  }
  const name = value['Fn::ImportValue'];
  return name === undefined
    ? Object.values(value).flatMap((part) => importsOf(part, scope))
    : [String(resolve(name, scope))];
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (!isObject(value)) {
    return [];
  }
  if (typeof value['Ref'] === 'string') {
    return value['Ref'].startsWith('AWS::') ? [] : [value['Ref']];
  }
  if (value['Fn::GetAtt'] !== undefined) {
    return [attribute(value['Fn::GetAtt'])[0]];
  }
  if (value['Fn::Sub'] !== undefined) {
    const [text, own] = (typeof value['Fn::Sub'] === 'string' ? [value['Fn::Sub'], {}] : value['Fn::Sub']) as [
      string,
      TemplateObject,
    ];
    const named = [...text.matchAll(REFERENCE)]
      .map(([, id = '']) => id.split('.')[0] ?? '')
      .filter((id) => !(id in own) && !id.startsWith('AWS::'));
    return [...named, ...references(own)];
  }
  return Object.values(value).flatMap(references);
}

const REFERENCE = /\$\{([^!}]+)\}/g;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html */
const DYNAMIC_REFERENCE = /\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}/g;

function dynamic(text: string, scope: Scope): string {
  return text.replace(DYNAMIC_REFERENCE, (_, name: string) => scope.parameter(name));
}

function lookUp(reference: string, scope: Scope): string {
  const [id = '', ...name] = reference.split('.');
  return name.length === 0 ? scope.ref(id) : scope.attribute(id, name.join('.'));
}

function attribute(given: unknown): [string, string] {
  return (typeof given === 'string' ? given.split('.') : given) as [string, string];
}

function isObject(value: unknown): value is TemplateObject {
  return typeof value === 'object' && value !== null;
}
