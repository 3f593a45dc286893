// Columns of the files that are handed out. Instants are ISO 8601 in UTC, durations milliseconds, money exact decimals.
import { DIMENSIONS, TOKEN_CLASSES, type CallRow, type ControlAsked, type Totals } from '@weighbridge/protocol';
import type { Projections } from '../projector/projector-host.ts';
import type { CsvValue } from './csv.ts';

export interface ExportColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => CsvValue;
}

const plain = (name: keyof CallRow): ExportColumn<CallRow> => ({ name, of: (row) => row[name] });

export const CALL_COLUMNS: readonly ExportColumn<CallRow>[] = [
  { name: 'at', of: ({ at }) => new Date(at).toISOString() },
  ...(
    [
      'id',
      'entry',
      'outcome',
      'status',
      'error',
      'organisation',
      'project',
      'team',
      'cost_centre',
      'environment',
      'key',
      'route',
      'asked',
      'surface',
      'stream',
      'model',
      'deployment',
      'cloud',
      'seller',
      'region',
      'region_reported',
      'tier',
      'fallback',
      'attempts',
      'input_tokens',
      'cached_tokens',
      'output_tokens',
      'total_ms',
      'ttft_ms',
      'tpot_ms',
      'gateway_ms',
      'request_bytes',
      'response_bytes',
      'billed',
      'currency',
      'cost_status',
      'erased',
      'simulated',
    ] as const
  ).map(plain),
];

/** One line of a split: a currency of a row, of what did not make the list, or of the whole. */
interface BreakdownLine {
  readonly part: 'row' | 'others' | 'total';
  readonly members: Readonly<Partial<Record<string, string | null>>>;
  readonly totals: Totals;
  readonly before: Totals | null;
  readonly currency: string;
}

const amount = (totals: Totals | null, currency: string, name: 'list' | 'contracted' | 'billed'): CsvValue =>
  totals === null ? null : (totals.spend.find((spend) => spend.currency === currency)?.[name] ?? '0');

export const BREAKDOWN_COLUMNS: readonly ExportColumn<BreakdownLine>[] = [
  { name: 'part', of: ({ part }) => part },
  ...DIMENSIONS.map((name): ExportColumn<BreakdownLine> => ({ name, of: ({ members }) => members[name] ?? null })),
  { name: 'currency', of: ({ currency }) => currency },
  { name: 'billed', of: ({ totals, currency }) => amount(totals, currency, 'billed') },
  { name: 'contracted', of: ({ totals, currency }) => amount(totals, currency, 'contracted') },
  { name: 'list', of: ({ totals, currency }) => amount(totals, currency, 'list') },
  { name: 'billed_before', of: ({ before, currency }) => amount(before, currency, 'billed') },
  { name: 'calls', of: ({ totals }) => totals.calls },
  { name: 'calls_before', of: ({ before }) => before?.calls ?? null },
  { name: 'errors', of: ({ totals }) => totals.errors },
  { name: 'unpriced', of: ({ totals }) => totals.unpriced },
  { name: 'estimated', of: ({ totals }) => totals.estimated },
  ...TOKEN_CLASSES.map((name) => ({
    name: `tokens_${name}`,
    of: ({ totals }: BreakdownLine): CsvValue => totals.tokens[name] ?? 0,
  })),
];

/** Every row that the question lists, then the others, then the whole, each once per currency. */
export async function* breakdownRows(
  projections: Pick<Projections, 'ask'>,
  { question }: Extract<ControlAsked<'prepareExport'>, { of: 'breakdown' }>,
): AsyncIterable<readonly BreakdownLine[]> {
  const { by, rows, others, total, before } = await projections.ask('breakdown', question);
  const lines = (part: BreakdownLine['part'], members: BreakdownLine['members'], now: Totals, past: Totals | null) =>
    currenciesOf(now, past).map((currency) => ({ part, members, totals: now, before: past, currency }));
  yield rows.flatMap((row) => {
    const members = Object.fromEntries(
      by.map((name, index) => [name, row.members[index]?.erased === true ? '(erased)' : row.members[index]?.value]),
    );
    return lines('row', members, row.totals, row.before);
  });
  if (others !== null) yield lines('others', {}, others.totals, others.before);
  yield lines('total', {}, total, before?.totals ?? null);
}

const currenciesOf = (totals: Totals, before: Totals | null): readonly string[] => {
  const found = new Set([...totals.spend, ...(before?.spend ?? [])].map(({ currency }) => currency));
  return found.size === 0 ? [''] : [...found];
};
