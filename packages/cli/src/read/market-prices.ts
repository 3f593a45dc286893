// The prices of a scenario's market as price files, laid over the product's own book. An offer that names a list of the book
// keeps it, with its discount as a contract over it; what the scenario prices itself stands as list and contract rows.
import { AppError, invariant, isAppError } from '@weighbridge/kernel';
import { rolesOf } from '@weighbridge/gateway';
import { priceCoverage, type PriceBook } from '@weighbridge/ledger';
import { configSchema } from '@weighbridge/protocol';
import type { DeploymentPlan, MarketPlan, OfferPlan } from '@weighbridge/planner';

export interface PriceSheet {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly text: string;
}

/** A market has one month and no calendar: what it charges it charges whenever it is asked. */
const ALWAYS = '2000-01-01';
const SOURCE = 'market';
const PARTS = 1_000_000;

/** Pure. One file per offer that changes the book; empty where the book says it all. */
export function priceSheets(plan: MarketPlan): PriceSheet[] {
  return plan.offers.flatMap((offer) => {
    const rows = offer.deployments.flatMap((each) => rowsOf(offer, each));
    const derived = contractsOf(offer);
    const own = offer.price_list === null ? headOf(plan, offer) : {};
    if (rows.length + derived.length === 0) return [];
    const page = `scenario ${plan.scenario}, market.offers.${offer.name} (simulated)`;
    const sheet = {
      format: 1,
      seller: offer.price_list ?? listOf(offer),
      ...own,
      sources: { [SOURCE]: { page, read: plan.start, confidence: 'published' } },
      ...(rows.length === 0 ? {} : { prices: unique(rows) }),
      ...(derived.length === 0 ? {} : { derive: derived }),
    };
    return [{ name: offer.name, text: `${JSON.stringify(sheet, null, 1)}\n` }];
  });
}

const listOf = (offer: OfferPlan): string => `market-${offer.name}`;
const pricedName = ({ priced_as, model }: DeploymentPlan): string => priced_as ?? model;

function headOf(plan: MarketPlan, offer: OfferPlan): object {
  const clouds = [...new Set(offer.deployments.map(({ cloud }) => cloud))];
  const sellers = [...new Set(offer.deployments.flatMap(({ roles }) => roles.seller ?? []))];
  return {
    title: `${offer.name} in the scenario ${plan.scenario} (simulated)`,
    currency: 'USD',
    default_scope: 'global',
    sold_over: clouds.map((cloud) => ({ cloud, ...(sellers.length === 0 ? {} : { sellers }) })),
    tiers: { standard: 'standard', default: 'standard' },
    speeds: { standard: 'standard' },
    geos: { global: '*', us: '*', eu: '*', not_available: '*' },
    bill_as: [
      { class: 'reasoning', as: 'output', source: SOURCE },
      { class: 'input_image', as: 'input', source: SOURCE },
    ],
  };
}

/** What the scenario prices itself: the list, and the contract where there is something off it. */
function rowsOf(offer: OfferPlan, each: DeploymentPlan): object[] {
  const { price } = each;
  if (price === null) return [];
  const row = (kind: 'list' | 'contract', factor: number): object => ({
    model: pricedName(each),
    scope: '*',
    kind,
    from: ALWAYS,
    source: SOURCE,
    ...Object.fromEntries(Object.entries(price).map(([name, value]) => [name, decimalOf(value * factor)])),
  });
  return [row('list', 1), ...(offer.discount === 0 ? [] : [row('contract', 1 - offer.discount)])];
}

function contractsOf(offer: OfferPlan): object[] {
  const models = offer.deployments.filter(({ price }) => price === null).map(pricedName);
  if (models.length === 0 || offer.discount === 0) return [];
  return [
    {
      kind: 'contract',
      factor: `${Math.round((1 - offer.discount) * PARTS)}/${PARTS}`,
      models: [...new Set(models)],
      take: { tier: 'standard', mode: 'standard' },
      from: ALWAYS,
      source: SOURCE,
    },
  ];
}

/** Deployments of one priced name have one price. */
const unique = (rows: readonly object[]): object[] => [
  ...new Map(rows.map((row) => [JSON.stringify(row), row])).values(),
];

/** Per million tokens: what is finer than a millionth of a dollar is no whole price of one token. */
const decimalOf = (value: number): string => {
  const [whole = '0', rest = ''] = value.toFixed(6).split('.');
  const cents = rest.replace(/0+$/, '');
  return cents === '' ? whole : `${whole}.${cents}`;
};

/** Reads the book with the market's files in it. Throws DEAL_INVALID where they do not fit it, or where something has no price. */
export function requirePrices(plan: MarketPlan, open: () => { readonly book: PriceBook }): void {
  const unpriced = coverageOf(plan, opened(plan, open)).filter(({ status }) => status === 'unpriced');
  if (unpriced.length === 0) return;
  const told = unpriced.map(({ deployment, notes }) => `"${deployment}" has no price (${notes.join('; ')})`);
  throw new AppError('DEAL_INVALID', `the scenario ${plan.scenario} leaves something unpriced: ${told.join('; ')}`, {
    next: 'write `price` at the deployment, or its name in the price list as `priced_as`',
  });
}

function opened({ scenario }: MarketPlan, open: () => { readonly book: PriceBook }): PriceBook {
  try {
    return open().book;
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError('DEAL_INVALID', `the prices of the scenario ${scenario} do not fit the book: ${error.message}`, {
      next: 'correct `priced_as` or `price` in the offer whose file is named',
      cause: error,
    });
  }
}

function coverageOf({ offers }: MarketPlan, book: PriceBook): ReturnType<typeof priceCoverage> {
  const deployments = offers.flatMap((offer) => offer.deployments).map((each) => ({ ...each, ...whoIsWho(each) }));
  return priceCoverage(book, deployments, Date.now());
}

/** What the price depends on beside the deployment's own words: who sells it, and the tier that a scenario does not name. */
function whoIsWho(each: DeploymentPlan): { readonly tier: string; readonly roles: ReturnType<typeof rolesOf> } {
  const { cloud, model, priced_as, hosting, region, roles } = each;
  const one = { cloud, model, priced_as, hosting, region, roles, credential: 'any' };
  const { deployments } = configSchema.parse({ version: 1, deployments: { one } });
  const read = deployments['one'];
  invariant(read !== undefined, 'a deployment that is written is read');
  return { tier: read.tier, roles: rolesOf(read) };
}
