// Every bound in the product has a name and stands here. Configuration may lower or raise those that say so.
// Units are the last word of the name.

export const LIMITS = {
  /** Request body accepted from a client (configurable). Anthropic's own cap is 32 MB. */
  request_bytes: 32 * 1024 * 1024,
  /**
   * Shape of one JSON body, so that parsing it never holds a lane for long. Measured in processor time on one core: half
   * a million values parse in at most 0.1 s, a quarter of a million members with distinct names in at most 0.4 s.
   */
  json_depth: 256,
  json_values: 500_000,
  json_members: 250_000,
  json_top_members: 1_000,
  /** A body up to this size cannot hold enough to matter, and is parsed unseen. */
  json_unseen_bytes: 16 * 1024,
  /** All request headers of one client request. */
  header_bytes: 32 * 1024,
  /** Time for a client to send its headers, and its whole request. */
  headers_ms: 10_000,
  request_ms: 120_000,
  /** A whole upstream response that is not a stream. */
  response_bytes: 64 * 1024 * 1024,
  /** One frame (event) of an upstream stream. */
  frame_bytes: 16 * 1024 * 1024,
  /** Bytes waiting for a slow client before the upstream is paused, per call. */
  client_queue_bytes: 1024 * 1024,
  /** An upstream error body kept for the message to the client. */
  error_body_bytes: 64 * 1024,
  /** Calls in flight on one lane; beyond it a new one gets OVERLOADED. */
  lane_calls: 4096,
  /**
   * Memory for what is new in a thread that serves or records calls. Nothing of a call outlives it: the more room there is
   * until the collector looks, the less it finds alive and copies.
   */
  young_mb: 192,
  /** Attempts over all deployments for one call. */
  attempts: 6,
  /** A journal leaf: tlog-tiles entries carry a 16-bit length. */
  leaf_bytes: 65_535,
  /** One group of an entry; larger content is stored as a blob by digest. */
  group_bytes: 512 * 1024,
  /** Beyond this, raw usage or a diff is stored as a blob and the entry holds its digest. */
  inline_bytes: 8 * 1024,
  /** One string field of a receipt: an alias, a tag, an id. */
  field_bytes: 512,
  /** Tags of one call. */
  tags_count: 32,
  /** Entries waiting for one flush of a write-ahead file. */
  pending_entries: 65_536,
  /** Reserve kept on disk for the receipts of calls in flight when the disk is full. */
  reserve_bytes: 4 * 1024 * 1024,
  /** A recorder that has not moved for so long is told of; for so long, and the journal counts as one that takes nothing. */
  recorder_silent_ms: 15_000,
  recorder_stalled_ms: 60_000,
  /** Receipts of calls that went through bypasses, kept in memory until they can be sealed. */
  bypass_note_bytes: 64 * 1024 * 1024,
  /** A write-ahead file is closed and a new one begun beyond this. */
  wal_segment_bytes: 64 * 1024 * 1024,
  /** What a witness reads of one request: a checkpoint with 16 signatures of the largest kind takes half of it. */
  witness_request_bytes: 128 * 1024,
  /** Logs that one witness knows, and witnesses that one log asks. */
  witness_logs: 256,
  log_witnesses: 16,
  witness_connections: 256,
  /** Time for a witness to receive a request, and for a log to have its whole answer. */
  witness_ms: 10_000,
  /** Contradictory checkpoints that a witness keeps of one log: one is proof enough. */
  witness_conflicts: 16,
  /** Checkpoints whose cosignatures a log gathers at a time. */
  cosigned_checkpoints: 64,
  /** A policy file, and the names in it. */
  policy_bytes: 64 * 1024,
  policy_names: 256,
  /** Memory of the embedded database; a statement that needs more fails. */
  database_bytes: 768 * 1024 * 1024,
  /** Answers of the embedded database that are kept until it is written to. */
  remembered_characters: 16 * 1024 * 1024,
  /** JavaScript's own memory in the projections' thread, in MiB as Node counts it. */
  projector_heap_mib: 512,
  /** One query of a console or program against the projections, once it runs; and the wait before. */
  query_ms: 2_000,
  query_wait_ms: 5_000,
  /** Rows of one answer. */
  query_rows: 2_000,
  /** Recent calls that one search step looks through. */
  search_rows: 50_000,
  /** Recent calls kept as rows (configurable); older ones are read from the journal. */
  recent_calls: 1_000_000,
  /** One request to the control API: its body, its headers, the time to send them, and the time to be answered. */
  control_body_bytes: 64 * 1024,
  control_header_bytes: 16 * 1024,
  control_request_ms: 10_000,
  control_answer_ms: 20_000,
  /** Connections to the control listener, and requests that it works on at once. */
  control_connections: 256,
  control_requests: 64,
  /** One-time links that wait to be opened, and how long each does. */
  console_links: 16,
  console_link_ms: 5 * 60_000,
  /** Sessions of the console, how long each may be idle, and how long it lasts at most. */
  sessions: 64,
  session_idle_ms: 60 * 60_000,
  session_ms: 12 * 60 * 60_000,
  /** Who follows the live stream, and the bytes that wait for one of them before it is let go. */
  live_followers: 32,
  live_queue_bytes: 1024 * 1024,
  live_heartbeat_ms: 15_000,
  /** Calls told in one look; what is behind that is told as a gap. */
  live_rows: 2_000,
  /** Calls of the playground: of all sessions, of one; when each is ended, and how long a key that is made for them lasts. */
  playground_calls: 12,
  playground_session_calls: 3,
  playground_call_ms: 180_000,
  playground_key_ms: 30 * 60_000,
  /** Files prepared and not fetched, how long they wait, and how many are being written at once. */
  exports_prepared: 64,
  export_ticket_ms: 60_000,
  exports_at_once: 4,
  /** Activations that are looked through for a deployment which is no longer in force. */
  configurations_looked: 1_000,
  /** Claims that were entered, pieces of evidence of one, incidents that are open at once. */
  claims: 2_000,
  claim_evidence: 200,
  incidents_open: 500,
  /** Contracts that stand at once. */
  contracts: 200,
  /** Versions of the own register that are kept read. */
  registers_read: 256,
  /**
   * Scenarios: runs that wait for one thread, the time for one from its question to its answer, how long a thread stays that
   * nobody asks, and answers that are kept.
   */
  scenario_queue: 8,
  scenario_ms: 15_000,
  scenario_idle_ms: 60_000,
  scenario_answers: 32,
  /**
   * Records of sellers: rows of one import, one value of a file (a page of an API, a JSON document) and one row of a table in
   * characters, what one file may be unpacked to, and the rows that one question of coverage reads. And the tokens of one
   * import: sums of several stay exact, and a figure that is no count of tokens is seen before it stands.
   */
  observed_rows: 200_000,
  observed_tokens: 10 ** 15,
  observed_document: 64 * 1024 * 1024,
  observed_line: 1024 * 1024,
  observed_bytes: 2 * 1024 * 1024 * 1024,
  coverage_cells: 20_000,
  /** Answers that are kept to be fetched, their bytes, and for how long. */
  later_answers: 10_000,
  later_answer_bytes: 4 * 1024 ** 3,
  later_answer_ms: 24 * 60 * 60_000,
  /** Views kept under a name. */
  views: 500,
  /** Files of the built console, and their bytes. */
  console_files: 500,
  console_bytes: 32 * 1024 * 1024,
} as const;

export type LimitName = keyof typeof LIMITS;
