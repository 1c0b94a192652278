import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CustomModel, CustomModelDeployment, CustomModelProvider, DeploymentGate } from '../../lib';
import { SimulatedAccount } from '../../local/aws-simulator/account';
import { CloudFormation, type TemplateResources } from '../../local/aws-simulator/cloudformation';
import { LocalBedrock } from '../../local/fake-bedrock/server';
import { operationAt } from '../../local/fake-bedrock/wire';
import { lateListing, type SubjectFactory } from './subject';

interface HandlerAssembly {
  readonly assembly: string;
  readonly template: TemplateResources;
  /** The same of a stack with gates. */
  readonly withGates: TemplateResources;
}

const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';

let synthesized: HandlerAssembly | undefined;

/**
 * The handler as it is deployed: the bundle, with the real SDK over HTTP, and the state machine's definition, both from
 * a synthesized stack; on virtual time.
 */
export const builtSubject: SubjectFactory = async ({
  time,
  random,
  controlPlane,
  bedrockFaults,
  latency,
  respond,
  death,
  invocation,
  integration,
  listing = lateListing(random),
  log,
}) => {
  synthesized ??= synthesize();
  const bedrock = await LocalBedrock.start({
    controlPlane,
    faults: bedrockFaults,
    now: time.now,
    onHang: (headers) => {
      account.held.release(headers);
    },
  });
  const account: SimulatedAccount = await SimulatedAccount.open({
    time,
    assembly: synthesized.assembly,
    endpoints: { AWS_ENDPOINT_URL_BEDROCK: bedrock.endpoint },
    respond,
    log,
    death: (method, path, headers) => {
      const operation = operationAt(method, path.split('?')[0] ?? '')?.operation;
      const again = !String(headers['amz-sdk-request']).startsWith('attempt=1');
      return operation === undefined || again ? undefined : death(operation);
    },
    invocation,
    integration,
    random: () => random.draw(),
    ...listing,
  });
  // deploying it takes no virtual time
  const stack = new CloudFormation(time, () => undefined, { uuid: random.uuid, provisioner: account }).stack(
    'Provider',
  );
  const { template, withGates } = synthesized;
  await stack.create(template);
  const functionArn = String(stack.resolve({ 'Fn::GetAtt': [logicalIdOf('AWS::Lambda::Function', template), 'Arn'] }));
  const [[StateMachineArn, stateMachine] = []] = account.stateMachines;
  return {
    ...(stateMachine && { stateMachine }),
    putStateMachine: (hasGates) => {
      const logicalId = logicalIdOf(STATE_MACHINE, template);
      const { Properties = {} } = (hasGates ? withGates : template)[logicalId] ?? {};
      account.put(logicalId, STATE_MACHINE, stack.resolve(Properties) as Record<string, unknown>, stack.stackId);
    },
    invoke: async (request) => {
      const given = (properties: object): Record<string, unknown> => ({ ...properties, StateMachineArn });
      await time.sleep(latency.there());
      const result = await account.invoke(functionArn, {
        ...request,
        ResourceProperties: given(request.ResourceProperties),
        ...(request.OldResourceProperties === undefined
          ? {}
          : { OldResourceProperties: given(request.OldResourceProperties) }),
      });
      await time.sleep(latency.back());
      return result;
    },
    close: async () => {
      await Promise.all([bedrock.stop(), account.close()]);
    },
  };
};

function synthesize(): HandlerAssembly {
  const assembly = mkdtempSync(join(tmpdir(), 'storm-'));
  process.once('exit', () => {
    rmSync(assembly, { recursive: true, force: true });
  });
  const app = new App({ outdir: assembly });
  const stack = new Stack(app, 'Provider');
  const { handler } = CustomModelProvider.getOrCreate(stack);
  // so that it serves the stacks of lives, not only its own
  (handler.node.defaultChild as CfnFunction).addPropertyDeletionOverride('Environment');
  const gated = new Stack(app, 'ProviderWithGates');
  const model = CustomModel.fromModelArn(gated, 'Model', MODEL_ARN);
  new CustomModelDeployment(gated, 'Deployment', { model, gates: [DeploymentGate.converse()] });
  app.synth();
  const resourcesOf = ({ templateFile }: Stack): TemplateResources =>
    (JSON.parse(readFileSync(join(assembly, templateFile), 'utf8')) as { Resources: TemplateResources }).Resources;
  return { assembly, template: resourcesOf(stack), withGates: resourcesOf(gated) };
}

function logicalIdOf(type: string, template: TemplateResources): string {
  return Object.keys(template).find((logicalId) => template[logicalId]?.Type === type) ?? '';
}
