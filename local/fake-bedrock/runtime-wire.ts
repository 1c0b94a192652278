import type { IncomingMessage } from 'node:http';
import { BedrockError, serialization } from './errors';
import type { BedrockRuntime, ConverseInput } from './runtime';
import { encodeError, type HttpReply } from './wire';

const PATH = /^\/model\/([^/]+)\/(converse|invoke)$/;

/** Whether the request is one for the runtime, and not for the control plane. */
export function isForRuntime({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return method === 'POST' && PATH.test(url);
}

/** What the runtime answers to such a request. */
export async function answerOfRuntime(runtime: BedrockRuntime, url: string, body: string): Promise<HttpReply> {
  const [, segment = '', path = ''] = PATH.exec(url) ?? [];
  const modelId = decodeURIComponent(segment);
  try {
    const output =
      path === 'converse'
        ? await runtime.converse({ ...membersIn(body), modelId })
        : await runtime.invokeModel({ modelId, body: parsed(body) });
    return { status: 200, headers: {}, body: JSON.stringify(output) };
  } catch (error) {
    if (!(error instanceof BedrockError)) {
      throw error;
    }
    return encodeError(error);
  }
}

function membersIn(body: string): Omit<ConverseInput, 'modelId'> {
  const members = parsed(body);
  if (typeof members !== 'object' || members === null) {
    throw serialization('The request body is not a JSON object');
  }
  return members;
}

/** Undefined: it is no JSON. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
