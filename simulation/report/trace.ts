import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { DEFAULT_CLOUDFORMATION } from '../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR } from '../../local/fake-bedrock/behaviour';
import { DEFAULT_RUNTIME } from '../../local/fake-bedrock/runtime-behaviour';
import type {
  CallFault,
  DesiredDeployment,
  DesiredModel,
  DesiredResources,
  ExternalAction,
  InjectedFault,
  LifePlan,
  PlannedOperation,
  PlannedUpdate,
  WorldConfig,
} from '../workload/plan';
import { PLAIN_DEPLOYMENT, PLAIN_MODEL } from '../workload/templates';

type TracedProperties = Readonly<Record<string, unknown>>;

const DEFAULTS: TracedProperties = {
  ...DEFAULT_BEHAVIOUR,
  ...DEFAULT_CLOUDFORMATION,
  ...DEFAULT_RUNTIME,
};
const OMITTED = ['StateMachineArn', 'Timeout', 'ServiceTimeout'];

/** A plan in words: the non-default switches of the world, then each operation with its faults. */
export function planInWords({ world, create, updates, remove }: LifePlan): string[] {
  return [
    `world: ${worldInWords(world).join('; ') || 'the defaults'}`,
    `create ${desiredInWords(create.desired, undefined)}`,
    ...operationInWords(create),
    ...updates.flatMap((update) => [
      `update to ${goalInWords(update.to)}`,
      ...operationInWords(update),
      ...(update.retry === undefined
        ? []
        : ['if that fails: repair the models and retry', ...operationInWords(update.retry)]),
    ]),
    'delete',
    ...operationInWords(remove),
  ];
}

function worldInWords({ behaviour, durations, cloudFormation, runtime }: WorldConfig): string[] {
  const changed = Object.entries({ ...behaviour, ...cloudFormation, ...runtime }).filter(
    ([name, value]) => value !== DEFAULTS[name],
  );
  const long = Object.entries(durations).filter(([, ms]) => ms > 0);
  const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [
    ...changed.map(([name, value]) => `${words(name)}: ${String(value)}`),
    ...long.map(([name, ms]) => `${words(name)}: ${seconds(ms)}`),
  ];
}

function goalInWords(to: PlannedUpdate['to']): string {
  return 'back' in to
    ? `the version ${to.back} before`
    : to.map((change) => `${change.of} ${JSON.stringify(change.to)}`).join(', ');
}

function operationInWords({ externalActions, faults, cancelAfter }: PlannedOperation): string[] {
  const when = (after: number | undefined): string =>
    after === undefined ? 'before the operation' : `after ${seconds(after)}`;
  return [
    ...externalActions.map(({ action, after }) => `    external action ${when(after)}: ${actionInWords(action)}`),
    ...faults.map((fault) => `    ${faultInWords(fault)}`),
    ...(cancelAfter === undefined ? [] : [`    cancelled after ${seconds(cancelAfter)}`]),
  ];
}

/** A request with its properties, or with the properties that change. */
export function requestInWords(request: CloudFormationRequest): string {
  const {
    RequestType,
    LogicalResourceId,
    PhysicalResourceId = '',
    ResourceProperties,
    OldResourceProperties,
  } = request;
  const about = `${RequestType} ${LogicalResourceId} ${PhysicalResourceId}`.trim();
  switch (RequestType) {
    case 'Create':
      return `${about}: ${JSON.stringify(without(OMITTED, ResourceProperties))}`;
    case 'Update':
      return `${about}: ${differences(OldResourceProperties ?? {}, ResourceProperties).join(', ')}`;
    case 'Delete':
      return about;
  }
}

function differences(before: TracedProperties, after: TracedProperties): string[] {
  const keys = Object.keys({ ...before, ...after });
  const [was, is] = [before, after].map((properties) => (key: string) => JSON.stringify(properties[key] ?? null));
  return keys.filter((key) => was?.(key) !== is?.(key)).map((key) => `${key} ${was?.(key) ?? ''} → ${is?.(key) ?? ''}`);
}

function without(keys: readonly string[], properties: TracedProperties): TracedProperties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

/** @param operation that of the call, if known */
export function faultInWords({ at, to, what }: InjectedFault, operation?: string): string {
  const which = operation === undefined ? `${to} ${at}` : `${to} ${at} (${operation})`;
  switch (to) {
    case 'call':
      return `${which}: ${callFaultInWords(what)}`;
    case 'check':
      return 'error' in what
        ? `${which}: fails with ${what.error}`
        : `${which}: checks are denied for ${seconds(what.deniedFor)}`;
    case 'invocation':
      return typeof what === 'string'
        ? `${which}: function is killed ${what} it`
        : `${which}: Lambda is unavailable for ${seconds(what.unavailableFor)}`;
    case 'delivery':
      return 'late' in what
        ? `${which}: delayed by ${seconds(what.late)}`
        : `${which}: duplicated after ${seconds(what.againAfter)}`;
    case 'answer':
      return `${which}: connection lost ${what} it reached CloudFormation`;
  }
}

const FAULTS = {
  error: 'fails with',
  errorAfter: 'is executed and fails with',
  cut: 'connection is cut',
  lostReply: 'is executed and its reply is lost',
  hang: 'hangs',
  slow: 'is slow',
} as const;

function callFaultInWords(what: CallFault): string {
  if ('death' in what) {
    return `function is killed ${what.death} it`;
  }
  if ('deniedFor' in what) {
    return `is denied for ${seconds(what.deniedFor)}`;
  }
  const { fault, tries } = what;
  return `${FAULTS[fault.kind]}${'name' in fault ? ` ${fault.name}` : ''}${tries === 1 ? '' : `, ${tries} times`}`;
}

export function actionInWords(action: ExternalAction): string {
  switch (action.kind) {
    case 'delete':
      return `deletes ${action.of}`;
    case 'fail':
      return `makes ${action.of} Failed`;
    case 'move':
      return `moves ${action.of} to model ${action.to}`;
    case 'tag':
      return `tags ${action.of} with ${action.key}`;
    case 'take the name':
      return `creates a deployment with the fixed name of ${action.of}, ${action.tagged ? 'with the tags of another stack' : 'without tags'}`;
    case 'use the model':
      return `creates deployments of the stack's model: ${action.users.join(', ')}`;
    case 'hold the quota':
      return `has ${action.count} foreign deployments in progress for ${seconds(action.ms)}`;
    case 'fill the account':
      return `fills the account's quota of deployments ${action.ms === undefined ? 'for good' : `for ${seconds(action.ms)}`}`;
    case 'change access':
      return 'changes the permissions to read artefacts';
    case 'repair':
      return 'repairs the models that cannot be created or deployed';
    case 'break':
      return 'breaks the models that were repaired';
    case 'slow down':
      return 'makes creations take more than an hour';
  }
}

/** Desired resources, or their difference from `before`; of a new resource, what differs from the defaults. */
export function desiredInWords(desired: DesiredResources, before: DesiredResources | undefined): string {
  const [was, is] = [resourcesOf(before), resourcesOf(desired)];
  const parts = Object.keys({ ...was, ...is }).flatMap((logicalId) => {
    const [old, now] = [was[logicalId], is[logicalId]];
    if (now === undefined) {
      return old === undefined ? [] : [`without ${logicalId}`];
    }
    const defaults: object = old ?? (logicalId === 'Model' ? PLAIN_MODEL : PLAIN_DEPLOYMENT);
    const changes = differences(defaults as TracedProperties, now as unknown as TracedProperties).map((each) =>
      each.replace(/ [^ ]* → /, ' '),
    );
    return changes.length === 0 && old !== undefined
      ? []
      : [`${logicalId}${changes.length === 0 ? '' : ` with ${changes.join(', ')}`}`];
  });
  return parts.join('; ') || 'without changes';
}

function resourcesOf(
  desired: DesiredResources | undefined,
): Readonly<Record<string, DesiredDeployment | DesiredModel | undefined>> {
  return { Model: desired?.model, ...desired?.deployments };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
