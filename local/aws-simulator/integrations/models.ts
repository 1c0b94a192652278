import { BedrockError } from '../../fake-bedrock/errors';
import type { BedrockRuntime, ConverseInput } from '../../fake-bedrock/runtime';
import type { RequestShape } from './request-shape';
import type { FailAs } from './service-failure';

const BLOCK: RequestShape = {
  members: {
    Text: 'string',
    ...anyOf('Image', 'Document', 'Video', 'Audio', 'ToolUse', 'ToolResult', 'GuardContent', 'CachePoint'),
    ...anyOf('ReasoningContent', 'CitationsContent', 'SearchResult'),
  },
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const CONVERSE: RequestShape = {
  required: ['ModelId'],
  members: {
    ModelId: 'string',
    Messages: {
      each: { required: ['Role', 'Content'], members: { Role: 'string', Content: { each: BLOCK } } },
    },
    System: { each: { members: { Text: 'string', ...anyOf('GuardContent', 'CachePoint') } } },
    InferenceConfig: {
      members: { MaxTokens: 'number', Temperature: 'number', TopP: 'number', StopSequences: { each: 'string' } },
    },
    AdditionalModelResponseFieldPaths: { each: 'string' },
    ...anyOf('AdditionalModelRequestFields', 'GuardrailConfig', 'OutputConfig', 'PerformanceConfig'),
    ...anyOf('PromptVariables', 'RequestMetadata', 'ServiceTier', 'ToolConfig'),
  },
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html */
export const INVOKE_MODEL: RequestShape = {
  required: ['ModelId', 'Body'],
  members: {
    ModelId: 'string',
    Body: 'any',
    ContentType: 'string',
    Accept: 'string',
    GuardrailIdentifier: 'string',
    GuardrailVersion: 'string',
    Trace: 'string',
  },
};

interface InvokeModelRequest {
  readonly ModelId: string;
  readonly Body: unknown;
}

/** What answers when a model is invoked, or throws a BedrockError. */
export type InvokedRuntime = Pick<BedrockRuntime, 'converse' | 'invokeModel'>;

export async function converse(runtime: InvokedRuntime, request: object, fail: FailAs): Promise<unknown> {
  const input = renamed(request, (name) => name.charAt(0).toLowerCase() + name.slice(1)) as ConverseInput;
  const output = await runtime.converse(input).catch(refusedAs('BedrockRuntime', fail));
  return renamed(output, (name) => name.charAt(0).toUpperCase() + name.slice(1));
}

export async function invokeModel(
  runtime: InvokedRuntime,
  { ModelId, Body }: InvokeModelRequest,
  fail: FailAs,
): Promise<unknown> {
  const output = await runtime.invokeModel({ modelId: ModelId, body: Body }).catch(refusedAs('Bedrock', fail));
  return { Body: output, ContentType: 'application/json' };
}

/** The optimized integration has a prefix of its own. */
function refusedAs(prefix: 'BedrockRuntime' | 'Bedrock', fail: FailAs): (thrown: unknown) => never {
  return (thrown) => {
    throw thrown instanceof BedrockError
      ? fail(`${prefix}.${thrown.name}`, thrown.message, 'BedrockRuntime', thrown.status)
      : thrown;
  };
}

function anyOf(...names: readonly string[]): Readonly<Record<string, 'any'>> {
  return Object.fromEntries(names.map((name) => [name, 'any']));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => renamed(element, rename));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [rename(name), renamed(part, rename)]))
    : value;
}
