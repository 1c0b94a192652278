import type { Bedrock } from '../../lambda/bedrock/bedrock';
import type { Operation } from '../../lambda/reconcile/kinds';
import { KINDS } from '../../lambda/reconcile/kinds';

/** Thrown where Lambda would die: no code of the handler may catch it. */
export class FunctionKilled extends Error {
  override readonly name = 'Killed';
}

/** Before a call is made, or when it was made and its reply is not yet read. */
export type Death = 'before' | 'after';

/** Calls to Bedrock that the function may not outlive. */
export function withDeaths(bedrock: Bedrock, death: (operation: Operation) => Death | undefined): Bedrock {
  const around =
    <A extends unknown[], T>(operation: Operation, call: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      const when = death(operation);
      if (when === undefined) {
        return call(...given);
      }
      if (when === 'after') {
        await call(...given).catch(() => undefined);
      }
      throw new FunctionKilled();
    };
  return {
    get: (kind, identifier) => around(KINDS[kind].get, bedrock.get)(kind, identifier),
    tags: around('ListTagsForResource', bedrock.tags),
    quotaUse: (kind, stackId) => around(KINDS[kind].list, bedrock.quotaUse)(kind, stackId),
    inProgress: (kind) => around(KINDS[kind].list, bedrock.inProgress)(kind),
    users: around('ListCustomModelDeployments', bedrock.users),
    createDeployment: around('CreateCustomModelDeployment', bedrock.createDeployment),
    createModel: around('CreateCustomModel', bedrock.createModel),
    update: around('UpdateCustomModelDeployment', bedrock.update),
    delete: (kind, arn) => around(KINDS[kind].delete, bedrock.delete)(kind, arn),
    tag: around('TagResource', bedrock.tag),
    untag: around('UntagResource', bedrock.untag),
  };
}

/** An invocation that may die: whatever the handler's code made of that, it is what becomes of the invocation. */
export async function asInvocation<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    throw (thrown as Error).cause instanceof FunctionKilled ? (thrown as Error).cause : thrown;
  }
}
