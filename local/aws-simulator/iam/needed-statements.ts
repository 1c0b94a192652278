import type { TemplateResources } from '../template';

type JsonObject = Readonly<Record<string, unknown>>;

/** A statement of a policy in a template. */
export interface PolicyStatement {
  /** The logical id of the role or the policy. */
  readonly logicalId: string;
  /** As it is in the template. */
  readonly statement: JsonObject;
}

/** Something that happens to stacks, whose templates are those of the app after `change`. */
export interface PolicyScenario {
  readonly name: string;
  /** @returns what of it ends badly: nothing, if all is well */
  readonly play: (change: (template: TemplateResources) => TemplateResources) => Promise<readonly string[]>;
}

/** What becomes of a scenario without a statement. */
export interface Need {
  readonly statement: PolicyStatement;
  /** The first scenario that ends badly; absent if none does: then nothing shows that the statement is needed. */
  readonly scenario?: string;
  readonly badEnds: readonly string[];
}

/** Every statement of the policies in a template. */
export function policyStatements(template: TemplateResources): PolicyStatement[] {
  return Object.entries(template).flatMap(([logicalId, { Type, Properties = {} }]) =>
    Type.startsWith('AWS::IAM::') ? statementsIn(Properties).map((statement) => ({ logicalId, statement })) : [],
  );
}

/**
 * The template without that statement, if it has it. Statements grow by resources from one template of an app to the
 * next: without the very statement, that which differs in its resources alone is taken for it.
 */
export function withoutStatement(
  template: TemplateResources,
  { logicalId, statement }: PolicyStatement,
): TemplateResources {
  const found = template[logicalId];
  if (found === undefined) {
    return template;
  }
  const { Properties = {} } = found;
  const likeness = statementsIn(Properties).some((one) => same(one, statement)) ? same : sameButResources;
  return {
    ...template,
    [logicalId]: { ...found, Properties: filtered(Properties, (one) => !likeness(one, statement)) as JsonObject },
  };
}

/** For each statement, in which scenario its absence shows. Every scenario must end well with all of them. */
export async function needsOf(
  statements: readonly PolicyStatement[],
  scenarios: readonly PolicyScenario[],
): Promise<Need[]> {
  const needs: Need[] = [];
  for (const statement of statements) {
    needs.push(await needOf(statement, scenarios));
  }
  return needs;
}

async function needOf(statement: PolicyStatement, scenarios: readonly PolicyScenario[]): Promise<Need> {
  for (const { name, play } of scenarios) {
    const badEnds = await play((template) => withoutStatement(template, statement));
    if (badEnds.length > 0) {
      return { statement, scenario: name, badEnds };
    }
  }
  return { statement, badEnds: [] };
}

/** Not of the trust policy of a role, which says who may assume it. */
function statementsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) {
    return value.flatMap(statementsIn);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'AssumeRolePolicyDocument'
      ? []
      : name === 'Statement'
        ? [part as JsonObject | JsonObject[]].flat()
        : statementsIn(part),
  );
}

function filtered(value: unknown, stays: (statement: JsonObject) => boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => filtered(element, stays));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, part]): [string, unknown] => [
      name,
      name === 'Statement' ? [part as JsonObject | JsonObject[]].flat().filter(stays) : filtered(part, stays),
    ]),
  );
}

function same(one: JsonObject, other: JsonObject): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sameButResources(one: JsonObject, other: JsonObject): boolean {
  return same({ ...one, Resource: '' }, { ...other, Resource: '' });
}
