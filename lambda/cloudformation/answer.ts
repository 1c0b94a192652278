/** What CloudFormation is told: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
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

/**
 * The answer's body, which CloudFormation takes only up to 4096 bytes: what is too long for that is the Reason, cut in the middle,
 * since it begins with what happened and ends with where the log is.
 */
export function body(answer: Answer): string {
  const fitting = { ...answer, PhysicalResourceId: cut(answer.PhysicalResourceId, MAX_ID_BYTES) };
  const whole = JSON.stringify(fitting);
  if (answer.Reason === undefined || bytes(whole) <= MAX_BODY_BYTES) {
    return whole;
  }
  let kept = answer.Reason.length;
  let shorter = whole;
  while (bytes(shorter) > MAX_BODY_BYTES && kept > 0) {
    kept = Math.floor(kept * 0.9);
    shorter = JSON.stringify({ ...fitting, Reason: withoutMiddle(answer.Reason, kept) });
  }
  return shorter;
}

function withoutMiddle(text: string, kept: number): string {
  const tail = Math.floor(kept / 4);
  return `${text.slice(0, kept - tail)} … ${tail === 0 ? '' : text.slice(-tail)}`;
}

function cut(text: string, max: number): string {
  let shorter = text;
  while (bytes(shorter) > max) {
    shorter = shorter.slice(0, -1);
  }
  return shorter;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
