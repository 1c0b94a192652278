import type { Kind, Tags } from '../../lambda/reconcile/goal';
import type { SimulatedStack } from '../../local/aws-simulator/cloudformation';
import type { ExternalActors } from '../faults/external-actors';
import type { Models } from '../workload/models';
import type { DesiredResources } from '../workload/plan';
import { deploymentsOf, modelBehind } from '../workload/templates';
import { difference } from './difference';
import type { OwnershipLedger } from './ownership-ledger';
import type { Violation, ViolationName } from './violation';

/** Compares Bedrock with the desired resources of the last successful operation, or with an empty stack. */
export function checkState(
  desired: DesiredResources | undefined,
  stack: SimulatedStack,
  ledger: OwnershipLedger,
  models: Models,
  externalActors: ExternalActors,
): Violation[] {
  const violations: Violation[] = [];
  const report = (name: ViolationName, detail: string): void => {
    violations.push({ name, detail });
  };
  const logicalIds =
    desired === undefined
      ? { deployment: [], model: [] }
      : {
          deployment: deploymentsOf(desired).map(([logicalId]): string => logicalId),
          model: desired.model === undefined ? [] : ['Model'],
        };

  const checkTags = (logicalId: string, tags: Tags, expected: Tags): void => {
    if (Object.keys(expected).some((key) => tags[key] !== expected[key])) {
      report('wrong tags', `${logicalId} has ${JSON.stringify(tags)}; expected ${JSON.stringify(expected)}`);
    }
  };

  for (const kind of ['deployment', 'model'] as const satisfies Kind[]) {
    const owned = ledger.owned(kind).map((one) => ({ ...one, logicalId: ledger.logicalIdOf(kind, one) }));
    for (const { logicalId = '', name, status } of owned.filter(
      (one) => !logicalIds[kind].includes(one.logicalId ?? ''),
    )) {
      report('orphan', `the ${kind} ${name} (${status}) of ${logicalId}, which the stack does not have`);
    }
    for (const logicalId of logicalIds[kind]) {
      const found = owned.filter((one) => one.logicalId === logicalId);
      const known = String(stack.resolve({ Ref: logicalId }));
      if (found.length > 1) {
        report('duplicate', `${logicalId} has ${found.map(({ name, status }) => `${name} (${status})`).join(' and ')}`);
      } else if (found[0] === undefined) {
        if (!externalActors.exempts(logicalId)) {
          report('missing', `the ${kind} ${logicalId}, ${known}`);
        }
      } else if (found[0].name !== known) {
        report(
          'unknown to CloudFormation',
          `the ${kind} ${found[0].name} of ${logicalId}, which for CloudFormation is ${known}`,
        );
      }
    }
  }

  for (const [logicalId, wanted] of desired === undefined ? [] : deploymentsOf(desired)) {
    const [deployment] = ledger.deploymentsOf(logicalId);
    if (desired === undefined || deployment === undefined) {
      continue;
    }
    const { arn, tags } = deployment;
    const served = modelBehind(desired, wanted);
    const modelArn = served === 'own' ? stack.attributes('Model')['Arn'] : models.existing[served];
    const found = difference(deployment, { modelArn, description: wanted.description });
    if (found !== undefined && !externalActors.exempts(logicalId)) {
      report('wrong final state', `${logicalId} ${found}`);
    }
    const expected = { ...wanted.tags, ...Object.fromEntries(externalActors.foreignTagsOn(arn)) };
    if (!externalActors.exempts(logicalId)) {
      checkTags(logicalId, tags, expected);
    }
  }
  for (const model of ledger.owned('model').filter((one) => ledger.logicalIdOf('model', one) === 'Model')) {
    checkTags('Model', model.tags, desired?.model?.tags ?? {});
  }
  return violations;
}
