import type { IResource, ResourceEnvironment } from 'aws-cdk-lib';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import {
  CUSTOM_MODEL_ARN_PATTERN,
  DEPLOYMENT_ARN_PATTERN,
  DESCRIPTION_MAX_LENGTH,
  DESCRIPTION_PATTERN,
  KEY_ARN_PATTERN,
  NAME_MAX_LENGTH,
  NAME_PATTERN,
} from './contract';
import { type Located, quoted, validationError } from './errors';

// The handler checks the values that are tokens at synthesis.

/**
 * A required value can be missing at run time, for instance if it comes from the context, the environment or a language
 * other than TypeScript.
 */
export function checkGiven(scope: Located, property: string, value: unknown): void {
  if (value !== undefined && value !== null) {
    return;
  }
  throw validationError(
    scope,
    `${property} is required, got ${value === null ? 'null' : 'undefined'}: ` +
      'if the value comes from the context (cdk deploy -c key=value, tryGetContext) or the environment, set it there',
  );
}

/** An object of a subclass, which other languages allow without a word, lacks what the library calls. */
export function checkMadeHere(
  scope: Located,
  property: string,
  value: { readonly _bind?: unknown } | null | undefined,
  makers: string,
): void {
  checkGiven(scope, property, value);
  if (typeof value?._bind === 'function') {
    return;
  }
  const got = typeof value === 'object' ? `an object of the class ${value?.constructor.name}` : quoted(value);
  throw validationError(scope, `${property} must be made by ${makers}, got ${got}`);
}

export function checkName(scope: IConstruct, property: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  if (name.length > NAME_MAX_LENGTH || !NAME_PATTERN.test(name)) {
    throw validationError(
      scope,
      `${property} must be 1 to ${NAME_MAX_LENGTH} letters, digits, hyphens and underscores, begin with a letter or digit, ` +
        `and not have two hyphens or underscores in a row, got ${quoted(name)}; leave it out to have a name generated`,
    );
  }
}

export function checkDescription(scope: IConstruct, description: string | undefined): void {
  if (description === undefined || Token.isUnresolved(description)) {
    return;
  }
  if (description.length > DESCRIPTION_MAX_LENGTH || !DESCRIPTION_PATTERN.test(description)) {
    throw validationError(
      scope,
      `description must be 1 to ${DESCRIPTION_MAX_LENGTH} characters without a line break, got ${quoted(description)}; ` +
        'leave it out for no description',
    );
  }
}

/** The resources that users pass by mistake instead of a custom model, and what to do instead. */
const OTHER_BEDROCK_RESOURCES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'foundation-model': 'this is a foundation model: invoke it by its own ARN, without a deployment',
    'inference-profile': 'this is an inference profile: invoke it by its own ARN, without a deployment',
    'model-customization-job': 'this is the job that created the model: use its outputModelArn',
    'model-import-job': 'this is a job of Custom Model Import: invoke its model by its own ARN, without a deployment',
    'imported-model': 'this is a model of Custom Model Import: invoke it by its own ARN, without a deployment',
    'provisioned-model': 'this is Provisioned Throughput: use the ARN of the custom model that it serves',
    'custom-model-deployment': 'this is a deployment: use the ARN of the custom model that it serves',
  }),
);

export function checkModelArn(scope: Located, arn: string): void {
  checkGiven(scope, 'modelArn', arn);
  if (Token.isUnresolved(arn) || CUSTOM_MODEL_ARN_PATTERN.test(arn)) {
    return;
  }
  const kind = /^arn:[^:]+:bedrock:[^:]*:[^:]*:([a-z-]+)\//.exec(arn)?.[1] ?? '';
  const hint = OTHER_BEDROCK_RESOURCES.get(kind);
  throw validationError(
    scope,
    'modelArn must be the ARN of a custom model ' +
      `(arn:aws:bedrock:<region>:<account>:custom-model/<base model or "imported">/<id>), got ${quoted(arn)}${hint === undefined ? '' : `; ${hint}`}`,
  );
}

interface Model extends IResource {
  readonly modelArn: string;
}

/** Bedrock deploys a model only in the Region and account of the model. */
export function checkModelEnvironment(scope: IConstruct, { modelArn, env, node }: Model): void {
  const { region, account } = environmentOf(modelArn, env);
  const stack = Stack.of(scope);
  for (const [what, ofModel, ofStack] of [
    ['Region', region, stack.region],
    ['account', account, stack.account],
  ] as const) {
    if (!Token.isUnresolved(ofModel) && !Token.isUnresolved(ofStack) && ofModel !== ofStack) {
      const got = Token.isUnresolved(modelArn) ? `${node.path} in ${ofModel}` : quoted(modelArn);
      throw validationError(scope, `model must be in the ${what} of the stack (${ofStack}), got ${got}`);
    }
  }
}

/** What the ARN says, or else the construct: not every construct of an existing resource has read its ARN. */
function environmentOf(arn: string, env: ResourceEnvironment): Pick<ResourceEnvironment, 'region' | 'account'> {
  const [, , , region = env.region, account = env.account] = Token.isUnresolved(arn) ? [] : arn.split(':');
  return { region, account };
}

export function checkDeploymentArn(scope: Located, arn: string): void {
  checkGiven(scope, 'deploymentArn', arn);
  if (Token.isUnresolved(arn) || DEPLOYMENT_ARN_PATTERN.test(arn)) {
    return;
  }
  throw validationError(
    scope,
    'deploymentArn must be the ARN of a custom model deployment ' +
      `(arn:aws:bedrock:<region>:<account>:custom-model-deployment/<id>), got ${quoted(arn)}`,
  );
}

/** A key in the Region of the stack, because a service can use no other. */
export function checkKey(scope: IConstruct, property: string, key: kms.IKeyRef | undefined): void {
  checkNoAlias(scope, property, key);
  if (key !== undefined) {
    checkKeyRegion(scope, property, key);
  }
}

/** A key and not an alias, because Bedrock, Lambda and IAM policies accept only the ARN of a key. */
export function checkNoAlias(scope: Located, property: string, key: kms.IKeyRef | undefined): void {
  if (key === undefined) {
    return;
  }
  const { keyArn } = key.keyRef;
  const alias = 'aliasName' in key || keyArn.includes(':alias/');
  if (!alias && (Token.isUnresolved(keyArn) || KEY_ARN_PATTERN.test(keyArn))) {
    return;
  }
  throw validationError(
    scope,
    `${property} must be a key (arn:aws:kms:<region>:<account>:key/<id>), got ${alias ? 'the alias ' : ''}` +
      `${Token.isUnresolved(keyArn) ? key.node.path : quoted(keyArn)}${alias ? ': pass the key itself' : ''}`,
  );
}

function checkKeyRegion(scope: IConstruct, property: string, { env, node }: kms.IKeyRef): void {
  checkRegion(scope, `${property} must be a key`, node, env.region);
}

/** Step Functions calls only functions of its own Region. */
export function checkFunctionRegion(
  scope: IConstruct,
  property: string,
  { functionArn, env, node }: lambda.IFunction,
): void {
  checkRegion(scope, `${property} must be a function`, node, environmentOf(functionArn, env).region);
}

function checkRegion(scope: IConstruct, rule: string, { path }: IConstruct['node'], actual: string): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || Token.isUnresolved(actual) || actual === region) {
    return;
  }
  throw validationError(scope, `${rule} in the Region of the stack (${region}), got ${path} in ${actual}`);
}

export function checkRemovalPolicy(scope: IConstruct, policy: RemovalPolicy | undefined): void {
  if (policy !== RemovalPolicy.SNAPSHOT) {
    return;
  }
  throw validationError(
    scope,
    `removalPolicy must not be ${quoted(policy)}, because Amazon Bedrock has no snapshots: use RETAIN or DESTROY`,
  );
}

export function checkMaxInProgress(scope: IConstruct, maxInProgress: number | undefined): void {
  if (maxInProgress === undefined) {
    return;
  }
  if (Token.isUnresolved(maxInProgress)) {
    throw validationError(
      scope,
      'maxInProgress must be known at synthesis, because it determines dependencies in the template, got a token: use a number',
    );
  }
  if (!Number.isInteger(maxInProgress) || maxInProgress < 1) {
    throw validationError(scope, `maxInProgress must be a whole number of at least 1, got ${quoted(maxInProgress)}`);
  }
}

/** The list does not contain the models of the stack: IAM recognizes them by their tags. */
export function checkDeployableModels(
  scope: IConstruct,
  models: readonly Model[] | undefined,
  resourceTagConditions: boolean,
): void {
  if (models === undefined) {
    return;
  }
  if (!resourceTagConditions) {
    throw validationError(
      scope,
      'deployableModels must not be set together with resourceTagConditions: false, because IAM recognizes the models of the stack ' +
        'by their tags: remove one of the two',
    );
  }
  models.forEach((model, index) => {
    checkGiven(scope, `deployableModels[${index}]`, model);
    checkModelArn(scope, model.modelArn);
    checkModelEnvironment(scope, model);
  });
}

/** A model that is a token is not checked: it may be in the list, or a model of the stack. */
export function checkDeployable(scope: IConstruct, modelArn: string, deployable: readonly string[] | undefined): void {
  if (
    deployable === undefined ||
    [modelArn, ...deployable].some((arn) => Token.isUnresolved(arn)) ||
    deployable.includes(modelArn)
  ) {
    return;
  }
  throw validationError(
    scope,
    `model must be one of the deployableModels of the provider, got ${quoted(modelArn)}: add the model to that list`,
  );
}
