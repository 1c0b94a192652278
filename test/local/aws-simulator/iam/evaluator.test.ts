import {
  type Conditions,
  decide,
  isAllowed,
  type Request,
  type Statement,
} from '../../../../local/aws-simulator/iam/evaluator';

const ALLOW: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/a' };
const READ: Request = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a', context: {} };

test.each<[string, Partial<Statement>, Partial<Request>, boolean]>([
  ['what is allowed', {}, {}, true],
  ['another action', {}, { action: 's3:PutObject' }, false],
  ['another resource', {}, { resource: 'arn:aws:s3:::bucket/b' }, false],
  ['an action in another case', {}, { action: 'S3:getobject' }, true],
  ['a resource in another case', {}, { resource: 'arn:aws:s3:::bucket/A' }, false],
  ['one of several', { Action: ['s3:ListBucket', 's3:GetObject'] }, {}, true],
  ['an action by its beginning', { Action: 's3:Get*' }, {}, true],
  ['a resource below another', { Resource: 'arn:aws:s3:::*' }, {}, true],
  ['a resource by one character', { Resource: 'arn:aws:s3:::bucket/?' }, {}, true],
  ['a star that is one', { Resource: 'arn:aws:s3:::bucket/${*}' }, { resource: 'arn:aws:s3:::bucket/*' }, true],
  ['what a star that is one does not stand for', { Resource: 'arn:aws:s3:::bucket/${*}' }, {}, false],
  [
    'a question mark that is one',
    { Resource: 'arn:aws:s3:::bucket/${?}' },
    { resource: 'arn:aws:s3:::bucket/?' },
    true,
  ],
  ['what a question mark that is one does not stand for', { Resource: 'arn:aws:s3:::bucket/${?}' }, {}, false],
  [
    'a dollar sign that is one, and a star',
    { Resource: 'arn:aws:s3:::bucket/${$}{*' },
    { resource: 'arn:aws:s3:::bucket/${a}' },
    true,
  ],
  ['a dot, which is no pattern', { Resource: 'arn:aws:s3:::bucket.a' }, {}, false],
])('%s', (_, statement, request, allowed) => {
  expect(isAllowed([{ ...ALLOW, ...statement }], { ...READ, ...request })).toBe(allowed);
});

test('what nothing allows is denied, and so is what something denies', () => {
  expect(isAllowed([], READ)).toBe(false);
  expect(decide([], READ)).toBe('implicitDeny');
  expect(isAllowed([ALLOW, { ...ALLOW, Effect: 'Deny', Resource: '*' }], READ)).toBe(false);
  expect(decide([ALLOW, { ...ALLOW, Effect: 'Deny', Resource: '*' }], READ)).toBe('explicitDeny');
});

test.each<[Conditions, Request['context'], boolean]>([
  [{ StringEquals: { k: 'a' } }, { k: 'a' }, true],
  [{ StringEquals: { k: 'a' } }, { K: 'a' }, true],
  [{ StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
  [{ StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
  [{ StringEquals: { k: 'a' } }, {}, false],
  [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a' }, false],
  [{ StringEquals: { k: 'a' }, StringLike: { l: 'b*' } }, { k: 'a', l: 'c' }, false],
  [{ StringEqualsIfExists: { k: 'a' } }, {}, true],
  [{ StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
  [{ StringLike: { k: 'a*' } }, { k: 'ab' }, true],
  [{ StringLike: { k: 'a*' } }, {}, false],
  [{ StringNotLike: { k: 'a*' } }, {}, true],
  [{ 'ForAllValues:StringNotLike': { k: 'a*' } }, { k: ['b', 'c'] }, true],
  [{ 'ForAllValues:StringNotLike': { k: 'a*' } }, { k: ['b', 'ab'] }, false],
  [{ 'ForAllValues:StringNotLike': { k: 'a*' } }, {}, true],
  [{ Null: { k: 'false' } }, { k: ['b'] }, true],
  [{ Null: { k: 'false' } }, {}, false],
  [{ Null: { k: 'true' } }, {}, true],
  [{ 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'ac'] }, true],
  [{ StringLikeIfExists: { k: 'a*' } }, {}, true],
  [{ StringLikeIfExists: { k: 'a*' } }, { k: 'b' }, false],
  [{ ArnLike: { k: 'arn:aws:states:*:1:stateMachine:*' } }, { k: 'arn:aws:states:us-east-1:1:stateMachine:W' }, true],
  [{ ArnLike: { k: 'arn:aws:states:*:stateMachine:*' } }, { k: 'arn:aws:states:us-east-1:1:stateMachine:W' }, false],
  [{ ArnLike: { k: 'arn:aws:states:*:1:*' } }, {}, false],
  [{ ArnEquals: { k: 'arn:aws:lambda:us-east-1:1:function:F' } }, { k: 'arn:aws:lambda:us-east-1:1:function:F' }, true],
  [
    { ArnEquals: { k: 'arn:aws:lambda:us-east-1:1:function:F' } },
    { k: 'arn:aws:lambda:us-east-1:1:function:F2' },
    false,
  ],
  [{ ArnEquals: { k: 'arn:aws:lambda:us-east-1:1:function:F' } }, {}, false],
  [{ StringLike: { k: 'a${*}/*' } }, { k: 'a*/b' }, true],
  [{ StringLike: { k: 'a${*}/*' } }, { k: 'ab/b' }, false],
  [{ Bool: { k: 'true' } }, { k: 'true' }, true],
  [{ Bool: { k: 'true' } }, { k: 'false' }, false],
  [{ Bool: { k: 'false' } }, {}, false],
])('%j of %j', (Condition, context, allowed) => {
  expect(isAllowed([{ ...ALLOW, Condition }], { ...READ, context })).toBe(allowed);
});

test('what it does not know is an error', () => {
  expect(() => isAllowed([{ ...ALLOW, Condition: { DateLessThan: { k: 'a' } } }], READ)).toThrow('DateLessThan');
  expect(() => isAllowed([{ ...ALLOW, NotAction: 's3:*' } as Statement], READ)).toThrow('NotAction');
  expect(() =>
    isAllowed([{ ...ALLOW, Condition: { StringEquals: { k: 'a' } } }], { ...READ, context: { k: ['a', 'b'] } }),
  ).toThrow('several');
  expect(() => isAllowed([{ ...ALLOW, Resource: 'arn:aws:s3:::${aws:username}' }], READ)).toThrow('policy variable');
});
