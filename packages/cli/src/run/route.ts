// `route simulate`: through the instance that runs, else from the log as it lies. What was measured stands beside what is
// simulated, and says which is which.
import { AppError, formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import { STRATEGIES, type ControlAnswer, type ControlAsked, type StrategyName } from '@weighbridge/protocol';
import { openBlobs, simulateAtRest } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, duration, instant, textTable } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { parseInstant } from '../read/instants.ts';
import { journalOf, simulated, simulatedNote } from '../read/place.ts';
import { placeOf } from '../read/place.ts';

type Simulated = ControlAnswer<'simulateRoute'>;
type Measures = Simulated['was'];
interface Ranged<Value> {
  readonly value: Value;
  readonly low: Value;
  readonly high: Value;
}

export const simulate: Run = async (context) => {
  const [route = ''] = context.arguments;
  const now = Date.now();
  const moment = (name: 'since' | 'until'): number | undefined => {
    const given = text(context, name);
    return given === undefined ? undefined : parseInstant(given, now, name);
  };
  const [since, until] = [moment('since'), moment('until')];
  const asked = {
    route,
    strategy: strategyOf(context),
    ...(since === undefined ? {} : { since: Math.max(0, since) }),
    ...(until === undefined ? {} : { until: Math.max(0, until) }),
  };
  const client = instanceClient(context);
  const found = client === undefined ? await atRest(context, asked, now) : await client.ask('simulateRoute', asked);
  const note = simulatedNote(placeOf(context).home);
  context.out.data(found, () => `${note}${shown(found)}`);
};

function strategyOf(context: Context): StrategyName {
  const given = text(context, 'strategy') ?? '';
  const known = STRATEGIES.find((name) => name === given);
  if (known !== undefined) return known;
  throw new AppError(
    'USAGE',
    given === '' ? 'no --strategy is given' : `there is no strategy "${given.slice(0, 40)}"`,
    {
      next: `use one of ${STRATEGIES.join(', ')}`,
    },
  );
}

async function atRest(context: Context, asked: ControlAsked<'simulateRoute'>, now: number): Promise<Simulated> {
  const { journal, home } = journalOf(context);
  try {
    return await simulateAtRest(journal, openBlobs(home.blobs), asked, { now, lab: simulated(home) });
  } finally {
    journal.close();
  }
}

interface Line {
  readonly what: string;
  readonly was: string;
  readonly would: string;
  readonly range: string;
}

function shown(found: Simulated): string {
  const { route, strategy, strategy_now: current, since, until, calls, sessions, cut, left_out: left } = found;
  const period = `${instant(since)} to ${instant(until)}`;
  const head = [
    `Route ${route}, ${counted(calls, 'call')} of ${counted(sessions, 'session')}, ${period}${cut ? '; older ones were not looked at' : ''}.`,
    `What was is measured (the route is ${current} now); ${strategy} is simulated: it never happened.`,
    ...(left === 0 ? [] : [`${counted(left, 'call')} that nothing served, or whose usage nobody knows, are left out.`]),
  ];
  const table = textTable<Line>(
    [
      { title: '', cell: ({ what }) => what },
      { title: 'WAS', align: 'right', cell: ({ was }) => was },
      { title: `${strategy.toUpperCase()} (SIMULATED)`, align: 'right', cell: ({ would }) => would },
      { title: 'NINE OF TEN SAMPLES', align: 'right', cell: ({ range }) => range },
    ],
    linesOf(found.was, found.would),
  );
  const model = found.modelled_cache_share;
  const was = found.was.cache_share;
  const check =
    model === null || was === null
      ? []
      : [
          `The model of caches says ${share(model.value)} of the calls as they were, where ${share(was.value)} were measured; by that difference the range above is widened.`,
        ];
  return [...head, '', table, '', ...check, ...found.unknown].join('\n');
}

function linesOf(was: Measures, would: Measures): Line[] {
  const line = <Value>(
    what: string,
    before: Ranged<Value> | null,
    after: Ranged<Value> | null,
    say: (value: Value) => string,
  ): Line => ({
    what,
    was: before === null ? 'not known' : say(before.value),
    would: after === null ? 'not known' : say(after.value),
    range: after === null ? '' : `${say(after.low)} to ${say(after.high)}`,
  });
  const cost = (value: string): string => formatMoney(moneyFromDecimal(value), would.currency);
  return [
    line('cost', was.cost, would.cost, cost),
    line('prompt tokens read from a cache', was.cache_share, would.cache_share, share),
    line('wait, mean', was.wait_ms?.mean ?? null, would.wait_ms?.mean ?? null, duration),
    line('wait, half', was.wait_ms?.p50 ?? null, would.wait_ms?.p50 ?? null, duration),
    line('wait, 95 of 100', was.wait_ms?.p95 ?? null, would.wait_ms?.p95 ?? null, duration),
    line('not the first choice', was.spilled, would.spilled, share),
    ...would.shares.map((after, index) => line(`to ${after.deployment}`, was.shares[index] ?? null, after, share)),
    { what: 'calls without a price', was: count(was.unpriced), would: count(would.unpriced), range: '' },
    { what: 'calls of unknown wait', was: count(was.wait_unknown), would: count(would.wait_unknown), range: '' },
  ];
}

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
