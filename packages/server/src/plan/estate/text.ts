// The instance's own estate as a plan of exposure: a file to be read, run, saved and corrected by hand. What is not known is not written, or
// written as the neutral value that its comment names, and stands under `unknown` as well, so that every answer made from the file tells it.
import { PLAN_TEXT_MOST } from '@weighbridge/protocol';
import { dayOf, type EstateDeployment, type EstateFacts, type EstateRoute } from './facts.ts';

export interface EstateText {
  readonly text: string;
  readonly title: string;
  readonly simulated: boolean;
  readonly unknown: readonly string[];
}

/** As many deployments and routes as a plan of exposure takes; fewer where names are so long that the file could not be posted. */
const EACH_MOST = [40, 30, 20, 10] as const;
const ROUTE_MOST = 20;
const ID_MOST = 60;

/** Null where the configuration has no route to a deployment with a price: there is no estate to plan with. */
export function estateText(facts: EstateFacts): EstateText | null {
  const simulated = facts.log !== 'live';
  const title = `The estate of ${facts.organisation}, as its instance knows it${simulated ? ' (simulated)' : ''}`;
  let written: EstateText | null = null;
  for (const most of EACH_MOST) {
    const chosen = chosenOf(facts, most);
    if (chosen === null) return null;
    const unknown = unknownOf(facts, chosen);
    written = { text: fileOf(facts, chosen, title, unknown), title, simulated, unknown };
    if (written.text.length <= PLAN_TEXT_MOST) break;
  }
  return written;
}

interface Chosen {
  readonly currency: string;
  readonly deployments: readonly (EstateDeployment & { readonly name: string })[];
  readonly routes: readonly (EstateRoute & { readonly name: string; readonly order: readonly string[] })[];
  readonly left: {
    readonly unpriced: readonly string[];
    readonly deployments: number;
    readonly routes: readonly string[];
  };
}

function chosenOf({ deployments, routes }: EstateFacts, most: number): Chosen | null {
  const currency = commonest(deployments.flatMap(({ price }) => price?.currency ?? []));
  if (currency === null) return null;
  const priced = deployments.filter(({ price }) => price?.currency === currency);
  const isPriced = (id: string): boolean => priced.some(({ deployment }) => deployment.id === id);
  const led = routes
    .map((each) => ({ ...each, order: orderOf(each) }))
    .filter(({ order: [first] }) => first !== undefined && isPriced(first));
  const crossed = led.filter(({ traffic }) => traffic !== null);
  const shownRoutes = (crossed.length > 0 ? crossed : led).toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, most);
  // Whatever a route that is shown begins with comes first.
  const homes = new Set(shownRoutes.map(({ order }) => order[0]));
  const others = new Set(shownRoutes.flatMap(({ order }) => order.slice(1)));
  const rank = ({ deployment: { id } }: EstateDeployment): number => (homes.has(id) ? 0 : others.has(id) ? 1 : 2);
  const shown = priced.toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
  const name = names(shown.map(({ deployment }) => deployment.id));
  const routeName = names(shownRoutes.map(({ route }) => route.id));
  if (shownRoutes.length === 0) return null;
  return {
    currency,
    deployments: shown.map((each) => ({ ...each, name: name.get(each.deployment.id)! })),
    routes: shownRoutes.map((each) => ({
      ...each,
      name: routeName.get(each.route.id)!,
      order: each.order.flatMap((id) => name.get(id) ?? []).slice(0, ROUTE_MOST),
    })),
    left: {
      unpriced: deployments.filter((each) => !priced.includes(each)).map(({ deployment }) => deployment.id),
      deployments: priced.length - shown.length,
      routes: routes.map(({ route }) => route.id).filter((id) => !routeName.has(id)),
    },
  };
}

const sizeOf = ({ traffic }: EstateRoute): number =>
  traffic === null ? 0 : traffic.tokens.input + traffic.tokens.cached + traffic.tokens.output;

/** Candidates as they are tried: in order, or the heaviest first. */
const orderOf = ({ route: { strategy, candidates } }: EstateRoute): string[] =>
  (strategy === 'weighted' ? candidates.toSorted((a, b) => b.weight - a.weight) : candidates).map(
    ({ deployment }) => deployment,
  );

function commonest(values: readonly string[]): string | null {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? null;
}

/** Names of the configuration as a plan may write them, each its own. */
function names(ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    ids.map((id) => {
      const plain = plainName(id);
      let name = plain;
      for (let count = 2; taken.has(name); count += 1) name = `${plain.slice(0, ID_MOST - 4)}-${count}`;
      taken.add(name);
      return [id, name] as const;
    }),
  );
}

const plainName = (id: string): string =>
  id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, ID_MOST)
    .replace(/-$/, '') || 'unnamed';

/** The first word of a model's name: `claude` of `claude-sonnet-4-5`. */
const familyOf = (model: string): string => /^[a-z]+/i.exec(model)?.[0]?.toLowerCase() ?? model;

function unknownOf({ traffic, looked, ties, contracts, log }: EstateFacts, chosen: Chosen): string[] {
  const { deployments, routes, left } = chosen;
  const sellers = [...new Set(deployments.map(({ deployment }) => deployment.roles.seller))];
  const untied = sellers.filter((seller) => !ties.has(seller));
  const unsigned = sellers.filter((seller) => !contracts.has(seller));
  const unmeasured = deployments.filter(({ ttft_ms }) => ttft_ms === null);
  const uncounted = routes.reduce((sum, each) => sum + (each.traffic?.unknown ?? 0), 0);
  const uncached = deployments.filter(({ price }) => price?.cached === null);
  const lines = [
    log === 'live' ? '' : `everything is simulated: these are calls of the ${log} log, and no real money was spent`,
    periodWords(traffic),
    'how much each deployment carries: nobody has tried',
    'how critical each route is: all stand at 1; say which matter less',
    'which model does in the place of another: no proof is written down',
    'what each deployment runs on: sellers do not say',
    'what keys may use, and where: rules of keys on clouds and regions are not in it',
    looked === 0
      ? 'which features the routes use: no call was looked at'
      : `which features calls use: those of the newest ${looked.toLocaleString('en')} are told`,
    uncounted === 0 ? '' : `what ${uncounted.toLocaleString('en')} calls used: nobody reported it`,
    unmeasured.length === 0 ? '' : `the first token of ${listed(unmeasured.map(({ name }) => name))}: not measured`,
    uncached.length === 0
      ? ''
      : `a price of cached input at ${listed(uncached.map(({ name }) => name))}: taken as that of input`,
    untied.length === 0 ? '' : `whose ${listed(untied)} ${untied.length === 1 ? 'is' : 'are'}: not in the register`,
    unsigned.length === 0 ? '' : `what leaving ${listed(unsigned)} takes: no signed contract is entered`,
    left.unpriced.length === 0 ? '' : `left out, without a price in ${chosen.currency}: ${listed(left.unpriced)}`,
    left.deployments === 0 ? '' : `left out: ${left.deployments} deployments more than a plan takes`,
    left.routes.length === 0
      ? ''
      : `left out, since nothing crossed there or nothing prices them: routes ${listed(left.routes)}`,
  ];
  return lines.filter((line) => line !== '').map((line) => line.slice(0, 400));
}

const DAY = 86_400_000;

function periodWords(traffic: EstateFacts['traffic']): string {
  if (traffic === null) return 'what crossed: the configuration wants no tables, so all tokens stand at 0';
  const { since, until, from } = traffic;
  if (from === null)
    return `what crosses in a month: nothing crossed from ${dayOf(since)} to ${dayOf(until)}, so all tokens stand at 0`;
  const days = (until - from) / DAY;
  const whole = (until - since) / DAY;
  return days > whole - 1
    ? ''
    : `a whole month: calls are there of ${Math.max(0.1, days).toFixed(1)} of ${Math.round(whole)} days, and tokens_per_month are what crossed, not more`;
}

const NAMES_MOST = 8;

function listed(all: readonly string[]): string {
  const shown = all.slice(0, NAMES_MOST).join(', ');
  return all.length > NAMES_MOST ? `${shown} and ${all.length - NAMES_MOST} more` : shown;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 400));
const word = (text: string): string =>
  /^[a-z][a-z0-9-]*$/.test(text) && !RESERVED.has(text) ? text : quoted(text.slice(0, 80));
const RESERVED = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);
const list = (all: readonly string[]): string => `[${all.map(word).join(', ')}]`;

function fileOf(facts: EstateFacts, chosen: Chosen, title: string, unknown: readonly string[]): string {
  const { at, traffic, ties, contracts, organisation } = facts;
  const { currency, deployments, routes } = chosen;
  const sellers = [...new Set(deployments.map(({ deployment }) => deployment.roles.seller))];
  const tied = sellers.flatMap((seller) => {
    const held = ties.get(seller);
    return held === undefined ? [] : [{ seller, ...held }];
  });
  const map = (of: 'parent' | 'group'): string =>
    `{ ${tied.map((each) => `${word(each.seller)}: ${word(each[of])}`).join(', ')} }`;
  const period =
    traffic === null ? '' : ` Tokens are what crossed from ${dayOf(traffic.since)} to ${dayOf(traffic.until)} (UTC).`;
  const signed = sellers.flatMap((seller) => {
    const held = contracts.get(seller);
    return held === undefined ? [] : [{ seller, ...held }];
  });
  return [
    `# The estate of ${organisation.replaceAll(/[\r\n]/g, ' ')}, written by its instance on ${new Date(at).toISOString().slice(0, 16)} UTC.${period}`,
    '# What is not known is not written; it stands under `unknown`. Correct what you know better: capacity, criticality, proofs, terms.',
    'version: 1',
    'plan: exposure',
    `name: ${plainName(`estate-of-${organisation}`)}`,
    `title: ${quoted(title)}`,
    `as_of: "${dayOf(at)}"`,
    `currency: ${currency}`,
    'unknown:',
    ...unknown.map((line) => `  - ${quoted(line)}`),
    ...(tied.length === 0
      ? []
      : [
          '# From the register, by the ids of its parties: whose each seller is in the end, and groups joined by ownership, investment and co-engineering.',
          'ties:',
          `  known: ${list(tied.map(({ seller }) => seller))}`,
          `  parent_of: ${map('parent')}`,
          `  group_of: ${map('group')}`,
        ]),
    'deployments:',
    ...deployments.flatMap(deploymentLines),
    'workloads:',
    ...routes.flatMap((each) => routeLines(each, traffic !== null)),
    ...shockLines(chosen),
    ...(signed.length === 0
      ? []
      : [
          '# Terms of leaving that contracts state as rights with notice; transition, retrieval and fees are yours to add.',
          'contracts:',
          ...signed.map(
            ({ seller, title: name, notice_days }) =>
              `  ${word(seller)}: { source: ${quoted(`contract “${name}”`)}${notice_days === null ? '' : `, notice_days: ${notice_days}`} }`,
          ),
        ]),
    `exit: ${word(deployments.find(({ name }) => name === routes[0]?.order[0])?.deployment.roles.seller ?? 'none')}`,
    '',
  ].join('\n');
}

function deploymentLines({
  name,
  deployment,
  model,
  price,
  features,
  ttft_ms,
}: Chosen['deployments'][number]): string[] {
  const { roles, cloud, region, simulated, id } = deployment;
  const cached = price?.cached ?? price?.input ?? '0';
  return [
    `  ${name}:${name === id ? '' : ` # ${id} in the configuration`}`,
    `    seller: ${word(roles.seller)}`,
    `    developer: ${word(roles.developer)}`,
    `    model: ${word(model)}`,
    `    family: ${word(familyOf(model))} # the first word of the model's name`,
    `    cloud: ${word(cloud)}`,
    `    region: ${word(region)}`,
    `    price: { input: ${price?.input}, cached: ${cached}, output: ${price?.output} }`,
    ...(ttft_ms === null ? [] : [`    ttft_ms: ${Math.round(ttft_ms)} # the median of what crossed`]),
    '    # tokens_per_minute: nobody has tried how much it carries',
    `    features: ${list(features)}`,
    '    approved: true # it is configured',
    '    ready_days: 0 # it is configured',
    `    source: ${quoted(`the configuration in force and the price book${simulated ? '; simulated' : ''}`)}`,
  ];
}

function routeLines({ name, route, traffic, features, order }: Chosen['routes'][number], counted: boolean): string[] {
  const { input, cached, output } = traffic?.tokens ?? { input: 0, cached: 0, output: 0 };
  const weighted = route.strategy === 'weighted' && route.candidates.length > 1;
  return [
    `  ${name}:${name === route.id ? '' : ` # ${route.id} in the configuration`}`,
    `    route: ${list(order)}${weighted ? ' # weighted: all of it is taken to go to the heaviest' : ''}`,
    `    tokens_per_month: { input: ${input}, cached: ${cached}, output: ${output} }`,
    `    peak_tokens_per_minute: ${traffic?.peak ?? 0} # the busiest minute that crossed`,
    '    criticality: 1 # nobody has said: all alike',
    `    features: ${list(features)}`,
    `    source: ${quoted(counted ? `receipts of ${(traffic?.calls ?? 0).toLocaleString('en')} calls` : 'the configuration alone')}`,
  ];
}

const SELLERS_MOST = 6;
const REGIONS_MOST = 3;

/** Questions, not facts: each seller and region that something runs at gone, the most used maker dearer, the most used model retired. */
function shockLines({ deployments, routes }: Chosen): string[] {
  const homes = routes.flatMap(({ order: [home] }) => deployments.find(({ name }) => name === home) ?? []);
  const [first] = homes;
  if (first === undefined) return [];
  const each = (of: (held: (typeof homes)[number]) => string, most: number): string[] =>
    [...new Set(homes.map(of))].slice(0, most);
  const lines = [
    ...each(({ deployment }) => deployment.roles.seller, SELLERS_MOST).map((seller) => [
      `${seller}-gone`,
      `{ kind: seller_gone, seller: ${word(seller)} }`,
    ]),
    ...each(({ deployment }) => deployment.region, REGIONS_MOST).map((region) => [
      `${region}-closed`,
      `{ kind: region_closed, region: ${word(region)} }`,
    ]),
    [
      `${first.deployment.roles.developer}-dearer`,
      `{ kind: price_shock, of: { developer: ${word(first.deployment.roles.developer)} }, times: { low: 1.1, likely: 1.3, high: 2 } }`,
    ],
    [
      `${first.model}-retired`,
      `{ kind: model_retired, model: ${word(first.model)}, notice_days: { low: 30, likely: 60, high: 180 } }`,
    ],
  ] as const;
  const name = names(lines.map(([wanted]) => wanted));
  return [
    '# What may happen: questions of ours, with ranges of ours. Ask your own.',
    'shocks:',
    ...lines.map(([wanted, shock]) => `  ${name.get(wanted)}: ${shock}`),
  ];
}
