import fc from 'fast-check';
import type { Behaviour, Durations } from '../bedrock/behaviour';
import type { Fault } from '../bedrock/faults';
import type { CloudFormationBehaviour } from '../simulator/cloudformation';
import type { Death } from '../simulator/mortal';
import { UNDEPLOYABLE_VERSION, UNMAKEABLE_VERSION } from './models';
import type {
  Act, Attempt, ByHand, CallMishap, Change, DeploymentWish, GivenModel, LogicalId, Mishap, ModelWish, Name, Plan, Update, Wish, World,
} from './plan';

/**
 * Every switch of the worlds that the documents allow. What comes first is the usual, to which a bad life is brought back; what is there
 * twice is twice as likely.
 */
const BEHAVIOURS: { readonly [K in keyof Behaviour]: readonly Behaviour[K][] } = {
  duplicateName: ['ValidationException', 'ConflictException'],
  duplicateModelName: ['ConflictException', 'ValidationException'],
  nameIndexLag: [0, 0, 2000, 15_000],
  nameOfTwo: ['older', 'newer'],
  nameHeldAfterDelete: [0, 0, 5000, 30_000],

  tokenLifetime: [Infinity, Infinity, 600_000, 60_000],
  tokenOfDeleted: ['remembered', 'forgotten'],
  tokenOfFailed: ['remembered', 'forgotten'],
  tokenOfAnotherRequest: ['replayed', 'ValidationException'],

  statusAtFirst: ['Creating', 'Pending'],
  statusDuringUpdate: ['Active', 'Updating'],
  statusDuringDelete: ['Deleting', 'DeletePending', 'unchanged'],
  statusAfterFailedUpdate: ['Active', 'Active', 'Active', 'Failed'],
  updateStatusAtFirst: ['Updating', 'Pending'],
  lastUpdatedAt: ['moves', 'absent'],

  concurrentUpdate: ['ValidationException', 'ConflictException', 'supersede'],
  updateWhileNotActive: ['ValidationException', 'ConflictException'],
  updateToSameModel: ['accepted', 'ignored', 'ValidationException'],
  staleUpdateDetails: [true, false],
  // Where they come back, an update that works this time looks like one that fails again.
  failedUpdateDetails: ['forgotten'],
  staleUpdateReads: [0, 0, 5000, 30_000],
  modelArnDuringUpdate: ['old', 'new'],
  modelArnAfterUpdate: ['new', 'old'],
  modelArnAfterFailedUpdate: ['old', 'new'],
  failureMessageOfFailedUpdate: ['absent', 'shown'],

  deleteWhileCreating: ['ConflictException', 'allowed'],
  deleteWhileUpdating: ['ConflictException', 'allowed'],
  deleteWhileDeleting: ['allowed', 'ConflictException'],
  failedHeld: [0, 0, 10_000, 60_000],
  deleteModelWithDeployment: ['ConflictException', 'allowed'],
  deletingHoldsModel: [true, false],

  quotaError: ['ServiceQuotaExceededException', 'ThrottlingException', 'ValidationException'],
  modelQuotaError: ['ServiceQuotaExceededException', 'ThrottlingException', 'ValidationException'],
  updateCountsAgainstQuota: [true, false],
  deletingCountsAgainstQuota: [false, true],
  maxInProgressDeployments: [2],
  maxCustomModels: [100],

  flickeringReads: [0, 0, 5000, 15_000],
};

const CLOUDFORMATIONS: { readonly [K in keyof CloudFormationBehaviour]: readonly CloudFormationBehaviour[K][] } = {
  keepsIdOfFailedUpdate: [true, false],
  cancelsOthers: [true, false],
  rollsBackInReverse: [true, false],
};

function oneOfEach<T extends object>(choices: { readonly [K in keyof T]: readonly T[K][] }): fc.Arbitrary<T> {
  const entries = Object.entries<readonly T[keyof T][]>(choices).map(([key, values]) => [key, fc.constantFrom(...values)]);
  return fc.record(Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> }) as fc.Arbitrary<T>;
}

interface Weighted<T> { readonly weight: number; readonly arbitrary: fc.Arbitrary<T> }

/** The first is the plainest. */
const either = <T>(...weighted: Weighted<T>[]): fc.Arbitrary<T> => fc.oneof({ withCrossShrink: true }, ...weighted);
const kind = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const ms = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const upToTenMinutes = fc.integer({ min: 1, max: 600 }).map((seconds) => seconds * 1000);
const seed = fc.noShrink(fc.nat());
/** As many as there may be are as likely as none. */
const upTo = <T>(maxLength: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength, size: 'max' });

const worlds: fc.Arbitrary<World> = fc.record({
  behaviour: oneOfEach<Behaviour>(BEHAVIOURS),
  durations: fc.record<Durations>({
    deploymentCreate: upToTenMinutes,
    deploymentUpdate: upToTenMinutes,
    deploymentDelete: fc.constantFrom(0, 1000, 60_000),
    modelCreate: upToTenMinutes,
    modelDelete: fc.constantFrom(0, 1000, 60_000),
    visibility: fc.constantFrom(0, 0, 2000, 15_000),
  }),
  cloudFormation: oneOfEach<CloudFormationBehaviour>(CLOUDFORMATIONS),
});

const faults = (given: Fault): fc.Arbitrary<CallMishap> => fc.record({ fault: fc.constant(given), tries: fc.integer({ min: 1, max: 3 }) });
const deaths = fc.constantFrom<Death[]>('before', 'after');

const callMishaps: fc.Arbitrary<CallMishap> = either<CallMishap>(
  { weight: 8, arbitrary: faults({ kind: 'error', name: 'ThrottlingException' }) },
  { weight: 4, arbitrary: deaths.map((death) => ({ death })) },
  { weight: 4, arbitrary: faults({ kind: 'lostReply' }) },
  { weight: 2, arbitrary: faults({ kind: 'error', name: 'InternalServerException' }) },
  { weight: 2, arbitrary: faults({ kind: 'errorAfter', name: 'InternalServerException' }) },
  { weight: 2, arbitrary: faults({ kind: 'cut' }) },
  { weight: 1, arbitrary: faults({ kind: 'hang' }) },
  { weight: 1, arbitrary: fc.constant({ fault: { kind: 'error', name: 'AccessDeniedException' }, tries: 1 }) },
);

const at = fc.integer({ min: 1, max: 60 });
const early = fc.integer({ min: 1, max: 8 });

/**
 * Of the calls 8 % are throttled, 4 % meet a 5xx, 4 % lose their reply, 4 % kill the function, 3 % get no answer; of the deliveries and
 * answers 5 % go wrong.
 */
const mishaps: fc.Arbitrary<Mishap> = either<Mishap>(
  { weight: 140, arbitrary: fc.record({ at, to: kind('call'), what: callMishaps }) },
  { weight: 24, arbitrary: fc.record({ at, to: kind('invocation'), what: deaths }) },
  { weight: 4, arbitrary: fc.record({ at: early, to: kind('delivery'), what: fc.record({ late: ms(1000, 30_000) }) }) },
  { weight: 4, arbitrary: fc.record({ at: early, to: kind('delivery'), what: fc.record({ againAfter: ms(0, 400_000) }) }) },
  { weight: 4, arbitrary: fc.record({ at: early, to: kind('answer'), what: deaths }) },
);

const givenModels: fc.Arbitrary<GivenModel> = either<GivenModel>(
  { weight: 85, arbitrary: fc.constantFrom<GivenModel[]>('one', 'two', 'three') },
  { weight: 15, arbitrary: fc.constant('full-rank') },
);
const logicalIds = fc.constantFrom<LogicalId[]>('Deployment', 'Second', 'Third');

const acts: fc.Arbitrary<Act> = either<Act>(
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom<('delete' | 'fail')[]>('delete', 'fail'), of: logicalIds }) },
  { weight: 3, arbitrary: fc.record({ act: kind('move'), of: logicalIds, to: givenModels }) },
  { weight: 2, arbitrary: fc.record({ act: kind('tag'), of: logicalIds, key: fc.constantFrom('cost', 'team') }) },
  { weight: 1, arbitrary: fc.record({ act: kind('take the name'), of: logicalIds, marked: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: kind('hold the quota'), places: fc.integer({ min: 1, max: 2 }), ms: ms(1000, 900_000) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom<('mend' | 'break')[]>('mend', 'break') }) },
  { weight: 1, arbitrary: fc.record({ act: kind('slow down') }) },
);

const deeds: fc.Arbitrary<ByHand> = either<ByHand>(
  { weight: 2, arbitrary: fc.record({ act: acts }) },
  { weight: 1, arbitrary: fc.record({ act: acts, after: ms(1, 600_000) }) },
);

const attempt = {
  seed,
  byHand: either<ByHand[]>({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(deeds, { minLength: 1, maxLength: 2 }) }),
  mishaps: upTo(34, mishaps),
};
const attempts: fc.Arbitrary<Attempt> = fc.record(attempt);
const cancelled = { ...attempt, cancelAfter: ms(100, 400_000) };
const cancellable: fc.Arbitrary<Attempt> = either<Attempt>({ weight: 85, arbitrary: attempts }, { weight: 15, arbitrary: fc.record(cancelled) });

const common = {
  name: either<Name>(
    { weight: 70, arbitrary: fc.constant('generated') },
    { weight: 20, arbitrary: fc.constant('mine') },
    { weight: 5, arbitrary: fc.constant('ours') },
    { weight: 5, arbitrary: fc.constant('theirs') },
  ),
  tags: fc.dictionary(fc.constantFrom('team', 'tier'), fc.constantFrom('1', '2'), { maxKeys: 2 }),
};
const deployment = {
  ...common,
  serves: either<DeploymentWish['serves']>({ weight: 2, arbitrary: givenModels }, { weight: 3, arbitrary: fc.constant('own') }),
  description: fc.constantFrom('', '', 'a', 'b'),
  modelUpdate: fc.constantFrom<DeploymentWish['modelUpdate'][]>('IN_PLACE', 'IN_PLACE', 'REPLACE'),
};
const model = {
  ...common,
  version: either<number>(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(UNDEPLOYABLE_VERSION, UNMAKEABLE_VERSION) },
  ),
};

const deployments: fc.Arbitrary<DeploymentWish> = fc.record(deployment);
const three = fc.record({ Deployment: deployments, Second: deployments, Third: deployments });
const wishes: fc.Arbitrary<Wish> = either<Wish>(
  { weight: 4, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ deployments: fc.record({ Deployment: deployments, Second: deployments }) }) },
  { weight: 4, arbitrary: fc.record({ model: fc.record(model), deployments: fc.record({ Deployment: deployments }) }) },
  { weight: 2, arbitrary: fc.record({ model: fc.record(model), deployments: three }) },
);

/** One property of it. */
function oneOf<T extends object>(properties: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  const each = Object.entries<fc.Arbitrary<unknown>>(properties).map(([key, arbitrary]) => fc.record({ [key]: arbitrary }));
  return fc.oneof(...each) as fc.Arbitrary<Partial<T>>;
}

const mostlyTheFirst = fc.constantFrom<LogicalId[]>('Deployment', 'Deployment', 'Second', 'Third');
const changes: fc.Arbitrary<Change> = either<Change>(
  { weight: 6, arbitrary: fc.record({ of: mostlyTheFirst, to: oneOf<DeploymentWish>(deployment) }) },
  { weight: 3, arbitrary: fc.record({ of: logicalIds, to: fc.record({ serves: deployment.serves }) }) },
  { weight: 2, arbitrary: fc.record({ of: kind('Model'), to: fc.record({ version: model.version }) }) },
  { weight: 1, arbitrary: fc.record({ of: kind('Model'), to: oneOf<ModelWish>(model) }) },
  { weight: 1, arbitrary: fc.record({ of: fc.constantFrom<Change['of'][]>('Second', 'Third', 'Model'), to: kind('removed') }) },
);

const updates: fc.Arbitrary<Update> = fc.tuple(
  either<Update['to']>(
    { weight: 85, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }) },
    { weight: 15, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 3 }) }) },
  ),
  cancellable,
  either<{ again?: Attempt }>({ weight: 1, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ again: cancellable }) }),
).map(([to, own, again]) => ({ to, ...own, ...again }));

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed,
  world: worlds,
  create: fc.tuple(wishes, cancellable).map(([wish, own]) => ({ wish, ...own })),
  updates: upTo(4, updates),
  remove: attempts,
});
