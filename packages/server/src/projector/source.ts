// The log as facts, chunk by chunk, for all projections at once: those that stand at the same place share what was read
// and taken apart. Only what the newest checkpoint covers is read. The route of a call is looked up by the digest of its
// decision, which is of its content: wherever the decision is found, it is the right one.
import { closedPartOf, type ClosedPart, type Journal } from '@weighbridge/journal';
import { GROUPS } from '@weighbridge/protocol';
import { closedFact } from '../closing/closing.ts';
import { textList } from '../store/columns.ts';
import type { Reader } from '../store/database.ts';
import type { CallFact } from './call-fact.ts';
import { decode, FACT_KINDS, prunedCall } from './decode.ts';
import type { Fact } from './facts.ts';
import { systemPacing, type Pacing } from './pacing.ts';

export interface Chunk {
  readonly from: number;
  /** Index after the last entry looked at. */
  readonly to: number;
  readonly facts: readonly Fact[];
  /** It lies in a part whose records were pruned: its first chunk holds what its calls came to, and no other does. */
  readonly closed: ClosedPart | null;
}

/** Entries of one chunk: several bundles of the log, and few milliseconds of work. */
export const CHUNK_ENTRIES = 1_024;
/** How far apart projections can be and still share what is read. */
const CHUNKS_KEPT = 24;
/** More than any batch can hold, so that a decision that is dropped here stands in the table already. */
const ROUTES_KEPT = 100_000;

export interface SourceOptions {
  readonly pacing?: Pacing;
  readonly sharers?: number;
}

interface Shared {
  readonly reading: Promise<Chunk>;
  /** Those who have not had it. */
  left: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Source {
  readonly #journal: Journal;
  readonly #reader: Reader;
  readonly #pacing: Pacing;
  readonly #sharers: number;
  readonly #chunks = new Map<string, Shared>();
  readonly #routes = new Map<string, string>();

  /** `sharers`: how many go through the log by it. What each of them had is let go, before it gets old. */
  constructor(journal: Journal, reader: Reader, { pacing = systemPacing, sharers = 1 }: SourceOptions = {}) {
    this.#pacing = pacing;
    this.#sharers = sharers;
    this.#journal = journal;
    this.#reader = reader;
  }

  /** Entries that a checkpoint covers. */
  size(): number {
    return this.#journal.checkpoint().size;
  }

  /** What comes from here on; null when a checkpoint covers nothing more. */
  async chunk(from: number, most = Infinity): Promise<Chunk | null> {
    const aligned = (Math.floor(from / CHUNK_ENTRIES) + 1) * CHUNK_ENTRIES;
    const to = Math.min(aligned, this.size(), most);
    if (to <= from) return null;
    const place = `${from} ${this.#closedAt(from)?.first ?? ''}`;
    const known = this.#chunks.get(place);
    // One that was read when the log was shorter is good as far as it goes, but not further than was asked for.
    if (known !== undefined && most === Infinity) {
      known.left -= 1;
      if (known.left === 0) this.#chunks.delete(place);
      return known.reading;
    }
    const reading = this.#read(from, to);
    if (most === Infinity && this.#sharers > 1) this.#keep(place, reading);
    return reading;
  }

  #closedAt(entry: number): ClosedPart | null {
    return closedPartOf(entry, this.#journal.pruned()) ?? null;
  }

  #keep(place: string, reading: Promise<Chunk>): void {
    const [oldest] = this.#chunks.keys();
    if (this.#chunks.size >= CHUNKS_KEPT && oldest !== undefined) this.#chunks.delete(oldest);
    this.#chunks.set(place, { reading, left: this.#sharers - 1 });
    // A chunk that could not be read is asked for again.
    reading.catch(() => this.#chunks.delete(place));
  }

  /**
   * Of calls whose records were pruned only the leaf is left, and of their part what its closing entries say. Where there
   * are none, whoever opens the tables says what they lack (`openProgress`).
   */
  async #read(from: number, to: number): Promise<Chunk> {
    // Whoever waits for a query gets its turn before this thread is busy for some milliseconds.
    await this.#pacing.turn();
    const closed = this.#closedAt(from);
    const facts: Fact[] = closed?.from === from ? [closedFact(this.#journal, closed)] : [];
    const open: CallFact[] = [];
    for (const record of this.#journal.records({ kinds: FACT_KINDS, from, to, pruned: 'leaf' }, GROUPS)) {
      const gone = record.pruned === true || (closed !== null && record.leaf.kind === 'call');
      const fact = gone ? prunedCall(record) : decode(record);
      facts.push(fact);
      if (fact.kind === 'decided') this.#learn(fact.digest, fact.route);
      else if (fact.kind === 'call' && !this.#resolve(fact)) open.push(fact);
    }
    // It was pruned while it was read: some of what was read may be of after that.
    if (this.#closedAt(from)?.first !== closed?.first) return this.#read(from, to);
    if (open.length > 0) await this.#lookUp(open);
    return { from, to, facts, closed };
  }

  #learn(digest: string, route: string): void {
    if (this.#routes.has(digest)) return;
    const [oldest] = this.#routes.keys();
    if (this.#routes.size >= ROUTES_KEPT && oldest !== undefined) this.#routes.delete(oldest);
    this.#routes.set(digest, route);
  }

  /** A call that no route took has none. */
  #resolve(fact: Mutable<CallFact>): boolean {
    if (fact.decided === '') return true;
    const route = this.#routes.get(fact.decided);
    if (route === undefined) return false;
    fact.route = route === '' ? null : route;
    return true;
  }

  async #lookUp(open: readonly CallFact[]): Promise<void> {
    const digests = open.map(({ decided }) => decided);
    for (const [digest, route] of await routesOf(this.#reader, digests)) this.#learn(digest, route ?? '');
    for (const fact of open) this.#resolve(fact);
  }
}

/** Routes by the digest of a decision, as the table of decisions has them; null: it is a decision against every route. */
export async function routesOf(
  reader: Reader,
  digests: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const asked = [...new Set(digests)];
  if (asked.length === 0) return new Map();
  const sql = `SELECT digest, route FROM decision WHERE digest = ANY($1::text[]) LIMIT ${asked.length}`;
  const rows = await reader.read(sql, [textList(asked)], asked.length);
  return new Map(rows.map((row) => [row['digest'] ?? '', row['route'] || null]));
}
