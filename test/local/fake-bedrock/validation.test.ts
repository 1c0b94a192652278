import { type Bedrock, ValidationException } from '@aws-sdk/client-bedrock';
import { startLocal } from './helpers';

const MODEL = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';
const FOUNDATION_MODEL = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0';
const NAME_PATTERN = 'Member must satisfy regular expression pattern: ([0-9a-zA-Z][_-]?){1,63}';
const PATTERN = 'Member must satisfy regular expression pattern: ';
const AT_MOST = 'Member must have length less than or equal to';
const AT_LEAST = 'Member must have length greater than or equal to';

type ClientCall = (client: Bedrock) => Promise<unknown>;
const deploy =
  (change: object): ClientCall =>
  (client) =>
    client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: MODEL, ...change });
const create =
  (change: object): ClientCall =>
  (client) =>
    client.createCustomModel({ modelName: 'mine', ...change });
const list =
  (query: object): ClientCall =>
  (client) =>
    client.listCustomModelDeployments(query);
const tag =
  (...tags: { key: string; value: string }[]): ClientCall =>
  (client) =>
    client.tagResource({ resourceARN: MODEL, tags });
const modelPackage = (modelPackageArn: string) => ({
  customModelDataSource: { modelPackageArnDataSource: { modelPackageArn } },
});

const broken: [what: string, call: ClientCall, at: string, constraint: string][] = [
  ['a missing member', deploy({ modelArn: undefined }), "null at 'modelArn'", 'Member must not be null'],
  [
    'a name that starts with a dash',
    deploy({ modelDeploymentName: '-a' }),
    "'-a' at 'modelDeploymentName'",
    NAME_PATTERN,
  ],
  [
    'a name with two dashes in a row',
    deploy({ modelDeploymentName: 'a--b' }),
    "'a--b' at 'modelDeploymentName'",
    NAME_PATTERN,
  ],
  [
    'a name with a dash and an underscore in a row',
    deploy({ modelDeploymentName: 'a-_b' }),
    "'a-_b' at 'modelDeploymentName'",
    NAME_PATTERN,
  ],
  ['a name with a dot', deploy({ modelDeploymentName: 'a.b' }), "'a.b' at 'modelDeploymentName'", NAME_PATTERN],
  [
    'a name of 64 characters',
    deploy({ modelDeploymentName: 'a'.repeat(64) }),
    "aa' at 'modelDeploymentName'",
    `${AT_MOST} 63`,
  ],
  ['an empty name', deploy({ modelDeploymentName: '' }), "'' at 'modelDeploymentName'", `${AT_LEAST} 1`],
  [
    'a foundation model to deploy',
    deploy({ modelArn: FOUNDATION_MODEL }),
    `'${FOUNDATION_MODEL}' at 'modelArn'`,
    PATTERN,
  ],
  ['a model ARN with an id too short', deploy({ modelArn: MODEL.slice(0, -1) }), "ijk' at 'modelArn'", PATTERN],
  ['an empty description', deploy({ description: '' }), "'' at 'description'", `${AT_LEAST} 1`],
  [
    'a description of 2049 characters',
    deploy({ description: 'x'.repeat(2049) }),
    "xx' at 'description'",
    `${AT_MOST} 2048`,
  ],
  ['a description of two lines', deploy({ description: 'a\nb' }), "'a\nb' at 'description'", PATTERN],
  ['an ARN as a token', deploy({ clientRequestToken: MODEL }), `'${MODEL}' at 'clientRequestToken'`, PATTERN],
  ['a token that ends with a dash', deploy({ clientRequestToken: 'a-' }), "'a-' at 'clientRequestToken'", PATTERN],
  [
    'a token of 257 characters',
    deploy({ clientRequestToken: 'a'.repeat(257) }),
    "aa' at 'clientRequestToken'",
    `${AT_MOST} 256`,
  ],
  [
    'an update without a model',
    (client) => client.updateCustomModelDeployment({ customModelDeploymentIdentifier: 'mine', modelArn: undefined }),
    "null at 'modelArn'",
    'Member must not be null',
  ],
  [
    'an identifier of 94 characters',
    (client) => client.getCustomModelDeployment({ customModelDeploymentIdentifier: 'a'.repeat(94) }),
    "aa' at 'customModelDeploymentIdentifier'",
    `${AT_MOST} 93`,
  ],
  [
    'the ARN of something else',
    (client) => client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: MODEL }),
    `'${MODEL}' at 'customModelDeploymentIdentifier'`,
    PATTERN,
  ],

  [
    'a tag key of 129 characters',
    tag({ key: 'k'.repeat(129), value: '' }),
    "kk' at 'tags.1.member.key'",
    `${AT_MOST} 128`,
  ],
  [
    'an empty tag key',
    tag({ key: 'a', value: '' }, { key: '', value: '' }),
    "'' at 'tags.2.member.key'",
    `${AT_LEAST} 1`,
  ],
  [
    'a tag value of 257 characters',
    tag({ key: 'k', value: 'v'.repeat(257) }),
    "vv' at 'tags.1.member.value'",
    `${AT_MOST} 256`,
  ],
  [
    'a tag value with a letter outside the pattern',
    tag({ key: 'k', value: 'straße' }),
    "'straße' at 'tags.1.member.value'",
    PATTERN,
  ],
  [
    'more than 200 tags',
    tag(...Array.from({ length: 201 }, () => ({ key: 'k', value: 'v' }))),
    "at 'tags'",
    `${AT_MOST} 200`,
  ],
  [
    'more than 200 keys',
    (client) => client.untagResource({ resourceARN: MODEL, tagKeys: Array.from({ length: 201 }, () => 'k') }),
    "at 'tagKeys'",
    `${AT_MOST} 200`,
  ],
  [
    'what can have no tags',
    (client) => client.listTagsForResource({ resourceARN: 'arn:aws:s3:::a-bucket-of-mine' }),
    "'arn:aws:s3:::a-bucket-of-mine' at 'resourceARN'",
    PATTERN,
  ],

  [
    'an S3 location that is none',
    create({ modelSourceConfig: { s3DataSource: { s3Uri: 'https://bucket/key' } } }),
    "'https://bucket/key' at 'modelSourceConfig.s3DataSource.s3Uri'",
    PATTERN,
  ],
  [
    'a source that names nothing',
    create({ modelSourceConfig: {} }),
    "at 'modelSourceConfig'",
    'Member must have exactly one of [s3DataSource]',
  ],
  [
    'a model package that is none',
    create(modelPackage(MODEL)),
    `'${MODEL}' at 'customModelDataSource.modelPackageArnDataSource.modelPackageArn'`,
    PATTERN,
  ],
  [
    'the alias of a key',
    create({ modelKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:alias/mine' }),
    "at 'modelKmsKeyArn'",
    PATTERN,
  ],
  ['a role by its name', create({ roleArn: 'import' }), "'import' at 'roleArn'", PATTERN],
  [
    'an identifier of no model',
    (client) => client.getCustomModel({ modelIdentifier: 'a b' }),
    "'a b' at 'modelIdentifier'",
    PATTERN,
  ],

  [
    'a page of none',
    list({ maxResults: 0 }),
    "'0' at 'maxResults'",
    'Member must have value greater than or equal to 1',
  ],
  [
    'a page of 1001',
    list({ maxResults: 1001 }),
    "'1001' at 'maxResults'",
    'Member must have value less than or equal to 1000',
  ],
  [
    'a status in capitals',
    list({ statusEquals: 'ACTIVE' }),
    "'ACTIVE' at 'statusEquals'",
    'Member must satisfy enum value set: [Creating, Active, Failed]',
  ],
  [
    'a sort order unknown',
    list({ sortOrder: 'Random' }),
    "'Random' at 'sortOrder'",
    'Member must satisfy enum value set: [Ascending, Descending]',
  ],
  ['a part of a name that could be in none', list({ nameContains: '-' }), "'-' at 'nameContains'", NAME_PATTERN],
  [
    'a model to list by that is none',
    list({ modelArnEquals: 'arn:aws:bedrock:us-east-1' }),
    "at 'modelArnEquals'",
    PATTERN,
  ],
  ['a nextToken with a space', list({ nextToken: 'a b' }), "'a b' at 'nextToken'", PATTERN],
];

test.each(broken)('%s is refused', async (_, call, at, constraint) => {
  const { client, bedrock } = await startLocal();
  const refused = call(client);
  await expect(refused).rejects.toBeInstanceOf(ValidationException);
  await expect(refused).rejects.toThrow(/^\d validation errors? detected: Value /);
  await expect(refused).rejects.toThrow(`${at} failed to satisfy constraint: ${constraint}`);
  expect(bedrock.calls).toMatchObject([{ outcome: 'ValidationException', performed: false }]);
});

test('every broken constraint is told, not only the first', async () => {
  const { client } = await startLocal();
  await expect(deploy({ modelDeploymentName: `${'a'.repeat(64)}!`, description: '' })(client)).rejects.toThrow(
    new RegExp(
      "^3 validation errors detected: Value 'a+!' at 'modelDeploymentName' .+ 63; .+ pattern: .+; Value '' at 'description' .+ 1$",
    ),
  );
});

test.each([
  ['a name of 63 characters', { modelDeploymentName: 'a'.repeat(63) }],
  ['a name of 31 pairs with a dash', { modelDeploymentName: 'a-'.repeat(31) }],
  ['a name that ends with a dash', { modelDeploymentName: 'a-' }],
  ['a description of 2048 characters', { description: 'é'.repeat(2048) }],
  ['a token of one character', { clientRequestToken: 'a' }],
  ['a tag with every kind of character', { tags: [{ key: 'a Z9._:/=+@-', value: 'a Z9._:/=+@-' }] }],
])('%s is accepted', async (_, change) => {
  const { client, modelArn } = await startLocal();
  const { $metadata } = await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn, ...change });
  expect($metadata.httpStatusCode).toBe(202);
});
