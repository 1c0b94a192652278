import {
  BedrockRuntimeClient,
  ConverseCommand,
  ModelNotReadyException,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';

interface HttpRequest {
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

// The SDK itself retries ModelNotReadyException and throttling: here five times, after longer and longer pauses.
const bedrock = new BedrockRuntimeClient({ maxAttempts: 6 });

/** The body of the request is the question, the body of the response the answer. */
export async function handler({ body = '', isBase64Encoded = false }: HttpRequest): Promise<HttpResponse> {
  const question = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
  if (question.trim() === '') {
    return { statusCode: 400, body: 'The body of the request must be the question' };
  }
  try {
    const { output } = await bedrock.send(
      new ConverseCommand({
        modelId: process.env.MODEL_ID,
        messages: [{ role: 'user', content: [{ text: question }] }],
        inferenceConfig: { maxTokens: 256 },
      }),
    );
    return { statusCode: 200, body: output?.message?.content?.[0]?.text ?? '' };
  } catch (error) {
    if (error instanceof ModelNotReadyException || error instanceof ThrottlingException) {
      return { statusCode: 503, headers: { 'retry-after': '10' }, body: 'The model is busy: try again' };
    }
    throw error;
  }
}
