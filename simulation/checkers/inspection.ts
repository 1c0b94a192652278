import type { Tags } from '../../lambda/reconcile/goal';
import type { SimulatedStack } from '../../local/aws-simulator/cloudformation';
import type { Others } from '../faults/others';
import type { Models } from '../workload/models';
import type { Wish } from '../workload/plan';
import { deploymentsOf, modelBehind } from '../workload/templates';
import type { Account, Kind } from './account';
import { shortcoming } from './difference';
import type { Finding, FindingName } from './violation';

/** Holds what is there against what was wished for and came true last, or against nothing. */
export function inspect(
  wish: Wish | undefined,
  stack: SimulatedStack,
  account: Account,
  models: Models,
  others: Others,
): Finding[] {
  const findings: Finding[] = [];
  const find = (name: FindingName, detail: string): void => {
    findings.push({ name, detail });
  };
  const wished =
    wish === undefined
      ? { deployment: [], model: [] }
      : {
          deployment: deploymentsOf(wish).map(([logicalId]): string => logicalId),
          model: wish.model === undefined ? [] : ['Model'],
        };

  const holdTags = (logicalId: string, tags: Tags, wanted: Tags): void => {
    if (Object.keys(wanted).some((key) => tags[key] !== wanted[key])) {
      find('wrong tags', `${logicalId} has ${JSON.stringify(tags)}; wanted ${JSON.stringify(wanted)}`);
    }
  };

  for (const kind of ['deployment', 'model'] as const satisfies Kind[]) {
    const ours = account.ours(kind).map((one) => ({ ...one, logicalId: account.logicalIdOf(kind, one) }));
    for (const { logicalId = '', name, status } of ours.filter((one) => !wished[kind].includes(one.logicalId ?? ''))) {
      find('orphan', `the ${kind} ${name} (${status}) of ${logicalId}, which the stack does not have`);
    }
    for (const logicalId of wished[kind]) {
      const its = ours.filter((one) => one.logicalId === logicalId);
      const known = String(stack.resolve({ Ref: logicalId }));
      if (its.length > 1) {
        find('double', `${logicalId} has ${its.map(({ name, status }) => `${name} (${status})`).join(' and ')}`);
      } else if (its[0] === undefined) {
        if (!others.spares(logicalId)) {
          find('missing', `the ${kind} ${logicalId}, ${known}`);
        }
      } else if (its[0].name !== known) {
        find(
          'unknown to CloudFormation',
          `the ${kind} ${its[0].name} of ${logicalId}, which for CloudFormation is ${known}`,
        );
      }
    }
  }

  for (const [logicalId, asked] of wish === undefined ? [] : deploymentsOf(wish)) {
    const [deployment] = account.deploymentsOf(logicalId);
    if (wish === undefined || deployment === undefined) {
      continue;
    }
    const { arn, tags } = deployment;
    const behind = modelBehind(wish, asked);
    const modelArn = behind === 'own' ? stack.attributes('Model')['Arn'] : models.given[behind];
    const flaw = shortcoming(deployment, { modelArn, description: asked.description });
    if (flaw !== undefined && !others.spares(logicalId)) {
      find('wrong end', `${logicalId} ${flaw}`);
    }
    const expected = { ...asked.tags, ...Object.fromEntries(others.marksOn(arn)) };
    if (!others.spares(logicalId)) {
      holdTags(logicalId, tags, expected);
    }
  }
  for (const model of account.ours('model').filter((one) => account.logicalIdOf('model', one) === 'Model')) {
    holdTags('Model', model.tags, wish?.model?.tags ?? {});
  }
  return findings;
}
