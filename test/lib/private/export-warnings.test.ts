import { Annotations as CdkAnnotations, App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { CustomModel, CustomModelDeployment } from '../../../lib';
import { ModelUpdate } from '../../../lib';
import { IS_NEWEST_CDK } from '../../support/cdk';
import { deploy, makeModel } from '../support/stacks';

const ID = 'cdk-bedrock-custom-models:exportThatChanges';

/** Where it is warned in an app of two stacks, one that defines these and one that uses what it is handed. */
function warned(
  modelUpdate: ModelUpdate,
  use: (made: { deployment: CustomModelDeployment; model: CustomModel; stack: Stack; other: Stack }) => void,
  modelName?: string,
): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const model = makeModel(stack, 'Model', modelName === undefined ? {} : { modelName });
  const deployment = deploy(stack, 'Deployment', { model, modelUpdate });
  const other = new Stack(app, 'Other');
  deploy(other);
  use({ deployment, model, stack, other });
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(ID))
    .map(({ id }) => id);
}

function mention(scope: Stack, value: string): void {
  new StringParameter(scope, 'Mention', { stringValue: value });
}

const { IN_PLACE, REPLACE } = ModelUpdate;

describe('H35: what changes is imported by another stack', () => {
  test('the ARN of a deployment that is replaced, used in any way', () => {
    expect(
      warned(REPLACE, ({ deployment, other }) => {
        mention(other, `id=${deployment.deploymentArn}`);
      }),
    ).toEqual(['/Stack/Deployment']);
    expect(
      warned(REPLACE, ({ deployment, other }) => {
        deployment.grants.invoke(new iam.Role(other, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
      }),
    ).toEqual(['/Stack/Deployment']);
    expect(
      warned(REPLACE, ({ deployment, stack }) => {
        stack.exportValue(deployment.deploymentArn);
      }),
    ).toEqual(['/Stack/Deployment']);
    expect(
      warned(REPLACE, ({ deployment, stack }) => {
        new CfnOutput(stack, 'Output', { value: deployment.deploymentArn, exportName: 'arn' });
      }),
    ).toEqual(['/Stack/Deployment']);
  });

  test('its name', () => {
    expect(
      warned(REPLACE, ({ deployment, other }) => {
        mention(other, deployment.deploymentName);
      }),
    ).toEqual(['/Stack/Deployment']);
  });

  test('the ARN and the name of a model, also by a deployment in the other stack', () => {
    expect(
      warned(IN_PLACE, ({ model, other }) => {
        deploy(other, 'Theirs', { model });
      }),
    ).toEqual(['/Stack/Model']);
    expect(
      warned(IN_PLACE, ({ model, other }) => {
        mention(other, model.modelName);
      }),
    ).toEqual(['/Stack/Model']);
  });

  test('the ARN of the model that a deployment says it has', () => {
    expect(
      warned(IN_PLACE, ({ deployment, other }) => {
        mention(other, deployment.modelArn);
      }),
    ).toEqual(['/Stack/Deployment']);
  });

  test('from a nested stack', () => {
    expect(
      warned(REPLACE, ({ deployment, other }) => {
        mention(new NestedStack(other, 'Nested'), deployment.deploymentArn);
      }),
    ).toEqual(['/Stack/Deployment']);
  });

  test('the warning says what happens and what to do', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    mention(new Stack(app, 'Other'), deploy(stack, 'Deployment', { modelUpdate: REPLACE }).deploymentArn);

    Annotations.fromStack(stack).hasWarning(
      '/Stack/Deployment',
      Match.stringLikeRegexp('imports the Arn .* refuses to change an export that is in use.*SSM parameter'),
    );
  });

  // aws-cdk-lib 2.257 forgets the scope itself if the warning comes later
  test.each(IS_NEWEST_CDK ? (['Stack', 'Stack/Deployment'] as const) : (['Stack'] as const))(
    'can be acknowledged at %s',
    (path) => {
      expect(
        warned(REPLACE, ({ deployment, stack, other }) => {
          mention(other, deployment.deploymentArn);
          CdkAnnotations.of(path === 'Stack' ? stack : deployment).acknowledgeWarning(ID);
        }),
      ).toEqual([]);
    },
  );
});

describe('H35: no warning', () => {
  test('of the ARN of a deployment that keeps it', () => {
    expect(
      warned(IN_PLACE, ({ deployment, other }) => {
        mention(other, deployment.deploymentArn);
      }),
    ).toEqual([]);
  });

  test('of the name of a model that is fixed', () => {
    expect(
      warned(
        IN_PLACE,
        ({ model, other }) => {
          mention(other, model.modelName);
        },
        'fraud',
      ),
    ).toEqual([]);
  });

  test('of what is used in the stack itself, and in its nested stacks', () => {
    expect(
      warned(REPLACE, ({ deployment, stack }) => {
        mention(stack, deployment.deploymentArn);
        mention(new NestedStack(stack, 'Nested'), deployment.deploymentArn);
      }),
    ).toEqual([]);
  });

  test('of what is handed over by an SSM parameter', () => {
    expect(
      warned(REPLACE, ({ deployment, stack, other }) => {
        new StringParameter(stack, 'Arn', {
          parameterName: '/fraud/deployment',
          stringValue: deployment.deploymentArn,
        });
        mention(other, StringParameter.valueForStringParameter(other, '/fraud/deployment'));
      }),
    ).toEqual([]);
  });
});
