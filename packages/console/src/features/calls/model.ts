// The list of calls, prepared: its sentence, its columns, the facts of the call beside it.
import { CALL_KEYS, type CallRow, type Calls, type FilterProblem } from '@weighbridge/protocol';
import type { CallColumn } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { Cell } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import { moneyText, type MoneyValue } from '../../parts/money/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Sort } from '../../url/search.ts';
import { phraseOf, type TimeRange } from '../../url/time-range.ts';
import { OUTCOME_TEXT, type Fact } from '../call/model.ts';

export const PAGE_ROWS = 500;

export const costOf = ({ billed, currency, cost_status: status }: CallRow): MoneyValue => ({
  amount: billed,
  currency,
  status,
});

export function headlineOf(
  { rows, next, kept, scanned }: Calls,
  range: TimeRange,
  filtered: boolean,
  looking = false,
): { readonly first: string; readonly second: string } {
  const when = phraseOf(range);
  const count = prepareCount(rows.length).text;
  const one = rows.length === 1;
  const which = `${one ? 'call' : 'calls'}${filtered ? ` that ${one ? 'matches' : 'match'}` : ''}`;
  const first = looking
    ? `${count} ${which} so far; ${prepareCount(scanned).text} were looked through.`
    : rows.length === 0
      ? `No ${filtered ? 'call matches' : 'call'} ${when}.`
      : `${next === null ? count : `The newest ${count}`} ${which} ${when}.`;
  const failed = rows.filter(({ outcome }) => OUTCOME_TEXT[outcome].tone === 'bad').length;
  const share =
    rows.length === 0 ? '' : failed === 0 ? 'None of them failed. ' : `${prepareCount(failed).text} of them failed. `;
  // Of older ones only the journal knows: looking through them takes longer.
  const oldest =
    kept.oldest === null || kept.all
      ? ''
      : `Rows are kept of the newest ${prepareCount(kept.calls).text} calls, back to ${formatInstant(kept.oldest)}; older ones are read from the journal.`;
  return { first, second: `${share}${oldest}`.trim() };
}

/** Where not every call of the range is in the page: an order other than by time is one of what was loaded. */
export function sortNote({ rows, next }: Calls, sort: Sort<CallColumn>, moving: boolean): string | null {
  if (next === null || (sort.column === 'at' && sort.descending)) return null;
  const loaded = `the newest ${prepareCount(rows.length).text} calls`;
  const fresh = moving ? ' New calls are put in when sorted by time, newest first.' : '';
  return `Sorted within ${loaded} of this range: older ones are not compared. To find the extremes of all, search: cost:>1, ttft:>2s.${fresh}`;
}

/** Instead of calls: a filter that was not understood filters nothing, and calls below it would seem to match. */
export function unreadFilter(problems: readonly FilterProblem[]): ProblemText {
  const [first] = problems;
  const keys = CALL_KEYS.map(({ key }) => key).join(', ');
  const next = first?.next ?? 'take it out';
  return {
    code: 'BAD_REQUEST',
    what: first?.why ?? 'The filter was not understood.',
    next: next.includes(keys) ? next : `${next}. Keys: ${keys}`,
    requestId: null,
    retryable: false,
  };
}

export const heldText = (count: number): string =>
  count === 1 ? 'Show 1 new call' : `Show ${prepareCount(count).text} new calls`;

/** A set of regions by its first: what stands after it may be cut off, the grade may not. */
function regionOf(region: string): { readonly of: string; readonly short?: string } {
  const [first = '', ...others] = region.split(',');
  return others.length === 0 ? { of: region } : { of: region, short: `${first} +${others.length}` };
}

export function callColumns(
  hrefOf: (id: string) => string,
  currency: string,
): readonly (Column<CallRow> & { readonly key: CallColumn })[] {
  const text = (value: string | null): Cell => ({ kind: 'text', text: value ?? '' });
  return [
    { key: 'at', title: 'Time', unit: 'UTC', cell: ({ at }) => ({ kind: 'when', at }) },
    { key: 'team', title: 'Team', cell: ({ team, erased }) => text(erased ? 'erased' : team) },
    { key: 'model', title: 'Model', cell: ({ model, asked }) => text(model ?? asked) },
    {
      key: 'cost',
      title: 'Cost',
      unit: currency,
      align: 'right',
      cell: (row) => ({ kind: 'money', value: costOf(row) }),
    },
    {
      key: 'input',
      title: 'In',
      unit: 'tokens',
      align: 'right',
      cell: ({ input_tokens: value }) => ({ kind: 'count', value }),
    },
    {
      key: 'output',
      title: 'Out',
      unit: 'tokens',
      align: 'right',
      cell: ({ output_tokens: value }) => ({ kind: 'count', value }),
    },
    { key: 'ttft', title: 'TTFT', align: 'right', cell: ({ ttft_ms: ms }) => ({ kind: 'duration', ms }) },
    { key: 'total', title: 'Took', align: 'right', cell: ({ total_ms: ms }) => ({ kind: 'duration', ms }) },
    { key: 'outcome', title: 'Outcome', cell: ({ outcome }) => ({ kind: 'badge', ...OUTCOME_TEXT[outcome] }) },
    {
      key: 'region',
      title: 'Region',
      cell: ({ region, region_reported: reported }) =>
        region === null
          ? text('')
          : { kind: 'grade', ...regionOf(reported ?? region), grade: reported === null ? 1 : 2 },
    },
    { key: 'deployment', title: 'Deployment', cell: ({ deployment }) => text(deployment) },
    {
      key: 'id',
      title: 'Call',
      cell: ({ id }) => ({ kind: 'text', text: id, short: `…${id.slice(-8)}`, mono: true, href: hrefOf(id) }),
    },
  ];
}

/** What the panel shows of the selected call, before one opens it. */
export function panelFacts(row: CallRow): readonly Fact[] {
  return [
    { name: 'Outcome', value: `${OUTCOME_TEXT[row.outcome].text}, HTTP ${row.status}` },
    ...(row.error === null ? [] : [{ name: 'Error', value: row.error }]),
    { name: 'Team', value: row.erased ? 'erased' : (row.team ?? 'none') },
    { name: 'Asked for', value: row.asked },
    { name: 'Served', value: row.model ?? 'nothing' },
    { name: 'Deployment', value: row.deployment ?? 'none' },
    { name: 'Seller', value: row.seller ?? 'none' },
    {
      name: 'Region',
      value: row.region_reported ?? row.region ?? 'none',
      ...(row.region === null ? {} : { grade: row.region_reported === null ? (1 as const) : (2 as const) }),
    },
    { name: 'Attempts', value: `${row.attempts}${row.fallback ? ', fallback' : ''}` },
    { name: 'Tokens', value: `${prepareCount(row.input_tokens).text} in, ${prepareCount(row.output_tokens).text} out` },
    { name: 'First token', value: formatDuration(row.ttft_ms) },
    { name: 'Took', value: formatDuration(row.total_ms) },
    { name: 'Cost', value: moneyText(costOf(row)) },
  ];
}
