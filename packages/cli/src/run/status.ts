// `status`: the running instance in its own words.
import { askControl, type Status } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { placeOf, requireInstance } from '../read/place.ts';
import { showSample } from '../read/sample-status.ts';

export const run: Run = async (context) => {
  const { home, instance } = placeOf(context);
  if (instance === undefined && showSample(context, home)) return;
  const status = await askControl<Status>(requireInstance(context).socket, 'GET', '/status');
  context.out.data(status, () =>
    pairs([
      ['Listens at', `${status.origin}${status.simulated ? ' (simulated)' : ''}`],
      ['Since', `${instant(status.started)}, process ${status.pid}, version ${status.version}`],
      ['Log', `${status.log}, ${count(status.journal.size)} entries, ${status.journal.folder}`],
      ['Public key', status.journal.vkey],
      ['Configuration', `${status.config.digest} from ${status.config.source}`],
      [
        'Calls',
        `${count(status.calls.calls)} since the start, ${count(status.calls.inFlight)} in flight, ${count(status.calls.unauthenticated)} turned away without a key`,
      ],
      ...budget(status.budget),
      ...tables(status.projections),
      ...unsealed(status.calls.unsealed ?? 0),
      ...status.alerts.map(({ at, message }): [string, string] => ['Alert', `${instant(at)}: ${message}`]),
    ]),
  );
};

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

const budget = (held: Status['budget']): [string, string][] =>
  held === null
    ? []
    : [['Budget', `${held.left} of ${held.daily} ${held.currency} left today (UTC), hard; ${held.used} spent or held`]];
