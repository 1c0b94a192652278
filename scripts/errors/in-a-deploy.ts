import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { handlerOf } from '../../lambda/handler';
import type { State } from '../../lambda/state';
import { type GateProperty, STACK_ID_TAG } from '../../lib/private/contract';
import type { TemplateResources } from '../../local/aws-simulator/cloudformation';
import { GATE_ALARM, GATES } from '../../simulation/workload/gates';
import {
  after,
  create,
  createForeign,
  deployment,
  HOURS,
  MINUTES,
  model,
  type Operate,
  operations,
  PACKAGE,
  play,
  remove,
  retained,
  rollout,
  second,
  type StackScenario,
  update,
} from '../../simulation/workload/scenarios';
import { waiter } from '../../simulation/workload/templates';
import { FakeStepTools } from '../../test/lambda/support/fake-step-tools';
import { request } from '../../test/lambda/support/requests';
import type { ErrorEntry } from './entry';

const FIXED = { DeploymentName: 'fraud' };
const FIXED_MODEL = { ModelName: 'fraud' };

/** The reason that CloudFormation shows of the first resource that fails, when these operations are played. */
const reason =
  (operates: readonly Operate[], world: Omit<StackScenario, 'name' | 'play'> = {}): ErrorEntry['reproduce'] =>
  async () => {
    const { reasons, statuses } = await play({ ...world, name: 'error', play: operations(...operates) });
    const [first] = reasons;
    if (first === undefined) {
      throw new Error(`nothing failed: ${statuses.join()}`);
    }
    return first;
  };

/** A deployment with a gate, and the state machine, which knows gates unless it is the former one. */
const gated =
  (gate: GateProperty, knowsGates = true) =>
  (modelArn: string): TemplateResources => ({
    ...waiter(knowsGates),
    ...Object.fromEntries(
      Object.entries(deployment(modelArn, { Gates: [gate] })).map(([logicalId, resource]) => [
        logicalId,
        { ...resource, DependsOn: ['Waiter'] },
      ]),
    ),
  });

type EventHandler = ReturnType<typeof handlerOf>;

/** The reason that the function gives by itself, where the state machine does not run or runs for another version. */
const reasonOfHandler =
  (
    act: (handler: EventHandler, around: FakeStepTools, request: CloudFormationRequest) => Promise<unknown>,
  ): ErrorEntry['reproduce'] =>
  async () => {
    const around = new FakeStepTools();
    const answers: string[] = [];
    const handler = handlerOf({
      now: around.now,
      log: around.log,
      logGroup: around.logGroup,
      bedrock: () => around.bedrock,
      executions: () => around.executions,
      respond: (_url, body) => {
        answers.push(body);
        return Promise.resolve();
      },
      sleep: (ms) => {
        around.time += ms;
        return Promise.resolve();
      },
      timeout: () => new AbortController().signal,
    });
    const state = (await act(handler, around, request('Create'))) as { readonly answer?: Answer } | undefined;
    const answer = state?.answer ?? (JSON.parse(answers[0] ?? '{}') as Answer);
    if (answer.Reason === undefined) {
      throw new Error('nothing failed');
    }
    return answer.Reason;
  };

export const ERRORS_IN_A_DEPLOY: readonly ErrorEntry[] = [
  {
    when: 'a property is wrong that was a token at synthesis',
    cause: 'The parameter, the import or the attribute has another value than the property allows.',
    remedy: 'Correct that value.',
    reproduce: reason([create(() => deployment('fraud-7'))]),
  },
  {
    when: 'the deployment became `Failed`',
    cause: 'Amazon Bedrock gives the reason. The library has deleted the failed deployment.',
    remedy:
      'Correct what Amazon Bedrock names. A model that was trained full-rank cannot be served on demand: use Provisioned Throughput.',
    reproduce: reason([create(({ fullRank }) => deployment(fullRank))]),
  },
  {
    when: 'the import of a model failed',
    cause:
      'Amazon Bedrock gives the reason. If it was for lack of permissions, which may not have worked yet, the library has tried twice.',
    remedy:
      "Correct what Amazon Bedrock names: the model package, or the files and the role's permissions to read them.",
    reproduce: reason([create(() => model(`${PACKAGE}6`))]),
  },
  {
    when: 'an update in place failed',
    cause:
      'Amazon Bedrock could not move the deployment to the model. CloudFormation rolls back, and the handler moves it back.',
    remedy:
      'Correct what Amazon Bedrock names, if it does. A model that was trained full-rank cannot be served on demand: use Provisioned Throughput.',
    reproduce: reason([create(({ one }) => deployment(one)), update(({ fullRank }) => deployment(fullRank))]),
  },
  {
    when: 'the model does not exist',
    cause: 'It was deleted, or the ARN is wrong.',
    remedy: 'Pass the ARN of a model that exists (`aws bedrock list-custom-models`).',
    reproduce: reason([create(({ one }) => deployment(one.replace(/.{12}$/, 'zzzzzzzzzzzz')))]),
  },
  {
    when: 'the model is `Failed`',
    cause: 'Amazon Bedrock could not create the model, and gives the reason.',
    remedy: 'Deploy another model.',
    reproduce: reason([
      (context) => {
        const arn = context.environment.controlPlane.addModel({ name: 'broken', status: 'Failed' });
        return create(() => deployment(arn))(context);
      },
    ]),
  },
  {
    when: 'the name is taken',
    cause: 'A deployment or model of that name exists, and its tags do not say that it is this resource.',
    remedy:
      'Choose another name, or leave it out. To hand the existing one over to the stack, see [the README](../README.md#adopt-what-exists).',
    reproduce: reason([
      after(
        createForeign(['fraud']),
        create(({ one }) => deployment(one, FIXED)),
      ),
    ]),
  },
  {
    when: 'the tags of the resource are gone',
    cause: 'Somebody has removed or changed the tags by which the library knows the resource.',
    remedy: 'Set the two tags again (`aws bedrock tag-resource`), and deploy again.',
    reproduce: reason([
      create(({ one }) => deployment(one)),
      after(
        ({ environment }) => {
          environment.controlPlane.deployments().forEach(({ arn }) => {
            environment.controlPlane.perform('UntagResource', { resourceARN: arn, tagKeys: [STACK_ID_TAG] });
          });
        },
        update(({ two }) => deployment(two)),
      ),
    ]),
  },
  {
    when: 'a retained resource has the name',
    cause: 'The stack retained it earlier, and it differs in what Amazon Bedrock cannot change.',
    remedy: 'Choose another name, or delete the retained one.',
    reproduce: reason([
      create(({ one }) => ({ ...retained(deployment(one, FIXED), 'Retain'), ...second(one) })),
      update(({ one }) => second(one)),
      async (context) => {
        await context.environment.time.sleep(3 * HOURS);
        return update(({ one }) => ({ ...deployment(one, { ...FIXED, Description: 'new' }), ...second(one) }))(context);
      },
    ]),
  },
  {
    when: 'the description of a deployment with a fixed name changes',
    cause: 'It takes a new deployment, and only one can have the name.',
    remedy: 'Change `deploymentName` as well, or leave it out.',
    reproduce: reason([
      create(({ one }) => deployment(one, FIXED)),
      update(({ one }) => deployment(one, { ...FIXED, Description: 'new' })),
    ]),
  },
  {
    when: 'the model of a deployment with a fixed name changes, with `REPLACE`',
    cause: 'It takes a new deployment, and only one can have the name.',
    remedy: 'Change `deploymentName` as well, leave it out, or use `ModelUpdate.IN_PLACE`.',
    reproduce: reason([
      create(({ one }) => deployment(one, { ...FIXED, ModelUpdate: 'REPLACE' })),
      update(({ two }) => deployment(two, { ...FIXED, ModelUpdate: 'REPLACE' })),
    ]),
  },
  {
    when: 'the source of a model with a fixed name changes',
    cause: 'It takes a new model, and only one can have the name.',
    remedy: 'Change `modelName` as well, or leave it out.',
    reproduce: reason([
      create(() => model(`${PACKAGE}1`, FIXED_MODEL)),
      update(() => model(`${PACKAGE}2`, FIXED_MODEL)),
    ]),
  },
  {
    when: 'the time is up',
    cause:
      'Amazon Bedrock takes longer than the `timeout`, or than the hour that CloudFormation waits. The reason says what the handler waited for.',
    remedy: 'Deploy again. A deployment or model that becomes Active in the meantime is deleted in the rollback.',
    reproduce: reason([create(({ one }) => deployment(one, { Timeout: 300 }))], {
      durations: { deploymentCreate: 9 * MINUTES },
    }),
  },
  {
    when: 'the quota of deployments in progress stays full',
    cause:
      'Other stacks of the account create deployments in this Region. CloudFormation waits no longer than an hour.',
    remedy: 'Deploy again later, or request a higher quota (Service Quotas, *In-progress custom model deployments*).',
    reproduce: reason(
      [
        after(
          createForeign(['a', 'b']),
          create(({ one }) => deployment(one)),
        ),
      ],
      {
        durations: { deploymentCreate: 2 * HOURS },
        behaviour: { deleteWhileCreating: 'allowed' },
      },
    ),
  },
  {
    when: 'the quota of all deployments is full',
    cause: 'The account has as many deployments in this Region as it may have.',
    remedy: 'Delete some, or request a higher quota (Service Quotas, *Custom model deployments*).',
    reproduce: reason(
      [
        after(
          createForeign(['a', 'b']),
          create(({ one }) => deployment(one)),
        ),
      ],
      {
        behaviour: { maxDeployments: 2 },
        durations: { deploymentCreate: 0 },
      },
    ),
  },
  {
    when: 'Amazon Bedrock holds a name',
    cause:
      'A deployment of that name was deleted, and Amazon Bedrock keeps refusing the name for more than ten minutes.',
    remedy: 'Deploy again later, or choose another name.',
    reproduce: reason(
      [create(({ one }) => deployment(one, FIXED)), remove, create(({ one }) => deployment(one, FIXED))],
      { behaviour: { nameHeldAfterDelete: 2 * HOURS } },
    ),
  },
  {
    when: 'Amazon Bedrock refuses the request',
    cause: 'It gives the reason. The library has asked twice, a minute apart.',
    remedy: 'Correct what Amazon Bedrock names.',
    reproduce: reason([
      after(
        ({ environment }) => {
          environment.bedrockFaults.on((operation) =>
            operation === 'CreateCustomModelDeployment'
              ? { kind: 'error', name: 'ValidationException', message: 'This base model cannot be deployed on demand' }
              : undefined,
          );
        },
        create(({ one }) => deployment(one)),
      ),
    ]),
  },
  {
    when: 'a permission is missing',
    cause: 'IAM has denied the handler a call for three minutes: longer than a new policy takes to work.',
    remedy:
      'The message names the action. Look for a service control policy, a permissions boundary, or a `role` of your own that lacks it (README, *IAM*).',
    reproduce: reason([
      after(
        ({ environment }) => {
          environment.deny('CreateCustomModelDeployment', 10 * MINUTES);
        },
        create(({ one }) => deployment(one)),
      ),
    ]),
  },
  {
    when: 'a permission is missing in a deletion or a rollback',
    cause:
      'IAM has denied the handler a call for as long as CloudFormation waits. Giving up sooner would have left the stack stuck.',
    remedy: 'Restore the permission, then delete the stack again, or `cdk rollback`.',
    reproduce: reason([
      create(({ one }) => deployment(one)),
      after(({ environment }) => {
        environment.deny('DeleteCustomModelDeployment', 2 * HOURS);
      }, remove),
    ]),
  },
  {
    when: 'a model cannot be deleted, since another stack uses it',
    cause: 'A deployment outside of the stack serves it. The library leaves both as they are.',
    remedy: 'Delete that deployment, or retain the model (`removalPolicy`), and delete the stack again.',
    reproduce: reason([
      create(() => model(`${PACKAGE}1`)),
      after(({ environment }) => {
        const modelArn = environment.controlPlane.models().find(({ tags }) => STACK_ID_TAG in tags)?.arn ?? '';
        environment.controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName: 'theirs', modelArn });
      }, remove),
    ]),
  },
  {
    when: 'a model cannot be deleted, since a retained deployment uses it',
    cause: 'The stack has retained the deployment, but deletes the model.',
    remedy: 'Delete the deployment, or retain the model as well.',
    reproduce: reason([
      create(() => {
        const resources = rollout(`${PACKAGE}1`);
        return { ...retained(resources, 'Retain'), ...model(`${PACKAGE}1`) };
      }),
      remove,
    ]),
  },
  {
    when: 'a gate gets an error that stays',
    cause:
      'Amazon Bedrock, or the function of the gate, has answered with this error as often in a row as `maxAttempts` says.',
    remedy:
      'Look up the error. If it is about the request, correct the `prompt`, or the `body`, which must be in the format of the model. If the function raised it, read the log of the function.',
    reproduce: reason([
      after(
        ({ environment, one }) => {
          const message = 'The model could not process the request.';
          environment.runtime.answers.set(one, { error: { name: 'ModelErrorException', message } });
        },
        create(({ one }) => gated(GATES.converse)(one)),
      ),
    ]),
  },
  {
    when: 'a gate does not pass within its time',
    cause:
      'What passes by itself has not passed: the deployment is not ready yet, calls are throttled, or the function keeps returning WAIT. The reason has the last answer.',
    remedy: 'Deploy again, or raise the `timeout` of the gate, and with it that of the deployment.',
    reproduce: reason([
      after(
        ({ environment }) => {
          environment.runtime.behaviour.notReadyAfterCreate = 2 * HOURS;
        },
        create(({ one }) => gated({ ...GATES.converse, Timeout: '600' } as GateProperty)(one)),
      ),
    ]),
  },
  {
    when: 'the function of a gate says FAILED',
    cause: 'It gives the reason. With an update in place, CloudFormation moves the deployment back to the old model.',
    remedy: 'Deploy a model that passes, or change what the function demands.',
    reproduce: reason([
      after(
        ({ environment }) => {
          environment.gateFunctions = () =>
            Promise.resolve({ status: 'FAILED', reason: '7 of 40 golden prompts got another answer than expected' });
        },
        create(({ one }) => gated(GATES.function)(one)),
      ),
    ]),
  },
  {
    when: 'the function of a gate returns something else',
    cause: 'It has returned nothing, or something in another form, as often in a row as `maxAttempts` says.',
    remedy: "Return `{ status: 'READY' }`, or one of the other forms that `DeploymentGate.lambda()` describes.",
    reproduce: reason([
      after(
        ({ environment }) => {
          environment.gateFunctions = () => Promise.resolve(true);
        },
        create(({ one }) => gated(GATES.function)(one)),
      ),
    ]),
  },
  {
    when: 'an alarm goes off',
    cause:
      'One of the alarms of the gate is in ALARM, and CloudWatch gives the reason. CloudFormation moves the deployment back to the old model.',
    remedy:
      'Find out what set it off. If it was already in ALARM before the update, wait until it is not, and deploy again.',
    reproduce: reason([
      after(
        ({ environment, two }) => {
          environment.alarms.create(GATE_ALARM);
          environment.alarms.follow(GATE_ALARM, { modelArn: two, afterMs: 2 * MINUTES });
        },
        create(({ one }) => gated(GATES.alarms)(one)),
      ),
      update(({ two }) => gated(GATES.alarms)(two)),
    ]),
  },
  {
    when: 'an alarm does not exist',
    cause:
      'No alarm has this name in the account and Region. (On a create that is no error: the alarm may be in the same stack, and come later.)',
    remedy: 'Correct the name, or create the alarm first.',
    reproduce: reason([create(({ one }) => gated(GATES.alarms)(one)), update(({ two }) => gated(GATES.alarms)(two))]),
  },
  {
    when: 'a gate lacks a permission',
    cause: 'IAM has denied the state machine its check for three minutes: longer than a new policy takes to work.',
    remedy:
      'The message names the action. Look for a service control policy, a permissions boundary, or a `stateMachineRole` of your own that lacks it (README, *IAM*).',
    reproduce: reason([create(({ one }) => gated(GATES.converse)(one))], {
      faults: [{ at: 1, to: 'check', what: { deniedFor: 10 * MINUTES } }],
    }),
  },
  {
    when: 'the state machine knows no gates yet',
    cause:
      'The deploy gives the state machine the states that check gates. Step Functions may go on with the former definition for some seconds, and has begun the request with it.',
    remedy: 'Deploy again.',
    reproduce: reason([create(({ one }) => gated(GATES.converse, false)(one))]),
  },
  {
    when: 'the function could not be run',
    cause:
      'Lambda could not run the function for about 48 minutes: an outage, no concurrency left in the account, or a code or role that somebody has changed.',
    remedy: 'The message has the error of Lambda. Remove its cause, and deploy again.',
    reproduce: reason([create(({ one }) => deployment(one))], {
      faults: [{ at: 2, to: 'invocation', what: { unavailableFor: 55 * MINUTES } }],
    }),
  },
  {
    when: 'the state machine could not be started',
    cause:
      'IAM has denied the function the start of its own state machine for three minutes (for an update or a delete: 13), or Step Functions was unavailable for longer.',
    remedy: 'Look for what denies it, as for any other permission, and deploy again. Nothing was begun.',
    reproduce: reasonOfHandler((handler, around, create) => {
      const message = 'AccessDeniedException: not authorized to perform: states:StartExecution';
      around.fails('StartExecution', 'denied', message);
      return handler(create);
    }),
  },
  {
    when: 'the library was rolled back during the operation',
    cause: 'A newer version of the library began it, and the stack went back to an older one before it ended.',
    remedy: 'Deploy again.',
    reproduce: reasonOfHandler(async (handler, around, create) => {
      await handler(create);
      const begun = around.calls.find(([operation]) => operation === 'StartExecution');
      const state = { ...(JSON.parse(begun?.[2] as string) as State), version: 99 };
      return handler({ action: 'reconcile', state, definition: 99 });
    }),
  },
];
