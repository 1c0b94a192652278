const CDK_VERSION = jest.requireActual<{ readonly version: string }>('aws-cdk-lib/package.json').version;

const { devDependencies } = jest.requireActual<{
  readonly devDependencies: Readonly<Record<string, string>>;
}>('../../package.json');

/** Whether that is the newest, as in the project `newest` of Jest, and not the oldest that the package supports. */
export const IS_NEWEST_CDK = CDK_VERSION !== devDependencies['aws-cdk-lib'];
