/** A construct, or where one would be that is not made yet. */
export interface Located {
  readonly node: { readonly path: string };
}

/** Where a child of a construct would be. */
export function childOf({ node }: Located, id: string): Located {
  return { node: { path: node.path === '' ? id : `${node.path}/${id}` } };
}

/**
 * The error that a construct throws when its properties are wrong, with the path of the construct.
 *
 * A plain `Error`, on purpose: the `ValidationError` of the CDK is internal, and the meaning of its arguments has
 * changed twice within version 2. This library accepts every later version of aws-cdk-lib, so the next such change
 * would garble every message.
 */
export function validationError(scope: Located, message: string): Error {
  return new Error(`[${scope.node.path}] ${message}`);
}

/** The wrong value as an error message quotes it, with at most 120 characters. */
export function quoted(value: unknown): string {
  // JSON.stringify(NaN) is 'null'
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 120)}… (${text.length} characters)`;
}
