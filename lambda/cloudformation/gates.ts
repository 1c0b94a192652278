import { MAX_GATE_ALARMS, MAX_GATES_BYTES, MAX_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { Gate } from '../reconcile/goal';
import { check, PropertyError, type Raw, string } from './property';

/** How many errors in a row of CloudWatch fail the gate. */
const ALARMS_ATTEMPTS = 3;

/** What must hold before the request succeeds. @throws PropertyError */
export function readGates(value: unknown): Gate[] {
  const isFit = Array.isArray(value) && Buffer.byteLength(JSON.stringify(value)) <= MAX_GATES_BYTES;
  const given = check('Gates', value, isFit, `a list of at most ${MAX_GATES_BYTES / 1024} KB`) as unknown[];
  return given.map((gate) => readGate(Object(gate) as Raw));
}

function readGate(raw: Raw): Gate {
  switch (raw['Kind']) {
    case 'CONVERSE':
      return { kind: 'converse', request: object(raw, 'Request'), ...attempted(raw) };
    case 'INVOKE_MODEL':
      return { kind: 'invokeModel', request: object(raw, 'Body'), ...attempted(raw) };
    case 'LAMBDA':
      return {
        kind: 'lambda',
        functionArn: string(raw, 'FunctionArn', /^arn:.+:lambda:/, 'the ARN of a function'),
        ...attempted(raw),
      };
    case 'ALARMS':
      return {
        kind: 'alarms',
        names: names(raw['AlarmNames']),
        maxAttempts: ALARMS_ATTEMPTS,
        seconds: number(raw, 'BakeTime'),
      };
    default:
      throw new PropertyError('Kind', raw['Kind'], 'CONVERSE, INVOKE_MODEL, LAMBDA or ALARMS');
  }
}

function attempted(raw: Raw): Pick<Gate, 'maxAttempts' | 'seconds'> {
  return { maxAttempts: number(raw, 'MaxAttempts'), seconds: number(raw, 'Timeout') };
}

function object(raw: Raw, property: string): Record<string, unknown> {
  const rule = 'an object as JSON';
  const text = string(raw, property, /^\{/, rule);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new PropertyError(property, text, rule);
  }
}

function names(value: unknown): string[] {
  const given: unknown[] = Array.isArray(value) ? value : [];
  const right = given.length <= MAX_GATE_ALARMS && given.every((name) => typeof name === 'string' && name !== '');
  return check('AlarmNames', given, right && given.length > 0, `1 to ${MAX_GATE_ALARMS} names`) as string[];
}

function number(raw: Raw, property: string): number {
  const value = Number(raw[property]);
  const right = Number.isInteger(value) && value >= 1 && value <= MAX_TIMEOUT_SECONDS;
  return check(property, value, right, `a whole number from 1 to ${MAX_TIMEOUT_SECONDS}`);
}
