import type { Kind } from './goal';
import type { Operation } from './trouble';

interface Words {
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
export const KINDS: Readonly<Record<Kind, Words>> = {
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
