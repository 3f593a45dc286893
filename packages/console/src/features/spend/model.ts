// Spend, prepared: how much against the period before, what moved it, and where it went by two dimensions. Amounts are
// added exactly; what has no price is in no sum and is said so beside it.
import type { Breakdown, Member, Overview, Series, Totals } from '@weighbridge/protocol';
import type { SpendDimension } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { MatrixData } from '../../parts/matrix/model.ts';
import { decimalOf, picoOf, roundTo, sumOf } from '../../parts/money/decimal.ts';
import { moneyText } from '../../parts/money/model.ts';
import type { MoversData } from '../../parts/movers/model.ts';
import { changeOf, type ChartData } from '../../parts/time-chart/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { phraseOf, type TimeRange } from '../../url/time-range.ts';
import { memberFilter } from '../dimension-filters.ts';
import type { Figure } from '../figure.ts';
import { chartSeries } from '../spend-series.ts';
import { changeText, comparedText, mainSpend, memberName, pricedIn, rowKey, spendIn } from '../totals.ts';

export interface SpendContext {
  readonly range: TimeRange;
  readonly now: number;
  readonly by: SpendDimension;
  readonly and: SpendDimension | null;
  readonly filter: string;
  readonly currency: string;
  /** Address of the calls behind a filter. */
  readonly callsHref: (filter: string) => string;
}

export type SpendRow = Breakdown['rows'][number] & { readonly share: number | null };

export function spendHeadline(
  { totals, before }: Overview,
  { range }: SpendContext,
): { readonly first: string; readonly second: string } {
  const when = phraseOf(range);
  const main = mainSpend(totals);
  if (totals.calls === 0) return { first: `Nothing was spent ${when}.`, second: 'No call crossed the scale.' };
  if (main === null) return { first: `No call ${when} has a price.`, second: unpricedSentence(totals) };
  const change = changeOf(main.billed, spendIn(before.totals, main.currency));
  const others = totals.spend
    .filter((spend) => spend !== main)
    .map((spend) => moneyText({ amount: spend.billed, currency: spend.currency }, 'brief'));
  const also = others.length === 0 ? '' : ` and ${others.join(' and ')}`;
  const amount = moneyText({ amount: main.billed, currency: main.currency }, 'brief');
  return {
    first: `${amount}${also} spent ${when}${change === null ? '' : `, ${comparedText(change)}`}.`,
    second: unpricedSentence(totals),
  };
}

const unpricedSentence = ({ unpriced, estimated }: Totals): string => {
  const known =
    unpriced === 0 ? 'Every call has a price' : `${callsText(unpriced)} no price and ${isText(unpriced)} in no sum`;
  return `${known}${estimated === 0 ? '' : `; ${prepareCount(estimated).text} of the prices ${isText(estimated)} estimated`}.`;
};
const callsText = (count: number): string => `${prepareCount(count).text} ${count === 1 ? 'call has' : 'calls have'}`;
const isText = (count: number): string => (count === 1 ? 'is' : 'are');

export function spendFigures({ totals, before }: Overview, context: SpendContext): readonly Figure[] {
  const { currency, callsHref, filter } = context;
  const own = totals.spend.find((spend) => spend.currency === currency);
  const href = callsHref(filter);
  const money = (amount: string | null, style: 'brief' | 'full'): string => moneyText({ amount, currency }, style);
  const then = spendIn(before.totals, currency);
  const figure = (
    key: string,
    title: string,
    amount: string | null,
    note: string,
    formula: string,
    caveats: readonly string[] = [],
  ): Figure => ({
    key,
    title,
    text: amount === null ? 'none' : money(amount, key === 'per-call' ? 'full' : 'brief'),
    exact: amount === null ? 'none' : money(amount, 'full'),
    note,
    tone: 'quiet',
    href,
    explain: {
      title,
      formula,
      parts: amount === null ? [] : [{ name: title, value: money(amount, 'full'), href }],
      caveats,
      upTo: null,
    },
  });
  const billed = own?.billed ?? null;
  const perCall = billed === null ? null : quotient(billed, totals.calls - totals.unpriced);
  return [
    figure('billed', 'Billed', billed, billed === null ? '' : changeText(billed, then), BILLED),
    figure('before', 'Period before', then, `${prepareCount(before.totals.calls, 'short').text} calls`, BEFORE),
    figure('list', 'At list price', own?.list ?? null, savedText(own), LIST),
    figure('per-call', 'Per call', shortened(perCall), `${prepareCount(totals.calls, 'short').text} calls`, PER_CALL, [
      'Calls without a price are not among them.',
    ]),
    unpricedFigure(totals, context),
  ];
}

const BILLED = 'sum of billed cost over all calls that ended in this range';
const BEFORE = 'the same, over the range of the same length that ends where this one begins';
const LIST = "the same calls at the sellers' list prices";
const PER_CALL = 'billed cost ÷ calls that have a price';

/** Exact to 10^-12; null of nothing. */
export function quotient(amount: string, count: number): string | null {
  const pico = picoOf(amount);
  return pico === null || count <= 0 ? null : decimalOf(pico / BigInt(count));
}

/** Four digits tell calls apart; more would only look exact. */
function shortened(amount: string | null): string | null {
  const pico = amount === null ? null : picoOf(amount);
  return pico === null ? amount : decimalOf(roundTo(pico, 4).amount);
}

function savedText(own: { readonly list: string; readonly billed: string } | undefined): string {
  const [list, billed] = [picoOf(own?.list ?? ''), picoOf(own?.billed ?? '')];
  if (list === null || billed === null || list === 0n) return '';
  const share = Number(((list - billed) * 10_000n) / list) / 10_000;
  if (share === 0) return 'as billed';
  return share > 0 ? `${shareText(share)} below list` : `${shareText(-share)} above list`;
}

function unpricedFigure({ unpriced, calls }: Totals, { callsHref, filter }: SpendContext): Figure {
  const href = callsHref(`${filter} price:unpriced`.trim());
  return {
    key: 'unpriced',
    title: 'Unpriced',
    text: prepareCount(unpriced, 'short').text,
    exact: `${prepareCount(unpriced).text} calls`,
    note: unpriced === 0 ? 'every call has a price' : `${shareText(unpriced / Math.max(1, calls))} of all calls`,
    tone: unpriced > 0 ? 'warn' : 'quiet',
    href,
    explain: {
      title: 'Unpriced',
      formula: 'calls that used something no price list in force has a price for',
      parts: [{ name: 'unpriced', value: prepareCount(unpriced).text, href }],
      caveats: ['Their cost is missing from every sum here; it is not zero.'],
      upTo: null,
    },
  };
}

export function spendOverTime(series: Series, before: Series | null, { by, range, now }: SpendContext): ChartData {
  const width = (series.starts[1] ?? 0) - (series.starts[0] ?? 0);
  const points = before?.series[0]?.points;
  return {
    title: `What was spent, by ${by}`,
    unit: { kind: 'money', currency: series.currency ?? 'USD' },
    shape: 'stack',
    starts: series.starts,
    bucketMs: width > 3_600_000 ? 86_400_000 : 3_600_000,
    now: range.moving ? now : Math.max(now, range.until),
    series: series.series.map((one) => chartSeries(one, by)),
    ...(points === undefined
      ? {}
      : { before: { label: 'period before', values: series.starts.map((_, i) => points[i] ?? null) } }),
  };
}

const nameOf = (members: readonly Member[], at: number, dimension: string): string =>
  memberName(members[at] ?? { value: null, erased: false }, dimension);

/** The filter of the calls behind members of the dimensions of a row. */
export function membersFilter(members: readonly Member[], { by, and, filter }: SpendContext): string {
  const dimensions = [by, and];
  return members.reduce((text, { value, erased }, i) => {
    const dimension = dimensions[i];
    if (dimension === undefined || dimension === null) return text;
    return erased ? `${text} erased:yes`.trim() : memberFilter(dimension, value, text);
  }, filter);
}

export function spendMatrix({ rows, total }: Breakdown, context: SpendContext): MatrixData | null {
  const { by, and, currency } = context;
  if (and === null) return null;
  const entries = rows.map(({ members, totals }) => ({
    row: { key: keyOf(members[0]), label: nameOf(members, 0, by) },
    column: { key: keyOf(members[1]), label: nameOf(members, 1, and) },
    amount: pricedIn(totals, currency),
  }));
  const listed = sumOf(entries.map(({ amount }) => amount ?? '0')).sum;
  const all = picoOf(spendIn(total, currency) ?? '0') ?? 0n;
  return {
    title: `Where it went, by ${by} and ${and}`,
    currency,
    rowTitle: by,
    entries,
    missing: decimalOf(all > listed ? all - listed : 0n),
  };
}

const ERASED = '\u0000erased';
const NOBODY = '\u0000none';
const keyOf = (member: Member | undefined): string => (member?.erased === true ? ERASED : (member?.value ?? NOBODY));
/** The member that a key of the matrix stands for. */
export const memberOf = (key: string): Member =>
  key === ERASED || key === NOBODY ? { value: null, erased: key === ERASED } : { value: key, erased: false };

export function spendMovers({ rows }: Breakdown, context: SpendContext): MoversData {
  const { by, and, currency, callsHref } = context;
  return {
    title: 'What changed most against the period before?',
    currency,
    rows: rows.map(({ members, totals, before }) => ({
      key: rowKey({ members }),
      label: and === null ? nameOf(members, 0, by) : `${nameOf(members, 0, by)} · ${nameOf(members, 1, and)}`,
      href: callsHref(membersFilter(members, context)),
      now: pricedIn(totals, currency),
      before: before === null ? null : before.calls === 0 ? '0' : pricedIn(before, currency),
    })),
  };
}

/** Rows with their share of what was spent in the currency shown. */
export function spendRows({ rows, total }: Breakdown, currency: string): readonly SpendRow[] {
  const whole = Number(spendIn(total, currency) ?? 0);
  return rows.map((row) => {
    const own = pricedIn(row.totals, currency);
    return { ...row, share: own === null || whole === 0 ? null : Number(own) / whole };
  });
}
