/** What the CloudFormation CLI demands of a resource type, and what these resources do. */
export interface Demand {
  /** The same demand under other names, of its other suites. */
  readonly also: readonly string[];
  readonly demands: string;
  readonly here: string;
  /** Custom resources live by another protocol here, or users would be worse off. */
  readonly differs?: true;
}

/** What is tested, each demand under its name. */
export const DEMANDS = {
  contract_create_create: {
    also: ['test_create_create', 'contract_create_duplicate', 'test_create_read'],
    demands:
      'A second create of what exists fails with AlreadyExists, and leaves the first alone, as does its rollback.',
    here: 'So under a fixed name. Custom resources know no error codes: the reason says that the name is taken, and by what.',
  },
  test_create_create_primary_id_check: {
    also: [],
    demands: 'A second create that succeeds has made another resource.',
    here: 'So with a generated name: each resource of a stack has its own.',
  },
  contract_create_delete: {
    also: ['test_create', 'test_create_delete'],
    demands: 'What was created is as asked, and a delete removes it.',
    here: 'So.',
  },
  contract_create_read: {
    also: [
      'contract_create_read_success',
      'test_create_create_read',
      'test_read_input_output_negative_match',
      'test_read_return_all_schema_properties_using_one_or_more_inputs',
      'Property coverage',
    ],
    demands: 'Read tells, of what was created, every property as it was asked.',
    here: "A custom resource has no read: Bedrock's Get and ListTagsForResource tell. (They do not tell a model's source and role.)",
  },
  test_read_return_readonly_properties: {
    also: ['test_read_output_over_schema'],
    demands: 'Read tells every read-only property, in the form that the schema gives it.',
    here: 'The answer to every Create and Update has every attribute; it is what Get says.',
  },
  contract_create_list: {
    also: ['contract_create_list_success', 'contract_list_read_success', 'test_create_list', 'test_create_list_read'],
    demands: 'List has what was created, and whatever it lists can be read.',
    here: "A custom resource has no list: Bedrock's own does.",
  },
  contract_create_taggable: {
    also: [],
    demands: 'Tags are set on creation.',
    here: 'In the very call that creates, together with those that say whose it is.',
  },
  contract_create_ack: {
    also: ['contract_update_ack', 'contract_delete_ack'],
    demands: 'What takes long is acknowledged at once, and reported when it is done.',
    here: 'The function returns as soon as an execution of the state machine has the request, and that answers.',
  },
  contract_invalid_create: {
    also: [],
    demands: 'A create with properties that may not be is refused.',
    here: "Before any call to Bedrock, with the name of the property; the rollback's Delete succeeds.",
  },
  contract_crud_exerciser: {
    also: [],
    demands:
      'The same request twice makes one resource; another one for the same name fails; after a delete it can be created again.',
    here: 'So. A second delete succeeds, see `contract_delete_delete`.',
  },
  contract_update_read: {
    also: [
      'contract_update_read_success',
      'contract_create_update',
      'test_update',
      'test_update_read',
      'test_update_primary_id_check',
      'test_read_by_create_equals_read_by_update',
    ],
    demands: 'Read tells every property as the update asked, under the identifier that the resource has had all along.',
    here: 'So, by Get.',
  },
  contract_update_list: {
    also: ['contract_update_list_success', 'test_update_list'],
    demands: 'List has what was updated.',
    here: "So, once, by Bedrock's own list.",
  },
  contract_update_update: {
    also: [],
    demands: 'An update can be followed by the one back.',
    here: 'So.',
  },
  contract_update_create: {
    also: [],
    demands: 'A create of what exists fails after an update as well.',
    here: 'So.',
  },
  contract_create_update_noop: {
    also: ['contract_create_noop_update'],
    demands: 'An update that changes nothing fails as such.',
    here: 'It succeeds, and changes nothing. CloudFormation sends one when it rolls back what was refused.',
    differs: true,
  },
  contract_update_tag_updatable: {
    also: [],
    demands: 'Tags can be changed.',
    here: 'Added, changed and removed, in place. Those that others have set stay.',
  },
  contract_update_without_create: {
    also: ['contract_update_non_existent_resource', 'contract_update_not_found'],
    demands: 'An update of what was never created fails with NotFound.',
    here: 'It is made, under the same name: a custom resource has no other way to be mended.',
    differs: true,
  },
  contract_update_create_only_property: {
    also: [],
    demands: 'An update of what can be set on creation only fails with NotUpdatable.',
    here: 'CloudFormation leaves replacement to a custom resource: another one is made and the old one deleted last. Under a fixed name it fails, and nothing is changed.',
    differs: true,
  },
  contract_update_invalid_property: {
    also: [],
    demands: 'An update to what may not be is refused.',
    here: 'Before any call to Bedrock, with the name of the property; the rollback succeeds.',
  },
  contract_delete_read: {
    also: ['test_delete_read', 'contract_read_without_create'],
    demands: 'Read does not find what was deleted.',
    here: 'Nor does Get.',
  },
  contract_delete_list: {
    also: ['test_delete_list', 'contract_list_empty'],
    demands: 'List does not have what was deleted.',
    here: "Nor does Bedrock's own.",
  },
  contract_delete_update: {
    also: ['test_delete_update'],
    demands: 'An update of what was deleted fails with NotFound.',
    here: 'It is made again, as asked, under the same name: so is put right what was deleted by hand.',
    differs: true,
  },
  contract_delete_delete: {
    also: ['test_delete_delete'],
    demands: 'A second delete fails with NotFound.',
    here: 'It succeeds. Of a resource type CloudFormation takes NotFound for success; of a custom resource it would be DELETE_FAILED.',
    differs: true,
  },
  contract_delete_create: {
    also: ['test_delete_create'],
    demands: 'What was deleted can be created again.',
    here: 'So, also under the same name.',
  },
  contract_check_asserts_work: {
    also: [],
    demands: "The tests' own assertions can fail.",
    here: 'So.',
  },
} as const satisfies Readonly<Record<string, Demand>>;

export type DemandName = keyof typeof DEMANDS;

/** What cannot be tested of a custom resource, with the reason. */
export const NOT_HERE: Readonly<Record<string, string>> = {
  'Schema linter checks':
    "There is no schema: what a template may ask for is said by the construct's types, and checked at synth and by the handler.",
  'Schema backward-compatibility checks':
    'The same. A test keeps logical ids, names and properties as they were published.',
  contract_create_read_additional_identifier: 'A custom resource has one identifier.',
  contract_create_read_additional_identifier_success: 'The same.',
  test_create_with_read_response_lcs: 'There is no read of which a template could be made.',
  test_read_return_write_only_properties: 'No property is a secret that may not be shown.',
  no_hardcoded_regions: "This is about the CLI's own input files.",
  no_hardcoded_account_ids: 'The same.',
  no_hardcoded_partitions: 'The same.',
};
