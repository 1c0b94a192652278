import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An accepted finding of cdk-nag in the resources of this library, with the reason for accepting it. */
export interface NagAcknowledgement {
  /** The ids of the rule in the packs that have it. */
  readonly ids: readonly string[];
  readonly reason: string;
}

export const NO_CONCURRENCY_LIMIT: NagAcknowledgement = {
  ids: ['HIPAA.Security-LambdaConcurrency', 'NIST.800.53.R5-LambdaConcurrency'],
  reason:
    'Reserved concurrency is taken from all other functions of the account, which may have none to spare. ' +
    'Only CloudFormation and one state machine invoke the function, a few times a minute for each resource in progress.',
};

export const NO_DEAD_LETTERS: NagAcknowledgement = {
  ids: ['HIPAA.Security-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ', 'Serverless-LambdaDLQ'],
  reason:
    'An execution of the state machine keeps each request, retries the function and reports a failure to CloudFormation. ' +
    'The stack would no longer wait for a request that is found later in a dead-letter queue.',
};

export const NO_VPC: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-LambdaInsideVPC',
    'NIST.800.53.R4-LambdaInsideVPC',
    'NIST.800.53.R5-LambdaInsideVPC',
    'PCI.DSS.321-LambdaInsideVPC',
  ],
  reason:
    'The function calls only public AWS endpoints and accepts no connections. To run it in a VPC, set `vpc` of the CustomModelProvider.',
};

export const NO_TRACING: NagAcknowledgement = {
  ids: ['Serverless-LambdaTracing'],
  reason: 'The state machine is traced, and its traces include each invocation of the function.',
};

export const RUNTIME_OF_CDK: NagAcknowledgement = {
  ids: ['AwsSolutions-L1', 'Serverless-LambdaLatestVersion'],
  reason:
    'The runtime is the one that the aws-cdk-lib of the app declares to be the latest in the Region, ' +
    'although that version may already define a newer one.',
};

export const NO_KEY_FOR_LOGS: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-CloudWatchLogGroupEncrypted',
    'NIST.800.53.R4-CloudWatchLogGroupEncrypted',
    'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    'PCI.DSS.321-CloudWatchLogGroupEncrypted',
  ],
  reason:
    'CloudWatch Logs encrypts the log group with its own key, and the log contains neither data of models nor the pre-signed URL of CloudFormation. ' +
    'To use a key of your own, set `logEncryption` of the CustomModelProvider.',
};

export const INLINE_POLICY: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-IAMNoInlinePolicy',
    'NIST.800.53.R4-IAMNoInlinePolicy',
    'NIST.800.53.R5-IAMNoInlinePolicy',
    'PCI.DSS.321-IAMNoInlinePolicy',
  ],
  reason:
    'The policy belongs to one role and names resources that only this role uses, so no other role could share it.',
};

export function wildcardResource(reason: string): NagAcknowledgement {
  return { ids: ['AwsSolutions-IAM5[Resource::*]'], reason };
}

export const LOGS_AND_TRACES = wildcardResource(
  'The actions for log delivery and for tracing do not support resource-level permissions.',
);

export function wildcardResourceOf(scope: IConstruct, arn: string, reason: string): NagAcknowledgement {
  return { ids: [`AwsSolutions-IAM5[Resource::${asNagWritesIt(Stack.of(scope).resolve(arn))}]`], reason };
}

export function wildcardAction(action: string, reason: string): NagAcknowledgement {
  return { ids: [`AwsSolutions-IAM5[Action::${action}]`], reason };
}

/**
 * Acknowledges findings of cdk-nag in the resource of this construct and nowhere else.
 *
 * It writes the metadata that `Validations.acknowledge()` writes, because that method refuses some of the ids: in the
 * oldest aws-cdk-lib that this library supports, all ids with an ARN, and in the current one, ids with an unbalanced
 * bracket. No id has the name of a plugin before it, which in the oldest aws-cdk-lib would silence the whole app.
 */
export function acknowledge(construct: IConstruct, ...acknowledgements: NagAcknowledgement[]): void {
  const resource = construct.node.defaultChild;
  if (resource === undefined) {
    return;
  } // a role that the app customizes away
  const type = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  const existing = new Set(
    resource.node.metadata.filter((entry) => entry.type === type).flatMap((entry) => Object.keys(entry.data as object)),
  );
  const added = acknowledgements
    .flatMap(({ ids, reason }) => ids.map((id): [string, string] => [`Annotation::${id}`, reason]))
    .filter(([id]) => !existing.has(id));
  if (added.length > 0) {
    resource.node.addMetadata(type, Object.fromEntries(added));
  }
}

/** A resolved ARN in the notation of cdk-nag. */
function asNagWritesIt(value: unknown): string {
  if (typeof value === 'string') {
    return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  }
  const reference = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = reference;
  if (join !== undefined) {
    return join[1].map(asNagWritesIt).join(join[0]);
  }
  if (attribute !== undefined) {
    return `<${attribute.join('.')}>`;
  }
  return ref === undefined ? JSON.stringify(value) : `<${ref}>`;
}
