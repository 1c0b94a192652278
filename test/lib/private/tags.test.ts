import { App, Stack, Tags } from 'aws-cdk-lib';
import { deploy, makeModel, newStack, stringToken, theDeployment } from '../support/stacks';

describe('H22: tags', () => {
  const ALPHABET = 'letters, digits, spaces and . _ : / = + @ -';
  const REMEDY = '; if the tag comes from Tags.of(), exclude this resource type there (excludeResourceTypes)';

  const synthesize = (tags: Record<string, string>): void => {
    const app = new App();
    deploy(new Stack(app, 'Stack'), 'Deployment', { tags });
    app.synth();
  };

  test.each([
    ['aws:team', 'tags must not have a key that begins with "aws:" or "cdk-bedrock-custom-models:", got "aws:team"'],
    ['AWS:team', 'tags must not have a key that begins with "aws:" or "cdk-bedrock-custom-models:", got "AWS:team"'],
    [
      'cdk-bedrock-custom-models:stack-id',
      'tags must not have a key that begins with "aws:" or "cdk-bedrock-custom-models:", got "cdk-bedrock-custom-models:stack-id"',
    ],
    [
      'CDK-Bedrock-Custom-Models:stack-id',
      'tags must not have a key that begins with "aws:" or "cdk-bedrock-custom-models:", got "CDK-Bedrock-Custom-Models:stack-id"',
    ],
    ['__proto__', 'tags must not have the key "__proto__"'],
    ['', `tags must have keys of 1 to 128 ${ALPHABET}, got ""${REMEDY}`],
    ['R&D', `tags must have keys of 1 to 128 ${ALPHABET}, got "R&D"${REMEDY}`],
    [
      'k'.repeat(129),
      `tags must have keys of 1 to 128 ${ALPHABET}, got "${'k'.repeat(119)}… (131 characters)${REMEDY}`,
    ],
  ])('cannot have the key %p', (key, message) => {
    expect(() => {
      synthesize({ [key]: 'value' });
    }).toThrow(`[Stack/Deployment] ${message}`);
  });

  test.each([
    ['R&D', '"R&D"'],
    ['v'.repeat(257), `"${'v'.repeat(119)}… (259 characters)`],
  ])('cannot have the value %p', (value, shown) => {
    expect(() => {
      synthesize({ team: value });
    }).toThrow(
      `[Stack/Deployment] tags must have values of at most 256 ${ALPHABET}, got ${shown} for the key "team"${REMEDY}`,
    );
  });

  test('can be 47, with all that the alphabet has, but not 48', () => {
    const tags = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k ._:/=+@-${n}`, '']));

    expect(() => {
      synthesize({ ...tags(46), ['k'.repeat(128)]: 'v'.repeat(256) });
    }).not.toThrow();
    expect(() => {
      synthesize(tags(48));
    }).toThrow(
      '[Stack/Deployment] tags must be at most 47 (Bedrock allows 50, and this library needs three of them), got 48',
    );
  });

  test('those of a model have the same rules', () => {
    const app = new App();
    makeModel(new Stack(app, 'Stack'), 'Model', { tags: { 'R&D': '' } });

    expect(() => app.synth()).toThrow(`[Stack/Model] tags must have keys of 1 to 128 ${ALPHABET}, got "R&D"${REMEDY}`);
  });

  test('those of Tags.of() are checked as well', () => {
    const app = new App();
    deploy(new Stack(app, 'Stack'));
    Tags.of(app).add('department', 'R&D');

    expect(() => app.synth()).toThrow(`got "R&D" for the key "department"${REMEDY}`);
  });

  test('those of Tags.of() that no map can hold are refused, and not lost', () => {
    const app = new App();
    deploy(new Stack(app, 'Stack'));
    Tags.of(app).add('__proto__', 'value');

    expect(() => app.synth()).toThrow('[Stack/Deployment] tags must not have the key "__proto__"');
  });

  test('can have the keys that every object has', () => {
    const stack = newStack();
    const tags = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' } as unknown as Record<string, string>;
    deploy(stack, 'Deployment', { tags });

    expect(theDeployment(stack).Properties['Tags']).toEqual(tags);
  });

  test('can have tokens as values', () => {
    const stack = newStack();
    deploy(stack, 'Deployment', { tags: { team: stringToken(stack) } });

    expect(theDeployment(stack).Properties['Tags']).toEqual({ team: { Ref: 'Parameter' } });
  });
});
