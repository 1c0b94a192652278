import type { GateEvent, GateProperty } from '../../lib/private/contract';
import type { GateFunctions } from '../../local/aws-simulator/integrations/service-integrations';
import type { DesiredDeployment, GateChoice } from './plan';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:golden-prompts';
/** It is there before the stack. */
export const GATE_ALARM = 'errors';
export const BAKE_SECONDS = 300;
/** More than a model needs until it is ready, in any world. */
export const AMPLE_SECONDS = 3000;
/** Less than it needs in some worlds. */
export const SHORT_SECONDS = 120;

const LIMITS = { MaxAttempts: '3', Timeout: String(AMPLE_SECONDS) };
const QUESTION = [{ role: 'user', content: [{ text: 'Hello' }] }];

export const GATES: Readonly<Record<GateChoice, GateProperty>> = {
  converse: {
    Kind: 'CONVERSE',
    Request: JSON.stringify({ Messages: [{ Role: 'user', Content: [{ Text: 'Hello' }] }] }),
    ...LIMITS,
  },
  invokeModel: { Kind: 'INVOKE_MODEL', Body: JSON.stringify({ messages: QUESTION }), ...LIMITS },
  function: { Kind: 'LAMBDA', FunctionArn: FUNCTION_ARN, ...LIMITS },
  alarms: { Kind: 'ALARMS', AlarmNames: [GATE_ALARM], BakeTime: String(BAKE_SECONDS) },
  'absent alarm': { Kind: 'ALARMS', AlarmNames: ['nobody-made-it'], BakeTime: String(BAKE_SECONDS) },
};

/** The gates of a deployment, as far as the library lets it have them: a new deployment has no alarms yet. */
export function gatesOf({ gates, modelUpdate }: DesiredDeployment): readonly GateChoice[] {
  return modelUpdate === 'REPLACE' ? gates.filter((gate) => GATES[gate].Kind !== 'ALARMS') : gates;
}

export function gateProperties(deployment: DesiredDeployment): readonly GateProperty[] {
  return gatesOf(deployment).map((gate) => {
    const property = GATES[gate];
    return property.Kind === 'ALARMS' ? property : { ...property, Timeout: String(deployment.gateSeconds) };
  });
}

/** The gate that a property makes. */
export function choiceOf(property: GateProperty): GateChoice | undefined {
  return (Object.keys(GATES) as GateChoice[]).find((choice) => subjectOf(GATES[choice]) === subjectOf(property));
}

function subjectOf(property: GateProperty): string {
  return property.Kind === 'ALARMS' ? property.AlarmNames.join() : property.Kind;
}

/** Evaluates in two calls, of which the second knows what the first has begun. */
export function gateFunction(fails: (event: GateEvent) => boolean): GateFunctions {
  return (_functionArn, given) => {
    const event = given as GateEvent;
    if (event.state === undefined) {
      return Promise.resolve({ status: 'WAIT', seconds: 45, state: { job: event.modelArn } });
    }
    const { job } = event.state as { readonly job: string };
    return Promise.resolve(
      fails(event)
        ? { status: 'FAILED', reason: 'wrong answers' }
        : { status: job === event.modelArn ? 'READY' : 'FAILED' },
    );
  };
}
