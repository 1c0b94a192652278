import fc from 'fast-check';
import type { Behaviour, Durations } from '../../bedrock/behaviour';
import type { CloudFormationBehaviour } from '../../simulator/cloudformation';
import type { World } from '../plan';

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
  cleansUpInOrder: [true],
  retainsRolledBackReplacement: [true],
  restoresFailedUpdate: [true],
};

function oneOfEach<T extends object>(choices: { readonly [K in keyof T]: readonly T[K][] }): fc.Arbitrary<T> {
  const entries = Object.entries<readonly T[keyof T][]>(choices).map(([key, values]) => [key, fc.constantFrom(...values)]);
  return fc.record(Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> }) as fc.Arbitrary<T>;
}

const upToTenMinutes = fc.integer({ min: 1, max: 600 }).map((seconds) => seconds * 1000);

export const worlds: fc.Arbitrary<World> = fc.record({
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
