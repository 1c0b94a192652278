import type { Conditions, Request, Statement } from './evaluator';
import { isAllowed } from './evaluator';

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
  ['a dot, which is no pattern', { Resource: 'arn:aws:s3:::bucket.a' }, {}, false],
])('%s', (_, statement, request, allowed) => {
  expect(isAllowed([{ ...ALLOW, ...statement }], { ...READ, ...request })).toBe(allowed);
});

test('what nothing allows is denied, and so is what something denies', () => {
  expect(isAllowed([], READ)).toBe(false);
  expect(isAllowed([ALLOW, { ...ALLOW, Effect: 'Deny', Resource: '*' }], READ)).toBe(false);
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
])('%j of %j', (Condition, context, allowed) => {
  expect(isAllowed([{ ...ALLOW, Condition }], { ...READ, context })).toBe(allowed);
});

test('what it does not know is an error', () => {
  expect(() => isAllowed([{ ...ALLOW, Condition: { DateLessThan: { k: 'a' } } }], READ)).toThrow('DateLessThan');
  expect(() => isAllowed([{ ...ALLOW, NotAction: 's3:*' } as Statement], READ)).toThrow('NotAction');
  expect(() => isAllowed([{ ...ALLOW, Condition: { StringEquals: { k: 'a' } } }], { ...READ, context: { k: ['a', 'b'] } })).toThrow('several');
});
