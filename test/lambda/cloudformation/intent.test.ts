import { failedId } from '../../../lambda/cloudformation/failed-id';
import { intentOf, nameOf } from '../../../lambda/cloudformation/intent';
import { isName } from '../../../lambda/cloudformation/properties';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import type { FailedAttempt } from '../../../lambda/reconcile/goal';
import { NAME_PATTERN } from '../../../lib/private/contract';
import { ARN, KEY, MODEL_1, MODEL_2, OWNER, PACKAGE_1, PACKAGE_2, STACK_ID } from '../support/builders';
import fc from '../support/fast-check';
import { modelRequest, request, S3 } from '../support/requests';

const GENERATED = 'fraud-Deployment-6f1b0a';

describe('the name', () => {
  const inPlace = { kind: 'deployment', modelUpdate: 'IN_PLACE', modelArn: MODEL_1 } as const;
  const replace = { kind: 'deployment', modelUpdate: 'REPLACE', modelArn: MODEL_1 } as const;

  test('is the user’s, if there is one', () => {
    expect(nameOf(OWNER, { ...inPlace, name: 'mine' })).toBe('mine');
  });

  test('never changes from release to release, since it is how deployments are found again', () => {
    expect([
      nameOf(OWNER, inPlace),
      nameOf(OWNER, { ...inPlace, description: 'A description' }),
      nameOf(OWNER, replace),
    ]).toMatchInlineSnapshot(`
[
  "fraud-Deployment-7768cfa52b35",
  "fraud-Deployment-9c7db94def51",
  "fraud-Deployment-5c3593fb38c9",
]
`);
  });

  test('changes with what takes a new deployment, and with nothing else', () => {
    expect(nameOf(OWNER, { ...inPlace, modelArn: MODEL_2 })).toBe(nameOf(OWNER, inPlace));
    expect(nameOf(OWNER, { ...inPlace, description: 'new' })).not.toBe(nameOf(OWNER, inPlace));
    expect(nameOf(OWNER, { ...replace, modelArn: MODEL_2 })).not.toBe(nameOf(OWNER, replace));
    expect(nameOf({ ...OWNER, logicalId: 'Other' }, inPlace)).not.toBe(nameOf(OWNER, inPlace));
    expect(nameOf({ ...OWNER, stackId: `${STACK_ID}0` }, inPlace)).not.toBe(nameOf(OWNER, inPlace));
  });

  test('of a model changes with its source, its role and its key', () => {
    const s3 = { s3Uri: S3.S3Uri, roleArn: S3.RoleArn };
    const models = [
      { source: { modelPackageArn: PACKAGE_1 } },
      { source: { modelPackageArn: PACKAGE_2 } },
      { source: { modelPackageArn: PACKAGE_1 }, kmsKeyArn: KEY },
      { source: s3 },
      { source: { ...s3, s3Uri: 's3://artefacts/fraud/2/' } },
      { source: { ...s3, roleArn: `${S3.RoleArn}2` } },
      { source: s3, kmsKeyArn: KEY },
    ];
    expect(models.map((model) => nameOf(OWNER, { kind: 'model', ...model }))).toMatchInlineSnapshot(`
[
  "fraud-Deployment-4eafa075e9f0",
  "fraud-Deployment-0cbb5e9708ad",
  "fraud-Deployment-f46f93ea8874",
  "fraud-Deployment-7835f69c9c80",
  "fraud-Deployment-cba97a423682",
  "fraud-Deployment-33bf386377f4",
  "fraud-Deployment-755fe0a5d4a0",
]
`);
  });

  test.each([
    ['my-stack', 'Deployment', /^my-stack-Deployment-[0-9a-f]{12}$/],
    ['__my__stack__', 'Deploy ment', /^my-stack-Deploy-ment-[0-9a-f]{12}$/],
    ['a-stack-of-23-characters_b', 'x'.repeat(255), /^a-stack-of-23-characters-x{24}-[0-9a-f]{12}$/],
    ['__', 'Deployment', /^Deployment-[0-9a-f]{12}$/],
  ])('of a resource in the stack %s begins with what a reader knows', (stackName, logicalId, pattern) => {
    expect(
      nameOf({ stackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/${stackName}/1`, logicalId }, inPlace),
    ).toMatch(pattern);
  });

  test('of a resource in what calls itself no stack has a word for it', () => {
    expect(nameOf({ stackId: 'odd', logicalId: 'Deployment' }, inPlace)).toMatch(/^stack-Deployment-[0-9a-f]{12}$/);
  });

  test('H19: is one that Bedrock takes, whatever the stack and the resource are called', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 128 }),
        fc.string({ maxLength: 255 }),
        fc.string(),
        (stackName, logicalId, description) => {
          const name = nameOf(
            { stackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/${stackName}/1`, logicalId },
            { ...inPlace, description },
          );
          expect(name).toMatch(NAME_PATTERN);
          expect(name.length).toBeLessThanOrEqual(63);
        },
      ),
    );
  });
});

describe('a Create', () => {
  test('wants one deployment, whose name is the physical id before anything is done', () => {
    const intent = intentOf(request('Create'));
    expect(intent.goals).toHaveLength(1);
    expect(intent.goals[0]).toMatchObject({
      want: 'present',
      owner: OWNER,
      name: intent.physicalId,
      nameIsFixed: false,
      spec: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true },
    });
    expect(intent.goals[0]).not.toHaveProperty('previous');
    expect(intent.goals[0]).toHaveProperty('nameIsNew', true);
  });
});

describe('what is wanted', () => {
  test('of a deployment is all that its properties say', () => {
    expect(
      intentOf(
        request('Create', {
          properties: {
            DeploymentName: 'mine',
            Description: 'ours',
            ModelUpdate: 'REPLACE',
            Tags: { team: 'fraud' },
            Timeout: '600',
          },
        }),
      ),
    ).toEqual({
      physicalId: 'mine',
      timeoutSeconds: 600,
      goals: [
        {
          want: 'present',
          owner: OWNER,
          name: 'mine',
          nameIsFixed: true,
          nameIsNew: true,
          tags: { team: 'fraud' },
          spec: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: false, description: 'ours' },
        },
      ],
    });
  });

  test('of a deployment with gates are these as well', () => {
    const Gates = [{ Kind: 'ALARMS', AlarmNames: ['errors'], BakeTime: '600' }];
    const gates = [{ kind: 'alarms', names: ['errors'], maxAttempts: 3, seconds: 600 }];
    expect(intentOf(request('Create', { properties: { Gates } })).goals).toMatchObject([{ gates }]);
    expect(intentOf(request('Create')).goals[0]).not.toHaveProperty('gates');
  });

  test('of a deployment without a description has none', () => {
    expect(intentOf(request('Create')).goals[0]?.spec).not.toHaveProperty('description');
  });

  test('of a model is all that its properties say, and a digest of what cannot be changed', () => {
    expect(
      intentOf(modelRequest('Create', { properties: { ModelName: 'mine', KmsKeyArn: KEY, Tags: { team: 'fraud' } } })),
    ).toEqual({
      physicalId: 'mine',
      timeoutSeconds: 3480,
      goals: [
        {
          want: 'present',
          owner: { ...OWNER, logicalId: 'Model' },
          name: 'mine',
          nameIsFixed: true,
          nameIsNew: true,
          tags: { team: 'fraud' },
          spec: {
            kind: 'model',
            source: { modelPackageArn: PACKAGE_1 },
            madeOf: expect.stringMatching(/^[0-9a-f]{12}$/),
            kmsKeyArn: KEY,
          },
        },
      ],
    });
  });

  test('of a model from S3 without a key has none', () => {
    const { spec } = intentOf(modelRequest('Create', { properties: S3 })).goals[0] ?? {};
    expect(spec).toMatchObject({ source: { s3Uri: S3.S3Uri, roleArn: S3.RoleArn } });
    expect(spec).not.toHaveProperty('kmsKeyArn');
  });
});

describe('what was wanted before', () => {
  const previous = (update: CloudFormationRequest): unknown => {
    const [goal] = intentOf(update).goals;
    return goal?.want === 'present' ? goal.previous : undefined;
  };

  test('of a deployment', () => {
    expect(previous(request('Update', { old: { ModelArn: MODEL_2, Tags: { team: 'fraud' } } }))).toEqual({
      modelArn: MODEL_2,
      updatesInPlace: true,
      tags: { team: 'fraud' },
    });
    expect(previous(request('Update', { old: { ModelUpdate: 'REPLACE', Description: 'old' } }))).toEqual({
      modelArn: MODEL_1,
      updatesInPlace: false,
      description: 'old',
      tags: {},
    });
  });

  test('of a model has the same digest where it was the same', () => {
    const wanted = intentOf(modelRequest('Create')).goals[0]?.spec as { readonly madeOf: string };
    expect(previous(modelRequest('Update', { old: { Tags: { team: 'fraud' } } }))).toEqual({
      madeOf: wanted.madeOf,
      tags: { team: 'fraud' },
    });
    expect(previous(modelRequest('Update', { old: S3 }))).not.toMatchObject({ madeOf: wanted.madeOf });
  });
});

describe('an Update', () => {
  test('in place keeps the physical id', () => {
    const created = intentOf(request('Create')).physicalId;
    expect(
      intentOf(request('Update', { properties: { ModelArn: MODEL_2 }, old: {}, physicalId: created })),
    ).toMatchObject({
      physicalId: created,
      goals: [{ want: 'present', nameIsNew: false, spec: { modelArn: MODEL_2 }, previous: { modelArn: MODEL_1 } }],
    });
  });

  test('that replaces has another id, and leaves the old deployment for CloudFormation to delete', () => {
    const created = intentOf(request('Create')).physicalId;
    const update = intentOf(request('Update', { properties: { Description: 'new' }, old: {}, physicalId: created }));
    expect(update.physicalId).not.toBe(created);
    expect(update.goals).toMatchObject([{ nameIsNew: true }]);
  });

  test('H3: that rolls back a replacement which never answered clears away what that made', () => {
    const created = intentOf(request('Create')).physicalId;
    const replacement = intentOf(
      request('Update', { properties: { Description: 'new' }, old: {}, physicalId: created }),
    ).physicalId;
    const rollback = intentOf(request('Update', { properties: {}, old: { Description: 'new' }, physicalId: created }));
    expect(rollback).toMatchObject({
      physicalId: created,
      goals: [
        { want: 'present', name: created },
        { want: 'absent', name: replacement, madeAs: { description: 'new' } },
      ],
    });
  });

  test('H26: whose old properties were refused as wrong takes them for nothing', () => {
    expect(intentOf(request('Update', { old: { ModelArn: 'nonsense' }, physicalId: GENERATED })).goals).toMatchObject([
      { want: 'present', previous: { tags: {} } },
    ]);
  });
});

describe('a Delete', () => {
  test('goes by the physical id', () => {
    const { physicalId } = intentOf(request('Create'));
    expect(intentOf(request('Delete', { physicalId })).goals).toEqual([
      { want: 'absent', owner: OWNER, name: physicalId, spec: { kind: 'deployment' } },
    ]);
  });

  test('H3: with an id that CloudFormation made up goes by the name that the properties give as well', () => {
    const { physicalId } = intentOf(request('Create'));
    expect(intentOf(request('Delete', { physicalId: 'fraud-Deployment-1ABCDEFGHIJKL' })).goals).toEqual([
      { want: 'absent', owner: OWNER, name: 'fraud-Deployment-1ABCDEFGHIJKL', spec: { kind: 'deployment' } },
      {
        want: 'absent',
        owner: OWNER,
        name: physicalId,
        spec: { kind: 'deployment' },
        madeAs: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true },
      },
    ]);
    expect(intentOf(request('Delete', { physicalId: '2026/11/21/[$LATEST]abcdef' })).goals).toMatchObject([
      { name: physicalId },
    ]);
  });

  test('H3: of a model goes by the same rules', () => {
    const owner = { ...OWNER, logicalId: 'Model' };
    const made = intentOf(modelRequest('Create')).goals[0];
    expect(intentOf(modelRequest('Delete', { physicalId: 'made-up' }))).toEqual({
      physicalId: 'made-up',
      goals: [
        { want: 'absent', owner, name: 'made-up', spec: { kind: 'model' } },
        { want: 'absent', owner, name: made?.name, spec: { kind: 'model' }, madeAs: made?.spec },
      ],
    });
  });

  test('H3: of what has no readable properties goes by its id alone, if that is a name', () => {
    const unreadable = { properties: { ModelArn: 'nonsense' } };
    expect(intentOf(request('Delete', { ...unreadable, physicalId: 'mine' }))).toEqual({
      physicalId: 'mine',
      goals: [{ want: 'absent', owner: OWNER, name: 'mine', spec: { kind: 'deployment' } }],
    });
    for (const physicalId of ['n'.repeat(64), 'n-'.repeat(32)]) {
      expect(intentOf(request('Delete', { ...unreadable, physicalId })).goals).toEqual([]);
    }
    expect(intentOf(request('Delete', { ...unreadable, physicalId: 'n'.repeat(63) })).goals).toHaveLength(1);
  });

  test('without an id answers with its own', () => {
    const remove = request('Delete', { properties: { ModelArn: 'nonsense' } });
    expect(intentOf(remove).physicalId).toBe(remove.RequestId);
  });

  test('H3: of what was refused as wrong wants nothing', () => {
    expect(
      intentOf(request('Delete', { physicalId: 'not-created:1', properties: { ModelArn: 'nonsense' } })).goals,
    ).toEqual([]);
  });

  test('answers with the id that it was given', () => {
    expect(intentOf(request('Delete', { physicalId: 'not-created:1' })).physicalId).toBe('not-created:1');
  });

  describe('H38: of a Create that failed goes by what its id tells,', () => {
    const name = 'fraud-Deployment-abc';
    const goals = (attempt: FailedAttempt | undefined) =>
      intentOf(
        request('Delete', {
          physicalId: failedId({ requestId: 'r', name, ...(attempt === undefined ? {} : { attempt }) }),
        }),
      ).goals;

    test('and wants nothing where nothing is left', () => {
      expect(goals(undefined)).toEqual([]);
    });

    test.each<[string, FailedAttempt]>([
      ['by the name, until when it was made', { until: 1_795_262_400_000 }],
      ['by the ARN', { until: 1_795_262_400_000, arn: ARN }],
    ])('%s', (_, attempt) => {
      expect(goals(attempt)).toEqual([{ want: 'absent', owner: OWNER, name, spec: { kind: 'deployment' }, attempt }]);
    });

    test('which is no name, and fits what CloudFormation takes', () => {
      const longest = failedId({
        requestId: 'r'.repeat(64),
        name: 'n'.repeat(63),
        attempt: { until: Date.now(), arn: MODEL_1 },
      });
      expect(isName(longest)).toBe(false);
      expect(Buffer.byteLength(longest)).toBeLessThan(1024);
    });
  });
});
