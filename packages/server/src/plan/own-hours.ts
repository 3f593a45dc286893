// The demand of a plan from an instance's own receipts: hours of the roll-ups where an instance runs, the same sums folded from the log
// where none does. Hours follow one another up to the last whole one: an hour without a call is an hour of zero.
import { closedPartOf, type Journal } from '@weighbridge/journal';
import { AppError } from '@weighbridge/kernel';
import type { OwnHours, TokenClass as UnitClass, WantedRows } from '@weighbridge/planner';
import { DAY_MS, GROUPS, HOUR_MS, TOKEN_CLASSES, type Period, type TokenClass } from '@weighbridge/protocol';
import { closedFact } from '../closing/closing.ts';
import { decidedRoutes } from '../closing/decided-routes.ts';
import { dimensionsOf, GROUP_DIMENSIONS, type Dimensions } from '../projections/groups.ts';
import { Sums } from '../projections/sums.ts';
import { decode } from '../projector/decode.ts';
import { NO_REQUEST, type HourRow } from '../queries/hours.ts';

/** What a seller's unit calls a class of ours; null: no unit counts it. */
const UNIT_CLASSES: Readonly<Record<TokenClass, UnitClass | null>> = {
  input: 'input',
  cache_read: 'cache_read',
  cache_write_5m: 'cache_write_5m',
  cache_write_1h: 'cache_write_1h',
  input_audio: 'audio_in',
  cache_read_audio: null,
  input_image: 'image_in',
  output: 'output',
  reasoning: 'reasoning',
  output_audio: null,
  output_image: null,
};

export type HourFilters = Extract<WantedRows, { is: 'own' }>['filters'];

/** The last whole hours. */
export const lastDays = (now: number, days: number): Period => {
  const until = Math.floor(now / HOUR_MS) * HOUR_MS;
  return { since: Math.max(0, until - days * DAY_MS), until };
};

/** `rows` in order, those without a call left out; `until`: the end of the last hour. */
export function ownHoursFrom(rows: readonly HourRow[], until: number, simulated: boolean): OwnHours {
  const [first] = rows;
  if (first === undefined) return { receipts: [], simulated, left_out: 0 };
  const held = new Map(rows.map((row) => [row.at, row]));
  const count = Math.max(1, Math.ceil((until - first.at) / HOUR_MS));
  let left_out = 0;
  const receipts = Array.from({ length: count }, (_, index) => {
    const at = first.at + index * HOUR_MS;
    const row = held.get(at);
    const tokens: Partial<Record<UnitClass, number>> = {};
    for (const name of TOKEN_CLASSES) {
      const unit = UNIT_CLASSES[name];
      const used = row?.tokens[name] ?? 0;
      if (unit === null) left_out += used;
      else if (used > 0) tokens[unit] = used;
    }
    return { hour: new Date(at).toISOString().replace('.000Z', 'Z'), requests: row?.requests ?? 0, tokens };
  });
  return { receipts, simulated, left_out };
}

interface Cell {
  readonly hour: number;
  readonly decided: string;
  requests: number;
  readonly sums: Sums;
}

/** As the roll-ups have them. Throws RECORD_PRUNED where records went before their books were closed. */
export function hoursAtRest(journal: Journal, { since, until }: Period, filters: HourFilters): readonly HourRow[] {
  const [from, to] = [Math.floor(since / HOUR_MS), Math.ceil(until / HOUR_MS)];
  const cells = new Map<string, Cell>();
  const cellAt = (hour: number, decided: string): Cell => {
    const place = `${hour} ${decided}`;
    const held = cells.get(place) ?? { hour, decided, requests: 0, sums: new Sums() };
    cells.set(place, held);
    return held;
  };
  const { route, ...others } = filters;
  const pruned = journal.pruned();
  for (const part of pruned.flatMap(({ closed }) => closed))
    for (const row of closedFact(journal, part).figures.rows) {
      if (row.hour < from || row.hour >= to || !passes(row.dimensions, filters)) continue;
      const cell = cellAt(row.hour, '');
      cell.sums.addSums(row.sums);
      if (isRequest(row.dimensions)) cell.requests += row.entries.length;
    }
  const bounds = { since: from * HOUR_MS, until: to * HOUR_MS };
  for (const record of journal.records({ kinds: ['call'], ...bounds, pruned: 'leaf' }, GROUPS)) {
    if (closedPartOf(record.index, pruned) !== undefined) continue;
    if (record.pruned === true)
      throw new AppError('RECORD_PRUNED', `calls of the period were pruned without their books being closed`, {
        next: 'ask for a later period',
      });
    const fact = decode(record);
    if (fact.kind !== 'call' || !passes(dimensionsOf(fact), others)) continue;
    const cell = cellAt(Math.floor(fact.at / HOUR_MS), route === undefined ? '' : fact.decided);
    cell.sums.add(fact);
    if (isRequest(dimensionsOf(fact))) cell.requests += 1;
  }
  const digests = new Set([...cells.values()].flatMap(({ decided }) => (decided === '' ? [] : [decided])));
  const routes = route === undefined ? null : decidedRoutes(journal, digests, journal.checkpoint().size);
  const kept = [...cells.values()].filter(({ decided }) => decided === '' || routes?.get(decided) === route);
  return rowsOf(kept);
}

function rowsOf(cells: readonly Cell[]): HourRow[] {
  return [...Map.groupBy(cells, ({ hour }) => hour)]
    .toSorted(([a], [b]) => a - b)
    .map(([hour, held]) => {
      const sums = new Sums();
      for (const cell of held) sums.addSums(cell.sums);
      const named = sums.named();
      return {
        at: hour * HOUR_MS,
        requests: held.reduce((sum, { requests }) => sum + requests, 0),
        tokens: Object.fromEntries(
          TOKEN_CLASSES.flatMap((name) => {
            const count = Number(named[`tokens_${name}`] ?? 0);
            return count === 0 ? [] : [[name, count]];
          }),
        ),
      };
    });
}

const { personal, served } = GROUP_DIMENSIONS;
const placeOf = (name: string): number => {
  const at = (personal as readonly string[]).indexOf(name);
  return at >= 0 ? at : GROUP_DIMENSIONS.erased + 1 + (served as readonly string[]).indexOf(name);
};
const OUTCOME = placeOf('outcome');

const isRequest = (dimensions: Dimensions): boolean =>
  !(NO_REQUEST as readonly unknown[]).includes(dimensions[OUTCOME]);

const passes = (dimensions: Dimensions, filters: HourFilters): boolean =>
  Object.entries(filters).every(([name, value]) => dimensions[placeOf(name)] === value);
