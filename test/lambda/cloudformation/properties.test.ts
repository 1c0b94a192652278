import { type Properties, readProperties } from '../../../lambda/cloudformation/properties';
import { PropertyError } from '../../../lambda/cloudformation/property';
import { KEY, MODEL_1, PACKAGE_1 } from '../support/builders';
import fc from '../support/fast-check';
import { modelRequest, request, S3 } from '../support/requests';

type GivenProperties = Record<string, unknown>;
const read = (properties: GivenProperties): Properties =>
  readProperties('Custom::BedrockCustomModelDeployment', request('Create', { properties }).ResourceProperties);
const readModel = (properties: GivenProperties): Properties =>
  readProperties('Custom::BedrockCustomModel', modelRequest('Create', { properties }).ResourceProperties);

describe('H19: the properties as they arrive', () => {
  test('are read', () => {
    expect(read({ DeploymentName: 'mine', Description: 'ours', Tags: { team: 'fraud' }, Timeout: '600' })).toEqual({
      kind: 'deployment',
      modelArn: MODEL_1,
      name: 'mine',
      description: 'ours',
      modelUpdate: 'IN_PLACE',
      tags: { team: 'fraud' },
      timeoutSeconds: 600,
    });
  });

  test('of a deployment with gates are read with these, and refused with a gate that is none', () => {
    const alarms = { Kind: 'ALARMS', AlarmNames: ['errors'], BakeTime: '600' };
    expect(read({ Gates: [alarms] })).toMatchObject({
      gates: [{ kind: 'alarms', names: ['errors'], maxAttempts: 3, seconds: 600 }],
    });
    expect(read({})).not.toHaveProperty('gates');
    expect(() => read({ Gates: 'none' })).toThrow(PropertyError);
  });

  test('of a model are read: its package and key', () => {
    expect(readModel({ ModelName: 'mine', KmsKeyArn: KEY, Tags: { team: 'fraud' }, Timeout: '600' })).toEqual({
      kind: 'model',
      source: { modelPackageArn: PACKAGE_1 },
      name: 'mine',
      kmsKeyArn: KEY,
      tags: { team: 'fraud' },
      timeoutSeconds: 600,
    });
  });

  test('of a model are read: its place in S3, and the role that reads it', () => {
    expect(readModel({ ...S3, ModelPackageArn: '' })).toEqual({
      kind: 'model',
      source: { s3Uri: S3.S3Uri, roleArn: S3.RoleArn },
      tags: {},
      timeoutSeconds: 3480,
    });
  });

  test('of a model are read: a place in S3 of 1024 characters', () => {
    const s3Uri = `s3://artefacts/${'x'.repeat(1009)}`;
    expect(readModel({ ...S3, S3Uri: s3Uri })).toMatchObject({ source: { s3Uri, roleArn: S3.RoleArn } });
  });

  test('that are empty strings are as if not there', () => {
    const empty = read({ DeploymentName: '', Description: '', Tags: '' });
    expect(empty).not.toHaveProperty('name');
    expect(empty).not.toHaveProperty('description');
    expect(empty.tags).toEqual({});
  });

  test('scalars are strings, and whoever sends numbers and booleans as tags means the words', () => {
    expect(read({ Timeout: 600 }).timeoutSeconds).toBe(600);
    expect(read({ Tags: { production: true, cost: 7 } }).tags).toEqual({ production: 'true', cost: '7' });
  });

  test('a timeout beyond what CloudFormation waits is cut to what leaves us the last word', () => {
    expect(read({ Timeout: '3600' }).timeoutSeconds).toBe(3480);
  });

  test('a name of 63 characters, a description of 2048, a tag of one, a second, and 47 tags of full length are taken', () => {
    expect(read({ DeploymentName: 'n'.repeat(63) }).name).toHaveLength(63);
    expect(read({ Description: 'd'.repeat(2048) })).toMatchObject({ description: 'd'.repeat(2048) });
    expect(read({ Tags: { k: '' } }).tags).toEqual({ k: '' });
    expect(read({ Timeout: '1' }).timeoutSeconds).toBe(1);
    const tags = Object.fromEntries(
      Array.from({ length: 47 }, (_, index) => [`${index}-`.padEnd(128, 'k'), 'v'.repeat(256)]),
    );
    expect(Object.keys(read({ Tags: tags }).tags)).toHaveLength(47);
  });
});

describe('H22: a token that turned out wrong is refused before anything is made', () => {
  const ARN_RULE = 'ModelArn must be the ARN of a custom model, got ';
  const NAME_RULE = 'must be 1 to 63 letters and digits, with single hyphens or underscores between them';
  const DESCRIPTION_RULE = 'Description must be 1 to 2048 characters without a line break';
  const KEY_RULE =
    'Tags must be keyed by 1 to 128 letters, digits, spaces and . _ : / = + @ -, not beginning with aws: or cdk-bedrock-custom-models:, and not __proto__, got ';
  const VALUE_RULE = 'Tags[team] must be at most 256 letters, digits, spaces and . _ : / = + @ -, got ';
  const MAP_RULE = 'Tags must be a map of keys to values, got ';
  const TIMEOUT_RULE = 'Timeout must be a whole number of seconds, at least 1, got ';

  test.each<[string, GivenProperties, string]>([
    ['no model', { ModelArn: undefined }, `${ARN_RULE}nothing`],
    ['an empty model', { ModelArn: '' }, `${ARN_RULE}""`],
    ['a foundation model', { ModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' }, ARN_RULE],
    ['a list of one model', { ModelArn: [MODEL_1] }, `${ARN_RULE}["${MODEL_1}"]`],
    ['a name with a dot', { DeploymentName: 'a.b' }, `DeploymentName ${NAME_RULE}, got "a.b"`],
    ['a name with two hyphens in a row', { DeploymentName: 'a--b' }, NAME_RULE],
    ['a name of 64 characters', { DeploymentName: 'n'.repeat(64) }, NAME_RULE],
    ['a name of 64 characters, half of them hyphens', { DeploymentName: 'n-'.repeat(32) }, NAME_RULE],
    ['a name that is a list', { DeploymentName: ['a'] }, 'DeploymentName must be a string, got ["a"]'],
    ['a description of 2049 characters', { Description: 'd'.repeat(2049) }, DESCRIPTION_RULE],
    ['a description with a line break', { Description: 'one\ntwo' }, DESCRIPTION_RULE],
    ['a mode that is none', { ModelUpdate: 'SOMETIMES' }, 'ModelUpdate must be IN_PLACE or REPLACE, got "SOMETIMES"'],
    [
      '48 tags',
      { Tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`k${index}`, 'v'])) },
      'Tags must be at most 47, got 48',
    ],
    ['a tag of AWS', { Tags: { 'aws:cloudformation:stack-id': 'x' } }, `${KEY_RULE}"aws:cloudformation:stack-id"`],
    [
      'a tag of ours',
      { Tags: { 'cdk-bedrock-custom-models:stack-id': 'x' } },
      `${KEY_RULE}"cdk-bedrock-custom-models:stack-id"`,
    ],
    ['a tag of AWS in capitals', { Tags: { 'AWS:team': 'x' } }, `${KEY_RULE}"AWS:team"`],
    [
      'a tag of ours in capitals',
      { Tags: { 'CDK-Bedrock-Custom-Models:stack-id': 'x' } },
      `${KEY_RULE}"CDK-Bedrock-Custom-Models:stack-id"`,
    ],
    [
      'a tag that no object can be assigned',
      { Tags: JSON.parse('{ "__proto__": "x" }') as object },
      `${KEY_RULE}"__proto__"`,
    ],
    ['a tag without a key', { Tags: { '': 'x' } }, `${KEY_RULE}""`],
    ['a key of 129 characters', { Tags: { ['k'.repeat(129)]: 'x' } }, KEY_RULE],
    ['a key with an exclamation mark', { Tags: { 'team!': 'x' } }, `${KEY_RULE}"team!"`],
    ['a tag with an exclamation mark', { Tags: { team: 'fraud!' } }, `${VALUE_RULE}"fraud!"`],
    ['a tag of 257 characters', { Tags: { team: 'v'.repeat(257) } }, VALUE_RULE],
    ['tags that are a list', { Tags: [{ Key: 'a', Value: 'b' }] }, MAP_RULE],
    ['tags that are a text', { Tags: 'team' }, `${MAP_RULE}"team"`],
    ['tags that are null', { Tags: null }, `${MAP_RULE}null`],
    ['no timeout', { Timeout: undefined }, `${TIMEOUT_RULE}nothing`],
    ['a timeout of nothing', { Timeout: '' }, `${TIMEOUT_RULE}""`],
    ['a timeout of 0', { Timeout: '0' }, `${TIMEOUT_RULE}"0"`],
    ['a timeout in words', { Timeout: 'an hour' }, `${TIMEOUT_RULE}"an hour"`],
    ['a timeout of one and a half', { Timeout: '1.5' }, `${TIMEOUT_RULE}"1.5"`],
    [
      'no state machine',
      { StateMachineArn: undefined },
      'StateMachineArn must be the ARN of a state machine, got nothing',
    ],
    [
      'a state machine that is no ARN',
      { StateMachineArn: 'my arn:aws:states:us-east-1:000000000000:stateMachine:Waiter' },
      'StateMachineArn must be the ARN of a state machine, got "my arn',
    ],
  ])('%s', (_, given, message) => {
    expect(() => read(given)).toThrow(PropertyError);
    expect(() => read(given)).toThrow(message);
  });

  const PACKAGE_RULE = 'ModelPackageArn must be the ARN of a SageMaker model package, got ';
  const S3_RULE = 'S3Uri must be the S3 URI of a model, s3://bucket/prefix, of at most 1024 characters, got ';

  test.each<[string, GivenProperties, string]>([
    ['a model of nothing', { ModelPackageArn: undefined }, `${S3_RULE}nothing`],
    [
      'a model of a package and of S3',
      { ...S3, ModelPackageArn: PACKAGE_1 },
      `S3Uri must be absent where there is a ModelPackageArn, got "${S3.S3Uri}"`,
    ],
    [
      'a model of a package group',
      { ModelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/fraud' },
      PACKAGE_RULE,
    ],
    [
      'a model of a bucket by its ARN',
      { ...S3, S3Uri: 'arn:aws:s3:::artefacts/fraud' },
      `${S3_RULE}"arn:aws:s3:::artefacts/fraud"`,
    ],
    ['a model in S3, of 1025 characters', { ...S3, S3Uri: `s3://artefacts/${'x'.repeat(1010)}` }, S3_RULE],
    ['a model of S3 without a role', { ...S3, RoleArn: undefined }, 'RoleArn must be the ARN of a role, got nothing'],
    [
      'an alias for a key',
      { KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:alias/mine' },
      'KmsKeyArn must be the ARN of a KMS key, not of an alias, got "arn:aws:kms',
    ],
    ['a model’s name with a dot', { ModelName: 'a.b' }, `ModelName ${NAME_RULE}, got "a.b"`],
  ])('%s', (_, given, message) => {
    expect(() => readModel(given)).toThrow(PropertyError);
    expect(() => readModel(given)).toThrow(message);
  });

  test('and the message quotes no more of it than can be read', () => {
    expect(() => read({ Description: 'd'.repeat(5000) })).toThrow(/^Description must be .{580}$/);
  });

  test('whatever else may come', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('ModelArn', 'DeploymentName', 'Description', 'ModelUpdate', 'Tags', 'Timeout'),
          fc.anything(),
        ),
        (given) => {
          try {
            read(given);
          } catch (error) {
            expect(error).toBeInstanceOf(PropertyError);
            expect((error as Error).message.length).toBeLessThanOrEqual(600);
          }
        },
      ),
    );
  });
});
