// The most a call can cost. Hard budgets reserve this before dispatch, so it must hold for whatever the seller may
// report afterwards: every input token at the dearest input class of the dearest band, tier, speed and geography that
// the model is sold in, unless the caller pins them.
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

const OUTPUTS = new Set<PriceClass>(['output', 'reasoning', 'output_audio', 'output_image']);
const INPUTS = new Set<PriceClass>(TOKEN_CLASSES.filter((cls) => !OUTPUTS.has(cls)));

/** Null when the model, its plain input or output, or a tool asked for has no price by token or use. */
export function boundOf(
  book: PriceBook,
  plan: Identity,
  most: Most,
  at: number,
): Money | null {
  const { list, model } = plan;
  if (list === null || model === null) return null;
  let dearest: Money | null = null;
  for (const column of columnsOf(book, list.seller, model, reachableScopes(plan, list, most))) {
    if (!reachable(column, list, most)) continue;
    const slice = sliceAt(book, columnRows(book, list.seller, model, column), at);
    for (const band of slice.bands) {
      if (band.over > 0 && most.inputTokens <= band.over) continue;
      const amount = bandBound(band, most);
      if (amount === 'no tokens') continue;
      if (amount === null) return null;
      dearest = dearest === null || amount > dearest ? amount : dearest;
    }
  }
  // A tier that nobody prices (pre-paid capacity) rates as unpriced, not as more.
  return dearest;
}

/** Where responses report no geography, the configured column is the only one there is. */
function reachableScopes(plan: Identity, list: PriceList, most: Most): readonly PriceScope[] {
  const reported = most.inferenceGeo === undefined ? Object.values(list.geos) : [list.geos[most.inferenceGeo] ?? plan.scope];
  return [...new Set([plan.scope, ...reported.filter((scope) => scope !== '*')])];
}

function reachable(column: Column, list: PriceList, most: Most): boolean {
  const tier = most.tier === undefined ? column.tier : (list.tiers[most.tier] ?? most.tier);
  const mode = most.speed === undefined ? column.mode : (list.speeds[most.speed] ?? most.speed);
  return column.tier === tier && column.mode === mode;
}

function bandBound(band: BandPrices, most: Most): Money | null | 'no tokens' {
  if (!band.prices.has('input') && !band.prices.has('output')) return 'no tokens';
  const input = dearestOf(band, INPUTS);
  const output = dearestOf(band, OUTPUTS);
  if ((input === null && most.inputTokens > 0) || (output === null && most.outputTokens > 0)) return null;
  let amount = BigInt(most.inputTokens) * (input ?? 0n) + BigInt(most.outputTokens) * (output ?? 0n);
  for (const [tool, uses] of Object.entries(most.serverTools)) {
    if (uses === 0) continue;
    const unit = (SERVER_TOOLS as readonly string[]).includes(tool) ? band.prices.get(tool as ServerTool)?.unit : undefined;
    if (unit === undefined || unit === null) return null;
    amount += BigInt(uses) * unit;
  }
  return amount;
}

function dearestOf(band: BandPrices, classes: ReadonlySet<PriceClass>): Money | null {
  let dearest: Money | null = null;
  for (const [cls, { unit }] of band.prices) {
    if (unit !== null && classes.has(cls) && (dearest === null || unit > dearest)) dearest = unit;
  }
  return dearest;
}
