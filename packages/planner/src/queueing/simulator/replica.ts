// One replica: what waits for it, what it computes, and what one step does. A step is composed when it begins (who is let in, whose
// prompt is computed, who decodes) and settled when it ends. Memory is taken whole when a sequence is let in, so none is ever put out.
import { invariant } from '@weighbridge/kernel';
import { refuse } from '../../numbers/refuse.ts';
import { Agenda } from './heap.ts';
import type { FleetForm, PrefillPolicy, StepTime } from './fleet.ts';
import { Line } from './line.ts';
import { PrefixCache } from './prefix-cache.ts';
import type { Request } from './request.ts';

export interface ReplicaForm {
  readonly slots: number;
  readonly kv_tokens: number;
  readonly prefill: PrefillPolicy;
  readonly step: StepTime;
  readonly prefix_cache: FleetForm['prefix_cache'];
  /** Whether its sequences come with their prompt computed elsewhere. */
  readonly takes_over: boolean;
  /** What a sequence takes of the memory here. */
  readonly takes: (request: Request) => number;
}

export class Replica {
  readonly form: ReplicaForm;
  /** Its own, or one that several share. */
  readonly queue: Line<Request>;
  readonly cache: PrefixCache | undefined;
  /** Let in, prompt not computed to its end; in their order. */
  readonly #prefilling = new Line<Request>();
  /** By the step in which they end. */
  readonly #decoding = new Agenda<Request>();
  decoding = 0;
  /** Computed here, and not yet taken over by another. */
  handed = 0;
  #context = 0;
  #kv = 0;
  #steps = 0;
  /** Of the step under way. */
  #decodes = false;
  #completed: Request[] = [];
  busy = false;

  constructor(form: ReplicaForm, queue: Line<Request>) {
    this.form = form;
    this.queue = queue;
    this.cache = form.prefix_cache === undefined ? undefined : new PrefixCache(form.prefix_cache.blocks);
  }

  get prefilling(): number {
    return this.#prefilling.length;
  }

  get running(): number {
    return this.#prefilling.length + this.decoding + this.handed + this.#completed.length;
  }

  get load(): number {
    return this.queue.length + this.running;
  }

  get kv(): number {
    return this.#kv;
  }

  #fits(request: Request): boolean {
    return this.running < this.form.slots && this.#kv + this.form.takes(request) <= this.form.kv_tokens;
  }

  /** Lets in from the queue, in its order and never past one that does not fit. */
  admit(now_ms: number, admitted: (request: Request) => void): void {
    for (let next = this.queue.first; next !== undefined && this.#fits(next); next = this.queue.first) {
      this.queue.take();
      this.#kv += this.form.takes(next);
      if (next.first_ms >= 0) this.#decode(next);
      else {
        next.started_ms = now_ms;
        next.left = this.#toCompute(next);
        this.#prefilling.add(next);
      }
      admitted(next);
    }
  }

  /** The last token of a prompt is always computed: without it there is no first token of an answer. */
  #toCompute(request: Request): number {
    let { cached } = request;
    const tokens = this.form.prefix_cache?.block_tokens ?? 0;
    if (this.cache !== undefined) {
      cached = Math.max(cached, this.cache.hit(request.blocks) * tokens);
      this.cache.use(request.blocks);
    }
    return Math.max(1, request.input - cached);
  }

  /** What the next step takes, or undefined where there is nothing to do. */
  begin(): number | undefined {
    const { kind, tokens } = this.form.prefill;
    const first = this.#prefilling.first;
    this.#decodes = this.decoding > 0 && (kind === 'chunked' || first === undefined);
    const batch = this.#decodes ? this.decoding : 0;
    let prefill = 0;
    let room = kind === 'chunked' ? Math.max(1, tokens - batch) : tokens;
    for (let next = first; next !== undefined && room > 0; next = this.#prefilling.first) {
      const part = kind === 'chunked' ? Math.min(room, next.left) : next.left;
      if (kind === 'whole' && part > room && prefill > 0) break;
      room -= part;
      prefill += part;
      next.left -= part;
      if (next.left > 0) break;
      this.#prefilling.take();
      this.#completed.push(next);
    }
    if (batch === 0 && prefill === 0) return undefined;
    this.busy = true;
    const takes = this.form.step(batch, this.#decodes ? this.#context : 0, prefill);
    if (!(takes > 0 && Number.isFinite(takes)))
      refuse(
        `the step time of ${batch} sequences with ${this.#context} tokens and ${prefill} prompt tokens is ${takes} ms`,
        'give a step time above zero for whatever there is to do',
      );
    return takes;
  }

  /** Ends the step: who got a last token, and whose prompt is done. */
  end(finished: (request: Request) => void, prompted: (request: Request) => void): void {
    this.busy = false;
    if (this.#decodes) {
      this.#steps += 1;
      this.#context += this.decoding;
      while (this.#decoding.next_ms <= this.#steps) {
        const request = this.#decoding.take()?.what;
        invariant(request !== undefined, 'who decodes ends in a step that was planned');
        this.decoding -= 1;
        this.#context -= request.input + request.output;
        this.release(request);
        finished(request);
      }
    }
    const completed = this.#completed;
    this.#completed = [];
    for (const request of completed) prompted(request);
  }

  /** The first token is there: the rest is decoded here. */
  stay(request: Request): void {
    this.#decode(request);
  }

  #decode(request: Request): void {
    request.ends_at_step = this.#steps + request.output - 1;
    this.#decoding.add(request.ends_at_step, request);
    this.decoding += 1;
    this.#context += request.input + 1;
  }

  release(request: Request): void {
    this.#kv -= this.form.takes(request);
  }
}
