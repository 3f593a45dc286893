// Every entry of a sample, in order, hour by hour: the price book, the configuration and the keys it began with, then
// calls as their receipts would have been written. The same scenario, end and number of calls give the same entries,
// which is how a sample that was interrupted is gone on with.
import { hash } from 'node:crypto';
import { bookText } from '@weighbridge/ledger';
import type { EntryDraft } from '@weighbridge/protocol';
import { BY_ITSELF, alertDraft, bookDraft, configDraft, keyDraft } from '../admin/entries.ts';
import type { Blobs } from '../admin/blobs.ts';
import { dealDrafts } from './deal.ts';
import { makeCall, type Request, type SampleCall, type World } from './call.ts';
import { Draw } from './draw.ts';
import { callDraft } from './entry-groups.ts';
import { idsFrom, type Ids } from './ids.ts';
import { openMarket, SAMPLE_SOURCE } from './market.ts';
import { demandByHour, HOUR_MS, monthOf } from './month.ts';
import type { Scenario, TeamDemand, Wanted } from './scenario.ts';
import type { SampleSeeds } from './seeds.ts';
import { spikeRequests } from './spike.ts';

export interface SampleOptions {
  readonly scenario: Scenario;
  /** UTC milliseconds, a whole hour. */
  readonly end: number;
  /** About so many. */
  readonly calls: number;
  /** Where texts go that are too large for an entry. */
  readonly blobs: Blobs;
  /** What the scenario of the start says of its deal. */
  readonly seeds: SampleSeeds;
}

/** One list for each hour of the month, the first with what stands before it; what is known of the deal comes in its hour. */
export async function* sampleEntries(options: SampleOptions): AsyncGenerator<readonly EntryDraft[]> {
  const { scenario, end, calls, blobs, seeds } = options;
  const month = monthOf(scenario, end);
  const market = openMarket(scenario, month.from);
  const { deployments } = market;
  const share = calls / scenario.calls;
  const deal = await dealDrafts({ seed: scenario.seed, month, share, deployments, blobs, seeds });
  const world: World = { scenario, month, market };
  const ids = idsFrom(scenario.seed, 'ids');
  yield begin(world, ids, blobs);
  const demand = demandByHour(scenario, month, calls);
  const spike = spikeRequests(scenario, month, calls / scenario.calls);
  const seen: Seen = { decisions: new Map(), unpricedDay: -1 };
  for (let from = month.from; from < end; from += HOUR_MS) {
    const calls = callsOfHour({ world, ids, demand, spike }, from);
    const known = deal.filter(({ at }) => at >= from && at < from + HOUR_MS);
    yield [
      ...known,
      ...calls.flatMap((made) => (made.call.timing.ended < end ? entriesOf(world, seen, ids, made) : [])),
    ];
  }
}

export interface MadeCall {
  readonly id: string;
  readonly call: SampleCall;
}

interface HourOptions {
  readonly world: World;
  readonly ids: Ids;
  /** Expected calls of each team. */
  readonly demand: (from: number) => readonly number[];
  readonly spike: readonly Request[];
}

/** The calls that begin within an hour, in the order in which they end. */
export function callsOfHour({ world, ids, demand, spike }: HourOptions, from: number): readonly MadeCall[] {
  const { scenario, month } = world;
  const draw = new Draw(scenario.seed, `hour ${(from - month.from) / HOUR_MS}`);
  const expected = demand(from);
  const requests = scenario.teams.flatMap((team, index) => arrivals(world, draw, team, expected[index] ?? 0, from));
  requests.push(...spike.filter(({ started }) => started >= from && started < from + HOUR_MS));
  requests.sort((a, b) => a.started - b.started);
  const made = requests.map((request) => ({ id: ids(request.started), call: makeCall(world, draw, request) }));
  return made.sort(byEnd);
}

export const byEnd = (a: MadeCall, b: MadeCall): number => a.call.timing.ended - b.call.timing.ended;

function begin({ month, market }: World, ids: Ids, blobs: Blobs): readonly EntryDraft[] {
  const at = month.from;
  const { book } = market.prices;
  const text = blobs.keep(bookText(book));
  const facts = { cause: 'start', config: market.config, digest: market.digest, source: SAMPLE_SOURCE, by: BY_ITSELF };
  return [
    bookDraft(ids(at), at, { book: book.id, rows: book.rows.length, text }),
    ...[...market.keys.values()].map(({ state }) => {
      const { id, name, hmac } = state;
      return keyDraft(ids(at), at, { action: 'create', id, name, hmac, who: {} }, BY_ITSELF);
    }),
    configDraft(ids(at), at, blobs, { ...facts, previous: undefined }),
  ];
}

function arrivals(world: World, draw: Draw, team: TeamDemand, expected: number, from: number): Request[] {
  return Array.from({ length: draw.poisson(expected) }, (): Request => {
    const started = from + Math.floor(draw.unit() * HOUR_MS);
    const wanted = wantedBy(world, draw, team, started);
    return {
      started,
      team,
      route: wanted.route,
      prompt: Math.min(PROMPT_MOST, Math.max(24, Math.round(draw.logNormal(wanted.prompt, 0.7)))),
      answer: Math.min(ANSWER_MOST, Math.max(3, Math.round(draw.logNormal(wanted.answer, 0.65)))),
      cached: team.cached,
      searches: team.searches !== undefined && draw.chance(team.searches) ? 1 + Math.floor(draw.unit() * 3) : 0,
      stream: draw.chance(team.streams),
      tools: draw.chance(team.tools),
    };
  });
}

const PROMPT_MOST = 180_000;
const ANSWER_MOST = 8_000;

function wantedBy({ scenario, month }: World, draw: Draw, team: TeamDemand, started: number): Omit<Wanted, 'weight'> {
  const { unpriced } = scenario.events;
  const tries = team.key === unpriced.key && started >= month.unpriced.from && draw.chance(unpriced.share);
  return tries ? unpriced : draw.pick(team.mix);
}

/** What stands in the log already, and need not be said again. */
export interface Seen {
  /** Digests by text: calls decided alike share one entry, written before the first of them. */
  readonly decisions: Map<string, string>;
  /** UTC day of the last alert; -1: there was none. */
  unpricedDay: number;
}

export const digestOf = (decision: string): string => hash('sha256', decision, 'base64url');
export const dayOf = (at: number): number => Math.floor(at / (24 * HOUR_MS));

/** A call as the log has it, after what it is the first to need. */
export function entriesOf({ market }: World, seen: Seen, ids: Ids, { id, call }: MadeCall): readonly EntryDraft[] {
  const entries: EntryDraft[] = [];
  const text = JSON.stringify(call.decision);
  const { started, ended } = call.timing;
  let decided = seen.decisions.get(text);
  if (decided === undefined) {
    decided = digestOf(text);
    seen.decisions.set(text, decided);
    entries.push({ kind: 'decided', id: ids(ended), at: ended, commercial: text });
  }
  const { target, usage } = call;
  const rated = target === null ? null : market.prices.rater.rate(target.deployment, usage, started);
  if (rated !== null && target !== null && rated.cost.status === 'unpriced') {
    const day = dayOf(ended);
    const about = target.deployment.id;
    const message = `no price is known for deployment "${about}": its calls are unpriced, and a hard budget refuses them`;
    if (day !== seen.unpricedDay) entries.push(alertDraft(ids(ended), ended, { alert: 'unpriced', about, message }));
    seen.unpricedDay = day;
  }
  entries.push(callDraft(id, call, rated, decided));
  return entries;
}
