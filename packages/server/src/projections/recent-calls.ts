// The newest calls, one row each, to list, search and open; older ones are read from the journal. Rows are numbered in
// the order of the log and lie in partitions of equal size. Once every row of the oldest partition is beyond the cap, that
// partition is dropped whole: a function of how many calls there were, however they came in.
import type { EntryRange } from '@weighbridge/journal';
import type { CallFact } from '../projector/call-fact.ts';
import type { Fact } from '../projector/facts.ts';
import type { Fold, Folded, Projection } from '../projector/projection.ts';
import { namesOf, plainList, textList, unnest, type Column } from '../store/columns.ts';
import type { Reader, Statement } from '../store/database.ts';
import type { ErasedAmong } from '../projector/projection.ts';
import { moneyFromDecimal } from '@weighbridge/kernel';

type Cell = string | number | bigint | null;
interface RecentColumn extends Column {
  /** May hold any text, which then is quoted in lists. */
  readonly free?: true;
  readonly constraint?: 'NOT NULL';
  readonly of: (fact: CallFact) => Cell;
}

const always = { constraint: 'NOT NULL' } as const;
const free = { free: true } as const;

/** All but the number, which comes first. */
const COLUMNS: readonly RecentColumn[] = [
  { name: 'entry', type: 'bigint', ...always, of: (fact) => fact.entry },
  { name: 'id', type: 'text', ...always, of: (fact) => fact.id },
  { name: 'at', type: 'bigint', ...always, of: (fact) => fact.at },
  { name: 'erased', type: 'boolean', ...always, of: (fact) => String(fact.erased) },
  { name: 'subject', type: 'text', of: (fact) => fact.subject },
  { name: 'organisation', type: 'text', ...free, of: (fact) => fact.who.organisation },
  { name: 'project', type: 'text', ...free, of: (fact) => fact.who.project },
  { name: 'team', type: 'text', ...free, of: (fact) => fact.who.team },
  { name: 'cost_centre', type: 'text', ...free, of: (fact) => fact.who.cost_centre },
  { name: 'environment', type: 'text', ...free, of: (fact) => fact.who.environment },
  { name: 'key', type: 'text', ...free, of: (fact) => fact.who.key },
  { name: 'route', type: 'text', ...free, of: (fact) => fact.route },
  { name: 'asked', type: 'text', ...always, ...free, of: (fact) => fact.asked },
  { name: 'surface', type: 'text', ...always, of: (fact) => fact.surface },
  { name: 'stream', type: 'boolean', ...always, of: (fact) => String(fact.stream) },
  { name: 'model', type: 'text', ...free, of: (fact) => fact.model },
  { name: 'deployment', type: 'text', ...free, of: (fact) => fact.deployment },
  { name: 'cloud', type: 'text', ...free, of: (fact) => fact.cloud },
  { name: 'seller', type: 'text', ...free, of: (fact) => fact.seller },
  { name: 'region', type: 'text', ...free, of: (fact) => fact.region },
  { name: 'region_reported', type: 'text', ...free, of: (fact) => fact.regionReported },
  { name: 'tier', type: 'text', ...free, of: (fact) => fact.tier },
  { name: 'fallback', type: 'boolean', ...always, of: (fact) => String(fact.fallback) },
  { name: 'outcome', type: 'text', ...always, of: (fact) => fact.outcome },
  { name: 'status', type: 'integer', ...always, of: (fact) => fact.status },
  { name: 'error', type: 'text', ...free, of: (fact) => fact.error },
  { name: 'attempts', type: 'integer', ...always, of: (fact) => fact.attempts },
  { name: 'input_tokens', type: 'bigint', of: (fact) => tokens(fact, isInput) },
  { name: 'cached_tokens', type: 'bigint', of: (fact) => tokens(fact, isCached) },
  { name: 'output_tokens', type: 'bigint', of: (fact) => tokens(fact, (name) => !isInput(name)) },
  { name: 'total_us', type: 'bigint', ...always, of: (fact) => fact.totalUs },
  { name: 'ttft_us', type: 'bigint', of: (fact) => fact.ttftUs },
  { name: 'tpot_us', type: 'bigint', of: (fact) => fact.tpotUs },
  { name: 'gateway_us', type: 'bigint', ...always, of: (fact) => fact.gatewayUs },
  { name: 'request_bytes', type: 'bigint', ...always, of: (fact) => fact.requestBytes },
  { name: 'response_bytes', type: 'bigint', of: (fact) => fact.responseBytes },
  { name: 'billed', type: 'numeric', of: (fact) => (fact.billed === null ? null : moneyFromDecimal(fact.billed)) },
  { name: 'currency', type: 'text', ...always, ...free, of: (fact) => fact.currency },
  { name: 'cost_status', type: 'text', ...always, of: (fact) => fact.costStatus },
  { name: 'simulated', type: 'boolean', ...always, of: (fact) => String(fact.simulated) },
];

/** Token classes that a prompt is made of. */
const isInput = (name: string): boolean => !name.startsWith('output') && name !== 'reasoning';
const isCached = (name: string): boolean => name.startsWith('cache_read');

function tokens(fact: CallFact, counts: (name: string) => boolean): number | null {
  if (!fact.usageKnown) return null;
  let sum = 0;
  for (const name in fact.tokens) if (counts(name)) sum += fact.tokens[name as keyof CallFact['tokens']] ?? 0;
  return sum;
}

/** Columns of a call, in the order of `cellsOf`. */
export const RECENT_NAMES: readonly string[] = COLUMNS.map(({ name }) => name);
export const cellsOf = (fact: CallFact): readonly Cell[] => COLUMNS.map((column) => column.of(fact));

const NUMBERED: readonly Column[] = [{ name: 'n', type: 'bigint' }, ...COLUMNS];
const INSERT = `INSERT INTO recent_call (${namesOf(NUMBERED)}) SELECT * FROM ${unnest(NUMBERED)}`;

/** Columns that an erasure empties. */
const PERSONAL = ['subject', 'organisation', 'project', 'team', 'cost_centre', 'environment', 'key'];

const PARTITION_ROWS_MOST = 65_536;

/** Rows of a partition: so few that a small cap is kept closely as well. */
const partitionRows = (cap: number): number => Math.min(PARTITION_ROWS_MOST, Math.max(64, Math.floor(cap / 16)));

/** The newest call has its row, unless nothing came since records were pruned. */
const CHECK = `
SELECT CASE WHEN seen.total > seen.floor THEN seen.newest = seen.total ELSE seen.newest <= seen.total END AS sound
FROM (
  SELECT COALESCE((SELECT max(n) + 1 FROM recent_call), 0) AS newest,
    COALESCE(NULLIF(split_part(carried, ' ', 1), '')::bigint, 0) AS total,
    COALESCE(NULLIF(split_part(carried, ' ', 2), '')::bigint, 0) AS floor
  FROM projection WHERE name = 'recent calls'
) AS seen LIMIT 1`;

/** `cap`: the newest so many calls are kept, and at most one partition more. */
export function recentCalls(cap: number): Projection {
  const rows = partitionRows(cap);
  return {
    name: 'recent calls',
    version: 2,
    settings: `newest ${cap}, partitions of ${rows}`,
    tables: [{ name: 'recent_call', key: ['n'] }],
    schema: `
CREATE TABLE recent_call (
  n bigint NOT NULL,
  ${COLUMNS.map(({ name, type, constraint }) => `${name} ${type} ${constraint ?? ''}`.trim()).join(',\n  ')},
  PRIMARY KEY (n)
) PARTITION BY RANGE (n);
CREATE INDEX recent_call_entry ON recent_call (entry);
`,
    kinds: ['call'],
    checks: [CHECK],
    begin: (carried) => new RecentFold(carried, cap, rows),
    erase: eraseFromRecent,
    prune: (ranges) => [pruneRecent(ranges)],
  };
}

class RecentFold implements Fold {
  /** Calls folded in before. */
  readonly #before: number;
  readonly #cap: number;
  readonly #partition: number;
  readonly #lists: Cell[][] = NUMBERED.map(() => []);
  /** Calls folded in when an entry last stated that records were pruned. */
  #floor: number;
  #count = 0;

  constructor(carried: string, cap: number, partition: number) {
    const [before, floor] = carried.split(' ').map(Number);
    this.#before = before ?? 0;
    this.#floor = floor ?? 0;
    this.#cap = cap;
    this.#partition = partition;
  }

  get rows(): number {
    return this.#count;
  }

  add(fact: Fact): void {
    // Calls that are gone keep their numbers.
    if (fact.kind === 'closed') this.#count += fact.figures.calls;
    // Rows of calls before this entry may be gone, the newest among them.
    if (fact.kind === 'pruned') this.#floor = this.#before + this.#count;
    if (fact.kind !== 'call') return;
    this.#lists[0]?.push(this.#before + this.#count);
    for (const [index, column] of COLUMNS.entries()) this.#lists[index + 1]?.push(column.of(fact));
    this.#count += 1;
  }

  finish(): Folded {
    const total = this.#before + this.#count;
    const carried = this.#floor === 0 ? String(total) : `${total} ${this.#floor}`;
    if (this.#count === 0) return { statements: [], carried };
    const lists = this.#lists.map((list, index) =>
      COLUMNS[index - 1]?.free === true ? textList(list as (string | null)[]) : plainList(list),
    );
    const insert = { sql: INSERT, params: lists };
    return { statements: [...this.#made(total), insert, ...this.#dropped(total)], carried };
  }

  /** Partitions whose first row comes now. */
  #made(total: number): Statement[] {
    const made: Statement[] = [];
    for (let part = Math.ceil(this.#before / this.#partition); part * this.#partition < total; part += 1) {
      const from = part * this.#partition;
      const sql = `CREATE TABLE recent_call_${part} PARTITION OF recent_call FOR VALUES FROM (${from}) TO (${from + this.#partition})`;
      made.push({ sql, params: [] });
    }
    return made;
  }

  /** Partitions whose last row is now beyond the cap. */
  #dropped(total: number): Statement[] {
    const dropped: Statement[] = [];
    const kept = (calls: number): number => Math.floor(Math.max(0, calls - this.#cap) / this.#partition);
    for (let part = kept(this.#before); part < kept(total); part += 1) {
      dropped.push({ sql: `DROP TABLE recent_call_${part}`, params: [] });
    }
    return dropped;
  }
}

const SUBJECTS_MOST = 1_000_000;

/** A row says of a call what its record said: it goes with it. */
const pruneRecent = (ranges: readonly EntryRange[]): Statement => ({
  sql: 'DELETE FROM recent_call USING unnest($1::bigint[], $2::bigint[]) AS gone (first, beyond) WHERE entry >= first AND entry < beyond',
  params: [plainList(ranges.map(({ from }) => from)), plainList(ranges.map(({ to }) => to))],
});

async function eraseFromRecent(reader: Reader, erasedAmong: ErasedAmong): Promise<readonly Statement[]> {
  const sql = `SELECT DISTINCT subject FROM recent_call WHERE subject IS NOT NULL LIMIT ${SUBJECTS_MOST}`;
  const subjects = (await reader.read(sql, [], SUBJECTS_MOST)).flatMap(({ subject }) => subject ?? []);
  const erased = erasedAmong(subjects);
  if (erased.length === 0) return [];
  const emptied = PERSONAL.map((name) => `${name} = NULL`).join(', ');
  return [
    {
      sql: `UPDATE recent_call SET erased = true, ${emptied} WHERE subject = ANY($1::text[])`,
      params: [plainList(erased)],
    },
  ];
}
