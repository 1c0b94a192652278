import type { CfnElement } from 'aws-cdk-lib';
import { ArnFormat, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
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
import { allowExecutionsInKeyPolicy,executionEncryptionStatements } from './private/execution-encryption';
import type { ChangingAttributes } from './private/export-warnings';
import { ExportWarnings } from './private/export-warnings';
import {
  handlerAcknowledgements,
  handlerStatements,
  modelStatements,
  networkStatements,
  sourceAcknowledgements,
} from './private/handler-policy';
import { allowBedrockInKeyPolicy, keyIdentity, modelKeyStatement } from './private/kms-access';
import { InlinePolicy,MergedPolicy } from './private/merged-policy';
import {
  acknowledge,
  INLINE_POLICY,
  NO_CONCURRENCY_LIMIT,
  NO_DEAD_LETTERS,
  NO_KEY_FOR_LOGS,
  NO_TRACING,
  NO_VPC,
  RUNTIME_OF_CDK,
  wildcardResource,
} from './private/nag-acknowledgements';
import { dependOnPoliciesOnly } from './private/role-policies';
import { shortHash } from './private/short-hash';
import type { SourceConfig } from './private/source-config';
import { DESCRIBE_STACKS, HANDLER_ARN, waiterDefinition } from './private/state-machine-definition';
import { stateMachinePolicy } from './private/state-machine-policy';
import { checkDeployable, checkDeployableModels, checkKey, checkMaxInProgress } from './private/validation';
import { vpcEgress } from './private/vpc-egress';

const REGISTERED = Symbol.for('cdk-bedrock-custom-models.CustomModelProvider');

/**
 * Properties of a provider.
 */
export interface CustomModelProviderProps {
  /**
   * The execution role of the handler. It must be assumable by `lambda.amazonaws.com`.
   *
   * The permissions that the handler needs are attached to it as an inline policy, unless it takes none
   * (`role.withoutPolicyUpdates()`). What does not fit into that, with dozens of models that have keys and roles of
   * their own, or in a role of several stacks, is attached as managed policies.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The VPC to run the handler in.
   *
   * From there the handler must reach Amazon Bedrock (interface endpoint `com.amazonaws.<region>.bedrock`), Step
   * Functions (interface endpoint `com.amazonaws.<region>.states`) and Amazon S3, where CloudFormation takes its
   * answers (gateway endpoint `com.amazonaws.<region>.s3`).
   *
   * Where these endpoints, and the rules of security groups that let the handler through, are in the stack of the
   * provider, models and deployments are created after them and deleted before them. Where they are in another stack,
   * deploy that one first and destroy it last.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
   * @default - not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the VPC to run the handler in. Only with `vpc`.
   *
   * @default - the VPC's default strategy
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the handler. Only with `vpc`.
   *
   * @default - a new security group with all outbound traffic allowed
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The log group of the handler and of its state machine.
   *
   * @default - a new log group for each, kept for two weeks and deleted with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The KMS key that encrypts the handler's environment variables.
   *
   * @default - a key of AWS Lambda
   */
  readonly environmentEncryption?: kms.IKeyRef;

  /**
   * The KMS key that encrypts the definition of the state machine and the history of its executions. Not an alias. In
   * the Region of the stack.
   *
   * The history holds the pre-signed URL by which CloudFormation is answered, for as long as that is valid: with a key,
   * those who may look at executions see it only if they may decrypt with the key too. The state machine gets the
   * permission to use the key. The policy of a key that exists already, or that you wrote yourself, must leave that to
   * the policies of identities, as it does by default, and let `delivery.logs.amazonaws.com` decrypt, without which the
   * state machine does not log. Whoever deploys the stack needs `kms:DescribeKey` and `kms:GenerateDataKey`.
   *
   * Give, change and remove it in a deploy of its own, which changes no model and no deployment. An execution fails
   * when it cannot use the key that it was begun with, and CloudFormation then waits an hour for its answer. Delete or
   * disable a key, and take it out of its stack, only in a later deploy. While the key cannot be used, no model and no
   * deployment of the stack can be changed or deleted.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @default - a key that AWS owns
   */
  readonly executionEncryption?: kms.IKey;

  /**
   * How many deployments of this stack may be in progress at once. At least 1, and known at synthesis.
   *
   * The other deployments wait for these in the order in which they are defined, so that the `timeout` of each begins
   * when its turn comes. Where one deployment needs another (other than by `node.addDependency()`), define the other
   * first.
   *
   * @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html
   * @default 2 - the quota "In-progress custom model deployments" of an account in a Region, unless raised
   */
  readonly maxInProgress?: number;

  /**
   * Whether IAM lets the handler change and delete only what carries the tag of its stack (`aws:ResourceTag`).
   *
   * Turn it off only where IAM refuses the handler what carries the tag, as an account or a Region would that does not
   * evaluate this condition for deployments and models: the error then names this property. The handler itself looks at
   * the tags before each change, on or off. What is lost is that the role of the handler, whoever uses it, cannot touch
   * the deployments and models of others in this account and Region.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_service-with-iam.html
   * @default true
   */
  readonly resourceTagConditions?: boolean;

  /**
   * The models that this stack may deploy beside those that it makes itself. In the Region and account of the stack.
   *
   * Give it where the account has models that this stack must not deploy: IAM refuses the handler all that are not
   * listed, whoever asks for them. Not without `resourceTagConditions`, by which IAM knows the models of the stack.
   *
   * Take a model off the list only in a later deploy than the one that moves the last deployment off it: should that
   * one fail, the way back may be gone while its list is still in force.
   *
   * @default - every model
   */
  readonly deployableModels?: ICustomModel[];
}

/**
 * What serves the custom models and deployments of one stack: a Lambda function that calls Bedrock, and a state machine
 * that waits.
 *
 * A stack has exactly one, made when it is first needed. Define it yourself, before the first model or deployment of
 * the stack, only to give it properties. This can be done later on as well, and undone, without any effect on the
 * models and deployments that it already serves.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
@propertyInjectable
export class CustomModelProvider extends Construct implements iam.IGrantable {
  /**
   * Uniquely identifies this class.
   */
  static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-custom-models.CustomModelProvider';

  /**
   * The provider of the stack that the scope is in. Defined with its defaults if the stack has none yet.
   */
  static getOrCreate(scope: Construct): CustomModelProvider {
    const stack = Stack.of(scope);
    return registered(stack) ?? defaultProvider(stack);
  }

  /**
   * The provider that a construct is given, or else that of its stack.
   *
   * @internal
   */
  static _of(scope: Construct, given: CustomModelProvider | undefined): CustomModelProvider {
    const provider = given ?? CustomModelProvider.getOrCreate(scope);
    if (Stack.of(provider) !== Stack.of(scope)) {
      throw validationError(
        scope,
        `provider must be in the same stack, got ${provider.node.path}: each stack has its own`,
      );
    }
    return provider;
  }

  /**
   * The principal that the handler acts as, for instance for `key.grantDecrypt(provider)`.
   */
  readonly grantPrincipal: iam.IPrincipal;

  /**
   * The function that calls Bedrock: for its connections, if it is in a VPC, and its metrics.
   */
  readonly handler: lambda.IFunction;

  /**
   * The state machine that waits for Bedrock: for its metrics.
   */
  readonly stateMachine: sfn.IStateMachine;

  private readonly role: iam.IRole;
  private readonly permissions: MergedPolicy;
  private readonly deployableModels: readonly string[] | undefined;
  private readonly concurrencyLimit: ConcurrencyLimit;
  private readonly exportWarnings: ExportWarnings;

  constructor(scope: Construct, id: string, props: CustomModelProviderProps = {}) {
    super(scope, id);
    const {
      role: givenRole,
      logGroup: givenLogs,
      executionEncryption,
      maxInProgress = 2,
      resourceTagConditions = true,
      deployableModels,
      ...functionProps
    } = props;
    checkKey(this, 'executionEncryption', executionEncryption);
    checkMaxInProgress(this, maxInProgress);
    this.deployableModels = deployableModels?.map(({ modelArn }) => modelArn);
    checkDeployableModels(this, this.deployableModels, resourceTagConditions);
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
    const handlerLogs = givenLogs ?? this.defineLogs('HandlerLogs');
    const handler = this.defineHandler(role, handlerLogs, functionProps);
    // The prefix keeps the group out of the account's few and small resource policies for log delivery.
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    const stateMachineLogs =
      givenLogs ?? this.defineLogs('WaiterLogs', `/aws/vendedlogs/states/${this.uniqueName('Waiter')}`);
    const stateMachine = this.defineStateMachine(handler, stateMachineLogs, executionEncryption);

    this.grantPrincipal = role;
    this.role = role;
    this.handler = handler;
    this.stateMachine = stateMachine;
    const policy = this.definePolicy('HandlerPolicy');
    if (givenRole === undefined && isCustomized(role)) {
      // The report of what it must allow copies the policy at once, so that it is attached when it is complete.
      this.node.addValidation({
        validate: () => {
          role.attachInlinePolicy(policy);
          return [];
        },
      });
    } else {
      role.attachInlinePolicy(policy);
    }
    this.permissions = new MergedPolicy(policy, (number) =>
      fixed(new iam.ManagedPolicy(this, `HandlerPolicy${number}`, { roles: [role] })),
    );
    this.permissions.allow(
      ...handlerStatements(
        { handler, stateMachine, logGroup: handlerLogs },
        { resourceTagConditions, deployableModels: this.deployableModels },
      ),
    );
    this.permissions.acknowledge(...handlerAcknowledgements(stateMachine, { resourceTagConditions }));
    this.concurrencyLimit = new ConcurrencyLimit(maxInProgress);
    this.exportWarnings = new ExportWarnings(this);
  }

  /**
   * The token by which CloudFormation finds the handler: `serviceToken` of the custom resources that it serves.
   */
  get serviceToken(): string {
    return this.handler.functionArn;
  }

  /**
   * Lets a custom resource begin when the handler has its permissions, and be deleted before they are.
   *
   * @internal
   */
  _addDependencies(resource: Construct): void {
    resource.node.addDependency(this.permissions); // which refer to all the rest
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
   * Lets a custom resource begin when it is its turn. Models take none: the quota is one of deployments.
   *
   * @internal
   */
  _limitConcurrency(resource: Construct): void {
    this.concurrencyLimit.add(resource);
  }

  /**
   * Warns if another stack imports what changes of a resource.
   *
   * @internal
   */
  _warnOfExports(changing: ChangingAttributes): void {
    this.exportWarnings.add(changing);
  }

  /**
   * Lets the handler make a model. It may always delete those that its stack has made.
   *
   * @internal
   */
  _allowModel(source: SourceConfig): void {
    this.permissions.allow(...modelStatements(this.handler, source));
    this.permissions.acknowledge(...sourceAcknowledgements(source));
  }

  /**
   * Lets the handler make and deploy models that are encrypted with a key.
   *
   * @internal
   */
  _allowKey(key: kms.IKey): void {
    const stack = Stack.of(this);
    this.permissions.allow(modelKeyStatement(stack, key));
    // a key of another stack is there before the role is
    allowBedrockInKeyPolicy(stack, key, Stack.of(key) === stack ? this.role : undefined);
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
        timeout: Duration.minutes(15), // what it takes to start an execution while Step Functions or IAM do not let it
        loggingFormat: lambda.LoggingFormat.JSON,
        logGroup,
        role,
        ...props,
      }),
    );
    acknowledge(handler, NO_CONCURRENCY_LIMIT, NO_DEAD_LETTERS, NO_TRACING, RUNTIME_OF_CDK);
    if (props.vpc === undefined) {
      acknowledge(handler, NO_VPC);
    } else {
      // Lambda asks for these permissions when it creates the function.
      const policy = this.definePolicy('HandlerNetworkPolicy', networkStatements());
      acknowledge(
        policy,
        wildcardResource(
          'The network interfaces of a function do not exist yet when Lambda asks whether it may have them.',
        ),
      );
      role.attachInlinePolicy(policy);
      handler.node.addDependency(policy);
      // not its security group, which the rules are about
      handler.node.defaultChild?.node.addDependency(vpcEgress(handler, props.vpc));
    }
    return handler;
  }

  private defineStateMachine(
    handler: lambda.IFunction,
    logGroup: logs.ILogGroup,
    key: kms.IKey | undefined,
  ): sfn.StateMachine {
    const ownRole = fixed(
      new iam.Role(this, 'WaiterRole', {
        assumedBy: this.stateMachinesOfThisAccount(),
        inlinePolicies: { Waiter: stateMachinePolicy(handler) },
      }),
    );
    acknowledge(
      ownRole,
      INLINE_POLICY,
      wildcardResource('The actions for the delivery of logs, and those for traces, know no resources.'),
    );
    const role = dependOnPoliciesOnly(ownRole.withoutPolicyUpdates());
    const stateMachine = fixed(
      new sfn.StateMachine(this, 'Waiter', {
        definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(waiterDefinition)),
        definitionSubstitutions: {
          [HANDLER_ARN]: handler.functionArn,
          [DESCRIBE_STACKS]: `arn:${Stack.of(this).partition}:states:::aws-sdk:cloudformation:describeStacks`,
        },
        role,
        logs: {
          destination: logGroup,
          level: sfn.LogLevel.ALL,
          includeExecutionData: false, // it holds the pre-signed URL of CloudFormation's answer
        },
        tracingEnabled: true,
        ...(key === undefined ? {} : { encryptionConfiguration: new sfn.CustomerManagedEncryptionConfiguration(key) }),
      }),
    );
    if (key !== undefined) {
      stateMachine.node.addDependency(this.allowExecutionEncryption(ownRole, key));
    }
    return stateMachine;
  }

  /**
   * Lets the state machine use the key of its executions. By a policy of its own, and another one for another key: it
   * comes before the state machine uses the key, and goes, when the key is changed or removed, after all that was begun
   * with it.
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

  /**
   * A policy of its own, in this stack, rather than statements in the role's: the role may be another stack's, and the
   * function, which waits for the role's own policy, is part of what this one refers to.
   */
  private definePolicy(id: string, statements: iam.PolicyStatement[] = []): InlinePolicy {
    const policy = fixed(
      new InlinePolicy(this, id, {
        policyName: this.uniqueName(id), // a role that several stacks share has a policy of each
        statements,
      }),
    );
    acknowledge(policy, INLINE_POLICY);
    return policy;
  }

  private defineLogs(id: string, logGroupName?: string): logs.LogGroup {
    const group = fixed(
      new logs.LogGroup(this, id, {
        retention: logs.RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
        ...(logGroupName === undefined ? {} : { logGroupName }),
      }),
    );
    acknowledge(group, NO_KEY_FOR_LOGS);
    return group;
  }

  /** Step Functions, but not on behalf of anybody else. */
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

  /** A name that no other stack has, not even a later one of the same name. */
  private uniqueName(id: string): string {
    return `CustomModelProvider${id}-${Fn.select(2, Fn.split('/', Stack.of(this).stackId))}`;
  }
}

/**
 * Gives a resource a logical id that does not depend on where the provider is: CloudFormation never lets go of a
 * service token. A role that the app has customised away is not a resource.
 */
function fixed<T extends Construct>(construct: T): T {
  (construct.node.defaultChild as CfnElement | undefined)?.overrideLogicalId(fixedId(construct.node.id));
  return construct;
}

function fixedId(id: string): string {
  return `CustomModelProvider${id}`;
}

/** Whether the app has customised away (`iam.Role.customizeRoles`) a role that is defined here. */
function isCustomized(role: iam.IRole): boolean {
  return role.node.defaultChild === undefined;
}

/** Outside of the class, where its name means the class with its decorator to every compiler. */
function defaultProvider(stack: Stack): CustomModelProvider {
  return new CustomModelProvider(stack, 'CustomModelProvider');
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
      `a stack has exactly one CustomModelProvider, and this one has it at ${first.node.path} already: ` +
        'define it before the first model or deployment of the stack, and hand it to those that need it',
    );
  }
  Object.defineProperty(stack, REGISTERED, { value: provider });
}
