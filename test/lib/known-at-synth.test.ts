import {
  Annotations as CdkAnnotations,
  App,
  CfnCondition,
  CfnParameter,
  type CfnResource,
  Duration,
  Fn,
  Stack,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  CustomModel,
  CustomModelDeployment,
  CustomModelProvider,
  CustomModelSource,
  DeploymentGate,
  ModelUpdate,
} from '../../lib';
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
  stringToken,
} from './support/stacks';

/** H42: what can never work is said at synthesis, with the path of the construct and what to do about it. */

const HERE = { env: { region: 'us-east-1', account: '111122223333' } };

function warnings(stack: Stack, id: string): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(id))
    .map(({ entry, id: path }) => `${path} ${JSON.stringify(entry.data)}`);
}

describe('H42: a fixed name of a deployment that is replaced', () => {
  const ID = 'fixedNameOfReplaced';
  const REPLACE = { modelUpdate: ModelUpdate.REPLACE };

  test('is a warning that names the ways out, and can be acknowledged', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', { ...REPLACE, deploymentName: 'support' });
    expect(warnings(stack, ID)).toEqual([
      expect.stringMatching(/^\/Stack\/Deployment .*support.*Leave deploymentName out, or use ModelUpdate\.IN_PLACE/),
    ]);

    CdkAnnotations.of(deployment).acknowledgeWarning(`cdk-bedrock-custom-models:${ID}`);
    expect(warnings(stack, ID)).toEqual([]);
  });

  test('is none with a token, without a name, and in place', () => {
    const stack = newStack();
    deploy(stack, 'Token', { ...REPLACE, deploymentName: stringToken(stack) });
    deploy(stack, 'Unnamed', REPLACE);
    deploy(stack, 'InPlace', { deploymentName: 'support' });
    expect(warnings(stack, ID)).toEqual([]);
  });
});

describe('H42: one fixed name for two', () => {
  const conditional = (stack: Stack, construct: CustomModelDeployment): void => {
    (construct.node.defaultChild as CfnResource).cfnOptions.condition = new CfnCondition(stack, 'Condition', {
      expression: Fn.conditionEquals('a', 'b'),
    });
  };

  test('deployments is an error that names both', () => {
    const stack = newStack();
    deploy(stack, 'One', { deploymentName: 'support' });
    deploy(stack, 'Two', { deploymentName: 'support' });
    expect(() => Template.fromStack(stack)).toThrow(
      /\[Stack\/Two\] deploymentName must be unique.*got "support".*Stack\/One.*leave it out/,
    );
  });

  test('models is one as well', () => {
    const stack = newStack();
    makeModel(stack, 'One', { modelName: 'fraud' });
    makeModel(stack, 'Two', { modelName: 'fraud' });
    expect(() => Template.fromStack(stack)).toThrow(/\[Stack\/Two\] modelName must be unique/);
  });

  test.each<[string, (stack: Stack) => void]>([
    [
      'a deployment and a model',
      (stack) => {
        deploy(stack, 'One', { deploymentName: 'a' });
        makeModel(stack, 'Two', { modelName: 'a' });
      },
    ],
    [
      'tokens',
      (stack) => {
        const deploymentName = stringToken(stack);
        deploy(stack, 'One', { deploymentName });
        deploy(stack, 'Two', { deploymentName });
      },
    ],
    [
      'deployments without one',
      (stack) => {
        deploy(stack, 'One');
        deploy(stack, 'Two');
      },
    ],
    [
      'one that was removed',
      (stack) => {
        deploy(stack, 'One', { deploymentName: 'a' });
        stack.node.tryRemoveChild('One');
        deploy(stack, 'Two', { deploymentName: 'a' });
      },
    ],
    [
      'one that a condition may leave out',
      (stack) => {
        deploy(stack, 'One', { deploymentName: 'a' });
        conditional(stack, deploy(stack, 'Two', { deploymentName: 'a' }));
      },
    ],
    [
      'deployments of two stacks',
      (stack) => {
        deploy(stack, 'One', { deploymentName: 'a' });
        deploy(new Stack(App.of(stack), 'Other'), 'Two', { deploymentName: 'a' });
      },
    ],
  ])('is nothing to say of with %s', (_, define) => {
    const stack = newStack();
    define(stack);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('H42: another place', () => {
  test.each([
    ['Region', MODEL_ARN.replace('us-east-1', 'us-west-2'), 'model must be in the Region of the stack (us-east-1)'],
    [
      'account',
      MODEL_ARN.replace('111122223333', '444455556666'),
      'model must be in the account of the stack (111122223333)',
    ],
  ])('of the model: another %s is an error', (_, arn, message) => {
    const stack = newStack(HERE);
    expect(() => deploy(stack, 'Deployment', { model: aModel(stack, arn) })).toThrow(`[Stack/Deployment] ${message}`);
  });

  test('of the key: another Region is an error, for a model, what it is deployed by, executions, and the function', () => {
    const stack = newStack(HERE);
    const key = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN.replace('us-east-1', 'us-west-2'));
    const message = 'must be a key in the Region of the stack (us-east-1), got Stack/Key in us-west-2';
    expect(() => makeModel(stack, 'Model', { encryptionKey: key })).toThrow(`[Stack/Model] encryptionKey ${message}`);
    expect(() => new CustomModelProvider(stack, 'Provider', { executionEncryption: key })).toThrow(
      `[Stack/Provider] executionEncryption ${message}`,
    );
    expect(() => new CustomModelProvider(stack, 'Other', { environmentEncryption: key })).toThrow(
      `[Stack/Other] environmentEncryption ${message}`,
    );
  });

  test('of the model package: another Region is an error, unless one of the two is a token', () => {
    const elsewhere = MODEL_PACKAGE_ARN.replace('us-east-1', 'eu-west-1');
    const make = (stack: Stack, arn: string): unknown =>
      makeModel(stack, 'Model', { source: CustomModelSource.modelPackage(arn) });
    expect(() => make(newStack(HERE), elsewhere)).toThrow(
      `[Stack/Model] modelPackageArn must be in the Region of the stack (us-east-1), got "${elsewhere}"`,
    );
    const [agnostic, here] = [newStack(), newStack(HERE)];
    expect(() => [make(agnostic, elsewhere), make(here, stringToken(here))]).not.toThrow();
  });

  test('of the key is nothing to say of where it is the same, or one of the two is a token', () => {
    const elsewhere = KEY_ARN.replace('us-east-1', 'us-west-2');
    const [same, agnostic, token] = [newStack(HERE), newStack(), newStack(HERE)];
    makeModel(same, 'Model', { encryptionKey: kms.Key.fromKeyArn(same, 'Key', KEY_ARN) });
    makeModel(agnostic, 'Model', { encryptionKey: kms.Key.fromKeyArn(agnostic, 'Key', elsewhere) });
    makeModel(token, 'Model', { encryptionKey: kms.Key.fromKeyArn(token, 'Key', stringToken(token)) });
  });
});

describe('H42: a base model that is not documented to be served on demand', () => {
  const ID = 'baseModelWithoutOnDemand';
  const of = (base: string): string => MODEL_ARN.replace('amazon.nova-lite-v1:0:300k', base);

  test('is a warning that names it, and those that are, and can be acknowledged', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', { model: aModel(stack, of('amazon.titan-text-lite-v1')) });
    expect(warnings(stack, ID)).toEqual([
      expect.stringMatching(
        /^\/Stack\/Deployment .*amazon\.nova-2-lite.* not those of amazon\.titan-text-lite-v1: .*acknowledge/,
      ),
    ]);

    CdkAnnotations.of(deployment).acknowledgeWarning(`cdk-bedrock-custom-models:${ID}`);
    expect(warnings(stack, ID)).toEqual([]);
  });

  test.each([
    'amazon.nova-lite-v1:0:300k',
    'amazon.nova-2-lite-v1:0:256k',
    'amazon.nova-micro-v1:0:128k',
    'amazon.nova-pro-v1:0:300k',
    'meta.llama3-3-70b-instruct-v1:0:128k',
  ])('is none with %s', (base) => {
    const stack = newStack();
    deploy(stack, 'Deployment', { model: aModel(stack, of(base)) });
    expect(warnings(stack, ID)).toEqual([]);
  });

  test('is none where the ARN names none, or is a token', () => {
    const stack = newStack();
    deploy(stack, 'Imported', { model: aModel(stack, OTHER_MODEL_ARN) });
    deploy(stack, 'Token', { model: CustomModel.fromModelArn(stack, 'Given', stringToken(stack)) });
    deploy(stack, 'Made', { model: makeModel(stack) });
    expect(warnings(stack, ID)).toEqual([]);
  });
});

describe('H42: a version of a model package that is none', () => {
  const make = (arn: string): unknown =>
    makeModel(newStack(), 'Model', { source: CustomModelSource.modelPackage(arn) });

  test.each(['latest', '1a', '1.0'])('%s is an error', (version) => {
    const arn = MODEL_PACKAGE_ARN.replace(/\d+$/, version);
    expect(() => make(arn)).toThrow('[Stack/Model] modelPackageArn must be the ARN of a SageMaker model package');
  });

  test('a number is one, and a package may have none', () => {
    expect(() => [make(MODEL_PACKAGE_ARN), make(MODEL_PACKAGE_ARN.replace(/\/\d+$/, ''))]).not.toThrow();
  });
});

describe('H42: an asterisk in an S3 URI', () => {
  const ID = 'wildcardInS3Uri';
  const warned = (uri: (stack: Stack) => string): string[] => {
    const stack = newStack();
    makeModel(stack, 'Model', { source: CustomModelSource.s3(uri(stack)) });
    return warnings(stack, ID);
  };

  test('is a warning that it is not a wildcard', () => {
    expect(warned(() => 's3://bucket/job/*')).toEqual([expect.stringMatching(/^\/Stack\/Model .*is not a wildcard/)]);
  });

  test('is none where there is no asterisk, or a token', () => {
    expect([warned(() => S3_URI), warned(stringToken)]).toEqual([[], []]);
  });
});

describe('H42: a timeout in which nothing can be deployed', () => {
  const warned = (timeout: (stack: Stack) => Duration | undefined): string[] => {
    const stack = newStack();
    deploy(stack, 'Deployment', { timeout: timeout(stack) } as object);
    return warnings(stack, 'shortTimeout');
  };

  test('is a warning that says how long it was seen to take', () => {
    expect(warned(() => Duration.seconds(599))).toEqual([
      expect.stringMatching(/^\/Stack\/Deployment .*timeout is 9 minutes 59 seconds, but .* 7 to 9 minutes/),
    ]);
  });

  test.each<[string, (stack: Stack) => Duration | undefined]>([
    ['ten minutes', () => Duration.minutes(10)],
    ['a token', (stack) => Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber)],
    ['none', () => undefined],
  ])('is none with %s', (_, timeout) => {
    expect(warned(timeout)).toEqual([]);
  });

  test('is none for a model, of which nobody has seen how long it takes', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { timeout: Duration.minutes(1) });
    expect(warnings(stack, 'shortTimeout')).toEqual([]);
  });
});

describe('H42: a role whose trust cannot work', () => {
  type Principals = (stack: Stack) => iam.IPrincipal;
  const service = (name: string) => (): iam.IPrincipal => new iam.ServicePrincipal(name);
  const USES: [string, string, string, (stack: Stack, role: iam.IRole) => unknown][] = [
    ['role', 'Stack/P', 'lambda.amazonaws.com', (stack, role) => new CustomModelProvider(stack, 'P', { role })],
    [
      'stateMachineRole',
      'Stack/P',
      'states.amazonaws.com',
      (stack, stateMachineRole) => new CustomModelProvider(stack, 'P', { stateMachineRole }),
    ],
    [
      'role',
      'Stack/Model',
      'bedrock.amazonaws.com',
      (stack, role) => makeModel(stack, 'Model', { source: CustomModelSource.s3(S3_URI), role }),
    ],
  ];

  describe.each(USES)('as %s of %s', (property, path, trusted, use) => {
    const synth = (principals: Principals, thereafter: (role: iam.Role) => void = () => undefined): void => {
      const stack = newStack();
      const role = new iam.Role(stack, 'Role', { assumedBy: principals(stack) });
      use(stack, role);
      thereafter(role);
      Template.fromStack(stack);
    };
    const conditional = new iam.PrincipalWithConditions(new iam.ServicePrincipal(trusted), {
      StringEquals: { 'aws:SourceAccount': '111122223333' },
    });

    test.each<[string, Principals]>([
      ['another service', service('ec2.amazonaws.com')],
      ['an account', () => new iam.AccountRootPrincipal()],
    ])('%s is an error that names the role and the service', (_, principals) => {
      expect(() => {
        synth(principals);
      }).toThrow(`[${path}] ${property} must be a role that ${trusted} can assume, got Stack/Role`);
    });

    test('a denial alone is one as well', () => {
      expect(() => {
        synth(service('ec2.amazonaws.com'), (role) => {
          role.assumeRolePolicy?.addStatements(
            new iam.PolicyStatement({
              effect: iam.Effect.DENY,
              actions: ['sts:AssumeRole'],
              principals: [new iam.ServicePrincipal(trusted)],
            }),
          );
        });
      }).toThrow(`${property} must be a role that ${trusted} can assume`);
    });

    test.each<[string, Principals]>([
      ['the service', service(trusted)],
      ['the service, under a condition', () => conditional],
      ['the service in a Region', service(trusted.replace('.', '.us-east-1.'))],
      ['several', () => new iam.CompositePrincipal(new iam.AccountRootPrincipal(), new iam.ServicePrincipal(trusted))],
      ['anybody', () => new iam.StarPrincipal()],
      ['any account', () => new iam.AnyPrincipal()],
      ['a token', (stack) => new iam.ServicePrincipal(stringToken(stack))],
    ])('%s is none', (_, principals) => {
      expect(() => {
        synth(principals);
      }).not.toThrow();
    });

    test('what is added to the trust policy later counts', () => {
      expect(() => {
        synth(service('ec2.amazonaws.com'), (role) => {
          role.assumeRolePolicy?.addStatements(
            new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.ServicePrincipal(trusted)] }),
          );
        });
      }).not.toThrow();
    });

    test('a trust policy that is only known at deploy time is none', () => {
      expect(() => {
        synth(service('ec2.amazonaws.com'), (role) => {
          (role.node.defaultChild as iam.CfnRole).assumeRolePolicyDocument = Fn.importValue('Trust');
        });
      }).not.toThrow();
    });

    test('a role that exists already is none', () => {
      const stack = newStack();
      use(stack, iam.Role.fromRoleName(stack, 'Role', 'theirs'));

      expect(() => Template.fromStack(stack)).not.toThrow();
    });
  });
});

describe('H42: nothing where an ARN should be', () => {
  const nothing = undefined as unknown as string;
  const HINT = 'is required, got undefined: if the value comes from the context';

  test.each<[string, string, (stack: Stack) => unknown]>([
    ['modelArn', 'Stack/Thing', (stack) => CustomModel.fromModelArn(stack, 'Thing', nothing)],
    ['deploymentArn', 'Stack/Thing', (stack) => CustomModelDeployment.fromDeploymentArn(stack, 'Thing', nothing)],
    ['model', 'Stack/Thing', (stack) => new CustomModelDeployment(stack, 'Thing', { model: nothing as never })],
    ['source', 'Stack/Thing', (stack) => new CustomModel(stack, 'Thing', { source: nothing as never })],
    [
      'modelPackageArn',
      'Stack/Thing',
      (stack) => new CustomModel(stack, 'Thing', { source: CustomModelSource.modelPackage(nothing) }),
    ],
    ['s3Uri', 'Stack/Thing', (stack) => new CustomModel(stack, 'Thing', { source: CustomModelSource.s3(nothing) })],
  ])('%s is an error that says where it may have come from', (property, path, define) => {
    expect(() => define(newStack())).toThrow(`[${path}] ${property} ${HINT}`);
  });

  test('null is as well, as other languages have it', () => {
    expect(() => CustomModel.fromModelArn(newStack(), 'Thing', null as unknown as string)).toThrow(
      'modelArn is required, got null',
    );
  });

  test('a token is something, and so is what is there', () => {
    const stack = newStack();
    expect(() => [
      CustomModel.fromModelArn(stack, 'Token', stringToken(stack)),
      makeModel(stack, 'Made', { source: CustomModelSource.s3(S3_URI) }),
    ]).not.toThrow();
  });
});

describe('H42: what the library did not make', () => {
  // In the package, and in other languages, nothing tells that there is more to implement
  class OwnSource extends (CustomModelSource as unknown as new () => object) {
    readonly location = MODEL_PACKAGE_ARN;
  }
  class OwnGate extends (DeploymentGate as unknown as new () => object) {
    readonly kind = 'CONVERSE';
  }
  const model = (source: unknown) => (stack: Stack) => new CustomModel(stack, 'Thing', { source } as never);
  const gated = (gate: unknown) => (stack: Stack) =>
    new CustomModelDeployment(stack, 'Thing', { model: makeModel(stack, 'Model'), gates: [gate] } as never);

  test.each<[string, (stack: Stack) => unknown, string]>([
    ['an object of a subclass', model(new OwnSource()), 'source must be made by CustomModelSource.modelPackage() or'],
    ['a string', model(MODEL_PACKAGE_ARN), `got "${MODEL_PACKAGE_ARN}"`],
    ['a token', (stack) => model(stringToken(stack))(stack), 'source must be made by'],
    ['a gate of a subclass', gated(new OwnGate()), 'gates[0] must be made by a static method of DeploymentGate'],
    ['a gate of a subclass, by its name', gated(new OwnGate()), 'got an object of the class OwnGate'],
    ['no gate', gated(undefined), 'gates[0] is required, got undefined'],
    ['no source', model(undefined), 'source is required, got undefined'],
  ])('%s is an error that says how to make one', (_, define, message) => {
    expect(() => define(newStack())).toThrow(message);
  });
});

test('a source tells where the model comes from, and a gate what it does', () => {
  expect(CustomModelSource.modelPackage(MODEL_PACKAGE_ARN).location).toBe(MODEL_PACKAGE_ARN);
  expect(CustomModelSource.s3(S3_URI).location).toBe(S3_URI);
  const gates = [
    DeploymentGate.converse(),
    DeploymentGate.invokeModel({ body: {} }),
    DeploymentGate.lambda(undefined as never),
    DeploymentGate.alarms([], undefined as never),
  ];
  expect(gates.map(({ kind }) => kind)).toEqual(['CONVERSE', 'INVOKE_MODEL', 'LAMBDA', 'ALARMS']);
});

test('the name that a source of a model package had in the last release still makes one', () => {
  const lastRelease: { sageMakerModelPackage: (arn: string) => CustomModelSource } = CustomModelSource;
  const source = lastRelease.sageMakerModelPackage(MODEL_PACKAGE_ARN);
  const stack = newStack();
  makeModel(stack, 'Model', { source });
  Template.fromStack(stack).hasResourceProperties('Custom::BedrockCustomModel', { ModelPackageArn: MODEL_PACKAGE_ARN });
});
