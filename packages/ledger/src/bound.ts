// The most a call can cost. Hard budgets reserve this before dispatch, so it must hold for whatever the seller may
// report afterwards: every input token at the dearest input class of the dearest band, tier, speed and geography that
// the model is sold in, unless the caller pins them. Tables are built once per deployment and pins; a call then costs
// two multiplications for each band that no other band outdoes.
import { SERVER_TOOLS, TOKEN_CLASSES, type ServerTool } from '@weighbridge/protocol';
import type { Money } from '@weighbridge/kernel';
import type { PriceBook } from './book.ts';
import type { Identity } from './identity.ts';
import type { PriceClass, PriceList, PriceScope } from './price-row.ts';
import { columnRows, columnsOf, sliceAt, type BandPrices, type Column } from './tariff.ts';

export interface Most {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Uses at most of tools that the seller bills apart. */
  readonly serverTools: Readonly<Record<string, number>>;
  /** Pinned by the request, when the caller knows: otherwise every tier, speed and geography is reckoned with. */
  readonly tier?: string;
  readonly speed?: string;
  readonly inferenceGeo?: string;
}

/** The dearest prices of one band that a call may be billed in. Null: that side has no price. */
interface Ceiling {
  /** The band begins above this many prompt tokens. */
  readonly over: number;
  readonly input: Money | null;
  readonly output: Money | null;
  readonly tools: ReadonlyMap<string, Money>;
}

interface Table {
  readonly from: number;
  readonly to: number;
  readonly ceilings: readonly Ceiling[];
}

/** Gives the bound of a call, or null when the model, its plain input or output, or a tool asked for has no price. */
export type Bounder = (plan: Identity, most: Most, at: number) => Money | null;

const OUTPUTS = new Set<PriceClass>(['output', 'reasoning', 'output_audio', 'output_image']);
const INPUTS = new Set<PriceClass>(TOKEN_CLASSES.filter((cls) => !OUTPUTS.has(cls)));
/** Pins come from requests: tables kept per deployment are bounded, and start over rather than grow. */
const MAX_TABLES = 64;

export function createBounder(book: PriceBook): Bounder {
  const cache = new WeakMap<Identity, Map<string, Table>>();
  return (plan, most, at) => {
    if (plan.list === null || plan.model === null) return null;
    let tables = cache.get(plan);
    if (tables === undefined) cache.set(plan, (tables = new Map()));
    const key = `${most.tier ?? ''}\n${most.speed ?? ''}\n${most.inferenceGeo ?? ''}`;
    let table = tables.get(key);
    if (table === undefined || at < table.from || at >= table.to) {
      if (tables.size >= MAX_TABLES) tables.clear();
      tables.set(key, (table = tableFor(book, plan.list, plan.model, plan.scope, most, at)));
    }
    return highest(table.ceilings, most);
  };
}

function highest(ceilings: readonly Ceiling[], most: Most): Money | null {
  let dearest: Money | null = null;
  const inputs = BigInt(most.inputTokens);
  const outputs = BigInt(most.outputTokens);
  for (const ceiling of ceilings) {
    if (ceiling.over > 0 && most.inputTokens <= ceiling.over) continue;
    if ((ceiling.input === null && inputs > 0n) || (ceiling.output === null && outputs > 0n)) return null;
    let amount = inputs * (ceiling.input ?? 0n) + outputs * (ceiling.output ?? 0n);
    for (const tool in most.serverTools) {
      const uses = most.serverTools[tool] ?? 0;
      if (uses === 0) continue;
      const unit = ceiling.tools.get(tool);
      if (unit === undefined) return null;
      amount += BigInt(uses) * unit;
    }
    if (dearest === null || amount > dearest) dearest = amount;
  }
  // A tier that nobody prices (pre-paid capacity) rates as unpriced, not as more.
  return dearest;
}

function tableFor(book: PriceBook, list: PriceList, model: string, scope: PriceScope, most: Most, at: number): Table {
  let from = -Infinity;
  let to = Infinity;
  const ceilings: Ceiling[] = [];
  for (const column of columnsOf(book, list.seller, model, reachableScopes(list, scope, most))) {
    if (!reachable(column, list, most)) continue;
    const slice = sliceAt(book, columnRows(book, list.seller, model, column), at);
    from = Math.max(from, slice.from);
    to = Math.min(to, slice.to);
    for (const band of slice.bands)
      if (band.prices.has('input') || band.prices.has('output')) ceilings.push(ceilingOf(band));
  }
  return {
    from,
    to,
    ceilings: ceilings.filter((one, index) => !ceilings.some((other, at) => outdoes(other, one, at < index))),
  };
}

/** Where responses report no geography, the configured column is the only one there is. */
function reachableScopes(list: PriceList, configured: PriceScope, most: Most): readonly PriceScope[] {
  const reported =
    most.inferenceGeo === undefined ? Object.values(list.geos) : [list.geos[most.inferenceGeo] ?? configured];
  return [...new Set([configured, ...reported.filter((scope) => scope !== '*')])];
}

function reachable(column: Column, list: PriceList, most: Most): boolean {
  const tier = most.tier === undefined ? column.tier : (list.tiers[most.tier] ?? most.tier);
  const mode = most.speed === undefined ? column.mode : (list.speeds[most.speed] ?? most.speed);
  return column.tier === tier && column.mode === mode;
}

function ceilingOf(band: BandPrices): Ceiling {
  const tools = new Map<string, Money>();
  for (const tool of SERVER_TOOLS as readonly ServerTool[]) {
    const unit = band.prices.get(tool)?.unit;
    if (unit !== undefined && unit !== null) tools.set(tool, unit);
  }
  return { over: band.over, input: dearestOf(band, INPUTS), output: dearestOf(band, OUTPUTS), tools };
}

function dearestOf(band: BandPrices, classes: ReadonlySet<PriceClass>): Money | null {
  let dearest: Money | null = null;
  for (const [cls, { unit }] of band.prices) {
    if (unit !== null && classes.has(cls) && (dearest === null || unit > dearest)) dearest = unit;
  }
  return dearest;
}

/** Whether `a` bounds every call that `b` bounds; of two equals the earlier one does. */
function outdoes(a: Ceiling, b: Ceiling, earlier: boolean): boolean {
  if (a === b || a.over > b.over || a.input === null || b.input === null || a.output === null || b.output === null)
    return false;
  if (a.input < b.input || a.output < b.output || a.tools.size !== b.tools.size) return false;
  for (const [tool, unit] of b.tools) if ((a.tools.get(tool) ?? -1n) < unit) return false;
  const equal = a.over === b.over && a.input === b.input && a.output === b.output;
  return !equal || earlier;
}
