import fc from 'fast-check';
import { NAME_PATTERN } from '../../../lib/private/contract';
import { intentOf, nameOf } from '../../../lambda/cloudformation/intent';
import { MODEL_1, MODEL_2, OWNER, STACK_ID } from '../support/builders';
import { request } from '../support/requests';

const GENERATED = 'fraud-Deployment-6f1b0a';

describe('the name', () => {
  const inPlace = { kind: 'deployment', modelUpdate: 'IN_PLACE', modelArn: MODEL_1 } as const;
  const replace = { kind: 'deployment', modelUpdate: 'REPLACE', modelArn: MODEL_1 } as const;

  test('is the user’s, if there is one', () => {
    expect(nameOf(OWNER, { ...inPlace, name: 'mine' })).toBe('mine');
  });

  test('never changes from release to release, since it is how deployments are found again', () => {
    expect([nameOf(OWNER, inPlace), nameOf(OWNER, { ...inPlace, description: 'A description' }), nameOf(OWNER, replace)]).toMatchInlineSnapshot(`
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

  test('H19: is one that Bedrock takes, whatever the stack and the resource are called', () => {
    fc.assert(fc.property(fc.string({ maxLength: 128 }), fc.string({ maxLength: 255 }), fc.string(), (stackName, logicalId, description) => {
      const name = nameOf({ stackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/${stackName}/1`, logicalId }, { ...inPlace, description });
      expect(name).toMatch(NAME_PATTERN);
      expect(name.length).toBeLessThanOrEqual(63);
    }));
  });
});

describe('a Create', () => {
  test('wants one deployment, whose name is the physical id before anything is done', () => {
    const intent = intentOf(request('Create'));
    expect(intent.goals).toHaveLength(1);
    expect(intent.goals[0]).toMatchObject({ want: 'present', owner: OWNER, name: intent.physicalId, nameIsFixed: false, spec: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true } });
    expect(intent.goals[0]).not.toHaveProperty('previous');
    expect(intent.goals[0]).toHaveProperty('nameIsNew', true);
  });
});

describe('an Update', () => {
  test('in place keeps the physical id', () => {
    const created = intentOf(request('Create')).physicalId;
    expect(intentOf(request('Update', { properties: { ModelArn: MODEL_2 }, old: {}, physicalId: created })))
      .toMatchObject({ physicalId: created, goals: [{ want: 'present', nameIsNew: false, spec: { modelArn: MODEL_2 }, previous: { modelArn: MODEL_1 } }] });
  });

  test('that replaces has another id, and leaves the old deployment for CloudFormation to delete', () => {
    const created = intentOf(request('Create')).physicalId;
    const update = intentOf(request('Update', { properties: { Description: 'new' }, old: {}, physicalId: created }));
    expect(update.physicalId).not.toBe(created);
    expect(update.goals).toMatchObject([{ nameIsNew: true }]);
  });

  test('H3: that rolls back a replacement which never answered clears away what that made', () => {
    const created = intentOf(request('Create')).physicalId;
    const replacement = intentOf(request('Update', { properties: { Description: 'new' }, old: {}, physicalId: created })).physicalId;
    const rollback = intentOf(request('Update', { properties: {}, old: { Description: 'new' }, physicalId: created }));
    expect(rollback).toMatchObject({ physicalId: created, goals: [{ want: 'present', name: created }, { want: 'absent', name: replacement, madeAs: { description: 'new' } }] });
  });

  test('H26: whose old properties were refused as wrong takes them for nothing', () => {
    expect(intentOf(request('Update', { old: { ModelArn: 'nonsense' }, physicalId: GENERATED })).goals).toMatchObject([{ want: 'present', previous: { tags: {} } }]);
  });
});

describe('a Delete', () => {
  test('goes by the physical id', () => {
    const { physicalId } = intentOf(request('Create'));
    expect(intentOf(request('Delete', { physicalId })).goals).toEqual([{ want: 'absent', owner: OWNER, name: physicalId, spec: { kind: 'deployment' } }]);
  });

  test('H3: with an id that CloudFormation made up goes by the name that the properties give as well', () => {
    const { physicalId } = intentOf(request('Create'));
    expect(intentOf(request('Delete', { physicalId: 'fraud-Deployment-1ABCDEFGHIJKL' })).goals)
      .toEqual([
        { want: 'absent', owner: OWNER, name: 'fraud-Deployment-1ABCDEFGHIJKL', spec: { kind: 'deployment' } },
        { want: 'absent', owner: OWNER, name: physicalId, spec: { kind: 'deployment' }, madeAs: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true } },
      ]);
    expect(intentOf(request('Delete', { physicalId: '2026/11/21/[$LATEST]abcdef' })).goals).toMatchObject([{ name: physicalId }]);
  });

  test('H3: of what was refused as wrong wants nothing', () => {
    expect(intentOf(request('Delete', { physicalId: 'not-created:1', properties: { ModelArn: 'nonsense' } })).goals).toEqual([]);
  });

  test('answers with the id that it was given', () => {
    expect(intentOf(request('Delete', { physicalId: 'not-created:1' })).physicalId).toBe('not-created:1');
  });
});
