import type * as iam from 'aws-cdk-lib/aws-iam';

/** The source of a model, bound to the stack of the model. */
export type SourceConfig = { readonly modelPackageArn: string } | { readonly s3Uri: string; readonly role: iam.IRole };
