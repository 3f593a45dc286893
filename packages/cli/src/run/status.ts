// `status`: the running instance in its own words.
import { askControl, type Status } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { labRuns } from '../read/lab-place.ts';
import { lastPlan } from '../read/last-scenario.ts';
import { placeOf, requireInstance } from '../read/place.ts';
import { marketFacts, marketLine, offerLine, type MarketFacts } from './market-words.ts';
import { destinationRow } from './security-events.ts';
import { showSample } from '../read/sample-status.ts';

export const run: Run = async (context) => {
  const { home, instance } = placeOf(context);
  if (instance === undefined && showSample(context, home)) return;
  const { socket, consoleOrigin } = requireInstance(context);
  const status = await askControl<Status>(socket, 'GET', '/status');
  const link = typed(context, 'weighbridge console');
  const scenario = home.log === 'lab' && labRuns(context) ? lastPlan(context) : undefined;
  const market = scenario === undefined ? undefined : marketFacts(scenario);
  context.out.data({ ...status, ...(market === undefined ? {} : { scenario: market }) }, () =>
    pairs([
      ['Listens at', `${status.origin}${status.simulated ? ' (simulated)' : ''}`],
      ...(consoleOrigin === null
        ? []
        : [['Console', `${consoleOrigin}/console/ (a link that opens it: ${link})`] as [string, string]]),
      ...(market === undefined ? [] : marketRows(market)),
      ['Since', `${instant(status.started)}, process ${status.pid}, version ${status.version}`],
      ['Log', `${status.log}, ${count(status.journal.size)} entries, ${status.journal.folder}`],
      ['Public key', status.journal.vkey],
      ...status.journal.retiring.map((vkey): [string, string] => [
        'Also signs',
        `${vkey}, the key before, until \`log retire-key\``,
      ]),
      ...witnesses(status.witnesses),
      ['Configuration', `${status.config.digest} from ${status.config.source}${watched(status.config.watch)}`],
      [
        'Calls',
        `${count(status.calls.calls)} since the start, ${count(status.calls.inFlight)} in flight, ${count(status.calls.unauthenticated)} turned away without a key`,
      ],
      ...status.waiting.map(waits),
      ...status.event_loop.map(delayed),
      ...budget(status.budget),
      ...tables(status.projections),
      ...status.security.map(destinationRow),
      ...unsealed(status.calls.unsealed ?? 0),
      ...status.windows.map(openWindow),
      ...status.alerts.map(({ at, message }): [string, string] => ['Alert', `${instant(at)}: ${message}`]),
    ]),
  );
};

const marketRows = (market: MarketFacts): [string, string][] => [
  ['Scenario', marketLine(market)],
  ...market.offers.map((offer): [string, string] => [`  ${offer.name}`, offerLine(offer)]),
];

function watched(watch: Status['config']['watch']): string {
  if (watch === null) return '';
  const why = `since ${instant(watch.since)} (${watch.problem ?? 'no reason is known'})`;
  return {
    watching: ', watched: a saved change takes effect at once',
    looking: `, looked at each second: the system does not tell of its changes ${why}`,
    lost: `, which cannot be read ${why}: what is in force stays`,
  }[watch.state];
}

const PHASES: Readonly<Record<string, string>> = {
  gathering: 'are gathered',
  sending: 'are being handed in',
  running: 'wait',
  cancelling: 'wait, and the batch is being cancelled',
};

/** `3 calls wait, msgbatch_01… at sonnet since …`. */
function waits({ batch, calls, deployment, phase, sent }: Status['waiting'][number]): [string, string] {
  const name = batch === '' ? '' : ` ${batch}`;
  const since = sent === 0 ? '' : `, handed in ${instant(sent)}`;
  return ['Batch', `${count(calls)} calls ${PHASES[phase] ?? phase}:${name} at ${deployment}${since}`];
}

function delayed(
  { since_start: all, last_minute: last }: Status['event_loop'][number],
  lane: number,
): [string, string] {
  const told = ({ p99_ms: p99, max_ms: max }: typeof all): string =>
    `p99 ${p99.toFixed(1)} ms, at most ${max.toFixed(1)} ms`;
  return [
    `Lane ${lane + 1}`,
    `event loop late by ${told(last ?? all)} ${last === null ? 'since the start' : 'in the last minute'}`,
  ];
}

const MIB = 1024 * 1024;

/** The store, then each table set with how far it is behind. */
function tables({ state, store, memory_bytes, problem, projections }: Status['projections']): [string, string][] {
  if (state === 'off') return [['Tables', 'off, as the configuration says']];
  const memory = memory_bytes === null ? '' : `, ${count(Math.round(memory_bytes / MIB))} MiB of memory`;
  const first =
    state === 'running' ? `in ${store === 'embedded' ? 'the embedded database' : 'PostgreSQL'}${memory}` : state;
  return [
    ['Tables', problem === null ? first : `${first}: ${problem}`],
    ...projections.map((each): [string, string] => [`  ${each.name}`, lag(each)]),
  ];
}

function lag(each: Status['projections']['projections'][number]): string {
  if (each.state === 'stopped') {
    const where = each.problem?.entry ?? each.next;
    return `stopped at entry ${count(where)}: ${each.problem?.message ?? 'nobody knows why'}`;
  }
  const behind =
    each.lag_entries === 0
      ? 'up to date'
      : `${counted(each.lag_entries, 'entry', 'entries')} behind, ${each.lag_seconds.toFixed(1)} s`;
  return each.problem === null ? behind : `${behind}; ${each.problem.message}`;
}

/** Only when there are any: each is a call that nobody can prove. */
const unsealed = (calls: number): [string, string][] =>
  calls === 0
    ? []
    : [['Unsealed', `${count(calls)} calls ended without a receipt, because the journal did not take it`]];

const openWindow = ({ bypass, opened, calls, waiting, owner }: Status['windows'][number]): [string, string] => [
  'Bypass',
  `"${bypass}" is open since ${instant(opened)}: ${counted(calls, 'call')} without a receipt, ${count(waiting)} waiting to be sealed; in the care of ${owner}`,
];

const budget = (held: Status['budget']): [string, string][] =>
  held === null
    ? []
    : [['Budget', `${held.left} of ${held.daily} ${held.currency} left today (UTC), hard; ${held.used} spent or held`]];

const witnesses = (states: Status['witnesses']): [string, string][] =>
  states.map((witness) => ['Witness', `${witness.name}: ${witnessText(witness)}`]);

/** `cosigned 1,234 entries at 2026-11-22 13:05:10 UTC`, or what is wrong, with what it said last. */
export function witnessText({ state, size, at, problem, since }: Status['witnesses'][number]): string {
  const last =
    size === null || at === null ? 'nothing cosigned yet' : `cosigned ${count(size)} entries at ${instant(at)}`;
  if (problem === undefined) return last;
  const when = since === undefined ? '' : ` since ${instant(since)}`;
  return `${state.toUpperCase()}${when}: ${problem}; ${last}`;
}
