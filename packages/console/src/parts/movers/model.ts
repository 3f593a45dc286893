// What changed most: differences against the period before, largest first, up to the right and down to the left of one
// line. What is too small to be drawn is still in the table beside it.
import type { ChartTable } from '../chart-frame/model.ts';
import { decimalOf, picoOf, ratioOf, type Pico } from '../money/decimal.ts';
import { moneyText } from '../money/model.ts';

export interface Mover {
  readonly key: string;
  readonly label: string;
  readonly href: string;
  /** Decimal text; null: no price is known. */
  readonly now: string | null;
  readonly before: string | null;
}
export interface MoversData {
  readonly title: string;
  readonly currency: string;
  readonly rows: readonly Mover[];
}
export interface MoverRow {
  readonly key: string;
  readonly label: string;
  readonly href: string;
  readonly change: string;
  /** `$120 to $1,080`. */
  readonly span: string;
  readonly up: boolean;
  /** 0 to 1 of the largest. */
  readonly length: number;
}
export interface PreparedMovers {
  readonly title: string;
  readonly summary: string;
  readonly rows: readonly MoverRow[];
  /** Whether some went up and some down: then bars begin in the middle. */
  readonly twoWay: boolean;
  readonly table: ChartTable | null;
}

const SHOWN = 8;

export function prepareMovers({ title, currency, rows }: MoversData): PreparedMovers {
  const changes = rows.flatMap((row) => {
    const [now, before] = [amountOf(row.now), amountOf(row.before)];
    return now === null || before === null || now === before ? [] : [{ ...row, change: now - before }];
  });
  const sorted = changes.toSorted((a, b) => {
    const [one, other] = [size(a.change), size(b.change)];
    return one === other ? 0 : one < other ? 1 : -1;
  });
  const most = size(sorted[0]?.change ?? 0n);
  const brief = (amount: string | null): string => moneyText({ amount, currency }, 'brief');
  const signed = (change: Pico): string => `${change > 0n ? '+' : ''}${brief(decimalOf(change))}`;
  const drawn = sorted.slice(0, SHOWN).map(({ key, label, href, now, before, change }): MoverRow => ({
    key,
    label,
    href,
    change: signed(change),
    span: `${brief(before)} to ${brief(now)}`,
    up: change > 0n,
    length: ratioOf(size(change), most) ?? 0,
  }));
  const table =
    sorted.length === 0
      ? null
      : {
          columns: ['what', 'before', 'now', 'change'],
          rows: sorted.map(({ label, now, before, change }) => [label, brief(before), brief(now), signed(change)]),
        };
  const twoWay = drawn.some(({ up }) => up) && drawn.some(({ up }) => !up);
  return { title, summary: summaryOf(drawn, sorted.length), rows: drawn, twoWay, table };
}

/** What was not there before was nothing then. */
const amountOf = (amount: string | null): Pico | null => (amount === null ? null : picoOf(amount));
const size = (change: Pico): Pico => (change < 0n ? -change : change);

function summaryOf(drawn: readonly MoverRow[], all: number): string {
  if (drawn.length === 0) return 'Nothing changed that has a price in both periods.';
  const [up, down] = [drawn.find((row) => row.up), drawn.find((row) => !row.up)];
  const named = [
    up === undefined ? '' : `Up most: ${up.label}, ${up.change}.`,
    down === undefined ? '' : `Down most: ${down.label}, ${down.change}.`,
    all > drawn.length ? `${all - drawn.length} smaller changes are in the table.` : '',
  ];
  return named.filter((text) => text !== '').join(' ');
}
