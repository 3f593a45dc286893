// Windows of bypasses in words and rows: when calls went through without a receipt, what became of them, and whether the
// sellers' own records agree. What no record tells is said to be unknown, and a window that differs is never green.
import {
  WINDOW_VERDICT_WORDS,
  windowName,
  type ControlStatus,
  type RecordState,
  type WindowDetail,
  type WindowRow,
  type Windows,
  type WindowVerdict,
} from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';

interface Mark {
  readonly text: string;
  readonly tone: Tone;
}

export interface WindowText {
  /** NAME@INSTANT, as the address and the command line name it. */
  readonly name: string;
  readonly bypass: string;
  readonly opened: string;
  readonly state: Mark;
  readonly calls: string;
  readonly lost: string;
  readonly verdict: Mark;
  readonly unaccounted: string | null;
}

export interface WindowPanel {
  readonly name: string;
  readonly state: Mark;
  readonly verdict: Mark;
  readonly simulated: boolean;
  readonly facts: readonly Fact[];
  readonly became: readonly Fact[];
  readonly records: readonly Fact[];
  readonly sums: readonly { readonly key: string; readonly text: string }[];
  readonly calls: readonly WindowCall[];
  /** So many calls are not listed. */
  readonly moreCalls: number;
  readonly strangers: readonly { readonly key: string; readonly cells: readonly (string | null)[] }[];
  readonly moreStrangers: number;
  readonly notes: readonly string[];
}

interface WindowCall {
  readonly id: string;
  readonly deployment: string | null;
  readonly request: string | null;
  readonly tokens: string | null;
  readonly record: Mark;
}

const SHOWN_MOST = 50;
const counted = (value: number): string => prepareCount(value).text;

const VERDICT_TONES: Readonly<Record<WindowVerdict, Tone>> = {
  reconciled: 'good',
  differs: 'bad',
  unknown: 'warn',
  open: 'quiet',
};

const RECORD_TONES: Readonly<Record<RecordState, Tone>> = {
  found: 'good',
  missing: 'bad',
  unknown: 'warn',
  unsent: 'quiet',
};

const stateOf = ({ closed, ended }: Pick<WindowRow, 'closed' | 'ended'>): Mark =>
  closed === null
    ? { text: 'open now', tone: 'bad' }
    : ended === null
      ? { text: 'being sealed', tone: 'warn' }
      : { text: 'closed', tone: 'quiet' };

const verdictOf = ({ reconciled }: Pick<WindowRow, 'reconciled'>): Mark =>
  reconciled === null
    ? { text: 'not asked', tone: 'quiet' }
    : { text: WINDOW_VERDICT_WORDS[reconciled.verdict], tone: VERDICT_TONES[reconciled.verdict] };

export const windowTexts = ({ rows }: Windows): readonly WindowText[] =>
  rows.map((row) => ({
    name: windowName(row),
    bypass: row.bypass,
    opened: formatInstant(row.opened),
    state: stateOf(row),
    calls: counted(row.calls),
    lost: counted(row.lost),
    verdict: verdictOf(row),
    unaccounted: unaccountedOf(row),
  }));

/** Before a window is closed, and where no record tells, there is no figure. */
const unaccountedOf = ({ reconciled }: WindowRow): string | null =>
  reconciled === null || reconciled.verdict === 'open' || reconciled.verdict === 'unknown'
    ? null
    : counted(reconciled.unaccounted);

/** The sentence over the list. */
export function windowsSentence({ rows, more }: Windows): string {
  if (rows.length === 0) return 'None: no call of this log went through a bypass, and each was sealed in its time.';
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const gone = lost === 0 ? 'none was lost' : `${counted(lost)} were lost`;
  const older = more === 0 ? '' : ` ${counted(more)} older ${more === 1 ? 'one is' : 'ones are'} not shown.`;
  return `While the journal took no entries ${counted(calls)} ${calls === 1 ? 'call' : 'calls'} went through a bypass; ${gone}. Each window is set beside what sellers' records say of its time.${older}`;
}

export function windowPanel(found: WindowDetail): WindowPanel {
  const { window, calls, more_calls: moreCalls, unaccounted, more_unaccounted: more, notes, simulated } = found;
  const shown = calls.slice(0, SHOWN_MOST);
  const strangers = unaccounted.slice(0, SHOWN_MOST);
  return {
    name: windowName(window),
    state: stateOf(window),
    verdict: verdictOf(window),
    simulated,
    facts: factsOf(window, found.at),
    became: becameOf(window),
    records: recordsOf(window),
    sums: (window.reconciled?.sums ?? []).map(({ seller, title, since, until, theirs, ours, difference }) => ({
      key: seller,
      text: `${title} of ${seller}, ${formatInstant(since)} to ${formatInstant(until)}: ${counted(theirs)} tokens, of ours ${counted(ours)}; ${sumWords(difference)}. It does not tell calls apart.`,
    })),
    calls: shown.map(({ id, deployment, request, tokens, record }) => ({
      id,
      deployment,
      request,
      tokens: tokens === null ? null : counted(tokens),
      record: { text: record, tone: RECORD_TONES[record] },
    })),
    moreCalls: calls.length - shown.length + moreCalls,
    strangers: strangers.map(({ seller, at, title, model, tokens }, i) => ({
      key: `${i} ${seller} ${at}`,
      cells: [formatInstant(at), seller, title, model, tokens === null ? null : counted(tokens)],
    })),
    moreStrangers: unaccounted.length - strangers.length + more,
    notes,
  };
}

const sumWords = (difference: number): string =>
  difference === 0
    ? 'as many'
    : `${counted(Math.abs(difference))} ${difference > 0 ? 'did not cross' : 'more crossed than it counts'}`;

function factsOf({ opened, closed, ended, owner, reason, bypass }: WindowRow, at: number): readonly Fact[] {
  return [
    { name: 'Bypass', value: bypass },
    { name: 'Opened', value: formatInstant(opened) },
    { name: 'Closed', value: closed === null ? 'not yet' : formatInstant(closed) },
    { name: closed === null ? 'So far' : 'Lasted', value: formatDuration(Math.max(0, (closed ?? at) - opened)) },
    ...(ended === 'restart' ? [{ name: 'Ended by', value: 'a run that ended in the middle of it' }] : []),
    ...(owner === '' ? [] : [{ name: 'In the care of', value: owner }]),
    ...(reason === '' ? [] : [{ name: 'Why it may open', value: reason }]),
  ];
}

function becameOf(window: WindowRow): readonly Fact[] {
  const { calls, sealed, lost, refused, waiting, in_flight: under, trouble } = window;
  return [
    { name: 'Let through', value: counted(calls) },
    { name: 'Sealed afterwards', value: counted(sealed) },
    ...(under === 0 ? [] : [{ name: 'Under way', value: counted(under) }]),
    ...(waiting === 0 ? [] : [{ name: 'Waiting to be sealed', value: counted(waiting) }]),
    { name: 'Lost, without a receipt', value: counted(lost) },
    { name: 'Refused at a bound', value: counted(refused) },
    ...(trouble === null ? [] : [{ name: 'Trouble', value: trouble }]),
  ];
}

function recordsOf({ reconciled }: WindowRow): readonly Fact[] {
  if (reconciled === null || reconciled.verdict === 'open') return [];
  const { found, missing, unknown, unsent, unaccounted } = reconciled;
  return [
    { name: 'In a record', value: counted(found) },
    { name: 'In no record that names requests', value: counted(missing) },
    { name: 'No record tells', value: counted(unknown) },
    { name: 'Never sent', value: counted(unsent) },
    { name: 'Requests without a receipt', value: counted(unaccounted) },
  ];
}

export interface BypassNotice {
  readonly name: string;
  readonly text: string;
  readonly next: string;
}

/** What every page says while calls go through a bypass, one for each. */
export const bypassNotices = ({ windows }: Pick<ControlStatus, 'windows'>): readonly BypassNotice[] =>
  windows.map(({ bypass, opened, closed, owner, calls, waiting }) => ({
    name: windowName({ bypass, opened }),
    text:
      closed === null
        ? `Calls go through the bypass “${bypass}” without a receipt since ${formatInstant(opened)}: the journal takes no entries.`
        : `The bypass “${bypass}” is closed; what went through it is being sealed.`,
    next: `${counted(calls)} ${calls === 1 ? 'call' : 'calls'} so far, ${counted(waiting)} kept to be sealed. In the care of ${owner}.`,
  }));
