import { Annotations, CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const MODEL_OF_KEPT_DEPLOYMENT = 'cdk-bedrock-custom-models:modelOfKeptDeployment';
const RETAINED = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE];

/**
 * Warns of a deployment that is kept when its model is deleted. Looked at when the app is synthesized: a removal policy
 * can be applied at any time.
 */
export function warnOfDeletedModel(deployment: IConstruct, model: IConstruct): void {
  deployment.node.addValidation({
    validate: () => {
      if (isRetained(deployment) === true && isRetained(model) === false) {
        Annotations.of(deployment).addWarningV2(
          MODEL_OF_KEPT_DEPLOYMENT,
          'The removal policy of this deployment keeps it, ' +
            `but that of its model, ${model.node.path}, deletes the model, which fails as long as the deployment has it. ` +
            'Keep the model as well (RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE), or let the deployment go (RemovalPolicy.DESTROY)',
        );
      }
      return [];
    },
  });
}

/** Nothing is known of what exists already. */
function isRetained({ node: { defaultChild } }: IConstruct): boolean | undefined {
  if (!CfnResource.isCfnResource(defaultChild)) {
    return undefined;
  }
  const { deletionPolicy = CfnDeletionPolicy.DELETE } = defaultChild.cfnOptions;
  return RETAINED.includes(deletionPolicy);
}
