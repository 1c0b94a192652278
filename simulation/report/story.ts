import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { DEFAULT_CLOUDFORMATION } from '../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR } from '../../local/fake-bedrock/behaviour';
import type {
  Act,
  Attempt,
  CallMishap,
  DeploymentWish,
  Mishap,
  ModelWish,
  Plan,
  Update,
  Wish,
  World,
} from '../workload/plan';
import { PLAIN_DEPLOYMENT, PLAIN_MODEL } from '../workload/templates';

type Json = Readonly<Record<string, unknown>>;

const USUAL: Json = { ...DEFAULT_BEHAVIOUR, ...DEFAULT_CLOUDFORMATION };
const UNREMARKABLE = ['StateMachineArn', 'Timeout', 'ServiceTimeout'];

/** A plan as one would tell it: what is unusual about the world, then each operation with what goes wrong in it. */
export function planInWords({ world, create, updates, remove }: Plan): string[] {
  return [
    `The world: ${worldInWords(world).join('; ') || 'the usual'}`,
    `create ${wishInWords(create.wish, undefined)}`,
    ...attemptInWords(create),
    ...updates.flatMap((update) => [
      `update to ${goalInWords(update.to)}`,
      ...attemptInWords(update),
      ...(update.again === undefined
        ? []
        : ['if that fails, again, with what it failed over mended', ...attemptInWords(update.again)]),
    ]),
    'delete',
    ...attemptInWords(remove),
  ];
}

function worldInWords({ behaviour, durations, cloudFormation }: World): string[] {
  const unusual = Object.entries({ ...behaviour, ...cloudFormation }).filter(([name, value]) => value !== USUAL[name]);
  const long = Object.entries(durations).filter(([, ms]) => ms > 0);
  const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [
    ...unusual.map(([name, value]) => `${words(name)}: ${String(value)}`),
    ...long.map(([name, ms]) => `${words(name)}: ${seconds(ms)}`),
  ];
}

function goalInWords(to: Update['to']): string {
  return 'back' in to
    ? `what it was ${to.back} before`
    : to.map((change) => `${change.of} ${JSON.stringify(change.to)}`).join(', ');
}

function attemptInWords({ byHand, mishaps, cancelAfter }: Attempt): string[] {
  const when = (after: number | undefined): string => (after === undefined ? 'before it' : `after ${seconds(after)}`);
  return [
    ...byHand.map(({ act, after }) => `    by hand, ${when(after)}: ${actInWords(act)}`),
    ...mishaps.map((mishap) => `    ${mishapInWords(mishap)}`),
    ...(cancelAfter === undefined ? [] : [`    cancelled after ${seconds(cancelAfter)}`]),
  ];
}

/** What is asked, or what is asked differently. */
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
      return `${about}: ${JSON.stringify(without(UNREMARKABLE, ResourceProperties))}`;
    case 'Update':
      return `${about}: ${differences(OldResourceProperties ?? {}, ResourceProperties).join(', ')}`;
    case 'Delete':
      return about;
  }
}

function differences(before: Json, after: Json): string[] {
  const keys = Object.keys({ ...before, ...after });
  const [was, is] = [before, after].map((properties) => (key: string) => JSON.stringify(properties[key] ?? null));
  return keys.filter((key) => was?.(key) !== is?.(key)).map((key) => `${key} ${was?.(key) ?? ''} → ${is?.(key) ?? ''}`);
}

function without(keys: readonly string[], properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

export function mishapInWords({ at, to, what }: Mishap): string {
  const which = `${to} ${at}`;
  switch (to) {
    case 'call':
      return `${which}: ${callMishapInWords(what)}`;
    case 'invocation':
      return typeof what === 'string'
        ? `${which}: Lambda dies ${what} it`
        : `${which}: Lambda cannot run it for ${seconds(what.unavailableFor)}`;
    case 'delivery':
      return 'late' in what
        ? `${which}: ${seconds(what.late)} late`
        : `${which}: again after ${seconds(what.againAfter)}`;
    case 'answer':
      return `${which}: lost ${what} it reached CloudFormation`;
  }
}

const FAULTS = {
  error: 'is refused with',
  errorAfter: 'works, and is answered with',
  cut: 'is cut',
  lostReply: 'works, and its reply is lost',
  hang: 'hangs',
  slow: 'is slow',
} as const;

function callMishapInWords(what: CallMishap): string {
  if ('death' in what) {
    return `Lambda dies ${what.death} it`;
  }
  if ('deniedFor' in what) {
    return `is denied for ${seconds(what.deniedFor)}`;
  }
  const { fault, tries } = what;
  return `${FAULTS[fault.kind]}${'name' in fault ? ` ${fault.name}` : ''}${tries === 1 ? '' : `, ${tries} times`}`;
}

export function actInWords(act: Act): string {
  switch (act.act) {
    case 'delete':
      return `deletes ${act.of}`;
    case 'fail':
      return `${act.of} becomes Failed`;
    case 'move':
      return `moves ${act.of} to model ${act.to}`;
    case 'tag':
      return `tags ${act.of} with ${act.key}`;
    case 'take the name':
      return `makes a deployment of the name that ${act.of} may want, ${act.marked ? "marked as another stack's" : 'unmarked'}`;
    case 'use the model':
      return `has deployments of the stack's own model: ${act.users.join(', ')}`;
    case 'hold the quota':
      return `has ${act.places} of their own in progress for ${seconds(act.ms)}`;
    case 'fill the account':
      return `has all deployments that there may be, ${act.ms === undefined ? 'for good' : `for ${seconds(act.ms)}`}`;
    case 'change access':
      return 'changes who may read what models are made of';
    case 'mend':
      return 'mends what cannot be made or deployed';
    case 'break':
      return 'breaks what could be mended';
    case 'slow down':
      return 'what is made now takes more than an hour';
  }
}

/** A wish, or what is new in it; of what is new itself, what is not plain. */
export function wishInWords(wish: Wish, before: Wish | undefined): string {
  const [was, is] = [resourcesOf(before), resourcesOf(wish)];
  const parts = Object.keys({ ...was, ...is }).flatMap((logicalId) => {
    const [old, now] = [was[logicalId], is[logicalId]];
    if (now === undefined) {
      return old === undefined ? [] : [`without ${logicalId}`];
    }
    const usual: object = old ?? (logicalId === 'Model' ? PLAIN_MODEL : PLAIN_DEPLOYMENT);
    const news = differences(usual as Json, now as unknown as Json).map((each) => each.replace(/ [^ ]* → /, ' '));
    return news.length === 0 && old !== undefined
      ? []
      : [`${logicalId}${news.length === 0 ? '' : ` with ${news.join(', ')}`}`];
  });
  return parts.join('; ') || 'nothing new';
}

function resourcesOf(wish: Wish | undefined): Readonly<Record<string, DeploymentWish | ModelWish | undefined>> {
  return { Model: wish?.model, ...wish?.deployments };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
