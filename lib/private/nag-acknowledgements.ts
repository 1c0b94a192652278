import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What cdk-nag finds in the resources of this library, and why it is so all the same. */
export interface NagAcknowledgement {
  /** As the packs call it that have the rule. */
  readonly ids: readonly string[];
  readonly reason: string;
}

export const NO_CONCURRENCY_LIMIT: NagAcknowledgement = {
  ids: ['HIPAA.Security-LambdaConcurrency', 'NIST.800.53.R5-LambdaConcurrency'],
  reason:
    'Reserved concurrency is taken from all other functions of the account, and there may be none left to take. ' +
    'Only CloudFormation and one state machine call the function, a few times a minute for each resource in progress.',
};

export const NO_DEAD_LETTERS: NagAcknowledgement = {
  ids: ['HIPAA.Security-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ', 'Serverless-LambdaDLQ'],
  reason:
    'A request is kept by an execution of the state machine, which has the function try again, and tells the stack of a failure. ' +
    'One found later, in a queue, would be one that the stack no longer waits for.',
};

export const NO_VPC: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-LambdaInsideVPC',
    'NIST.800.53.R4-LambdaInsideVPC',
    'NIST.800.53.R5-LambdaInsideVPC',
    'PCI.DSS.321-LambdaInsideVPC',
  ],
  reason:
    'The function calls public endpoints of AWS alone, and listens to nothing. To run it in a VPC, give the CustomModelProvider a `vpc`.',
};

export const NO_TRACING: NagAcknowledgement = {
  ids: ['Serverless-LambdaTracing'],
  reason: 'The state machine is traced, and with it each of its calls of the function.',
};

export const RUNTIME_OF_CDK: NagAcknowledgement = {
  ids: ['AwsSolutions-L1', 'Serverless-LambdaLatestVersion'],
  reason:
    'The runtime is the one that the aws-cdk-lib of the app calls the latest of the Region, ' +
    'though it may know a newer one already.',
};

export const NO_KEY_FOR_LOGS: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-CloudWatchLogGroupEncrypted',
    'NIST.800.53.R4-CloudWatchLogGroupEncrypted',
    'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    'PCI.DSS.321-CloudWatchLogGroupEncrypted',
  ],
  reason:
    'CloudWatch Logs encrypts it with a key of its own, and no data of models, and no URL by which to answer CloudFormation, is logged. ' +
    'To have it encrypted with yours, give the CustomModelProvider a `logGroup`.',
};

export const INLINE_POLICY: NagAcknowledgement = {
  ids: [
    'HIPAA.Security-IAMNoInlinePolicy',
    'NIST.800.53.R4-IAMNoInlinePolicy',
    'NIST.800.53.R5-IAMNoInlinePolicy',
    'PCI.DSS.321-IAMNoInlinePolicy',
  ],
  reason: 'The policy is that of one role, and names what only this role works with: there is nobody to share it with.',
};

export function wildcardResource(reason: string): NagAcknowledgement {
  return { ids: ['AwsSolutions-IAM5[Resource::*]'], reason };
}

export function wildcardResourceOf(scope: IConstruct, arn: string, reason: string): NagAcknowledgement {
  return { ids: [`AwsSolutions-IAM5[Resource::${asNagWritesIt(Stack.of(scope).resolve(arn))}]`], reason };
}

export function wildcardAction(action: string, reason: string): NagAcknowledgement {
  return { ids: [`AwsSolutions-IAM5[Action::${action}]`], reason };
}

/**
 * Tells cdk-nag, if the app uses it, that these findings are known, in the resource of this construct and nowhere else.
 *
 * It writes what `Validations.acknowledge()` of today does, since that refuses some of the ids: at the oldest
 * aws-cdk-lib that this library supports all those with an ARN, and today those with a bracket that stands alone. Never
 * with the name of a plugin before the id, which at the oldest silences the whole app.
 */
export function acknowledge(construct: IConstruct, ...findings: NagAcknowledgement[]): void {
  const resource = construct.node.defaultChild;
  if (resource === undefined) {
    return;
  } // a role that the app has customised away
  const type = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  const existing = new Set(
    resource.node.metadata.filter((entry) => entry.type === type).flatMap((entry) => Object.keys(entry.data as object)),
  );
  const added = findings
    .flatMap(({ ids, reason }) => ids.map((id): [string, string] => [`Annotation::${id}`, reason]))
    .filter(([id]) => !existing.has(id));
  if (added.length > 0) {
    resource.node.addMetadata(type, Object.fromEntries(added));
  }
}

/** A resolved ARN as cdk-nag writes it. */
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
