import fc from 'fast-check';
import { type CloudFormationBehaviour, DEFAULT_CLOUDFORMATION } from '../../../local/aws-simulator/cloudformation';
import { type Behaviour, DEFAULT_BEHAVIOUR, type Durations } from '../../../local/fake-bedrock/behaviour';
import {
  CONFLICT,
  IN_USE,
  INVALID_IDENTIFIER,
  MUTATING,
  NOT_FOUND,
  type Refusal,
  UNHEARD_OF,
} from '../../../local/fake-bedrock/refusal';
import { DEFAULT_RUNTIME, type RuntimeBehaviour } from '../../../local/fake-bedrock/runtime-behaviour';
import type { WorldConfig } from '../plan';

type Alternatives<T> = { readonly [K in keyof T]: readonly T[K][] };

/** How Bedrock may refuse a change that would work later. */
const NOT_NOW: readonly Refusal[] = [MUTATING, CONFLICT, IN_USE, UNHEARD_OF];
const TOO_MANY: readonly Refusal[] = [
  'ThrottlingException: Rate exceeded',
  'ValidationException: You have reached your quota',
  'LimitExceededException (409): There are {max} already',
  UNHEARD_OF,
];

/** Alternatives to the default of each switch. The default is as likely as all of them together. */
const BEHAVIOURS: Alternatives<Behaviour> = {
  duplicateName: ['ConflictException: The name {name} is taken', 'ResourceInUseException (409): {name}', UNHEARD_OF],
  duplicateModelName: [
    'ValidationException: A {kind} with the name {name} already exists',
    'ResourceInUseException (409): {name}',
    UNHEARD_OF,
  ],
  nameIndexLag: [2000, 15_000],
  nameOfTwo: ['newer'],
  nameHeldAfterDelete: [5000, 30_000, 180_000],

  getByName: ['allowed', NOT_FOUND, INVALID_IDENTIFIER],
  getByAbsentName: [INVALID_IDENTIFIER, INVALID_IDENTIFIER, UNHEARD_OF],
  changeOfAbsent: [INVALID_IDENTIFIER],
  tagsOfAbsent: [INVALID_IDENTIFIER],
  deployAbsentModel: [INVALID_IDENTIFIER],

  tokenLifetime: [600_000, 60_000],
  tokenOfDeleted: ['forgotten'],
  tokenOfFailed: ['forgotten'],
  tokenOfAnotherRequest: ['ValidationException: The token has been used with another request'],

  statusAtFirst: ['Pending'],
  statusDuringUpdate: ['Updating'],
  statusDuringDelete: ['DeletePending', 'unchanged'],
  statusAfterFailedUpdate: ['Active', 'Failed'],
  updateStatusAtFirst: ['Pending'],
  lastUpdatedAt: ['absent'],

  deployModelNotActive: NOT_NOW,
  accessLag: [30_000, 180_000],
  importWithoutAccess: [
    'allowed',
    'ValidationException: Could not assume provided IAM role. Please verify the role exists',
  ],
  accessFailure: ['Could not read the S3 location', 'The import failed'],

  updateWhileCreating: NOT_NOW,
  updateWhileUpdating: [...NOT_NOW, 'allowed', 'allowed'],
  updateWhileNotActive: NOT_NOW,
  updateToSameModel: ['ignored', 'ValidationException: It has that model already'],
  staleUpdateDetails: [false],
  // With the alternative, an update that succeeds looks like one that fails again.
  failedUpdateDetails: [],
  staleUpdateReads: [5000, 30_000],
  modelArnDuringUpdate: ['new'],
  modelArnAfterUpdate: ['old'],
  modelArnAfterFailedUpdate: ['new'],
  failureMessageOfFailedUpdate: ['shown'],

  deleteWhileCreating: [...NOT_NOW, 'allowed', 'allowed'],
  deleteWhileUpdating: [...NOT_NOW, 'allowed', 'allowed'],
  deleteModelWhileCreating: [...NOT_NOW, 'allowed', 'allowed'],
  deleteWhileDeleting: [...NOT_NOW, NOT_FOUND],
  failedHeld: [10_000, 60_000],
  deleteOfFailed: NOT_NOW,
  deleteModelWithDeployment: [...NOT_NOW, 'allowed', 'allowed'],
  deletingHoldsModel: [false],
  modelHeldAfterDelete: [30_000, 180_000],

  maxDeployments: [20],
  tooManyDeployments: TOO_MANY,
  maxInProgressDeployments: [],
  tooManyInProgress: TOO_MANY,
  updateCountsAgainstQuota: [false],
  deletingCountsAgainstQuota: [true],
  maxCustomModels: [],
  tooManyModels: TOO_MANY,
  maxCreatingModels: [2, 1],
  tooManyCreatingModels: TOO_MANY,

  flickeringReads: [5000, 15_000],
};

const CLOUDFORMATIONS: Alternatives<CloudFormationBehaviour> = {
  keepsIdOfFailedUpdate: [false],
  cancelsOthers: [false],
  rollsBackInReverse: [false],
  cleansUpInOrder: [false],
  retainsRolledBackReplacement: [false],
  restoresFailedUpdate: [false],
};

const RUNTIMES: Alternatives<RuntimeBehaviour> = {
  notReadyAfterCreate: [0, 30_000, 240_000],
  notReadyAfterUpdate: [30_000, 240_000],
  throttledAtFirst: [1, 4],
  throttledShare: [0.2],
  failingAtFirst: [1, 4],
  failingShare: [0.2],
};

function oneOfEach<T extends object>(defaults: T, alternatives: Alternatives<T>): fc.Arbitrary<T> {
  const entries = Object.entries<readonly T[keyof T][]>(alternatives).map(([name, values]) => {
    const mostly = Array<T[keyof T]>(Math.max(1, values.length)).fill(defaults[name as keyof T]);
    return [name, fc.constantFrom(...mostly, ...values)];
  });
  return fc.record(Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> }) as fc.Arbitrary<T>;
}

const upToTenMinutes = fc.integer({ min: 1, max: 600 }).map((seconds) => seconds * 1000);

export const worlds: fc.Arbitrary<WorldConfig> = fc.record({
  behaviour: oneOfEach(DEFAULT_BEHAVIOUR, BEHAVIOURS),
  durations: fc.record<Durations>({
    deploymentCreate: upToTenMinutes,
    deploymentUpdate: upToTenMinutes,
    deploymentDelete: fc.constantFrom(0, 1000, 60_000),
    modelCreate: upToTenMinutes,
    modelDelete: fc.constantFrom(0, 1000, 60_000),
    visibility: fc.constantFrom(0, 0, 0, 2000, 15_000, 60_000),
  }),
  cloudFormation: oneOfEach(DEFAULT_CLOUDFORMATION, CLOUDFORMATIONS),
  runtime: oneOfEach(DEFAULT_RUNTIME, RUNTIMES),
});
