// The assumptions and choices of a plan as controls: where each slides, what its words mean, what was changed, and one choice for several
// that offer the same (the racks of every tranche).
import type { PlanChoice, PlanControl, PlanReport } from '@weighbridge/protocol';
import { capital, rangeText } from './figures.ts';
import { termsIn } from './terms.ts';

export interface ControlText {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly control: PlanControl;
  readonly moved: boolean;
  /** As it is now, and as the file and the catalogues have it. */
  readonly now: string;
  readonly stated: string;
  readonly source: string;
  /** Words of the trade in its title, in plain ones; '' where it has none. */
  readonly meaning: string;
  /** Between which values it slides, and in which steps. */
  readonly slide: { readonly from: number; readonly to: number; readonly step: number };
}

export interface ChoiceText {
  readonly key: string;
  readonly title: string;
  /** What it sets: one choice of the plan, or several alike. */
  readonly ids: readonly string[];
  /** '' where several differ. */
  readonly value: string;
  readonly stated: string;
  readonly moved: boolean;
  readonly options: PlanChoice['options'];
}

/** One thing that was changed: `PUE over a year: 1.2, written 1.1 (1.05 to 1.15)`. */
export interface ChangeText {
  readonly key: string;
  readonly title: string;
  readonly now: string;
  readonly written: string;
}

const STEPS = 200;

export function controlText(control: PlanControl): ControlText {
  const { id, title, unit, range, stated, source, least, most } = control;
  const width = Math.max(stated.high - stated.low, stated.likely * 0.5, Number.EPSILON);
  const from = Math.max(least, Math.min(range.likely, stated.low - width));
  const to = Math.min(most ?? Infinity, Math.max(range.likely, stated.high + width));
  return {
    key: id,
    title: capital(title),
    unit: unit === 'ratio' ? '' : unit,
    control,
    moved: isMoved(control),
    now: rangeText(range, unit),
    stated: rangeText(stated, unit),
    source: source === null ? 'set here' : `${source.says} (${source.date}, ${source.confidence} confidence)`,
    meaning: termsIn(`${title} ${unit}`)
      // A title that says itself what its word means needs no second saying.
      .filter(({ term }) => !title.startsWith(`${term}:`))
      .map(({ term, means }) => `${capital(term)}: ${means}.`)
      .join(' '),
    slide: { from, to, step: stepOf((to - from) / STEPS) },
  };
}

const isMoved = ({ range, stated }: PlanControl): boolean =>
  range.low !== stated.low || range.likely !== stated.likely || range.high !== stated.high;

/** The next round number below. */
const stepOf = (rough: number): number => (rough > 0 ? 10 ** Math.floor(Math.log10(rough)) : 1);

export function choiceTexts(choices: readonly PlanChoice[]): readonly ChoiceText[] {
  const told = new Set<string>();
  return choices.flatMap((choice) => {
    const alike = choices.filter((other) => patternOf(other) === patternOf(choice));
    const one = choiceText([choice], choice.title);
    if (alike.length < 2 || told.has(patternOf(choice))) return [one];
    told.add(patternOf(choice));
    return [choiceText(alike, `${commonStart(alike.map(({ title }) => title))}all`), one];
  });
}

const patternOf = ({ id, options }: PlanChoice): string => {
  const parts = id.split('.');
  return parts.length < 3 ? id : `${parts[0]}.*.${parts.at(-1)} ${options.length}`;
};

function choiceText(alike: readonly PlanChoice[], title: string): ChoiceText {
  const [first] = alike as readonly [PlanChoice];
  const only = (values: readonly string[]): string => (new Set(values).size === 1 ? (values[0] ?? '') : '');
  return {
    key: alike.length === 1 ? first.id : `all ${first.id}`,
    title,
    ids: alike.map(({ id }) => id),
    value: only(alike.map(({ value }) => value)),
    stated: only(alike.map(({ stated }) => stated)),
    moved: alike.some(({ value, stated }) => value !== stated),
    options: first.options,
  };
}

/** `Racks of first`, `Racks of second` → `Racks of `. */
function commonStart(titles: readonly string[]): string {
  const words = titles.map((title) => title.split(' '));
  const [first = []] = words;
  const until = first.findIndex((word, at) => words.some((each) => each[at] !== word));
  return `${first.slice(0, until === -1 ? first.length : until).join(' ')} `;
}

export const changesOf = ({ choices, controls }: PlanReport): readonly ChangeText[] => [
  ...choices
    .filter(({ value, stated }) => value !== stated)
    .map(({ id, title, value, stated, options }) => {
      const named = (wanted: string): string => options.find((option) => option.id === wanted)?.title ?? wanted;
      return { key: id, title, now: named(value), written: named(stated) };
    }),
  ...controls.filter(isMoved).map(({ id, title, unit, range, stated }) => ({
    key: id,
    title: capital(title),
    now: rangeText(range, unit),
    written: rangeText(stated, unit),
  })),
];
