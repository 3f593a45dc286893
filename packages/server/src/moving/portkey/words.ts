// Why parts of a Portkey config are not carried, and what to do instead, where the reason is always the same.

export const PARAM_WORDS = 'nothing is changed in a request here: have clients send it';
export const HEADER_WORDS = 'headers are allow-listed here in both directions, and none are added';

const GUARDRAILS = 'there are no guardrails here yet: keep them in front, or in the client';
export const STATUS_WORDS =
  'which failures go on is decided by whose fault they are, not by their status (docs/clouds.md#failures)';

export const TARGET_WORDS: Readonly<Record<string, string>> = {
  forward_headers: HEADER_WORDS,
  input_guardrails: GUARDRAILS,
  output_guardrails: GUARDRAILS,
  default_input_guardrails: GUARDRAILS,
  default_output_guardrails: GUARDRAILS,
  before_request_hooks: GUARDRAILS,
  after_request_hooks: GUARDRAILS,
  guardrails: GUARDRAILS,
  metadata: "tags are the caller's (`weighbridge-tags`) or stand at its key",
  strict_open_ai_compliance: 'nothing is dropped in silence: `fidelity` of the route says what a translation may lose',
  on_status_codes: STATUS_WORDS,
  aws_role_arn:
    'name the role in a profile of the AWS configuration, and write the credential as `{ kind: aws_default, profile: NAME }`',
  aws_external_id: 'name it in a profile of the AWS configuration',
  aws_auth_type: 'the credential says how a call is signed',
  azure_auth_mode: 'the credential says it: `entra_default` is the chain of Azure',
  azure_ad_token: 'a token that was fetched by hand runs out: the credential `{ kind: entra_default }` fetches its own',
  azure_managed_client_id: 'the credential `{ kind: entra_default }` reads AZURE_CLIENT_ID',
  vertex_service_account_json:
    'keep the account in a file and write the credential as `{ kind: google_file, file: PATH }`; until then the default credentials are used',
  weight: 'a weight counts among the targets of a loadbalance',
  id: 'a name that Portkey gave',
  version: 'what is in force is in the log, with its digest',
};
