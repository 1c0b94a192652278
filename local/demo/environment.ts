import { delimiter, dirname } from 'node:path';

/** The account and the Region of the local cloud: those of AWS's own examples. */
export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
/** The one in the README and in the examples, so that these can be deployed to the local cloud as they are. */
export const EXAMPLE_MODEL = {
  name: 'example',
  arn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl`,
};
/** They are worth nothing. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/**
 * What is taken over from the caller. Nothing else is: neither credentials, profiles and endpoints of a real account,
 * nor proxies.
 */
const INHERITED = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ'];

/** The environment of the emulator, of the functions that it runs, and of the CDK CLI. */
export function isolated(caller: NodeJS.ProcessEnv, settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(
    INHERITED.flatMap((name) => (caller[name] === undefined ? [] : [[name, caller[name]]])),
  );
  // the node that runs this runs the rest too
  const path = [dirname(process.execPath), caller['PATH']].filter(Boolean).join(delimiter);
  return { ...inherited, PATH: path, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...settings };
}

/** For whoever needs no AWS: there is none, and no credentials are looked for. */
export const NOWHERE = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

/** For whoever talks to the local cloud as the AWS CLI does. */
export function towards(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...NOWHERE,
  };
}

/** For whoever talks to the local Bedrock, whose control plane and runtime are one server. */
export function towardsBedrock(endpoint: string): Record<string, string> {
  return { AWS_ENDPOINT_URL_BEDROCK: endpoint, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint };
}
