// What the instance knows of its own estate: deployments with what they cost and can, routes with what crossed, who belongs to whom, what contracts
// say of leaving. Read from the configuration in force, the price book, the tables or the journal, and the register; nothing here is a guess.
import { capability } from '@weighbridge/dialects';
import { cloudOf, type Deployment, type Route, type Snapshot } from '@weighbridge/gateway';
import { JOINING_TYPES, linkedGroups, ultimateParent, type LinkedGroup, type Register } from '@weighbridge/governance';
import type { Journal } from '@weighbridge/journal';
import { exitDates, type Contract, type PriceRater } from '@weighbridge/ledger';
import type { CallPublic, DialectId, LogKind } from '@weighbridge/protocol';
import { partyNamed } from '../../deal/party-names.ts';
import type { Traffic } from './traffic.ts';

export interface EstateSources {
  readonly at: number;
  readonly snapshot: Pick<Snapshot, 'organisation' | 'log' | 'deployments' | 'routes'>;
  readonly journal: Pick<Journal, 'records'>;
  readonly rater: PriceRater;
  /** Null: there are no tables to ask. */
  readonly traffic: Traffic | null;
  readonly register: Register;
  /** Those that are signed. */
  readonly contracts: readonly Contract[];
}

export interface PricedClasses {
  readonly currency: string;
  /** Of a million tokens, exact decimal text. */
  readonly input: string;
  readonly output: string;
  /** Null: the book has no price for it. */
  readonly cached: string | null;
}

export interface EstateDeployment {
  readonly deployment: Deployment;
  /** As the price book names it: the same at every seller. */
  readonly model: string;
  /** Null: the book does not price it. */
  readonly price: PricedClasses | null;
  readonly features: readonly string[];
  readonly ttft_ms: number | null;
}

export interface EstateRoute {
  readonly route: Route;
  /** Null: nothing crossed, or nobody counted. */
  readonly traffic: Traffic['routes'][number] | null;
  readonly features: readonly string[];
}

export interface EstateContract {
  readonly title: string;
  /** Null: it states no right to leave, or several. */
  readonly notice_days: number | null;
}

export interface EstateFacts {
  readonly at: number;
  readonly organisation: string;
  readonly log: LogKind;
  readonly traffic: Traffic | null;
  /** How many of the newest calls were looked at for the features that they use. */
  readonly looked: number;
  readonly deployments: readonly EstateDeployment[];
  readonly routes: readonly EstateRoute[];
  /** By seller, those that the register knows. */
  readonly ties: ReadonlyMap<string, { readonly parent: string; readonly group: string }>;
  readonly contracts: ReadonlyMap<string, EstateContract>;
}

const LOOKED_MOST = 2_000;

export function estateFacts(sources: EstateSources): EstateFacts {
  const { at, snapshot, traffic, register, rater } = sources;
  const used = featuresUsed(sources);
  const sellers = [...new Set(snapshot.deployments.map(({ roles }) => roles.seller))];
  return {
    at,
    organisation: snapshot.organisation,
    log: snapshot.log,
    traffic,
    looked: used.looked,
    deployments: snapshot.deployments.map((deployment) => ({
      deployment,
      model: rater.identify(deployment).model ?? deployment.priced_as ?? deployment.model,
      price: priceOf(rater, deployment, at),
      features: used.all
        .filter(({ feature, from }) => isThere(feature, from, deployment))
        .map(({ feature }) => feature),
      ttft_ms: traffic?.ttft.get(deployment.id) ?? null,
    })),
    routes: snapshot.routes.map((route) => ({
      route,
      traffic: traffic?.routes.find((each) => each.route === route.id) ?? null,
      features: used.by.get(route.id) ?? [],
    })),
    ties: tiesOf(register, sellers, at),
    contracts: contractsOf(sources, sellers),
  };
}

/** A name that a client may ask a route by: the first route that has it, as the gateway finds it. */
export function routeNamed(routes: readonly Route[], alias: string): string | null {
  const whole = routes.find(({ id, aliases }) => id === alias || aliases.includes(alias));
  const begun = routes.find(({ aliases }) =>
    aliases.some((each) => each.endsWith('*') && alias.startsWith(each.slice(0, -1))),
  );
  return (whole ?? begun)?.id ?? null;
}

interface Used {
  readonly looked: number;
  readonly by: ReadonlyMap<string, readonly string[]>;
  readonly all: readonly { readonly feature: string; readonly from: readonly DialectId[] }[];
}

/** Of the newest calls: receipts name the features of each request, tables do not. */
function featuresUsed({ journal, snapshot }: EstateSources): Used {
  const by = new Map<string, Set<string>>();
  const from = new Map<string, Set<DialectId>>();
  let looked = 0;
  for (const { groups } of journal.records({ kinds: ['call'], newestFirst: true }, ['public'])) {
    if (looked === LOOKED_MOST) break;
    looked += 1;
    if (groups.public === undefined) continue;
    const { asked } = JSON.parse(groups.public) as CallPublic;
    const route = routeNamed(snapshot.routes, asked.alias);
    if (route === null) continue;
    const held = by.get(route) ?? new Set();
    by.set(route, held);
    for (const feature of asked.features) {
      held.add(feature);
      from.set(feature, (from.get(feature) ?? new Set()).add(asked.surface));
    }
  }
  return {
    looked,
    by: new Map([...by].map(([route, features]) => [route, [...features].toSorted()])),
    all: [...from]
      .map(([feature, dialects]) => ({ feature, from: [...dialects] }))
      .toSorted((a, b) => (a.feature < b.feature ? -1 : 1)),
  };
}

/** By the capability table: it arrives there from every API that it was asked by, and the server is not known to lack it. */
const isThere = (feature: string, from: readonly DialectId[], deployment: Deployment): boolean => {
  if (deployment.lacks?.includes(feature) === true) return false;
  const to = cloudOf(deployment.cloud).dialect(deployment);
  return from.every((dialect) => dialect === to || capability(feature, dialect, to).survival !== 'lost');
};

const RATED = 1_000;
const MILLION = 1_000_000;

/** What the contract says, else the list: of so few tokens that no band of long contexts is met. */
function priceOf(rater: PriceRater, deployment: Deployment, at: number): PricedClasses | null {
  const of = (cls: 'input' | 'cache_read' | 'output') =>
    rater.rate(deployment, { tokens: { [cls]: RATED }, source: 'reported', raw: null }, at).cost;
  const [input, cached, output] = [of('input'), of('cache_read'), of('output')];
  const [one, other] = [perMillion(input.contracted), perMillion(output.contracted)];
  if (one === null || other === null) return null;
  return { currency: input.currency, input: one, output: other, cached: perMillion(cached.contracted) };
}

const perMillion = (amount: string | null): string | null =>
  amount === null ? null : String(Number((Number(amount) * (MILLION / RATED)).toPrecision(12)));

function tiesOf(register: Register, sellers: readonly string[], at: number): EstateFacts['ties'] {
  const groups = linkedGroups(register, { types: JOINING_TYPES, on: dayOf(at) });
  return new Map(
    sellers.flatMap((seller) => {
      const party = partyNamed(register, seller);
      if (party === undefined) return [];
      const group = groups.find(({ members }) => members.includes(party));
      const named = { parent: ultimateParent(register, party), group: group === undefined ? party : groupName(group) };
      return [[seller, named] as const];
    }),
  );
}

const MEMBERS_TOLD = 3;
/** As a plan of exposure takes it. */
const NAME_MOST = 80;

/** By its members: a group that was called after one of them would read as if the others belonged to that one. */
function groupName({ members }: LinkedGroup): string {
  const more = members.length - MEMBERS_TOLD;
  return more > 0
    ? `${members.slice(0, MEMBERS_TOLD).join(' + ')} + ${more} more`.slice(0, NAME_MOST)
    : members.join(' + ').slice(0, NAME_MOST);
}

/** A contract is of a seller whom one of its parties is: by what receipts call it, or by the register. */
function contractsOf({ contracts, register }: EstateSources, sellers: readonly string[]): EstateFacts['contracts'] {
  const found = new Map<string, EstateContract>();
  for (const contract of contracts)
    for (const [id, party] of Object.entries(contract.parties)) {
      if (!party.roles.some((role) => role === 'seller-of-record' || role === 'biller')) continue;
      const meant = partyNamed(register, party.name) ?? partyNamed(register, id);
      for (const seller of sellers) {
        const isIt = seller === id || party.known_as?.includes(seller) === true;
        const isNamed = meant !== undefined && partyNamed(register, seller) === meant;
        if ((!isIt && !isNamed) || found.has(seller)) continue;
        const exits = exitDates(contract).filter(({ from }) => from === id);
        found.set(seller, { title: contract.title, notice_days: exits.length === 1 ? exits[0]!.notice_days : null });
      }
    }
  return found;
}

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
