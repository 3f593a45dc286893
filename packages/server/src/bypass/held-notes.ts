// What stands in for the entries of calls that went through one window, kept in memory until the journal takes it. Memory
// is bounded: beyond it a call is only counted, by deployment, with the tokens that were read of its answer; where its note
// stands on another disk it is sealed from there, else it is lost, and said to be.
import { LIMITS } from '@weighbridge/kernel';
import {
  TOKEN_CLASSES,
  type BypassUnnoted,
  type BypassWindow,
  type CallPublic,
  type EntryDraft,
  type TokenClass,
} from '@weighbridge/protocol';
import { readSpill } from './spill.ts';

type Append = (draft: EntryDraft) => Promise<void>;

const TOGETHER = 256;

export class HeldNotes {
  readonly #spill: string | undefined;
  readonly #most: number;
  #held: EntryDraft[] = [];
  #bytes = 0;
  /** Decisions that were handed on already, by their text. */
  readonly #decided = new Set<string>();
  readonly #unnoted = new Map<string, { calls: number; tokens: Partial<Record<TokenClass, number>> }>();
  /** Of calls whose note stands on the other disk. */
  readonly #elsewhere = new Set<string>();
  #heard = 0;
  #sealed = 0;
  #dropped = 0;

  constructor(spill: string | undefined, most: number = LIMITS.bypass_note_bytes) {
    this.#spill = spill;
    this.#most = most;
  }

  /** Calls that were told of. */
  get heard(): number {
    return this.#heard;
  }

  get sealed(): number {
    return this.#sealed;
  }

  get waiting(): number {
    return this.#held.filter(({ kind }) => kind === 'call').length + this.#elsewhere.size;
  }

  /** Calls of which nothing but a count is left. */
  get dropped(): number {
    return this.#dropped;
  }

  unnoted(): readonly BypassUnnoted[] {
    return [...this.#unnoted].map(([deployment, sums]) => ({ deployment, ...sums }));
  }

  /** A call: its decision, where it may be needed, and its receipt. */
  add(drafts: readonly EntryDraft[]): void {
    this.#heard += 1;
    const bytes = drafts.reduce((sum, draft) => sum + sizeOf(draft), 0);
    if (this.#bytes + bytes > this.#most) return this.#leaveOut(drafts);
    this.#bytes += bytes;
    for (const draft of drafts) if (this.#isNews(draft)) this.#held.push(draft);
  }

  /** Hands on what is held; what is refused is kept, and the reason thrown. */
  async sealInto(append: Append): Promise<void> {
    while (this.#held.length > 0) {
      const batch = this.#held.splice(0, TOGETHER);
      const results = await Promise.allSettled(batch.map(append));
      const kept = batch.filter((_, index) => results[index]?.status === 'rejected');
      for (const draft of batch) if (!kept.includes(draft)) this.#count(draft);
      if (kept.length === 0) continue;
      this.#held.unshift(...kept);
      const failed = results.find((result) => result.status === 'rejected');
      throw failed?.reason;
    }
  }

  /** Those that found no room, from the other disk. */
  async sealSpilled({ bypass, opened }: BypassWindow, append: Append): Promise<void> {
    if (this.#elsewhere.size === 0 || this.#spill === undefined) return;
    for await (const line of readSpill(this.#spill)) {
      if (line.began !== undefined || line.bypass !== bypass || line.opened !== opened) continue;
      const call = line.drafts.find(({ kind }) => kind === 'call');
      if (call === undefined || !this.#elsewhere.has(call.id)) continue;
      for (const draft of line.drafts) await append(draft);
      this.#elsewhere.delete(call.id);
      this.#sealed += 1;
    }
    // It was to stand there, and does not: its disk refused it.
    this.#dropped += this.#elsewhere.size;
    this.#elsewhere.clear();
  }

  #leaveOut(drafts: readonly EntryDraft[]): void {
    const call = drafts.find(({ kind }) => kind === 'call');
    if (call !== undefined && this.#spill !== undefined) return void this.#elsewhere.add(call.id);
    this.#dropped += 1;
    const { served, usage } = JSON.parse(call?.public ?? '{}') as Partial<CallPublic>;
    const deployment = served?.deployment ?? '';
    const sums = this.#unnoted.get(deployment) ?? { calls: 0, tokens: {} };
    sums.calls += 1;
    for (const name of TOKEN_CLASSES) {
      const count = usage?.tokens[name];
      if (count !== undefined) sums.tokens[name] = (sums.tokens[name] ?? 0) + count;
    }
    this.#unnoted.set(deployment, sums);
  }

  #isNews({ kind, commercial = '' }: EntryDraft): boolean {
    if (kind !== 'decided') return true;
    if (this.#decided.has(commercial)) return false;
    this.#decided.add(commercial);
    return true;
  }

  #count(draft: EntryDraft): void {
    this.#bytes = Math.max(0, this.#bytes - sizeOf(draft));
    if (draft.kind === 'call') this.#sealed += 1;
  }
}

const sizeOf = ({ public: open = '', commercial = '', personal = '' }: EntryDraft): number =>
  open.length + commercial.length + personal.length;
