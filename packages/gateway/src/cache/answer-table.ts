// The kept answers of one route, within a bound of memory. What is oldest goes first: all answers of a route are good for
// the same time, so the oldest is the one that would end next anyway, and every lane comes to the same choice without
// asking the others.
import { weightOf, type KeptAnswer } from './answer.ts';

export class AnswerTable {
  /** In the order in which they were kept. */
  readonly #answers = new Map<string, KeptAnswer>();
  #bytes = 0;
  #evicted = 0;

  get entries(): number {
    return this.#answers.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers that made room before their time. */
  get evicted(): number {
    return this.#evicted;
  }

  get(address: string, now: number): KeptAnswer | undefined {
    const answer = this.#answers.get(address);
    if (answer === undefined || now < answer.goodUntil) return answer;
    this.#drop(answer);
    return undefined;
  }

  keep(answer: KeptAnswer, now: number): void {
    const before = this.#answers.get(answer.address);
    if (before !== undefined) this.#drop(before);
    this.#answers.set(answer.address, answer);
    this.#bytes += weightOf(answer);
    for (const oldest of this.#answers.values()) {
      const over = now >= oldest.goodUntil;
      if (!over && this.#bytes <= answer.maxBytes) return;
      if (!over) this.#evicted += 1;
      this.#drop(oldest);
    }
  }

  /** Takes out those that a test names; how many, and their bytes. */
  purge(goes: (answer: KeptAnswer) => boolean): { entries: number; bytes: number } {
    const [entries, bytes] = [this.entries, this.#bytes];
    for (const answer of this.#answers.values()) if (goes(answer)) this.#drop(answer);
    return { entries: entries - this.entries, bytes: bytes - this.#bytes };
  }

  #drop(answer: KeptAnswer): void {
    this.#answers.delete(answer.address);
    this.#bytes -= weightOf(answer);
  }
}
