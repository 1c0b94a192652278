import fc from 'fast-check';
import { AMPLE_SECONDS, SHORT_SECONDS } from '../gates';
import { UNCREATABLE_VERSION, UNDEPLOYABLE_VERSION } from '../models';
import type {
  DesiredChange,
  DesiredDeployment,
  DesiredModel,
  DesiredResources,
  ExistingModel,
  GateChoice,
  LogicalId,
  NameChoice,
} from '../plan';
import { either, just } from './weighted';

export const existingModels: fc.Arbitrary<ExistingModel> = either<ExistingModel>(
  { weight: 85, arbitrary: fc.constantFrom<ExistingModel[]>('one', 'two', 'three') },
  { weight: 15, arbitrary: fc.constant('full-rank') },
);

const common = {
  name: either<NameChoice>(
    { weight: 70, arbitrary: fc.constant('generated') },
    { weight: 20, arbitrary: fc.constant('fixed') },
    { weight: 5, arbitrary: fc.constant('shared') },
    { weight: 5, arbitrary: fc.constant('foreign') },
  ),
  policy: either<DesiredDeployment['policy']>(
    { weight: 6, arbitrary: fc.constant('Delete') },
    { weight: 4, arbitrary: fc.constantFrom('Retain', 'RetainExceptOnCreate') },
  ),
  tags: fc.dictionary(fc.constantFrom('team', 'tier'), fc.constantFrom('1', '2'), { maxKeys: 2 }),
};
const GATES_THAT_MAY_PASS: GateChoice[] = ['converse', 'invokeModel', 'function', 'alarms'];
const deployment = {
  ...common,
  serves: either<DesiredDeployment['serves']>(
    { weight: 2, arbitrary: existingModels },
    { weight: 3, arbitrary: fc.constant('own') },
  ),
  description: fc.constantFrom('', '', 'a', 'b'),
  modelUpdate: fc.constantFrom<DesiredDeployment['modelUpdate'][]>('IN_PLACE', 'IN_PLACE', 'REPLACE'),
  gates: either<DesiredDeployment['gates']>(
    { weight: 12, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.shuffledSubarray(GATES_THAT_MAY_PASS) },
    { weight: 1, arbitrary: fc.shuffledSubarray([...GATES_THAT_MAY_PASS, 'absent alarm']) },
  ),
  gateSeconds: either<number>(
    { weight: 3, arbitrary: fc.constant(AMPLE_SECONDS) },
    { weight: 1, arbitrary: fc.constant(SHORT_SECONDS) },
  ),
};
const model = {
  ...common,
  version: either<number>(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(UNDEPLOYABLE_VERSION, UNCREATABLE_VERSION) },
  ),
  source: fc.constantFrom<DesiredModel['source'][]>('package', 's3'),
};

const deployments: fc.Arbitrary<DesiredDeployment> = fc.record(deployment);
const three = fc.record({ Deployment: deployments, Second: deployments, Third: deployments });

export const desiredResources: fc.Arbitrary<DesiredResources> = either<DesiredResources>(
  { weight: 4, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments, Second: deployments }) }) },
  { weight: 4, arbitrary: fc.record({ model: fc.record(model), deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ model: fc.record(model), deployments: three }) },
);

/** An object with one of the properties. */
function oneOf<T extends object>(properties: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<
  Partial<T>
> {
  const each = Object.entries<fc.Arbitrary<unknown>>(properties).map(([key, arbitrary]) =>
    fc.record({ [key]: arbitrary }),
  );
  return fc.oneof(...each) as fc.Arbitrary<Partial<T>>;
}

export const logicalIds = fc.constantFrom<LogicalId[]>('Deployment', 'Second', 'Third');
const mostlyTheFirst = fc.constantFrom<LogicalId[]>('Deployment', 'Deployment', 'Second', 'Third');

export const changes: fc.Arbitrary<DesiredChange> = either<DesiredChange>(
  { weight: 6, arbitrary: fc.record({ of: mostlyTheFirst, to: oneOf<DesiredDeployment>(deployment) }) },
  { weight: 3, arbitrary: fc.record({ of: logicalIds, to: fc.record({ serves: deployment.serves }) }) },
  { weight: 2, arbitrary: fc.record({ of: just('Model'), to: fc.record({ version: model.version }) }) },
  { weight: 1, arbitrary: fc.record({ of: just('Model'), to: oneOf<DesiredModel>(model) }) },
  { weight: 1, arbitrary: fc.record({ of: just('Model'), to: fc.record({ tags: model.tags }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      of: fc.constantFrom<DesiredChange['of'][]>('Second', 'Third', 'Model'),
      to: just('removed'),
    }),
  },
);
