// The questions that the projector asks of its tables, answered from simulated ones: each form by its pattern.
import { databaseError } from './database-error.ts';
import { listOf, shown, type Row, type Table, type Tables } from './tables.ts';

type Params = readonly (string | null)[];
type Read = (tables: Tables, params: Params) => readonly Row[];

const known = new Map<string, Read>();

export function read(tables: Tables, sql: string, params: Params): readonly Row[] {
  let question = known.get(sql);
  if (question === undefined) {
    for (const [pattern, make] of FORMS) {
      const match = pattern.exec(sql);
      if (match === null) continue;
      question = make(match);
      break;
    }
    if (question === undefined) throw new Error(`the simulated database does not understand: ${sql.slice(0, 200)}`);
    known.set(sql, question);
  }
  return question(tables, params);
}

const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray) => Read])[] = [
  [
    /^SELECT (\w+(?:, \w+)*) FROM (\w+) LIMIT \d+$/,
    ([, columns = '', name = '']) =>
      (tables) =>
        select(tables, name, columns),
  ],
  [
    /^SELECT (\w+(?:, \w+)*) FROM (\w+) WHERE (\w+) = \$1 LIMIT 1$/,
    ([, columns = '', name = '', column = '']) =>
      (tables, [value]) =>
        select(tables, name, columns, (row) => row[column] === value),
  ],
  [
    /^SELECT (\w+(?:, \w+)*) FROM (\w+) WHERE (\w+) = ANY\(\$1::text\[\]\)(?: ORDER BY (\w+))? LIMIT \d+$/,
    ([, columns = '', name = '', column = '', order]) =>
      (tables, [list]) => {
        const asked = new Set(listOf(list));
        const rows = select(tables, name, columns, (row) => row[column] !== null && asked.has(row[column] ?? null));
        return order === undefined ? rows : rows.toSorted((a, b) => ((a[order] ?? '') < (b[order] ?? '') ? -1 : 1));
      },
  ],
  [
    /^SELECT DISTINCT subject FROM (\w+) WHERE subject IS NOT NULL LIMIT \d+$/,
    ([, name = '']) => distinctSubjects(name),
  ],
  [/^\s*WITH leaving AS \([^]*FROM rollup_entry AS old[^]*UNION ALL[^]*LIMIT \d+$/, () => lists],
  [
    /^\s*SELECT CASE WHEN seen\.total > seen\.floor [^]*FROM projection WHERE name = '([^']*)'\s+\) AS seen LIMIT 1$/,
    newest,
  ],
  [
    /^SELECT (.*\)) = ((?:\(|COALESCE).*) AS sound LIMIT 1$/,
    ([, one = '', other = '']) => sound(amount(one), amount(other)),
  ],
];

function tableOf(tables: Tables, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw databaseError('42P01', `relation "${name}" does not exist`);
  return table;
}

function select(
  tables: Tables,
  name: string,
  columns: string,
  where: (row: Row) => boolean = () => true,
): readonly Row[] {
  const names = columns.split(', ');
  const rows = [...tableOf(tables, name).rows.values()].filter(where);
  return rows.map((row) => Object.fromEntries(names.map((column) => [column, row[column] ?? null])));
}

const distinctSubjects =
  (name: string): Read =>
  (tables) => {
    const subjects = new Set([...tableOf(tables, name).rows.values()].map(({ subject }) => subject ?? null));
    subjects.delete(null);
    return [...subjects].map((subject) => ({ subject }));
  };

/** Lists of entries that an erasure moves, and those that stand where they go. */
const lists: Read = (tables, [from, to]) => {
  const targets = listOf(to).map((value) => shown('uuid', value));
  const target = new Map(listOf(from).map((value, i) => [shown('uuid', value), targets[i] ?? null]));
  const { rows } = tableOf(tables, 'rollup_entry');
  const leaving = [...rows.values()].flatMap((row) => {
    const grp = target.get(row['grp'] ?? null);
    return grp === undefined ? [] : [{ ...row, grp }];
  });
  const places = new Set(leaving.map((row: Row) => `${row['hour']} ${row['grp']} ${row['part']}`));
  const staying = [...rows].filter(([key]) => places.has(key)).map(([, row]) => row);
  return [...leaving, ...staying].map((row: Row) => ({
    hour: row['hour'] ?? null,
    grp: row['grp'] ?? null,
    part: row['part'] ?? null,
    digits: row['entries']?.slice(2) ?? null,
  }));
};

const sound =
  (one: (tables: Tables) => number, other: (tables: Tables) => number): Read =>
  (tables) => [{ sound: one(tables) === other(tables) ? 't' : 'f' }];

/** Whether the newest call has its row; one that came before records were pruned may be gone. */
function newest([, name = '']: RegExpExecArray): Read {
  return (tables) => {
    const rows = Math.max(-1, ...[...tableOf(tables, 'recent_call').rows.keys()].map(Number)) + 1;
    const carried = tableOf(tables, 'projection').rows.get(name)?.['carried']?.split(' ') ?? [];
    const [sum, floor] = [Number(carried[0] ?? 0), Number(carried[1] ?? 0)];
    return [{ sound: (sum > floor ? rows === sum : rows <= sum) ? 't' : 'f' }];
  };
}

/** One side of a check. */
function amount(text: string): (tables: Tables) => number {
  const sum = /^\(SELECT COALESCE\(sum\((\w+)\), 0\) FROM (\w+)(?: WHERE (\w+) = '(\w+)')?\)$/.exec(text);
  if (sum !== null) {
    const [, column = '', name = '', where, value] = sum;
    return (tables) =>
      total(
        [...tableOf(tables, name).rows.values()].filter((row) => where === undefined || row[where] === value),
        (row) => Number(row[column]),
      );
  }
  const length = /^\(SELECT COALESCE\(sum\(octet_length\((\w+)\)\), 0\) \/ 2 FROM (\w+)\)$/.exec(text);
  if (length !== null) {
    const [, column = '', name = ''] = length;
    return (tables) => total([...tableOf(tables, name).rows.values()], (row) => ((row[column]?.length ?? 2) - 2) / 4);
  }
  const lists = /^\(SELECT COALESCE\(sum\(each\), 0\) FROM (\w+), unnest\((\w+)\) AS each\)$/.exec(text);
  if (lists !== null) {
    const [, name = '', column = ''] = lists;
    const sum = (row: Row): number => listOf(row[column]).reduce((so, value) => so + Number(value), 0);
    return (tables) => total([...tableOf(tables, name).rows.values()], sum);
  }
  const count = /^\(SELECT count\(\*\) FROM (\w+)\)$/.exec(text)?.[1];
  if (count !== undefined) return (tables) => tableOf(tables, count).rows.size;
  throw new Error(`the simulated database does not understand: ${text}`);
}

const total = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
