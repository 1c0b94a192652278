/** `npx tsx local/bedrock/main.ts [--port 4567] [--model name[=failure message]]…`: the local Bedrock on its own, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { LocalBedrock } from './server';

const DEFAULT_MODEL = 'tuned-nova-lite';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4567' }, model: { type: 'string', multiple: true, default: [DEFAULT_MODEL] } },
  });
  const bedrock = await LocalBedrock.start({ port: Number(values.port) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void bedrock.stop());

  const models = values.model.map((model) => {
    const [name = '', ...failure] = model.split('=');
    return bedrock.controlPlane.addModel({ name, ...(failure.length > 0 ? { deploymentFailure: failure.join('=') } : {}) });
  });
  console.log(`Bedrock's control plane for custom models listens on ${bedrock.endpoint}

Models:
${models.map((arn, i) => `  ${arn}  ${values.model[i] ?? ''}`).join('\n')}

The AWS CLI and the SDKs reach it with:
  export AWS_ENDPOINT_URL_BEDROCK=${bedrock.endpoint}
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

For instance:
  aws bedrock create-custom-model-deployment --model-deployment-name first --model-arn ${models[0] ?? ''}
  aws bedrock get-custom-model-deployment --custom-model-deployment-identifier first`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
