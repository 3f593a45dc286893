// Bounds of the data plane that no configuration changes. Units are the last word of the name.
import { LIMITS } from '@weighbridge/kernel';

export const BOUNDS = {
  /** How often deadlines of calls in flight are looked at: the resolution of every timer of the gateway. */
  watch_ms: 20,
  /** After a client left, its answer is still read for this long, so that usage is reported and not guessed. */
  gone_ms: 10_000,
  gone_bytes: 8 * 1024 * 1024,
  /** A keep-alive that arrives before the first content waits this long for it; fall-back is possible until then. */
  ping_hold_ms: 1_000,
  /** While two legs run, and until they do, a keep-alive waits until this long after the second has gone. */
  race_hold_ms: 5_000,
  /** Of an answer that is held to be checked: bytes towards the client, and characters that a check reads. */
  cascade_bytes: 4 * 1024 * 1024,
  checked_chars: 1024 * 1024,
  /** Second legs that a quiet route may have saved up, at most. */
  hedges_saved: 10,
  /** Calls of a route whose time to first content is remembered, and how many make a 95th percentile. */
  hedge_samples: 256,
  hedge_samples_least: 40,
  /** A client that counts silence hears a ping of ours this often, from clouds that send none. */
  ping_gap_ms: 15_000,
  /** Bytes of a stream held back before its first content. */
  prelude_bytes: 256 * 1024,
  /** After the terminal event an upstream has this long to end its response before the connection is dropped. */
  linger_ms: 2_000,
  /** The longest that a caller can say it waits: sellers keep results for weeks, and promise a day. */
  deadline_ms: 7 * 86_400_000,
  /** Requests of one batch, and their bytes. */
  batch_calls: 1_000,
  batch_bytes: 64 * 1024 * 1024,
  /** Time for a batch API to answer. */
  batch_answer_ms: 60_000,
  /** A batch that was cancelled, or could not be looked at, is looked at again within this. */
  batch_cancel_look_ms: 10_000,
  /** Looks in a row at which a seller does not know a batch, until it is given up; tries to delete what is left of one. */
  batch_unknown_looks: 3,
  batch_clear_tries: 3,
  /** Lines of results that are read of one batch. */
  batch_result_lines: 10_000,
  /** First back-off of a retry; doubles with each, full jitter. */
  backoff_ms: 100,
  backoff_max_ms: 5_000,
  /** A `retry-after` beyond this is not waited for within a call. */
  retry_after_max_ms: 10_000,
  /** A rate limit without `retry-after` pauses a deployment this long; with it, at most the second figure. */
  pause_ms: 1_000,
  pause_max_ms: 60_000,
  /** A credential that a cloud refused is not used again for this long. */
  credential_pause_ms: 15_000,
  /** A circuit opens after this many counted failures in a row, for this long, doubling up to the last figure. */
  circuit_failures: 5,
  circuit_open_ms: 5_000,
  circuit_open_max_ms: 60_000,
  /** Connections of one lane to one origin. */
  upstream_connections: 4096,
  /** Time for one connection to a cloud to be made; each route has a shorter one for its calls. */
  upstream_connect_ms: 30_000,
  /** Calls of one lane that wait for a connection to one origin: two legs of each call that a lane can have in flight. */
  upstream_waiting: 2 * LIMITS.lane_calls,
  /** The head of one answer of a cloud, and its trailers. */
  upstream_header_bytes: 32 * 1024,
  /** An idle connection to a cloud is ended after this long, or so much before the server would by its own word. */
  upstream_keep_alive_ms: 30_000,
  upstream_hint_margin_ms: 2_000,
  upstream_hint_ms: 600_000,
  /** How often idle connections to a cloud are looked at. */
  upstream_look_ms: 500,
  /** Presented keys, routing plans and decisions remembered by a lane. */
  key_cache_entries: 10_000,
  plan_cache_entries: 4096,
  decision_cache_entries: 4096,
  /** Headers of one request that may go on to a cloud. */
  pass_headers: 32,
  /** How far the time of a signature may be from the clock here, either way. */
  signature_skew_ms: 5 * 60_000,
  /** Client connections of one lane. */
  client_connections: 16_384,
  /** After a drain's deadline, time for the receipts of what was cut. */
  drain_grace_ms: 2_000,
  /** A last piece up to this size is written in one with what stands before it. */
  one_write_bytes: 16 * 1024,
  /** One answer that a cache keeps. */
  kept_answer_bytes: 4 * 1024 * 1024,
  /** An idle client connection is closed after this long. */
  client_keep_alive_ms: 75_000,
  client_keep_alive_slack_ms: 1_000,
  /** A request up to this size is taken whole; the rest of one waits this long, and its connection is then Node's to time. */
  client_whole_bytes: 64 * 1024,
  client_part_ms: 2_000,
  client_look_ms: 1_000,
  /** A connection whose request was turned away with a body up to this size is kept; with a larger one it is closed. */
  discard_bytes: 64 * 1024,
  /** The rest of a body whose sender was turned away is read and dropped this far, so that the answer is not lost. */
  refused_bytes: 64 * 1024 * 1024,
  refused_ms: 5_000,
} as const;
