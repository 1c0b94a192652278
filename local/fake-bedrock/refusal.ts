import { BedrockError } from './errors';

/**
 * How Bedrock says no, in one line: the error's name, its HTTP status if that is not the one that AWS sends with the
 * name, and its message, where `{kind}`, `{name}` and the like stand for what it is about. For instance
 * `ResourceInUseException (409): The {kind} {name} is in use`.
 */
export type Refusal = `${string}: ${string}`;

const FORM = /^(?<name>\w+)(?: \((?<status>[45]\d\d)\))?: (?<message>.+)$/s;

/** Seen live, for a deployment that is `Creating`. */
export const MUTATING = 'ValidationException: {Kind} is in a mutating state';
/** What the API's model promises. */
export const CONFLICT = 'ConflictException: The {kind} {name} is {status}';
export const IN_USE = 'ResourceInUseException (409): The {kind} {name} is in use';
/** Nobody has seen it, and neither its name nor its text tells anything. */
export const UNHEARD_OF = 'OperationNotPermittedException (409): The request could not be completed';
export const NOT_FOUND = 'ResourceNotFoundException: The specified {kind} was not found: {name}';
/** Bedrock answers it where other services answer not found. */
export const INVALID_IDENTIFIER = 'ValidationException: The provided {kind} identifier is invalid';

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'string' && FORM.test(value);
}

export type ResourceKind = 'custom model' | 'custom model deployment';

/** What the message may be about. */
export interface About {
  readonly kind?: ResourceKind;
  readonly name?: string;
  readonly status?: string;
  readonly max?: number;
  /** Of a model: a deployment that holds it. */
  readonly holder?: string;
}

export function refused(refusal: Refusal, about: About): BedrockError {
  const { name = '', status, message = '' } = FORM.exec(refusal)?.groups ?? {};
  const { kind = '' } = about;
  const words = new Map<string, string | number>(
    Object.entries({ ...about, Kind: kind.charAt(0).toUpperCase() + kind.slice(1) }),
  );
  const text = message.replace(/\{(\w+)\}/g, (placeholder, word: string) => String(words.get(word) ?? placeholder));
  return new BedrockError(name, text, {}, status === undefined ? undefined : Number(status));
}

export function refuseUnlessAllowed(refusal: Refusal | 'allowed', about: About): void {
  if (refusal !== 'allowed') {
    throw refused(refusal, about);
  }
}
