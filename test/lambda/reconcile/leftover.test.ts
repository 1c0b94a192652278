import { MADE_OF_TAG } from '../../../lib/private/contract';
import { decide } from '../../../lambda/reconcile/decide';
import type { ModelSpec } from '../../../lambda/reconcile/goal';
import { absent, deployment, memory, model, OUR_TAGS, PACKAGE_1, present, seen } from '../support/builders';

/** What was left under a fixed name before, by this very resource. */

const modelSpec: ModelSpec = { kind: 'model', source: { modelPackageArn: PACKAGE_1 }, madeOf: 'new' };
const oldDeployment = { deployment: deployment({ description: 'old' }), tags: OUR_TAGS };
const oldModel = (madeOf?: string): Parameters<typeof seen>[0] => ({ deployment: model(), tags: { ...OUR_TAGS, ...(madeOf === undefined ? {} : { [MADE_OF_TAG]: madeOf }) } });

describe('a resource that is wanted', () => {
  const wanted = present({ nameIsFixed: true, nameIsNew: true, description: 'new' });
  const wantedModel = { ...wanted, spec: modelSpec };

  test('is not what was made otherwise, which is left', () => {
    expect(decide(wanted, seen(oldDeployment), memory())).toMatchObject({ kind: 'fail', leaves: true, reason: expect.stringMatching(/another description, which cannot be changed: change deploymentName/) });
    expect(decide(wantedModel, seen(oldModel('old')), memory())).toMatchObject({ kind: 'fail', leaves: true, reason: expect.stringMatching(/another source, role or key, which cannot be changed: change modelName/) });
  });

  test('is what was made alike', () => {
    expect(decide({ ...wantedModel }, seen(oldModel('new')), memory())).toMatchObject({ kind: 'succeed' });
    expect(decide({ ...wanted, spec: { ...wanted.spec, kind: 'deployment', description: 'old' } as typeof wanted.spec }, seen(oldDeployment), memory())).toMatchObject({ kind: 'succeed' });
  });

  test('may be what does not tell of what it was made', () => {
    expect(decide(wantedModel, seen(oldModel()), memory())).toMatchObject({ kind: 'succeed' });
  });

  test('is what this request has begun to make, whatever is shown of it', () => {
    expect(decide(wanted, seen(oldDeployment), memory({ create: {} }))).toMatchObject({ kind: 'succeed' });
  });

  test('is looked at closer, where it was proven ours before', () => {
    expect(decide(wantedModel, seen({ deployment: model() }), memory({ ours: model().arn }))).toMatchObject({ kind: 'look', at: 'tags' });
  });

  test.each(['nameIsFixed', 'nameIsNew'])('cannot be a leftover without %s', (property) => {
    expect(decide({ ...wanted, [property]: false }, seen(oldDeployment), memory())).toMatchObject({ kind: 'succeed' });
  });
});

describe('a resource that may not be', () => {
  const spec = { kind: 'model' } as const;

  test('is not what was made otherwise, if only the properties give its name', () => {
    expect(decide(absent({ spec, madeAs: modelSpec }), seen(oldModel('old')), memory())).toEqual({ kind: 'succeed' });
    expect(decide(absent({ spec, madeAs: modelSpec }), seen({ ...oldModel('new'), users: [] }), memory())).toMatchObject({ kind: 'delete' });
  });

  test('is what CloudFormation knows by its id, however it was made', () => {
    expect(decide(absent({ spec }), seen({ ...oldModel('old'), users: [] }), memory())).toMatchObject({ kind: 'delete' });
  });
});
