import { App, Duration, type Environment, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import {
  CustomModel,
  CustomModelDeployment,
  type CustomModelDeploymentProps,
  type CustomModelProps,
  CustomModelProvider,
  type CustomModelProviderProps,
  CustomModelSource,
  DeploymentGate,
  ModelUpdate,
} from '../../lib';
import { gateFunction } from '../../test/lib/support/gates';
import {
  aModel,
  deploy,
  KEY_ARN,
  makeModel,
  MODEL_ARN,
  MODEL_PACKAGE_ARN,
  newStack,
  OTHER_MODEL_ARN,
  S3_URI,
} from '../../test/lib/support/stacks';
import type { ErrorEntry } from './entry';

const HERE = { account: '111122223333', region: 'us-east-1' };
const KEY_ELSEWHERE = KEY_ARN.replace('us-east-1', 'eu-west-1');
const ROLE_ARN = 'arn:aws:iam::111122223333:role/reader';

type Define = (stack: Stack) => unknown;

/** The message of the error that the definition, or the synthesis of its stack, ends with. */
const error =
  (define: Define, env: Environment = HERE): ErrorEntry['reproduce'] =>
  () => {
    const stack = newStack({ env });
    try {
      define(stack);
      Template.fromStack(stack);
    } catch (thrown) {
      return (thrown as Error).message.split('\n').at(-1)?.trim() ?? '';
    }
    throw new Error('nothing was thrown');
  };

/** The first warning of the library after the synthesis. */
const warning =
  (define: Define, env: Environment = HERE): ErrorEntry['reproduce'] =>
  () => {
    const stack = newStack({ env });
    define(stack);
    const [first] = Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('cdk-bedrock-custom-models:'))
      .map(({ id, entry }) => `[${id.slice(1)}] ${entry.data as string}`);
    if (first === undefined) {
      throw new Error('nothing was warned of');
    }
    return first;
  };

const deployment =
  (props: Partial<CustomModelDeploymentProps>): Define =>
  (stack) =>
    deploy(stack, 'Deployment', props);
const imported =
  (props: Partial<CustomModelProps>): Define =>
  (stack) =>
    makeModel(stack, 'Model', props);
const provider =
  (props: (stack: Stack) => CustomModelProviderProps): Define =>
  (stack) =>
    new CustomModelProvider(stack, 'Provider', props(stack));
const gates = (...all: DeploymentGate[]): Define => deployment({ gates: all });
const role = (stack: Stack, service: string): iam.Role =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal(service) });

export const ERRORS_AT_SYNTHESIS: readonly ErrorEntry[] = [
  {
    when: 'an ARN is `undefined`',
    cause: 'The value comes from the context or the environment, which does not have it.',
    remedy: 'Pass it: `cdk deploy -c modelArn=…`.',
    reproduce: error((stack) =>
      CustomModel.fromModelArn(stack, 'Model', stack.node.tryGetContext('modelArn') as string),
    ),
  },
  {
    when: 'the ARN is not that of a custom model',
    cause: 'It is that of another resource of Amazon Bedrock, or is cut off.',
    remedy:
      'Pass the ARN of the custom model (`aws bedrock list-custom-models`). The message says what the ARN is, if the library knows it.',
    reproduce: error((stack) =>
      CustomModel.fromModelArn(stack, 'Model', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'),
    ),
  },
  {
    when: 'the model is in another Region or account',
    cause: 'Amazon Bedrock deploys a model only where it is.',
    remedy: "Deploy the stack to the model's Region and account (`env` of the stack).",
    reproduce: error(deployment({}), { ...HERE, region: 'us-west-2' }),
  },
  {
    when: 'the ARN is not that of a deployment',
    cause: '`fromDeploymentArn()` was given the ARN of something else.',
    remedy: 'Pass the ARN of the deployment (`aws bedrock list-custom-model-deployments`).',
    reproduce: error((stack) => CustomModelDeployment.fromDeploymentArn(stack, 'Deployment', MODEL_ARN)),
  },
  {
    when: 'a name is not allowed',
    cause: "Amazon Bedrock's pattern for names does not match `deploymentName` or `modelName`.",
    remedy: 'Change the name, or leave it out.',
    reproduce: error(deployment({ deploymentName: 'fraud.detection' })),
  },
  {
    when: 'two resources of a stack have one name',
    cause: 'A name is unique in the account and Region.',
    remedy: 'Change one of them, or leave them out.',
    reproduce: error((stack) => {
      deployment({ deploymentName: 'fraud' })(stack);
      new CustomModelDeployment(stack, 'Other', { model: aModel(stack, OTHER_MODEL_ARN), deploymentName: 'fraud' });
    }),
  },
  {
    when: 'a description is not allowed',
    cause: 'It is empty or too long, or has a line break.',
    remedy: 'Change it, or leave it out.',
    reproduce: error(deployment({ description: 'first line\nsecond line' })),
  },
  {
    when: 'a tag is not allowed',
    cause: 'Amazon Bedrock allows fewer characters in tags than other services, and the library reserves some keys.',
    remedy: 'Change the tag. If `Tags.of()` adds it to everything, exclude the resource type there.',
    reproduce: error(deployment({ tags: { team: 'fraud & risk' } })),
  },
  {
    when: 'a tag has the key `__proto__`',
    cause: 'The map of tags in the template would silently lose it.',
    remedy: 'Rename the tag.',
    reproduce: error(deployment({ tags: JSON.parse('{ "__proto__": "fraud" }') as Record<string, string> })),
  },
  {
    when: 'there are too many tags',
    cause: 'Amazon Bedrock allows 50 for each resource, and the library needs three.',
    remedy: 'Leave some out.',
    reproduce: error(
      deployment({ tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, ''])) }),
    ),
  },
  {
    when: 'a timeout is not allowed',
    cause: 'CloudFormation waits at most one hour for a custom resource.',
    remedy: 'Set at most `Duration.hours(1)`, or leave it out.',
    reproduce: error(deployment({ timeout: Duration.hours(2) })),
  },
  {
    when: 'a removal policy is not allowed',
    cause: 'Amazon Bedrock has no snapshots.',
    remedy: 'Use another one.',
    reproduce: error(deployment({ removalPolicy: RemovalPolicy.SNAPSHOT })),
  },
  {
    when: 'a source or a gate is not one of the library',
    cause: 'It is an object of a subclass, or a string: the library could not tell what to do with it.',
    remedy: 'Call one of the static methods of `CustomModelSource` or `DeploymentGate`.',
    reproduce: error(imported({ source: MODEL_PACKAGE_ARN as unknown as CustomModelSource })),
  },
  {
    when: 'the ARN is not that of a model package',
    cause: 'It is that of a group, or its version is not a number.',
    remedy: 'Pass the ARN of one version (`aws sagemaker list-model-packages --model-package-group-name …`).',
    reproduce: error(imported({ source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN.replace('/1', '/latest')) })),
  },
  {
    when: 'the model package is in another Region',
    cause: 'Amazon Bedrock reads only packages of its own Region.',
    remedy: "Deploy the stack to the package's Region.",
    reproduce: error(
      imported({
        source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN.replace('us-east-1', 'eu-west-1')),
      }),
    ),
  },
  {
    when: 'a model package has a role',
    cause: 'Only files in Amazon S3 are read with a role.',
    remedy: 'Leave `role` out.',
    reproduce: error((stack) => imported({ role: iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN) })(stack)),
  },
  {
    when: 'the location of the files is not allowed',
    cause: 'It is no S3 URI, or has characters that Amazon Bedrock does not allow.',
    remedy: 'Pass `s3://<bucket>/<prefix>`.',
    reproduce: error(imported({ source: CustomModelSource.s3('escrow-bucket/fraud/8/') })),
  },
  {
    when: 'the ARN of a role has a wildcard',
    cause: 'It becomes part of a policy, which would then allow more than this role.',
    remedy: 'Pass the exact ARN.',
    reproduce: error((stack) =>
      imported({
        source: CustomModelSource.s3(S3_URI),
        role: iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN.replace('reader', '*')),
      })(stack),
    ),
  },
  {
    when: 'a role cannot be assumed by the service that needs it',
    cause: 'The trust policy of the role, which the app defines, does not name the service.',
    remedy:
      'Add the service to `assumedBy`: `lambda.amazonaws.com` for `role`, `states.amazonaws.com` for `stateMachineRole`, `bedrock.amazonaws.com` for the `role` of a model.',
    reproduce: error(provider((stack) => ({ role: role(stack, 'ec2.amazonaws.com') }))),
  },
  {
    when: 'the account of the bucket and a role are both given',
    cause: '`bucketAccount` is a condition in the role that the construct creates.',
    remedy: 'Leave out one of the two.',
    reproduce: error((stack) =>
      imported({
        source: CustomModelSource.s3(S3_URI, { bucketAccount: '444455556666' }),
        role: iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN),
      })(stack),
    ),
  },
  {
    when: 'the account of the bucket is not one',
    cause: '`bucketAccount` does not have 12 digits.',
    remedy: 'Quote it, so that it keeps its leading zeros.',
    reproduce: error(imported({ source: CustomModelSource.s3(S3_URI, { bucketAccount: '12345' }) })),
  },
  {
    when: 'a key is an alias',
    cause: 'Amazon Bedrock and IAM policies accept only the ARN of a key.',
    remedy: 'Pass the key: `kms.Key.fromKeyArn()`, or `kms.Key.fromLookup()` by its alias.',
    reproduce: error((stack) =>
      imported({ encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/fraud') })(stack),
    ),
  },
  {
    when: 'a key is in another Region',
    cause: 'A service uses only keys of its own Region.',
    remedy: 'Pass a key of the Region of the stack, such as the replica of a multi-Region key.',
    reproduce: error((stack) => imported({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ELSEWHERE) })(stack)),
  },
  {
    when: 'the provider is that of another stack',
    cause: 'CloudFormation calls the function of the same stack, so that both come and go together.',
    remedy: 'Leave `provider` out.',
    reproduce: error((stack) => {
      const other = new CustomModelProvider(new Stack(App.of(stack), 'Other'), 'Provider');
      deployment({ provider: other })(stack);
    }),
  },
  {
    when: 'a stack has two providers',
    cause: 'The first deployment or model of the stack has created one already, or another construct has defined one.',
    remedy: 'Define your own before the first deployment or model.',
    reproduce: error((stack) => {
      deployment({})(stack);
      provider(() => ({}))(stack);
    }),
  },
  {
    when: '`maxInProgress` is a token',
    cause: 'The limit determines dependencies in the template, which cannot depend on a parameter.',
    remedy: 'Pass a number, for instance from the context.',
    reproduce: error(provider(() => ({ maxInProgress: Token.asNumber({ Ref: 'Parameter' }) }))),
  },
  {
    when: '`maxInProgress` is not a whole number of at least 1',
    cause: 'With less, nothing could be deployed.',
    remedy: 'Pass one, or leave it out.',
    reproduce: error(provider(() => ({ maxInProgress: 0 }))),
  },
  {
    when: '`deployableModels` are given without conditions on tags',
    cause: 'IAM recognizes the models of the stack itself by their tags.',
    remedy: 'Remove `deployableModels` or `resourceTagConditions: false`.',
    reproduce: error(provider((stack) => ({ resourceTagConditions: false, deployableModels: [aModel(stack)] }))),
  },
  {
    when: 'a model is not among the `deployableModels`',
    cause: 'IAM would deny the handler its deployment.',
    remedy: 'Add the model to the list.',
    reproduce: error((stack) => {
      provider(() => ({ deployableModels: [aModel(stack, OTHER_MODEL_ARN)] }))(stack);
      deployment({})(stack);
    }),
  },
  {
    when: 'a log group is given together with options of log groups',
    cause:
      '`logRetention`, `logRemovalPolicy` and `logEncryption` are those of the log groups that the provider defines.',
    remedy: 'Set them on your own log group.',
    reproduce: error(
      provider((stack) => ({ logGroup: new logs.LogGroup(stack, 'Logs'), logRetention: logs.RetentionDays.ONE_YEAR })),
    ),
  },
  {
    when: 'a text of a gate is empty',
    cause: 'Amazon Bedrock refuses a message without text.',
    remedy: 'Leave the property out, or give it a text.',
    reproduce: error(gates(DeploymentGate.converse({ prompt: '' }))),
  },
  {
    when: 'a number of a gate is not allowed',
    cause: '`maxAttempts` or `maxTokens` is not a whole number, or out of its range.',
    remedy: 'Correct it, or leave it out.',
    reproduce: error(gates(DeploymentGate.converse({ maxAttempts: 0 }))),
  },
  {
    when: 'a gate has more time than the deployment',
    cause: 'Gates run within the `timeout` of the deployment. Two minutes of the hour are kept for the answer.',
    remedy: 'Shorten the `timeout` or the `bakeTime` of the gate, or raise the `timeout` of the deployment.',
    reproduce: error(
      deployment({
        timeout: Duration.minutes(20),
        gates: [DeploymentGate.alarms(['fraud-errors'], { bakeTime: Duration.minutes(30) })],
      }),
    ),
  },
  {
    when: 'gates together have more time than the deployment',
    cause: 'They run one after the other, and each bake time is waited for to its end.',
    remedy: 'Shorten them, or raise the `timeout` of the deployment.',
    reproduce: error((stack) =>
      gates(
        DeploymentGate.lambda(gateFunction(stack), { timeout: Duration.minutes(40) }),
        DeploymentGate.alarms(['fraud-errors'], { bakeTime: Duration.minutes(20) }),
      )(stack),
    ),
  },
  {
    when: 'gates are too large',
    cause: 'The state of an execution holds them, and Step Functions limits its size.',
    remedy: 'Shorten prompts and bodies, or let a function read them from Amazon S3.',
    reproduce: error(gates(DeploymentGate.invokeModel({ body: { prompt: 'x'.repeat(70_000) } }))),
  },
  {
    when: 'a deployment that is replaced watches alarms',
    cause: 'The new deployment has no traffic until its gates have passed, and so nothing could set off an alarm.',
    remedy: 'Use another gate, or update in place.',
    reproduce: error(
      deployment({
        modelUpdate: ModelUpdate.REPLACE,
        gates: [DeploymentGate.alarms(['fraud-errors'], { bakeTime: Duration.minutes(10) })],
      }),
    ),
  },
  {
    when: 'a gate has no alarms, or too many',
    cause: 'The state of an execution holds what CloudWatch tells of them.',
    remedy: 'Name 1 to 10. A composite alarm stands for more.',
    reproduce: error(gates(DeploymentGate.alarms([], { bakeTime: Duration.minutes(10) }))),
  },
  {
    when: 'the name of an alarm is not allowed',
    cause: 'It is empty, or longer than CloudWatch allows.',
    remedy: 'Pass the name of the alarm, not its ARN.',
    reproduce: error(gates(DeploymentGate.alarms([''], { bakeTime: Duration.minutes(10) }))),
  },
  {
    when: 'a gate refers to an alarm of the same stack',
    cause: "An alarm on the deployment's own metric is created after the deployment, which cannot wait for it.",
    remedy: 'Give the alarm an `alarmName`, and pass the same string to the gate.',
    reproduce: error((stack) => {
      const { alarmName } = new cloudwatch.Metric({ namespace: 'Fraud', metricName: 'Errors' }).createAlarm(
        stack,
        'Errors',
        { threshold: 1, evaluationPeriods: 1 },
      );
      gates(DeploymentGate.alarms([alarmName], { bakeTime: Duration.minutes(10) }))(stack);
    }),
  },
  {
    when: 'the function of a gate is in another Region',
    cause: 'Step Functions calls only functions of its own Region.',
    remedy: 'Deploy the function to the Region of the stack as well.',
    reproduce: error((stack) =>
      gates(
        DeploymentGate.lambda(
          lambda.Function.fromFunctionArn(stack, 'Evaluate', 'arn:aws:lambda:eu-west-1:111122223333:function:evaluate'),
        ),
      )(stack),
    ),
  },
  {
    when: 'the function of a gate depends on the deployment',
    cause: 'Each would have to be created before the other.',
    remedy: 'Remove the reference: the function gets the `deploymentArn` in its event, and may invoke the deployment.',
    reproduce: error((stack) => {
      const evaluate = gateFunction(stack);
      const gated = deploy(stack, 'Deployment', { gates: [DeploymentGate.lambda(evaluate)] });
      evaluate.addEnvironment('MODEL_ID', gated.deploymentArn);
    }),
  },
  {
    when: 'the function of a gate depends on another deployment that has such a function',
    cause: 'Deployments with functions as gates wait for all of these functions of the stack.',
    remedy: 'Remove the reference, or define the other deployment in another stack.',
    reproduce: error((stack) => {
      const [evaluate, judge] = [gateFunction(stack), gateFunction(stack, 'Judge')];
      deploy(stack, 'Deployment', { gates: [DeploymentGate.lambda(evaluate)] });
      const other = deploy(stack, 'Judging', { gates: [DeploymentGate.lambda(judge)] });
      evaluate.addEnvironment('JUDGE_ID', other.deploymentArn);
    }),
  },
];

export const WARNINGS_AT_SYNTHESIS: readonly ErrorEntry[] = [
  {
    when: 'AWS does not document on-demand deployment for the Region',
    cause: 'The list in the library may be older than the feature.',
    remedy: 'Deploy elsewhere, or acknowledge the warning.',
    reproduce: warning(
      (stack) =>
        new CustomModelDeployment(stack, 'Deployment', {
          model: aModel(stack, MODEL_ARN.replace('us-east-1', 'eu-west-1')),
        }),
      { ...HERE, region: 'eu-west-1' },
    ),
  },
  {
    when: 'AWS does not document imports for the Region',
    cause: 'The list in the library may be older than the feature.',
    remedy: 'Import the model elsewhere, or acknowledge the warning.',
    reproduce: warning(
      imported({
        source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN.replace('us-east-1', 'us-west-2')),
      }),
      { ...HERE, region: 'us-west-2' },
    ),
  },
  {
    when: 'AWS does not document on-demand deployment for the base model',
    cause: 'The list in the library may be older than the support for this base model.',
    remedy: 'Use Provisioned Throughput for such a model, or acknowledge the warning.',
    reproduce: warning(
      (stack) =>
        new CustomModelDeployment(stack, 'Deployment', {
          model: aModel(stack, OTHER_MODEL_ARN.replace('imported', 'anthropic.claude-3-haiku-20240307-v1:0:200k')),
        }),
    ),
  },
  {
    when: 'a deployment that is replaced has a fixed name',
    cause: 'Two deployments exist at once during a replacement, and cannot have one name.',
    remedy: 'Leave `deploymentName` out, or update in place.',
    reproduce: warning(deployment({ deploymentName: 'fraud', modelUpdate: ModelUpdate.REPLACE })),
  },
  {
    when: 'another stack imports an ARN that changes',
    cause: 'CloudFormation refuses to change an export that is in use.',
    remedy: 'Pass the ARN through an SSM parameter, as the example `examples/handover/` does.',
    reproduce: warning((stack) => {
      const replaced = new CustomModelDeployment(stack, 'Deployment', {
        model: aModel(stack),
        modelUpdate: ModelUpdate.REPLACE,
      });
      const consumer = new Stack(App.of(stack), 'Consumer', { env: HERE });
      new ssm.StringParameter(consumer, 'Arn', { stringValue: replaced.deploymentArn });
    }),
  },
  {
    when: 'a deployment is retained, but not its model',
    cause: 'Amazon Bedrock cannot delete the model while the deployment uses it.',
    remedy: 'Retain both, or neither.',
    reproduce: warning((stack) => {
      const deleted = new CustomModel(stack, 'Model', {
        source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      new CustomModelDeployment(stack, 'Deployment', { model: deleted, removalPolicy: RemovalPolicy.RETAIN });
    }),
  },
  {
    when: 'the location of the files has an asterisk',
    cause: 'It is not a wildcard for Amazon Bedrock.',
    remedy: 'Pass the prefix that all files have, or acknowledge the warning if it really has this name.',
    reproduce: warning(imported({ source: CustomModelSource.s3('s3://escrow-bucket/fraud/*') })),
  },
  {
    when: 'a timeout is short',
    cause: 'A deployment was seen to take 7 to 9 minutes.',
    remedy: 'Leave `timeout` out, or acknowledge the warning.',
    reproduce: warning(deployment({ timeout: Duration.minutes(5) })),
  },
];
