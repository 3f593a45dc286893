// What the shape of a `market` cannot say: names that exist, one offer per channel, prices and capacity that come from
// somewhere, and a month that the scenario has.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { didYouMean } from '@weighbridge/kernel';
import type { Market, MarketRoles } from './market.ts';
import { monthIndex, type Scenario } from './scenario.ts';

/** Whoever buys and runs a model itself is no actor of the market. */
const SELF = 'self';

export function checkMarketOffers(scenario: Scenario, problems: ProblemList): void {
  const { market } = scenario;
  if (market === undefined) return;
  const index = monthIndex(scenario, market.month);
  if (index < 0 || index >= scenario.months)
    problems.error(
      ['market', 'month'],
      `${market.month} is no month of this scenario, which has ${scenario.months} from ${scenario.start}`,
      `write ${scenario.start} or a later one`,
    );
  if (scenario.currency !== 'USD')
    problems.error(
      ['currency'],
      `the market of a running instance is priced in USD, and the scenario is in ${scenario.currency}`,
      'convert it to USD, or leave `market` out',
    );
  checkOffers(scenario, market, problems);
  checkPrices(market, problems);
  checkRoutes(market, problems);
}

function checkOffers(scenario: Scenario, market: Market, problems: ProblemList): void {
  const channels = new Set<string>();
  const seen = new Set<string>();
  for (const [name, offer] of Object.entries(market.offers)) {
    const path = ['market', 'offers', name];
    exists([...path, 'known', 'source'], offer.known.source, 'a source', Object.keys(scenario.sources), problems);
    checkRoles([...path, 'roles'], offer.roles, scenario, problems);
    if (offer.channel === undefined) {
      if (offer.capacity === undefined)
        problems.error(
          path,
          `"${name}" serves no channel, so its capacity cannot be simulated`,
          'add `channel`, or state `capacity`',
          'key',
        );
    } else {
      exists([...path, 'channel'], offer.channel, 'a channel', Object.keys(scenario.channels), problems);
      if (channels.has(offer.channel))
        problems.error([...path, 'channel'], `"${offer.channel}" is offered twice`, 'put both into one offer');
      channels.add(offer.channel);
    }
    for (const [id, deployment] of Object.entries(offer.deployments)) {
      const at = [...path, 'deployments', id];
      if (seen.has(id)) problems.error(at, `the deployment "${id}" stands twice`, 'rename one of the two', 'key');
      seen.add(id);
      checkRoles([...at, 'roles'], deployment.roles, scenario, problems);
      if (offer.price_list === undefined && deployment.price === undefined)
        problems.error(
          at,
          `"${id}" has no price, and "${name}" names no list of the price book`,
          'add `price` here, or `price_list` to the offer',
          'key',
        );
    }
  }
}

/** One name in one price list has one price and one discount. */
function checkPrices({ offers }: Market, problems: ProblemList): void {
  const first = new Map<string, string>();
  for (const [name, offer] of Object.entries(offers))
    for (const [id, { price, priced_as, model }] of Object.entries(offer.deployments)) {
      const priced = priced_as ?? model;
      const key = `${offer.price_list ?? `${name} of its own`}\n${priced}`;
      const terms = JSON.stringify([price ?? null, offer.discount ?? null]);
      if ((first.get(key) ?? terms) !== terms)
        problems.error(
          ['market', 'offers', name, 'deployments', id],
          `"${priced}" has two prices or discounts in one price list`,
          'make them the same, or give one of them a `priced_as` of its own',
          'key',
        );
      first.set(key, first.get(key) ?? terms);
    }
}

function checkRoles(
  path: DocumentPath,
  roles: MarketRoles | undefined,
  { actors }: Scenario,
  problems: ProblemList,
): void {
  for (const [role, party] of Object.entries(roles ?? {}))
    if (party !== undefined) exists([...path, role], party, 'an actor', [...Object.keys(actors), SELF], problems);
}

function checkRoutes({ offers, routes }: Market, problems: ProblemList): void {
  const deployments = Object.values(offers).flatMap((offer) => Object.keys(offer.deployments));
  for (const [name, route] of Object.entries(routes))
    for (const [index, id] of route.candidates.entries()) {
      const path = ['market', 'routes', name, 'candidates', index];
      exists(path, id, 'a deployment', deployments, problems);
      if (route.candidates.indexOf(id) < index)
        problems.error(path, `"${id}" stands twice in this route`, 'keep the first');
    }
}

function exists(path: DocumentPath, name: string, what: string, known: readonly string[], problems: ProblemList): void {
  if (known.includes(name)) return;
  const near = didYouMean(name, known);
  problems.error(
    path,
    `"${name}" is not ${what} of this scenario`,
    near === undefined ? `use one of ${known.join(', ') || '(none is written yet)'}` : `did you mean ${near}?`,
  );
}
