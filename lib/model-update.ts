/**
 * How a deployment moves to another model.
 *
 * @example
 * declare const model: ICustomModel;
 *
 * new CustomModelDeployment(this, 'Deployment', { model, modelUpdate: ModelUpdate.REPLACE });
 */
export enum ModelUpdate {
  /**
   * Updates the deployment in place. Its ARN does not change, so nothing that invokes it has to change.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UpdateCustomModelDeployment.html
   */
  IN_PLACE = 'IN_PLACE',

  /**
   * Replaces the deployment (blue/green). CloudFormation creates a second deployment for the new model, waits until it
   * is active, updates everything in the stack that refers to the ARN, and deletes the first deployment last.
   *
   * Not possible while a fixed `deploymentName` stays the same, because both deployments exist for a while.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
   */
  REPLACE = 'REPLACE',
}
