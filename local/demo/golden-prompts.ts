import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { GateAnswer, GateEvent } from '../../lib/private/contract';

const PROMPTS = ['Can I still get a refund?', 'How do I reset my password?'];
const MAX_CHARACTERS = 400;

const bedrock = new BedrockRuntimeClient({
  endpoint: process.env['AWS_ENDPOINT_URL_BEDROCK'] ?? '', // of the local Bedrock, which is both in one
  requestHandler: new NodeHttpHandler({ connectionTimeout: 5000, requestTimeout: 20_000 }), // it does not speak HTTP/2
});

/** The function of a gate: asks the deployment what customers ask, and judges the answers. */
export async function handler({ deploymentArn }: GateEvent): Promise<GateAnswer> {
  for (const prompt of PROMPTS) {
    const { length } = await answerTo(prompt, deploymentArn);
    if (length > MAX_CHARACTERS) {
      return { status: 'FAILED', reason: `"${prompt}" got ${length} characters; ${MAX_CHARACTERS} are allowed` };
    }
  }
  return { status: 'READY' };
}

async function answerTo(prompt: string, modelId: string): Promise<string> {
  const messages = [{ role: 'user' as const, content: [{ text: prompt }] }];
  const { output } = await bedrock.send(new ConverseCommand({ modelId, messages }));
  return (output?.message?.content ?? []).map(({ text = '' }) => text).join('');
}
