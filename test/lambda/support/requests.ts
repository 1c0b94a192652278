import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { MODEL_1, PACKAGE_1, STACK_ID } from './builders';

export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';

export type RequestProperties = Readonly<Record<string, unknown>>;

export interface RequestOptions {
  readonly properties?: RequestProperties;
  /** For an Update: what was asked before. */
  readonly old?: RequestProperties;
  readonly physicalId?: string;
  readonly logicalId?: string;
  readonly responseUrl?: string;
}

/** What a model is made of, when not of a model package. */
export const S3 = {
  ModelPackageArn: undefined,
  S3Uri: 's3://artefacts/fraud/1/',
  RoleArn: 'arn:aws:iam::000000000000:role/Import',
};

let requests = 0;

/**
 * What CloudFormation would send; properties given are laid over those of a plain deployment, undefined ones left out.
 */
export function request(
  type: CloudFormationRequest['RequestType'],
  options: RequestOptions = {},
): CloudFormationRequest {
  requests += 1;
  return {
    RequestType: type,
    RequestId: `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
    StackId: STACK_ID,
    LogicalResourceId: options.logicalId ?? 'Deployment',
    ResourceType: 'Custom::BedrockCustomModelDeployment',
    ResponseURL:
      options.responseUrl ??
      `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Signature=signature-${requests}&X-Amz-Security-Token=token-${requests}`,
    ...(options.physicalId === undefined ? {} : { PhysicalResourceId: options.physicalId }),
    ResourceProperties: properties(options.properties),
    ...(type === 'Update' ? { OldResourceProperties: properties(options.old) } : {}),
  };
}

/** The same for a plain model. */
export function modelRequest(
  type: CloudFormationRequest['RequestType'],
  options: RequestOptions = {},
): CloudFormationRequest {
  const whole = (given: RequestProperties = {}): RequestProperties => ({
    ModelArn: undefined,
    ModelUpdate: undefined,
    ModelPackageArn: PACKAGE_1,
    ...given,
  });
  return {
    ...request(type, {
      logicalId: 'Model',
      ...options,
      properties: whole(options.properties),
      old: whole(options.old),
    }),
    ResourceType: 'Custom::BedrockCustomModel',
  };
}

function properties(given: RequestProperties = {}): RequestProperties {
  const whole: RequestProperties = {
    ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:Handler',
    StateMachineArn: STATE_MACHINE_ARN,
    ModelArn: MODEL_1,
    ModelUpdate: 'IN_PLACE',
    Timeout: '3480',
    ...given,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}
