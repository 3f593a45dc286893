// Coverage of a period: what sellers' records say is asked of the tables, and then, hour by hour of what each record is about, what
// crossed to that seller. Who sells what a deployment serves is what the configuration that named it says.
import {
  loadPriceBook,
  merged,
  modelNames,
  SOURCE_READERS,
  trafficCoverage,
  type NameModel,
  type OurCell,
  type OurIds,
  type TheirCell,
} from '@weighbridge/ledger';
import {
  HOUR_MS,
  type Config,
  type Crossed,
  type CoverageView,
  type Observed,
  type ObservedSpan,
  type Period,
  type Roles,
} from '@weighbridge/protocol';
import type { Projections } from '../projector/projector-host.ts';
import { coverageView } from './coverage-view.ts';

export interface CoveragePorts {
  readonly projections: Pick<Projections, 'ask'>;
  readonly rolesOf: (deployment: string) => Roles | undefined;
  readonly config: Config['coverage'];
  readonly simulated: boolean;
}

/** Sellers with a record in one period: more are told of as far as they go. */
const RANGES_MOST = 800;

/** Throws what the tables throw, and BAD_REQUEST for a period with too much in it. */
export async function coverageOf(ports: CoveragePorts, period: Period): Promise<CoverageView> {
  const { projections, config, simulated } = ports;
  const hours = { from: Math.floor(period.since / HOUR_MS), to: Math.ceil(period.until / HOUR_MS) };
  const [record, whole] = await Promise.all([
    projections.ask('observed', period),
    projections.ask('crossed', { ranges: [hours] }),
  ]);
  const name = namesOf(config.models);
  const within = rangesBySeller(record, hours);
  const ours: OurCell[] = [];
  const ids: OurIds[] = [];
  for (const [seller, ranges] of within) {
    if (ranges.length === 0) continue;
    const crossed = await projections.ask('crossed', { ranges: ranges.slice(0, RANGES_MOST) });
    ours.push(...oursOf(crossed, ports, name).filter((cell) => cell.seller === seller));
    ids.push(...idsOf(crossed, ports).filter((one) => one.seller === seller));
  }
  const coverage = trafficCoverage({
    theirs: theirsOf(record, ports, name),
    ours,
    ids,
    skew: (seller) => skewOf(record, seller),
  });
  return coverageView({
    period: { since: hours.from * HOUR_MS, until: hours.to * HOUR_MS },
    simulated,
    coverage,
    record,
    within: ours,
    all: oursOf(whole, ports, name),
    owned: (owner) => isOwned(config, owner),
  });
}

let known: { readonly models: Config['coverage']['models']; readonly name: NameModel } | undefined;

/** The book that ships is enough to tell names of models: what it costs is not asked here. */
function namesOf(models: Config['coverage']['models']): NameModel {
  if (known?.models !== models) known = { models, name: modelNames(loadPriceBook(), models) };
  return known.name;
}

const isOwned = ({ owners, gateway }: Config['coverage'], owner: string): boolean =>
  Object.hasOwn(owners, owner) || gateway.includes(owner);

/** Whole hours that some record of the seller is about, within the period. */
function rangesBySeller({ spans }: Observed, hours: { from: number; to: number }): Map<string, ObservedSpan[]> {
  const bySeller = new Map<string, ObservedSpan[]>();
  for (const { seller, since, until } of spans) {
    const from = Math.max(hours.from, Math.floor(since / HOUR_MS));
    const to = Math.min(hours.to, Math.ceil(until / HOUR_MS));
    const held = bySeller.get(seller) ?? [];
    if (to > from) held.push({ from, to });
    bySeller.set(seller, held);
  }
  return new Map([...bySeller].map(([seller, held]) => [seller, merged(held)]));
}

function theirsOf({ cells }: Observed, { config }: CoveragePorts, name: NameModel): TheirCell[] {
  return cells.map((cell) => {
    const model = cell.model === null ? null : name(cell.seller, cell.model);
    const team =
      cell.owner !== null && Object.hasOwn(config.owners, cell.owner) ? config.owners[cell.owner] : undefined;
    return {
      day: cell.day,
      seller: cell.seller,
      source: cell.source,
      scope: cell.scope,
      rank: SOURCE_READERS[cell.source].rank,
      model: model?.name ?? null,
      known: model?.known ?? false,
      team: team ?? null,
      gateway: cell.owner !== null && config.gateway.includes(cell.owner),
      tokens: cell.tokens,
      requests: cell.requests === null ? null : Number(cell.requests),
      rows: cell.rows,
      ids: cell.ids,
      matchedRows: cell.matched,
      matchedTokens: cell.matched_tokens,
      matchedRequests: Number(cell.matched_requests),
    };
  });
}

const sellerOf = ({ rolesOf }: CoveragePorts, deployment: string | null): string =>
  (deployment === null ? undefined : rolesOf(deployment)?.seller) ?? 'unknown';

const oursOf = ({ cells }: Crossed, ports: CoveragePorts, name: NameModel): OurCell[] =>
  cells.map((cell) => {
    const seller = sellerOf(ports, cell.deployment);
    return {
      day: cell.day,
      seller,
      model: name(seller, cell.model ?? '').name,
      team: cell.team,
      tokens: cell.tokens,
      calls: cell.calls,
      edgeTokens: cell.edge_tokens,
      edgeCalls: cell.edge_calls,
    };
  });

const idsOf = ({ ids }: Crossed, ports: CoveragePorts): OurIds[] =>
  ids.map(({ day, deployment, held, unnamed }) => ({ day, seller: sellerOf(ports, deployment), held, unnamed }));

const skewOf = ({ spans }: Observed, seller: string): number =>
  spans.reduce((most, span) => (span.seller === seller ? Math.max(most, SOURCE_READERS[span.source].skew) : most), 0);
