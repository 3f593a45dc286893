// Switches: which can be thrown, and of those that are, what theory says they move, why, and what was seen to move.
import type {
  ScenarioBand,
  ScenarioDifference,
  Scenarios,
  ScenarioSwitch,
  ScenarioThrown,
  ScenarioUnit,
} from '@weighbridge/protocol';
import type { Tone } from '../../parts/data-table/cell.ts';
import { bandText, changeText, figureText, largestOf } from './figures.ts';
import type { NamedSide } from './sides.ts';

export interface SwitchText {
  readonly name: ScenarioSwitch;
  readonly title: string;
  readonly what: string;
}

export const switchTexts = ({ switches }: Scenarios): readonly SwitchText[] =>
  switches.map(({ name, title, what }) => ({ name, title, what }));

/** A switch thrown, or taken back; the order is that of the table. */
export const toggled = (
  all: readonly SwitchText[],
  thrown: readonly ScenarioSwitch[],
  name: ScenarioSwitch,
): readonly ScenarioSwitch[] =>
  all.map((each) => each.name).filter((each) => (each === name ? !thrown.includes(name) : thrown.includes(each)));

export interface MoveText {
  readonly key: string;
  readonly output: string;
  readonly theory: string;
  readonly because: string;
  readonly came: string;
  readonly verdict: string;
  readonly tone: Tone;
}
export interface ThrownText {
  readonly key: string;
  readonly title: string;
  readonly what: string;
  readonly where: string;
  readonly moves: readonly MoveText[];
}

const TONES: Readonly<Record<ScenarioThrown['moves'][number]['seen'], Tone>> = {
  'as claimed': 'good',
  'no change': 'quiet',
  'against the claim': 'warn',
};

export function thrownTexts(sides: readonly NamedSide[]): readonly ThrownText[] {
  return sides.flatMap(({ side, name: own }, at) =>
    side.thrown.map(({ name, title, what, paths, moves }) => ({
      key: `${at} ${name}`,
      title,
      what: what.charAt(0).toUpperCase() + what.slice(1),
      where: `${own}, against the same without it, the mean over ${paths.toLocaleString('en-US')} paths and all months`,
      moves: moves.map(({ output, title: moved, direction, because, unit, mean, without, seen }) => ({
        key: output,
        output: moved,
        theory: direction === 'up' ? 'rises' : 'falls',
        because,
        came:
          seen === 'no change'
            ? 'does not move'
            : `${changeText(unit, mean, side.currency)}${without === null ? '' : `, from ${figureText(unit, without, side.currency)}`}`,
        verdict: seen,
        tone: TONES[seen],
      })),
    })),
  );
}

/** As the first less the second: what the first does differently. */
const turned = ({ p10, p50, p90 }: ScenarioBand): ScenarioBand => ({
  p10: negated(p90),
  p50: negated(p50),
  p90: negated(p10),
});
const negated = (value: ScenarioBand['p50']): ScenarioBand['p50'] => (value === null ? null : 0 - Number(value));

export interface DifferenceText {
  readonly key: string;
  readonly title: string;
  readonly first: string;
  readonly second: string;
  readonly difference: string;
}

export function differenceTexts(
  differences: readonly ScenarioDifference[],
  currency: string,
): readonly DifferenceText[] {
  return differences.map(({ output, title, unit, first, second, difference }) => ({
    key: output,
    title,
    first: bandText(unit, first, currency, largestOf([first, second])),
    second: bandText(unit, second, currency, largestOf([first, second])),
    difference: difference === null ? bandText(unit, null, currency) : turnedText(unit, turned(difference), currency),
  }));
}

/** With its sign; shares differ by points of a hundred. */
function turnedText(unit: ScenarioUnit, band: ScenarioBand, currency: string): string {
  if (Number(band.p10) === 0 && Number(band.p90) === 0) return 'none';
  const text = bandText(unit, band, currency).replace('%', 'points');
  return Number(band.p50) > 0 ? `+${text}` : text;
}
