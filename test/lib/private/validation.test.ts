import type { Environment } from 'aws-cdk-lib';
import { App, Duration, Lazy, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { CustomModelDeployment, CustomModelDeploymentProps, ICustomModel } from '../../../lib';
import { CustomModelSource } from '../../../lib';
import {
  aModel,
  deploy,
  KEY_ARN,
  makeModel,
  MODEL_ARN,
  newStack,
  OTHER_MODEL_ARN,
  S3_URI,
  stringToken,
  theDeployment,
  theModel,
} from '../support/stacks';

function refuses(props: Partial<CustomModelDeploymentProps>, message: string): void {
  expect(() => deploy(newStack(), 'Deployment', props)).toThrow(`[Stack/Deployment] ${message}`);
}

function passesOn(property: string, props: (token: string) => Partial<CustomModelDeploymentProps>): void {
  const stack = newStack();
  deploy(stack, 'Deployment', props(stringToken(stack)));
  expect(theDeployment(stack).Properties[property]).toEqual({ Ref: 'Parameter' });
}

describe('H22: deploymentName', () => {
  const RULE =
    'deploymentName must be 1 to 63 letters, digits, hyphens and underscores, begin with a letter or digit, ' +
    'and not have two hyphens or underscores in a row, got ';

  test.each([
    '',
    '-support',
    'sup--port',
    'sup__port',
    'sup_-port',
    'sup port',
    'süpport',
    'a'.repeat(64),
    'support\n',
  ])('cannot be %p', (deploymentName) => {
    refuses({ deploymentName }, `${RULE}${JSON.stringify(deploymentName)}; leave it out`);
  });

  test.each(['a', '0', 'support-2', 'Sup_port-', 'a'.repeat(63), 'a-'.repeat(31) + 'a'])(
    'can be %p',
    (deploymentName) => {
      const stack = newStack();
      deploy(stack, 'Deployment', { deploymentName });
      expect(theDeployment(stack).Properties['DeploymentName']).toBe(deploymentName);
    },
  );

  test('can be a token', () => {
    passesOn('DeploymentName', (deploymentName) => ({ deploymentName }));
    passesOn('DeploymentName', (deploymentName) => ({
      deploymentName: Lazy.string({ produce: () => deploymentName }),
    }));
  });
});

test('H22: modelName has the same rule, and can be a token', () => {
  const stack = newStack();
  makeModel(stack, 'Model', { modelName: stringToken(stack) });

  expect(theModel(stack).Properties['ModelName']).toEqual({ Ref: 'Parameter' });
  expect(() => makeModel(stack, 'Wrong', { modelName: 'fraud--model' })).toThrow(
    '[Stack/Wrong] modelName must be 1 to 63 letters, digits, hyphens and underscores, begin with a letter or digit, ' +
      'and not have two hyphens or underscores in a row, got "fraud--model"',
  );
});

describe('H22: description', () => {
  const RULE = 'description must be 1 to 2048 characters without a line break, got ';

  test.each(['', 'two\nlines'])('cannot be %p', (description) => {
    refuses({ description }, `${RULE}${JSON.stringify(description)}; leave it out for no description`);
  });

  test('can be of 2048 characters, but not of 2049, which the message does not repeat in full', () => {
    const stack = newStack();
    deploy(stack, 'Deployment', { description: 'x'.repeat(2048) });
    expect(theDeployment(stack).Properties['Description']).toHaveLength(2048);

    refuses(
      { description: 'x'.repeat(2049) },
      `${RULE}"${'x'.repeat(119)}… (2051 characters); leave it out for no description`,
    );
  });

  test('can be a token', () => {
    passesOn('Description', (description) => ({ description }));
  });
});

describe('H22: model', () => {
  const inStackOf = (region: string, account: string): Stack => newStack({ env: { region, account } });

  test('cannot be in another Region than the stack', () => {
    expect(() => deploy(inStackOf('us-west-2', '111122223333'))).toThrow(
      `[Stack/Deployment] model must be in the Region of the stack (us-west-2), got "${MODEL_ARN}"`,
    );
  });

  test('cannot be in another account than the stack', () => {
    expect(() => deploy(inStackOf('us-east-1', '444455556666'))).toThrow(
      `[Stack/Deployment] model must be in the account of the stack (444455556666), got "${MODEL_ARN}"`,
    );
  });

  test.each([MODEL_ARN, OTHER_MODEL_ARN])(
    'can be %s in its own Region and account, and in a stack whose own are not known',
    (arn) => {
      for (const stack of [inStackOf('us-east-1', '111122223333'), newStack()]) {
        deploy(stack, 'Deployment', { model: aModel(stack, arn) });
        expect(theDeployment(stack).Properties['ModelArn']).toBe(arn);
      }
    },
  );

  test('cannot have a wrong ARN, even if it is a model of the user’s own making', () => {
    const stack = newStack();
    class OwnModel extends Resource implements ICustomModel {
      readonly modelArn = 'my-model';
    }

    expect(() => deploy(stack, 'Deployment', { model: new OwnModel(stack, 'Model') })).toThrow(
      '[Stack/Deployment] modelArn must be the ARN of a custom model',
    );
  });

  test('can be a token', () => {
    const stack = inStackOf('us-east-1', '111122223333');
    deploy(stack, 'Deployment', { model: aModel(stack, stringToken(stack)) });

    expect(theDeployment(stack).Properties['ModelArn']).toEqual({ Ref: 'Parameter' });
  });

  describe('of another stack', () => {
    const HERE = { region: 'us-east-1', account: '111122223333' };
    const deployAcross =
      (ofModel: Environment | undefined, ofStack: Environment | undefined) => (): CustomModelDeployment => {
        const app = new App();
        const models = new Stack(app, 'Models', { ...(ofModel === undefined ? {} : { env: ofModel }) });
        const stack = new Stack(app, 'Stack', { ...(ofStack === undefined ? {} : { env: ofStack }) });
        return deploy(stack, 'Deployment', {
          model: makeModel(models, 'Model', { source: CustomModelSource.s3(S3_URI) }),
        });
      };

    test('cannot be in another Region or account, although its ARN is a token', () => {
      expect(deployAcross({ ...HERE, region: 'us-west-2' }, HERE)).toThrow(
        '[Stack/Deployment] model must be in the Region of the stack (us-east-1), got Models/Model in us-west-2',
      );
      expect(deployAcross({ ...HERE, account: '444455556666' }, HERE)).toThrow(
        '[Stack/Deployment] model must be in the account of the stack (111122223333), got Models/Model in 444455556666',
      );
    });

    test.each<[string, Environment | undefined, Environment | undefined]>([
      ['in the same place', HERE, HERE],
      ['in a place that is not known', undefined, HERE],
      ['for a place that is not known', HERE, undefined],
    ])('can be %s', (_, ofModel, ofStack) => {
      expect(deployAcross(ofModel, ofStack)).not.toThrow();
    });
  });
});

describe('H22: timeout', () => {
  test.each([
    [Duration.seconds(0), 'Duration.seconds(0)'],
    [Duration.seconds(3601), 'Duration.seconds(3601)'],
    [Duration.hours(2), 'Duration.hours(2)'],
    [Duration.millis(1500), 'Duration.millis(1500)'],
  ])('cannot be %s', (timeout, shown) => {
    refuses(
      { timeout },
      `timeout must be a whole number of seconds, at least 1 and at most 3600 (CloudFormation waits at most 1 hour), got "${shown}"`,
    );
  });
});

describe('H22: encryptionKey', () => {
  const RULE = 'encryptionKey must be a key (arn:aws:kms:<region>:<account>:key/<id>), got ';
  const ALIAS_ARN = 'arn:aws:kms:us-east-1:111122223333:alias/models';

  const refusesKey = (key: (stack: Stack) => kms.IKey, shown: string): void => {
    const stack = newStack();
    const encryptionKey = key(stack);
    class EncryptedModel extends Resource implements ICustomModel {
      readonly modelArn = MODEL_ARN;
      readonly encryptionKey = encryptionKey;
    }
    expect(() => makeModel(stack, 'Made', { encryptionKey })).toThrow(`[Stack/Made] ${RULE}${shown}`);
    expect(() => deploy(stack, 'Deployed', { model: new EncryptedModel(stack, 'Model') })).toThrow(
      `[Stack/Deployed] ${RULE}${shown}`,
    );
  };

  test('cannot be an alias, new or existing, by object or by ARN', () => {
    refusesKey(
      (stack) => new kms.Alias(stack, 'Alias', { aliasName: 'alias/models', targetKey: new kms.Key(stack, 'Key') }),
      'the alias Stack/Alias: pass the key itself',
    );
    refusesKey(
      (stack) => kms.Alias.fromAliasName(stack, 'Alias', 'alias/models'),
      'the alias Stack/Alias: pass the key itself',
    );
    refusesKey(() => ({ keyRef: { keyArn: ALIAS_ARN } }) as kms.IKey, `the alias "${ALIAS_ARN}": pass the key itself`);
  });

  test('cannot be anything else', () => {
    refusesKey(() => ({ keyRef: { keyArn: 'models' } }) as kms.IKey, '"models"');
  });

  test.each([KEY_ARN, `arn:aws:kms:us-east-1:111122223333:key/mrk-${'0'.repeat(32)}`])('can be %s', (arn) => {
    const stack = newStack();
    makeModel(stack, 'Model', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) });
    expect(theModel(stack).Properties['KmsKeyArn']).toBe(arn);
  });

  test('can be a token', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    makeModel(stack, 'Model', { encryptionKey: key });

    expect(theModel(stack).Properties['KmsKeyArn']).toEqual(stack.resolve(key.keyArn));
  });
});

test('H22: removalPolicy cannot be SNAPSHOT', () => {
  const message =
    'removalPolicy must not be "snapshot", because Amazon Bedrock has no snapshots: use RETAIN or DESTROY';

  refuses({ removalPolicy: RemovalPolicy.SNAPSHOT }, message);
  expect(() => makeModel(newStack(), 'Model', { removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow(
    `[Stack/Model] ${message}`,
  );
});
