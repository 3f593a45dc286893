// `windows`: times in which calls went through a bypass, each beside what sellers' records say of it; one of them call by call.
import { AppError } from '@weighbridge/kernel';
import {
  readWindowName,
  recordWords,
  windowName,
  type BypassWindow,
  type WindowDetail,
  type WindowRow,
  type Windows,
  type WindowVerdict,
} from '@weighbridge/protocol';
import { flag, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, textTable } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { requireInstance } from '../read/place.ts';

const BAD = 3;
const CANNOT_TELL = 6;
const CALLS_SHOWN = 40;

export const run: Run = async (context) => {
  const [named] = context.arguments;
  const window = named === undefined ? undefined : parsed(named);
  requireInstance(context);
  const instance = instanceClient(context);
  if (instance === undefined)
    throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: its windows cannot be asked for');
  if (window === undefined) {
    const found = await instance.ask('windows', {});
    context.out.data(found, () => listWords(context, found));
    return verdict(context, found.rows);
  }
  const found = await instance.ask('window', window);
  context.out.data(found, () => detailWords(context, found));
  return verdict(context, [found.window]);
};

/** As the list shows it. */
function parsed(text: string): BypassWindow {
  const window = readWindowName(text);
  if (window !== null) return window;
  throw new AppError('USAGE', `"${text.slice(0, 80)}" names no window`, {
    next: 'write one as `weighbridge windows` lists it: NAME@INSTANT',
  });
}

/** Only where it was asked for: a list is no failure. */
function verdict(context: Context, rows: readonly WindowRow[]): number {
  if (!flag(context, 'strict')) return 0;
  const verdicts = new Set<WindowVerdict | undefined>(rows.map(({ reconciled }) => reconciled?.verdict));
  if (verdicts.has('differs')) return BAD;
  return [...verdicts].every((one) => one === 'reconciled') ? 0 : CANNOT_TELL;
}

function listWords(context: Context, { rows, simulated, more, notes }: Windows): string {
  if (rows.length === 0) return 'No call has gone through a bypass: every call of this log was sealed in time.';
  return [
    textTable(
      [
        { title: 'WINDOW', cell: (row) => windowName(row) },
        { title: 'CLOSED', cell: ({ closed }) => (closed === null ? 'open' : instant(closed)) },
        { title: 'CALLS', align: 'right', cell: ({ calls }) => count(calls) },
        { title: 'SEALED', align: 'right', cell: ({ sealed }) => count(sealed) },
        { title: 'LOST', align: 'right', cell: ({ lost }) => count(lost) },
        { title: 'REFUSED', align: 'right', cell: ({ refused }) => count(refused) },
        { title: "SELLER'S RECORD", cell: ({ reconciled }) => recordWords(reconciled, count) },
      ],
      rows,
    ),
    ...(more === 0 ? [] : [`${counted(more, 'older window')} not shown.`]),
    ...(simulated ? ['Simulated: nothing real was called.'] : []),
    ...notes,
    `Call by call: ${typed(context, `weighbridge windows ${windowName(rows[0] as WindowRow)}`)}`,
  ].join('\n');
}

const sumWords = (difference: number): string =>
  difference === 0
    ? 'as many'
    : `${count(Math.abs(difference))} ${difference > 0 ? 'did not cross' : 'more crossed than it counts'}`;

function detailWords(context: Context, found: WindowDetail): string {
  const { window, calls, more_calls: moreCalls, unaccounted, more_unaccounted: moreStrange, notes, simulated } = found;
  const { owner, reason, reconciled, trouble } = window;
  const shown = calls.slice(0, CALLS_SHOWN);
  const hidden = calls.length - shown.length + moreCalls;
  return [
    `${windowName(window)}, ${window.closed === null ? 'open' : `closed ${instant(window.closed)}`}. In the care of ${owner}: ${reason}.`,
    `${counted(window.calls, 'call')} let through, ${count(window.sealed)} sealed afterwards, ${count(window.lost)} lost, ${count(window.refused)} refused. The seller's record: ${recordWords(reconciled, count)}.`,
    ...(trouble === null ? [] : [`Trouble: ${trouble}`]),
    ...(reconciled?.sums ?? []).map(
      ({ seller, title, since, until, theirs, ours, difference }) =>
        `${seller} by its ${title}, ${instant(since)} to ${instant(until)}: ${count(theirs)} tokens, of ours ${count(ours)}: ${sumWords(difference)}.`,
    ),
    ...(shown.length === 0
      ? []
      : [
          textTable(
            [
              { title: 'RECEIPT', cell: ({ id }) => id },
              { title: 'DEPLOYMENT', cell: ({ deployment }) => deployment ?? '-' },
              { title: "SELLER'S REQUEST", cell: ({ request }) => request ?? '-' },
              { title: 'TOKENS', align: 'right', cell: ({ tokens }) => (tokens === null ? '-' : count(tokens)) },
              { title: 'RECORD', cell: ({ record }) => record },
            ],
            shown,
          ),
        ]),
    ...(hidden === 0 ? [] : [`${counted(hidden, 'further call')}: ${typed(context, 'add --json')}`]),
    ...(unaccounted.length === 0
      ? []
      : [
          `Requests of that time that no receipt bears\n${unaccounted
            .slice(0, CALLS_SHOWN)
            .map(
              ({ seller, at, model, tokens }) =>
                `  ${instant(at)} ${seller} ${model ?? ''} ${tokens === null ? '' : `${count(tokens)} tokens`}`,
            )
            .join('\n')}${unaccounted.length > CALLS_SHOWN || moreStrange > 0 ? '\n  …' : ''}`,
        ]),
    ...(simulated ? ['Simulated: nothing real was called.'] : []),
    ...notes,
  ].join('\n\n');
}
