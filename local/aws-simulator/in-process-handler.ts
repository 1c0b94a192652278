import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { bedrockBySdk } from '../../lambda/bedrock/lookups';
import { executionsOf } from '../../lambda/executions/step-functions';
import { handlerOf } from '../../lambda/handler';
import type { Operation } from '../../lambda/reconcile/kinds';
import { asInvocation, type Death, withDeaths } from './killed-invocation';
import type { VirtualTime } from './virtual-time';

/** The handler's source: this release's, or another's. */
export interface HandlerSource {
  readonly handlerOf: typeof handlerOf;
  readonly bedrockBySdk: typeof bedrockBySdk;
  readonly executionsOf: typeof executionsOf;
}

export interface InProcessHandlerOptions extends Pick<Parameters<typeof handlerOf>[0], 'respond' | 'stackId'> {
  readonly time: VirtualTime;
  readonly bedrock: BedrockClient;
  readonly stepFunctions: SFNClient;
  /** Whether the function dies at this call to Bedrock. */
  readonly death: (operation: Operation) => Death | undefined;
  readonly log: (line: string) => void;
}

/** The function as Lambda would invoke it, in this process and on virtual time. */
export function inProcessHandler(
  { time, bedrock, stepFunctions, death, log, ...options }: InProcessHandlerOptions,
  source: HandlerSource = { handlerOf, bedrockBySdk, executionsOf },
): (event: unknown) => Promise<unknown> {
  const handler = source.handlerOf({
    bedrock: (signal) => withDeaths(source.bedrockBySdk(bedrock, signal), death),
    executions: (arn, signal) => source.executionsOf(stepFunctions, arn, signal),
    now: time.now,
    sleep: time.sleep,
    timeout: time.timeout,
    log: (line) => {
      log(JSON.stringify(line));
    },
    logGroup: '/aws/lambda/handler',
    ...options,
  });
  return (event) => asInvocation(() => handler(event));
}
