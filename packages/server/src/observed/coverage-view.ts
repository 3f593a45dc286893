// Coverage as an answer: shares with their interval, the largest gaps, what nothing is known of, and what else to know. No arithmetic
// of coverage is done here; only quotients are taken and lists are cut.
import { SOURCE_READERS, type CoverageRow, type OurCell, type TrafficCoverage } from '@weighbridge/ledger';
import {
  DAY_MS,
  type CoverageRowView,
  type CoverageSide,
  type CoverageView,
  type Observed,
  type ObservedSource,
  type Period,
} from '@weighbridge/protocol';

interface Shown {
  readonly period: Period;
  readonly simulated: boolean;
  readonly coverage: TrafficCoverage;
  readonly record: Observed;
  /** What crossed in the hours that a record is about, and in all hours of the period. */
  readonly within: readonly OurCell[];
  readonly all: readonly OurCell[];
  readonly owned: (owner: string) => boolean;
}

const ROWS_MOST = 200;
const GAPS_MOST = 5;
const OWNERS_MOST = 50;

export function coverageView({ period, simulated, coverage, record, within, all, owned }: Shown): CoverageView {
  const { sellers, models, teams, days, exact } = coverage;
  const tokens = sellers.filter(({ unit }) => unit === 'tokens');
  const total = tokens.length === 0 ? null : tokens.reduce(plus, { theirs: 0, crossed: 0, over: 0, doubt: 0 });
  const shownDays = days.map(({ day, ...side }) => ({ day: day * DAY_MS, ...sideOf(side) }));
  const ranked = { models: models.map(rowOf), teams: teams.map(rowOf) };
  return {
    period,
    simulated,
    total: total === null ? null : sideOf(total),
    sellers: sellers.map(rowOf).slice(0, ROWS_MOST),
    models: ranked.models.slice(0, ROWS_MOST),
    teams: ranked.teams.slice(0, ROWS_MOST),
    days: shownDays,
    gaps: [...gapsIn('model', ranked.models), ...gapsIn('team', ranked.teams), ...gapDays(shownDays)],
    exact: exact.map((row) => ({
      seller: row.seller,
      matched: row.matched,
      only_theirs: row.onlyTheirs,
      only_ours: row.onlyOurs,
    })),
    unknown: unknownOf(within, all, new Set(record.spans.map(({ seller }) => seller))),
    records: recordsOf(record),
    users: record.users,
    owners: ownersOf(record, owned),
    notes: notesOf(coverage, record, within.length > 0),
  };
}

type Sums = Pick<CoverageRow, 'theirs' | 'crossed' | 'over' | 'doubt'>;

const plus = (a: Sums, b: Sums): Sums => ({
  theirs: a.theirs + b.theirs,
  crossed: a.crossed + b.crossed,
  over: a.over + b.over,
  doubt: a.doubt + b.doubt,
});

/** What only a rounding of weighed requests leaves over is nothing. */
const PARTS = 1_000_000;
const rounded = (value: number): number => Math.round(value * PARTS) / PARTS;

function sideOf({ theirs, crossed, over, doubt }: Sums, known = true): CoverageSide {
  const told = known && theirs > 0;
  return {
    theirs: rounded(theirs),
    crossed: rounded(crossed),
    uncovered: rounded(Math.max(0, theirs - crossed)),
    over: rounded(over),
    share: told ? shareOf(crossed / theirs) : null,
    low: told ? shareOf((crossed - doubt) / theirs) : null,
    high: told ? shareOf((crossed + doubt) / theirs) : null,
  };
}

const PLACES = 4;

/** Cut, not rounded: what did not all cross is never a whole. */
const shareOf = (share: number): string =>
  (Math.floor(Math.min(1, Math.max(0, share)) * 10 ** PLACES) / 10 ** PLACES).toFixed(PLACES);

const rowOf = (row: CoverageRow): CoverageRowView => ({
  seller: row.seller,
  name: row.name,
  unit: row.unit,
  how: row.how,
  ...sideOf(row, row.known),
});

const gapsIn = (kind: 'model' | 'team', rows: readonly CoverageRowView[]): CoverageView['gaps'] =>
  rows
    .filter(({ uncovered, name, share }) => uncovered > 0 && name !== null && share !== null)
    .toSorted((a, b) => b.uncovered - a.uncovered)
    .slice(0, GAPS_MOST)
    .map(({ seller, name, uncovered, unit, share }) => ({
      of: kind,
      seller,
      name: name ?? '',
      uncovered,
      unit,
      share,
    }));

const gapDays = (days: CoverageView['days']): CoverageView['gaps'] =>
  days
    .filter(({ uncovered }) => uncovered > 0)
    .toSorted((a, b) => b.uncovered - a.uncovered)
    .slice(0, GAPS_MOST)
    .map(({ day, uncovered, share }) => {
      const name = new Date(day).toISOString().slice(0, 10);
      return { of: 'day', seller: null, name, uncovered, unit: 'tokens', share };
    });

/** What crossed to a seller outside all that its records are about. */
function unknownOf(
  within: readonly OurCell[],
  all: readonly OurCell[],
  recorded: ReadonlySet<string>,
): CoverageView['unknown'] {
  const sellers = new Map<string, { calls: number; tokens: number; days: Map<number, number> }>();
  const add = (cells: readonly OurCell[], sign: 1 | -1): void => {
    for (const { seller, calls, tokens, day } of cells) {
      const found = sellers.get(seller) ?? { calls: 0, tokens: 0, days: new Map<number, number>() };
      found.calls += sign * calls;
      found.tokens += sign * tokens;
      found.days.set(day, (found.days.get(day) ?? 0) + sign * calls);
      sellers.set(seller, found);
    }
  };
  add(all, 1);
  add(within, -1);
  return [...sellers]
    .filter(([, { calls, tokens }]) => calls > 0 || tokens > 0)
    .map(([seller, { calls, tokens, days }]) => ({
      seller,
      calls: Math.max(0, calls),
      tokens: Math.max(0, tokens),
      days: [...days.values()].filter((count) => count > 0).length,
      record: recorded.has(seller) ? ('other days' as const) : ('none' as const),
    }))
    .toSorted((a, b) => b.tokens - a.tokens);
}

function recordsOf({ spans }: Observed): CoverageView['records'] {
  const rows = new Map<
    string,
    { source: ObservedSource; seller: string; scope: string; since: number; until: number }
  >();
  for (const { source, seller, scope, since, until } of spans) {
    const key = `${source} ${seller} ${scope}`;
    const before = rows.get(key);
    rows.set(key, {
      source,
      seller,
      scope,
      since: Math.min(before?.since ?? since, since),
      until: Math.max(before?.until ?? until, until),
    });
  }
  return [...rows.values()].map((row) => {
    const { title, skew } = SOURCE_READERS[row.source];
    return { ...row, title, skew_minutes: skew };
  });
}

function ownersOf({ cells }: Observed, owned: (owner: string) => boolean): CoverageView['owners'] {
  const used = new Map<string, CoverageView['owners'][number]>();
  for (const { seller, owner, tokens, requests } of cells) {
    if (owner === null || owned(owner) || (tokens === null && requests === null)) continue;
    const unit = tokens === null ? 'requests' : 'tokens';
    const key = JSON.stringify([seller, owner, unit]);
    const before = used.get(key)?.used ?? 0;
    used.set(key, { seller, owner, unit, used: before + (tokens ?? Number(requests)) });
  }
  return [...used.values()].toSorted((a, b) => b.used - a.used).slice(0, OWNERS_MOST);
}

const titleOf = (source: string): string => SOURCE_READERS[source as ObservedSource].title;

function notesOf({ sellers, strange, exact, larger }: TrafficCoverage, record: Observed, compared: boolean): string[] {
  const notes: string[] = [];
  const skews = [...new Set(record.spans.map(({ source }) => SOURCE_READERS[source].skew))].filter((skew) => skew > 0);
  if (compared && sellers.some(({ how }) => how !== 'ids'))
    notes.push(
      `A call counts in the hour in which its receipt was written, and with the seller by the seller's clock: up to ${Math.max(0, ...skews)} minutes apart. At the first and the last hour of a record that may put a call on the other side; the interval says how much that is.`,
    );
  for (const { seller, model } of strange.slice(0, GAPS_MOST))
    notes.push(
      `${seller} names a model "${model}" that neither the price book nor any call knows: its days are compared as a whole, not model by model. \`coverage.models\` of the configuration can say which it is.`,
    );
  for (const { seller, source, than, tokens, days } of larger.slice(0, GAPS_MOST))
    notes.push(
      `On ${days} ${days === 1 ? 'day' : 'days'} the ${titleOf(source)} tells of ${tokens} tokens more at ${seller} than the ${titleOf(than)}, which counts: that one may be of one account or region alone, or not whole, and then less crossed than is said here.`,
    );
  for (const { seller, over, theirs } of sellers)
    if (over > theirs / 100)
      notes.push(
        `More crossed to ${seller} than its record says: the record is not whole, is of another account, or is not yet final.`,
      );
  for (const { seller, onlyOurs } of exact)
    if (onlyOurs > 0)
      notes.push(`${onlyOurs} calls that ${seller} answered are not in its record, by their request ids.`);
  return notes;
}
