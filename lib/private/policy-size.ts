/** The greatest length of the pseudo parameters. */
const LONGEST: ReadonlyMap<string, number> = new Map([
  ['AWS::AccountId', 12],
  ['AWS::Partition', 10],
  ['AWS::Region', 14],
  ['AWS::StackId', 224],
]);
/** Every other reference is the ARN, or the name in an ARN, of a role, a key, a model package or a log group. */
const LONGEST_ARN = 128;

/**
 * The greatest number of characters, as IAM counts them, that a resolved part of a policy can have after CloudFormation
 * has replaced its references.
 */
export function maxPolicySize(part: unknown): number {
  return JSON.stringify(part, (_, value: unknown) => filledIn(value)).length;
}

function filledIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0) {
    return value;
  }
  if (name === 'Fn::Join') {
    const [delimiter, parts] = argument as [string, unknown[]];
    return parts.map(filledIn).join(delimiter);
  }
  return name === 'Ref' || name.startsWith('Fn::') ? '?'.repeat(LONGEST.get(String(argument)) ?? LONGEST_ARN) : value;
}
