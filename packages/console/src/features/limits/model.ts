// Limits in words: what each allows, how full its fullest member is, when it runs out at the pace of late, and what was told.
// A forecast is said as one, with its pace; a limit that nobody has used says so.
import type { AlertTold, ControlAnswer, LimitCounter, LimitDimension, LimitRow } from '@weighbridge/protocol';
import type { LimitColumn } from '../../app/search-state.ts';
import type { Cell, Tone } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { exactText, shareText, type Unit } from '../../parts/unit/model.ts';
import { formatInstant, formatMinute } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import { memberFilter } from '../dimension-filters.ts';
import type { Headline } from '../headline.ts';

export type Limits = ControlAnswer<'limits'>;
export type LimitMembers = ControlAnswer<'limitMembers'>;

const NOUNS: Readonly<Record<Exclude<LimitRow['measure'], 'money'>, string>> = {
  requests: 'requests',
  input_tokens: 'tokens in',
  output_tokens: 'tokens out',
  tokens: 'tokens',
  concurrency: 'calls at a time',
};

const unitOf = ({ measure }: LimitRow, currency: string): Unit =>
  measure === 'money' ? { kind: 'money', currency } : { kind: 'count', noun: NOUNS[measure] };

/** `5,000 tokens`, `$25.00`. */
function amountText(row: LimitRow, amount: string, currency: string): string {
  const text = exactText(unitOf(row, currency), amount);
  return row.measure === 'money' ? text : `${text} ${NOUNS[row.measure]}`;
}

export function windowText({ window }: LimitRow): string {
  if (window === null) return '';
  return 'seconds' in window
    ? `in any ${formatDuration(window.seconds * 1000)}`
    : `a ${window.calendar} (${window.zone})`.replace('a hour', 'an hour');
}

const spaced = (name: LimitDimension): string => name.replace('_', ' ');

/** Of the amount, 0 and up; a soft limit can be used beyond it. */
export function shareOf({ amount }: LimitRow, { used }: Pick<LimitCounter, 'used'>): number {
  const whole = Number(amount);
  return whole === 0 ? 1 : Number(used) / whole;
}

const fullest = ({ counters: [first] }: LimitRow): LimitCounter | undefined => first;

export function limitsHeadline({ rows, source }: Limits): Headline {
  if (rows.length === 0)
    return {
      first: 'No limit is set.',
      second: 'A limit says how much may be used, by whom and in which time: hard ones refuse, soft ones are told of.',
    };
  const full = rows.filter((row) => row.counters.some((counter) => shareOf(row, counter) >= 1));
  const hard = full.filter(({ kind }) => kind === 'hard');
  const count = rows.length === 1 ? 'one limit' : `${rows.length} limits`;
  const first =
    full.length === 0
      ? `None of ${count} is used up.`
      : `${full.length} of ${count} ${full.length === 1 ? 'is' : 'are'} used up by a member${hard.length === 0 ? '; all soft, calls go on' : ''}.`;
  const next = soonest(rows);
  const when =
    next === null
      ? 'None is on course to run out before its window turns.'
      : `At its present pace ${next.row.id} runs out first: ${formatInstant(next.at)}.`;
  return { first, second: source === 'log' ? `${when} Counted from the log: no instance runs.` : when };
}

function soonest(rows: readonly LimitRow[]): { readonly row: LimitRow; readonly at: number } | null {
  let found: { row: LimitRow; at: number } | null = null;
  for (const row of rows)
    for (const { forecast } of row.counters) {
      const at = forecast?.runs_out ?? null;
      if (at !== null && (found === null || at < found.at)) found = { row, at };
    }
  return found;
}

const toneOf = (row: LimitRow, share: number): Tone =>
  share < 0.8 ? 'good' : share < 1 || row.kind === 'soft' ? 'warn' : 'bad';

export const memberText = ({ of, names }: LimitCounter): string =>
  of === 'all'
    ? 'all calls'
    : of === 'shared'
      ? 'those beyond the bound on members'
      : names.map((name) => (name === '' ? '(none)' : name)).join(', ');

/** `runs out at …`, `lasts`, `room again at …`, or that too little was seen. */
export function forecastText(row: LimitRow, { forecast, room_at: roomAt, used }: LimitCounter): string {
  if (shareOf(row, { used }) >= 1)
    return roomAt === null ? 'used up' : `used up; room again at ${formatInstant(roomAt)}`;
  if (forecast === null) return row.window === null ? '' : 'too little seen to say';
  return forecast.runs_out === null ? 'lasts' : `runs out at ${formatInstant(forecast.runs_out)}`;
}

/** As much of it as a column has room for; the whole is under the pointer, and in the panel. */
function shortForecast(row: LimitRow, counter: LimitCounter): string {
  const { forecast, room_at: roomAt } = counter;
  if (shareOf(row, counter) >= 1) return roomAt === null ? 'used up' : `room at ${formatMinute(roomAt)} UTC`;
  const out = forecast?.runs_out ?? null;
  return out === null ? forecastText(row, counter) : `runs out ${formatMinute(out)} UTC`;
}

/** The pace that a forecast goes on with: `12 requests an hour, of the last 40 min`. */
export function paceText(row: LimitRow, { forecast }: LimitCounter, currency: string): string {
  if (forecast === null) return '';
  const of = forecast.basis === 'window' ? 'since the window began' : `of the last ${formatDuration(forecast.over_ms)}`;
  return `${amountText(row, forecast.per_hour, currency)} an hour, ${of}`;
}

const toldText = ({ alerted }: LimitCounter): string => (alerted ?? []).map((share) => `${share} %`).join(', ');

export function limitColumns(currency: string): readonly (Column<LimitRow> & { readonly key: LimitColumn })[] {
  const text = (value: string, order?: number): Cell =>
    order === undefined ? { kind: 'text', text: value } : { kind: 'text', text: value, order };
  const first = (row: LimitRow, cell: (counter: LimitCounter) => Cell): Cell => {
    const counter = fullest(row);
    return counter === undefined ? text('nothing used', 1) : cell(counter);
  };
  return [
    { key: 'id', title: 'Limit', cell: ({ id }) => text(id) },
    {
      key: 'kind',
      title: 'Kind',
      cell: ({ kind }) => ({ kind: 'badge', text: kind, tone: kind === 'hard' ? 'note' : 'quiet' }),
    },
    {
      key: 'allows',
      title: 'Allows',
      grow: 2,
      cell: (row) => text(`${amountText(row, row.amount, currency)} ${windowText(row)}`.trimEnd()),
    },
    {
      key: 'share',
      title: 'Used',
      align: 'right',
      cell: (row) => {
        const counter = fullest(row);
        // Unknown sorts last, and so does what nobody has used.
        if (counter === undefined) return { kind: 'share', share: null, text: 'nothing used' };
        const share = shareOf(row, counter);
        return { kind: 'share', share, text: shareText(share) };
      },
    },
    {
      key: 'forecast',
      title: 'Forecast',
      cell: (row) =>
        first(row, (counter) => ({
          kind: 'text',
          text: forecastText(row, counter),
          short: shortForecast(row, counter),
          order: counter.forecast?.runs_out ?? Infinity,
        })),
    },
    { key: 'member', title: 'Fullest', cell: (row) => first(row, (counter) => text(memberText(counter))) },
    {
      key: 'left',
      title: 'Left',
      align: 'right',
      cell: (row) =>
        first(row, (counter) => text(exactText(unitOf(row, currency), counter.left), 1 - shareOf(row, counter))),
    },
    {
      key: 'per',
      title: 'To each',
      cell: ({ per }) => text(per.length === 0 ? 'all together' : per.map(spaced).join(' and ')),
    },
    { key: 'told', title: 'Told at', cell: (row) => first(row, (counter) => text(toldText(counter))) },
  ];
}

export interface LimitPanel {
  readonly title: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  readonly facts: readonly Fact[];
  readonly members: readonly MemberText[];
  /** `1 to 50 of 120 members`. */
  readonly page: string;
  readonly alerts: readonly { readonly key: string; readonly at: string; readonly text: string }[];
}

interface MemberText {
  readonly key: string;
  readonly name: string;
  /** What its calls are found by; null where no filter says it. */
  readonly filter: string | null;
  readonly used: string;
  readonly held: string;
  readonly left: string;
  readonly share: { readonly text: string; readonly tone: Tone };
  readonly forecast: string;
  readonly told: string;
}

export function limitPanel(
  { row, members, currency }: LimitMembers,
  skip: number,
  alerts: readonly AlertTold[],
): LimitPanel {
  const { id, kind, per, where, turns_at: turnsAt, alert_at: alertAt, counters, real_only: realOnly } = row;
  const narrowed = Object.entries(where).map(([name, values]): Fact => ({
    name: `Only ${name.replace('_', ' ')}`,
    value: values.join(', '),
  }));
  return {
    title: id,
    state: { text: kind === 'hard' ? 'hard: refuses what could overrun it' : 'soft: refuses nothing', tone: 'note' },
    facts: [
      { name: 'Allows', value: `${amountText(row, row.amount, currency)} ${windowText(row)}`.trimEnd() },
      { name: 'Counted', value: per.length === 0 ? 'all calls together' : `for each ${per.map(spaced).join(' and ')}` },
      ...narrowed,
      ...(realOnly ? [{ name: 'Deployments', value: 'only those that are not simulated' }] : []),
      ...(turnsAt === null ? [] : [{ name: 'Turns at', value: formatInstant(turnsAt) }]),
      {
        name: 'Told of',
        value: alertAt.length === 0 ? 'never' : `at ${alertAt.map((share) => `${share} %`).join(', ')}`,
      },
    ],
    members: counters.map((counter) => memberOf(row, counter, currency)),
    page: pageText(members, counters.length, skip),
    alerts: alerts
      .filter(({ limit }) => limit?.rule === id)
      .map(({ entry, at, message, limit }) => ({
        key: String(entry),
        at: formatInstant(at),
        text: named(message, limit?.names ?? null),
      })),
  };
}

/** Calls are searched by these; of persons and of names of keys there is no filter. */
const SEARCHED = ['team', 'project', 'route', 'deployment'] as const;

function filterOf({ per }: LimitRow, { names: [name] }: LimitCounter): string | null {
  const dimension = SEARCHED.find((one) => per.length === 1 && per[0] === one);
  return dimension === undefined || name === undefined || name === '' ? null : memberFilter(dimension, name);
}

const named = (message: string, names: readonly string[] | null): string =>
  names === null || names.every((name) => message.includes(`"${name}"`)) ? message : `${message} (${names.join(', ')})`;

function pageText(members: number, here: number, skip: number): string {
  if (members === 0) return 'Nobody has used any of it.';
  if (members <= here) return members === 1 ? 'One counter.' : `All ${members} counters, the fullest first.`;
  return `${skip + 1} to ${skip + here} of ${members} counters, the fullest first.`;
}

function memberOf(row: LimitRow, counter: LimitCounter, currency: string): MemberText {
  const unit = unitOf(row, currency);
  const share = shareOf(row, counter);
  const pace = paceText(row, counter, currency);
  const forecast = forecastText(row, counter);
  return {
    key: `${counter.of} ${counter.names.join('\n')}`,
    name: memberText(counter),
    filter: filterOf(row, counter),
    used: exactText(unit, counter.used),
    held: exactText(unit, counter.held),
    left: exactText(unit, counter.left),
    share: { text: shareText(share), tone: toneOf(row, share) },
    forecast: pace === '' || share >= 1 ? forecast : `${forecast} at ${pace}`,
    told: toldText(counter),
  };
}
