// Questions about prices that are asked outside the hot path: what would this call have cost elsewhere, what changes
// under another book, and which deployments have no price at all.
import { moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { Usage } from '@weighbridge/protocol';
import type { PriceBook } from './book.ts';
import type { PricedDeployment } from './identity.ts';
import type { Confidence } from './price-row.ts';
import { createRater, type PriceRater, type RatedUsage } from './rate.ts';
import { columnRows, sliceAt } from './tariff.ts';

export interface Rerated {
  readonly before: RatedUsage;
  readonly after: RatedUsage;
  /** `after` minus `before`; null when either is unpriced. Zero when both books hold the same prices. */
  readonly difference: Money | null;
}

/** The same usage under another book: the basis of a correction (reversal and re-entry), never an edit. */
export function rerate(
  usage: Usage | null,
  deployment: PricedDeployment,
  at: number,
  books: { readonly from: PriceBook; readonly to: PriceBook },
): Rerated {
  const before = createRater(books.from).rate(deployment, usage, at);
  const after = createRater(books.to).rate(deployment, usage, at);
  const difference = before.billed === null || after.billed === null ? null : after.billed - before.billed;
  return { before, after, difference };
}

export interface PriceOption {
  readonly deployment: string;
  readonly seller: string | null;
  readonly model: string | null;
  readonly scope: string;
  readonly rated: RatedUsage;
  /** Against the deployment that served, decimal string with sign; null when either is unpriced. */
  readonly difference: string | null;
}

/**
 * What the measured usage would have cost at each deployment, the served one first, the rest cheapest first and the
 * unpriced last. Token counts are those of the model that served: another model's tokenizer counts differently.
 */
export function explainPrice(
  rater: PriceRater,
  usage: Usage | null,
  at: number,
  served: PricedDeployment & { readonly id: string },
  others: readonly (PricedDeployment & { readonly id: string })[],
): readonly PriceOption[] {
  const actual = option(rater, usage, at, served, null);
  const base = actual.rated.billed;
  // Tier, speed and geography were reported by the seller that served; elsewhere the configured ones apply.
  const elsewhere = usage === null ? null : stripped(usage);
  const options = others
    .filter((each) => each.id !== served.id)
    .map((each) => option(rater, elsewhere, at, each, base));
  return [{ ...actual, difference: base === null ? null : '0' }, ...options.toSorted(cheapestFirst)];
}

function stripped(usage: Usage): Usage {
  const { tier: _tier, speed: _speed, inference_geo: _geo, ...rest } = usage;
  return rest;
}

function option(
  rater: PriceRater,
  usage: Usage | null,
  at: number,
  deployment: PricedDeployment & { readonly id: string },
  base: Money | null,
): PriceOption {
  const { list, model, scope } = rater.identify(deployment);
  const rated = rater.rate(deployment, usage, at);
  const difference = base === null || rated.billed === null ? null : moneyToDecimal(rated.billed - base);
  return { deployment: deployment.id, seller: list?.seller ?? null, model, scope, rated, difference };
}

function cheapestFirst(a: PriceOption, b: PriceOption): number {
  const [x, y] = [a.rated.billed, b.rated.billed];
  if (x === null || y === null)
    return Number(x === null) - Number(y === null) || (a.deployment < b.deployment ? -1 : 1);
  return x < y ? -1 : x > y ? 1 : a.deployment < b.deployment ? -1 : 1;
}

export interface Coverage {
  readonly deployment: string;
  /** `priced`; `flagged`: priced, but by a third party's quote or with a contradiction; `unpriced`: no list, model or column. */
  readonly status: 'priced' | 'flagged' | 'unpriced';
  readonly seller: string | null;
  readonly model: string | null;
  readonly scope: string;
  readonly tier: string;
  readonly confidence: Confidence | null;
  /** Sentences for a person: what is missing or doubtful. */
  readonly notes: readonly string[];
}

/** Which deployments have a price for plain input and output at `at`, as configured: for `doctor` and `config check`. */
export function priceCoverage(
  book: PriceBook,
  deployments: readonly (PricedDeployment & { readonly id: string })[],
  at: number,
): readonly Coverage[] {
  const rater = createRater(book);
  return deployments.map((deployment) => coverageOf(book, rater, deployment, at));
}

function coverageOf(
  book: PriceBook,
  rater: PriceRater,
  deployment: PricedDeployment & { readonly id: string },
  at: number,
): Coverage {
  const { list, model, scope, notes } = rater.identify(deployment);
  const tier = list?.tiers[deployment.tier] ?? deployment.tier;
  const head = { deployment: deployment.id, seller: list?.seller ?? null, model, scope, tier };
  if (list === null || model === null) return { ...head, status: 'unpriced', confidence: null, notes };
  const rows = columnRows(book, list.seller, model, { scope, tier, mode: 'standard' });
  const band = sliceAt(book, rows, at).bands[0];
  const live = [band?.prices.get('input'), band?.prices.get('output')].filter((each) => each !== undefined);
  if (live.length < 2) {
    const why = list.prepaid[tier] ?? 'the list has no price for that column and time';
    return { ...head, status: 'unpriced', confidence: null, notes: [...notes, `${model} (${scope}, ${tier}): ${why}`] };
  }
  const used = live.map((each) => book.row(each.ref.row)).filter((row) => row !== undefined);
  const doubtful = used.find((row) => row.confidence !== 'published');
  const doubt =
    doubtful === undefined ? [] : [`price ${doubtful.confidence} (${doubtful.source.page}, ${doubtful.source.read})`];
  const all = [...notes, ...doubt];
  return {
    ...head,
    status: all.length === 0 ? 'priced' : 'flagged',
    confidence: doubtful?.confidence ?? 'published',
    notes: all,
  };
}
