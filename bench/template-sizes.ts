import type { TemplateResources } from '../local/aws-simulator/cloudformation';
import { grouped, missedBy, type Section } from './report';
import { libraryResources, providerResources } from './templates';

const TARGETS = { first: 9, further: 1 };

interface TemplateSize {
  readonly resources: number;
  readonly bytes: number;
}

/** What deployments put into the template of a stack. */
export function templateSizes(): Promise<Section> {
  const library = sizes(libraryResources);
  const provider = sizes(providerResources);
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

/** Each further one is an average of nine. */
function sizes(resourcesOf: (count: number) => TemplateResources): Readonly<Record<'first' | 'further', TemplateSize>> {
  const [first, ten] = [1, 10].map((count) => {
    const all = resourcesOf(count);
    return { resources: Object.keys(all).length, bytes: Buffer.byteLength(JSON.stringify(all)) - '{}'.length };
  }) as [TemplateSize, TemplateSize];
  return {
    first,
    further: { resources: (ten.resources - first.resources) / 9, bytes: Math.round((ten.bytes - first.bytes) / 9) },
  };
}
