import type { Kind } from './goal';
import type { Operation } from './trouble';

interface Words {
  readonly noun: string;
  readonly nameProperty: string;
  /** What no update can change. */
  readonly immutable: string;
  readonly get: Operation;
  readonly create: Operation;
  readonly delete: Operation;
}

/** What the kinds of resources are called, in words and in Bedrock's API. */
export const KINDS: Readonly<Record<Kind, Words>> = {
  deployment: {
    noun: 'deployment',
    nameProperty: 'deploymentName',
    immutable: 'description',
    get: 'GetCustomModelDeployment',
    create: 'CreateCustomModelDeployment',
    delete: 'DeleteCustomModelDeployment',
  },
  model: {
    noun: 'custom model',
    nameProperty: 'modelName',
    immutable: 'source, role or key',
    get: 'GetCustomModel',
    create: 'CreateCustomModel',
    delete: 'DeleteCustomModel',
  },
};
