import fc from 'fast-check';
import { PropertyError, readProperties } from '../../../lambda/cloudformation/properties';
import { MODEL_1 } from '../support/builders';
import { request } from '../support/requests';

const read = (given: Record<string, unknown>): ReturnType<typeof readProperties> => readProperties('Custom::BedrockCustomModelDeployment', request('Create', { properties: given }).ResourceProperties);

describe('H19: the properties as they arrive', () => {
  test('are read', () => {
    expect(read({ DeploymentName: 'mine', Description: 'ours', Tags: { team: 'fraud' }, Timeout: '600' })).toEqual({
      kind: 'deployment', modelArn: MODEL_1, name: 'mine', description: 'ours', modelUpdate: 'IN_PLACE',
      tags: { team: 'fraud' }, timeoutSeconds: 600,
    });
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

  test('a name of 63 characters and 47 tags of full length are taken', () => {
    expect(read({ DeploymentName: 'n'.repeat(63) }).name).toHaveLength(63);
    const tags = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`${index}-`.padEnd(128, 'k'), 'v'.repeat(256)]));
    expect(Object.keys(read({ Tags: tags }).tags)).toHaveLength(47);
  });
});

describe('H22: a token that turned out wrong is refused before anything is made', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['no model', { ModelArn: undefined }, 'ModelArn must be the ARN of a custom model, got nothing'],
    ['an empty model', { ModelArn: '' }, 'ModelArn must be the ARN of a custom model, got ""'],
    ['a foundation model', { ModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' }, 'ModelArn must be'],
    ['a name with a dot', { DeploymentName: 'a.b' }, 'DeploymentName must be'],
    ['a name with two hyphens in a row', { DeploymentName: 'a--b' }, 'DeploymentName must be'],
    ['a name of 64 characters', { DeploymentName: 'n'.repeat(64) }, 'DeploymentName must be'],
    ['a name that is a list', { DeploymentName: ['a'] }, 'DeploymentName must be a string, got ["a"]'],
    ['a description of 2049 characters', { Description: 'd'.repeat(2049) }, 'Description must be'],
    ['a description with a line break', { Description: 'one\ntwo' }, 'Description must be'],
    ['a mode that is none', { ModelUpdate: 'SOMETIMES' }, 'ModelUpdate must be IN_PLACE or REPLACE, got "SOMETIMES"'],
    ['48 tags', { Tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`k${index}`, 'v'])) }, 'Tags must be at most 47, got 48'],
    ['a tag of AWS', { Tags: { 'aws:cloudformation:stack-id': 'x' } }, 'Tags must be'],
    ['a tag of ours', { Tags: { 'cdk-bedrock-custom-models:stack-id': 'x' } }, 'Tags must be'],
    ['a tag with an exclamation mark', { Tags: { team: 'fraud!' } }, 'Tags[team] must be'],
    ['tags that are a list', { Tags: [{ Key: 'a', Value: 'b' }] }, 'Tags must be a map'],
    ['no timeout', { Timeout: undefined }, 'Timeout must be'],
    ['a timeout of nothing', { Timeout: '' }, 'Timeout must be'],
    ['a timeout of 0', { Timeout: '0' }, 'Timeout must be'],
    ['a timeout in words', { Timeout: 'an hour' }, 'Timeout must be'],
    ['no state machine', { StateMachineArn: undefined }, 'StateMachineArn must be'],
  ])('%s', (_, given, message) => {
    expect(() => read(given)).toThrow(PropertyError);
    expect(() => read(given)).toThrow(message);
  });

  test('whatever else may come', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('ModelArn', 'DeploymentName', 'Description', 'ModelUpdate', 'Tags', 'Timeout'), fc.anything()), (given) => {
      try {
        read(given);
      } catch (error) {
        expect(error).toBeInstanceOf(PropertyError);
        expect((error as Error).message.length).toBeLessThanOrEqual(600);
      }
    }));
  });
});
