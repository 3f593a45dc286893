// Coverage in words and rows: what crossed, of all that sellers say was used. What cannot be told is a gap and says why; a share is
// cut and never rounded up to a whole.
import type { CoverageRowView, CoverageSide, CoverageView } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Cell } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import type { PlainRow } from '../../parts/plain-table/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { CoverageSplit } from '../../app/search-state.ts';
import type { Headline } from '../headline.ts';

export type CoverageRow = CoverageRowView;

/** "91.34 %": of a share that was cut, so that what did not all cross is never a whole. */
export const sharePercent = (share: string | null): string =>
  share === null ? 'unknown' : `${Number(`${share}e2`).toFixed(2)} %`;

export const intervalText = ({ share, low, high }: CoverageSide): string =>
  share === null || (low === share && high === share) ? '' : `${sharePercent(low)} to ${sharePercent(high)}`;

const short = (count: number, noun: string): string => `${prepareCount(count, 'short').text} ${noun}`;

export function coverageHeadline({ total, records, unknown, sellers, simulated }: CoverageView): Headline {
  const untold = unknown.length === 0 ? '' : ` ${unknownText(unknown)}`;
  const invented = simulated ? ' Simulated.' : '';
  if (records.length === 0)
    return {
      first: "Whether anything goes round the gateway is unknown: no seller's record is about this time.",
      second: `A seller's own record of what was used shows it.${untold}${invented}`,
    };
  const only = sellers.filter(({ unit }) => unit === 'requests');
  const requests = only.reduce((sum, { uncovered }) => sum + uncovered, 0);
  const besides = requests === 0 ? '' : ` ${short(requests, 'requests')} more are seen in sellers' records alone.`;
  if (total === null || total.share === null)
    return { first: 'No record of this time counts tokens.', second: `${besides}${untold}${invented}`.trim() };
  const within = intervalText(total);
  return {
    first: `${sharePercent(total.share)} of the tokens that sellers say were used crossed${within === '' ? '' : `, ${within}`}.`,
    second: `${short(total.uncovered, 'tokens')} of ${short(total.theirs, 'tokens')} did not.${besides}${untold}${invented}`,
  };
}

const unknownText = (unknown: CoverageView['unknown']): string => {
  const names = unknown.map(({ seller }) => seller).join(', ');
  const calls = unknown.reduce((sum, one) => sum + one.calls, 0);
  return `Unknown, and in no share: ${short(calls, 'calls')} to ${names} at times of which their records say nothing.`;
};

export const rowsOf = (view: CoverageView, by: CoverageSplit): readonly CoverageRow[] =>
  ({ seller: view.sellers, model: view.models, team: view.teams })[by];

export const rowId = ({ seller, name }: CoverageRow): string => `${seller}\n${name ?? ''}`;

const TITLES: Readonly<Record<CoverageSplit, string>> = { seller: 'Seller', model: 'Model', team: 'Team' };
const HOW: Readonly<Record<CoverageRow['how'], string>> = { ids: 'request by request', sums: 'by sums', both: 'both' };

const SELLER: Column<CoverageRow> = {
  key: 'seller',
  title: 'Seller',
  cell: ({ seller }) => ({ kind: 'text', text: seller }),
};

export function coverageColumns(by: CoverageSplit): readonly Column<CoverageRow>[] {
  const count =
    (pick: (row: CoverageRow) => number | null) =>
    (row: CoverageRow): Cell => ({
      kind: 'count',
      value: pick(row),
    });
  return [
    {
      key: 'name',
      title: TITLES[by],
      grow: 2,
      cell: ({ name }) => ({ kind: 'text', text: name ?? 'the record does not say' }),
    },
    ...(by === 'seller' ? [] : [SELLER]),
    {
      key: 'share',
      title: 'Crossed',
      align: 'right',
      cell: ({ share }) => ({
        kind: 'share',
        share: share === null ? null : Number(share),
        text: sharePercent(share),
      }),
    },
    { key: 'within', title: 'Within', align: 'right', cell: (row) => ({ kind: 'text', text: intervalText(row) }) },
    { key: 'theirs', title: 'Seller says', align: 'right', cell: count(({ theirs }) => theirs) },
    {
      key: 'uncovered',
      title: 'Did not cross',
      align: 'right',
      cell: count(({ uncovered, share }) => (share === null ? null : uncovered)),
    },
    { key: 'over', title: 'In no record', align: 'right', cell: count(({ over }) => over) },
    { key: 'unit', title: 'Unit', cell: ({ unit }) => ({ kind: 'text', text: unit }) },
    { key: 'how', title: 'Compared', cell: ({ how }) => ({ kind: 'text', text: HOW[how] }) },
  ];
}

const DAY_MS = 86_400_000;

/** A day without a record is a gap in the line, not a zero. */
export function trendOf({ days }: CoverageView, now: number): ChartData | null {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const byDay = new Map(days.map((day) => [day.day, day]));
  const starts: number[] = [];
  for (let at = first.day; at <= last.day; at += DAY_MS) starts.push(at);
  const shareAt = (at: number): number | null => {
    const share = byDay.get(at)?.share ?? null;
    return share === null ? null : Number(share);
  };
  return {
    title: 'Share that crossed, day by day',
    unit: { kind: 'share' },
    shape: 'line',
    starts,
    bucketMs: DAY_MS,
    now,
    series: [{ key: 'share', label: 'crossed', values: starts.map((at) => shareAt(at)) }],
  };
}

const GAP_WORDS = { model: 'Model', team: 'Team', day: 'Day' } as const;

export const gapRows = ({ gaps }: CoverageView): readonly PlainRow[] =>
  gaps.map(({ of, seller, name, uncovered, unit, share }) => ({
    key: `${of} ${seller ?? ''} ${name}`,
    cells: [GAP_WORDS[of], name, seller, `${prepareCount(uncovered).text} ${unit}`, sharePercent(share)],
  }));

export const exactRows = ({ exact }: CoverageView): readonly PlainRow[] =>
  exact.map((row) => ({
    key: row.seller,
    cells: [row.seller, ...[row.matched, row.only_theirs, row.only_ours].map((count) => prepareCount(count).text)],
  }));

export const unknownRows = ({ unknown }: CoverageView): readonly PlainRow[] =>
  unknown.map(({ seller, calls, tokens, days, record }) => ({
    key: seller,
    cells: [
      seller,
      prepareCount(calls).text,
      prepareCount(tokens).text,
      prepareCount(days).text,
      record === 'none' ? 'no record was imported' : 'its records are about other days',
    ],
  }));

export const recordRows = ({ records }: CoverageView): readonly PlainRow[] =>
  records.map(({ source, title, seller, scope, since, until, skew_minutes: skew }) => ({
    key: `${source} ${seller} ${scope}`,
    cells: [title, seller, scope, formatInstant(since), formatInstant(until), `${skew} min`],
  }));

export const ownerRows = ({ owners }: CoverageView): readonly PlainRow[] =>
  owners.map(({ seller, owner, used, unit }) => ({
    key: `${seller} ${owner} ${unit}`,
    cells: [owner, seller, `${prepareCount(used).text} ${unit}`],
  }));
