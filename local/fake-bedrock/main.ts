/**
 * `npx tsx local/fake-bedrock/main.ts [--port 4567] [--model name[=failure message]]… [--live-durations] [--world
 * FILE]`: the local Bedrock on its own, until Ctrl-C. It is quick, unless `--live-durations` makes it take as long as
 * was seen on live accounts, and behaves as was seen there, unless a world in a file says otherwise: `{ "behaviour": {
 * … }, "durations": { … }, "runtime": { … } }`, as in behaviour.ts and runtime-behaviour.ts.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_DURATIONS } from './behaviour';
import { bedrockWorldOf, LIVE_DURATIONS, LocalBedrock, readWorldFile } from './server';

const DEFAULT_MODEL = 'tuned-nova-lite';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4567' },
      model: { type: 'string', multiple: true, default: [DEFAULT_MODEL] },
      'live-durations': { type: 'boolean', default: false },
      world: { type: 'string' },
    },
  });
  const {
    behaviour = {},
    durations = {},
    runtime = {},
    ...others
  } = values.world === undefined ? {} : readWorldFile(values.world);
  const world = bedrockWorldOf(
    { behaviour, durations, runtime },
    values['live-durations'] ? LIVE_DURATIONS : DEFAULT_DURATIONS,
  );
  for (const part of Object.keys(others)) {
    console.log(`The world's ${part} is not Bedrock's: it is left out.`);
  }
  const bedrock = await LocalBedrock.start({ port: Number(values.port), ...world });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bedrock.stop());
  }

  const models = values.model.map((model) => {
    const [name = '', ...failure] = model.split('=');
    return bedrock.controlPlane.addModel({
      name,
      ...(failure.length > 0 ? { deploymentFailure: failure.join('=') } : {}),
    });
  });
  console.log(`Bedrock's control plane for custom models, with Converse and InvokeModel, listens on ${bedrock.endpoint}

Models:
${models.map((arn, i) => `  ${arn}  ${values.model[i] ?? ''}`).join('\n')}

The AWS CLI and the SDKs reach it with:
  export AWS_ENDPOINT_URL_BEDROCK=${bedrock.endpoint} AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${bedrock.endpoint}
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

For instance:
  aws bedrock create-custom-model-deployment --model-deployment-name first --model-arn ${models[0] ?? ''}
  aws bedrock get-custom-model-deployment --custom-model-deployment-identifier first`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
