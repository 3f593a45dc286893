// Rating: usage × prices = charges, exact. A pure function of (usage, deployment, moment, book): the same call rated
// again with the same book gives the same bytes. What has no price is `unpriced`: never zero, never a guess. Plans are
// built once per deployment, so that the hot path is map look-ups, one multiplication and one formatting per class.
import type { Money } from '@weighbridge/kernel';
import {
  SERVER_TOOLS,
  TOKEN_CLASSES,
  usageTotals,
  type Charge,
  type Cost,
  type ServerTool,
  type TokenClass,
  type Usage,
} from '@weighbridge/protocol';
import { createBounder, type Most } from './bound.ts';
import type { PriceBook } from './book.ts';
import { identify, type Identity, type PricedDeployment } from './identity.ts';
import { invoiceUnits, type InvoiceUnits } from './invoice-units.ts';
import { picoText } from './pico-text.ts';
import type { PriceClass } from './price-row.ts';
import { columnRows, sliceAt, type Column, type Priced, type Slice } from './tariff.ts';

export interface RatedUsage {
  /** Keys in sorted order, so that JSON.stringify gives canonical bytes. */
  readonly charges: readonly Charge[];
  readonly cost: Cost;
  /** `cost.billed` as an amount, null when unpriced. */
  readonly billed: Money | null;
  /** Why something is unpriced, and contradictions found while pricing. */
  readonly notes: readonly string[];
  /** The seller's own invoice unit (Claude Consumption Units), exact; null where it invoices in currency or is unpriced. */
  readonly invoiced: InvoiceUnits | null;
}

export interface PriceRater {
  /** Version of the book that prices. */
  readonly book: string;
  /**
   * Charges and cost of one call. `at`: UTC milliseconds of the call. Usage that is null or of unknown source is
   * unpriced. Never throws on prices; identical arguments give identical results.
   */
  rate(deployment: PricedDeployment, usage: Usage | null, at: number): RatedUsage;
  /** What `rate` would bill; null where it is unpriced. */
  expect(deployment: PricedDeployment, usage: Usage, at: number): Money | null;
  /**
   * Upper bound of what `rate` can give for a call with at most this usage, whatever tier, speed or geography the
   * seller reports (unless `most` pins them). Null when a price that could apply is missing.
   */
  bound(deployment: PricedDeployment, most: Most, at: number): Money | null;
  /** How a deployment is priced; null list or model means unpriced. */
  identify(deployment: PricedDeployment): Identity;
}

interface Plan extends Identity {
  readonly book: PriceBook;
  readonly slices: Map<string, Slice>;
  /** Columns by what was reported, so that the usual call finds its slice with three comparisons. */
  last: {
    readonly tier: string | undefined;
    readonly speed: string | undefined;
    readonly geo: string | undefined;
    readonly slice: Slice;
  } | null;
}

/** Slices kept per plan: columns are few; a plan that rates history starts over rather than grow. */
const MAX_SLICES = 256;

export function createRater(book: PriceBook): PriceRater {
  const plans = new WeakMap<PricedDeployment, Plan>();
  const bounder = createBounder(book);
  const planOf = (deployment: PricedDeployment): Plan => {
    const ready = plans.get(deployment);
    if (ready !== undefined) return ready;
    const plan = { ...identify(book, deployment), book, slices: new Map<string, Slice>(), last: null };
    plans.set(deployment, plan);
    return plan;
  };
  return {
    book: book.id,
    rate: (deployment, usage, at) => rateUsage(planOf(deployment), deployment, usage, at),
    expect: (deployment, usage, at) => rateUsage(planOf(deployment), deployment, usage, at).billed,
    bound: (deployment, most, at) => bounder(planOf(deployment), most, at),
    identify: planOf,
  };
}

function rateUsage(plan: Plan, deployment: PricedDeployment, usage: Usage | null, at: number): RatedUsage {
  const currency = plan.list?.currency ?? 'USD';
  if (usage === null || usage.source === 'unknown') {
    return unpriced([], currency, [...plan.notes, 'the seller reported no usage, and none could be estimated']);
  }
  const prices = pricesFor(plan, deployment, usage, at);
  const tally: Tally = { charges: [], billed: 0n, list: 0n, complete: prices !== null };
  for (const cls of TOKEN_CLASSES) {
    const quantity = usage.tokens[cls];
    if (quantity !== undefined && quantity !== 0) addCharge(tally, prices?.get(cls), cls, quantity, currency);
  }
  if (usage.server_tools !== undefined) {
    for (const tool of SERVER_TOOLS) {
      const uses = usage.server_tools[tool];
      if (uses !== undefined && uses !== 0) addCharge(tally, prices?.get(tool), tool, uses, currency);
    }
  }
  const { charges, billed, list } = tally;
  if (!tally.complete) return unpriced(charges, currency, unpricedNotes(plan, deployment, usage, charges));
  const amount = picoText(billed);
  const cost: Cost = {
    billed: amount,
    contracted: amount,
    currency,
    list: list === null ? null : list === billed ? amount : picoText(list),
    status: usage.source === 'estimated' ? 'estimated' : 'exact',
  };
  return {
    charges,
    cost,
    billed,
    notes: plan.notes,
    invoiced: plan.list === null ? null : invoiceUnits(plan.list, billed),
  };
}

interface Tally {
  readonly charges: Charge[];
  billed: Money;
  /** Null once a charge has no list price. */
  list: Money | null;
  complete: boolean;
}

function addCharge(
  tally: Tally,
  priced: Priced | undefined,
  cls: TokenClass | ServerTool,
  quantity: number,
  currency: string,
): void {
  if (priced === undefined || priced.unit === null || !isCount(quantity)) {
    tally.charges.push(unpricedCharge(cls, quantity, currency, priced));
    tally.complete = false;
    return;
  }
  const small = quantity * priced.unitNumber;
  const safe = small <= Number.MAX_SAFE_INTEGER;
  const amount = safe ? BigInt(small) : BigInt(quantity) * priced.unit;
  const text = picoText(safe ? small : amount);
  const listed = priced.list === priced.unit ? amount : priced.list === null ? null : BigInt(quantity) * priced.list;
  tally.billed += amount;
  tally.list = listed === null || tally.list === null ? null : tally.list + listed;
  const listText = listed === null ? null : listed === amount ? text : picoText(listed);
  tally.charges.push(charge(cls, quantity, currency, priced, text, listText));
}

const isCount = (quantity: number): boolean => Number.isSafeInteger(quantity) && quantity > 0;

function pricesFor(
  plan: Plan,
  deployment: PricedDeployment,
  usage: Usage,
  at: number,
): ReadonlyMap<PriceClass, Priced> | null {
  const slice = sliceFor(plan, deployment, usage, at);
  if (slice === null) return null;
  if (slice.bands.length === 1) return slice.bands[0]?.prices ?? null;
  const { prompt } = usageTotals(usage);
  for (const band of slice.bands) if (prompt <= band.upto) return band.prices;
  return null;
}

function sliceFor(plan: Plan, deployment: PricedDeployment, usage: Usage, at: number): Slice | null {
  const { last } = plan;
  const { tier, speed, inference_geo: geo } = usage;
  if (
    last !== null &&
    last.tier === tier &&
    last.speed === speed &&
    last.geo === geo &&
    at >= last.slice.from &&
    at < last.slice.to
  ) {
    return last.slice;
  }
  const column = columnFor(plan, deployment, usage);
  if (column === null || plan.list === null || plan.model === null) return null;
  const key = `${column.scope}\n${column.tier}\n${column.mode}`;
  let slice = plan.slices.get(key);
  if (slice === undefined || at < slice.from || at >= slice.to) {
    slice = sliceAt(plan.book, columnRows(plan.book, plan.list.seller, plan.model, column), at);
    if (plan.slices.size >= MAX_SLICES) plan.slices.clear();
    plan.slices.set(key, slice);
  }
  plan.last = { tier, speed, geo, slice };
  return slice;
}

/** What the seller reports decides (it is what it bills), then what is configured. Null: a geography without a price. */
export function columnFor(plan: Identity, deployment: PricedDeployment, usage: Usage): Column | null {
  const { list } = plan;
  if (list === null) return null;
  const word = usage.tier === undefined || list.stickyTiers.includes(deployment.tier) ? deployment.tier : usage.tier;
  const tier = list.tiers[word] ?? word;
  const mode = usage.speed === undefined ? 'standard' : (list.speeds[usage.speed] ?? usage.speed);
  if (usage.inference_geo === undefined || Object.keys(list.geos).length === 0)
    return { scope: plan.scope, tier, mode };
  const scope = list.geos[usage.inference_geo];
  return scope === undefined ? null : { scope: scope === '*' ? plan.scope : scope, tier, mode };
}

function charge(
  token_class: TokenClass | ServerTool,
  quantity: number,
  currency: string,
  priced: Priced,
  contracted: string,
  list: string | null,
): Charge {
  const { ref: price, unitText: unit_price, note } = priced;
  return note === null
    ? { contracted, currency, list, price, quantity, token_class, unit_price }
    : { contracted, currency, list, note, price, quantity, token_class, unit_price };
}

function unpricedCharge(
  token_class: TokenClass | ServerTool,
  quantity: number,
  currency: string,
  priced: Priced | undefined,
): Charge {
  return {
    contracted: null,
    currency,
    list: null,
    note: isCount(quantity) ? whyUnpriced(token_class, priced) : `${quantity} is not a count`,
    price: null,
    quantity,
    token_class,
    unit_price: null,
  };
}

const whyUnpriced = (cls: PriceClass, priced: Priced | undefined): string =>
  priced === undefined ? `no price for ${cls}` : (priced.note ?? 'not billed by the use');

function unpriced(charges: readonly Charge[], currency: string, notes: readonly string[]): RatedUsage {
  const cost: Cost = { billed: null, contracted: null, currency, list: null, status: 'unpriced' };
  return { charges, cost, billed: null, notes, invoiced: null };
}

function unpricedNotes(
  plan: Plan,
  deployment: PricedDeployment,
  usage: Usage,
  charges: readonly Charge[],
): readonly string[] {
  if (plan.list === null || plan.model === null) return plan.notes;
  const column = columnFor(plan, deployment, usage);
  if (column === null)
    return [...plan.notes, `the price list "${plan.list.seller}" has no geography "${usage.inference_geo}"`];
  const where = `${plan.model} at ${plan.list.seller} (${column.scope}, ${column.tier}, ${column.mode})`;
  const prepaid = plan.list.prepaid[column.tier];
  const missing = charges.filter((each) => each.price === null).map((each) => each.token_class);
  const reason =
    prepaid === undefined ? `no price for ${missing.join(', ')} of ${where} at that time` : `${where}: ${prepaid}`;
  return [...plan.notes, reason];
}
