import { Annotations, CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const MODEL_OF_KEPT_DEPLOYMENT = 'cdk-bedrock-custom-models:modelOfKeptDeployment';
const RETAINED = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE];

/**
 * Warns if a removal policy retains the deployment but deletes its model. The check runs at synthesis, because
 * `applyRemovalPolicy()` can be called until then.
 */
export function warnOfDeletedModel(deployment: IConstruct, model: IConstruct): void {
  deployment.node.addValidation({
    validate: () => {
      if (isRetained(deployment) === true && isRetained(model) === false) {
        Annotations.of(deployment).addWarningV2(
          MODEL_OF_KEPT_DEPLOYMENT,
          'The removal policy of this deployment retains it, ' +
            `but the removal policy of its model ${model.node.path} deletes the model, which fails while the deployment uses it. ` +
            'Retain the model as well (RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE), or delete the deployment (RemovalPolicy.DESTROY)',
        );
      }
      return [];
    },
  });
}

/** Undefined for an existing model or deployment, whose removal policy is unknown. */
function isRetained({ node: { defaultChild } }: IConstruct): boolean | undefined {
  if (!CfnResource.isCfnResource(defaultChild)) {
    return undefined;
  }
  const { deletionPolicy = CfnDeletionPolicy.DELETE } = defaultChild.cfnOptions;
  return RETAINED.includes(deletionPolicy);
}
