import type { Kind } from './goal';
import type { Operation } from './trouble';

interface Words {
  readonly noun: string;
  readonly get: Operation;
  readonly create: Operation;
  readonly delete: Operation;
}

/** What the kinds of resources are called, in words and in Bedrock's API. */
export const KINDS: Readonly<Record<Kind, Words>> = {
  deployment: {
    noun: 'deployment',
    get: 'GetCustomModelDeployment',
    create: 'CreateCustomModelDeployment',
    delete: 'DeleteCustomModelDeployment',
  },
  model: {
    noun: 'custom model',
    get: 'GetCustomModel',
    create: 'CreateCustomModel',
    delete: 'DeleteCustomModel',
  },
};
