/**
 * What a custom resource answers:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

const MAX_BODY_BYTES = 4096;
const MAX_ID_BYTES = 1024;
/** A service's message may quote a value with control characters, which a terminal or a log viewer would obey. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * The answer's body. CloudFormation takes at most 4096 bytes. To fit, the Reason is cut in the middle, since it begins
 * with what happened and ends with where the log is.
 */
export function body(answer: Answer): string {
  const Reason = (answer.Reason ?? '').replace(UNPRINTABLE, ' ');
  const fitting = {
    ...answer,
    ...(Reason === '' ? {} : { Reason }),
    PhysicalResourceId: cut(answer.PhysicalResourceId, MAX_ID_BYTES),
  };
  let text = JSON.stringify(fitting);
  for (let kept = Math.min(Reason.length, MAX_BODY_BYTES); Buffer.byteLength(text) > MAX_BODY_BYTES && kept > 0;) {
    kept = Math.floor(kept * 0.9);
    text = JSON.stringify({ ...fitting, Reason: withoutMiddle(Reason, kept) });
  }
  return text;
}

function withoutMiddle(text: string, kept: number): string {
  const tail = Math.floor(kept / 4);
  return `${text.slice(0, kept - tail)} … ${text.slice(text.length - tail)}`;
}

function cut(text: string, max: number): string {
  // drops a character that is cut in half
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text).subarray(0, max), { stream: true });
}
