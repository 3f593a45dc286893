// Why settings of LiteLLM are not carried, and what to do instead: by their names, for those whose reason is always the same.

const REQUEST = 'nothing is added to a request here: have clients send it';
const ROLE =
  'name the role in a profile of the AWS configuration, and write the credential as `{ kind: aws_default, profile: NAME }`';
const PTU =
  'what was bought ahead stands at the deployment: `tier: reserved` and `capacity: { kind: ptu, units: N }` (docs/capacity.md)';
const WHO = 'which key may use which route is said under `keys: NAME: policy: routes`';
const HEADERS = 'headers are allow-listed here in both directions, and none are added';
const AT_ONCE = 'how many calls at a time is said at each deployment: `max_concurrency`';
const CIRCUIT = 'circuits open and close by themselves, by whose fault a failure was: nothing is to be set';
const REDIS =
  'limits are exact over all lanes of one node without a store beside it; several nodes each count for themselves';
const DATABASE = 'receipts are kept in the journal; keys, teams and spend of that database are not read';
const LOGS = 'every call leaves a receipt, and none is left out';
const ADMIN = 'administration is done with `weighbridge` and the console: nothing corresponds to it';
const COST = 'contract prices are rows of `kind: contract` in a file that `price_files` names (docs/prices.md)';
const PROBES = 'what a deployment can do is learnt from its calls: there are no probes beside them';

/** Of `litellm_params`. */
export const PARAM_WORDS: Readonly<Record<string, string>> = {
  ...named(REQUEST, [
    'temperature',
    'top_p',
    'top_k',
    'seed',
    'stop',
    'n',
    'presence_penalty',
    'frequency_penalty',
    'logit_bias',
    'response_format',
    'reasoning_effort',
    'thinking',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'user',
    'stream',
    'extra_body',
    'metadata',
    'service_tier',
    'max_completion_tokens',
    'cache_control_injection_points',
  ]),
  ...named(ROLE, [
    'aws_role_name',
    'aws_session_name',
    'aws_web_identity_token',
    'aws_external_id',
    'aws_sts_endpoint',
  ]),
  ...named(HEADERS, ['extra_headers', 'headers', 'default_headers']),
  organization: 'which organisation is billed is said by its key: take a key of it',
  azure_ad_token: 'a token that was fetched by hand runs out: the credential `{ kind: entra_default }` fetches its own',
  additional_drop_params: '`fidelity` says what a translation may lose; single parameters are not taken out',
  mock_response: 'the lab answers without a cloud: `weighbridge up` without a configuration',
  modify_params: 'a request is never changed to make it pass',
  configurable_clientside_auth_params: 'callers never choose the address or the key of a seller',
  use_in_pass_through: 'there are no paths beside those of docs/api.md',
  merge_reasoning_content_in_choices: 'reasoning is carried as each dialect has it',
};

/** Of `model_info`. */
export const INFO_WORDS: Readonly<Record<string, string>> = {
  ...named(PTU, ['ptu_count', 'cost_per_ptu_per_hour', 'ptu_effective_from', 'ptu_effective_to']),
  ...named(WHO, ['access_groups', 'team_id', 'team_public_model_name', 'access_windows']),
  supported_environments: 'run an instance for each environment, each with its own file',
  health_check_model: PROBES,
  disable_background_health_check: PROBES,
};

/** Of the sections that hold settings by name. */
export const SECTION_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  router_settings: {
    ...named(CIRCUIT, [
      'cooldown_time',
      'allowed_fails',
      'allowed_fails_policy',
      'disable_cooldowns',
      'retry_policy',
      'model_group_retry_policy',
    ]),
    ...named(REDIS, ['redis_host', 'redis_port', 'redis_password', 'redis_url', 'redis_db', 'cache_kwargs']),
    ...named(PROBES, [
      'enable_health_check_routing',
      'health_check_staleness_threshold',
      'health_check_ignore_transient_errors',
    ]),
    default_max_parallel_requests: AT_ONCE,
    retry_after: 'the wait is the one that the seller asks for',
    enable_pre_call_checks: 'not needed: a window that is too small sends the call to the next candidate',
    enable_pre_call_check: 'not needed: a window that is too small sends the call to the next candidate',
    routing_strategy_args: 'what a strategy has learnt fades by itself: nothing is to be set',
    routing_groups: 'each route has a `strategy` of its own: write it there',
    max_fallbacks: '`attempts` of a route bounds all tries together',
    default_litellm_params: REQUEST,
    optional_pre_call_checks: '`strategy: sticky` keeps a session where its prompt cache is warm',
    cache_responses: 'answers are kept where a route says `cache`',
    caching_groups: 'answers are kept by route: nothing is shared between two',
    tag_filtering_match_any: 'a candidate with `when: tags` takes any of the values that are listed',
    content_policy_fallbacks: 'what a seller refused by its content filter is not asked of another',
  },
  litellm_settings: {
    ...named(CIRCUIT, ['allowed_fails', 'cooldown_time', 'num_retries_per_request']),
    ...named(COST, ['cost_discount_config', 'cost_margin_config']),
    ...named(WHO, [
      'default_team_settings',
      'default_internal_user_params',
      'default_team_params',
      'default_key_generate_params',
      'upperbound_key_generate_params',
      'key_generation_settings',
    ]),
    ...named('limits are rules under `limits.rules`, with `per: [user]` for each person (docs/limits.md)', [
      'max_internal_user_budget',
      'default_max_internal_user_budget',
      'max_end_user_budget',
    ]),
    ...named('what the process writes is for its operator; it holds no content and no secrets', [
      'set_verbose',
      'json_logs',
      'log_raw_request_response',
      'request_correlation_in_logs',
    ]),
    modify_params: 'a request is never changed to make it pass',
    content_policy_fallbacks: 'what a seller refused by its content filter is not asked of another',
    ssl_verify: 'certificates are always checked: add an authority of your own with NODE_EXTRA_CA_CERTS',
    enable_redis_auth_cache: REDIS,
    mcp_aliases: 'there is no MCP gateway here',
    telemetry: 'nothing is sent to its makers',
    langfuse_default_tags: 'receipts hold who, what and when; a collector takes spans by OTLP',
  },
  general_settings: {
    ...named(DATABASE, [
      'database_url',
      'database_connection_pool_limit',
      'database_connection_timeout',
      'database_connect_timeout',
      'database_socket_timeout',
      'database_statement_timeout',
      'database_lock_timeout',
      'database_extra_connection_params',
      'store_model_in_db',
      'allow_requests_on_db_unavailable',
      'proxy_batch_write_at',
      'use_redis_transaction_buffer',
    ]),
    ...named(LOGS, ['disable_spend_logs', 'disable_spend_updates', 'disable_error_logs']),
    ...named(HEADERS, [
      'forward_client_headers_to_llm_api',
      'forward_openai_org_id',
      'forward_llm_provider_auth_headers',
    ]),
    ...named(PROBES, [
      'background_health_checks',
      'health_check_interval',
      'health_check_details',
      'health_check_concurrency',
    ]),
    ...named(ADMIN, [
      'ui_access_mode',
      'disable_master_key_return',
      'disable_reset_budget',
      'allowed_routes',
      'admin_only_routes',
      'public_routes',
      'custom_sso',
      'proxy_budget_rescheduler_min_time',
      'proxy_budget_rescheduler_max_time',
    ]),
    ...named('only keys made by `weighbridge keys create` are taken as yet', [
      'custom_auth',
      'enable_jwt_auth',
      'litellm_jwtauth',
      'enable_oauth2_auth',
      'litellm_key_header_name',
      'allow_user_auth',
      'key_management_system',
      'key_management_settings',
      'use_azure_key_vault',
      'use_google_kms',
      'custom_key_generate',
    ]),
    ...named(
      'decide it anew: `retention.records` deletes private records of calls after that time (docs/retention.md)',
      ['maximum_spend_logs_retention_period', 'maximum_spend_logs_retention_interval'],
    ),
    ...named('alerts are told of at shares of a limit: `alert_at` (docs/limits.md)', [
      'alerting_threshold',
      'alert_types',
      'alerting_args',
      'alert_to_webhook_url',
      'spend_report_frequency',
      'alert_type_config',
    ]),
    max_parallel_requests: AT_ONCE,
    master_key: 'keys are made here: `weighbridge keys create imported`; what callers had is not taken over',
    pass_through_endpoints: 'there are no paths beside those of docs/api.md',
    store_prompts_in_spend_logs: 'prompts and answers are never in the log: only salted digests',
    completion_model: 'a call goes where its own model leads: give the route the names that callers use as `aliases`',
    disable_budget_reservation: 'money is always held before a call is sent',
    fail_closed_budget_enforcement: 'a hard limit is never overrun: nothing is to be set',
    infer_model_from_keys: 'each deployment is written out',
    max_response_size_mb: 'an answer has a bound of its own (docs/errors.md)',
    litellm_license: 'there is no paid edition',
  },
};

/** Of whole sections. */
export const TOP_WORDS: Readonly<Record<string, string>> = {
  guardrails: 'there are no guardrails here yet: keep them in front, or in the client',
  policies: 'there are no guardrails here yet: keep them in front, or in the client',
  mcp_servers: 'there is no MCP gateway here',
  mcp_tools: 'there is no MCP gateway here',
  vector_store_registry: 'files and vector stores do not cross here',
  vector_stores: 'files and vector stores do not cross here',
  prompts: 'prompts are kept by the client',
  search_tools: 'there are no tools of the gateway: sellers run their own',
  files_settings: 'files do not cross here',
  finetune_settings: 'fine-tuning does not cross here',
  assistant_settings: 'assistants do not cross here',
  callback_settings: 'a collector takes spans by OTLP: `telemetry.otlp` (docs/observability.md)',
  include: 'import each of those files by itself, and lay the results together',
  worker_registry: 'each node has a file of its own',
};

function named(words: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, words]));
}
