import type { Metafile } from 'esbuild';
import { bundle } from '../../scripts/build-handler';

/** What Lambda loads at each cold start. */

let metafile: Metafile;
beforeAll(async () => {
  metafile = await bundle({ write: false });
});

test('the bundle has at most 280 KB', () => {
  expect(metafile.outputs['assets/handler/index.js']?.bytes).toBeLessThanOrEqual(280 * 1024);
});

test('of the providers of credentials it has that of the environment alone', () => {
  const providers = Object.keys(metafile.outputs['assets/handler/index.js']?.inputs ?? {}).flatMap(
    (input) =>
      /node_modules\/(@(?:aws-sdk|smithy)\/(?:credential-provider-[\w-]+|nested-clients))/.exec(input)?.[1] ?? [],
  );
  expect(new Set(providers)).toEqual(new Set(['@aws-sdk/credential-provider-env']));
});
