import type { ControlPlane, DeploymentSnapshot } from './control-plane';
import { BedrockError, validation } from './errors';
import type { ErrorReply } from './faults';
import { DEFAULT_RUNTIME, type RuntimeBehaviour } from './runtime-behaviour';

/** One invocation of a model. */
export interface Invocation {
  readonly operation: 'Converse' | 'InvokeModel';
  /** By the clock: when it came. */
  readonly at: number;
  readonly modelId: string;
  /** The model that served the deployment at that moment. Absent: there was no such deployment. */
  readonly servedModelArn?: string;
  /** 'ok', or the error's name. */
  readonly outcome: string;
}

/** How a model answers, if not as usual: by saying what it was asked, at once. */
export interface ModelAnswer {
  /** Instead of an answer. */
  readonly error?: ErrorReply;
  /** The answer is at least that large. */
  readonly bytes?: number;
  readonly afterMs?: number;
}

export interface RuntimeOptions {
  readonly now: () => number;
  readonly behaviour?: Partial<RuntimeBehaviour>;
  /** 0 to 1, for the shares of calls that go wrong. It is asked only where there are any. Default Node's own. */
  readonly random?: () => number;
  /** How the time is spent that a model takes. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly onInvocation?: (invocation: Invocation) => void;
}

interface RequestMessage {
  readonly role?: string;
  readonly content?: readonly { readonly text?: string }[];
}

/** As much of a request as is heeded. */
export interface ConverseInput {
  readonly modelId: string;
  readonly messages?: readonly RequestMessage[];
}

export interface InvokeModelInput {
  readonly modelId: string;
  /** In the form of the Nova models. */
  readonly body: unknown;
}

/**
 * Amazon Bedrock's runtime, as far as deployments of custom models need it: Converse and InvokeModel, without
 * streaming. No model runs here: the answer says which model would have been asked what.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
 */
export class BedrockRuntime {
  /** In the order of arrival. */
  readonly invocations: Invocation[] = [];
  readonly behaviour: RuntimeBehaviour;
  /** How models answer from now on, by their ARNs. */
  readonly answers = new Map<string, ModelAnswer>();
  /** How often each deployment with each model has been called since it is ready. */
  private readonly calls = new Map<string, number>();

  constructor(
    private readonly controlPlane: Pick<ControlPlane, 'deployments' | 'servedSince'>,
    private readonly options: RuntimeOptions,
  ) {
    this.behaviour = { ...DEFAULT_RUNTIME, ...options.behaviour };
  }

  /** @throws BedrockError */
  async converse({ modelId, messages }: ConverseInput): Promise<object> {
    const text = await this.invoke('Converse', modelId, () => questionOf(messages));
    return { ...outputOf(text), metrics: { latencyMs: 1 } };
  }

  /**
   * @returns the body of the answer
   * @throws BedrockError
   */
  async invokeModel({ modelId, body }: InvokeModelInput): Promise<object> {
    const text = await this.invoke('InvokeModel', modelId, () => questionIn(body));
    return outputOf(text);
  }

  private async invoke(operation: Invocation['operation'], modelId: string, ask: () => string): Promise<string> {
    const deployment = this.controlPlane.deployments().find(({ arn }) => arn === modelId);
    const keep = (outcome: string): void => {
      const served = deployment && { servedModelArn: deployment.servedModelArn };
      const invocation = { operation, at: this.options.now(), modelId, ...served, outcome };
      this.invocations.push(invocation);
      this.options.onInvocation?.(invocation);
    };
    const { question, name, servedModelArn } = accepted(() => {
      return { question: ask(), ...this.ready(modelId, deployment) };
    }, keep);
    const { error, bytes = 0, afterMs = 0 } = this.answers.get(servedModelArn) ?? {};
    keep(error?.name ?? 'ok');
    if (afterMs > 0) {
      await this.options.sleep(afterMs);
    }
    if (error !== undefined) {
      throw new BedrockError(error.name, error.message ?? 'The model could not answer', {}, error.status);
    }
    return `${name} serves ${servedModelArn}. The question was: ${question}`.padEnd(bytes, '.');
  }

  /** The deployment, which answers this call. */
  private ready(modelId: string, deployment: DeploymentSnapshot | undefined): DeploymentSnapshot {
    if (deployment === undefined) {
      throw new BedrockError('ResourceNotFoundException', `There is no deployment ${modelId}`);
    }
    if (!this.isReady(deployment)) {
      throw new BedrockError('ModelNotReadyException', 'The model is not ready for inference yet');
    }
    this.disturb(deployment);
    return deployment;
  }

  private isReady({ arn, status }: DeploymentSnapshot): boolean {
    const { notReadyAfterCreate, notReadyAfterUpdate } = this.behaviour;
    const { at, by } = this.controlPlane.servedSince(arn);
    return (
      status === 'Active' && this.options.now() >= at + (by === 'creation' ? notReadyAfterCreate : notReadyAfterUpdate)
    );
  }

  private disturb({ arn, servedModelArn }: DeploymentSnapshot): void {
    const { throttledAtFirst, throttledShare, failingAtFirst, failingShare } = this.behaviour;
    const before = this.calls.get(`${arn} ${servedModelArn}`) ?? 0;
    this.calls.set(`${arn} ${servedModelArn}`, before + 1);
    if (before < throttledAtFirst || this.isDrawn(throttledShare)) {
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    }
    if (before < throttledAtFirst + failingAtFirst || this.isDrawn(failingShare)) {
      throw new BedrockError(
        'InternalServerException',
        'The system encountered an unexpected error during processing.',
      );
    }
  }

  private isDrawn(part: number): boolean {
    const { random = Math.random } = this.options;
    return part > 0 && random() < part;
  }
}

/** What the call returns, unless it is refused before the model is asked. */
function accepted<T>(call: () => T, keep: (outcome: string) => void): T {
  try {
    return call();
  } catch (refused) {
    keep((refused as Error).name);
    throw refused;
  }
}

/** The text of the last message. */
function questionOf(messages: readonly RequestMessage[] = []): string {
  if (messages[0]?.role !== 'user') {
    throw validation(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  }
  return (messages.at(-1)?.content ?? []).map(({ text = '' }) => text).join(' ');
}

/** Nova models have messages where Converse has them. */
function questionIn(body: unknown): string {
  const { messages } = (body ?? {}) as { readonly messages?: unknown };
  if (!Array.isArray(messages)) {
    throw validation(
      'Malformed input request: #: required key [messages] not found, please reformat your input and try again.',
    );
  }
  return questionOf(messages as readonly RequestMessage[]);
}

function outputOf(text: string): object {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  };
}
