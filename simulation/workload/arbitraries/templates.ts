import fc from 'fast-check';
import { UNDEPLOYABLE_VERSION, UNMAKEABLE_VERSION } from '../models';
import type { Change, DeploymentWish, GivenModel, LogicalId, ModelWish, Name, Wish } from '../plan';
import { either, just } from './weighted';

export const givenModels: fc.Arbitrary<GivenModel> = either<GivenModel>(
  { weight: 85, arbitrary: fc.constantFrom<GivenModel[]>('one', 'two', 'three') },
  { weight: 15, arbitrary: fc.constant('full-rank') },
);

const common = {
  name: either<Name>(
    { weight: 70, arbitrary: fc.constant('generated') },
    { weight: 20, arbitrary: fc.constant('mine') },
    { weight: 5, arbitrary: fc.constant('ours') },
    { weight: 5, arbitrary: fc.constant('theirs') },
  ),
  policy: either<DeploymentWish['policy']>(
    { weight: 6, arbitrary: fc.constant('Delete') },
    { weight: 4, arbitrary: fc.constantFrom('Retain', 'RetainExceptOnCreate') },
  ),
  tags: fc.dictionary(fc.constantFrom('team', 'tier'), fc.constantFrom('1', '2'), { maxKeys: 2 }),
};
const deployment = {
  ...common,
  serves: either<DeploymentWish['serves']>(
    { weight: 2, arbitrary: givenModels },
    { weight: 3, arbitrary: fc.constant('own') },
  ),
  description: fc.constantFrom('', '', 'a', 'b'),
  modelUpdate: fc.constantFrom<DeploymentWish['modelUpdate'][]>('IN_PLACE', 'IN_PLACE', 'REPLACE'),
};
const model = {
  ...common,
  version: either<number>(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(UNDEPLOYABLE_VERSION, UNMAKEABLE_VERSION) },
  ),
  source: fc.constantFrom<ModelWish['source'][]>('package', 's3'),
};

const deployments: fc.Arbitrary<DeploymentWish> = fc.record(deployment);
const three = fc.record({ Deployment: deployments, Second: deployments, Third: deployments });

export const wishes: fc.Arbitrary<Wish> = either<Wish>(
  { weight: 4, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments, Second: deployments }) }) },
  { weight: 4, arbitrary: fc.record({ model: fc.record(model), deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ model: fc.record(model), deployments: three }) },
);

/** One property of it. */
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

export const changes: fc.Arbitrary<Change> = either<Change>(
  { weight: 6, arbitrary: fc.record({ of: mostlyTheFirst, to: oneOf<DeploymentWish>(deployment) }) },
  { weight: 3, arbitrary: fc.record({ of: logicalIds, to: fc.record({ serves: deployment.serves }) }) },
  { weight: 2, arbitrary: fc.record({ of: just('Model'), to: fc.record({ version: model.version }) }) },
  { weight: 1, arbitrary: fc.record({ of: just('Model'), to: oneOf<ModelWish>(model) }) },
  { weight: 1, arbitrary: fc.record({ of: just('Model'), to: fc.record({ tags: model.tags }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ of: fc.constantFrom<Change['of'][]>('Second', 'Third', 'Model'), to: just('removed') }),
  },
);
