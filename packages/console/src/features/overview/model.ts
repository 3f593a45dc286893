// The overview, prepared: a sentence that answers the question, five figures, two charts and a table, from the answers of
// the control API and the state in the address. The view draws it.
import type { Breakdown, Latency, Overview, Series, Totals } from '@weighbridge/protocol';
import type { Grouping } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { moneyText } from '../../parts/money/model.ts';
import { changeOf, type ChartData } from '../../parts/time-chart/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { phraseOf, type TimeRange } from '../../url/time-range.ts';
import type { Figure } from '../figure.ts';
import { chartSeries } from '../spend-series.ts';
import { changeText, comparedText, failedText, mainSpend, spendIn, tokensOf, unpricedText } from '../totals.ts';

export interface OverviewContext {
  readonly range: TimeRange;
  readonly by: Grouping;
  readonly now: number;
  /** Address of the calls behind a filter. */
  readonly callsHref: (filter: string) => string;
}

export const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  team: 'team',
  model: 'model',
  deployment: 'deployment',
  cloud: 'cloud',
  region: 'region',
  route: 'route',
  key: 'key',
  project: 'project',
};

export function headlineOf(
  { totals, before }: Overview,
  range: TimeRange,
): { readonly first: string; readonly second: string } {
  const when = phraseOf(range);
  if (totals.calls === 0)
    return { first: `No call crossed the scale ${when}.`, second: 'Nothing was spent and nothing failed.' };
  const main = mainSpend(totals);
  const change = main === null ? null : changeOf(main.billed, spendIn(before.totals, main.currency));
  const others = totals.spend
    .filter((spend) => spend !== main)
    .map((spend) => moneyText({ amount: spend.billed, currency: spend.currency }, 'brief'));
  const also = others.length === 0 ? '' : ` and ${others.join(' and ')}`;
  const spent =
    main === null
      ? 'Nothing that has a price was spent'
      : `${moneyText({ amount: main.billed, currency: main.currency }, 'brief')}${also} spent`;
  return {
    first: `${spent} ${when}${change === null ? '' : `, ${comparedText(change)}`}.`,
    second: `${prepareCount(totals.calls, 'short').text} ${totals.calls === 1 ? 'call' : 'calls'}; ${failedText(totals)}${unpricedText(totals)}.`,
  };
}

export function figuresOf(overview: Overview, latency: Latency | null, context: OverviewContext): readonly Figure[] {
  const { totals, before } = overview;
  const main = mainSpend(totals);
  const href = context.callsHref('');
  const upTo = null;
  const counted = (key: string, title: string, now: number, then: number, formula: string): Figure => {
    const text = prepareCount(now, 'short');
    const note = changeText(String(now), String(then));
    return {
      key,
      title,
      text: text.text,
      exact: text.exact,
      note,
      tone: 'quiet',
      href,
      explain: {
        title,
        formula,
        parts: [
          { name: 'now', value: text.exact, href },
          { name: 'period before', value: prepareCount(then).text },
        ],
        caveats: [],
        upTo,
      },
    };
  };
  const amount = main === null ? 'nothing' : moneyText({ amount: main.billed, currency: main.currency }, 'brief');
  const spend: Figure = {
    key: 'spend',
    title: 'Spend',
    text: amount,
    exact: main === null ? amount : moneyText({ amount: main.billed, currency: main.currency }),
    note: main === null ? '' : changeText(main.billed, spendIn(before.totals, main.currency)),
    tone: 'quiet',
    href,
    explain: {
      title: 'Spend',
      formula: 'sum of billed cost over all calls that ended in this range',
      parts: totals.spend.flatMap((row) => [
        { name: `billed, ${row.currency}`, value: moneyText({ amount: row.billed, currency: row.currency }), href },
        { name: `at list price, ${row.currency}`, value: moneyText({ amount: row.list, currency: row.currency }) },
      ]),
      caveats:
        totals.unpriced === 0
          ? []
          : [`${prepareCount(totals.unpriced).text} calls have no price and are not in the sum.`],
      upTo,
    },
  };
  return [
    spend,
    counted('calls', 'Calls', totals.calls, before.totals.calls, 'receipts of calls that ended in this range'),
    counted(
      'tokens',
      'Tokens',
      tokensOf(totals),
      tokensOf(before.totals),
      'sum over all token classes; classes never overlap',
    ),
    ttftFigure(totals, latency, href),
    failedFigure(totals, before.totals, context),
  ];
}

/** Of the whole range: quantiles cannot be added, so they are asked for at once; the mean stands in until they are there. */
function ttftFigure(totals: Totals, latency: Latency | null, href: string): Figure {
  const [p50, p99] = latency?.rows.find(({ start, value }) => start === null && value === null)?.ms ?? [];
  const mean = totals.mean_ms.ttft;
  const text = p50 === undefined ? formatDuration(mean) : formatDuration(p50);
  const note = p50 === undefined ? 'mean' : `median; 99 of 100 within ${formatDuration(p99 ?? null)}`;
  const error = latency === null ? '' : ` Read from histograms: exact to ${shareText(latency.relative_error)}.`;
  return {
    key: 'ttft',
    title: 'Time to first token',
    text,
    exact: text,
    note,
    tone: 'quiet',
    href,
    explain: {
      title: 'Time to first token',
      formula: 'from the start of a call to its first content, thinking included',
      parts: [{ name: 'mean', value: formatDuration(mean) }],
      caveats: [`Calls that failed before their first token have none.${error}`],
      upTo: null,
    },
  };
}

function failedFigure(totals: Totals, before: Totals, { callsHref }: OverviewContext): Figure {
  const share = totals.calls === 0 ? 0 : totals.errors / totals.calls;
  const then = before.calls === 0 ? null : before.errors / before.calls;
  const href = callsHref('outcome:error,cut,refused,interrupted');
  return {
    key: 'failed',
    title: 'Failed',
    text: shareText(share),
    exact: `${prepareCount(totals.errors).text} of ${prepareCount(totals.calls).text} calls`,
    note: then === null ? `${prepareCount(totals.errors).text} calls` : movedText(share, then),
    tone: then !== null && share > 2 * then && totals.errors > 20 ? 'bad' : 'quiet',
    href,
    explain: {
      title: 'Failed',
      formula: 'calls that ended as error, cut, refused or interrupted ÷ all calls',
      parts: [
        { name: 'failed', value: prepareCount(totals.errors).text, href },
        { name: 'all', value: prepareCount(totals.calls).text },
      ],
      caveats: ['A client that went away is no failure of ours, and is counted as a call.'],
      upTo: null,
    },
  };
}

const movedText = (share: number, then: number): string => {
  const [now, before] = [shareText(share), shareText(then)];
  return now === before ? 'as in the period before' : `${share > then ? 'up' : 'down'} from ${before}`;
};

export function spendChart(series: Series, context: OverviewContext): ChartData {
  const { by, range, now } = context;
  const currency = series.currency ?? 'USD';
  return {
    title: `What was spent, by ${GROUPING_WORDS[by]}`,
    unit: { kind: 'money', currency },
    shape: 'stack',
    starts: series.starts,
    bucketMs: bucketMsOf(series),
    now: range.moving ? now : Math.max(now, range.until),
    series: series.series.map((one) => chartSeries(one, by)),
  };
}

const HOUR = 3_600_000;
const bucketMsOf = ({ starts }: Series): number => ((starts[1] ?? 0) - (starts[0] ?? 0) > HOUR ? 24 * HOUR : HOUR);

/** One line per member where latency is kept by this grouping (the median), else the median and the 99th of all. */
export function latencyChart(latency: Latency, by: string | null, context: OverviewContext): ChartData {
  const timed = latency.rows.filter((row): row is Latency['rows'][number] & { start: number } => row.start !== null);
  const starts = [...new Set(timed.map(({ start }) => start))].toSorted((a, b) => a - b);
  const at = new Map(starts.map((start, i) => [start, i]));
  const lines = new Map<string, (number | null)[]>();
  const put = (label: string, start: number, ms: number | null): void => {
    const line = lines.get(label) ?? starts.map(() => null);
    line[at.get(start) ?? 0] = ms;
    lines.set(label, line);
  };
  for (const { value, start, ms } of timed) {
    if (by === null) {
      put('median', start, ms[0] ?? null);
      put('99 of 100 within', start, ms[1] ?? null);
    } else put(value ?? `no ${by}`, start, ms[0] ?? null);
  }
  return {
    title: by === null ? 'How long until the first token?' : `How long until the first token, by ${by}? (median)`,
    unit: { kind: 'duration' },
    shape: 'line',
    starts,
    bucketMs: (starts[1] ?? 0) - (starts[0] ?? 0) > HOUR ? 24 * HOUR : HOUR,
    now: context.now,
    series: [...lines].map(([label, values]) => ({ key: label, label, values })),
  };
}

export type OverviewRow = Breakdown['rows'][number] & { readonly share: number | null };

/** Rows with their share of what was spent in the main currency. */
export function rowsOf({ rows, total }: Breakdown): readonly OverviewRow[] {
  const main = mainSpend(total);
  return rows.map((row) => {
    const own = main === null ? null : spendIn(row.totals, main.currency);
    return {
      ...row,
      share: own === null || main === null || Number(main.billed) === 0 ? null : Number(own) / Number(main.billed),
    };
  });
}
