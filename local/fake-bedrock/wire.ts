import type { IncomingMessage } from 'node:http';
import { type BedrockError, serialization, unknownOperation } from './errors';
import { type OperationName, operationNames, operations } from './operations';
import type { Shape, StructureShape } from './shapes';

/** A request as it came: its members by name, still unchecked. */
export type Routed =
  | {
      readonly operation: OperationName;
      readonly raw: Readonly<Record<string, unknown>>;
      readonly refused?: BedrockError;
    }
  | {
      readonly operation: 'UnknownOperation';
      readonly raw: Readonly<Record<string, never>>;
      readonly refused: BedrockError;
    };

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Finds the operation by method and path, and gathers the members from path, query and body. */
export async function route(request: IncomingMessage): Promise<Routed> {
  const { method = '', url = '/' } = request;
  const body = await text(request);
  const [path = '', query = ''] = url.split('?', 2);
  const { operation, labels } = operationAt(method, path) ?? {};
  if (!operation) {
    return { operation: 'UnknownOperation', raw: {}, refused: unknownOperation(method, path) };
  }
  if (method === 'GET') {
    return { operation, raw: { ...Object.fromEntries(new URLSearchParams(query)), ...labels } };
  }
  const members = body === '' ? {} : parsed(body);
  return members
    ? { operation, raw: { ...members, ...labels } }
    : { operation, raw: { ...labels }, refused: serialization('The request body is not a JSON object') };
}

export function operationAt(
  method: string,
  path: string,
): { readonly operation: OperationName; readonly labels: Record<string, string> } | undefined {
  for (const operation of operationNames) {
    const labels = operations[operation].method === method ? labelsOf(operations[operation].path, path) : undefined;
    if (labels) {
      return { operation, labels };
    }
  }
  return undefined;
}

/** The labels' values if the path fits; a label takes exactly one segment, so an ARN must come URL-encoded. */
function labelsOf(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split('/');
  const actual = path.split('/');
  if (actual.length !== expected.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [i, segment] of actual.entries()) {
    const label = /^\{(.+)\}$/.exec(expected[i] ?? '')?.[1];
    if (label === undefined ? segment !== expected[i] : segment === '') {
      return undefined;
    }
    if (label === undefined) {
      continue;
    }
    try {
      labels[label] = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  }
  return labels;
}

/** The body of the request. */
export async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The typed input of an operation; members that it does not know are ignored, null means absent. */
export function decodeInput(operation: OperationName, raw: Readonly<Record<string, unknown>>): unknown {
  const fromText = operations[operation].method === 'GET';
  return decodeStructure(operations[operation].input, raw, '', fromText);
}

function decodeStructure(
  shape: StructureShape,
  raw: Readonly<Record<string, unknown>>,
  at: string,
  fromText: boolean,
): unknown {
  const members = Object.entries({ ...shape.required, ...shape.optional });
  return Object.fromEntries(
    members.flatMap(([name, inner]) => {
      const value = raw[name];
      return value === undefined || value === null
        ? []
        : [[name, decode(inner, value, at === '' ? name : `${at}.${name}`, fromText)]];
    }),
  );
}

function decode(shape: Shape, raw: unknown, at: string, fromText: boolean): unknown {
  const wrong = () => serialization(`The value at '${at}' is not of type ${shape.type}`);
  switch (shape.type) {
    case 'string':
      if (typeof raw !== 'string') {
        throw wrong();
      }
      return raw;
    case 'integer': {
      const number = fromText && /^-?\d+$/.test(raw as string) ? Number(raw) : raw;
      if (!Number.isInteger(number)) {
        throw wrong();
      }
      return number;
    }
    case 'boolean': {
      const boolean = fromText && ['true', 'false'].includes(raw as string) ? raw === 'true' : raw;
      if (typeof boolean !== 'boolean') {
        throw wrong();
      }
      return boolean;
    }
    case 'timestamp': {
      const date = new Date(
        typeof raw === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(raw) ? raw : NaN,
      );
      if (Number.isNaN(date.getTime())) {
        throw wrong();
      }
      return date;
    }
    case 'list':
      if (!Array.isArray(raw)) {
        throw wrong();
      }
      return raw.map((item, i) => decode(shape.member, item, `${at}.${i + 1}.member`, fromText));
    case 'structure':
      if (!isObject(raw)) {
        throw wrong();
      }
      return decodeStructure(shape, raw, at, fromText);
  }
}

/** The answer to an operation. A Date becomes its ISO 8601 form in JSON by itself; no output, no body. */
export function encodeOutput(operation: OperationName, output: unknown): HttpReply {
  return {
    status: operations[operation].status,
    headers: {},
    body: output === undefined ? '' : JSON.stringify(output),
  };
}

export function encodeError({ name, message, members, status }: BedrockError): HttpReply {
  return { status, headers: { 'x-amzn-errortype': name }, body: JSON.stringify({ message, ...members }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
