import { DEFAULT_BEHAVIOUR, LIVE_DURATIONS } from '../bedrock/behaviour';
import { CONFLICT } from '../bedrock/refusal';
import { DEFAULT_CLOUDFORMATION } from '../simulator/cloudformation';
import { DESCRIBE_STACKS } from '../simulator/describe-stacks';
import { InProcessBedrock } from '../simulator/in-process-bedrock';
import { InProcessStepFunctions } from '../simulator/in-process-step-functions';
import { mortal, mortally } from '../simulator/mortal';
import { type Definition, StepFunctions } from '../simulator/step-functions';
import { StepFunctionsApi } from '../simulator/step-functions-api';
import type { Launch } from './craft';
import { lastRelease, type Release, THIS_RELEASE } from './last-release';
import type { World } from './plan';

/** A deploy that takes a stack from one release to another. CloudFormation updates the function first, since the definition names it. */
export interface Change {
  readonly from: Release;
  readonly to: Release;
  /** The number of the first invocation that the new code gets. */
  readonly code: number;
  /** The number of the invocation before which the definition changes: from there on, executions begin with the new one. */
  readonly definition: number;
  readonly onChange?: () => void;
}

/** A back end in this process that changes from one release to another while it works. */
export const changing = ({ from, to, code, definition, onChange = () => undefined }: Change): Launch => ({
  time, chance, controlPlane, faults, latency, respond, death, invocation, integration, log,
}) => {
  const client = new InProcessBedrock(controlPlane, faults, time, latency);
  const stateMachine = new StepFunctions({
    definition: from.waiterDefinition as Definition,
    call: (resource, task) => resource.includes(DESCRIBE_STACKS) ? integration(resource, task) : invocation(() => handler(task)),
    time,
    random: () => chance.draw(),
    listingDelay: () => chance.between(0, 2000),
  });
  const stepFunctions = new InProcessStepFunctions(new StepFunctionsApi(() => stateMachine));
  const functionOf = ({ handlerOf, bedrockBySdk, executionsOf }: Release): ((event: unknown) => Promise<unknown>) => handlerOf({
    bedrock: (signal) => mortal(bedrockBySdk(client, signal), death),
    executions: (arn, signal) => executionsOf(stepFunctions, arn, signal),
    respond,
    now: time.now,
    sleep: time.sleep,
    timeout: time.timeout,
    log: (line) => { log(JSON.stringify(line)); },
    logGroup: '/aws/lambda/handler',
  });
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
    return mortally(() => perform(event));
  };
  return { invoke: handler };
};

/** From the last release to this one, at a moment of chance. */
export const upgradeCraft: Launch = async (surroundings) => sometime(await lastRelease(), THIS_RELEASE)(surroundings);

/** And back. */
export const downgradeCraft: Launch = async (surroundings) => sometime(THIS_RELEASE, await lastRelease())(surroundings);

/** AWS as the last release took it to be: in another it comes to no good end, whatever it is upgraded to. */
export const WORLD_OF_LAST_RELEASE: World = {
  behaviour: {
    ...DEFAULT_BEHAVIOUR, deleteWhileCreating: CONFLICT, deleteWhileUpdating: CONFLICT, updateWhileCreating: CONFLICT, updateWhileUpdating: CONFLICT,
  },
  durations: LIVE_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
};

function sometime(from: Release, to: Release): Launch {
  return (surroundings) => {
    const code = surroundings.chance.between(1, 40);
    return changing({ from, to, code, definition: code + surroundings.chance.between(0, 5) })(surroundings);
  };
}
