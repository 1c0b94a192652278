import type { Stack } from 'aws-cdk-lib';
import { Fn } from 'aws-cdk-lib';

/** A name that no other stack has, not even a later stack of the same name. */
export function uniqueToStack({ stackId }: Stack, name: string): string {
  return `${name}-${Fn.select(2, Fn.split('/', stackId))}`;
}
