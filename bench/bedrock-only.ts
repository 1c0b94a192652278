import { BedrockClient } from '@aws-sdk/client-bedrock';

/** What a function loads that calls the same operations of Bedrock as the handler, and has nothing else in it. */
export const client = new BedrockClient({});

export {
  CreateCustomModelCommand,
  CreateCustomModelDeploymentCommand,
  DeleteCustomModelCommand,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelCommand,
  GetCustomModelDeploymentCommand,
  ListCustomModelDeploymentsCommand,
  ListCustomModelsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCustomModelDeploymentCommand,
} from '@aws-sdk/client-bedrock';
