import type { TemplateResources } from '../../local/aws-simulator/cloudformation';
import { AMPLE_SECONDS, gateProperties, gatesOf } from './gates';
import type {
  DesiredChange,
  DesiredDeployment,
  DesiredModel,
  DesiredResources,
  ExistingModel,
  LogicalId,
  NameChoice,
} from './plan';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/reads-artefacts';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';

const WAITER = 'Waiter';

const COMMON = { name: 'generated', tags: {}, policy: 'Delete' } as const;
export const PLAIN_DEPLOYMENT: DesiredDeployment = {
  ...COMMON,
  serves: 'own',
  description: '',
  modelUpdate: 'IN_PLACE',
  gates: [],
  gateSeconds: AMPLE_SECONDS,
};
export const PLAIN_MODEL: DesiredModel = { ...COMMON, version: 1, source: 'package' };

const DEPLOYMENT_ORDER: readonly LogicalId[] = ['Deployment', 'Second', 'Third'];

export function deploymentsOf({ deployments }: DesiredResources): [LogicalId, DesiredDeployment][] {
  return DEPLOYMENT_ORDER.flatMap((logicalId) =>
    deployments[logicalId] === undefined ? [] : [[logicalId, deployments[logicalId]]],
  );
}

/** The model that a deployment is to serve. */
export function modelBehind(desired: DesiredResources, { serves }: DesiredDeployment): 'own' | ExistingModel {
  return serves === 'own' && desired.model === undefined ? 'one' : serves;
}

/** The name that the template gives the resource, if it does. */
export function fixedName(logicalId: string, name: NameChoice): string | undefined {
  return name === 'generated' ? undefined : name === 'fixed' ? `fixed-${logicalId}` : name;
}

/** A change of an absent resource adds it. */
export function changed(desired: DesiredResources, changes: readonly DesiredChange[]): DesiredResources {
  return changes.reduce<DesiredResources>((before, change) => {
    const { model, deployments } = before;
    if (change.of === 'Model') {
      return { deployments, ...(change.to === 'removed' ? {} : { model: { ...PLAIN_MODEL, ...model, ...change.to } }) };
    }
    const { [change.of]: there, ...others } = deployments;
    const rest = { ...before, deployments: others };
    return change.to === 'removed'
      ? rest
      : { ...rest, deployments: { ...others, [change.of]: { ...PLAIN_DEPLOYMENT, ...there, ...change.to } } };
  }, desired);
}

/** @param knowsGates whether gates are put into the template, and the state machine that checks them */
export function templateOf(
  desired: DesiredResources,
  existingModels: Readonly<Record<ExistingModel, string>>,
  knowsGates = false,
): TemplateResources {
  const { model } = desired;
  const deployments = deploymentsOf(desired);
  const hasGates = deployments.some(([, deployment]) => gatesOf(deployment).length > 0);
  return Object.fromEntries([
    ...(knowsGates ? Object.entries(waiter(hasGates)) : []),
    ...(model === undefined
      ? []
      : [
          [
            'Model',
            {
              Type: 'Custom::BedrockCustomModel',
              Properties: {
                ...common(model.tags),
                ...sourceOf(model),
                ...named('ModelName', fixedName('Model', model.name)),
              },
              ...retained(policyOfModel(desired)),
            },
          ],
        ]),
    ...deployments.map(([logicalId, deployment]) => {
      const served = modelBehind(desired, deployment);
      return [
        logicalId,
        {
          Type: 'Custom::BedrockCustomModelDeployment',
          Properties: {
            ...common(deployment.tags),
            ModelArn: served === 'own' ? { 'Fn::GetAtt': ['Model', 'Arn'] } : existingModels[served],
            ModelUpdate: deployment.modelUpdate,
            ...(deployment.description === '' ? {} : { Description: deployment.description }),
            ...named('DeploymentName', fixedName(logicalId, deployment.name)),
            ...(knowsGates && gatesOf(deployment).length > 0 ? { Gates: gateProperties(deployment) } : {}),
          },
          ...retained(deployment.policy),
          ...(knowsGates ? { DependsOn: [WAITER] } : {}),
        },
      ];
    }),
  ]) as TemplateResources;
}

/** The state machine, which checks gates if there are any. */
export function waiter(hasGates: boolean): TemplateResources {
  return { [WAITER]: { Type: 'AWS::StepFunctions::StateMachine', Properties: { HasGates: hasGates } } };
}

export function packageOf(version: number): string {
  return `arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/${version}`;
}

export function s3UriOf(version: number): string {
  return `s3://escrow-bucket/fraud/${version}/`;
}

function sourceOf({ source, version }: DesiredModel): Readonly<Record<string, string>> {
  return source === 'package'
    ? { ModelPackageArn: packageOf(version) }
    : { S3Uri: s3UriOf(version), RoleArn: ROLE_ARN };
}

/** A model is retained with its deployments, since Bedrock may refuse to delete a model in use. */
function policyOfModel(desired: DesiredResources): DesiredModel['policy'] {
  const ofDeployments = deploymentsOf(desired)
    .filter(([, { serves }]) => serves === 'own')
    .map(([, { policy }]) => policy);
  const policies = [desired.model?.policy, ...ofDeployments];
  return (['Retain', 'RetainExceptOnCreate'] as const).find((policy) => policies.includes(policy)) ?? 'Delete';
}

/** The logical ids of resources that are not deleted with the stack. */
export function retainedIn(desired: DesiredResources): string[] {
  const deployments = deploymentsOf(desired)
    .filter(([, { policy }]) => policy !== 'Delete')
    .map(([logicalId]): string => logicalId);
  return policyOfModel(desired) === 'Delete' ? deployments : ['Model', ...deployments];
}

function retained(
  policy: DesiredModel['policy'],
): Pick<TemplateResources[string], 'DeletionPolicy' | 'UpdateReplacePolicy'> {
  return policy === 'Delete' ? {} : { DeletionPolicy: policy, UpdateReplacePolicy: 'Retain' };
}

function common(tags: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return {
    StateMachineArn: STATE_MACHINE_ARN,
    Timeout: 3480,
    ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
  };
}

function named(property: string, name: string | undefined): Readonly<Record<string, string>> {
  return name === undefined ? {} : { [property]: name };
}
