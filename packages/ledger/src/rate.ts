// Rating: usage × prices = charges, exact. A pure function of (usage, deployment, moment, book): the same call rated
// again with the same book gives the same bytes. What has no price is `unpriced`: never zero, never a guess. Plans are
// built once per deployment, so that the hot path is map look-ups, one multiplication and one formatting per class.
import { moneyToDecimal, type Money } from '@weighbridge/kernel';
import {
  SERVER_TOOLS,
  TOKEN_CLASSES,
  usageTotals,
  type Charge,
  type Cost,
  type Usage,
} from '@weighbridge/protocol';
import { boundOf, type Most } from './bound.ts';
import type { PriceBook } from './book.ts';
import { identify, type Identity, type PricedDeployment } from './identity.ts';
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
  readonly invoiced: { readonly unit: string; readonly quantity: string } | null;
}

export interface PriceRater {
  /** Version of the book that prices. */
  readonly book: string;
  /**
   * Charges and cost of one call. `at`: UTC milliseconds of the call. Usage that is null or of unknown source is
   * unpriced. Never throws on prices; identical arguments give identical results.
   */
  rate(deployment: PricedDeployment, usage: Usage | null, at: number): RatedUsage;
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
}

const CLASSES: readonly PriceClass[] = [...TOKEN_CLASSES, ...SERVER_TOOLS];
/** Slices kept per plan: columns are few; a plan that rates history starts over rather than grow. */
const MAX_SLICES = 256;

export function createRater(book: PriceBook): PriceRater {
  const plans = new WeakMap<PricedDeployment, Plan>();
  const planOf = (deployment: PricedDeployment): Plan => {
    const ready = plans.get(deployment);
    if (ready !== undefined) return ready;
    const plan = { ...identify(book, deployment), book, slices: new Map<string, Slice>() };
    plans.set(deployment, plan);
    return plan;
  };
  return {
    book: book.id,
    rate: (deployment, usage, at) => rateUsage(planOf(deployment), deployment, usage, at),
    bound: (deployment, most, at) => boundOf(book, planOf(deployment), most, at),
    identify: planOf,
  };
}

function rateUsage(plan: Plan, deployment: PricedDeployment, usage: Usage | null, at: number): RatedUsage {
  const currency = plan.list?.currency ?? 'USD';
  if (usage === null || usage.source === 'unknown') {
    return unpriced([], currency, [...plan.notes, 'the seller reported no usage, and none could be estimated']);
  }
  const prices = pricesFor(plan, deployment, usage, at);
  const charges: Charge[] = [];
  let billed = 0n;
  let list: Money | null = 0n;
  let complete = plan.model !== null && prices !== null;
  for (const cls of CLASSES) {
    const quantity = countOf(usage, cls);
    if (quantity === 0) continue;
    const priced = prices?.get(cls);
    if (priced === undefined || priced.unit === null) {
      charges.push(unpricedCharge(cls, quantity, currency, priced));
      complete = false;
      continue;
    }
    const amount = BigInt(quantity) * priced.unit;
    const listed = priced.list === null ? null : priced.list === priced.unit ? amount : BigInt(quantity) * priced.list;
    billed += amount;
    list = listed === null || list === null ? null : list + listed;
    charges.push(charge(cls, quantity, currency, priced, amount, listed));
  }
  if (!complete) return unpriced(charges, currency, unpricedNotes(plan, deployment, usage, charges));
  const amount = moneyToDecimal(billed);
  const cost: Cost = {
    billed: amount,
    contracted: amount,
    currency,
    list: list === null ? null : list === billed ? amount : moneyToDecimal(list),
    status: usage.source === 'estimated' ? 'estimated' : 'exact',
  };
  return { charges, cost, billed, notes: plan.notes, invoiced: invoicedIn(plan, billed) };
}

function countOf(usage: Usage, cls: PriceClass): number {
  const tokens = (usage.tokens as Readonly<Record<string, number | undefined>>)[cls];
  return tokens ?? (usage.server_tools as Readonly<Record<string, number | undefined>> | undefined)?.[cls] ?? 0;
}

function pricesFor(plan: Plan, deployment: PricedDeployment, usage: Usage, at: number): ReadonlyMap<PriceClass, Priced> | null {
  const column = columnFor(plan, deployment, usage);
  if (column === null || plan.list === null || plan.model === null) return null;
  const key = `${column.scope}\n${column.tier}\n${column.mode}`;
  let slice = plan.slices.get(key);
  if (slice === undefined || at < slice.from || at >= slice.to) {
    slice = sliceAt(plan.book, columnRows(plan.book, plan.list.seller, plan.model, column), at);
    if (plan.slices.size >= MAX_SLICES) plan.slices.clear();
    plan.slices.set(key, slice);
  }
  if (slice.bands.length === 1) return slice.bands[0]?.prices ?? null;
  const { prompt } = usageTotals(usage);
  for (const band of slice.bands) if (prompt <= band.upto) return band.prices;
  return null;
}

/** What the seller reports decides (it is what it bills), then what is configured. Null: a geography without a price. */
export function columnFor(plan: Identity, deployment: PricedDeployment, usage: Usage): Column | null {
  const { list } = plan;
  if (list === null) return null;
  const word = usage.tier === undefined || list.stickyTiers.includes(deployment.tier) ? deployment.tier : usage.tier;
  const tier = list.tiers[word] ?? word;
  const mode = usage.speed === undefined ? 'standard' : (list.speeds[usage.speed] ?? usage.speed);
  if (usage.inference_geo === undefined || Object.keys(list.geos).length === 0) return { scope: plan.scope, tier, mode };
  const scope = list.geos[usage.inference_geo];
  return scope === undefined ? null : { scope: scope === '*' ? plan.scope : scope, tier, mode };
}

function charge(
  cls: PriceClass,
  quantity: number,
  currency: string,
  priced: Priced,
  amount: Money,
  listed: Money | null,
): Charge {
  const contracted = moneyToDecimal(amount);
  return {
    contracted,
    currency,
    list: listed === null ? null : listed === amount ? contracted : moneyToDecimal(listed),
    ...(priced.note === null ? {} : { note: priced.note }),
    price: priced.ref,
    quantity,
    token_class: cls as Charge['token_class'],
    unit_price: priced.unitText,
  };
}

function unpricedCharge(cls: PriceClass, quantity: number, currency: string, priced: Priced | undefined): Charge {
  return {
    contracted: null,
    currency,
    list: null,
    note: priced === undefined ? `no price for ${cls}` : (priced.note ?? 'not billed by the use'),
    price: null,
    quantity,
    token_class: cls as Charge['token_class'],
    unit_price: null,
  };
}

function unpriced(charges: readonly Charge[], currency: string, notes: readonly string[]): RatedUsage {
  const cost: Cost = { billed: null, contracted: null, currency, list: null, status: 'unpriced' };
  return { charges, cost, billed: null, notes, invoiced: null };
}

function unpricedNotes(plan: Plan, deployment: PricedDeployment, usage: Usage, charges: readonly Charge[]): readonly string[] {
  if (plan.list === null || plan.model === null) return plan.notes;
  const column = columnFor(plan, deployment, usage);
  if (column === null) return [...plan.notes, `the price list "${plan.list.seller}" has no geography "${usage.inference_geo}"`];
  const where = `${plan.model} at ${plan.list.seller} (${column.scope}, ${column.tier}, ${column.mode})`;
  const prepaid = plan.list.prepaid[column.tier];
  const missing = charges.filter((each) => each.price === null).map((each) => each.token_class);
  const reason = prepaid === undefined ? `no price for ${missing.join(', ')} of ${where} at that time` : `${where}: ${prepaid}`;
  return [...plan.notes, reason];
}

/** Units of the seller's invoice: amount ÷ unit price, exact because unit prices divide 1 (a cent is 10^10 pico). */
export function invoicedIn(plan: Identity, billed: Money): RatedUsage['invoiced'] {
  const unit = plan.list?.invoiceUnit;
  if (unit === undefined) return null;
  const pico = 1_000_000_000_000n;
  const scaled = billed * pico;
  if (scaled % unit.price !== 0n) return null;
  return { unit: unit.name, quantity: moneyToDecimal(scaled / unit.price) };
}
