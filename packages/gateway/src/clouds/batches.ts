// What a seller's batch API is to the gateway: requests are handed in together, looked at, and read one by one. The flow
// of each seller (one call, or a file and a call) is its adapter's; the network, time and retries are the pipeline's.
import type { RequestFacts } from '@weighbridge/dialects';
import { AppError, type Milliseconds } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { Deployment } from '../deployment.ts';

/** Lower-case header names; one value each. */
type Headers = Readonly<Record<string, string>>;

/** One request of a batch, by our name for it: a ULID. */
export interface BatchItem {
  readonly id: string;
  /** As it would go to the seller by itself, and not as a stream. */
  readonly body: Buffer;
}

export interface BatchRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly origin: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer | null;
}

export interface BatchReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends with the deployment's credential. `ask` rejects where no answer came; a body beyond its bound is a rejection too. */
export interface BatchHttp {
  ask(request: BatchRequest): Promise<BatchReply>;
  /**
   * Reads a good answer line by line, however long it is; resolves with the status, and the body where it was not good. `each`
   * says whether it made sense of a line. A line that is too long is left out; a last one that was cut is a rejection.
   */
  lines(request: BatchRequest, each: (line: string) => boolean): Promise<BatchReply>;
}

export type BatchResult =
  /** The seller's answer to the one request, byte for byte. */
  | { readonly kind: 'answered'; readonly body: Buffer; readonly requestId: string | null }
  | { readonly kind: 'errored'; readonly said: string }
  | { readonly kind: 'cancelled' | 'expired' };

/** `message`: the seller's answer as it was read; one that says it succeeded and holds none did not. */
export const answered = (message: unknown, requestId: string | null): BatchResult =>
  typeof message === 'object' && message !== null
    ? { kind: 'answered', body: Buffer.from(JSON.stringify(message)), requestId }
    : { kind: 'errored', said: 'the result holds no answer' };

export interface BatchState {
  readonly ended: boolean;
  /** Where results lie, once there are any. */
  readonly results: readonly string[];
  /** What became of requests that no result names; null: each is named. */
  readonly rest: 'cancelled' | 'expired' | null;
  /** Why the seller took none of it; null where it did. */
  readonly refused: string | null;
  /** The file of requests that was uploaded for it; null where there was none. */
  readonly input: string | null;
}

/** The seller's answer was not good. */
export class BatchRefused extends AppError {
  readonly reply: BatchReply;

  constructor(reply: BatchReply) {
    super('UPSTREAM_ERROR', `the batch API answered ${reply.status}`);
    this.reply = reply;
  }
}

export const refused = (reply: BatchReply): AppError => new BatchRefused(reply);

/** What goes into one batch. */
export interface Submitted {
  readonly dialect: DialectId;
  /** Those that the requests share. */
  readonly headers: Headers;
  readonly items: readonly BatchItem[];
}

export interface BatchApi {
  /** Why such a request does not go into a batch here; null where it does. */
  unfit(deployment: Deployment, facts: RequestFacts): string | null;
  /** Top-level fields that a request of a batch must not have. */
  readonly without: readonly string[];
  /** Hands in; resolves with the seller's name for the batch. */
  submit(http: BatchHttp, deployment: Deployment, batch: Submitted): Promise<string>;
  look(http: BatchHttp, deployment: Deployment, id: string): Promise<BatchState>;
  /** From when a batch is cancelled until it is over, at the most: what the seller documents, and some more. */
  readonly cancelMs: Milliseconds;
  cancel(http: BatchHttp, deployment: Deployment, id: string): Promise<void>;
  /** Deletes what lies at the seller of a batch that is over. */
  clear(http: BatchHttp, deployment: Deployment, id: string, state: BatchState): Promise<void>;
  /** Calls `each` once for each request that the seller says something of. */
  results(
    http: BatchHttp,
    deployment: Deployment,
    state: BatchState,
    each: (id: string, result: BatchResult) => void,
  ): Promise<void>;
}
