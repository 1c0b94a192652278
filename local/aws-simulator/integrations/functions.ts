import { FunctionKilled } from '../killed-invocation';
import { Failure } from '../state-machine/failure';
import type { RequestShape } from './request-shape';
import type { FailAs } from './service-failure';

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export const INVOKE: RequestShape = {
  required: ['FunctionName'],
  members: { FunctionName: 'string', Payload: 'any' },
};

interface InvokeRequest {
  readonly FunctionName: string;
  readonly Payload?: unknown;
}

/** Invokes a function by its ARN; undefined: there is no such function. */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<unknown> | undefined;

export async function invokeFunction(
  invoke: InvokeFunction,
  { FunctionName, Payload = {} }: InvokeRequest,
  fail: FailAs,
): Promise<object> {
  const invocation = invoke(FunctionName, Payload);
  if (invocation === undefined) {
    throw fail('Lambda.ResourceNotFoundException', `Function not found: ${FunctionName}`, 'Lambda', 404);
  }
  const result = await invocation.catch((thrown: unknown) => {
    throw thrown instanceof FunctionKilled ? untold(thrown) : thrown;
  });
  return { ExecutedVersion: '$LATEST', Payload: result ?? null, StatusCode: 200 };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
function untold({ message }: FunctionKilled): Failure {
  const payload = JSON.stringify({ errorMessage: message });
  return new Failure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}
