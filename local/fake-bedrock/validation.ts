import { validation } from './errors';
import type { Shape, StringShape, StructureShape } from './shapes';

/** Throws one ValidationException that tells every constraint broken, in AWS's words. */
export function validate(shape: Shape, value: unknown): void {
  const broken = [...violations(shape, value, '')];
  if (broken.length > 0) {
    throw validation(
      `${broken.length} validation error${broken.length === 1 ? '' : 's'} detected: ${broken.join('; ')}`,
    );
  }
}

export function matches(shape: StringShape, value: string): boolean {
  return [...stringConstraints(shape, value)].length === 0;
}

function* violations(shape: Shape, value: unknown, at: string): Generator<string> {
  switch (shape.type) {
    case 'string':
      for (const constraint of stringConstraints(shape, value as string)) {
        yield failed(value, at, constraint);
      }
      return;
    case 'integer':
      if ((value as number) < shape.min) {
        yield failed(value, at, `Member must have value greater than or equal to ${shape.min}`);
      }
      if ((value as number) > shape.max) {
        yield failed(value, at, `Member must have value less than or equal to ${shape.max}`);
      }
      return;
    case 'boolean':
    case 'timestamp':
      return;
    case 'list': {
      const items = value as readonly unknown[];
      if (items.length > shape.max) {
        yield failed(items, at, `Member must have length less than or equal to ${shape.max}`);
      }
      for (const [i, item] of items.entries()) {
        yield* violations(shape.member, item, `${at}.${i + 1}.member`);
      }
      return;
    }
    case 'structure':
      yield* memberViolations(shape, value as Record<string, unknown>, at);
  }
}

function* memberViolations(shape: StructureShape, value: Record<string, unknown>, at: string): Generator<string> {
  const path = (member: string) => (at === '' ? member : `${at}.${member}`);
  for (const [member, inner] of Object.entries(shape.required)) {
    if (value[member] === undefined) {
      yield failed(null, path(member), 'Member must not be null');
    } else {
      yield* violations(inner, value[member], path(member));
    }
  }
  const given = Object.entries(shape.optional).filter(([member]) => value[member] !== undefined);
  if (shape.union && given.length !== 1) {
    yield failed(value, at, `Member must have exactly one of [${Object.keys(shape.optional).join(', ')}]`);
  }
  for (const [member, inner] of given) {
    yield* violations(inner, value[member], path(member));
  }
}

function* stringConstraints(shape: StringShape, value: string): Generator<string> {
  if (shape.min !== undefined && value.length < shape.min) {
    yield `Member must have length greater than or equal to ${shape.min}`;
  }
  if (shape.max !== undefined && value.length > shape.max) {
    yield `Member must have length less than or equal to ${shape.max}`;
  }
  if (shape.pattern !== undefined && !wholly(shape.pattern).test(value)) {
    yield `Member must satisfy regular expression pattern: ${shape.pattern}`;
  }
  if (shape.values !== undefined && !shape.values.includes(value)) {
    yield `Member must satisfy enum value set: [${shape.values.join(', ')}]`;
  }
}

function failed(value: unknown, at: string, constraint: string): string {
  const shown = value === null ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return `Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
}

const compiled = new Map<string, RegExp>();

function wholly(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (!regex) {
    compiled.set(pattern, (regex = new RegExp(`^(?:${pattern})$`)));
  }
  return regex;
}
