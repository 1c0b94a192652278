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
  const { Reason = '' } = answer;
  let text = JSON.stringify(fitting);
  for (let kept = Reason.length; Buffer.byteLength(text) > MAX_BODY_BYTES && kept > 0;) {
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
  let shorter = text;
  while (Buffer.byteLength(shorter) > max) {
    shorter = shorter.slice(0, -1);
  }
  return shorter;
}
