// A scenario's market in words: which one runs, how much of each offer there is, and what differs from the one before.
import type { DeploymentPlan, MarketPlan, OfferPlan } from '@weighbridge/planner';
import { count, counted } from '../frame/text-table.ts';

/** What a start and `status` say of the market, as data. */
export interface MarketFacts {
  readonly name: string;
  readonly title: string;
  readonly simulated: true;
  readonly month: string;
  readonly offers: readonly {
    readonly name: string;
    readonly deployments: readonly string[];
    readonly tokens_per_minute: number;
    readonly grade: string;
    readonly source: string;
  }[];
  /** Of a start: what differs from the one before it in the same folder; absent where nothing does. */
  readonly changed?: Changed;
}

interface Changed {
  /** Name of the scenario that ran before. */
  readonly before: string;
  readonly changes: readonly string[];
}

export function changesText(now: string, { before, changes }: Changed): string {
  const what =
    before === now
      ? `The scenario ${now} is not what it was at the last start here.`
      : `The scenario is ${now}; the last start here ran ${before}.`;
  return [what, ...changes.map((change) => `  ${change}`), '  The journal holds both configurations.'].join('\n');
}

export const marketFacts = ({ scenario, title, month, offers }: MarketPlan): MarketFacts => ({
  name: scenario,
  title,
  simulated: true,
  month,
  offers: offers.map(({ name, deployments, capacity: { tokens_per_minute, grade, source } }) => ({
    name,
    deployments: deployments.map(({ id }) => id),
    tokens_per_minute,
    grade,
    source,
  })),
});

/** One line: `alliance, as it stands in 2027-06: 7 offers of 20 deployments (simulated)`. */
export function marketLine({ name, month, offers }: MarketFacts): string {
  const deployments = offers.reduce((sum, offer) => sum + offer.deployments.length, 0);
  return `${name}, as it stands in ${month}: ${counted(offers.length, 'offer', 'offers')} of ${counted(deployments, 'deployment', 'deployments')} (simulated)`;
}

/** `claude-on-azure  8,329,100 tokens a minute, simulated`. */
export const offerLine = ({ tokens_per_minute, grade }: MarketFacts['offers'][number]): string =>
  tokens_per_minute === 0
    ? `nothing to serve with in that month (${grade}): every call there is turned away as overload`
    : `${count(tokens_per_minute)} tokens a minute (${grade})`;

/** What the gateway meets otherwise than at the last start here; empty where it is the same market. */
export function marketChanges(before: MarketPlan, now: MarketPlan): string[] {
  const [was, is] = [placesOf(before), placesOf(now)];
  const gone = [...was.keys()].filter((id) => !is.has(id));
  const come = [...is.keys()].filter((id) => !was.has(id));
  const moved = [...is].flatMap(([id, place]) => {
    const old = was.get(id);
    const what = old === undefined ? [] : differences(old, place);
    return what.length === 0 ? [] : [`${id}: ${what.join(', ')}`];
  });
  const routes = namesThatDiffer(before.routes, now.routes);
  return [
    ...(gone.length === 0 ? [] : [`no longer sold: ${gone.join(', ')}`]),
    ...(come.length === 0 ? [] : [`new: ${come.join(', ')}`]),
    ...moved,
    ...(routes.length === 0 ? [] : [`routes that differ: ${routes.join(', ')}`]),
  ];
}

interface Place {
  readonly offer: OfferPlan;
  readonly deployment: DeploymentPlan;
}

const placesOf = ({ offers }: MarketPlan): Map<string, Place> =>
  new Map(
    offers.flatMap((offer) =>
      offer.deployments.map((deployment): [string, Place] => [deployment.id, { offer, deployment }]),
    ),
  );

function differences(old: Place, now: Place): string[] {
  const parts: readonly [string, (place: Place) => unknown][] = [
    ['price', ({ offer, deployment }) => [offer.price_list, deployment.price, deployment.priced_as]],
    ['discount', ({ offer }) => offer.discount],
    ['limits', ({ deployment }) => deployment.limits],
    ['capacity', ({ offer }) => offer.capacity.tokens_per_minute],
    ['who is who', ({ deployment }) => [deployment.roles, deployment.hosting]],
    ['region', ({ deployment }) => [deployment.region, deployment.region_set, deployment.region_scope]],
    ['model', ({ deployment }) => [deployment.cloud, deployment.model]],
  ];
  return parts.flatMap(([name, of]) => (JSON.stringify(of(old)) === JSON.stringify(of(now)) ? [] : [name]));
}

function namesThatDiffer(before: MarketPlan['routes'], now: MarketPlan['routes']): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
}
