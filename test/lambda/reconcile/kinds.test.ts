import { KINDS } from '../../../lambda/reconcile/kinds';

test('each kind has its own operations, and its own words in errors', () => {
  expect(KINDS.deployment).toMatchObject({
    get: 'GetCustomModelDeployment',
    list: 'ListCustomModelDeployments',
    create: 'CreateCustomModelDeployment',
    delete: 'DeleteCustomModelDeployment',
    quota: expect.stringContaining('10 unless it was raised'),
  });
  expect(KINDS.model).toMatchObject({
    get: 'GetCustomModel',
    list: 'ListCustomModels',
    create: 'CreateCustomModel',
    delete: 'DeleteCustomModel',
    nouns: 'custom models',
    quota: expect.stringContaining('100 unless it was raised'),
  });
});
