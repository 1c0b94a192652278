/**
 * What CloudFormation sends to a custom resource:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export interface CloudFormationRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResponseURL: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** The part of a request that the state keeps until the end. */
export type Origin = Omit<CloudFormationRequest, 'ResourceProperties' | 'OldResourceProperties'>;

export function isCloudFormationRequest(event: unknown): event is CloudFormationRequest {
  return isOrigin(event) && 'ResourceProperties' in event && typeof event.ResourceProperties === 'object';
}

export function isOrigin(given: unknown): given is Origin {
  const request = given as Partial<Origin> | null | undefined;
  return (
    typeof request?.RequestType === 'string' &&
    typeof request.RequestId === 'string' &&
    typeof request.StackId === 'string' &&
    typeof request.LogicalResourceId === 'string' &&
    typeof request.ResponseURL === 'string'
  );
}

/**
 * When CloudFormation made the request, in ms, if the signature of its URL tells. It orders requests that were
 * delivered out of order, and starts the deadline when CloudFormation starts its own.
 */
export function issuedAt(responseUrl: string): number | undefined {
  const match = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(responseUrl);
  if (match === null) {
    return undefined;
  }
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
