import { Failure } from '../state-machine/failure';

/** What a request, or a part of one, must be. `any` is not looked into. */
export type RequestShape = 'string' | 'number' | 'any' | ListedShape | MembersShape;

interface ListedShape {
  readonly each: RequestShape;
}

interface MembersShape {
  readonly members: Readonly<Record<string, RequestShape>>;
  readonly required?: readonly string[];
}

/**
 * Step Functions sends no request whose members it does not know, in PascalCase, or that lacks one. No state catches
 * that.
 */
export function invalidRequest(shape: RequestShape, request: unknown): Failure | undefined {
  const complaints = [...complaintsAbout(shape, request, '')];
  return complaints.length === 0
    ? undefined
    : new Failure(
        'States.Runtime',
        `The Parameters '${JSON.stringify(request)}' could not be used to start the Task: [${complaints.join(', ')}]`,
      );
}

function* complaintsAbout(shape: RequestShape, value: unknown, field: string): Generator<string> {
  if (!isOf(shape, value)) {
    yield `The value of the field '${field}' has an invalid format`;
  } else if (typeof shape === 'object' && 'each' in shape) {
    for (const element of value as readonly unknown[]) {
      yield* complaintsAbout(shape.each, element, field);
    }
  } else if (typeof shape === 'object') {
    yield* complaintsAboutMembers(shape, value as Readonly<Record<string, unknown>>);
  }
}

function* complaintsAboutMembers(
  { members, required = [] }: MembersShape,
  given: Readonly<Record<string, unknown>>,
): Generator<string> {
  for (const name of required) {
    if (given[name] === undefined) {
      yield `The field '${name}' is required but was missing`;
    }
  }
  for (const [name, value] of Object.entries(given)) {
    const member = members[name];
    if (member === undefined) {
      yield `The field "${name}" is not supported by Step Functions`;
    } else {
      yield* complaintsAbout(member, value, name);
    }
  }
}

function isOf(shape: RequestShape, value: unknown): boolean {
  if (typeof shape === 'string') {
    return shape === 'any' || typeof value === shape;
  }
  return 'each' in shape ? Array.isArray(value) : typeof value === 'object' && value !== null && !Array.isArray(value);
}
