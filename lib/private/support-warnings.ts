import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Something that Bedrock is documented to do in some Regions only. */
interface RegionalFeature {
  /** By which the warning is acknowledged. */
  readonly id: string;
  readonly what: string;
  readonly regions: readonly string[];
  readonly page: string;
}

export const ON_DEMAND_DEPLOYMENT: RegionalFeature = {
  id: 'cdk-bedrock-custom-models:regionWithoutOnDemand',
  what: 'deploy custom models on demand',
  regions: ['us-east-1', 'us-west-2'],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html',
};

export const MODEL_IMPORT: RegionalFeature = {
  id: 'cdk-bedrock-custom-models:regionWithoutModelImport',
  what: 'make custom models of what was trained in Amazon SageMaker AI',
  regions: ['us-east-1'],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html',
};

/** A warning and never an error, since Regions are added faster than this library is released. */
export function warnOfUnsupportedRegion(scope: IConstruct, { id, what, regions, page }: RegionalFeature): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || regions.includes(region)) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    id,
    `Amazon Bedrock is documented to ${what} only in ${regions.join(' and ')}, not in ${region}. See ${page}`,
  );
}

const BASE_MODEL_WITHOUT_ON_DEMAND = 'cdk-bedrock-custom-models:baseModelWithoutOnDemand';
const PAGE = 'https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html';

/** As ARNs of custom models name them, without their version. */
const SERVED_ON_DEMAND = [
  'amazon.nova-2-lite',
  'amazon.nova-lite',
  'amazon.nova-micro',
  'amazon.nova-pro',
  'meta.llama3-3-70b-instruct',
];

/**
 * A warning and never an error, since base models are added faster than this library is released. An imported model
 * names none.
 */
export function warnOfUnsupportedBaseModel(scope: IConstruct, modelArn: string): void {
  if (Token.isUnresolved(modelArn)) {
    return;
  }
  const baseModel = modelArn.split('/')[1] ?? '';
  if (baseModel === 'imported' || SERVED_ON_DEMAND.some((one) => baseModel.startsWith(`${one}-v`))) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    BASE_MODEL_WITHOUT_ON_DEMAND,
    `Amazon Bedrock is documented to serve custom models of ${SERVED_ON_DEMAND.join(', ')} ` +
      `on demand, and none of ${baseModel}. See ${PAGE}`,
  );
}
