// An erasure in the roll-ups: what was added up under groups of the erased person is added to the groups that name
// nobody, as if it had been folded there from the beginning, and the groups themselves are gone.
import type { ErasedAmong } from '../projector/projection.ts';
import { plainList } from '../store/columns.ts';
import type { Reader, Row, Statement } from '../store/database.ts';
import { mergeEntries } from './entry-lists.ts';
import { groupsOf, keepGroups, subjectsOf, withoutPerson } from './groups.ts';
import { SUM_COLUMNS } from './sums.ts';

const LISTS_MOST = 1_000_000;

export async function eraseFromRollups(reader: Reader, erasedAmong: ErasedAmong): Promise<readonly Statement[]> {
  const erased = erasedAmong(await subjectsOf(reader));
  if (erased.length === 0) return [];
  const sources = await groupsOf(reader, erased);
  const targets = sources.map(withoutPerson);
  const from = plainList(sources.map(({ grp }) => grp));
  const to = plainList(targets.map(({ grp }) => grp));
  const distinct = [...new Map(targets.map((group) => [group.grp, group])).values()];
  return [
    keepGroups(distinct),
    move('rollup_hour', 'hour', from, to),
    move('rollup_day', 'day', from, to),
    await moveLists(reader, from, to),
    ...['rollup_hour', 'rollup_day', 'rollup_entry', 'rollup_group'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE grp = ANY($1::uuid[])`,
      params: [from],
    })),
  ];
}

const MOVES = 'unnest($1::uuid[], $2::uuid[]) AS moved (source, target)';

function move(table: string, period: string, from: string, to: string): Statement {
  const names = SUM_COLUMNS.map(({ name }) => name);
  const summed = SUM_COLUMNS.map(({ name, type }) => `sum(old.${name})::${type}`).join(', ');
  const grown = names.map((name) => `${name} = kept.${name} + EXCLUDED.${name}`).join(', ');
  return {
    sql:
      `INSERT INTO ${table} AS kept (${period}, grp, ${names.join(', ')}) ` +
      `SELECT old.${period}, moved.target, ${summed} FROM ${table} AS old JOIN ${MOVES} ON old.grp = moved.source ` +
      `GROUP BY old.${period}, moved.target ON CONFLICT (${period}, grp) DO UPDATE SET ${grown}`,
    params: [from, to],
  };
}

/** Lists are merged here: the database would only append. */
async function moveLists(reader: Reader, from: string, to: string): Promise<Statement> {
  const sql = `
WITH leaving AS (
  SELECT old.hour, moved.target AS grp, old.part, old.entries FROM rollup_entry AS old JOIN ${MOVES} ON old.grp = moved.source
), staying AS (
  SELECT kept.hour, kept.grp, kept.part, kept.entries FROM rollup_entry AS kept
  JOIN (SELECT DISTINCT hour, grp, part FROM leaving) AS place USING (hour, grp, part)
)
SELECT hour, grp, part, encode(entries, 'hex') AS digits FROM leaving
UNION ALL SELECT hour, grp, part, encode(entries, 'hex') FROM staying LIMIT ${LISTS_MOST}`;
  const places = new Map<string, { readonly row: Row; readonly lists: string[] }>();
  for (const row of await reader.read(sql, [from, to], LISTS_MOST)) {
    const place = `${row['hour']} ${row['grp']} ${row['part']}`;
    const held = places.get(place) ?? { row, lists: [] };
    held.lists.push(row['digits'] ?? '');
    places.set(place, held);
  }
  const rows = [...places.values()];
  return {
    sql: `INSERT INTO rollup_entry (hour, grp, part, entries)
SELECT hour, grp, part, decode(digits, 'hex') FROM unnest($1::integer[], $2::uuid[], $3::integer[], $4::text[]) AS new (hour, grp, part, digits)
ON CONFLICT (hour, grp, part) DO UPDATE SET entries = EXCLUDED.entries`,
    params: [
      plainList(rows.map(({ row }) => row['hour'] ?? null)),
      plainList(rows.map(({ row }) => row['grp'] ?? null)),
      plainList(rows.map(({ row }) => row['part'] ?? null)),
      plainList(rows.map(({ row, lists }) => mergeEntries(Number(row['part']), lists))),
    ],
  };
}
