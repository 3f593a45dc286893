// Judges the tables by the log: each projection holds what the entries before its place come to, each of them once, and its
// place is within what a checkpoint covers. An independent fold: no code of the projector or of its database is used.
import { createHash } from 'node:crypto';
import type { Row, Tables } from '../store/tables.ts';
import { HOUR_MS, type KnownCall, type KnownLog } from './facts.ts';

const PART_ENTRIES = 65_536;
const HOURS_A_DAY = 24;
const PROJECTIONS = ['rollups', 'latency', 'recent calls', 'administration'] as const;

/** `last`: at the end of a run, where all that is sealed has to be there, and nobody who was erased. */
export function checkTables(
  tables: Tables,
  log: KnownLog,
  { size, origin }: { readonly size: number; readonly origin: string },
  last: boolean,
): string[] {
  const rows = tables.get('projection')?.rows;
  const problems: string[] = [];
  let most = 0;
  for (const name of PROJECTIONS) {
    const row = rows?.get(name);
    if (row === undefined) {
      if (last) problems.push(`there are no tables of "${name}"`);
      continue;
    }
    // Tables of a log that was superseded are seen to be of it, and are folded again.
    if (row['origin'] !== origin && !last) return problems;
    if (row['origin'] !== origin) problems.push(`"${name}" is of the log ${row['origin']}`);
    const next = Number(row['next_entry']);
    most = Math.max(most, next);
    if (next > size) problems.push(`"${name}" is ahead: it holds ${next} entries, and ${size} are sealed`);
    if (last && next < size) problems.push(`"${name}" holds ${next} of ${size} entries`);
    if (next > 0 && row['last_leaf'] !== digestOf(log.leaves[next - 1]))
      problems.push(`"${name}" does not name the leaf before its place ${next}`);
    problems.push(...CHECKS[name](tables, log, next, last).map((problem) => `${name} at ${next}: ${problem}`));
  }
  for (const [digest, { entry, route }] of log.decided) {
    const row = tables.get('decision')?.rows.get(digest);
    if (entry < most && (row?.['route'] !== route || row['entry'] !== String(entry)))
      problems.push(`the decision of entry ${entry} is not the one that is kept`);
  }
  return problems;
}

const digestOf = (leaf: Buffer | undefined): string =>
  createHash('sha256')
    .update(leaf ?? '')
    .digest('base64url');

type Check = (tables: Tables, log: KnownLog, next: number, last: boolean) => string[];

const CHECKS: Readonly<Record<(typeof PROJECTIONS)[number], Check>> = {
  rollups: checkRollups,
  latency: checkLatency,
  'recent calls': checkRecent,
  administration: checkAdministration,
};

const rowsOf = (tables: Tables, name: string): Row[] => [...(tables.get(name)?.rows.values() ?? [])];
const before = (log: KnownLog, next: number): KnownCall[] => log.calls.filter(({ entry }) => entry < next);

function checkRollups(tables: Tables, log: KnownLog, next: number, last: boolean): string[] {
  const problems: string[] = [];
  const calls = new Map(before(log, next).map((call) => [call.entry, call]));
  const groups = new Map(rowsOf(tables, 'rollup_group').map((row) => [row['grp'], row]));
  const seen = new Map<number, number>();
  const hours = new Map<string, Record<string, number>>();
  const days = new Map<string, Record<string, number>>();
  for (const list of rowsOf(tables, 'rollup_entry')) {
    const { hour, grp } = list;
    for (const entry of entriesOf(list)) {
      seen.set(entry, (seen.get(entry) ?? 0) + 1);
      const call = calls.get(entry);
      if (call === undefined) continue;
      if (Math.floor(call.at / HOUR_MS) !== Number(hour)) problems.push(`call ${entry} is in hour ${hour}`);
      const wrong = groupDiffers(call, groups.get(grp ?? null), last);
      if (wrong !== null) problems.push(`call ${entry} is in a group of another ${wrong}`);
      add(hours, `${hour} ${grp}`, call.adds);
      add(days, `${Math.floor(Number(hour) / HOURS_A_DAY)} ${grp}`, call.adds);
    }
  }
  problems.push(...differences('rollup_hour', tables, hours), ...differences('rollup_day', tables, days));
  return [...problems, ...once(calls, seen)];
}

/** Each call once, and nothing else. */
function once(calls: ReadonlyMap<number, KnownCall>, seen: ReadonlyMap<number, number>): string[] {
  const lost = [...calls.keys()].filter((entry) => !seen.has(entry));
  const strange = [...seen.keys()].filter((entry) => !calls.has(entry));
  const doubled = [...seen].filter(([, times]) => times > 1);
  return [
    ...lost.map((entry) => `call ${entry} is lost`),
    ...strange.map((entry) => `entry ${entry} is there, and is no call before the place`),
    ...doubled.map(([entry, times]) => `call ${entry} is there ${times} times`),
  ];
}

function entriesOf(list: Row): number[] {
  const bytes = Buffer.from(list['entries']?.slice(2) ?? '', 'hex');
  const entries: number[] = [];
  for (let at = 0; at < bytes.length; at += 2)
    entries.push(Number(list['part']) * PART_ENTRIES + bytes.readUInt16BE(at));
  return entries;
}

/** Which dimension is another one; null: none. */
function groupDiffers(call: KnownCall, group: Row | undefined, last: boolean): string | null {
  if (group === undefined) return 'log';
  if (group['outcome'] !== call.outcome) return 'outcome';
  if (group['deployment'] !== call.deployment) return 'deployment';
  if (call.route !== undefined && group['route'] !== call.route) return 'route';
  return personDiffers(call, group, last);
}

function personDiffers(call: KnownCall, row: Row, last: boolean): string | null {
  if (!last || call.erased === undefined) return null;
  if (row['erased'] !== (call.erased ? 't' : 'f')) return 'state of erasure';
  if (row['team'] !== call.team) return 'team';
  return (row['subject'] === null) === call.erased ? null : 'subject';
}

function add(sums: Map<string, Record<string, number>>, place: string, adds: KnownCall['adds']): void {
  const held = sums.get(place) ?? {};
  for (const [column, value] of Object.entries(adds)) held[column] = (held[column] ?? 0) + value;
  sums.set(place, held);
}

function differences(name: string, tables: Tables, sums: ReadonlyMap<string, Record<string, number>>): string[] {
  const there = tables.get(name)?.rows ?? new Map<string, Row>();
  const problems = [...there.keys()]
    .filter((place) => !sums.has(place))
    .map((place) => `${name} has a row ${place} of nothing`);
  for (const [place, columns] of sums) {
    const row = there.get(place);
    const wrong = Object.keys(columns).find((column) => Number(row?.[column]) !== columns[column]);
    if (wrong !== undefined) problems.push(`${name}: ${wrong} of ${place} is ${row?.[wrong]}, not ${columns[wrong]}`);
  }
  return problems;
}

/** Of each hour and day: calls that completed, and those of them that say when their first token came. */
function checkLatency(tables: Tables, log: KnownLog, next: number): string[] {
  const completed = before(log, next).filter(({ outcome }) => outcome === 'completed');
  const problems: string[] = [];
  for (const [period, hours] of [
    ['hour', 1],
    ['day', HOURS_A_DAY],
  ] as const) {
    const expected = new Map<string, Record<string, number>>();
    const found = new Map<string, Record<string, number>>();
    for (const { at, ttft } of completed) {
      const place = Math.floor(at / HOUR_MS / hours);
      add(expected, `${place} 0`, { calls: 1 });
      if (ttft) add(expected, `${place} 1`, { calls: 1 });
    }
    for (const row of rowsOf(tables, `latency_${period}`))
      if (Number(row['metric']) <= 1) add(found, `${row[period]} ${row['metric']}`, { calls: callsOf(row) });
    for (const place of new Set([...expected.keys(), ...found.keys()])) {
      const [one, other] = [found.get(place)?.['calls'] ?? 0, expected.get(place)?.['calls'] ?? 0];
      if (one !== other) problems.push(`latency of ${period} ${place} is of ${one} calls, not ${other}`);
    }
  }
  return problems;
}

/** A number, or a list of them: one for each bucket. */
const callsOf = ({ calls }: Row): number =>
  (calls ?? '0').split(/[{},]/).reduce((sum, value) => sum + Number(value), 0);

/** The newest so many, in the order of the log. */
function checkRecent(tables: Tables, log: KnownLog, next: number, last: boolean): string[] {
  const calls = before(log, next);
  const seen = new Map<number, number>();
  const problems: string[] = [];
  const rows = rowsOf(tables, 'recent_call');
  const first = Math.min(calls.length, ...rows.map(({ n }) => Number(n)));
  for (const row of rows) {
    const entry = Number(row['entry']);
    seen.set(entry, (seen.get(entry) ?? 0) + 1);
    const call = calls[Number(row['n'])];
    if (call?.entry !== entry) problems.push(`row ${row['n']} is entry ${entry}, not ${call?.entry}`);
    if (call?.entry !== entry) continue;
    const same = row['id'] === call.id && row['outcome'] === call.outcome && row['deployment'] === call.deployment;
    if (!same || Number(row['billed'] ?? 0) !== call.adds['billed'])
      problems.push(`row ${row['n']} says something else`);
    if (call.route !== undefined && row['route'] !== call.route) problems.push(`row ${row['n']} has another route`);
    const wrong = personDiffers(call, row, last);
    if (wrong !== null) problems.push(`row ${row['n']} has another ${wrong}`);
  }
  // What was dropped is beyond the bound.
  const kept = calls.slice(calls.length - first >= Math.min(64, calls.length) ? first : 0);
  return [...problems, ...once(new Map(kept.map((call) => [call.entry, call])), seen)];
}

const OF_KIND = { admin_alert: 'alert', admin_configuration: 'config', admin_erasure: 'erasure' } as const;

function checkAdministration(tables: Tables, log: KnownLog, next: number): string[] {
  const entries = log.entries.filter(({ entry }) => entry < next);
  const problems: string[] = [];
  for (const [name, kind] of Object.entries(OF_KIND)) {
    const expected = entries.filter((each) => each.kind === kind).map(({ entry }) => String(entry));
    const found = rowsOf(tables, name).map(({ entry }) => entry);
    if (found.toSorted().join() !== expected.toSorted().join())
      problems.push(`${name} has entries ${found.join()}, not ${expected.join()}`);
  }
  const hours = new Map<string, Record<string, number>>();
  const ends = new Map<string, readonly [number, number]>();
  for (const { entry, kind, hour, bytes } of entries) {
    const place = `${hour} ${kind}`;
    add(hours, place, { entries: 1, leaf_bytes: bytes });
    ends.set(place, [ends.get(place)?.[0] ?? entry, entry]);
  }
  for (const row of rowsOf(tables, 'admin_log')) {
    const [first, latest] = ends.get(`${row['hour']} ${row['kind']}`) ?? [];
    if (row['first_entry'] !== String(first) || row['last_entry'] !== String(latest))
      problems.push(
        `admin_log of ${row['hour']} ${row['kind']} goes from ${row['first_entry']} to ${row['last_entry']}`,
      );
  }
  return [...problems, ...differences('admin_log', tables, hours)];
}
