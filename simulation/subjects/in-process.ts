import { bedrockBySdk } from '../../lambda/bedrock/lookups';
import { executionsOf } from '../../lambda/executions/step-functions';
import { handlerOf } from '../../lambda/handler';
import { gatesDefinition, waiterDefinition } from '../../lib/private/state-machine-definition';
import { InProcessBedrock } from '../../local/aws-simulator/in-process-bedrock';
import { type HandlerSource, inProcessHandler } from '../../local/aws-simulator/in-process-handler';
import { InProcessStepFunctions } from '../../local/aws-simulator/in-process-step-functions';
import { integrationIn } from '../../local/aws-simulator/integrations/service-integrations';
import { type Definition, StepFunctions } from '../../local/aws-simulator/step-functions';
import { StepFunctionsApi } from '../../local/aws-simulator/step-functions-api';
import { lateListing, type SubjectFactory } from './subject';

/** What a release deploys into a stack: the function's code and the state machine's definition. */
export interface Release extends HandlerSource {
  readonly waiterDefinition: object;
  /** Of a stack with gates. Absent: the release knows none. */
  readonly gatesDefinition?: object;
}

/** An upgrade or downgrade of a stack. CloudFormation updates the function first, since the definition refers to it. */
export interface ReleaseChange {
  readonly from: Release;
  readonly to: Release;
  /** The number of the first invocation that runs the new code. */
  readonly code: number;
  /** The number of the invocation before which the definition changes: later executions use the new one. */
  readonly definition: number;
  readonly onChange?: () => void;
}

export const THIS_RELEASE: Release = { handlerOf, bedrockBySdk, executionsOf, waiterDefinition, gatesDefinition };

/** The handler in this process, with the SDK's client but without HTTP, which changes its release while it works. */
export const changingRelease =
  ({ from, to, code, definition, onChange = () => undefined }: ReleaseChange): SubjectFactory =>
  ({ time, random, controlPlane, bedrockFaults, latency, respond, death, invocation, integration, log }) => {
    const client = new InProcessBedrock(controlPlane, bedrockFaults, time, latency);
    let [release, hasGates] = [from, false];
    const definitionNow = (): Definition =>
      ((hasGates ? release.gatesDefinition : undefined) ?? release.waiterDefinition) as Definition;
    const stateMachine = new StepFunctions({
      definition: definitionNow(),
      call: (resource, task) =>
        integrationIn(resource) === undefined ? invocation(() => handler(task)) : integration(resource, task),
      time,
      random: () => random.draw(),
      ...lateListing(random),
    });
    const stepFunctions = new InProcessStepFunctions(new StepFunctionsApi(() => stateMachine));
    const functionOf = (source: HandlerSource): ((event: unknown) => Promise<unknown>) =>
      inProcessHandler({ time, bedrock: client, stepFunctions, death, respond, log }, source);
    const [before, after] = [functionOf(from), functionOf(to)];
    let invocations = 0;
    const handler = (event: unknown): Promise<unknown> => {
      invocations += 1;
      if (invocations === definition) {
        release = to;
        stateMachine.update(definitionNow());
      }
      if (invocations === code) {
        onChange();
      }
      const perform = invocations < code ? before : after;
      return perform(event);
    };
    const knowsGates = from.gatesDefinition !== undefined && to.gatesDefinition !== undefined;
    const putStateMachine = (withGates: boolean): void => {
      hasGates = withGates;
      stateMachine.update(definitionNow());
    };
    return { invoke: handler, ...(knowsGates ? { putStateMachine } : {}) };
  };

export const handlerSubject: SubjectFactory = changingRelease({
  from: THIS_RELEASE,
  to: THIS_RELEASE,
  code: Infinity,
  definition: Infinity,
});
