// What the simulated Responses API keeps of an answer, so that a later request can go on from it by id. Bounded: the
// oldest goes first, as it would after the API's own thirty days.
import type { Answer, CacheSegment, Prompt } from './prompt.ts';
import { tokensOfBlock } from './compose.ts';

const KEPT_MOST = 500;

export interface KeptResponse {
  readonly segments: readonly CacheSegment[];
  /** Calls that wait for their output. */
  readonly pending: readonly string[];
}

export class KeptResponses {
  readonly #kept = new Map<string, KeptResponse>();

  get(id: string): KeptResponse | null {
    return this.#kept.get(id) ?? null;
  }

  keep(id: string, prompt: Prompt, answer: Answer): void {
    const said = answer.blocks.map((block) => ({
      text: `assistant\n${JSON.stringify(block)}`,
      tokens: tokensOfBlock(block),
      ttl: null,
    }));
    const pending = answer.blocks.flatMap((block) => (block.type === 'tool' ? [block.id] : []));
    this.#kept.set(id, { segments: [...prompt.segments, ...said], pending });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT_MOST && oldest.done !== true) this.#kept.delete(oldest.value);
  }
}
