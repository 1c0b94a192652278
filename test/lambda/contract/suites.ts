/** The tests to which the CloudFormation CLI puts a resource type, by their names there. (Its tests of hooks are about something else.) */
export const SUITES = {
  /** `cfn test`: src/rpdk/core/contract/suite/resource of aws-cloudformation/cloudformation-cli, 0.2.39. */
  today: [
    'contract_create_create', 'contract_create_delete', 'contract_create_list', 'contract_create_read', 'contract_create_taggable',
    'contract_update_list', 'contract_update_read', 'contract_update_tag_updatable', 'contract_update_without_create',
    'contract_delete_create', 'contract_delete_delete', 'contract_delete_list', 'contract_delete_read', 'contract_delete_update',
    'contract_check_asserts_work',
  ],
  /** `cfn test --v2`: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/contract-tests.html */
  v2: [
    'Schema linter checks', 'Schema backward-compatibility checks',
    'test_create', 'test_create_create', 'test_create_create_primary_id_check', 'test_create_read', 'test_create_create_read', 'test_create_with_read_response_lcs',
    'test_read_input_output_negative_match', 'test_read_return_readonly_properties', 'test_read_return_write_only_properties', 'test_read_output_over_schema',
    'test_read_return_all_schema_properties_using_one_or_more_inputs',
    'test_update', 'test_update_read', 'test_update_primary_id_check', 'test_read_by_create_equals_read_by_update', 'test_update_list',
    'test_create_delete', 'test_delete_read', 'test_delete_update', 'test_delete_delete', 'test_delete_list', 'test_delete_create',
    'test_create_list', 'test_create_list_read',
    'no_hardcoded_regions', 'no_hardcoded_account_ids', 'no_hardcoded_partitions', 'Property coverage',
  ],
  /** Of earlier versions; since renamed, or dropped. */
  earlier: [
    'contract_create_ack', 'contract_create_duplicate', 'contract_create_list_success', 'contract_create_noop_update', 'contract_create_read_additional_identifier',
    'contract_create_read_additional_identifier_success', 'contract_create_read_success', 'contract_create_update', 'contract_create_update_noop',
    'contract_crud_exerciser', 'contract_delete_ack', 'contract_invalid_create', 'contract_list_empty', 'contract_list_read_success',
    'contract_read_without_create', 'contract_update_ack', 'contract_update_create', 'contract_update_create_only_property',
    'contract_update_invalid_property', 'contract_update_list_success', 'contract_update_non_existent_resource', 'contract_update_not_found',
    'contract_update_read_success', 'contract_update_update',
  ],
} as const;
