import type { Kind } from './goal';

/** The operations of Amazon Bedrock that the handler calls. */
export type Operation =
  | 'GetCustomModelDeployment'
  | 'GetCustomModel'
  | 'ListTagsForResource'
  | 'ListCustomModelDeployments'
  | 'ListCustomModels'
  | 'CreateCustomModelDeployment'
  | 'UpdateCustomModelDeployment'
  | 'DeleteCustomModelDeployment'
  | 'CreateCustomModel'
  | 'DeleteCustomModel'
  | 'TagResource'
  | 'UntagResource';

interface KindNames {
  readonly noun: string;
  readonly nouns: string;
  /** The quota of how many there may be. */
  readonly quota: string;
  readonly nameProperty: string;
  /** What no update can change. */
  readonly immutable: string;
  readonly get: Operation;
  readonly list: Operation;
  readonly create: Operation;
  readonly delete: Operation;
}

/** What the kinds of resources are called, in words and in Bedrock's API. */
export const KINDS: Readonly<Record<Kind, KindNames>> = {
  deployment: {
    noun: 'deployment',
    nouns: 'custom model deployments',
    quota: 'custom model deployments in all (10 unless it was raised)',
    nameProperty: 'deploymentName',
    immutable: 'description',
    get: 'GetCustomModelDeployment',
    list: 'ListCustomModelDeployments',
    create: 'CreateCustomModelDeployment',
    delete: 'DeleteCustomModelDeployment',
  },
  model: {
    noun: 'custom model',
    nouns: 'custom models',
    quota: 'custom models per account (100 unless it was raised)',
    nameProperty: 'modelName',
    immutable: 'source, role or key',
    get: 'GetCustomModel',
    list: 'ListCustomModels',
    create: 'CreateCustomModel',
    delete: 'DeleteCustomModel',
  },
};
