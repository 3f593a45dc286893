// Calls added up by hour and by day over every dimension there is. Rows are whole numbers that any query can add up
// further, and each hour's row has the list of its calls. Day rows are the sums of their hours.
import { DAY_MS, HOUR_MS } from '@weighbridge/protocol';
import type { Fact } from '../projector/facts.ts';
import type { Fold, Folded, Projection } from '../projector/projection.ts';
import { definitions, plainList, type Column } from '../store/columns.ts';
import { addTo } from './additive.ts';
import { ByDimensions, ByHour } from './by-dimensions.ts';
import { encodeEntries, PART_ENTRIES, partOf } from './entry-lists.ts';
import { dimensionsOf, GROUP_TABLE, groupOf, keepGroups, type Dimensions, type Group } from './groups.ts';
import { eraseFromRollups } from './rollup-erasure.ts';
import { SUM_COLUMNS, sumLists, Sums } from './sums.ts';

const HOUR_KEYS: readonly Column[] = [
  { name: 'hour', type: 'integer' },
  { name: 'grp', type: 'uuid' },
];
const DAY_KEYS: readonly Column[] = [
  { name: 'day', type: 'integer' },
  { name: 'grp', type: 'uuid' },
];
const HOURS_A_DAY = DAY_MS / HOUR_MS;

/** Rows are updated in place while their hour lasts: the space left in each page is for that. */
const SCHEMA = `
${GROUP_TABLE}
CREATE TABLE rollup_hour (
${definitions([...HOUR_KEYS, ...SUM_COLUMNS])},
  PRIMARY KEY (hour, grp)
) WITH (fillfactor = 70);
CREATE TABLE rollup_day (
${definitions([...DAY_KEYS, ...SUM_COLUMNS])},
  PRIMARY KEY (day, grp)
) WITH (fillfactor = 70);
CREATE TABLE rollup_entry (
  hour integer NOT NULL,
  grp uuid NOT NULL,
  part integer NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (hour, grp, part)
) WITH (fillfactor = 70);
ALTER TABLE rollup_entry ALTER COLUMN entries SET STORAGE EXTERNAL;
`;

const ADD_HOURS = addTo('rollup_hour', HOUR_KEYS, SUM_COLUMNS);
const ADD_DAYS = addTo('rollup_day', DAY_KEYS, SUM_COLUMNS);
const ADD_ENTRIES = `INSERT INTO rollup_entry AS kept (hour, grp, part, entries)
SELECT hour, grp, part, decode(digits, 'hex') FROM unnest($1::integer[], $2::uuid[], $3::integer[], $4::text[]) AS new (hour, grp, part, digits)
ON CONFLICT (hour, grp, part) DO UPDATE SET entries = kept.entries || EXCLUDED.entries`;

export const rollups: Projection = {
  name: 'rollups',
  version: 1,
  tables: [
    { name: 'rollup_group', key: ['grp'] },
    { name: 'rollup_hour', key: ['hour', 'grp'] },
    { name: 'rollup_day', key: ['day', 'grp'] },
    { name: 'rollup_entry', key: ['hour', 'grp', 'part'] },
  ],
  schema: SCHEMA,
  kinds: ['call'],
  checks: [
    `SELECT (SELECT COALESCE(sum(calls), 0) FROM rollup_hour) = (SELECT COALESCE(sum(calls), 0) FROM rollup_day) AS sound LIMIT 1`,
    `SELECT (SELECT COALESCE(sum(calls), 0) FROM rollup_hour) = (SELECT COALESCE(sum(octet_length(entries)), 0) / 2 FROM rollup_entry) AS sound LIMIT 1`,
  ],
  begin: () => new RollupFold(),
  erase: eraseFromRollups,
};

/** What one group came to in one hour. */
interface Cell {
  readonly hour: number;
  readonly group: Group;
  readonly sums: Sums;
  readonly entries: number[];
}

/** Each cell becomes a row of its hour, one of its day, and a list of entries. */
const ROWS_A_CELL = 3;

class RollupFold implements Fold {
  readonly #groups = new ByDimensions<Group>();
  readonly #cells = new ByHour<Cell>();

  get rows(): number {
    return this.#cells.size * ROWS_A_CELL;
  }

  add(fact: Fact): void {
    if (fact.kind === 'call') {
      const cell = this.#cell(Math.floor(fact.at / HOUR_MS), dimensionsOf(fact));
      cell.sums.add(fact);
      cell.entries.push(fact.entry);
    }
    if (fact.kind !== 'closed') return;
    for (const { hour, dimensions, sums, entries } of fact.figures.rows) {
      const cell = this.#cell(hour, dimensions);
      cell.sums.addSums(sums);
      cell.entries.push(...entries);
    }
  }

  finish(): Folded {
    const cells = this.#cells.values();
    if (cells.length === 0) return { statements: [], carried: '' };
    const hours = [plainList(cells.map(({ hour }) => hour)), plainList(cells.map(({ group }) => group.grp))];
    const statements = [
      keepGroups(this.#groups.values()),
      { sql: ADD_HOURS, params: [...hours, ...sumLists(cells.map(({ sums }) => sums))] },
      addDays(cells),
      addEntries(cells),
    ];
    return { statements, carried: '' };
  }

  #cell(hour: number, dimensions: Dimensions): Cell {
    return this.#cells.at(hour, dimensions, () => ({
      hour,
      group: this.#groups.at(dimensions, () => groupOf(dimensions)),
      sums: new Sums(),
      entries: [],
    }));
  }
}

function addDays(cells: readonly Cell[]) {
  const days = new Map<string, { day: number; grp: string; sums: Sums }>();
  for (const { hour, group, sums } of cells) {
    const day = Math.floor(hour / HOURS_A_DAY);
    const place = `${day} ${group.grp}`;
    const held = days.get(place) ?? { day, grp: group.grp, sums: new Sums() };
    held.sums.addSums(sums);
    days.set(place, held);
  }
  const rows = [...days.values()];
  const keys = [plainList(rows.map(({ day }) => day)), plainList(rows.map(({ grp }) => grp))];
  return { sql: ADD_DAYS, params: [...keys, ...sumLists(rows.map(({ sums }) => sums))] };
}

function addEntries(cells: readonly Cell[]) {
  const hours: number[] = [];
  const groups: string[] = [];
  const parts: number[] = [];
  const digits: string[] = [];
  for (const { hour, group, entries } of cells) {
    for (let from = 0; from < entries.length;) {
      const part = partOf(entries[from] ?? 0);
      let to = from + 1;
      while (to < entries.length && (entries[to] ?? 0) < (part + 1) * PART_ENTRIES) to += 1;
      hours.push(hour);
      groups.push(group.grp);
      parts.push(part);
      digits.push(encodeEntries(entries.slice(from, to)));
      from = to;
    }
  }
  return { sql: ADD_ENTRIES, params: [hours, groups, parts, digits].map((list) => plainList(list)) };
}
