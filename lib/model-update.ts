/**
 * How a deployment moves to another model.
 */
export enum ModelUpdate {
  /**
   * Put the new model behind the same deployment: its ARN does not change, so that nothing that invokes it needs an
   * update.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UpdateCustomModelDeployment.html
   */
  IN_PLACE = 'IN_PLACE',

  /**
   * Make a second deployment for the new model, wait until it is active, let everything in the stack that refers to it
   * switch to its ARN, and delete the first one last.
   *
   * Not possible with a fixed `deploymentName`, since both deployments exist for a while.
   */
  REPLACE = 'REPLACE',
}
