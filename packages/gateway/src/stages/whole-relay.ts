// An answer that is no stream: kept whole within its bound, read once it is all there, and delivered in one piece.
import type { ResponseFacts, ResponseTap, ResponseTranslator } from '@weighbridge/dialects';
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import { inItsWords, ownFinding } from './leg-failure.ts';
import { errorText, excessive, type Relay, type RelayOwner } from './relay-contract.ts';

export class WholeRelay implements Relay {
  readonly #call: Call;
  readonly #target: Target;
  readonly #tap: ResponseTap;
  readonly #translator: ResponseTranslator | null;
  readonly #owner: RelayOwner;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the whole body, once it was read: nothing changes them any more. */
  #facts: ResponseFacts | null = null;
  readonly began = true;
  readonly heldUntil = Infinity;
  readonly silentSince = -1;

  constructor(call: Call, target: Target, tap: ResponseTap, translator: ResponseTranslator | null, owner: RelayOwner) {
    this.#call = call;
    this.#target = target;
    this.#tap = tap;
    this.#translator = translator;
    this.#owner = owner;
  }

  chunk(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > LIMITS.response_bytes) {
      throw new AppError('UPSTREAM_MALFORMED', `the answer is larger than the limit of ${LIMITS.response_bytes} bytes`);
    }
    this.#chunks.push(chunk);
  }

  end(now: number): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#bytes);
    const excess = excessive(this.#target, body);
    if (excess !== null) return this.#owner.failed(excess);
    this.#tap.whole(body);
    this.#owner.reader?.whole(body);
    this.#facts = this.#tap.facts();
    const { error } = this.#facts;
    const { deployment } = this.#target;
    if (error !== null) {
      const failure =
        error.type === 'malformed'
          ? ownFinding('UPSTREAM_MALFORMED', `"${deployment.id}": ${error.message}`, 'deployment')
          : inItsWords(this.#target, this.#owner.said(errorText(this.#target, body.toString('utf8'))));
      return this.#owner.failed(failure);
    }
    this.#call.firstTokenMono = now;
    this.#call.lastTokenMono = now;
    const answer = this.#answer(body);
    this.#owner.commit();
    this.#owner.finished(answer);
  }

  #answer(body: Buffer): Buffer {
    if (this.#call.endpoint === 'count_tokens') {
      const counted = this.#target.cloud.counting?.answer?.(body) ?? body;
      return this.#call.envelope?.form.counted?.(counted) ?? counted;
    }
    return this.#translator === null ? body : this.#translator.whole(body);
  }

  release(): void {
    // A whole answer holds nothing that time would release.
  }

  facts(): ResponseFacts {
    return this.#facts ?? this.#tap.facts();
  }

  lost(): readonly string[] {
    return this.#translator?.lost ?? [];
  }
}
