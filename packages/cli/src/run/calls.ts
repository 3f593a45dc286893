// `calls`: the newest calls, or new ones as they are sealed.
import { setTimeout } from 'node:timers/promises';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { alignMoney, count, duration, instant, textTable } from '../frame/text-table.ts';
import { readCalls, rowOf, type CallFilter, type CallRow } from '../read/call-record.ts';
import { parseCount, parseInstant } from '../read/instants.ts';
import { journalOf, simulatedNote } from '../read/place.ts';

const POLL_MS = 300;
const LIMIT = 20;
const LIMIT_MOST = 100_000;

export const run: Run = async (context) => {
  if (flag(context, 'tail')) return tail(context);
  const limit = parseCount(text(context, 'limit'), 'limit', 1, LIMIT_MOST) ?? LIMIT;
  const filter = filterOf(context);
  const { journal, home } = journalOf(context);
  const rows: CallRow[] = [];
  for (const call of readCalls(journal, { ...filter, newestFirst: true })) {
    rows.push(rowOf(call));
    if (rows.length >= limit || context.signal.aborted) break;
  }
  journal.close();
  context.out.data(rows, () => (rows.length === 0 ? 'No calls yet.' : simulatedNote(home) + table(rows)));
  return 0;
};

async function tail(context: Context): Promise<number> {
  const filter = filterOf(context);
  const { journal, home } = journalOf(context);
  let from = journal.checkpoint().size;
  context.out.note(`${simulatedNote(home)}Waiting for calls; Ctrl-C ends this.`);
  while (!context.signal.aborted) {
    const to = journal.checkpoint().size;
    for (const call of readCalls(journal, { ...filter, from, to })) {
      const row = rowOf(call);
      context.out.line(row, () => lineOf(row));
    }
    from = to;
    await setTimeout(POLL_MS, undefined, { signal: context.signal }).catch(() => undefined);
  }
  journal.close();
  return 130;
}

function filterOf(context: Context): CallFilter {
  const now = Date.now();
  const filter: Record<string, string | number> = {};
  for (const name of ['team', 'key', 'model', 'cloud', 'deployment', 'outcome']) {
    const value = text(context, name);
    if (value !== undefined) filter[name] = value;
  }
  for (const name of ['since', 'until']) {
    const value = text(context, name);
    if (value !== undefined) filter[name] = parseInstant(value, now, name);
  }
  return filter;
}

function table(rows: readonly CallRow[]): string {
  const costs = alignMoney(
    rows.map((row) => row.cost),
    rows[0]?.currency ?? 'USD',
  );
  const numbered = rows.map((row, index) => ({ ...row, money: costs[index] ?? '' }));
  return textTable(
    [
      { title: 'TIME', cell: (row) => instant(row.at) },
      { title: 'ID', cell: (row) => row.id },
      { title: 'OUTCOME', cell: outcomeOf },
      { title: 'DEPLOYMENT', cell: (row) => row.deployment ?? '-' },
      { title: 'MODEL', cell: (row) => row.model ?? row.asked },
      { title: 'IN', align: 'right', cell: (row) => tokens(row.input_tokens) },
      { title: 'OUT', align: 'right', cell: (row) => tokens(row.output_tokens) },
      { title: 'TIME TAKEN', align: 'right', cell: (row) => duration(row.ms) },
      { title: 'COST', align: 'right', cell: (row) => row.money },
      { title: 'TEAM', cell: (row) => row.team ?? '-' },
    ],
    numbered,
  );
}

function lineOf(row: CallRow): string {
  const [cost = ''] = alignMoney([row.cost], row.currency);
  const used = `${tokens(row.input_tokens)} in, ${tokens(row.output_tokens)} out`;
  return `${instant(row.at)}  ${row.id}  ${outcomeOf(row)}  ${row.deployment ?? '-'}  ${used}  ${duration(row.ms)}  ${cost}${row.simulated ? ' (simulated)' : ''}`;
}

const outcomeOf = (row: CallRow): string =>
  `${row.outcome}${row.error === null ? '' : ` ${row.error}`}${row.made !== null ? ` (${row.made})` : row.fallback ? ' (fallback)' : ''}`;

const tokens = (value: number | null): string => (value === null ? '?' : count(value));
