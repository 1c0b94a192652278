import { bedrockBySdk } from '../../lambda/bedrock/sdk';
import { executionsOf } from '../../lambda/executions/step-functions';
import { handlerOf } from '../../lambda/handler';
import { waiterDefinition } from '../../lib/private/state-machine-definition';
import { DESCRIBE_STACKS } from '../../local/aws-simulator/describe-stacks';
import { InProcessBedrock } from '../../local/aws-simulator/in-process-bedrock';
import { type HandlerSource, inProcessHandler } from '../../local/aws-simulator/in-process-handler';
import { InProcessStepFunctions } from '../../local/aws-simulator/in-process-step-functions';
import { type Definition, StepFunctions } from '../../local/aws-simulator/step-functions';
import { StepFunctionsApi } from '../../local/aws-simulator/step-functions-api';
import { EXECUTIONS_PER_PAGE, type Launch } from './subject';

/** The parts of a release that a deploy puts into a stack: the function's code, and the state machine's definition. */
export interface Release extends HandlerSource {
  readonly waiterDefinition: object;
}

/**
 * A deploy that takes a stack from one release to another. CloudFormation updates the function first, since the
 * definition names it.
 */
export interface Change {
  readonly from: Release;
  readonly to: Release;
  /** The number of the first invocation that the new code gets. */
  readonly code: number;
  /**
   * The number of the invocation before which the definition changes: from there on, executions begin with the new one.
   */
  readonly definition: number;
  readonly onChange?: () => void;
}

export const THIS_RELEASE: Release = { handlerOf, bedrockBySdk, executionsOf, waiterDefinition };

/**
 * A back end in this process that changes from one release to another while it works: function, definition, and the
 * SDK's client without a wire.
 */
export const changing =
  ({ from, to, code, definition, onChange = () => undefined }: Change): Launch =>
  ({ time, chance, controlPlane, faults, latency, respond, death, invocation, integration, log }) => {
    const client = new InProcessBedrock(controlPlane, faults, time, latency);
    const stateMachine = new StepFunctions({
      definition: from.waiterDefinition as Definition,
      call: (resource, task) =>
        resource.includes(DESCRIBE_STACKS) ? integration(resource, task) : invocation(() => handler(task)),
      time,
      random: () => chance.draw(),
      listingDelay: () => chance.between(0, 2000),
      pageLimit: () => EXECUTIONS_PER_PAGE,
    });
    const stepFunctions = new InProcessStepFunctions(new StepFunctionsApi(() => stateMachine));
    const functionOf = (release: Release): ((event: unknown) => Promise<unknown>) =>
      inProcessHandler({ time, bedrock: client, stepFunctions, death, respond, log }, release);
    const [before, after] = [functionOf(from), functionOf(to)];
    let invocations = 0;
    const handler = (event: unknown): Promise<unknown> => {
      invocations += 1;
      if (invocations === definition) {
        stateMachine.update(to.waiterDefinition as Definition);
      }
      if (invocations === code) {
        onChange();
      }
      const perform = invocations < code ? before : after;
      return perform(event);
    };
    return { invoke: handler };
  };

export const handlerCraft: Launch = changing({
  from: THIS_RELEASE,
  to: THIS_RELEASE,
  code: Infinity,
  definition: Infinity,
});
