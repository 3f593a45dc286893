// A scenario to the market that a running instance meets: every offer with its roles, price, limits and capacity as plain
// numbers, the likely value of each. Where the file states no capacity it is simulated, and the plan says from what. Pure.
import { invariant } from '@weighbridge/kernel';
import type { Market, MarketDeployment, MarketOffer, MarketRoles } from './market.ts';
import { channelReach } from './market-reach.ts';
import { centre, type Quantity } from './quantity.ts';
import type { Scenario } from './scenario.ts';

export interface CapacityPlan {
  readonly tokens_per_minute: number;
  /** `simulated`, or the grade that the file gives. */
  readonly grade: 'simulated' | 'reported' | 'assumed' | 'verified';
  /** How it came about, in words. */
  readonly source: string;
}

export interface LimitsPlan {
  readonly requests_per_minute: number;
  readonly tokens_per_minute: number;
}

export const PRICE_NAMES = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const;
/** Per million tokens, in the scenario's currency. */
export type PricePlan = Readonly<Partial<Record<(typeof PRICE_NAMES)[number], number>>>;

type Wire = Pick<
  MarketDeployment,
  | 'model'
  | 'priced_as'
  | 'region'
  | 'region_set'
  | 'region_scope'
  | 'hosting'
  | 'path_style'
  | 'api_version'
  | 'credential'
>;

export interface DeploymentPlan extends Wire {
  readonly id: string;
  readonly cloud: string;
  /** Those that the scenario says; the others are the cloud's usual ones. */
  readonly roles: MarketRoles;
  readonly limits: LimitsPlan;
  /** Null: what the price list of the offer says. */
  readonly price: PricePlan | null;
}

export interface OfferPlan {
  readonly name: string;
  readonly channel: string | null;
  readonly price_list: string | null;
  /** Share off the list, by contract. */
  readonly discount: number;
  readonly capacity: CapacityPlan;
  readonly deployments: readonly DeploymentPlan[];
}

export interface MarketPlan {
  readonly scenario: string;
  readonly title: string;
  /** The day from which the scenario runs. */
  readonly start: string;
  readonly month: string;
  readonly offers: readonly OfferPlan[];
  readonly routes: Market['routes'];
}

/** Paths of the simulated capacity: an odd number, so that the middle one is one of them. */
export const REACH_PATHS = 101;

/** Null where the scenario has no `market`. */
export function marketPlan(scenario: Scenario, seed = 1): MarketPlan | null {
  const { market } = scenario;
  if (market === undefined) return null;
  const simulated = Object.values(market.offers).some((offer) => offer.capacity === undefined);
  const reach = simulated
    ? channelReach(scenario, { month: market.month, peak: market.peak, seed, paths: REACH_PATHS })
    : new Map<string, number>();
  return {
    scenario: scenario.name,
    title: scenario.title,
    start: `${scenario.start}-01`,
    month: market.month,
    offers: Object.entries(market.offers).map(([name, offer]) => ({
      name,
      channel: offer.channel ?? null,
      price_list: offer.price_list ?? null,
      discount: centre(offer.discount ?? scenario.organisation.discount),
      capacity: capacityOf(scenario, market, offer, reach, seed),
      deployments: Object.entries(offer.deployments).map(([id, each]) => deploymentOf(scenario, offer, id, each)),
    })),
    routes: market.routes,
  };
}

function capacityOf(
  scenario: Scenario,
  market: Market,
  { capacity, channel }: MarketOffer,
  reach: ReadonlyMap<string, number>,
  seed: number,
): CapacityPlan {
  if (capacity !== undefined)
    return {
      tokens_per_minute: Math.floor(centre(capacity)),
      grade: capacity.grade,
      source: scenario.sources[capacity.source] ?? capacity.source,
    };
  invariant(channel !== undefined, 'an offer without a channel states its capacity');
  return {
    tokens_per_minute: reach.get(channel) ?? 0,
    grade: 'simulated',
    source: `P50 of ${REACH_PATHS} paths under seed ${seed}: of what the organisation asks of ${channel} in its busiest minute of ${market.month}, the part that the channel can serve`,
  };
}

function deploymentOf(scenario: Scenario, offer: MarketOffer, id: string, each: MarketDeployment): DeploymentPlan {
  const { model, priced_as, region, region_set, region_scope, hosting, path_style, api_version, credential } = each;
  return {
    id,
    cloud: each.cloud ?? offer.cloud,
    model,
    region,
    ...present({ priced_as, region_set, region_scope, hosting, path_style, api_version, credential }),
    roles: present({ ...channelRoles(scenario, offer), ...offer.roles, ...each.roles }),
    limits: limitsOf(each.limits ?? offer.limits),
    price: each.price === undefined ? null : pricesOf(each.price),
  };
}

/** On a channel, who made the model is known; whoever sells it does the rest, unless the offer says otherwise. */
function channelRoles({ channels }: Scenario, { channel }: MarketOffer): MarketRoles {
  const way = channel === undefined ? undefined : channels[channel];
  if (way === undefined) return {};
  const { developer, seller } = way;
  return {
    developer,
    seller,
    biller: seller,
    operator: seller,
    host: seller,
    processor: seller,
    sla_provider: seller,
  };
}

const limitsOf = ({ requests, tokens }: MarketOffer['limits']): LimitsPlan => ({
  requests_per_minute: Math.floor(centre(requests)),
  tokens_per_minute: Math.floor(centre(tokens)),
});

function pricesOf(price: NonNullable<MarketDeployment['price']>): PricePlan {
  const stated = PRICE_NAMES.flatMap((name): [string, number][] => {
    const held: Quantity | undefined = price[name];
    return held === undefined ? [] : [[name, centre(held)]];
  });
  return Object.fromEntries(stated);
}

/** Without what is undefined. */
const present = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
