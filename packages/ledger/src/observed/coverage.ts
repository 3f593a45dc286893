// Coverage: what crossed, of all that sellers say was used. A seller's day is compared by what its best record counts: by request id
// where the record names requests and the ids of ours are held, so exactly; else by sums, model by model, where no more of ours can
// count than the seller says. What crossed beyond that is told apart: then a record is not whole, or a clock differs. Where a seller
// has no record of a time, nothing is known of it, and it is in no share.

export interface TheirCell {
  readonly day: number;
  readonly seller: string;
  readonly source: string;
  /** Of which account: those of several are told apart by whoever imports. */
  readonly scope: string;
  /** Of two sources that tell of one account's day, the higher counts. */
  readonly rank: number;
  /** Null: the record tells no models apart. */
  readonly model: string | null;
  /** Whether the model is one that our side would call so too. */
  readonly known: boolean;
  /** Null: nobody has said whose it was. */
  readonly team: string | null;
  /** Of an owner whose credentials the gateway itself holds: whose it was, our own record says. */
  readonly gateway: boolean;
  /** Null: the record counts none. */
  readonly tokens: number | null;
  readonly requests: number | null;
  readonly rows: number;
  readonly ids: number;
  readonly matchedRows: number;
  readonly matchedTokens: number;
  readonly matchedRequests: number;
}

export interface OurCell {
  readonly day: number;
  readonly seller: string;
  readonly model: string;
  readonly team: string | null;
  readonly tokens: number;
  readonly calls: number;
  readonly edgeTokens: number;
  readonly edgeCalls: number;
}

export interface OurIds {
  readonly day: number;
  readonly seller: string;
  readonly held: number;
  readonly unnamed: number;
}

export type CoverageUnit = 'tokens' | 'requests';

export interface Side {
  /** What the seller says. */
  readonly theirs: number;
  /** Of it: what crossed. */
  readonly crossed: number;
  /** What crossed and no record says. */
  readonly over: number;
  /** How far `crossed` may be off, for clocks that differ at the ends of the record. */
  readonly doubt: number;
}

export interface CoverageRow extends Side {
  readonly seller: string;
  /** Null: not told. */
  readonly name: string | null;
  readonly unit: CoverageUnit;
  readonly how: 'ids' | 'sums' | 'both';
  /** Null: whether it crossed cannot be told. */
  readonly known: boolean;
}

export interface ExactRow {
  readonly seller: string;
  readonly matched: number;
  readonly onlyTheirs: number;
  readonly onlyOurs: number;
}

export interface TrafficCoverage {
  readonly sellers: readonly CoverageRow[];
  readonly models: readonly CoverageRow[];
  readonly teams: readonly CoverageRow[];
  /** Of sellers whose records count tokens. */
  readonly days: readonly (Side & { readonly day: number })[];
  readonly exact: readonly ExactRow[];
  /** Names of models that only a record has, so that its seller was compared as a whole. */
  readonly strange: readonly { readonly seller: string; readonly model: string }[];
  readonly larger: readonly Larger[];
}

/** On so many days another record tells of more than the one that counts, by so many tokens. */
export interface Larger {
  readonly seller: string;
  readonly source: string;
  readonly than: string;
  readonly tokens: number;
  readonly days: number;
}

interface Given {
  readonly theirs: readonly TheirCell[];
  /** In the hours that the seller's record is about. */
  readonly ours: readonly OurCell[];
  readonly ids: readonly OurIds[];
  /** Minutes that a seller's clock may differ. */
  readonly skew: (seller: string) => number;
}

interface Mutable {
  theirs: number;
  crossed: number;
  over: number;
  doubt: number;
}
const nothing = (): Mutable => ({ theirs: 0, crossed: 0, over: 0, doubt: 0 });

export function trafficCoverage({ theirs, ours, ids, skew }: Given): TrafficCoverage {
  const { chosen, larger } = bestRecords(theirs);
  const strange = new Map<string, { seller: string; model: string }>();
  const sellers = new Table();
  const models = new Table();
  const teams = new Table();
  const days = new Map<number, Mutable>();
  const exact = new Map<string, { seller: string; matched: number; onlyTheirs: number; onlyOurs: number }>();
  const ourDays = groupBy(ours, ({ seller, day }) => `${seller} ${day}`);
  const idDays = groupBy(ids, ({ seller, day }) => `${seller} ${day}`);
  const units = unitsOf(chosen);
  for (const [key, cells] of groupBy(chosen, ({ seller, day }) => `${seller} ${day}`)) {
    const [first] = cells;
    if (first === undefined) continue;
    const { seller, day } = first;
    const unit = units.get(seller) ?? 'requests';
    const compared: Compared = {
      seller,
      unit,
      theirs: cells.filter((cell) => valueOf(cell, unit) !== null),
      ours: ourDays.get(key) ?? [],
      skew: skew(seller),
    };
    const day_ids = idDays.get(key) ?? [];
    const byId = isExact(compared, day_ids);
    const result = byId ? compareIds(compared) : compareSums(compared, strange);
    const shared = cells.some(({ gateway }) => gateway);
    const byTeam = shared ? throughGateway(compared) : result.teams;
    const how = byId ? 'ids' : 'sums';
    for (const [model, side] of result.models) models.add(seller, model, unit, how, side);
    for (const [team, side] of byTeam) teams.add(seller, team, unit, how, side, team !== null || (byId && !shared));
    for (const side of result.models.values()) {
      sellers.add(seller, seller, unit, how, side);
      if (unit === 'tokens') addTo(of(days, day), side);
    }
    if (byId) countExact(exact, seller, compared.theirs, day_ids);
  }
  return {
    sellers: sellers.rows(),
    models: models.rows(),
    teams: teams.rows(),
    days: [...days].map(([day, side]) => ({ day, ...side })).toSorted((a, b) => a.day - b.day),
    exact: [...exact.values()],
    strange: [...strange.values()],
    larger,
  };
}

/**
 * Of each day of a seller's account the cells of its best source; one that counts tokens goes before one that counts requests alone.
 * A better source may tell of less, where it is of one region or began at noon: that is told, since coverage looks better by it.
 */
function bestRecords(cells: readonly TheirCell[]): Pick<TrafficCoverage, 'larger'> & { chosen: readonly TheirCell[] } {
  const chosen: TheirCell[] = [];
  const larger = new Map<string, Larger>();
  const counted = cells.filter(({ tokens, requests }) => tokens !== null || requests !== null);
  for (const day of groupBy(counted, ({ seller, scope, day }) => JSON.stringify([seller, scope, day])).values()) {
    const sources = [...groupBy(day, ({ source }) => source).values()];
    const best = sources.reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
    // No spread: a day may hold more cells than a call has arguments.
    for (const cell of best) chosen.push(cell);
    for (const other of sources) noteLarger(larger, best, other);
  }
  return { chosen, larger: [...larger.values()].toSorted((a, b) => b.tokens - a.tokens) };
}

const weightOf = (cells: readonly TheirCell[]): number =>
  cells.reduce(
    (most, { rank, tokens, requests }) => Math.max(most, rank + (tokens !== null ? 100 : requests !== null ? 50 : 0)),
    0,
  );

/** Clocks and roundings make a hundredth. */
const SAME = 1.01;

function noteLarger(larger: Map<string, Larger>, best: readonly TheirCell[], other: readonly TheirCell[]): void {
  const [counts, more] = [best, other].map((cells) => cells.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0));
  const [first, second] = [best[0], other[0]];
  if (counts === undefined || more === undefined || first === undefined || second === undefined) return;
  if (counts === 0 || more <= counts * SAME) return;
  const key = JSON.stringify([first.seller, second.source, first.source]);
  const { tokens = 0, days = 0 } = larger.get(key) ?? {};
  const { seller } = first;
  larger.set(key, {
    seller,
    source: second.source,
    than: first.source,
    tokens: tokens + more - counts,
    days: days + 1,
  });
}

function unitsOf(cells: readonly TheirCell[]): ReadonlyMap<string, CoverageUnit> {
  const units = new Map<string, CoverageUnit>();
  for (const { seller, tokens } of cells)
    if (tokens !== null) units.set(seller, 'tokens');
    else if (!units.has(seller)) units.set(seller, 'requests');
  return units;
}

interface Compared {
  readonly seller: string;
  readonly unit: CoverageUnit;
  readonly theirs: readonly TheirCell[];
  readonly ours: readonly OurCell[];
  readonly skew: number;
}

const valueOf = ({ tokens, requests }: TheirCell, unit: CoverageUnit): number | null =>
  unit === 'tokens' ? tokens : requests;
const matchedOf = (cell: TheirCell, unit: CoverageUnit): number =>
  unit === 'tokens' ? cell.matchedTokens : cell.matchedRequests;
const oursOf = ({ tokens, calls }: OurCell, unit: CoverageUnit): number => (unit === 'tokens' ? tokens : calls);
const edgeOf = ({ edgeTokens, edgeCalls }: OurCell, unit: CoverageUnit): number =>
  unit === 'tokens' ? edgeTokens : edgeCalls;

/** Of ids that are held for less than half of what crossed, most are gone: sums say more. */
function isExact({ theirs, ours }: Compared, ids: readonly OurIds[]): boolean {
  if (theirs.length === 0 || theirs.some((cell) => cell.ids < cell.rows)) return false;
  const calls = ours.reduce((sum, cell) => sum + cell.calls, 0);
  return ids.reduce((sum, { held }) => sum + held, 0) * 2 >= calls;
}

interface Result {
  readonly models: ReadonlyMap<string | null, Mutable>;
  readonly teams: ReadonlyMap<string | null, Mutable>;
}

function compareIds({ theirs, unit }: Compared): Result {
  const models = new Map<string | null, Mutable>();
  const teams = new Map<string | null, Mutable>();
  for (const cell of theirs) {
    const side = { theirs: valueOf(cell, unit) ?? 0, crossed: matchedOf(cell, unit), over: 0, doubt: 0 };
    addTo(of(models, cell.model), side);
    addTo(of(teams, cell.team), side);
  }
  return { models, teams };
}

function compareSums(compared: Compared, strange: Map<string, { seller: string; model: string }>): Result {
  const { theirs, ours, seller } = compared;
  const own = new Set(ours.map(({ model }) => model));
  const foreign = theirs.filter(({ model, known }) => model !== null && !known && !own.has(model));
  // A name that nobody knows may be one of ours under another name: compared by itself it would be a gap that is none.
  for (const { model } of foreign)
    if (model !== null && ours.length > 0) strange.set(`${seller} ${model}`, { seller, model });
  const whole = theirs.some(({ model }) => model === null) || (foreign.length > 0 && ours.length > 0);
  const theirModel = ({ model }: TheirCell): string | null => (whole ? null : model);
  const ourModel = ({ model }: OurCell): string | null => (whole ? null : model);
  return {
    models: setSide(compared, theirModel, ourModel),
    teams: setSide(
      compared,
      ({ team }) => team,
      ({ team }) => team,
    ),
  };
}

/**
 * Team by team where the gateway's own credentials are billed apart: what crossed for a team, of that and of what the seller says the
 * team used besides. What the seller says of the gateway's credentials beyond all that crossed, somebody used past it: nobody's.
 */
function throughGateway({ theirs, ours, unit, skew }: Compared): ReadonlyMap<string | null, Mutable> {
  const sides = new Map<string | null, Mutable>();
  let left = 0;
  for (const cell of theirs)
    if (cell.gateway) left += valueOf(cell, unit) ?? 0;
    else of(sides, cell.team).theirs += valueOf(cell, unit) ?? 0;
  for (const cell of ours) {
    const side = of(sides, cell.team);
    const counted = Math.min(left, oursOf(cell, unit));
    left -= counted;
    side.theirs += counted;
    side.crossed += counted;
    side.over += oursOf(cell, unit) - counted;
    side.doubt += (edgeOf(cell, unit) * Math.min(60, skew)) / 60;
  }
  of(sides, null).theirs += left;
  return sides;
}

function setSide(
  { theirs, ours, unit, skew }: Compared,
  theirKey: (cell: TheirCell) => string | null,
  ourKey: (cell: OurCell) => string | null,
): ReadonlyMap<string | null, Mutable> {
  const sides = new Map<string | null, Mutable & { ours: number }>();
  const at = (key: string | null) => {
    const found = sides.get(key) ?? { ...nothing(), ours: 0 };
    sides.set(key, found);
    return found;
  };
  for (const cell of theirs) at(theirKey(cell)).theirs += valueOf(cell, unit) ?? 0;
  for (const cell of ours) {
    const side = at(ourKey(cell));
    side.ours += oursOf(cell, unit);
    side.doubt += (edgeOf(cell, unit) * Math.min(60, skew)) / 60;
  }
  for (const side of sides.values()) {
    side.crossed = Math.min(side.ours, side.theirs);
    side.over = side.ours - side.crossed;
  }
  return new Map([...sides].map(([key, { ours: _ours, ...side }]) => [key, side]));
}

function countExact(
  exact: Map<string, { seller: string; matched: number; onlyTheirs: number; onlyOurs: number }>,
  seller: string,
  theirs: readonly TheirCell[],
  ids: readonly OurIds[],
): void {
  const found = exact.get(seller) ?? { seller, matched: 0, onlyTheirs: 0, onlyOurs: 0 };
  exact.set(seller, found);
  for (const { matchedRows, rows } of theirs) {
    found.matched += matchedRows;
    found.onlyTheirs += rows - matchedRows;
  }
  for (const { unnamed } of ids) found.onlyOurs += unnamed;
}

class Table {
  readonly #rows = new Map<string, Mutable & Omit<CoverageRow, keyof Side> & { how: CoverageRow['how'] }>();

  add(seller: string, name: string | null, unit: CoverageUnit, how: 'ids' | 'sums', side: Side, known = true): void {
    const key = JSON.stringify([seller, name]);
    const row = this.#rows.get(key) ?? { seller, name, unit, how, known, ...nothing() };
    addTo(row, side);
    if (row.how !== how) row.how = 'both';
    this.#rows.set(key, row);
  }

  /** What a seller says most of comes first. */
  rows(): CoverageRow[] {
    return [...this.#rows.values()].toSorted(
      (a, b) => b.theirs - a.theirs || b.over - a.over || (`${a.seller} ${a.name}` < `${b.seller} ${b.name}` ? -1 : 1),
    );
  }
}

function addTo(to: Mutable, side: Side): void {
  to.theirs += side.theirs;
  to.crossed += side.crossed;
  to.over += side.over;
  to.doubt += side.doubt;
}

function of<Key>(map: Map<Key, Mutable>, key: Key): Mutable {
  const found = map.get(key) ?? nothing();
  map.set(key, found);
  return found;
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const held = groups.get(key);
    if (held === undefined) groups.set(key, [value]);
    else held.push(value);
  }
  return groups;
}
