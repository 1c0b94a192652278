import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Something that Bedrock is documented to do in some Regions only. */
interface Regional {
  /** By which the warning is acknowledged. */
  readonly id: string;
  readonly what: string;
  readonly regions: readonly string[];
  readonly page: string;
}

export const ON_DEMAND_DEPLOYMENT: Regional = {
  id: 'cdk-bedrock-custom-models:regionWithoutOnDemand',
  what: 'deploy custom models on demand',
  regions: ['us-east-1', 'us-west-2'],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html',
};

export const MODEL_IMPORT: Regional = {
  id: 'cdk-bedrock-custom-models:regionWithoutModelImport',
  what: 'make custom models of what was trained in Amazon SageMaker AI',
  regions: ['us-east-1'],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html',
};

/** A warning and never an error, since Regions are added faster than this library is released. */
export function warnOfRegion(scope: IConstruct, { id, what, regions, page }: Regional): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || regions.includes(region)) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    id,
    `Amazon Bedrock is documented to ${what} only in ${regions.join(' and ')}, not in ${region}. See ${page}`,
  );
}
