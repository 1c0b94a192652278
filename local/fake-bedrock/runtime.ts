import type { IncomingMessage } from 'node:http';
import type { ControlPlane, DeploymentSnapshot } from './control-plane';
import { BedrockError, serialization } from './errors';
import { encodeError, type HttpReply } from './wire';

/** One invocation of a model, in the order of arrival. */
export interface Invocation {
  readonly operation: 'Converse' | 'InvokeModel';
  readonly modelId: string;
  /** 'ok', or the error's name. */
  readonly outcome: string;
}

const PATH = /^\/model\/([^/]+)\/(converse|invoke)$/;
const OPERATIONS = { converse: 'Converse', invoke: 'InvokeModel' } as const;

/**
 * Amazon Bedrock's runtime, as far as deployments of custom models need it: Converse and InvokeModel, without
 * streaming. No model runs here: the answer says which model would have been asked what.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
 */
export class BedrockRuntime {
  readonly invocations: Invocation[] = [];

  /**
   * @param notReadyFor how long a new deployment that is Active answers ModelNotReadyException, in milliseconds. AWS
   * documents the error, and AWS's own integration test expects it; for how long, nobody has told.
   */
  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly now: () => number,
    private readonly notReadyFor: number,
  ) {}

  /** Whether the request is one for the runtime, and not for the control plane. */
  serves({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
    return method === 'POST' && PATH.test(url);
  }

  /** Answers such a request. */
  answer(url: string, body: string): HttpReply {
    const [, segment = '', path = ''] = PATH.exec(url) ?? [];
    const operation = OPERATIONS[path as keyof typeof OPERATIONS];
    const modelId = decodeURIComponent(segment);
    try {
      const text = this.invoke(modelId, body);
      this.invocations.push({ operation, modelId, outcome: 'ok' });
      return { status: 200, headers: {}, body: JSON.stringify(output(text, operation)) };
    } catch (error) {
      if (!(error instanceof BedrockError)) {
        throw error;
      }
      this.invocations.push({ operation, modelId, outcome: error.name });
      return encodeError(error);
    }
  }

  private invoke(modelId: string, body: string): string {
    const question = questionIn(body);
    const deployment = this.controlPlane.deployments().find(({ arn }) => arn === modelId);
    if (deployment === undefined) {
      throw new BedrockError('ResourceNotFoundException', `There is no deployment ${modelId}`);
    }
    if (!this.isReady(deployment)) {
      throw new BedrockError('ModelNotReadyException', 'The model is not ready for inference yet', {}, 429);
    }
    return `${deployment.name} serves ${deployment.servedModelArn}. The question was: ${question}`;
  }

  private isReady({ status, updateDetails, lastUpdatedAt }: DeploymentSnapshot): boolean {
    const isNew = updateDetails === undefined;
    return status === 'Active' && (!isNew || this.now() >= lastUpdatedAt.getTime() + this.notReadyFor);
  }
}

/** The text of the last message, which Converse and the Nova models of InvokeModel have in the same place. */
function questionIn(body: string): string {
  try {
    const { messages } = JSON.parse(body) as { messages: { content: { text: string }[] }[] };
    const text = messages
      .at(-1)
      ?.content.map((block) => block.text)
      .join(' ');
    if (typeof text === 'string') {
      return text;
    }
  } catch {
    // said below
  }
  throw serialization('The body must have messages, whose content has text');
}

function output(text: string, operation: Invocation['operation']): object {
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage,
    ...(operation === 'Converse' ? { metrics: { latencyMs: 1 } } : {}),
  };
}
