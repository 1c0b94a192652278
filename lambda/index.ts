import { setTimeout as sleep } from 'node:timers/promises';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STACK_ID_VARIABLE } from '../lib/private/contract';
import { bedrockBySdk } from './bedrock/lookups';
import { LOCAL_ORIGIN_VARIABLE } from './cloudformation/request-guard';
import { respondByFetch } from './cloudformation/respond';
import { executionsOf } from './executions/step-functions';
import { handlerOf } from './handler';
import { logToConsole } from './log';

/** Short, since the state machine invokes the function again anyway. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

const bedrock = new BedrockClient({ maxAttempts: 3, requestHandler });
const stepFunctions = new SFNClient({ maxAttempts: 3, requestHandler });

const { [STACK_ID_VARIABLE]: stackId, [LOCAL_ORIGIN_VARIABLE]: localOrigin } = process.env;

export const handler = handlerOf({
  ...(stackId === undefined ? {} : { stackId }),
  ...(localOrigin === undefined ? {} : { localOrigin }),
  bedrock: (signal) => bedrockBySdk(bedrock, signal),
  executions: (stateMachineArn, signal) => executionsOf(stepFunctions, stateMachineArn, signal),
  respond: respondByFetch,
  now: Date.now,
  sleep,
  timeout: (ms) => AbortSignal.timeout(ms),
  log: logToConsole,
  logGroup: process.env['AWS_LAMBDA_LOG_GROUP_NAME'] ?? 'the log of the function',
});
