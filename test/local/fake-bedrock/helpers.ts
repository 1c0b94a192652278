import { Bedrock } from '@aws-sdk/client-bedrock';
import { LocalBedrock, type LocalBedrockOptions } from '../../../local/fake-bedrock/server';
import { type RawReply, send } from '../web-page';

export const NOON = Date.parse('2026-01-01T12:00:00.000Z');
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** A clock that moves only when it is told to. */
export class Clock {
  private ms = NOON;
  readonly now = () => this.ms;

  pass(ms: number): void {
    this.ms += ms;
  }
}

export interface Local {
  readonly bedrock: LocalBedrock;
  readonly clock: Clock;
  readonly client: Bedrock;
  /** An Active model. */
  readonly modelArn: string;
  /** Another one. */
  readonly otherModelArn: string;
}

const started: { bedrock: LocalBedrock; clients: Bedrock[] }[] = [];

afterEach(async () => {
  for (const { bedrock, clients } of started.splice(0)) {
    for (const client of clients) {
      client.destroy();
    }
    await bedrock.stop();
  }
});

/** A local Bedrock on virtual time where everything takes a minute, and a client that never retries. */
export async function startLocal(options: LocalBedrockOptions = {}): Promise<Local> {
  const clock = new Clock();
  const durations = {
    deploymentCreate: MINUTE,
    deploymentUpdate: MINUTE,
    deploymentDelete: 0,
    modelCreate: MINUTE,
    ...options.durations,
  };
  const bedrock = await LocalBedrock.start({ now: clock.now, ...options, durations });
  started.push({ bedrock, clients: [] });
  return {
    bedrock,
    clock,
    client: clientOf(bedrock),
    modelArn: bedrock.controlPlane.addModel({ name: 'first-model' }),
    otherModelArn: bedrock.controlPlane.addModel({ name: 'second-model' }),
  };
}

export function clientOf(bedrock: LocalBedrock, config: ConstructorParameters<typeof Bedrock>[0] = {}): Bedrock {
  const client = new Bedrock({
    endpoint: bedrock.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...config,
  });
  started.find((each) => each.bedrock === bedrock)?.clients.push(client);
  return client;
}

/** Makes a deployment and lets its creation pass. */
export async function activeDeployment(
  { client, clock, modelArn }: Local,
  modelDeploymentName = 'mine',
): Promise<string> {
  const { customModelDeploymentArn } = await client.createCustomModelDeployment({ modelDeploymentName, modelArn });
  clock.pass(MINUTE);
  return customModelDeploymentArn ?? '';
}

export async function getDeployment({ client }: Local, customModelDeploymentIdentifier = 'mine') {
  const { $metadata, ...deployment } = await client.getCustomModelDeployment({ customModelDeploymentIdentifier });
  expect($metadata.requestId).toBeDefined();
  return deployment;
}

/** A request without an SDK, to see what it hides. */
export function raw(bedrock: LocalBedrock, method: string, path: string, body?: unknown): Promise<RawReply> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return send(bedrock.endpoint + path, method, { 'content-type': 'application/json' }, text);
}
