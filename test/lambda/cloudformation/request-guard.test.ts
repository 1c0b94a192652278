import type { Origin } from '../../../lambda/cloudformation/request';
import { rejectionOf, type RequestGuard } from '../../../lambda/cloudformation/request-guard';
import { OTHER_STACK_ID, STACK_ID } from '../support/builders';
import { request } from '../support/requests';

const BUCKET = 'cloudformation-custom-resource-response-useast1';
const ELSEWHERE = 'its answer would not go to CloudFormation';
const refusal = (changes: Partial<Origin>, clientele: RequestGuard = {}): string | undefined =>
  rejectionOf({ ...request('Create'), ...changes }, clientele);
/** A stack of that partition and Region. */
const stackIn = (partition: string, region: string): string =>
  STACK_ID.replace('arn:aws:', `arn:${partition}:`).replace('us-east-1', region);

describe('a request', () => {
  test.each([
    [STACK_ID, undefined],
    [OTHER_STACK_ID, 'it belongs to another stack'],
    [`${STACK_ID}0`, 'it belongs to another stack'],
  ])('of %s is served by the function of its stack alone', (StackId, refused) => {
    expect(refusal({ StackId }, { stackId: STACK_ID })).toBe(refused);
  });

  test('of any stack is served by a function that is not told its own, as that of the last release is not', () => {
    expect(refusal({ StackId: OTHER_STACK_ID })).toBeUndefined();
  });

  test.each([undefined, null, 'Create', {}, { ...request('Create'), ResponseURL: ['x'] }])(
    'is none of CloudFormation: %j',
    (given) => {
      expect(rejectionOf(given as Origin, {})).toBe('it is not a CloudFormation request');
    },
  );
});

describe('an answer', () => {
  test.each([
    ['us-east-1', 'aws', `${BUCKET}.s3.amazonaws.com`],
    ['us-east-1', 'aws', `${BUCKET}.s3.us-east-1.amazonaws.com`],
    ['us-east-1', 'aws', `${BUCKET}.s3-us-east-1.amazonaws.com`],
    ['us-east-1', 'aws', `${BUCKET}.s3.dualstack.us-east-1.amazonaws.com`],
    ['us-east-1', 'aws', `${BUCKET}.s3-fips.dualstack.us-east-1.amazonaws.com`],
    [
      'eu-isoe-west-1',
      'aws-iso-e',
      'cloudformation-custom-resource-response-euisoewest1.s3.eu-isoe-west-1.cloud.adc-e.uk',
    ],
    [
      'us-isof-east-1',
      'aws-iso-f',
      'cloudformation-custom-resource-response-usisofeast1.s3.us-isof-east-1.csp.hci.ic.gov',
    ],
    ['eu-west-1', 'aws', 'cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com'],
    [
      'us-gov-west-1',
      'aws-us-gov',
      'cloudformation-custom-resource-response-usgovwest1.s3-fips-us-gov-west-1.amazonaws.com',
    ],
    [
      'us-gov-west-1',
      'aws-us-gov',
      'cloudformation-custom-resource-response-usgovwest1.s3-fips.us-gov-west-1.amazonaws.com',
    ],
    ['cn-north-1', 'aws-cn', 'cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn'],
    ['us-iso-east-1', 'aws-iso', 'cloudformation-custom-resource-response-usisoeast1.s3.us-iso-east-1.c2s.ic.gov'],
    [
      'us-isob-east-1',
      'aws-iso-b',
      'cloudformation-custom-resource-response-usisobeast1.s3.us-isob-east-1.sc2s.sgov.gov',
    ],
    [
      'eusc-de-east-1',
      'aws-eusc',
      'cloudformation-custom-resource-response-euscdeeast1.s3.eusc-de-east-1.amazonaws.eu',
    ],
    ['us-east-1', 'aws', `s3.amazonaws.com/${BUCKET}`],
    ['us-east-1', 'aws', `s3.us-east-1.amazonaws.com/${BUCKET}`],
    ['us-west-2', 'aws', 's3-us-west-2.amazonaws.com/cloudformation-custom-resource-response-uswest2'],
  ])('of a stack in %s (%s) goes to %s', (region, partition, place) => {
    expect(
      refusal({
        StackId: stackIn(partition, region),
        ResponseURL: `https://${place}/arn%3Aaws%7CDeployment?X-Amz-Signature=a%2Bb`,
      }),
    ).toBeUndefined();
  });

  test.each([
    ['without encryption', 'http', `${BUCKET}.s3.amazonaws.com`],
    ['by another port', 'https', `${BUCKET}.s3.amazonaws.com:8443`],
    ['to another Region', 'https', 'cloudformation-custom-resource-response-uswest2.s3.us-west-2.amazonaws.com'],
    ['to another Region’s endpoint', 'https', `${BUCKET}.s3.us-west-2.amazonaws.com`],
    ['to a bucket of nearly that name', 'https', `${BUCKET}-x.s3.amazonaws.com`],
    ['to a bucket of which that is a part', 'https', `x.${BUCKET}.s3.amazonaws.com`],
    ['to a folder in another bucket', 'https', `bucket.s3.amazonaws.com/${BUCKET}`],
    ['to a folder in another bucket, by path', 'https', `s3.amazonaws.com/bucket/${BUCKET}`],
    ['up and out of the bucket', 'https', `s3.amazonaws.com/${BUCKET}/../bucket`],
    ['to another service', 'https', `${BUCKET}.execute-api.us-east-1.amazonaws.com`],
    ['to somebody’s domain', 'https', `${BUCKET}.s3.amazonaws.com.evil.example`],
    ['to somebody’s path', 'https', `evil.example/${BUCKET}.s3.amazonaws.com`],
    ['to somebody behind an @', 'https', `${BUCKET}.s3.amazonaws.com@evil.example`],
    ['to this machine', 'http', '127.0.0.1:4566'],
    ['to the instance’s metadata', 'http', '169.254.169.254/latest/api/token'],
    ['to a file', 'file', '/etc/passwd'],
    ['nowhere', 'https', ''],
  ])('does not go %s', (_, scheme, place) => {
    expect(refusal({ ResponseURL: `${scheme}://${place}/x?X-Amz-Signature=y` })).toBe(ELSEWHERE);
    expect(refusal({ ResponseURL: place })).toBe(ELSEWHERE);
  });

  test.each([
    ['http', '127.0.0.1:4567'],
    ['http', 'localhost:4566'],
    ['https', '127.0.0.1:4566'],
    ['file', '/x'],
  ])(
    'goes to this machine where a setting says so, and not by another scheme, port or name of it: %s://%s',
    (scheme, place) => {
      const local = { localOrigin: 'http://127.0.0.1:4566' };
      expect(refusal({ ResponseURL: 'http://127.0.0.1:4566/x?Signature=y' }, local)).toBeUndefined();
      expect(refusal({}, local)).toBeUndefined();
      expect(refusal({ ResponseURL: `${scheme}://${place}/x` }, local)).toBe(ELSEWHERE);
    },
  );
});
