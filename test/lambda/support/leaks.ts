import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';

/** The lines that tell a secret: a ResponseURL or what signs it, a credential, or a request as a whole. */
export function leaks(
  requests: readonly CloudFormationRequest[],
  credentials: readonly string[],
  lines: readonly string[],
): string[] {
  const needles = [...credentials, 'ResponseURL', 'ResourceProperties', ...requests.flatMap(secretsOf)];
  return lines.filter((line) => needles.some((needle) => line.includes(needle)));
}

/** By which a request would be known again: its URL, what signs that, and a property that no message needs. */
function secretsOf({ ResponseURL, ResourceProperties }: CloudFormationRequest): string[] {
  const { host, searchParams } = new URL(ResponseURL);
  const signed = [...searchParams]
    .filter(([name]) => /Signature|Token|Credential|AccessKeyId/i.test(name))
    .flatMap(([, value]) => [value, encodeURIComponent(value)]);
  const { ServiceToken } = ResourceProperties;
  return [ResponseURL, host, ...signed, ...(typeof ServiceToken === 'string' ? [ServiceToken] : [])];
}
