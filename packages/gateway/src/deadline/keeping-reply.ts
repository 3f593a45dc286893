// The way back of a call whose caller fetches its answer: everything is held until it is whole, kept where it survives the
// process, and only then passed on to be weighed and sealed. So an answer whose receipt stands in the log can be fetched.
import { AppError, LIMITS, toAppError } from '@weighbridge/kernel';
import { renderFailure } from '../pipeline/failure.ts';
import type { Call } from '../pipeline/call.ts';
import type { RawHeaders, Reply } from '../pipeline/stage.ts';
import type { WaitingStore } from './waiting-store.ts';

export class KeepingReply implements Reply {
  readonly #call: Call;
  readonly #outer: Reply;
  readonly #store: WaitingStore;
  #status = 0;
  #headers: RawHeaders = [];
  #parts: Buffer[] = [];
  #bytes = 0;
  #over = false;

  constructor(call: Call, outer: Reply, store: WaitingStore) {
    this.#call = call;
    this.#outer = outer;
    this.#store = store;
  }

  head(status: number, headers: RawHeaders): void {
    this.#call.headSent = true;
    this.#status = status;
    this.#headers = headers;
  }

  write(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes <= LIMITS.response_bytes) this.#parts.push(bytes);
  }

  end(last: Buffer): void {
    if (this.#over) return;
    if (this.#bytes + last.length > LIMITS.response_bytes)
      return this.fail(
        new AppError(
          'UPSTREAM_MALFORMED',
          `the answer is larger than the ${LIMITS.response_bytes} bytes that are kept`,
        ),
      );
    this.#over = true;
    const body = Buffer.concat([...this.#parts, last]);
    const before = Buffer.concat(this.#parts);
    this.#keep(this.#status, this.#headers, body, () => {
      this.#outer.head(this.#status, [...this.#headers]);
      if (before.length > 0) this.#outer.write(before);
      this.#outer.end(last);
    });
  }

  /** Nothing has left yet, so the failure is the answer. */
  fail(error: AppError): void {
    if (this.#over) return;
    this.#over = true;
    const call = this.#call;
    call.headSent = false;
    const { status, headers, body } = renderFailure(call.errors, error, call.id);
    this.#keep(status, [...headers, 'weighbridge-receipt', call.id], body, () => this.#outer.fail(error));
  }

  #keep(status: number, headers: RawHeaders, body: Buffer, then: () => void): void {
    const { id, subject, key } = this.#call;
    this.#parts = [];
    const kept = this.#store.keepAnswer(id, { key: key?.id ?? '', subject, status, headers, body });
    kept.then(then, (error: unknown) => this.#outer.fail(toAppError(error)));
  }
}
