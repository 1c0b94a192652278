import { bedrockBySdk } from '../../lambda/bedrock/sdk';
import { handlerOf } from '../../lambda/handler';
import { waiterDefinition } from '../../lib/private/state-machine-definition';
import { InProcessBedrock } from '../simulator/in-process-bedrock';
import { mortal, mortally } from '../simulator/mortal';
import { type Definition, StepFunctions } from '../simulator/step-functions';
import type { Launch } from './craft';

/** Our own back end, in this process: the handler, the state machine's definition, and the SDK's client without a wire. */
export const handlerCraft: Launch = ({ time, chance, controlPlane, faults, latency, respond, death, invocation, log }) => {
  const client = new InProcessBedrock(controlPlane, faults, time, latency);
  const definition = waiterDefinition as unknown as Definition;
  const stepFunctions = new StepFunctions(definition, (task) => invocation(() => handler(task)), time, () => chance.between(0, 2000));
  const perform = handlerOf({
    bedrock: (signal) => mortal(bedrockBySdk(client, signal), death),
    executions: () => stepFunctions,
    respond,
    now: time.now,
    sleep: time.sleep,
    timeout: time.timeout,
    log: (line) => { log(JSON.stringify(line)); },
    logGroup: '/aws/lambda/handler',
  });
  const handler = (event: unknown): Promise<unknown> => mortally(() => perform(event));
  return { invoke: handler };
};
