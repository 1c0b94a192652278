import { isOrigin, type Origin } from './request';

/**
 * The variable that tells the function of a CloudFormation on this machine, by the origin of its URLs. No template sets
 * it.
 */
export const LOCAL_ORIGIN_VARIABLE = 'LOCAL_CLOUDFORMATION_ORIGIN';

/** Whom the function serves. */
export interface RequestGuard {
  /** The stack that the function is part of. Default: any. */
  readonly stackId?: string;
  /** The origin of a CloudFormation on this machine. Default: there is none. */
  readonly localOrigin?: string;
}

/** Why the function has nothing to do with a request, and would not even answer it; nothing, if it serves it. */
export function rejectionOf(request: Origin, { stackId, localOrigin }: RequestGuard): string | undefined {
  if (!isOrigin(request)) {
    return 'it is none of CloudFormation';
  }
  const { StackId, ResponseURL } = request;
  if (stackId !== undefined && StackId !== stackId) {
    return 'it is of another stack';
  }
  return isOfCloudFormation(ResponseURL, StackId.split(':')[3] ?? '', localOrigin)
    ? undefined
    : 'its answer would not go to CloudFormation';
}

/** Of the partitions, by which Amazon S3 is found there. */
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
 * Whether it leads to the bucket in which CloudFormation takes the answers of a Region, by whichever of the names that
 * Amazon S3 has.
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
