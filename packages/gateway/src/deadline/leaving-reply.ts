// The way back of a call that left its batch and went by itself: it says once that the call is over, so that the next may go.
// It changes nothing of the answer.
import type { Reply } from '../pipeline/stage.ts';
import type { Leaving } from './leaving.ts';

export class LeavingReply implements Reply {
  readonly #outer: Reply;
  readonly #leaving: Leaving;
  #over = false;

  constructor(outer: Reply, leaving: Leaving) {
    this.#outer = outer;
    this.#leaving = leaving;
  }

  head(...head: Parameters<Reply['head']>): void {
    this.#outer.head(...head);
  }

  write(bytes: Buffer): void {
    this.#outer.write(bytes);
  }

  end(last: Buffer): void {
    this.#outer.end(last);
    this.#ended();
  }

  fail(...why: Parameters<Reply['fail']>): void {
    this.#outer.fail(...why);
    this.#ended();
  }

  #ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leaving.ended();
  }
}
