import { MAX_GATE_ALARMS, MAX_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { Gate } from '../reconcile/goal';
import { check, PropertyError, type Raw, string } from './property';

/**
 * What must hold before the request succeeds. @throws PropertyError
 */
export function readGates(value: unknown): Gate[] {
  if (!Array.isArray(value)) {
    throw new PropertyError('Gates', value, 'a list');
  }
  return value.map((gate: unknown, index) => {
    if (typeof gate !== 'object' || gate === null) {
      throw new PropertyError(`Gates[${index}]`, gate, 'a gate');
    }
    return readGate(gate as Raw);
  });
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
        seconds: wholeNumber(raw, 'BakeTime', MAX_TIMEOUT_SECONDS),
      };
    default:
      throw new PropertyError('Kind', raw['Kind'], 'CONVERSE, INVOKE_MODEL, LAMBDA or ALARMS');
  }
}

function attempted(raw: Raw): { readonly maxAttempts: number; readonly seconds: number } {
  return { maxAttempts: wholeNumber(raw, 'MaxAttempts', 100), seconds: wholeNumber(raw, 'Timeout', Infinity) };
}

function object(raw: Raw, property: string): Record<string, unknown> {
  const rule = 'an object as JSON';
  const text = string(raw, property, /^\s*\{/, rule);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new PropertyError(property, text, rule);
  }
}

function names(value: unknown): string[] {
  const rule = `1 to ${MAX_GATE_ALARMS} names of alarms`;
  const given: unknown[] = Array.isArray(value) ? value : [];
  const right = given.length >= 1 && given.length <= MAX_GATE_ALARMS && given.every(isName);
  return check('AlarmNames', given, right, rule) as string[];
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length >= 1 && name.length <= 255;
}

function wholeNumber(raw: Raw, property: string, most: number): number {
  const value = Number(raw[property]);
  const right = Number.isInteger(value) && value >= 1 && value <= most;
  check(
    property,
    raw[property],
    right,
    most === Infinity ? 'a whole number, at least 1' : `a whole number from 1 to ${most}`,
  );
  return value;
}
