import { App, CustomResource, Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment } from '../lib';
import { DEPLOYMENT_RESOURCE_TYPE } from '../lib/private/contract';
import type { TemplateResources } from '../local/aws-simulator/cloudformation';
import { HandWrittenProvider } from '../simulation/subjects/provider/stack';
import { STATE_MACHINE_ARN } from '../simulation/workload/templates';

const ENVIRONMENT = { account: '000000000000', region: 'us-east-1' };
const ANY_MODEL = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';

/** Properties that take the place of those that the library writes. */
export type Changes = Readonly<Record<string, unknown>>;

/** So many deployments as the library synthesizes them, with the dependencies among them, and without the provider. */
export function libraryTemplate(count: number, changes: Changes): TemplateResources {
  const deployments = deploymentsIn(libraryResources(count));
  const names = Object.keys(deployments);
  return Object.fromEntries(
    Object.entries(deployments).map(([logicalId, { Properties, DependsOn = [], ...rest }]) => [
      logicalId,
      {
        ...rest,
        Properties: { ...Properties, ServiceToken: 'the function', StateMachineArn: STATE_MACHINE_ARN, ...changes },
        DependsOn: [DependsOn].flat().filter((other) => names.includes(other)),
      },
    ]),
  );
}

/** The same deployments as custom resources without any dependencies, as they are written on CDK's `Provider`. */
export function independentTemplate(count: number, changes: Changes): TemplateResources {
  return Object.fromEntries(
    Object.entries(libraryTemplate(count, changes)).map(([logicalId, deployment]) => [
      logicalId,
      { ...deployment, DependsOn: [] },
    ]),
  );
}

/** How many of the resources are worked on at once in a create. */
export function width(template: TemplateResources): number {
  return Object.values(template).filter(({ DependsOn = [] }) => DependsOn.length === 0).length;
}

/** The memory of the functions in a template, in MB: the greatest, or Lambda's default. */
export function functionMemory(template: TemplateResources): number {
  const functions = Object.values(template).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return Math.max(...functions.map(({ Properties = {} }) => Number(Properties['MemorySize'] ?? 128)));
}

const known = new Map<number, TemplateResources>();

/** A whole stack with so many deployments. */
export function libraryResources(count: number): TemplateResources {
  const resources =
    known.get(count) ??
    resourcesOf((stack) => {
      const model = CustomModel.fromModelArn(stack, 'Model', ANY_MODEL);
      for (let number = 1; number <= count; number++) {
        new CustomModelDeployment(stack, `Deployment${number}`, { model });
      }
    });
  known.set(count, resources);
  return resources;
}

/** The same on CDK's `Provider` framework. */
export function providerResources(count: number): TemplateResources {
  return resourcesOf((stack) => {
    const { serviceToken } = new HandWrittenProvider(stack, 'HandWritten', { externalModules: ['@aws-sdk/*'] });
    for (let number = 1; number <= count; number++) {
      new CustomResource(stack, `Deployment${number}`, {
        resourceType: DEPLOYMENT_RESOURCE_TYPE,
        serviceToken,
        properties: { ModelArn: ANY_MODEL, ModelUpdate: 'IN_PLACE' },
      });
    }
  });
}

function resourcesOf(define: (stack: Stack) => void): TemplateResources {
  const app = new App();
  const stack = new Stack(app, 'Bench', { env: ENVIRONMENT });
  define(stack);
  const { Resources } = app.synth().getStackByName('Bench').template as { readonly Resources: TemplateResources };
  return Resources;
}

function deploymentsIn(resources: TemplateResources): TemplateResources {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type === DEPLOYMENT_RESOURCE_TYPE));
}
