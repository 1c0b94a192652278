import { Annotations, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

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
export function warnOfBaseModel(scope: IConstruct, modelArn: string): void {
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
