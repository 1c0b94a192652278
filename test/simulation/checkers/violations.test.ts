import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { STACK_ID_TAG } from '../../../lib/private/contract';
import type { FindingName } from '../../../simulation/checkers/violation';
import { weather, type Weathered } from '../../../simulation/lives';
import { handlerCraft } from '../../../simulation/subjects/in-process';
import type { Launch, Surroundings } from '../../../simulation/subjects/subject';

/** Back ends that are wrong in one way each, and what the storm finds about them. */

interface Answer {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** Our own, but what it does is meddled with. */
const meddled =
  (meddle: (surroundings: Surroundings) => Partial<Surroundings>): Launch =>
  (surroundings) =>
    handlerCraft({ ...surroundings, ...meddle(surroundings) });

/** Its answers are not what they were. */
const answering = (change: (answer: Answer, surroundings: Surroundings) => object | undefined): Launch =>
  meddled((surroundings) => ({
    respond: async (url, body) => {
      const changed = change(JSON.parse(body) as Answer, surroundings);
      await (changed === undefined ? Promise.resolve() : surroundings.respond(url, JSON.stringify(changed)));
    },
  }));

/** Whenever it has answered that something is there, something is done to it. */
const afterwards = (happens: (arn: string, surroundings: Surroundings) => void): Launch =>
  meddled((surroundings) => ({
    respond: async (url, body) => {
      await surroundings.respond(url, body);
      const { Arn = '' } = (JSON.parse(body) as Answer).Data ?? {};
      if (surroundings.controlPlane.deployments().some(({ arn, status }) => arn === Arn && status === 'Active')) {
        happens(Arn, surroundings);
      }
    },
  }));

/** It answers at once, and does nothing. */
const idle =
  (answer: (request: CloudFormationRequest) => object | undefined): Launch =>
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

const ours = ({ controlPlane }: Surroundings): string =>
  controlPlane.models().find(({ name }) => name === 'two')?.arn ?? '';

const WRONG: Readonly<Record<Exclude<FindingName, 'crash'>, Launch>> = {
  'orphan': meddled(({ controlPlane, respond }) => ({
    respond: async (url, body) => {
      await respond(url, body);
      const modelDeploymentName = `left-${controlPlane.deployments().length}`;
      controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName,
        modelArn: controlPlane.models()[0]?.arn ?? '',
      });
    },
  })),
  'lost': (surroundings) => ({
    invoke: async (request) => {
      const { controlPlane } = surroundings;
      const all =
        request.RequestType === 'Delete'
          ? controlPlane.deployments().filter(({ tags }) => tags[STACK_ID_TAG] === request.StackId)
          : [];
      all.forEach(({ arn }) => {
        controlPlane.removeDeployment(arn);
      });
      await (await handlerCraft(surroundings)).invoke(request);
    },
  }),
  'double': afterwards((arn, { controlPlane }) => {
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
  'missing': afterwards((arn, { controlPlane }) => {
    controlPlane.removeDeployment(arn);
  }),
  'stuck': idle(() => ({ Status: 'FAILED', Reason: 'no' })),
  'foreign touched': afterwards((_, { controlPlane }) => {
    const theirs = controlPlane.deployments().find(({ name }) => name === 'theirs')?.arn ?? '';
    controlPlane.perform('TagResource', { resourceARN: theirs, tags: [{ key: 'ours', value: 'now' }] });
  }),
  'wrong end': afterwards((arn, surroundings) => {
    surroundings.controlPlane.setDeployment(arn, { modelArn: ours(surroundings) });
  }),
  'unknown to CloudFormation': answering((answer) => ({
    ...answer,
    PhysicalResourceId: `${answer.PhysicalResourceId}x`,
  })),
  'wrong tags': afterwards((arn, { controlPlane }) => {
    controlPlane.perform('UntagResource', { resourceARN: arn, tagKeys: ['team', 'tier'] });
  }),
  'wrong attributes': answering((answer) => ({ ...answer, Data: { ...answer.Data, Name: 'another' } })),
  'needless failure': idle(({ RequestType }) =>
    RequestType === 'Delete' ? { Status: 'SUCCESS' } : { Status: 'FAILED', Reason: 'no' },
  ),
  'false success': idle(() => ({ Status: 'SUCCESS' })),
  'no answer': idle(() => undefined),
  'bad answer': answering((answer) => ({
    ...answer,
    Reason: answer.Status === 'FAILED' ? undefined : 'x'.repeat(5000),
  })),
  'secret told': ({ log }) => ({
    invoke: (request) => {
      log(JSON.stringify(request));
      return Promise.resolve();
    },
  }),
};

async function found(name: FindingName, launch: Launch): Promise<Weathered> {
  for (let seed = 1; seed <= 40; seed++) {
    const life = await weather(seed, launch, 0);
    if (life.findings.some((finding) => finding.name === name)) {
      return life;
    }
  }
  throw new Error(`there is no ${name} in 40 lives`);
}

test.each(Object.entries(WRONG) as [FindingName, Launch][])('%s is found where there is one', async (name, launch) => {
  expect((await found(name, launch)).findings).toContainEqual({ name, detail: expect.stringMatching(/./) });
});

test('a bad life is made as small as it can be, and told', async () => {
  const { seed } = await found('needless failure', WRONG['needless failure']);
  const { story } = await weather(seed, WRONG['needless failure']);
  expect(story.map((line) => line.trim())).toEqual([
    'The world: deployment create: 1.0 s; deployment update: 1.0 s; model create: 1.0 s',
    'create Deployment',
    'delete',
    '',
    '0.0 s    Bedrock: CreateCustomModelDeployment modelDeploymentName "theirs", modelArn "one", tags none',
    '3600.0 s  == create Deployment',
    '3601.0 s  >> Create Deployment: {"ModelArn":"one","ModelUpdate":"IN_PLACE"}',
    expect.stringMatching(/^3601.\d s {2}<< FAILED Create Deployment no$/),
    expect.stringMatching(/^360\d.\d s {2}>> Delete Deployment none$/),
    expect.stringMatching(/^360\d.\d s {2}<< SUCCESS Delete Deployment$/),
    expect.stringMatching(/^360\d.\d s {2}== ROLLBACK_COMPLETE$/),
    expect.stringMatching(/^360\d.\d s {2}== delete$/),
    expect.stringMatching(/^360\d.\d s {2}== DELETE_COMPLETE$/),
    '',
    'NEEDLESS FAILURE: ROLLBACK_COMPLETE: Deployment: no',
  ]);
});
