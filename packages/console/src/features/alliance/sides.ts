// One side of a run: what it is called beside the other, its lines and the months that matter in it.
import type {
  ScenarioBand,
  ScenarioDelivery,
  ScenarioLine,
  ScenarioLineName,
  ScenarioRun,
  ScenarioSide,
} from '@weighbridge/protocol';

export interface NamedSide {
  readonly side: ScenarioSide;
  /** `alliance with: grid delay`. */
  readonly name: string;
  /** In a legend: which of two, or what a line and its band are. */
  readonly label: string;
  readonly colour: string;
  readonly dashed: boolean;
}

const ORDER = ['1st', '2nd'] as const;
const COLOURS = ['--cat-1', '--cat-4'] as const;

export function sidesOf({ first, second }: ScenarioRun): readonly NamedSide[] {
  return [first, ...(second === null ? [] : [second])].map((side, i) => ({
    side,
    name: nameOf(side),
    label: second === null ? 'median' : (ORDER[i] ?? ''),
    colour: COLOURS[i] ?? '--cat-1',
    dashed: i > 0,
  }));
}

/** More switches than this are counted, not named. */
const NAMED_MOST = 2;

function nameOf({ scenario, switches, thrown }: ScenarioSide): string {
  if (switches.length === 0) return `${scenario} as written`;
  if (switches.length > NAMED_MOST) return `${scenario} with ${switches.length} switches`;
  const titles = thrown.map(({ title }) => title.charAt(0).toLowerCase() + title.slice(1));
  return `${scenario} with: ${titles.join('; ')}`;
}

export const lineOf = ({ lines }: ScenarioSide, name: ScenarioLineName): ScenarioLine | undefined =>
  lines.find((line) => line.name === name);

export const bandAt = (side: ScenarioSide, name: ScenarioLineName, month: number): ScenarioBand | null =>
  lineOf(side, name)?.bands[month] ?? null;

export const yearsOf = ({ months }: ScenarioSide): readonly string[] => [
  ...new Set(months.map((month) => month.slice(0, 4))),
];

/** Of the months of a year, the last; of a year that is not simulated, the last of all. */
export function endOfYear({ months }: ScenarioSide, year: string): number {
  const at = months.findLastIndex((month) => month.startsWith(year));
  return at === -1 ? months.length - 1 : at;
}

/** The promise that the page is about: the last one that has a date. */
export function mainPromise({ deliveries }: ScenarioSide): ScenarioDelivery | undefined {
  return deliveries
    .filter(({ kind, dated }) => kind === 'promise' && dated)
    .toSorted((a, b) => b.month.localeCompare(a.month))[0];
}

/** The commitment of the most money. */
export function mainCommitment({ deliveries }: ScenarioSide): ScenarioDelivery | undefined {
  return deliveries
    .filter(({ kind }) => kind === 'commitment')
    .toSorted((a, b) => Number(b.promised) - Number(a.promised))[0];
}

export const mainOption = ({ deliveries }: ScenarioSide): ScenarioDelivery | undefined =>
  deliveries.find(({ kind, measure }) => kind === 'option' && measure === 'energised');

/** Which year is shown where none is asked for: that of the main promise. */
export const shownYear = (side: ScenarioSide, asked: string): string => {
  const years = yearsOf(side);
  if (years.includes(asked)) return asked;
  return mainPromise(side)?.month.slice(0, 4) ?? years.at(-1) ?? '';
};

/** What stands in brackets behind a promise is a remark on it. */
export const promiseText = ({ says }: ScenarioDelivery): string => says.replace(/\s*\([^)]*\)$/, '');
