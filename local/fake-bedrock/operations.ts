import * as deployments from './deployment-operations';
import * as models from './model-operations';
import type { StructureShape, Value } from './shapes';
import * as shapes from './shapes';
import type { ServiceState } from './state';
import * as tags from './tag-operations';

interface OperationDefinition<S extends StructureShape = StructureShape, O = unknown> {
  readonly method: string;
  /** The member in braces is one URL-encoded segment; the others are the query of a GET, or else the body. */
  readonly path: string;
  readonly status: number;
  readonly input: S;
  readonly perform: (state: ServiceState, input: Value<S>) => O;
}

function operation<S extends StructureShape, O>(
  method: string,
  path: string,
  status: number,
  input: S,
  perform: (state: ServiceState, input: Value<S>) => O,
): OperationDefinition<S, O> {
  return { method, path, status, input, perform };
}

const DEPLOYMENTS = '/model-customization/custom-model-deployments';
const DEPLOYMENT = `${DEPLOYMENTS}/{customModelDeploymentIdentifier}`;

export const operations = {
  CreateCustomModelDeployment: operation(
    'POST',
    DEPLOYMENTS,
    202,
    shapes.createCustomModelDeployment,
    deployments.createCustomModelDeployment,
  ),
  GetCustomModelDeployment: operation(
    'GET',
    DEPLOYMENT,
    200,
    shapes.deploymentReference,
    deployments.getCustomModelDeployment,
  ),
  ListCustomModelDeployments: operation(
    'GET',
    DEPLOYMENTS,
    200,
    shapes.listCustomModelDeployments,
    deployments.listCustomModelDeployments,
  ),
  UpdateCustomModelDeployment: operation(
    'PATCH',
    DEPLOYMENT,
    202,
    shapes.updateCustomModelDeployment,
    deployments.updateCustomModelDeployment,
  ),
  DeleteCustomModelDeployment: operation(
    'DELETE',
    DEPLOYMENT,
    200,
    shapes.deploymentReference,
    deployments.deleteCustomModelDeployment,
  ),
  CreateCustomModel: operation(
    'POST',
    '/custom-models/create-custom-model',
    202,
    shapes.createCustomModel,
    models.createCustomModel,
  ),
  GetCustomModel: operation(
    'GET',
    '/custom-models/{modelIdentifier}',
    200,
    shapes.modelReference,
    models.getCustomModel,
  ),
  ListCustomModels: operation('GET', '/custom-models', 200, shapes.listCustomModels, models.listCustomModels),
  DeleteCustomModel: operation(
    'DELETE',
    '/custom-models/{modelIdentifier}',
    200,
    shapes.modelReference,
    models.deleteCustomModel,
  ),
  TagResource: operation('POST', '/tagResource', 200, shapes.tagResource, tags.tagResource),
  UntagResource: operation('POST', '/untagResource', 200, shapes.untagResource, tags.untagResource),
  ListTagsForResource: operation(
    'POST',
    '/listTagsForResource',
    200,
    shapes.listTagsForResource,
    tags.listTagsForResource,
  ),
};

export type OperationName = keyof typeof operations;
export type InputOf<N extends OperationName> = Value<(typeof operations)[N]['input']>;
export type OutputOf<N extends OperationName> = ReturnType<(typeof operations)[N]['perform']>;

export const operationNames = Object.keys(operations) as OperationName[];
