import type { TemplateResources } from '../../local/aws-simulator/cloudformation';
import type { Change, DeploymentWish, GivenModel, LogicalId, ModelWish, Name, Wish } from './plan';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/reads-artefacts';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';

const COMMON = { name: 'generated', tags: {}, policy: 'Delete' } as const;
export const PLAIN_DEPLOYMENT: DeploymentWish = { ...COMMON, serves: 'own', description: '', modelUpdate: 'IN_PLACE' };
export const PLAIN_MODEL: ModelWish = { ...COMMON, version: 1, source: 'package' };

/** The logical ids in the order in which lib gives them their turns. */
const TURNS: readonly LogicalId[] = ['Deployment', 'Second', 'Third'];
const MAX_IN_PROGRESS = 2;

export function deploymentsOf({ deployments }: Wish): [LogicalId, DeploymentWish][] {
  return TURNS.flatMap((logicalId) =>
    deployments[logicalId] === undefined ? [] : [[logicalId, deployments[logicalId]]],
  );
}

/** Which model a deployment is to serve. */
export function modelBehind(wish: Wish, { serves }: DeploymentWish): 'own' | GivenModel {
  return serves === 'own' && wish.model === undefined ? 'one' : serves;
}

/** The fixed name of a resource, if it has one. */
export function fixedName(logicalId: string, name: Name): string | undefined {
  return name === 'generated' ? undefined : name === 'mine' ? `mine-${logicalId}` : name;
}

/** What is changed for what is not there is added. */
export function changed(wish: Wish, changes: readonly Change[]): Wish {
  return changes.reduce<Wish>((before, change) => {
    const { model, deployments } = before;
    if (change.of === 'Model') {
      return { deployments, ...(change.to === 'removed' ? {} : { model: { ...PLAIN_MODEL, ...model, ...change.to } }) };
    }
    const { [change.of]: there, ...others } = deployments;
    const rest = { ...before, deployments: others };
    return change.to === 'removed'
      ? rest
      : { ...rest, deployments: { ...others, [change.of]: { ...PLAIN_DEPLOYMENT, ...there, ...change.to } } };
  }, wish);
}

export function templateOf(wish: Wish, givenModels: Readonly<Record<GivenModel, string>>): TemplateResources {
  const { model } = wish;
  const deployments = deploymentsOf(wish);
  return Object.fromEntries([
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
              ...retained(policyOfModel(wish)),
            },
          ],
        ]),
    ...deployments.map(([logicalId, deployment], index) => {
      const behind = modelBehind(wish, deployment);
      const turnAfter = deployments[index - MAX_IN_PROGRESS]?.[0];
      return [
        logicalId,
        {
          Type: 'Custom::BedrockCustomModelDeployment',
          Properties: {
            ...common(deployment.tags),
            ModelArn: behind === 'own' ? { 'Fn::GetAtt': ['Model', 'Arn'] } : givenModels[behind],
            ModelUpdate: deployment.modelUpdate,
            ...(deployment.description === '' ? {} : { Description: deployment.description }),
            ...named('DeploymentName', fixedName(logicalId, deployment.name)),
          },
          ...(turnAfter === undefined ? {} : { DependsOn: turnAfter }),
          ...retained(deployment.policy),
        },
      ];
    }),
  ]) as TemplateResources;
}

export function packageOf(version: number): string {
  return `arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/${version}`;
}

export function s3UriOf(version: number): string {
  return `s3://escrow-bucket/fraud/${version}/`;
}

function sourceOf({ source, version }: ModelWish): Readonly<Record<string, string>> {
  return source === 'package'
    ? { ModelPackageArn: packageOf(version) }
    : { S3Uri: s3UriOf(version), RoleArn: ROLE_ARN };
}

/** A model could not be deleted while a deployment of it is kept. */
function policyOfModel(wish: Wish): ModelWish['policy'] {
  const ofDeployments = deploymentsOf(wish)
    .filter(([, { serves }]) => serves === 'own')
    .map(([, { policy }]) => policy);
  const policies = [wish.model?.policy, ...ofDeployments];
  return (['Retain', 'RetainExceptOnCreate'] as const).find((policy) => policies.includes(policy)) ?? 'Delete';
}

/** The logical ids of what is kept when the stack no longer has it. */
export function retainedIn(wish: Wish): string[] {
  const deployments = deploymentsOf(wish)
    .filter(([, { policy }]) => policy !== 'Delete')
    .map(([logicalId]): string => logicalId);
  return policyOfModel(wish) === 'Delete' ? deployments : ['Model', ...deployments];
}

function retained(
  policy: ModelWish['policy'],
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
