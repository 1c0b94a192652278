import { App, CustomResource, Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment } from '../lib';
import { DEPLOYMENT_RESOURCE_TYPE } from '../lib/private/contract';
import { HandWrittenProvider } from '../simulation/subjects/provider/stack';
import { grouped, missedBy, type Section } from './report';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';
const ENVIRONMENT = { account: '000000000000', region: 'us-east-1' };
const TARGETS = { first: 9, further: 1 };

interface TemplateSize {
  readonly resources: number;
  readonly bytes: number;
}

/** What deployments put into the template of a stack. */
export function templateSizes(): Promise<Section> {
  const library = sizes((stack, count) => {
    const model = CustomModel.fromModelArn(stack, 'Model', MODEL_ARN);
    for (let number = 1; number <= count; number++) {
      new CustomModelDeployment(stack, `Deployment${number}`, { model });
    }
  });
  const provider = sizes((stack, count) => {
    const { serviceToken } = new HandWrittenProvider(stack, 'HandWritten', { externalModules: ['@aws-sdk/*'] });
    const properties = { ModelArn: MODEL_ARN, ModelUpdate: 'IN_PLACE' };
    for (let number = 1; number <= count; number++) {
      new CustomResource(stack, `Deployment${number}`, {
        resourceType: DEPLOYMENT_RESOURCE_TYPE,
        serviceToken,
        properties,
      });
    }
  });
  const row = (name: string, of: TemplateSize, other: TemplateSize, target: number): string[] => [
    name,
    String(of.resources),
    String(target),
    missedBy(of.resources, target),
    grouped(of.bytes),
    String(other.resources),
    grouped(other.bytes),
  ];
  return Promise.resolve({
    title: 'Templates',
    about: [
      [
        'The resources and the bytes of JSON that the first deployment of a stack and each further one put into its',
        'template. The first brings the function, the state machine, their roles and policies, and their log groups, which',
        '`Provider` leaves to the services.',
      ].join('\n'),
    ],
    columns: ['deployment', 'resources', 'target', 'missed by', 'bytes', 'Provider: resources', 'bytes'],
    rows: [
      row('the first', library.first, provider.first, TARGETS.first),
      row('each further', library.further, provider.further, TARGETS.further),
    ],
    figures: {
      'template, first deployment: resources': library.first.resources,
      'template, first deployment: bytes': library.first.bytes,
      'template, each further deployment: resources': library.further.resources,
      'template, each further deployment: bytes': library.further.bytes,
    },
  });
}

/** Each further one is an average of nine: some wait for others. */
function sizes(define: (stack: Stack, count: number) => void): Readonly<Record<'first' | 'further', TemplateSize>> {
  const [first, ten] = [1, 10].map((count) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENVIRONMENT });
    define(stack, count);
    const { Resources } = app.synth().getStackByName('Stack').template as { readonly Resources: object };
    const bytes = Buffer.byteLength(JSON.stringify(Resources)) - '{}'.length;
    return { resources: Object.keys(Resources).length, bytes };
  }) as [TemplateSize, TemplateSize];
  return {
    first,
    further: { resources: (ten.resources - first.resources) / 9, bytes: Math.round((ten.bytes - first.bytes) / 9) },
  };
}
