import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';

/** Questions whose answers are known. */
const GOLDEN_PROMPTS = [
  { question: 'A payment of 4000 USD at 3 am from a new device: is it fraud? Yes or no?', expected: /^yes\b/i },
  { question: 'A payment of 12 USD at the usual supermarket: is it fraud? Yes or no?', expected: /^no\b/i },
];

type Verdict = { readonly status: 'READY' } | { readonly status: 'FAILED'; readonly reason: string };

const bedrock = new BedrockRuntimeClient({ maxAttempts: 6 });

/** The gate: `FAILED` rolls the stack back, and its reason is part of the error that CloudFormation shows. */
export async function handler({ deploymentArn }: { readonly deploymentArn: string }): Promise<Verdict> {
  for (const { question, expected } of GOLDEN_PROMPTS) {
    const answer = await ask(deploymentArn, question);
    if (!expected.test(answer)) {
      return { status: 'FAILED', reason: `the answer to "${question}" was "${answer.slice(0, 200)}"` };
    }
  }
  return { status: 'READY' };
}

async function ask(modelId: string, question: string): Promise<string> {
  const { output } = await bedrock.send(
    new ConverseCommand({
      modelId,
      messages: [{ role: 'user', content: [{ text: question }] }],
      inferenceConfig: { maxTokens: 16, temperature: 0 },
    }),
  );
  return output?.message?.content?.[0]?.text?.trim() ?? '';
}
