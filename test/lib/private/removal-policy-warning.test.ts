import { Annotations as CdkAnnotations, App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { CustomModelDeployment, ICustomModel } from '../../../lib';
import { IS_NEWEST_CDK } from '../../support/cdk';
import { aModel, deploy, makeModel, newStack } from '../support/stacks';

const { DESTROY, RETAIN, RETAIN_ON_UPDATE_OR_DELETE } = RemovalPolicy;
const ID = 'cdk-bedrock-custom-models:modelOfKeptDeployment';

function stackWith(
  ofDeployment: RemovalPolicy | undefined,
  ofModel: RemovalPolicy | undefined,
): { stack: Stack; deployment: CustomModelDeployment; model: ICustomModel } {
  const stack = newStack();
  const model = makeModel(stack, 'Model', ofModel === undefined ? {} : { removalPolicy: ofModel });
  const deployment = deploy(stack, 'Deployment', {
    model,
    ...(ofDeployment === undefined ? {} : { removalPolicy: ofDeployment }),
  });
  return { stack, deployment, model };
}

function warnings(stack: Stack): unknown[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(ID))
    .map(({ id }) => id);
}

describe('H41: a deployment that is kept, of a model that goes', () => {
  test.each([RETAIN, RETAIN_ON_UPDATE_OR_DELETE])(
    'with %s, is warned of, with what happens and what to do',
    (removalPolicy) => {
      const { stack } = stackWith(removalPolicy, DESTROY);

      Annotations.fromStack(stack).hasWarning(
        '/Stack/Deployment',
        Match.stringLikeRegexp(
          'Stack/Model deletes the model, which fails while the deployment uses it.*Retain the model as well.*or delete the deployment',
        ),
      );
    },
  );

  test.each([
    [RETAIN, undefined],
    [RETAIN, RETAIN],
    [DESTROY, DESTROY],
    [undefined, DESTROY],
    [undefined, undefined],
  ])('a deployment with %s of a model with %s is not', (ofDeployment, ofModel) => {
    expect(warnings(stackWith(ofDeployment, ofModel).stack)).toEqual([]);
  });

  test('nor is one of a model that exists already', () => {
    const stack = newStack();
    deploy(stack, 'Deployment', { model: aModel(stack), removalPolicy: RETAIN });

    expect(warnings(stack)).toEqual([]);
  });

  test('what is applied later counts', () => {
    const worse = stackWith(undefined, undefined);
    worse.deployment.applyRemovalPolicy(RETAIN);
    worse.model.applyRemovalPolicy(DESTROY);
    const better = stackWith(RETAIN, DESTROY);
    better.model.applyRemovalPolicy(RETAIN);

    expect(warnings(worse.stack)).toEqual(['/Stack/Deployment']);
    expect(warnings(better.stack)).toEqual([]);
  });

  test('the model may be in another stack of the app', () => {
    const app = new App();
    const model = makeModel(new Stack(app, 'Models'), 'Model', { removalPolicy: DESTROY });
    const stack = new Stack(app, 'Stack');
    deploy(stack, 'Deployment', { model, removalPolicy: RETAIN });

    expect(warnings(stack)).toEqual(['/Stack/Deployment']);
  });

  // aws-cdk-lib 2.257 forgets the scope itself if the warning comes later
  test.each(IS_NEWEST_CDK ? (['Stack', 'Stack/Deployment'] as const) : (['Stack'] as const))(
    'can be acknowledged at %s',
    (path) => {
      const { stack, deployment } = stackWith(RETAIN, DESTROY);
      CdkAnnotations.of(path === 'Stack' ? stack : deployment).acknowledgeWarning(ID);

      expect(warnings(stack)).toEqual([]);
    },
  );
});
