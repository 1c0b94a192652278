/** The request shapes of the service model, one source for types, decoding and validation. */

export interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
}
export interface IntegerShape {
  readonly type: 'integer';
  readonly min: number;
  readonly max: number;
}
export interface BooleanShape {
  readonly type: 'boolean';
}
export interface TimestampShape {
  readonly type: 'timestamp';
}
export interface ListShape<M extends Shape = Shape> {
  readonly type: 'list';
  readonly max: number;
  readonly member: M;
}
export type Members = Readonly<Record<string, Shape>>;
export interface StructureShape<R extends Members = Members, O extends Members = Members> {
  readonly type: 'structure';
  readonly required: R;
  readonly optional: O;
  /** Exactly one of the members. */
  readonly union?: true;
}
export type Shape = StringShape | IntegerShape | BooleanShape | TimestampShape | ListShape | StructureShape;

/** The value that a shape describes. */
export type Value<S> = S extends StringShape
  ? string
  : S extends IntegerShape
    ? number
    : S extends BooleanShape
      ? boolean
      : S extends TimestampShape
        ? Date
        : S extends ListShape<infer M>
          ? readonly Value<M>[]
          : S extends StructureShape<infer R, infer O>
            ? { readonly [K in keyof R]: Value<R[K]> } & { readonly [K in keyof O]?: Value<O[K]> | undefined }
            : never;

const string = (min: number, max: number, pattern?: string): StringShape => ({
  type: 'string',
  min,
  max,
  ...(pattern === undefined ? {} : { pattern }),
});
const oneOf = (...values: string[]): StringShape => ({ type: 'string', values });
const list = <M extends Shape>(member: M, max: number): ListShape<M> => ({ type: 'list', member, max });
const structure = <R extends Members, O extends Members>(required: R, optional: O): StructureShape<R, O> => ({
  type: 'structure',
  required,
  optional,
});
const union = <O extends Members>(optional: O) => ({ ...structure({}, optional), union: true as const });
const integer = (min: number, max: number): IntegerShape => ({ type: 'integer', min, max });
const boolean: BooleanShape = { type: 'boolean' };
const timestamp: TimestampShape = { type: 'timestamp' };

const FOUNDATION_MODEL =
  ':foundation-model/[a-z0-9-]{1,63}[.]{1}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2}';
const OWN_MODEL =
  '[0-9]{12}:custom-model/((imported)|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}))(([:][a-z0-9-]{1,63}){0,2})?/[a-z0-9]{12}';

export const modelName = string(1, 63, '([0-9a-zA-Z][_-]?){1,63}');
export const customModelArn = string(
  20,
  1011,
  'arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model/' +
    '(imported|[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2})/[a-z0-9]{12}',
);
const modelArn = string(20, 1011, `arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:((${OWN_MODEL})|(${FOUNDATION_MODEL}))`);
const foundationModelArn: StringShape = {
  type: 'string',
  pattern: `arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:${FOUNDATION_MODEL}`,
};
const deploymentIdentifier = string(
  1,
  93,
  '(arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model-deployment/[a-z0-9]{12})' +
    '|^([0-9a-zA-Z][_-]?){1,63}',
);
const modelIdentifier = string(
  1,
  2048,
  `arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:((${OWN_MODEL})` +
    '|(:foundation-model/([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2})))' +
    '|(([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2}))|(([0-9a-zA-Z][_-]?)+)',
);
const taggableArn = string(
  20,
  1011,
  '.*(^[a-zA-Z0-9][a-zA-Z0-9\\-]*$)' +
    '|(^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model/(imported)/[a-z0-9]{12}$)' +
    '|(^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:([0-9]{12}|)(' +
    '(:(fine-tuning-job|model-customization-job|custom-model)/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}' +
    '([:][a-z0-9-]{1,63}){0,2}(/[a-z0-9]{12})$)|(:guardrail/[a-z0-9]+$)|(:automated-reasoning-policy/[a-zA-Z0-9]+(:[a-zA-Z0-9]+)?$)' +
    '|(:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+$)' +
    '|(:(provisioned-model|model-invocation-job|model-evaluation-job|evaluation-job|model-import-job|imported-model|async-invoke|provisioned-model-v2' +
    '|provisioned-model-reservation|prompt-router|custom-model-deployment)/[a-z0-9]{12}$))).*',
);
const s3Uri = string(
  1,
  1024,
  "s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?",
);
const modelPackageArn: StringShape = {
  type: 'string',
  pattern: 'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]{9,16}:[0-9]{12}:model-package/[\\S]{1,2048}',
};
const clientRequestToken = string(1, 256, '[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?');
const tagKey = string(1, 128, '[a-zA-Z0-9\\s._:/=+@-]*');
const tags = list(structure({ key: tagKey, value: string(0, 256, '[a-zA-Z0-9\\s._:/=+@-]*') }, {}), 200);

const paging = {
  maxResults: integer(1, 1000),
  nextToken: string(1, 2048, '\\S*'),
  sortBy: oneOf('CreationTime'),
  sortOrder: oneOf('Ascending', 'Descending'),
};

export const createCustomModelDeployment = structure(
  { modelDeploymentName: modelName, modelArn: customModelArn },
  { description: string(1, 2048, '.*'), tags, clientRequestToken },
);
export const deploymentReference = structure({ customModelDeploymentIdentifier: deploymentIdentifier }, {});
export const listCustomModelDeployments = structure(
  {},
  {
    createdBefore: timestamp,
    createdAfter: timestamp,
    nameContains: modelName,
    statusEquals: oneOf('Creating', 'Active', 'Failed'),
    modelArnEquals: customModelArn,
    ...paging,
  },
);
export const updateCustomModelDeployment = structure(
  { customModelDeploymentIdentifier: deploymentIdentifier, modelArn: customModelArn },
  {},
);

export const createCustomModel = structure(
  { modelName },
  {
    modelSourceConfig: union({ s3DataSource: structure({ s3Uri }, {}) }),
    customModelDataSource: union({ modelPackageArnDataSource: structure({ modelPackageArn }, {}) }),
    modelKmsKeyArn: string(1, 2048, 'arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:key/[a-zA-Z0-9-]{36}'),
    roleArn: string(0, 2048, 'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+'),
    modelTags: tags,
    clientRequestToken,
  },
);
export const modelReference = structure({ modelIdentifier }, {});
export const listCustomModels = structure(
  {},
  {
    creationTimeBefore: timestamp,
    creationTimeAfter: timestamp,
    nameContains: modelName,
    baseModelArnEquals: modelArn,
    foundationModelArnEquals: foundationModelArn,
    isOwned: boolean,
    modelStatus: oneOf('Active', 'Creating', 'Failed'),
    ...paging,
  },
);

export const tagResource = structure({ resourceARN: taggableArn, tags }, {});
export const untagResource = structure({ resourceARN: taggableArn, tagKeys: list(tagKey, 200) }, {});
export const listTagsForResource = structure({ resourceARN: taggableArn }, {});
