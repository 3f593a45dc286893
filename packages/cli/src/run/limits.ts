// `limits`: from the counters of the running instance; where none runs, from what the log has sealed, and it says so.
import type { Limits as Counted } from '@weighbridge/gateway';
import type { ControlAnswer, LimitRow } from '@weighbridge/protocol';
import { limitMembersView, limitsAtRest, limitsView, openBlobs } from '@weighbridge/server';
import type { Context, Run } from '../frame/command.ts';
import { alignMoney, count, counted, duration, instant, textTable } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { journalOf, simulated } from '../read/place.ts';
import { wholeOption } from '../read/whole-option.ts';

type Limits = ControlAnswer<'limits'>;
type Counter = LimitRow['counters'][number];

/** Of one limit, so many of its members. */
const MEMBERS = 50;
type Members = ControlAnswer<'limitMembers'>;

export const run: Run = async (context) => {
  const client = instanceClient(context);
  const [id] = context.arguments;
  if (id === undefined) {
    const limits = client === undefined ? atRest(context, limitsView) : await client.ask('limits', {});
    return context.out.data(limits, () => shown(limits));
  }
  const page = { id, skip: wholeOption(context, 'skip', 0), limit: wholeOption(context, 'limit', MEMBERS) };
  const members =
    client === undefined
      ? atRest(context, (limits, facts) => limitMembersView(limits, facts, page))
      : await client.ask('limitMembers', page);
  context.out.data(members, () => shownMembers(members, page.skip));
};

interface Facts {
  readonly at: number;
  readonly source: 'log';
  readonly simulated: boolean;
}

function atRest<Value>(context: Context, view: (limits: Counted, facts: Facts) => Value): Value {
  const { journal, home } = journalOf(context);
  try {
    const now = Date.now();
    const limits = limitsAtRest(journal, openBlobs(home.blobs), home.limits, now);
    return view(limits, { at: now, source: 'log', simulated: simulated(home) });
  } finally {
    journal.close();
  }
}

function shownMembers({ row, members, next, ...facts }: Members, skip: number): string {
  const { counters } = row;
  const of =
    members === 0
      ? 'no member'
      : `${count(skip + 1)} to ${count(skip + counters.length)} of ${counted(members, 'member')}, the fullest first`;
  const more = next === null ? '' : `\n\nThe next: weighbridge limits ${row.id} --skip ${next}`;
  return `${shown({ ...facts, rows: [{ ...row, more: 0 }] })}\n\n${of}${more}`;
}

function shown({ at, source, simulated: invented, currency, rows }: Limits): string {
  const from =
    source === 'running'
      ? 'as the running instance counts'
      : 'no instance runs: as the log has it; calls that a killed run left open count with the next start';
  if (rows.length === 0) return `No limits are set (${from}).`;
  const head = `Limits at ${instant(at)}, ${from}${invented ? '; simulated: nothing real was called' : ''}.`;
  return [head, ...rows.map((row) => `${titleOf(row, currency)}\n${countersOf(row, currency)}`)].join('\n\n');
}

function titleOf(row: LimitRow, currency: string): string {
  const { id, measure, amount, per, where, kind, turns_at: turnsAt, real_only: realOnly, alert_at: alertAt } = row;
  const [most = amount] = amountsOf(row, [amount], currency);
  const parts = [`${most.trim()}${measure === 'money' ? '' : ` ${WORDS[measure]}`}${windowWords(row.window)}`];
  if (per.length > 0) parts.push(`to each ${per.map(spaced).join(' and ')}`);
  for (const [name, values] of Object.entries(where))
    parts.push(`only ${spaced(name)} ${values.slice(0, NAMED_MOST).map(named).join(', ')}${restOf(values.length)}`);
  if (realOnly) parts.push('real deployments only');
  if (kind === 'soft') parts.push('soft: nothing is refused');
  if (alertAt.length > 0) parts.push(`told of at ${alertAt.map((share) => `${share} %`).join(', ')}`);
  if (turnsAt !== null) parts.push(`turns at ${instant(turnsAt)}`);
  return `${id}: ${parts.join('; ')}`;
}

const NAMED_MOST = 8;
const restOf = (values: number): string => (values > NAMED_MOST ? ` and ${values - NAMED_MOST} more` : '');
const spaced = (name: string): string => name.replace('_', ' ');
/** A call may say nothing of a dimension; that is a member too. */
const named = (name: string): string => (name === '' ? '(none)' : name.replace(UNSEEN, '?'));
/** Names of end users are of the caller's making: none of them moves the cursor of who reads this. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

const WORDS: Readonly<Record<Exclude<LimitRow['measure'], 'money'>, string>> = {
  requests: 'requests',
  input_tokens: 'tokens of input',
  output_tokens: 'tokens of output',
  tokens: 'tokens',
  concurrency: 'calls at a time',
};

function windowWords(window: LimitRow['window']): string {
  if (window === null) return '';
  if ('seconds' in window) return ` in any ${counted(window.seconds, 'second')}`;
  return ` a${window.calendar === 'hour' ? 'n' : ''} ${window.calendar} (${window.zone})`;
}

function amountsOf({ measure }: LimitRow, amounts: readonly string[], currency: string): readonly string[] {
  return measure === 'money' ? alignMoney(amounts, currency) : amounts.map((amount) => count(Number(amount)));
}

function countersOf(row: LimitRow, currency: string): string {
  const { counters, more } = row;
  if (counters.length === 0) return '  nobody has used any of it';
  const [used = [], held = [], left = []] = (['used', 'held', 'left'] as const).map((part) =>
    amountsOf(
      row,
      counters.map((counter) => counter[part]),
      currency,
    ),
  );
  const table = textTable(
    [
      { title: '  OF', cell: ({ counter }) => `  ${memberOf(counter)}` },
      { title: 'USED', align: 'right', cell: ({ at }) => used[at] ?? '' },
      { title: 'OF IT HELD', align: 'right', cell: ({ at }) => held[at] ?? '' },
      { title: 'LEFT', align: 'right', cell: ({ at }) => left[at] ?? '' },
      { title: 'TOLD', align: 'right', cell: ({ counter }) => toldOf(counter) },
      { title: 'FORECAST', cell: ({ counter }) => forecastOf(row, counter, currency) },
    ],
    counters.map((counter, at) => ({ counter, at })),
  );
  return more === 0 ? table : `${table}\n  and ${counted(more, 'other')} that used less`;
}

const toldOf = ({ alerted }: Counter): string => {
  const last = alerted?.at(-1);
  return last === undefined ? '' : `${last} %`;
};

/** When it runs out at the pace of late, with that pace; of a full one when there is room again. */
function forecastOf(row: LimitRow, { room_at: roomAt, forecast }: Counter, currency: string): string {
  if (roomAt !== null) return `full; room again at ${instant(roomAt)}`;
  if (forecast === null) return '';
  const { basis, over_ms: over, per_hour: perHour, runs_out: runsOut } = forecast;
  const [pace = ''] = amountsOf(row, [perHour], currency);
  const when = runsOut === null ? 'lasts' : `runs out at ${instant(runsOut)}`;
  return `${when} at ${pace.trim()} an hour (${basis === 'window' ? 'since the window began' : `of the last ${minutes(over)}`})`;
}

const minutes = (ms: number): string => (ms < 60_000 ? duration(ms) : counted(Math.round(ms / 60_000), 'minute'));

function memberOf({ of, names }: Counter): string {
  if (of === 'all') return 'all';
  return of === 'shared' ? 'those beyond `members`, together' : names.map(named).join(', ');
}
