import type * as iam from 'aws-cdk-lib/aws-iam';

/** What a model is made of, in the stack of the model. */
export type SourceConfig = { readonly modelPackageArn: string } | { readonly s3Uri: string; readonly role: iam.IRole };
