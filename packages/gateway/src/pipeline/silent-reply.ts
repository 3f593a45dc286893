// Where an answer goes that nobody waits for: it was digested on its way here, and kept where it is to be fetched.
import type { AppError } from '@weighbridge/kernel';
import type { Call } from './call.ts';
import type { RawHeaders, Reply } from './stage.ts';

export class SilentReply implements Reply {
  readonly #call: Call;
  readonly #done: () => void;
  #over = false;

  constructor(call: Call, done: () => void) {
    this.#call = call;
    this.#done = done;
  }

  head(status: number, _headers: RawHeaders): void {
    this.#call.headSent = true;
    this.#call.status = status;
  }

  write(_bytes: Buffer): void {
    // Digested on its way here.
  }

  end(_last: Buffer): void {
    this.#finish();
  }

  fail(_error: AppError): void {
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#done();
  }
}
