import { templateSizes } from '../../bench/template-sizes';

test('a further deployment is one resource, and none of the first is counted again', async () => {
  const { rows, figures } = await templateSizes();

  expect(rows.map(([name]) => name)).toEqual(['the first', 'each further']);
  expect(figures).toMatchObject({
    'template, first deployment: resources': expect.any(Number),
    'template, each further deployment: resources': 1,
  });
  expect(figures['template, each further deployment: bytes']).toBeLessThan(
    (figures['template, first deployment: bytes'] ?? 0) / 10,
  );
});
