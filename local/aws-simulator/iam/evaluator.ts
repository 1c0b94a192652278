/**
 * Decides on requests as IAM does by the policies of an identity: allowed is what a statement allows and none denies.
 * Written anew from AWS's pages for what this library's policies use; anything else in a policy is an error, not a
 * guess.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One question to IAM. What a call of an API asks may be several. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** By condition key. A key that is not there is absent from the request. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html */
export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

const ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

export function decide(statements: readonly Statement[], request: Request): Decision {
  const effects = statements.filter((statement) => applies(statement, request)).map(({ Effect }) => Effect);
  return effects.includes('Deny') ? 'explicitDeny' : effects.includes('Allow') ? 'allowed' : 'implicitDeny';
}

export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  return decide(statements, request) === 'allowed';
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function applies(statement: Statement, { action, resource, context }: Request): boolean {
  const unknown = Object.keys(statement).filter((element) => !ELEMENTS.includes(element));
  if (unknown.length > 0) {
    throw new Error(`not known here: ${unknown.join()}`);
  }
  return (
    listOf(statement.Action).some((pattern) => like(action.toLowerCase(), pattern.toLowerCase())) &&
    listOf(statement.Resource).some((pattern) => like(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, valuesOf(context, key), listOf(wanted))),
    )
  );
}

/** Keys are the same whatever their case. */
function valuesOf(context: Request['context'], key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : listOf(found[1]);
}

function holds(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') {
    return wanted.includes(String(given === undefined));
  }
  if (operator.startsWith('ForAllValues:')) {
    return (given ?? []).every((value) => holds(operator.slice('ForAllValues:'.length), [value], wanted));
  }
  if (operator.endsWith('IfExists')) {
    return given === undefined || holds(operator.slice(0, -'IfExists'.length), given, wanted);
  }
  if (given !== undefined && given.length !== 1) {
    throw new Error(`${operator} of several values`);
  }
  return matches(operator, given?.[0], wanted);
}

/** A key that is absent is no match; but the negated operators hold of it. */
function matches(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return value !== undefined && wanted.includes(value);
    case 'StringLike':
      return value !== undefined && wanted.some((pattern) => like(value, pattern));
    case 'StringNotLike':
      return value === undefined || !wanted.some((pattern) => like(value, pattern));
    case 'ArnEquals': // to IAM the same
    case 'ArnLike':
      return value !== undefined && wanted.some((pattern) => arnLike(value, pattern));
    case 'Bool':
      return value !== undefined && wanted.some((each) => each.toLowerCase() === value.toLowerCase());
    default:
      throw new Error(`not known here: ${operator}`);
  }
}

/** Each of the six components by itself; the last may hold colons. */
function arnLike(value: string, pattern: string): boolean {
  const [given, wanted] = [components(value), components(pattern)];
  return given.length === wanted.length && given.every((component, index) => like(component, wanted[index] ?? ''));
}

function components(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * `*` is any number of characters, also of `/` and `:`; `?` is one. `${*}`, `${?}` and `${$}` are these characters
 * themselves.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
function like(value: string, pattern: string): boolean {
  const expression = pattern.replace(/\$\{(.*?)\}|[^]/g, (part: string, variable: string | undefined) => {
    if (variable !== undefined && !['*', '?', '$'].includes(variable)) {
      throw new Error(`not known here: the policy variable in ${pattern}`);
    }
    return part === '*' ? '.*' : part === '?' ? '.' : (variable ?? part).replace(/[.+^${}()|[\]\\*?]/, '\\$&');
  });
  return new RegExp(`^${expression}$`, 's').test(value);
}
