import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A feature that AWS documents for some Regions only. */
interface RegionalFeature {
  /** The id with which users acknowledge the warning. */
  readonly id: string;
  /** Completes "Amazon Bedrock is documented to …". */
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
  what: 'create custom models from Amazon SageMaker AI',
  regions: ['us-east-1'],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html',
};

/** A warning and never an error, because AWS may add a Region before the next release of this library. */
export function warnOfUnsupportedRegion(scope: IConstruct, { id, what, regions, page }: RegionalFeature): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || regions.includes(region)) {
    return;
  }
  Annotations.of(scope).addWarningV2(
    id,
    `Amazon Bedrock is documented to ${what} only in ${regions.join(' and ')}, not in ${region}: the deploy may fail. ` +
      `If the Region supports it in the meantime, acknowledge this warning. See ${page}`,
  );
}

const BASE_MODEL_WITHOUT_ON_DEMAND = 'cdk-bedrock-custom-models:baseModelWithoutOnDemand';
const PAGE = 'https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html';

/** The names of base models in the ARNs of custom models, without their version. */
const SERVED_ON_DEMAND = [
  'amazon.nova-2-lite',
  'amazon.nova-lite',
  'amazon.nova-micro',
  'amazon.nova-pro',
  'meta.llama3-3-70b-instruct',
];

/**
 * A warning and never an error, because AWS may add a base model before the next release of this library. The ARN of an
 * imported model names no base model.
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
    `Amazon Bedrock is documented to deploy custom models of ${SERVED_ON_DEMAND.join(', ')} on demand, ` +
      `not those of ${baseModel}: the deploy may fail. If Amazon Bedrock supports this base model in the meantime, acknowledge this ` +
      `warning. See ${PAGE}`,
  );
}
