// What one cloud is to the pipeline: a handful of pure functions. The network, the clock and the retries belong to the
// pipeline; tokens are refreshed in `credentials/`. Adding a cloud is one file, one test, recorded bytes, and one line
// in `clouds/index.ts`.
import type { ErrorCode } from '@weighbridge/kernel';
import type { EventStreamMessage, RequestFacts, ResponseFacts, Splice, SseEvent } from '@weighbridge/dialects';
import type { CloudId, CredentialConfig, DialectId, Evidence, Fault, RegionEvidence } from '@weighbridge/protocol';
import type { Credential } from '../credentials/credential.ts';
import type { Deployment } from '../deployment.ts';
import type { BatchApi } from './batches.ts';

/** Lower-case header names; one value each. */
export type Headers = Readonly<Record<string, string>>;

/** An HTTP request ready to be signed or sent. */
export interface UpstreamRequest {
  readonly method: 'POST';
  /** `https://host[:port]`. */
  readonly origin: string;
  /** Percent-encoded, with query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /**
   * What the client sent and this cloud is not given, one `name: value` each (`anthropic-beta: foo-2026-01-01`), because
   * the deployment's list does not allow it or its shape is wrong. Never silent: the pipeline names it in a response
   * header and the receipt. Absent when nothing was withheld.
   */
  readonly withheld?: readonly string[];
}

/** What the pipeline knows when it prepares an attempt. */
export interface CallContext {
  readonly deployment: Deployment;
  /** Facts of the body as it goes upstream (after translation, before edits). */
  readonly facts: RequestFacts;
  /** Client headers that passed the allow-list (`anthropic-version`, `anthropic-beta`, `idempotency-key`, …). */
  readonly clientHeaders: Headers;
  /** The key's policy lets nothing of it be stored at a seller, whatever the deployment allows. */
  readonly storesNothing?: boolean;
  /** The tokens of the request are to be counted; it is not served. */
  readonly counting?: boolean;
}

/** A failed answer, understood. */
export interface Classified {
  /** Name of its row in the table of verdicts. */
  readonly means: string;
  readonly code: ErrorCode;
  readonly fault: Fault;
  /** Worth another try on the same deployment. */
  readonly retryable: boolean;
  /** Worth another deployment of the route (a wrong request is not). */
  readonly fallback: boolean;
  /** From `retry-after`, `retry-after-ms` or a rate-limit reset. */
  readonly retryAfterMs?: number;
  /** The vendor's own error type and message, bounded, safe to show (no account ids, no secrets). */
  readonly type: string;
  readonly message: string;
}

export interface CloudEvidence {
  readonly requestId: string | null;
  readonly region: RegionEvidence;
  /** As reported, else as configured. */
  readonly tier: string;
  readonly model: string | null;
  readonly kept: Evidence;
  /** Present when the response itself says that reserved capacity overflowed, with the deployment it came from. */
  readonly spilledFrom?: string;
  /** How full what was bought is, as the response says: 0 to 1 and above, of input and of output where they are told apart. */
  readonly full?: readonly (number | null)[];
}

/** How a cloud counts the tokens of a request without serving it. Costs nothing. */
export interface TokenCounting {
  /** Whether it does for this deployment. */
  can(deployment: Deployment): boolean;
  /** `body` has the edits applied. */
  request(call: CallContext, body: Buffer): UpstreamRequest;
  /** The cloud's answer as Messages has it; absent where it is that. Throws UPSTREAM_MALFORMED. */
  answer?(body: Buffer): Buffer;
}

export interface Cloud {
  readonly id: CloudId;
  /** Dialects it can be spoken to in; the first is the default for models that do not settle it. */
  readonly dialects: readonly DialectId[];
  /** Dialect for this deployment: configured, or by the model. */
  dialect(deployment: Deployment): DialectId;
  /** Whether it can be spoken to in this dialect as well, so that a client of that dialect is not translated. */
  alsoSpeaks?(deployment: Deployment, dialect: DialectId): boolean;
  /** Kinds of credential that it can be called with; a deployment that names another is refused when it is configured. */
  readonly credentialKinds: readonly CredentialConfig['kind'][];
  /** Problems of a deployment's configuration, in words a person can act on; empty when fine. */
  check(deployment: Deployment): readonly string[];
  /**
   * Top-level body fields that this cloud needs changed; each that is really changed is named in the receipt (removing a
   * field that is not there, or setting the value that it has, is no edit). Idempotent.
   */
  edits(call: CallContext): Splice;
  /** The request without authorisation. `body` has the edits applied. */
  request(call: CallContext, body: Buffer): UpstreamRequest;
  /** Absent where the cloud has no such call. */
  readonly counting?: TokenCounting;
  /** Absent where the cloud has no batch API that takes requests over HTTP. */
  readonly batches?: BatchApi;
  /** Authorisation headers. Throws CREDENTIAL_UNAVAILABLE when the credential's kind does not fit. */
  authorize(
    request: UpstreamRequest,
    credential: Credential,
    deployment: Deployment,
    now: Date,
  ): Headers | Promise<Headers>;
  /** Framing of a streamed answer. */
  readonly framing: 'sse' | 'aws-event-stream';
  /** For `aws-event-stream`: one message as the event of the dialect (payload byte-identical), or an error. */
  unwrap?(message: EventStreamMessage, dialect: DialectId): SseEvent | Classified | null;
  /** A non-2xx answer, or an error event inside a stream (`status` is then what it stands for, or 0). */
  classify(failure: { status: number; headers: Headers; body: string }): Classified;
  /** Which headers and fields are evidence of region, tier, model version and request id. */
  evidence(deployment: Deployment, headers: Headers, facts: ResponseFacts): CloudEvidence;
  /** Response headers that the client's dialect knows and may see. */
  readonly passHeaders: readonly string[];
}
