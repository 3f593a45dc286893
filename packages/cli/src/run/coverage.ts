// `coverage`: of what sellers say was used, what crossed; from the tables of the running instance.
import { AppError } from '@weighbridge/kernel';
import type { CoverageRowView, CoverageSide, CoverageView } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, textTable } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { parseInstant } from '../read/instants.ts';
import { requireInstance } from '../read/place.ts';

const BAD = 3;
const CANNOT_TELL = 6;

export const run: Run = async (context) => {
  const now = Date.now();
  const least = leastOf(context);
  const since = parseInstant(text(context, 'since') ?? '30d', now, 'since');
  const until = text(context, 'until') === undefined ? now : parseInstant(text(context, 'until') ?? '', now, 'until');
  requireInstance(context);
  const found = await instanceClient(context)?.ask('coverage', { since, until });
  if (found === undefined) throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: its tables cannot be asked');
  context.out.data(found, () => words(context, found));
  return verdict(found, least);
};

/** Nothing asked is nothing failed. */
function verdict({ total }: CoverageView, least: number | undefined): number {
  if (least === undefined || least === 0) return 0;
  if (total?.share === undefined || total.share === null) return CANNOT_TELL;
  if (Number(total.high) < least) return BAD;
  return Number(total.low) >= least ? 0 : CANNOT_TELL;
}

function leastOf(context: Context): number | undefined {
  const given = text(context, 'least');
  if (given === undefined) return undefined;
  const share = Number(given);
  if (/^[01](?:\.\d{1,4})?$/.test(given) && share <= 1) return share;
  throw new AppError('USAGE', `--least "${given.slice(0, 20)}" is no share`, { next: 'write one from 0 to 1: 0.95' });
}

const percent = (share: string | null): string =>
  share === null ? 'unknown' : `${(Number(share) * 100).toFixed(2)} %`;

const interval = ({ share, low, high }: CoverageSide): string =>
  share === null || (low === share && high === share) ? '' : `${percent(low)} to ${percent(high)}`;

function words(context: Context, found: CoverageView): string {
  const { period, simulated, total, sellers, models, teams, gaps, exact, unknown, owners, notes, records } = found;
  const when = `${instant(period.since)} to ${instant(period.until)}${simulated ? '; simulated' : ''}`;
  if (records.length === 0)
    return [
      `No seller's record is about ${when}: what did not cross is unknown.`,
      `Import one: ${typed(context, 'weighbridge observe import FILE')}`,
      ...unknownWords(unknown),
    ].join('\n');
  return [
    `${headOf(total)} (${when}).`,
    sideTable('Sellers', 'SELLER', sellers),
    ...(models.length === 0 ? [] : [sideTable('Models', 'MODEL', models)]),
    ...(teams.every(({ share }) => share === null) ? [] : [sideTable('Teams', 'TEAM', teams)]),
    ...(gaps.length === 0
      ? []
      : [
          `Largest gaps\n${gaps
            .map(
              ({ of, seller, name, uncovered, unit }) =>
                `  ${of} ${name}${seller === null ? '' : ` at ${seller}`}: ${count(uncovered)} ${unit} did not cross`,
            )
            .join('\n')}`,
        ]),
    ...exact.map(
      (row) =>
        `${row.seller}, request by request: ${count(row.matched)} in both, ${count(row.only_theirs)} only in its record, ${count(row.only_ours)} only in ours`,
    ),
    ...unknownWords(unknown),
    ...(owners.length === 0
      ? []
      : [
          `Owners whose team nobody has told (\`coverage.owners\`): ${owners
            .slice(0, 8)
            .map(({ owner, seller }) => `${owner} at ${seller}`)
            .join(', ')}${owners.length > 8 ? ` and ${owners.length - 8} more` : ''}`,
        ]),
    ...notes,
  ].join('\n\n');
}

function headOf(total: CoverageSide | null): string {
  if (total === null) return 'No record counts tokens';
  const within = interval(total);
  return `${percent(total.share)} of the tokens that sellers say were used crossed${within === '' ? '' : ` (${within})`}: ${count(total.crossed)} of ${count(total.theirs)}`;
}

const sideTable = (title: string, head: string, rows: readonly CoverageRowView[]): string =>
  `${title}\n${textTable(
    [
      { title: `  ${head}`, cell: ({ name }) => `  ${name ?? '(the record does not say)'}` },
      ...(head === 'SELLER' ? [] : [{ title: 'SELLER', cell: ({ seller }: CoverageRowView) => seller }]),
      { title: 'CROSSED', align: 'right', cell: ({ share }) => percent(share) },
      { title: 'WITHIN', cell: (row) => interval(row) },
      { title: 'SELLER SAYS', align: 'right', cell: ({ theirs, unit }) => `${count(theirs)} ${unit}` },
      {
        title: 'DID NOT CROSS',
        align: 'right',
        cell: ({ uncovered, share }) => (share === null ? '-' : count(uncovered)),
      },
      { title: 'IN NO RECORD', align: 'right', cell: ({ over }) => count(over) },
      { title: 'BY', cell: ({ how }) => (how === 'ids' ? 'request id' : how === 'sums' ? 'sums' : 'id and sums') },
    ],
    rows,
  )}`;

const unknownWords = (unknown: CoverageView['unknown']): string[] =>
  unknown.map(
    ({ seller, calls, tokens, days, record }) =>
      `Unknown: ${counted(calls, 'call')} with ${count(tokens)} tokens crossed to ${seller} on ${counted(days, 'day')} ${record === 'none' ? 'and no record of it was imported' : 'that its records are not about'}.`,
  );
