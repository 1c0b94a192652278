import { isOrigin, type Origin } from './request';

/**
 * The environment variable with the origin of the response URLs of a CloudFormation on the developer's machine. No
 * template sets it.
 */
export const LOCAL_ORIGIN_VARIABLE = 'LOCAL_CLOUDFORMATION_ORIGIN';

/** Which requests the function accepts. */
export interface RequestGuard {
  /** The stack that the function is part of. Default: any. */
  readonly stackId?: string;
  /** The origin of a CloudFormation on the developer's machine. Default: none. */
  readonly localOrigin?: string;
}

/** Why the function rejects a request, and does not even answer it. Undefined: it accepts the request. */
export function rejectionOf(request: Origin, { stackId, localOrigin }: RequestGuard): string | undefined {
  if (!isOrigin(request)) {
    return 'it is not a CloudFormation request';
  }
  const { StackId, ResponseURL } = request;
  if (stackId !== undefined && StackId !== stackId) {
    return 'it belongs to another stack';
  }
  return isOfCloudFormation(ResponseURL, StackId.split(':')[3] ?? '', localOrigin)
    ? undefined
    : 'its answer would not go to CloudFormation';
}

/** The DNS suffixes of Amazon S3 in all partitions. */
const SUFFIXES = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/**
 * Whether the URL leads to the bucket in which CloudFormation takes the answers of a Region, by any of the host names
 * that Amazon S3 has.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
 */
function isOfCloudFormation(responseUrl: string, region: string, localOrigin: string | undefined): boolean {
  if (!URL.canParse(responseUrl)) {
    return false;
  }
  const { protocol, host, pathname, origin } = new URL(responseUrl);
  const bucket = `cloudformation-custom-resource-response-${region.replace(/-/g, '')}`;
  const isBucket = [
    '',
    `.${region}`,
    `-${region}`,
    `.dualstack.${region}`,
    `-fips.${region}`,
    `-fips-${region}`,
    `-fips.dualstack.${region}`,
  ]
    .flatMap((where) => SUFFIXES.map((suffix) => `s3${where}.${suffix}`))
    .some((s3) => host === `${bucket}.${s3}` || (host === s3 && pathname.startsWith(`/${bucket}/`)));
  return (protocol === 'https:' && isBucket) || origin === localOrigin;
}
