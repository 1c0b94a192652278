import type { PayloadTemplate, ResultPath } from './definition';
import { Failure } from './failure';

type Data = Readonly<Record<string, unknown>>;

/**
 * The value at a JSONPath of names and indices alone, as `$.Stacks[0].StackStatus` is. Undefined where there is none.
 */
export function at(path: string, data: unknown): unknown {
  return parts(path).reduce<unknown>((part, name) => (isData(part) ? part[name] : undefined), data);
}

/** https://states-language.net/spec.html#payload-template */
export function filled(template: PayloadTemplate, data: unknown, error: string): Data {
  const value = (key: string, given: unknown): [string, unknown] => {
    if (!key.endsWith('.$')) {
      return [key, isData(given) && !Array.isArray(given) ? filled(given, data, error) : given];
    }
    const found = at(given as string, data);
    if (found === undefined) {
      throw new Failure(
        error,
        `The JSONPath '${String(given)}' specified for the field '${key}' could not be found in the input '${JSON.stringify(data)}'`,
      );
    }
    return [key.slice(0, -2), found];
  };
  return Object.fromEntries(Object.entries(template).map(([key, given]) => value(key, given)));
}

/** The data with the result where `path` says. */
export function placed(result: unknown, path: ResultPath | undefined, data: unknown): unknown {
  return path === null ? data : place(result, parts(path ?? '$'), data);
}

function place(result: unknown, [name, ...further]: readonly string[], data: unknown): unknown {
  if (name === undefined) {
    return result;
  }
  if (data !== undefined && (!isData(data) || Array.isArray(data))) {
    throw new Failure('States.ResultPathMatchFailure', `there is no ${name} in ${JSON.stringify(data)}`);
  }
  return { ...data, [name]: place(result, further, data?.[name]) };
}

function parts(path: string): string[] {
  if (!/^\$(\.\w+|\[\d+\])*$/.test(path)) {
    throw new Error(`the interpreter does not know the path ${path}`);
  }
  return path.match(/\w+/g) ?? [];
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null;
}
