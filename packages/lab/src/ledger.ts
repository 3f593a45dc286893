// The lab's own book of what it really did, written apart from every response, so that a test can hold a receipt
// against the truth. A bounded ring of rows with totals that are never reset by the ring's turning.
import type { CloudId } from '@weighbridge/protocol';
import type { LabSite } from './endpoints.ts';
import type { Counts } from './model/prompt.ts';

export const SERVED_ROWS = 10_000;

export type ServedOutcome =
  /** The last byte was handed to the socket. */
  | 'completed'
  /** The client went away first. */
  | 'aborted'
  /** Turned away with an error status. */
  | 'refused'
  /** A fault broke it off: cut, reset, error in the stream. */
  | 'broken';

/** One request as it really went. */
export interface ServedRow {
  /** Counts up from 1 over the life of the process. */
  readonly n: number;
  /** UTC milliseconds on the lab's clock. */
  readonly at: number;
  readonly site: LabSite;
  readonly cloud: CloudId;
  readonly path: string;
  /** Which credential was presented: a label, never the secret. Null when refused before that was known. */
  readonly caller: string | null;
  readonly model_asked: string;
  /** Version that really ran, whatever the response claims. */
  readonly model_ran: string | null;
  /** Where it really ran. */
  readonly region: string;
  readonly tier: string | null;
  readonly stream: boolean;
  readonly status: number;
  readonly fault: string | null;
  readonly tape: string | null;
  readonly request_id: string;
  readonly response_id: string | null;
  /** True counts of the whole answer; null when nothing ran or a tape played. */
  readonly usage: Counts | null;
  /** Output tokens in what was handed to the socket. */
  readonly output_sent: number;
  /** Stream payloads handed to the socket, terminal ones included. */
  readonly frames_sent: number;
  readonly request_bytes: number;
  readonly outcome: ServedOutcome;
  readonly ms: number;
}

export interface ServedTotals {
  readonly requests: number;
  readonly by_outcome: Readonly<Record<ServedOutcome, number>>;
  readonly by_site: Readonly<Record<string, number>>;
  readonly input: number;
  readonly output: number;
  readonly output_sent: number;
}

export class ServedLedger {
  readonly #rows: ServedRow[] = [];
  #count = 0;
  #outcomes = { completed: 0, aborted: 0, refused: 0, broken: 0 };
  #sites: Record<string, number> = {};
  #input = 0;
  #output = 0;
  #sent = 0;

  add(row: Omit<ServedRow, 'n'>): void {
    this.#rows[this.#count % SERVED_ROWS] = { n: this.#count + 1, ...row };
    this.#count += 1;
    this.#outcomes[row.outcome] += 1;
    this.#sites[row.site] = (this.#sites[row.site] ?? 0) + 1;
    this.#sent += row.output_sent;
    if (row.usage !== null) {
      this.#input += row.usage.input + row.usage.cacheRead + row.usage.cacheWrite5m + row.usage.cacheWrite1h;
      this.#output += row.usage.output;
    }
  }

  /** Rows with `n` above `since`, oldest first, at most `limit` (the newest ones). */
  rows(since = 0, limit = SERVED_ROWS): ServedRow[] {
    const out: ServedRow[] = [];
    const first = Math.max(since, this.#count - Math.min(limit, SERVED_ROWS), 0);
    for (let n = first; n < this.#count; n += 1) {
      const row = this.#rows[n % SERVED_ROWS];
      if (row !== undefined) out.push(row);
    }
    return out;
  }

  totals(): ServedTotals {
    return {
      requests: this.#count,
      by_outcome: { ...this.#outcomes },
      by_site: { ...this.#sites },
      input: this.#input,
      output: this.#output,
      output_sent: this.#sent,
    };
  }
}
