import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { STACK_ID_TAG } from '../../../lib/private/contract';
import type { ViolationName } from '../../../simulation/checkers/violation';
import { runSeed, type SeedResult } from '../../../simulation/seeds';
import { handlerSubject } from '../../../simulation/subjects/in-process';
import type { SubjectDependencies, SubjectFactory } from '../../../simulation/subjects/subject';

/** One faulty subject for each violation: the checkers must report exactly that violation. */

interface SentAnswer {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** The handler, with other dependencies. */
const handlerWith =
  (replaced: (dependencies: SubjectDependencies) => Partial<SubjectDependencies>): SubjectFactory =>
  (dependencies) =>
    handlerSubject({ ...dependencies, ...replaced(dependencies) });

/** The handler, with changed answers; undefined: none is sent. */
const answering = (
  change: (answer: SentAnswer, dependencies: SubjectDependencies) => object | undefined,
): SubjectFactory =>
  handlerWith((dependencies) => ({
    respond: async (url, body) => {
      const changed = change(JSON.parse(body) as SentAnswer, dependencies);
      await (changed === undefined ? Promise.resolve() : dependencies.respond(url, JSON.stringify(changed)));
    },
  }));

/** The handler, and something happens to each deployment after its answer. */
const afterAnswer = (act: (arn: string, dependencies: SubjectDependencies) => void): SubjectFactory =>
  handlerWith((dependencies) => ({
    respond: async (url, body) => {
      await dependencies.respond(url, body);
      const { Arn = '' } = (JSON.parse(body) as SentAnswer).Data ?? {};
      if (dependencies.controlPlane.deployments().some(({ arn, status }) => arn === Arn && status === 'Active')) {
        act(Arn, dependencies);
      }
    },
  }));

/** Answers at once, and does nothing. */
const idle =
  (answer: (request: CloudFormationRequest) => object | undefined): SubjectFactory =>
  ({ respond }) => ({
    invoke: async (request) => {
      const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'none', ResponseURL } = request;
      const given = answer(request);
      await (given === undefined
        ? Promise.resolve()
        : respond(
            ResponseURL,
            JSON.stringify({ StackId, RequestId, LogicalResourceId, PhysicalResourceId, ...given }),
          ));
    },
  });

const modelTwo = ({ controlPlane }: SubjectDependencies): string =>
  controlPlane.models().find(({ name }) => name === 'two')?.arn ?? '';

const FAULTY_SUBJECTS: Readonly<Record<Exclude<ViolationName, 'simulation error'>, SubjectFactory>> = {
  'orphan': handlerWith(({ controlPlane, respond }) => ({
    respond: async (url, body) => {
      await respond(url, body);
      const modelDeploymentName = `left-${controlPlane.deployments().length}`;
      controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName,
        modelArn: controlPlane.models()[0]?.arn ?? '',
      });
    },
  })),
  'retained resource lost': (dependencies) => ({
    invoke: async (request) => {
      const { controlPlane } = dependencies;
      const all =
        request.RequestType === 'Delete'
          ? controlPlane.deployments().filter(({ tags }) => tags[STACK_ID_TAG] === request.StackId)
          : [];
      all.forEach(({ arn }) => {
        controlPlane.removeDeployment(arn);
      });
      await (await handlerSubject(dependencies)).invoke(request);
    },
  }),
  'duplicate': afterAnswer((arn, { controlPlane }) => {
    const { name, modelArn, tags } = controlPlane.deployments().find((each) => each.arn === arn) ?? {
      name: '',
      modelArn: '',
      tags: {},
    };
    const copied = Object.entries(tags).map(([key, value]) => ({ key, value }));
    controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: `${name.slice(0, 50)}-again`,
      modelArn,
      tags: copied,
    });
  }),
  'missing': afterAnswer((arn, { controlPlane }) => {
    controlPlane.removeDeployment(arn);
  }),
  'stuck stack': idle(() => ({ Status: 'FAILED', Reason: 'no' })),
  'foreign resource changed': afterAnswer((_, { controlPlane }) => {
    const foreign = controlPlane.deployments().find(({ name }) => name === 'foreign')?.arn ?? '';
    controlPlane.perform('TagResource', { resourceARN: foreign, tags: [{ key: 'anotherModel', value: 'now' }] });
  }),
  'wrong final state': afterAnswer((arn, dependencies) => {
    dependencies.controlPlane.setDeployment(arn, { modelArn: modelTwo(dependencies) });
  }),
  'unknown to CloudFormation': answering((answer) => ({
    ...answer,
    PhysicalResourceId: `${answer.PhysicalResourceId}x`,
  })),
  'wrong tags': afterAnswer((arn, { controlPlane }) => {
    controlPlane.perform('UntagResource', { resourceARN: arn, tagKeys: ['team', 'tier'] });
  }),
  'wrong attributes': answering((answer) => ({ ...answer, Data: { ...answer.Data, Name: 'another' } })),
  'unexpected failure': idle(({ RequestType }) =>
    RequestType === 'Delete' ? { Status: 'SUCCESS' } : { Status: 'FAILED', Reason: 'no' },
  ),
  'false success': idle(() => ({ Status: 'SUCCESS' })),
  'gate not passed': handlerWith(({ integration }) => ({
    integration: (resource, ...more) =>
      resource.includes('describeStacks')
        ? Promise.resolve({ Stacks: [{ StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS' }] })
        : integration(resource, ...more),
  })),
  'no answer': idle(() => undefined),
  'invalid answer': answering((answer) => ({
    ...answer,
    Reason: answer.Status === 'FAILED' ? undefined : 'x'.repeat(5000),
  })),
  'secret leaked': ({ log }) => ({
    invoke: (request) => {
      log(JSON.stringify(request));
      return Promise.resolve();
    },
  }),
};

async function found(name: ViolationName, createSubject: SubjectFactory): Promise<SeedResult> {
  for (let seed = 1; seed <= 40; seed++) {
    const life = await runSeed(seed, createSubject, 0);
    if (life.violations.some((violation) => violation.name === name)) {
      return life;
    }
  }
  throw new Error(`no ${name} in 40 lives`);
}

test.each(Object.entries(FAULTY_SUBJECTS) as [ViolationName, SubjectFactory][])(
  '%s is reported for a subject that causes it',
  async (name, createSubject) => {
    expect((await found(name, createSubject)).violations).toContainEqual({ name, detail: expect.stringMatching(/./) });
  },
);

test('a life with a violation is shrunk, and its trace is complete', async () => {
  const { seed } = await found('unexpected failure', FAULTY_SUBJECTS['unexpected failure']);
  const { trace } = await runSeed(seed, FAULTY_SUBJECTS['unexpected failure']);
  expect(trace.map((line) => line.trim())).toEqual([
    'world: deployment create: 1.0 s; deployment update: 1.0 s; model create: 1.0 s',
    'create Deployment',
    'delete',
    '',
    '0.0 s    Bedrock: CreateCustomModelDeployment modelDeploymentName "foreign", modelArn "one", tags none',
    '3600.0 s  == create Deployment',
    '3601.0 s  >> Create Deployment: {"ModelArn":"one","ModelUpdate":"IN_PLACE"}',
    expect.stringMatching(/^3601.\d s {2}<< FAILED Create Deployment no$/),
    expect.stringMatching(/^360\d.\d s {2}>> Delete Deployment none$/),
    expect.stringMatching(/^360\d.\d s {2}<< SUCCESS Delete Deployment$/),
    expect.stringMatching(/^360\d.\d s {2}== ROLLBACK_COMPLETE$/),
    expect.stringMatching(/^360\d.\d s {2}== delete$/),
    expect.stringMatching(/^360\d.\d s {2}== DELETE_COMPLETE$/),
    '',
    'VIOLATION: unexpected failure: ROLLBACK_COMPLETE: Deployment: no',
  ]);
});
