// A commitment over time: what was drawn to date, the straight line that meets each milestone, all that is committed, and the
// span in which it is to be expected to lie at each milestone's end. Shares of the width and of the height, for the drawing;
// exact amounts, for words and table.
import type { ChartTable } from '../chart-frame/model.ts';
import { decimalOf, picoOf, ratioOf, type Pico } from '../money/decimal.ts';
import { moneyText } from '../money/model.ts';
import { axisText } from '../unit/model.ts';

export interface BurnMilestone {
  readonly name: string;
  /** Its first and its last day. */
  readonly from: string;
  readonly until: string;
  readonly committed: string;
  /** Drawn by its end, as a whole and not of this one alone; null: not foretold, or over. */
  readonly expected: { readonly low: string; readonly middle: string; readonly high: string } | null;
}

export interface BurnData {
  readonly title: string;
  readonly currency: string;
  /** The day up to which it is drawn. */
  readonly at: string;
  /** Days with what was drawn up to their end, in order of time. */
  readonly drawn: readonly { readonly day: string; readonly drawn: string }[];
  /** Only what was drawn from this day on is known: what stands in `drawn` is then the least. Null: all is known. */
  readonly knownSince: string | null;
  /** In order of time. */
  readonly milestones: readonly BurnMilestone[];
  /** Why nothing is foretold; null where something is. */
  readonly unforetold: string | null;
}

interface Point {
  /** 0 to 1, from the first day to the last. */
  readonly x: number;
  /** 0 to 1, from nothing up. */
  readonly y: number;
}

export interface BurnMark extends Point {
  /** What is read there. */
  readonly text: string;
}

export interface PreparedBurn {
  readonly title: string;
  readonly summary: string;
  readonly drawn: readonly Point[];
  readonly needed: readonly Point[];
  readonly committed: number;
  /** Low ends forth, then high ends back; empty where nothing is foretold. */
  readonly band: readonly Point[];
  readonly middle: readonly Point[];
  readonly ends: readonly { readonly x: number; readonly text: string }[];
  readonly levels: readonly { readonly y: number; readonly text: string }[];
  /** Null: outside the term. */
  readonly now: number | null;
  /** In order of time: walked by the arrow keys. */
  readonly marks: readonly BurnMark[];
  readonly table: ChartTable;
}

const DAY = 86_400_000;
const ENDS_MOST = 6;
const LEVELS = 4;
const HEADROOM = { num: 108n, den: 100n } as const;

const dayAt = (day: string): number => Date.parse(`${day}T00:00:00Z`);
/** A last day is in: it ends when the next begins. */
const endOf = (day: string): number => dayAt(day) + DAY;
const pico = (amount: string): Pico => picoOf(amount) ?? 0n;

export function prepareBurn(data: BurnData): PreparedBurn {
  const { milestones, drawn, currency } = data;
  const committed = milestones.reduce((sum, one) => sum + pico(one.committed), 0n);
  const highest = milestones.reduce((most, { expected }) => max(most, pico(expected?.high ?? '0')), committed);
  const top = max((max(highest, pico(drawn.at(-1)?.drawn ?? '0')) * HEADROOM.num) / HEADROOM.den, 1n);
  const start = Math.min(...milestones.map(({ from }) => dayAt(from)));
  const width = Math.max(...milestones.map(({ until }) => endOf(until))) - start;
  const x = (at: number): number => Math.min(1, Math.max(0, (at - start) / width));
  const y = (amount: Pico): number => ratioOf(amount, top) ?? 0;
  const money = (amount: Pico): string => moneyText({ amount: decimalOf(amount), currency }, 'brief');
  const now = dayAt(data.at);
  // Where the days before are not known, no line says that nothing was drawn on them.
  const first = Math.min(dayAt(data.knownSince ?? data.at), dayAt(drawn[0]?.day ?? data.at));
  const line = [
    { x: x(data.knownSince === null ? start : first), y: 0 },
    ...drawn.map(({ day, drawn: sum }) => ({ x: x(endOf(day)), y: y(pico(sum)) })),
  ];
  const foretold = milestones.flatMap(({ until, expected }) =>
    expected === null ? [] : [{ at: endOf(until), ...expected }],
  );
  const from = line.at(-1) ?? { x: 0, y: 0 };
  const to = (of: 'low' | 'middle' | 'high'): Point[] => foretold.map((one) => ({ x: x(one.at), y: y(pico(one[of])) }));
  return {
    title: data.title,
    summary: summaryOf(data, committed),
    drawn: now < start ? [] : line,
    needed: neededLine(milestones, x, y),
    committed: y(committed),
    band: foretold.length === 0 ? [] : [from, ...to('low'), ...to('high').toReversed(), from],
    middle: foretold.length === 0 ? [] : [from, ...to('middle')],
    ends: thinned(milestones).map(({ until }) => ({ x: x(endOf(until)), text: until })),
    levels: levelsOf(top, y, currency),
    now: now < start || now > start + width ? null : x(now),
    marks: marksOf(data, x, y, money),
    table: tableOf(data),
  };
}

const max = (a: Pico, b: Pico): Pico => (a > b ? a : b);

/** From milestone to milestone as the crow flies: what has to be drawn by each day to be on time. */
function neededLine(
  milestones: readonly BurnMilestone[],
  x: (at: number) => number,
  y: (amount: Pico) => number,
): Point[] {
  let sum = 0n;
  return milestones.flatMap(({ from, until, committed }) => {
    const begin = { x: x(dayAt(from)), y: y(sum) };
    sum += pico(committed);
    return [begin, { x: x(endOf(until)), y: y(sum) }];
  });
}

/** The last, and as many before it as there is room for. */
const thinned = (milestones: readonly BurnMilestone[]): readonly BurnMilestone[] => {
  const step = Math.ceil(milestones.length / ENDS_MOST);
  return milestones.filter((_, index) => (milestones.length - 1 - index) % step === 0);
};

/** Round amounts, not more than five. */
function levelsOf(top: Pico, y: (amount: Pico) => number, currency: string): PreparedBurn['levels'] {
  const rough = top / BigInt(LEVELS);
  const power = 10n ** BigInt(Math.max(0, rough.toString().length - 1));
  const step = [1n, 2n, 5n, 10n].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const count = Number(top / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const amount = step * BigInt(index);
    return { y: y(amount), text: axisText({ kind: 'money', currency }, Number(decimalOf(amount))) };
  });
}

function marksOf(
  { drawn, milestones, knownSince }: BurnData,
  x: (at: number) => number,
  y: (amount: Pico) => number,
  money: (amount: Pico) => string,
): readonly BurnMark[] {
  const past = drawn.map(({ day, drawn: sum }) => ({
    at: endOf(day),
    y: y(pico(sum)),
    text: `${day}: ${knownSince === null ? '' : 'at least '}${money(pico(sum))} drawn`,
  }));
  let sum = 0n;
  const ends = milestones.map(({ name, until, committed, expected }) => {
    sum += pico(committed);
    const hoped =
      expected === null
        ? ''
        : `; to be expected ${money(pico(expected.low))} to ${money(pico(expected.high))}, most likely ${money(pico(expected.middle))}`;
    return { at: endOf(until), y: y(sum), text: `${until}, end of ${name}: ${money(sum)} committed by then${hoped}` };
  });
  return [...past, ...ends].toSorted((a, b) => a.at - b.at).map(({ at, ...mark }) => ({ x: x(at), ...mark }));
}

function tableOf({ milestones, currency }: BurnData): ChartTable {
  const money = (amount: string): string => moneyText({ amount, currency });
  let sum = 0n;
  return {
    columns: ['by the end of', 'milestone', 'committed by then', 'P10', 'P50', 'P90'],
    rows: milestones.map(({ name, until, committed, expected }) => {
      sum += pico(committed);
      const span = expected === null ? ['', '', ''] : [expected.low, expected.middle, expected.high].map(money);
      return [until, name, money(decimalOf(sum)), ...span];
    }),
  };
}

function summaryOf(data: BurnData, committed: Pico): string {
  const { drawn, currency, at, milestones, unforetold, knownSince } = data;
  const done = pico(drawn.at(-1)?.drawn ?? '0');
  const money = (amount: Pico): string => moneyText({ amount: decimalOf(amount), currency }, 'brief');
  const whole = money(committed);
  const parts = [
    knownSince === null
      ? `${money(done)} of ${whole} drawn by ${at}.`
      : done === 0n
        ? `How much of ${whole} was drawn by ${at} is not known.`
        : `At least ${money(done)} of ${whole} drawn by ${at}.`,
  ];
  const needed = neededBy(milestones, at);
  // What is at least ahead of the line is ahead of it; whether it is behind nobody can say.
  if (needed > 0n && (knownSince === null || done >= needed)) {
    const short = needed - done;
    parts.push(
      short > 0n
        ? `${money(needed)} would be on time: ${money(short)} behind the straight line.`
        : `${money(needed)} would be on time: it is ahead of the straight line.`,
    );
  }
  const last = milestones.findLast(({ expected }) => expected !== null);
  if (last?.expected !== null && last?.expected !== undefined)
    parts.push(
      `To be expected by ${last.until}: ${money(pico(last.expected.low))} to ${money(pico(last.expected.high))} (8 of 10 paths).`,
    );
  else if (unforetold !== null) parts.push(unforetold);
  return parts.join(' ');
}

/** On the straight line, at the end of the day. */
function neededBy(milestones: readonly BurnMilestone[], at: string): Pico {
  const now = endOf(at);
  return milestones.reduce((sum, { from, until, committed }) => {
    const [begin, end] = [dayAt(from), endOf(until)];
    if (now <= begin) return sum;
    if (now >= end) return sum + pico(committed);
    return sum + (pico(committed) * BigInt((now - begin) / DAY)) / BigInt((end - begin) / DAY);
  }, 0n);
}

/** The mark nearest to a share of the width. */
export function markAt(marks: readonly BurnMark[], x: number): number | null {
  let best: number | null = null;
  for (const [index, mark] of marks.entries())
    if (best === null || Math.abs(mark.x - x) < Math.abs((marks[best]?.x ?? 0) - x)) best = index;
  return best;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

/** Where a key leads to among so many marks; null: it is not one of the chart's. */
export function stepTo(count: number, at: number | null, key: string): number | null {
  const step = STEPS[key];
  if (count === 0 || (step === undefined && key !== 'Home' && key !== 'End')) return null;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const from = at ?? ((step ?? 1) > 0 ? -1 : count);
  return Math.min(count - 1, Math.max(0, from + (step ?? 0)));
}
