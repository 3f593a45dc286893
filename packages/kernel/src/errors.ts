// Every failure a person or a program can meet, in one table. `docs/errors.md` is checked against it both ways,
// and every code is thrown by at least one test. `next` is the sentence that tells its reader what to do.

export interface ErrorRow {
  /** HTTP status when a client of the gateway meets it. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Exit code of the CLI: 1 unexpected, 2 usage, 3 bad answer, 4 configuration, 5 unreachable, 6 cannot tell, 130 interrupted. */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 130;
  /** What to do next. */
  readonly next: string;
}

const row = (status: number, retryable: boolean, exit: ErrorRow['exit'], next: string): ErrorRow => ({
  status,
  retryable,
  exit,
  next,
});

export const ERRORS = {
  // --- the request itself
  BAD_REQUEST: row(400, false, 2, 'correct the request as the message says and send it again'),
  BODY_NOT_JSON: row(400, false, 2, 'send a JSON object as the request body'),
  BODY_TOO_LARGE: row(413, false, 2, 'send a smaller body, or raise `limits.request_bytes` in the configuration'),
  REQUEST_TIMEOUT: row(408, true, 5, 'send the whole request within the time the message names'),
  HEADERS_TOO_LARGE: row(431, false, 2, 'send fewer or smaller headers'),
  HOST_NOT_ALLOWED: row(421, false, 2, 'use a host name from `listen.hosts`, or add this one to it'),
  ORIGIN_NOT_ALLOWED: row(403, false, 2, 'call from an origin in `listen.origins`, or add this one to it'),
  NOT_FOUND: row(
    404,
    false,
    2,
    'use one of the paths in docs/api.md, for example /v1/chat/completions or /v1/messages',
  ),
  METHOD_NOT_ALLOWED: row(405, false, 2, 'use the method that the message names'),
  NOT_IMPLEMENTED: row(
    501,
    false,
    2,
    'leave this call out: the client counts by itself, or ask a model that the message names',
  ),
  FIELD_TOO_LARGE: row(400, false, 2, 'shorten the field that the message names'),
  // --- who is asking
  KEY_MISSING: row(401, false, 4, 'send a Weighbridge key as `Authorization: Bearer wb_…` or `x-api-key: wb_…`'),
  KEY_INVALID: row(401, false, 4, 'check the key for typing errors, or make one with `weighbridge keys create`'),
  KEY_REVOKED: row(401, false, 4, 'make a new key with `weighbridge keys create`'),
  SIGNATURE_INVALID: row(
    401,
    false,
    4,
    'sign with the access key id and secret that `weighbridge keys create NAME --aws` printed',
  ),
  // --- what may be asked
  POLICY_DENIED: row(
    403,
    false,
    3,
    'ask for a route, cloud and region that the key may use, or have its policy changed',
  ),
  MODEL_UNKNOWN: row(404, false, 2, 'ask for a model that a route names; `GET /v1/models` lists them'),
  FEATURE_UNSUPPORTED: row(
    400,
    false,
    2,
    'leave the feature out, pick a deployment that has it, or send `weighbridge-fidelity: warn`',
  ),
  TRANSLATION_FAILED: row(502, false, 1, 'call a deployment of the same dialect, and report this with the request id'),
  BUDGET_EXCEEDED: row(402, false, 3, 'raise the budget or wait for the window that the message names'),
  LIMIT_EXCEEDED: row(429, true, 3, 'send the request again after the time in `retry-after`, or raise the limit'),
  BUDGET_UNBOUNDED: row(400, false, 2, 'set `max_tokens`, or give the route a `max_output_tokens` ceiling'),
  ANSWER_UNKNOWN: row(
    404,
    false,
    2,
    'fetch it with the key that asked, within a day after it was there; `weighbridge explain ID` says how the call ended',
  ),
  // --- serving it
  NO_CANDIDATE: row(503, true, 5, 'see `weighbridge explain <id>` for why each deployment was left out'),
  SHED: row(
    429,
    true,
    5,
    'send the request again after the time in `retry-after`, with a higher `weighbridge-priority` if the key may',
  ),
  LIMIT_UNKNOWN: row(404, false, 2, 'name one that `weighbridge limits` shows'),
  CHANNEL_UNKNOWN: row(404, false, 2, 'name one that stands under `alerts.channels`'),
  CAPACITY_FULL: row(
    429,
    true,
    5,
    'send the request again after the time in `retry-after`, or add a deployment on demand to the route',
  ),
  OVERLOADED: row(503, true, 5, 'send the request again after the time in `retry-after`'),
  LANE_BUSY: row(
    503,
    true,
    5,
    'ask again in a moment; if it stays so, give the machine less to do beside, or more processors',
  ),
  DRAINING: row(503, true, 5, 'send the request again; another instance or the restarted one will take it'),
  UPSTREAM_UNREACHABLE: row(502, true, 5, 'run `weighbridge doctor --live` to see which cloud does not answer'),
  UPSTREAM_TIMEOUT: row(504, true, 5, 'send the request again, or raise the timer that the message names'),
  UPSTREAM_ERROR: row(502, true, 5, "read the cloud's own message, which is quoted, and act on it"),
  UPSTREAM_MALFORMED: row(
    502,
    true,
    5,
    'send the request again; if it persists, report it to the seller with the receipt',
  ),
  UPSTREAM_CUT: row(502, true, 5, 'send the request again; what arrived was metered'),
  UPSTREAM_RATE_LIMITED: row(429, true, 5, 'wait for the time in `retry-after`, or add a deployment to the route'),
  CLIENT_GONE: row(499, true, 130, 'nothing: the client closed the connection'),
  CREDENTIAL_UNAVAILABLE: row(503, true, 4, 'run `weighbridge doctor` to see which credential is missing or refused'),
  // --- keeping the evidence
  ALERT_REFUSED: row(400, false, 4, 'mend the channel under `alerts.channels` as the message says'),
  ALERT_UNDELIVERED: row(
    502,
    true,
    5,
    'see `weighbridge alerts` for the state of the channel; it is tried again by itself',
  ),
  EVENTS_UNDELIVERED: row(
    502,
    true,
    5,
    'see `weighbridge security-events` for the state of the destination; it is tried again by itself',
  ),
  JOURNAL_UNAVAILABLE: row(503, true, 5, 'free space on, or repair, the disk that holds the journal'),
  RECORDER_SILENT: row(
    503,
    true,
    5,
    'look at the disk that holds the journal, and start again: what lanes had written is sealed by the next start',
  ),
  JOURNAL_CORRUPT: row(500, false, 3, 'stop, keep the folder, and run `weighbridge verify` on it'),
  JOURNAL_ROLLED_BACK: row(
    500,
    false,
    3,
    'restore the newer journal, or run `weighbridge recover` to open a successor log',
  ),
  LEAF_TOO_LARGE: row(400, false, 2, 'shorten tags and identifiers: an entry holds at most 65,535 bytes'),
  RECORD_PRUNED: row(
    410,
    false,
    3,
    'nothing: the record was deleted by the policy that the log states; the entry and its proof are still there',
  ),
  BACKUP_FAILED: row(
    500,
    true,
    5,
    'free space on, or repair, the disk that the message names; an earlier backup there is as it was',
  ),
  BACKUP_INVALID: row(400, false, 3, 'use another backup: this one is not whole, or not what was written'),
  HOME_NOT_EMPTY: row(409, false, 4, 'name another folder with --home, or move away what lies there'),
  FORMAT_NEWER: row(500, false, 4, 'use the version that wrote it, or a later one'),
  FOLDER_LOCKED: row(500, false, 4, 'stop the other instance, or give this one its own folder with --home'),
  SAMPLE_FOREIGN: row(
    409,
    false,
    4,
    'give the sample a folder of its own with --home, or leave it out with --no-sample',
  ),
  PORT_TAKEN: row(500, false, 4, 'stop what listens there, or set another port with --port'),
  SOCKET_BLOCKED: row(500, false, 4, 'move away what lies at the path of the control socket'),
  VAULT_UNREADABLE: row(500, false, 4, 'restore the vault folder with mode 0600 and the right owner'),
  SUBJECT_ERASED: row(410, false, 3, 'nothing: the personal part was erased on request and cannot be read again'),
  // --- checking the evidence
  PROOF_INVALID: row(400, false, 3, 'treat the evidence as tampered with: keep it and ask its sender'),
  TRUNCATION_NOT_EXCLUDED: row(400, false, 6, 'give the last checkpoint that you remember with --last'),
  QUORUM_NOT_MET: row(
    400,
    false,
    6,
    'ask for evidence that the witnesses of the policy have cosigned, or look again after the next checkpoint',
  ),
  RECEIPT_UNKNOWN: row(404, false, 2, 'check the id, or wait a second for the next checkpoint'),
  // --- standing witness
  WITNESS_FORGOT: row(
    500,
    false,
    4,
    'retire this witness: move its folder away, start it anew, and publish its new key',
  ),
  // --- projections: tables folded from the journal
  PROJECTIONS_OFF: row(503, false, 4, 'take `projections: off` out of the configuration and start again'),
  DATABASE_UNAVAILABLE: row(
    503,
    true,
    5,
    'check that the database of the projections runs and can be reached; calls go on without it',
  ),
  DATABASE_CORRUPT: row(
    500,
    false,
    3,
    'run `weighbridge rebuild`: everything that the tables show is folded from the journal again',
  ),
  QUERY_TIMEOUT: row(503, true, 5, 'ask for a shorter period or for fewer dimensions'),
  PROJECTION_TAKEN: row(
    500,
    false,
    3,
    'give each log a database of its own, or stop one of the two instances; then restart the other',
  ),
  PROJECTION_STOPPED: row(
    500,
    false,
    3,
    'see `weighbridge status` for the entry it stopped at; the other tables go on. Then run `weighbridge rebuild`',
  ),
  PROJECTION_DIFFERS: row(
    500,
    false,
    3,
    'run `weighbridge rebuild`; keep the database folder first if you want to know who changed it',
  ),
  // --- the control API and the console
  SESSION_MISSING: row(401, false, 4, 'open a fresh link: `weighbridge console` prints one'),
  LINK_INVALID: row(
    401,
    false,
    4,
    'print a fresh link with `weighbridge console`: it opens one session, within five minutes',
  ),
  EXPORT_UNKNOWN: row(404, false, 2, 'prepare the file again: a prepared one is fetched once, within a minute'),
  VIEW_UNKNOWN: row(404, false, 2, 'look at the saved views again: this one was removed'),
  READ_ONLY: row(
    409,
    false,
    2,
    'change it where an instance runs: the console of your own calls; what is shown here stays as it is',
  ),
  SAMPLE_ABSENT: row(
    404,
    true,
    2,
    'wait until it is made, or make it: `weighbridge sample make`, or the console at /sample/console/',
  ),
  // --- prices
  PRICE_BOOK_INVALID: row(500, false, 4, 'correct the row that the message names'),
  // --- configuration and command line
  CONFIG_INVALID: row(400, false, 4, 'correct the lines that the message names, then run `weighbridge config check`'),
  CONFIG_SECRET: row(400, false, 4, 'put the secret in an environment variable or a file and name that instead'),
  DEAL_INVALID: row(400, false, 4, 'correct the lines that the message names, then run the command again'),
  PLAN_INVALID: row(400, false, 4, 'correct the lines that the message names, then run the command again'),
  PLAN_IMPOSSIBLE: row(400, false, 2, 'change what the message names'),
  ROUTE_UNKNOWN: row(404, false, 2, 'name a route of the configuration'),
  NO_CALLS: row(404, false, 6, 'name a longer period, or another route'),
  CONTRACT_UNKNOWN: row(404, false, 2, 'look at the contracts again: `weighbridge deal list` names those that stand'),
  DAY_BEFORE_LOG: row(400, false, 6, 'ask as of the day that the message names, or a later one'),
  CONTRACT_CHANGED: row(
    409,
    false,
    2,
    'look at what stands now, and enter yours again if it is still to take its place',
  ),
  IMPORT_INVALID: row(
    400,
    false,
    4,
    'correct the file as the message says, or name the program that it belongs to: docs/moving-in.md',
  ),
  OBSERVED_INVALID: row(
    400,
    false,
    4,
    'correct the file as the message says, or export it again, and import it once more',
  ),
  WINDOW_UNKNOWN: row(404, false, 2, 'take one that `weighbridge windows` lists'),
  OBSERVED_UNKNOWN: row(
    400,
    false,
    4,
    'name what it is with `--source`; docs/coverage.md lists the records that can be read',
  ),
  REGISTER_CHANGED: row(
    409,
    false,
    2,
    'look at what stands now, and enter yours again if it is still to take its place',
  ),
  CONTRACT_UNREADABLE: row(
    500,
    false,
    3,
    'put its text back from a backup, or enter the contract again: `weighbridge deal import FILE`',
  ),
  EVIDENCE_FULL: row(
    409,
    false,
    2,
    'bring what decides the claim as one piece over the whole period and scope; what is held stays',
  ),
  CLAIM_UNKNOWN: row(404, false, 2, 'look at the claims again: `weighbridge deal claims` names them'),
  INCIDENT_UNKNOWN: row(404, false, 2, 'look at the incidents again: `weighbridge deal duties` names them'),
  USAGE: row(400, false, 2, 'see `weighbridge help`'),
  SERVER_NOT_RUNNING: row(503, true, 5, 'start it with `npm start` or `weighbridge up`'),
  NODE_VERSION: row(500, false, 4, 'start with `npm start`, which brings the right Node'),
  FAULT_UNKNOWN: row(400, false, 2, 'use a fault name that `weighbridge lab faults` lists'),
  TRACE_INVALID: row(400, false, 2, 'give a trace in the Azure CSV or Mooncake JSONL form'),
  INTERNAL: row(500, false, 1, 'report this with the request id; it is a fault in Weighbridge'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
