import type { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import * as path from 'path';
import type { ICustomModel } from './i-custom-model';
import { ConcurrencyLimit } from './private/concurrency-limit';
import { STACK_ID_VARIABLE } from './private/contract';
import { validationError } from './private/errors';
import { allowExecutionsInKeyPolicy, executionEncryptionStatements } from './private/execution-encryption';
import type { ChangingAttributes } from './private/export-warnings';
import { ExportWarnings } from './private/export-warnings';
import { fixed, fixedId } from './private/fixed-logical-id';
import { GateChecks } from './private/gate-checks';
import type { BoundGate } from './private/gate-config';
import {
  handlerAcknowledgements,
  handlerStatements,
  modelStatements,
  networkStatements,
  sourceAcknowledgements,
} from './private/handler-policy';
import type { GrantableDeployment } from './private/invoke-by-tags';
import { allowBedrockInKeyPolicy, keyIdentity, modelKeyStatement } from './private/kms-access';
import { checkLogOptions, defineLogGroup } from './private/log-groups';
import { InlinePolicy, MergedPolicy } from './private/merged-policy';
import {
  acknowledge,
  INLINE_POLICY,
  LOGS_AND_TRACES,
  NO_CONCURRENCY_LIMIT,
  NO_DEAD_LETTERS,
  NO_TRACING,
  NO_VPC,
  RUNTIME_OF_CDK,
  wildcardResource,
} from './private/nag-acknowledgements';
import { dependOnPoliciesOnly, rolePolicies } from './private/role-policies';
import { requireTrust } from './private/role-trust';
import { shortHash } from './private/short-hash';
import type { SourceConfig } from './private/source-config';
import { uniqueToStack } from './private/stack-unique-name';
import { DESCRIBE_STACKS, HANDLER_ARN, waiterDefinition } from './private/state-machine-definition';
import { stateMachineStatements } from './private/state-machine-policy';
import { checkDeployable, checkDeployableModels, checkKey, checkMaxInProgress } from './private/validation';
import { vpcEgress } from './private/vpc-egress';

const REGISTERED = Symbol.for('cdk-bedrock-custom-models.CustomModelProvider');

const METRIC_NAMESPACE = 'cdk-bedrock-custom-models';
const FAILED_OPERATIONS = 'FailedOperations';
/** The dimension of the metric. */
const STACK = 'Stack';

/**
 * Properties of a `CustomModelProvider`.
 *
 * @example
 * import * as ec2 from 'aws-cdk-lib/aws-ec2';
 * import * as kms from 'aws-cdk-lib/aws-kms';
 *
 * declare const vpc: ec2.Vpc;
 * declare const key: kms.Key;
 *
 * const props: CustomModelProviderProps = {
 *   vpc,
 *   executionEncryption: key,
 *   maxInProgress: 2,
 * };
 */
export interface CustomModelProviderProps {
  /**
   * The execution role of the handler. `lambda.amazonaws.com` must be able to assume it.
   *
   * The provider attaches the permissions of the handler to the role as an inline policy, unless the role accepts no
   * policies (`role.withoutPolicyUpdates()`). Statements that exceed the size limit of inline policies go into managed
   * policies. This happens with dozens of models that have their own keys and roles, or if several stacks share the
   * role.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The VPC in which the handler runs.
   *
   * In isolated subnets, the handler needs the interface endpoints of Amazon Bedrock (`com.amazonaws.<region>.bedrock`)
   * and Step Functions (`com.amazonaws.<region>.states`), and the gateway endpoint of Amazon S3
   * (`com.amazonaws.<region>.s3`), where CloudFormation receives its answers.
   *
   * If these endpoints, and the security group rules for the handler, are in the stack of the provider, CloudFormation
   * creates them before the models and deployments and deletes them after. If they are in another stack, deploy that
   * stack first and destroy it last.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
   * @default - not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in which the handler runs. Only with `vpc`.
   *
   * @default - the default strategy of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the handler. Only with `vpc`.
   *
   * @default - a new security group that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role of the state machine. `states.amazonaws.com` must be able to assume it.
   *
   * The provider attaches the permissions of the state machine to the role as an inline policy, unless the role accepts
   * no policies (`role.withoutPolicyUpdates()`).
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
   * @default - a new role
   */
  readonly stateMachineRole?: iam.IRole;

  /**
   * The log group of the handler and of the state machine. Not together with `logRetention`, `logRemovalPolicy` and
   * `logEncryption`: a log group of your own has its own.
   *
   * @default - a new log group for each
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long CloudWatch Logs keeps the logs of the handler and of the state machine.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
   * @default logs.RetentionDays.TWO_WEEKS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What happens to the log groups when they are removed from the stack.
   *
   * If the first deploy of a stack fails, its rollback removes everything, the log group that the error names included.
   * `RETAIN` keeps the log groups in that case, and also when you destroy the stack: delete them yourself then.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @default RemovalPolicy.DESTROY
   */
  readonly logRemovalPolicy?: RemovalPolicy;

  /**
   * The KMS key that encrypts the log groups. A key in the Region of the stack, not an alias.
   *
   * The provider allows CloudWatch Logs to use the key in the policy of a key that the app defines. The policy of a key
   * that exists already must allow `logs.<region>.amazonaws.com` to use it for the log groups of this account.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default - CloudWatch Logs encrypts the logs with a key of its own
   */
  readonly logEncryption?: kms.IKey;

  /**
   * Whether AWS X-Ray traces the handler and the state machine.
   *
   * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-services.html
   * @default - X-Ray traces the state machine, with its invocations of the handler, but not the handler itself
   */
  readonly tracing?: boolean;

  /**
   * The KMS key that encrypts the environment variables of the handler. A key in the Region of the stack, not an alias.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
   * @default - an AWS managed key of AWS Lambda
   */
  readonly environmentEncryption?: kms.IKeyRef;

  /**
   * The KMS key that encrypts the definition of the state machine and the history of its executions. A key in the
   * Region of the stack, not an alias.
   *
   * The history contains the pre-signed URL with which the handler answers CloudFormation. With a key, principals that
   * may read executions see the URL only if they may also decrypt with the key. The provider grants the state machine
   * the use of the key. If the key exists already, or if you wrote its policy yourself, the key policy must delegate
   * permissions to IAM policies, as the default key policy does, and must allow `delivery.logs.amazonaws.com` to
   * decrypt; otherwise the state machine does not log. Whoever deploys the stack needs `kms:DescribeKey` and
   * `kms:GenerateDataKey`.
   *
   * Add, change or remove this property in a deploy that changes no model and no deployment. An execution that can no
   * longer use the key with which it started fails, and CloudFormation then waits one hour for its answer. Delete or
   * disable the old key, or remove it from its stack, only in a later deploy. While the key is unusable, no model and
   * no deployment of the stack can be changed or deleted.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @default - an AWS owned key
   */
  readonly executionEncryption?: kms.IKey;

  /**
   * How many deployments of this stack may be in progress at once: a whole number of at least 1, not a token.
   *
   * The template enforces the limit with dependencies, in the order in which the deployments are defined: with a limit
   * of 2, the third depends on the first, and the fourth on the second. A deployment that depends on another one or
   * refers to it, directly or by way of other resources, comes after it in that order. A reference by a logical id
   * alone (`Fn.getAtt()`) is not seen: define the other one first then. CloudFormation also updates and deletes the
   * deployments one after the other.
   *
   * The quota "In-progress custom model deployments" of an account in a Region (2, unless raised) does not call for a
   * limit: a deployment that exceeds it waits, and its `timeout` does not count that time. CloudFormation waits for an
   * hour, though: at 8 minutes for each deployment, two at a time, 12 become Active in it.
   *
   * @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html
   * @default - no limit for up to 12 deployments, and 2 for more
   */
  readonly maxInProgress?: number;

  /**
   * Whether the policy of the handler allows it to change and delete only deployments and models that carry the tag of
   * its stack (`aws:ResourceTag`).
   *
   * Set it to `false` only if IAM denies the handler access to resources that do carry the tag, because the account or
   * Region does not evaluate this condition for deployments and models. The error then names this property. The handler
   * itself always reads the tags before each change. Without the conditions, IAM no longer prevents other users of the
   * handler's role from changing the deployments and models of others in this account and Region.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_service-with-iam.html
   * @default true
   */
  readonly resourceTagConditions?: boolean;

  /**
   * The models that this stack may deploy in addition to those that it creates itself. They must be in the Region and
   * account of the stack.
   *
   * Use it if the account has models that this stack must not deploy: IAM denies the handler the deployment of every
   * model that is not listed. Not allowed with `resourceTagConditions: false`, because IAM recognizes the models of the
   * stack by their tags.
   *
   * Move the last deployment off a model in one deploy, and remove the model from the list in a later one. Otherwise,
   * if the deploy fails, IAM may deny the rollback to the model.
   *
   * @default - all models of the account and Region
   */
  readonly deployableModels?: ICustomModel[];
}

/**
 * The custom resource provider of the models and deployments of one stack: a Lambda function that calls Amazon Bedrock
 * (the handler), and a state machine that waits.
 *
 * A stack has exactly one provider. The first model or deployment creates it with its defaults. To configure it, define
 * it yourself before the first model or deployment of the stack. You can add or remove your own definition at any time:
 * existing models and deployments are not affected.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 * @example
 * import * as ec2 from 'aws-cdk-lib/aws-ec2';
 *
 * declare const vpc: ec2.Vpc;
 * declare const model: ICustomModel;
 *
 * new CustomModelProvider(this, 'Provider', { vpc });
 * new CustomModelDeployment(this, 'Deployment', { model });
 */
@propertyInjectable
export class CustomModelProvider extends Construct implements iam.IGrantable {
  /**
   * The id of this class for property injection.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModelProvider';

  /**
   * Returns the provider of the stack that contains the scope. If the stack has none yet, creates it with its defaults.
   *
   * @param scope any construct in the stack
   * @returns the provider of the stack
   */
  static getOrCreate(scope: Construct): CustomModelProvider {
    const stack = Stack.of(scope);
    return registered(stack) ?? defaultProvider(stack);
  }

  /**
   * Returns the provider that the user passes to a construct, or else the provider of its stack.
   *
   * @internal
   */
  static _of(scope: Construct, given: CustomModelProvider | undefined): CustomModelProvider {
    const provider = given ?? CustomModelProvider.getOrCreate(scope);
    if (Stack.of(provider) !== Stack.of(scope)) {
      throw validationError(
        scope,
        `provider must be in the same stack, got ${provider.node.path}: use the provider of this stack, or leave it out`,
      );
    }
    return provider;
  }

  /**
   * The principal of the handler, for grants such as `key.grantDecrypt(provider)`.
   */
  readonly grantPrincipal: iam.IPrincipal;

  /**
   * The Lambda function that calls Amazon Bedrock, for its metrics and, in a VPC, its connections.
   */
  readonly handler: lambda.IFunction;

  /**
   * The state machine that waits for Amazon Bedrock, for its metrics.
   */
  readonly stateMachine: sfn.IStateMachine;

  private readonly role: iam.IRole;
  private readonly handlerLogs: logs.ILogGroup;
  private readonly permissions: MergedPolicy;
  private readonly deployableModels: readonly string[] | undefined;
  private readonly concurrencyLimit: ConcurrencyLimit;
  private readonly exportWarnings: ExportWarnings;
  private readonly gateChecks: GateChecks;

  /**
   * Defines the provider of a stack. Throws an error if a property is wrong.
   *
   * @param scope the scope of the construct, usually `this`
   * @param id the construct id
   * @param props the properties
   */
  constructor(scope: Construct, id: string, props: CustomModelProviderProps = {}) {
    super(scope, id);
    const {
      role: givenRole,
      stateMachineRole,
      logGroup: givenLogs,
      logRetention,
      logRemovalPolicy,
      logEncryption,
      tracing,
      executionEncryption,
      maxInProgress,
      resourceTagConditions = true,
      deployableModels,
      ...functionProps
    } = props;
    checkKey(this, 'executionEncryption', executionEncryption);
    checkKey(this, 'logEncryption', logEncryption);
    checkKey(this, 'environmentEncryption', props.environmentEncryption);
    const logOptions = { logRetention, logRemovalPolicy, logEncryption };
    checkLogOptions(this, givenLogs, logOptions);
    requireTrust(this, 'role', givenRole, 'lambda.amazonaws.com');
    requireTrust(this, 'stateMachineRole', stateMachineRole, 'states.amazonaws.com');
    checkMaxInProgress(this, maxInProgress);
    checkDeployableModels(this, deployableModels, resourceTagConditions);
    this.deployableModels = deployableModels?.map(({ modelArn }) => modelArn);
    register(this);

    const role =
      givenRole ??
      dependOnPoliciesOnly(
        fixed(
          new iam.Role(this, 'HandlerRole', {
            assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
          }),
        ),
      );
    const handlerLogs = givenLogs ?? defineLogGroup(this, 'HandlerLogs', logOptions);
    const handler = this.defineHandler(role, handlerLogs, functionProps);
    if (tracing === undefined) {
      acknowledge(handler, NO_TRACING);
    } else if (tracing) {
      this.traceHandler(handler, role);
    }
    // The prefix keeps the group out of the account's few and small resource policies for log delivery.
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    const stateMachineLogs =
      givenLogs ??
      defineLogGroup(this, 'WaiterLogs', logOptions, `/aws/vendedlogs/states/${this.uniqueName('Waiter')}`);
    const waiterStatements = stateMachineStatements(handler, tracing ?? true);
    const waiterRole = stateMachineRole ?? this.defineStateMachineRole(waiterStatements);
    const stateMachine = this.defineStateMachine(handler, stateMachineLogs, {
      role: waiterRole,
      key: executionEncryption,
      tracing: tracing ?? true,
    });
    if (stateMachineRole !== undefined) {
      this.allowStateMachine(stateMachine, stateMachineRole, waiterStatements);
    }

    this.grantPrincipal = role;
    this.role = role;
    this.handlerLogs = handlerLogs;
    this.handler = handler;
    this.stateMachine = stateMachine;
    this.permissions = this.defineMergedPolicy('HandlerPolicy', role, givenRole !== undefined);
    this.permissions.allow(
      ...handlerStatements(
        { handler, stateMachine, logGroup: handlerLogs },
        { resourceTagConditions, deployableModels: this.deployableModels },
      ),
    );
    this.permissions.acknowledge(...handlerAcknowledgements(stateMachine, { resourceTagConditions }));
    this.concurrencyLimit = new ConcurrencyLimit(maxInProgress);
    this.exportWarnings = new ExportWarnings(this);
    this.gateChecks = new GateChecks({
      stateMachine,
      resourceTagConditions,
      definePolicy: (policyId) => this.defineMergedPolicy(policyId, waiterRole, stateMachineRole !== undefined),
    });
  }

  /**
   * The service token of the custom resources: the ARN of the handler.
   */
  get serviceToken(): string {
    return this.handler.functionArn;
  }

  /**
   * Returns the metric of the creates, updates and deletes of models and deployments of this stack that failed: those
   * of which CloudFormation was told so, also before the state machine was started. The first call adds a metric filter
   * to the log group of the handler, which sends nothing as long as nothing fails.
   *
   * Statistic: sum. Period: 5 minutes. An operation for which CloudFormation got no answer at all is not counted: the
   * execution of the state machine then times out (`stateMachine.metricTimedOut()`).
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
   * @param props the metric options to override, such as `period`
   * @returns the metric
   * @example
   * import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
   *
   * declare const provider: CustomModelProvider;
   *
   * new cloudwatch.GraphWidget({ left: [provider.metricFailedOperations()] });
   */
  metricFailedOperations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    if (this.node.tryFindChild(FAILED_OPERATIONS) === undefined) {
      new logs.MetricFilter(this, FAILED_OPERATIONS, {
        logGroup: this.handlerLogs,
        filterPattern: logs.FilterPattern.stringValue('$.message.answer', '=', 'FAILED'),
        metricNamespace: METRIC_NAMESPACE,
        metricName: FAILED_OPERATIONS,
        dimensions: { [STACK]: '$.message.stack' }, // a log group may be that of several stacks
      });
    }
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: FAILED_OPERATIONS,
      dimensionsMap: { [STACK]: Stack.of(this).stackName },
      statistic: cloudwatch.Stats.SUM,
      ...props,
    }).attachTo(this);
  }

  /**
   * Defines an alarm that goes off when a create, update or delete of a model or deployment of this stack has failed
   * within five minutes.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
   * @param scope the scope of the alarm
   * @param id the id of the alarm
   * @returns the alarm, which has no action yet
   * @example
   * import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
   * import * as sns from 'aws-cdk-lib/aws-sns';
   *
   * declare const provider: CustomModelProvider;
   * declare const onCall: sns.ITopic;
   *
   * provider.createFailedOperationsAlarm(this, 'Alarm').addAlarmAction(new actions.SnsAction(onCall));
   */
  createFailedOperationsAlarm(scope: Construct, id: string): cloudwatch.Alarm {
    return this.metricFailedOperations().createAlarm(scope, id, {
      alarmDescription: `An operation of a custom model or of its deployment failed in ${Stack.of(this).stackName}`,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Makes a custom resource depend on the permissions of the handler, so that CloudFormation creates the permissions
   * first and deletes them last.
   *
   * @internal
   */
  _addDependencies(resource: Construct): void {
    resource.node.addDependency(this.permissions); // which refer to the rest of the provider
  }

  /**
   * Checks that a model may be deployed.
   *
   * @internal
   */
  _checkDeployable(scope: Construct, model: ICustomModel): void {
    checkDeployable(scope, model.modelArn, this.deployableModels);
  }

  /**
   * Applies the concurrency limit to a resource. Not to models: the quota counts deployments only.
   *
   * @internal
   */
  _limitConcurrency(resource: CfnResource): void {
    this.concurrencyLimit.add(resource);
  }

  /**
   * Warns if another stack imports attributes of a resource that change.
   *
   * @internal
   */
  _warnOfExports(changing: ChangingAttributes): void {
    this.exportWarnings.add(changing);
  }

  /**
   * Allows the handler to create a model. It may always delete the models of its stack.
   *
   * @internal
   */
  _allowModel(source: SourceConfig): void {
    this.permissions.allow(...modelStatements(this.handler, source));
    this.permissions.acknowledge(...sourceAcknowledgements(source));
  }

  /**
   * Allows the handler to create and deploy models that are encrypted with a key.
   *
   * @internal
   */
  _allowKey(key: kms.IKey): void {
    const stack = Stack.of(this);
    this.permissions.allow(modelKeyStatement(stack, key));
    // the policy of a key in another stack cannot name the role, which does not exist yet
    allowBedrockInKeyPolicy(stack, key, Stack.of(key) === stack ? this.role : undefined);
  }

  /**
   * Has the state machine check the gates of a deployment.
   *
   * @internal
   */
  _checkGates(deployment: GrantableDeployment & Construct, gates: readonly BoundGate[]): void {
    this.gateChecks.add(deployment, gates);
  }

  private defineHandler(role: iam.IRole, logGroup: logs.ILogGroup, props: lambda.FunctionOptions): lambda.Function {
    const handler = fixed(
      new lambda.Function(this, 'Handler', {
        description: 'Manages the Amazon Bedrock custom models of a stack on behalf of CloudFormation',
        code: lambda.Code.fromAsset(path.join(__dirname, '..', 'assets', 'handler')),
        handler: 'index.handler',
        runtime: lambda.determineLatestNodeRuntime(this),
        memorySize: 256,
        environment: { [STACK_ID_VARIABLE]: Stack.of(this).stackId },
        timeout: Duration.minutes(15), // long enough to start an execution in spite of throttling or IAM propagation
        loggingFormat: lambda.LoggingFormat.JSON,
        logGroup,
        role,
        ...props,
      }),
    );
    acknowledge(handler, NO_CONCURRENCY_LIMIT, NO_DEAD_LETTERS, RUNTIME_OF_CDK);
    if (props.vpc === undefined) {
      acknowledge(handler, NO_VPC);
    } else {
      // Lambda checks these permissions when it creates the function.
      const policy = this.definePolicy('HandlerNetworkPolicy', networkStatements());
      acknowledge(
        policy,
        wildcardResource(
          'Lambda checks these permissions when it creates the function, when the network interfaces do not exist yet.',
        ),
      );
      role.attachInlinePolicy(policy);
      handler.node.addDependency(policy);
      // not the security group of the function, to which the rules refer
      handler.node.defaultChild?.node.addDependency(vpcEgress(handler, props.vpc));
    }
    return handler;
  }

  /** Not by the function's own `tracing`, which would change the default policy of the role. */
  private traceHandler(handler: lambda.Function, role: iam.IRole): void {
    const policy = this.definePolicy('HandlerTracingPolicy', [
      new iam.PolicyStatement({ actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] }),
    ]);
    acknowledge(policy, LOGS_AND_TRACES);
    role.attachInlinePolicy(policy);
    handler.node.addDependency(policy);
    (handler.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: lambda.Tracing.ACTIVE };
  }

  private defineStateMachine(
    handler: lambda.IFunction,
    logGroup: logs.ILogGroup,
    { role, key, tracing }: StateMachineOptions,
  ): sfn.StateMachine {
    const stateMachine = fixed(
      new sfn.StateMachine(this, 'Waiter', {
        definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(waiterDefinition)),
        definitionSubstitutions: {
          [HANDLER_ARN]: handler.functionArn,
          [DESCRIBE_STACKS]: `arn:${Stack.of(this).partition}:states:::aws-sdk:cloudformation:describeStacks`,
        },
        role: this.withoutPolicyUpdates(role),
        logs: {
          destination: logGroup,
          level: sfn.LogLevel.ALL,
          includeExecutionData: false, // it contains the pre-signed URL for the answer to CloudFormation
        },
        tracingEnabled: tracing,
        ...(key === undefined ? {} : { encryptionConfiguration: new sfn.CustomerManagedEncryptionConfiguration(key) }),
      }),
    );
    if (key !== undefined) {
      stateMachine.node.addDependency(this.allowExecutionEncryption(role, key));
    }
    return stateMachine;
  }

  /** Allows the state machine what it needs, in a role of the user. */
  private allowStateMachine(stateMachine: sfn.StateMachine, role: iam.IRole, statements: iam.PolicyStatement[]): void {
    const policy = this.definePolicy('WaiterPolicy', statements);
    acknowledge(policy, LOGS_AND_TRACES);
    role.attachInlinePolicy(policy);
    stateMachine.node.addDependency(policy, rolePolicies(role));
  }

  /** So that the construct of the state machine does not add the same permissions again, in another policy. */
  private withoutPolicyUpdates(role: iam.Role | iam.IRole): iam.IRole {
    return 'withoutPolicyUpdates' in role
      ? dependOnPoliciesOnly(role.withoutPolicyUpdates())
      : iam.Role.fromRoleArn(this, 'WaiterRoleReference', role.roleArn, { mutable: false });
  }

  private defineStateMachineRole(statements: iam.PolicyStatement[]): iam.Role {
    const role = fixed(
      new iam.Role(this, 'WaiterRole', {
        assumedBy: this.stateMachinesOfThisAccount(),
        inlinePolicies: { Waiter: new iam.PolicyDocument({ statements }) },
      }),
    );
    acknowledge(role, INLINE_POLICY, LOGS_AND_TRACES);
    return role;
  }

  /**
   * Allows the state machine to use the key of its executions. A separate policy for each key: CloudFormation creates
   * it before the state machine uses the key, and, when the key changes or is removed, deletes it in the clean-up.
   */
  private allowExecutionEncryption(role: iam.IRole, key: kms.IKey): iam.Policy {
    const stack = Stack.of(this);
    const namePrefix = fixedId('Waiter');
    const policy = this.definePolicy(
      `WaiterKeyPolicy${shortHash(keyIdentity(key))}`,
      executionEncryptionStatements(stack, key, namePrefix),
    );
    role.attachInlinePolicy(policy);
    allowExecutionsInKeyPolicy(stack, key, namePrefix);
    return policy;
  }

  /** A policy of a role, to which constructs add statements later. */
  private defineMergedPolicy(id: string, role: iam.IRole, isGiven: boolean): MergedPolicy {
    const policy = this.definePolicy(id);
    if (!isGiven && isCustomized(role)) {
      // The CDK copies the policy into its report as soon as it is attached, so attach it when it is complete.
      this.node.addValidation({
        validate: () => {
          role.attachInlinePolicy(policy);
          return [];
        },
      });
    } else {
      role.attachInlinePolicy(policy);
    }
    return new MergedPolicy(policy, (number) =>
      fixed(new iam.ManagedPolicy(this, `${id}${number}`, { roles: [role] })),
    );
  }

  /**
   * A separate policy in this stack instead of statements in the default policy of the role: the role may be in another
   * stack, and this policy refers to the function, which depends on the default policy of the role.
   */
  private definePolicy(id: string, statements: iam.PolicyStatement[] = []): InlinePolicy {
    const policy = fixed(
      new InlinePolicy(this, id, {
        policyName: this.uniqueName(id), // unique, because several stacks may share the role
        statements,
      }),
    );
    acknowledge(policy, INLINE_POLICY);
    return policy;
  }

  /** Step Functions on behalf of state machines in this account and Region (confused deputy). */
  private stateMachinesOfThisAccount(): iam.ServicePrincipal {
    const stack = Stack.of(this);
    const arn = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: { ArnLike: { 'aws:SourceArn': arn }, StringEquals: { 'aws:SourceAccount': stack.account } },
    });
  }

  private uniqueName(id: string): string {
    return uniqueToStack(Stack.of(this), `CustomModelProvider${id}`);
  }
}

/** Whether the app customizes away (`iam.Role.customizeRoles`) a role that the provider defines. */
function isCustomized(role: iam.IRole): boolean {
  return role.node.defaultChild === undefined;
}

/** Outside of the class: inside of it, some compilers take its name for the class without its decorator. */
function defaultProvider(stack: Stack): CustomModelProvider {
  return new CustomModelProvider(stack, 'CustomModelProvider');
}

/** What the state machine does not share with the handler. */
interface StateMachineOptions {
  readonly role: iam.IRole;
  readonly key: kms.IKey | undefined;
  readonly tracing: boolean;
}

function registered(stack: Stack): CustomModelProvider | undefined {
  return (stack as { [REGISTERED]?: CustomModelProvider })[REGISTERED];
}

function register(provider: CustomModelProvider): void {
  const stack = Stack.of(provider);
  const first = registered(stack);
  if (first !== undefined) {
    throw validationError(
      provider,
      `a stack must have exactly one CustomModelProvider, and this stack already has ${first.node.path}: ` +
        'define your own provider before the first model or deployment of the stack, and define no other',
    );
  }
  Object.defineProperty(stack, REGISTERED, { value: provider });
}
