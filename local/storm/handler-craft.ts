import { bedrockBySdk } from '../../lambda/bedrock/sdk';
import { executionsOf } from '../../lambda/executions/step-functions';
import { handlerOf } from '../../lambda/handler';
import { waiterDefinition } from '../../lib/private/state-machine-definition';
import { DESCRIBE_STACKS } from '../simulator/describe-stacks';
import { InProcessBedrock } from '../simulator/in-process-bedrock';
import { InProcessStepFunctions } from '../simulator/in-process-step-functions';
import { mortal, mortally } from '../simulator/mortal';
import { type Definition, StepFunctions } from '../simulator/step-functions';
import { StepFunctionsApi } from '../simulator/step-functions-api';
import { EXECUTIONS_PER_PAGE, type Launch } from './craft';

/** Our own back end, in this process: the handler, the state machine's definition, and the SDK's client without a wire. */
export const handlerCraft: Launch = ({ time, chance, controlPlane, faults, latency, respond, death, invocation, integration, log }) => {
  const client = new InProcessBedrock(controlPlane, faults, time, latency);
  const stateMachine = new StepFunctions({
    definition: waiterDefinition as unknown as Definition,
    call: (resource, task) => resource.includes(DESCRIBE_STACKS) ? integration(resource, task) : invocation(() => handler(task)),
    time,
    random: () => chance.draw(),
    listingDelay: () => chance.between(0, 2000),
    pageLimit: () => EXECUTIONS_PER_PAGE,
  });
  const stepFunctions = new InProcessStepFunctions(new StepFunctionsApi(() => stateMachine));
  const perform = handlerOf({
    bedrock: (signal) => mortal(bedrockBySdk(client, signal), death),
    executions: (arn, signal) => executionsOf(stepFunctions, arn, signal),
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
