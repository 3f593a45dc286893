// What sellers' records say, row by row, and which requests crossed: what coverage is made of. Rows stand once their import is closed,
// until a later one takes their place; they stay, marked. A request that a seller names is matched to the call that bore its id by
// whichever of the two is folded last. Ids of calls are kept as far back as a match may come: so many entries.
import { createHash } from 'node:crypto';
import {
  DAY_MS,
  TOKEN_CLASSES,
  type ObservedChange,
  type ObservedHead,
  type ObservedPart,
} from '@weighbridge/protocol';
import { moneyFromDecimal, type Money } from '@weighbridge/kernel';
import type { EntryRange } from '@weighbridge/journal';
import type { CallFact } from '../projector/call-fact.ts';
import type { Fact } from '../projector/facts.ts';
import type { Fold, Folded, Projection } from '../projector/projection.ts';
import { namesOf, plainList, textList, unnest, type Column } from '../store/columns.ts';
import type { Statement } from '../store/database.ts';

type Cell = string | number | bigint | null;
interface RowColumn extends Column {
  readonly free?: true;
  readonly of: (row: Placed) => Cell;
}

interface Placed {
  readonly entry: number;
  readonly n: number;
  readonly part: ObservedPart;
  readonly row: ObservedPart['rows'][number];
}

const free = { free: true } as const;
const COLUMNS: readonly RowColumn[] = [
  { name: 'entry', type: 'bigint', of: ({ entry }) => entry },
  { name: 'n', type: 'integer', of: ({ n }) => n },
  { name: 'import', type: 'text', of: ({ part }) => part.import },
  { name: 'source', type: 'text', of: ({ part }) => part.source },
  { name: 'scope', type: 'text', ...free, of: ({ part }) => part.scope },
  { name: 'seller', type: 'text', ...free, of: ({ part }) => part.seller },
  { name: 'day', type: 'integer', of: ({ row }) => Math.floor(row.from / DAY_MS) },
  { name: 'since', type: 'bigint', of: ({ row }) => row.from },
  { name: 'until', type: 'bigint', of: ({ row }) => row.to },
  { name: 'model', type: 'text', ...free, of: ({ row }) => row.model ?? null },
  { name: 'owner', type: 'text', ...free, of: ({ row }) => row.owner ?? null },
  { name: 'person', type: 'text', ...free, of: ({ row }) => row.user ?? null },
  { name: 'service', type: 'text', ...free, of: ({ row }) => row.service ?? null },
  { name: 'requests', type: 'numeric', of: ({ row }) => pico(row.requests) },
  ...TOKEN_CLASSES.map((name) => ({
    name: `tokens_${name}`,
    type: 'bigint',
    of: ({ row }: Placed) => (row.tokens === undefined ? null : (row.tokens[name] ?? 0)),
  })),
  { name: 'money', type: 'numeric', of: ({ row }) => pico(row.money) },
  { name: 'currency', type: 'text', ...free, of: ({ row }) => row.currency ?? null },
  { name: 'identity', type: 'uuid', of: ({ row }) => (row.id === undefined ? null : uuidOf(row.id)) },
  { name: 'request', type: 'uuid', of: ({ row }) => (row.request === undefined ? null : uuidOf(row.request)) },
];

const pico = (text: string | undefined): Money | null => (text === undefined ? null : moneyFromDecimal(text));

/** 128 bits of SHA-256: as much of an id as is needed to know it again. */
export const uuidOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 32);

const SCHEMA = `
CREATE TABLE observed_row (
  ${COLUMNS.map(({ name, type }) => `${name} ${type}`).join(',\n  ')},
  state smallint NOT NULL DEFAULT 0,
  crossed bigint,
  PRIMARY KEY (entry, n)
);
CREATE INDEX observed_row_import ON observed_row (import);
CREATE INDEX observed_row_day ON observed_row (day) WHERE state = 1;
CREATE INDEX observed_row_identity ON observed_row (identity) WHERE identity IS NOT NULL;
CREATE INDEX observed_row_request ON observed_row (request) WHERE request IS NOT NULL;
CREATE TABLE observed_span (
  entry bigint NOT NULL,
  n integer NOT NULL,
  source text NOT NULL,
  scope text NOT NULL,
  seller text NOT NULL,
  since bigint NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (entry, n)
);
CREATE TABLE crossed_request (
  request uuid NOT NULL,
  entry bigint NOT NULL,
  at bigint NOT NULL,
  deployment text NOT NULL,
  PRIMARY KEY (request, entry)
);
CREATE INDEX crossed_request_entry ON crossed_request (entry);
CREATE INDEX crossed_request_at ON crossed_request (at);
`;

const INSERT_ROWS = `INSERT INTO observed_row (${namesOf(COLUMNS)}) SELECT * FROM ${unnest(COLUMNS)}`;

/** So many entries back a seller's record finds the calls that it is about. */
const REACH_ENTRIES = 3_000_000;
/** Ids beyond it go in pieces of so many entries, whatever the batches. */
const STEP_ENTRIES = 65_536;

const CROSSED: readonly Column[] = [
  { name: 'request', type: 'uuid' },
  { name: 'entry', type: 'bigint' },
  { name: 'at', type: 'bigint' },
  { name: 'deployment', type: 'text' },
];
const INSERT_CROSSED = `INSERT INTO crossed_request (${namesOf(CROSSED)}) SELECT * FROM ${unnest(CROSSED)} ON CONFLICT DO NOTHING`;
const MATCH_CALLS = `UPDATE observed_row AS o SET crossed = c.entry
FROM (SELECT request, min(entry) AS entry FROM ${unnest(CROSSED.slice(0, 2))} AS new (request, entry) GROUP BY request) AS c
WHERE o.request = c.request AND (o.crossed IS NULL OR o.crossed > c.entry)`;
const MATCH_ROWS = `UPDATE observed_row AS o SET crossed = c.entry
FROM (
  SELECT r.entry AS row_entry, r.n, min(k.entry) AS entry FROM observed_row AS r JOIN crossed_request AS k ON k.request = r.request
  WHERE r.entry >= $1::bigint AND r.entry <= $2::bigint AND k.entry >= r.entry - ${REACH_ENTRIES} GROUP BY r.entry, r.n
) AS c WHERE o.entry = c.row_entry AND o.n = c.n AND (o.crossed IS NULL OR o.crossed > c.entry)`;

export const observed: Projection = {
  name: 'observed',
  version: 1,
  tables: [
    { name: 'observed_row', key: ['entry', 'n'] },
    { name: 'observed_span', key: ['entry', 'n'] },
    { name: 'crossed_request', key: ['request', 'entry'] },
  ],
  schema: SCHEMA,
  kinds: ['call', 'observed'],
  checks: [],
  begin: () => new ObservedFold(),
  prune: (ranges) => [pruneRequests(ranges), pruneMatches(ranges)],
};

class ObservedFold implements Fold {
  readonly #rows: Placed[] = [];
  readonly #crossed: { readonly request: string; readonly fact: CallFact; readonly deployment: string }[] = [];
  readonly #heads: { readonly entry: number; readonly id: string; readonly head: ObservedHead }[] = [];
  #lastCall = -1;

  get rows(): number {
    return this.#rows.length + this.#crossed.length + this.#heads.length;
  }

  add(fact: Fact): void {
    if (fact.kind === 'call') {
      this.#lastCall = fact.entry;
      for (const { id, deployment } of fact.requests) this.#crossed.push({ request: uuidOf(id), fact, deployment });
      return;
    }
    if (fact.kind !== 'observed') return;
    const change = JSON.parse(fact.text) as ObservedChange;
    const { entry } = fact;
    if (change.action === 'import') this.#heads.push({ entry, id: fact.id, head: change });
    else for (const [n, row] of change.rows.entries()) this.#rows.push({ entry, n, part: change, row });
  }

  finish(): Folded {
    const statements = [...this.#keepRows(), ...this.#keepCrossed(), ...this.#heads.flatMap((one) => closing(one))];
    return { statements, carried: '' };
  }

  #keepRows(): readonly Statement[] {
    const rows = this.#rows;
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    const lists = COLUMNS.map((column) => {
      const values = rows.map((row) => column.of(row));
      return column.free === true ? textList(values as (string | null)[]) : plainList(values);
    });
    const insert = { sql: INSERT_ROWS, params: lists };
    if (rows.every(({ row }) => row.request === undefined)) return [insert];
    return [insert, { sql: MATCH_ROWS, params: [String(first.entry), String(last.entry)] }];
  }

  #keepCrossed(): readonly Statement[] {
    const crossed = this.#crossed;
    const beyond = Math.floor(this.#lastCall / STEP_ENTRIES) * STEP_ENTRIES - REACH_ENTRIES;
    const gone = { sql: 'DELETE FROM crossed_request WHERE entry < $1::bigint', params: [String(beyond)] };
    const dropped = beyond > 0 ? [gone] : [];
    if (crossed.length === 0) return dropped;
    const requests = plainList(crossed.map(({ request }) => request));
    const entries = plainList(crossed.map(({ fact }) => fact.entry));
    const rest = [plainList(crossed.map(({ fact }) => fact.at)), textList(crossed.map(({ deployment }) => deployment))];
    return [
      { sql: INSERT_CROSSED, params: [requests, entries, ...rest] },
      { sql: MATCH_CALLS, params: [requests, entries] },
      ...dropped,
    ];
  }
}

/** The import is whole: what it takes the place of no longer stands, and its own rows do. */
function closing({ entry, id, head }: { entry: number; id: string; head: ObservedHead }): readonly Statement[] {
  const { source, scope, seller, spans, replaces } = head;
  const superseded = replaces.map(({ from, to }) => ({
    sql: `UPDATE observed_row SET state = 2 WHERE source = $1 AND scope = $2 AND state = 1 AND since >= $3::bigint AND until <= $4::bigint AND import <> $5`,
    params: [source, scope, String(from), String(to), id],
  }));
  const columns: readonly Column[] = [
    { name: 'n', type: 'integer' },
    { name: 'since', type: 'bigint' },
    { name: 'until', type: 'bigint' },
  ];
  return [
    ...superseded,
    {
      sql: `UPDATE observed_row AS o SET state = 2 FROM observed_row AS new
WHERE new.import = $1 AND new.identity IS NOT NULL AND o.identity = new.identity AND o.source = $2 AND o.scope = $3 AND o.state = 1 AND o.import <> $1`,
      params: [id, source, scope],
    },
    { sql: 'UPDATE observed_row SET state = 1 WHERE import = $1', params: [id] },
    {
      sql: `INSERT INTO observed_span (entry, n, source, scope, seller, since, until)
SELECT $1::bigint, n, $2::text, $3::text, $4::text, since, until FROM ${unnest(columns, 5)} AS new (n, since, until)`,
      params: [
        String(entry),
        source,
        scope,
        seller,
        plainList(spans.map((_, n) => n)),
        plainList(spans.map(({ from }) => from)),
        plainList(spans.map(({ to }) => to)),
      ],
    },
  ];
}

/** What is kept of single calls goes with their records; what a seller says of them stays, and is matched to none of them. */
const pruneRequests = (ranges: readonly EntryRange[]): Statement => ({
  sql: 'DELETE FROM crossed_request USING unnest($1::bigint[], $2::bigint[]) AS gone (first, beyond) WHERE entry >= first AND entry < beyond',
  params: rangeLists(ranges),
});
const pruneMatches = (ranges: readonly EntryRange[]): Statement => ({
  sql: 'UPDATE observed_row SET crossed = NULL FROM unnest($1::bigint[], $2::bigint[]) AS gone (first, beyond) WHERE crossed >= first AND crossed < beyond',
  params: rangeLists(ranges),
});
const rangeLists = (ranges: readonly EntryRange[]): string[] => [
  plainList(ranges.map(({ from }) => from)),
  plainList(ranges.map(({ to }) => to)),
];
