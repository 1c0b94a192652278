import type { Stack } from 'aws-cdk-lib';
import { Annotations as CdkAnnotations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CustomModelSource } from '../../../lib';
import { aModel, deploy, makeModel, MODEL_ARN, MODEL_PACKAGE_ARN, newStack } from '../support/stacks';

describe('H22: a Region without on-demand deployments', () => {
  const ID = 'cdk-bedrock-custom-models:regionWithoutOnDemand';

  const stackIn = (region: string): Stack => {
    const stack = newStack({ env: { region } });
    deploy(stack, 'Deployment', { model: aModel(stack, MODEL_ARN.replace('us-east-1', region)) });
    return stack;
  };

  test('is a warning, never an error', () => {
    Annotations.fromStack(stackIn('eu-central-1')).hasWarning(
      '/Stack/Deployment',
      Match.stringLikeRegexp(
        `only in us-east-1 and us-west-2, not in eu-central-1.*See https://docs.* \\[ack: ${ID}\\]$`,
      ),
    );
  });

  test('can be acknowledged', () => {
    const stack = newStack({ env: { region: 'eu-central-1' } });
    const deployment = deploy(stack, 'Deployment', {
      model: aModel(stack, MODEL_ARN.replace('us-east-1', 'eu-central-1')),
    });
    CdkAnnotations.of(deployment).acknowledgeWarning(ID);

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test.each(['us-east-1', 'us-west-2'])('is not %s', (region) => {
    Annotations.fromStack(stackIn(region)).hasNoWarning('*', Match.anyValue());
  });

  test('is not one that is only known at deploy time', () => {
    const stack = newStack();
    deploy(stack);

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('H22: a Region without the import of models', () => {
  const ID = 'cdk-bedrock-custom-models:regionWithoutModelImport';
  const HERE = { source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN.replace('us-east-1', 'us-west-2')) };

  test('is a warning, never an error', () => {
    const stack = newStack({ env: { region: 'us-west-2' } });
    makeModel(stack, 'Model', HERE);

    Annotations.fromStack(stack).hasWarning(
      '/Stack/Model',
      Match.stringLikeRegexp(`only in us-east-1, not in us-west-2.*See https://docs.* \\[ack: ${ID}\\]$`),
    );
  });

  test('can be acknowledged', () => {
    const stack = newStack({ env: { region: 'us-west-2' } });
    CdkAnnotations.of(makeModel(stack, 'Model', HERE)).acknowledgeWarning(ID);

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test.each([{ env: { region: 'us-east-1' } }, {}])('is not that of %j', (props) => {
    const stack = newStack(props);
    makeModel(stack);

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});
