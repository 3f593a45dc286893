// What was moved of a plan, as it stands in the address: ranges by the control's name, choices by theirs. Names come from files and may
// hold anything, so what parts them is escaped in them; what cannot be read counts as not moved.
import { PLAN_CHANGES_MOST, type PlanRange } from '@weighbridge/protocol';

export type Ranges = Readonly<Record<string, PlanRange>>;
export type Picks = Readonly<Record<string, string>>;

const NAME_MOST = 80;
const isName = (text: string): boolean => text !== '' && text.length <= NAME_MOST;

/** `:` parts a name from its value, `;` one from the next; a value may hold the former. */
const escaped = (text: string, parting: RegExp): string => text.replaceAll(parting, encodeURIComponent);
const PARTING = { name: /[%:;]/g, value: /[%;]/g } as const;
const unescaped = (text: string): string => text.replaceAll(/%(?:25|3A|3B)/g, decodeURIComponent);

const partsOf = (text: string): [string, string][] =>
  text
    .split(';')
    .slice(0, PLAN_CHANGES_MOST)
    .map((part): [string, string] => {
      const at = part.indexOf(':');
      return [unescaped(part.slice(0, Math.max(0, at))), unescaped(part.slice(at + 1))];
    })
    .filter(([name]) => isName(name));

/** `pue:1.2,1.3,1.4;load:0.8` */
export function rangesIn(text: string): Ranges {
  const ranges = new Map<string, PlanRange>();
  for (const [name, value] of partsOf(text)) {
    const numbers = value.split(',').map((each) => (each === '' ? Number.NaN : Number(each)));
    const [low = Number.NaN, likely = low, high = low] = numbers;
    if ([1, 3].includes(numbers.length) && [low, likely, high].every(Number.isFinite))
      ranges.set(name, { low, likely, high });
  }
  return Object.fromEntries(ranges);
}

export const rangesText = (ranges: Ranges): string =>
  Object.entries(ranges)
    .map(([name, { low, likely, high }]) => {
      const values = low === likely && likely === high ? `${likely}` : `${low},${likely},${high}`;
      return `${escaped(name, PARTING.name)}:${values}`;
    })
    .join(';');

/** `power.of:critical_it;exit:north wind` */
export const picksIn = (text: string): Picks => Object.fromEntries(partsOf(text).filter(([, value]) => isName(value)));

export const picksText = (picks: Picks): string =>
  Object.entries(picks)
    .map(([name, value]) => `${escaped(name, PARTING.name)}:${escaped(value, PARTING.value)}`)
    .join(';');

/** With one of them set, or gone where there is nothing to set. */
export function changed<Value>(
  held: Readonly<Record<string, Value>>,
  name: string,
  value: Value | null,
): Readonly<Record<string, Value>> {
  const rest = Object.fromEntries(Object.entries(held).filter(([each]) => each !== name));
  return value === null ? rest : { ...rest, [name]: value };
}

/** A range whose likely value is moved: its ends move along, as far as they may. */
export function movedTo(range: PlanRange, likely: number, least: number, most: number | null): PlanRange {
  const within = (value: number): number => Math.min(most ?? Infinity, Math.max(least, value));
  const to = within(rounded(within(likely)));
  if (range.low === range.high) return { low: to, likely: to, high: to };
  const factor = range.likely === 0 ? null : to / range.likely;
  const move = (end: number): number =>
    rounded(
      within(
        factor === null ? end + to - range.likely : range.likely + (end - range.likely) * factor + to - range.likely,
      ),
    );
  return { low: Math.min(to, move(range.low)), likely: to, high: Math.max(to, move(range.high)) };
}

/** No more digits than a reader can tell apart. */
const rounded = (value: number): number => Number(value.toPrecision(6));
