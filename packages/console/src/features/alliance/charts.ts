// The timeline: what stands, what is drawn, what a token costs, whether capacity meets demand; each with its interval, and with
// what was promised by when.
import type { ScenarioBand, ScenarioLineName, ScenarioUnit } from '@weighbridge/protocol';
import { prepareBands, type BandPoint, type BandSeries, type PreparedBands } from '../../parts/band-chart/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { axisOf, bandText, figureText, monthName, numberOf } from './figures.ts';
import { bandAt, lineOf, mainCommitment, mainOption, promiseText, type NamedSide } from './sides.ts';

interface Plan {
  readonly key: string;
  readonly title: string;
  readonly unit: ScenarioUnit;
  readonly series: readonly BandSeries[];
  readonly summary: string;
  readonly ceilings?: readonly { readonly label: string; readonly value: number }[];
  readonly dues?: readonly { readonly label: string; readonly month: string; readonly value: number }[];
}

export function timelineOf(sides: readonly NamedSide[]): readonly PreparedBands[] {
  const [main] = sides;
  if (main === undefined) return [];
  const owed = sides.some(({ side }) => mainCommitment(side) !== undefined);
  const plans = [power(sides), owed ? drawn(sides) : unserved(sides), capacity(sides), price(sides)];
  // The longer of two stands for both.
  const months = sides.map(({ side }) => side.months).toSorted((a, b) => b.length - a.length)[0] ?? [];
  return plans.map(({ key, title, unit, series, summary, ceilings = [], dues = [] }) => {
    const heights = series.flatMap(({ points }) => points.map((point) => point?.high ?? 0));
    const top = Math.max(...heights, ...ceilings.map(({ value }) => value), ...dues.map(({ value }) => value), 0);
    const axis = axisOf(unit, top, main.side.currency);
    return prepareBands({ key, title, summary, unit: axis.unit, axis: axis.tick, months, series, ceilings, dues });
  });
}

function seriesOf({ side, label: own, colour, dashed }: NamedSide, line: ScenarioLineName, label = own): BandSeries {
  const found = lineOf(side, line);
  const unit = found?.unit ?? 'share';
  return {
    key: `${line} ${dashed ? 'second' : 'first'}`,
    label,
    colour,
    dashed,
    points: (found?.bands ?? []).map((band) => pointOf(unit, band, side.currency)),
  };
}

function pointOf(unit: ScenarioUnit, band: ScenarioBand | null, currency: string): BandPoint | null {
  if (band === null) return null;
  const [low, middle, high] = [band.p10, band.p50, band.p90].map(numberOf);
  if (typeof low !== 'number' || typeof middle !== 'number' || typeof high !== 'number') return null;
  return { low, middle, high, text: bandText(unit, band, currency) };
}

const lastOf = ({ side }: NamedSide, line: ScenarioLineName): string => {
  const month = side.months.length - 1;
  return bandText(lineOf(side, line)?.unit ?? 'share', bandAt(side, line, month), side.currency);
};
const middleOf = ({ side }: NamedSide, line: ScenarioLineName): string => {
  const band = bandAt(side, line, side.months.length - 1);
  return figureText(lineOf(side, line)?.unit ?? 'share', band?.p50 ?? null, side.currency);
};
const endOf = ({ side }: NamedSide): string => monthName(side.months.at(-1) ?? '');

/** In megawatts. */
const wattsOf = (unit: ScenarioUnit, value: number | string): number => Number(value) * (unit === 'GW' ? 1000 : 1);

function power(sides: readonly NamedSide[]): Plan {
  const main = sides[0] as NamedSide;
  const { side } = main;
  const option = mainOption(side);
  const reached =
    option === undefined
      ? ''
      : ` The option, which nobody owes, is reached by then in ${shareText(option.chance)} of paths.`;
  return {
    key: 'power',
    title: 'How much is energised?',
    unit: 'MW',
    series: sides.map((one) => seriesOf(one, 'energised_mw')),
    summary: `${lastOf(main, 'energised_mw')} in ${endOf(main)}.${reached}`,
    ceilings:
      option === undefined
        ? []
        : [
            {
              label: `option: ${figureText(option.unit, option.promised, side.currency)}`,
              value: wattsOf(option.unit, option.promised),
            },
          ],
    dues: side.deliveries
      .filter(({ kind, measure }) => kind === 'promise' && measure === 'energised')
      .map((promise) => ({
        label: promiseText(promise),
        month: promise.month,
        value: wattsOf(promise.unit, promise.promised),
      })),
  };
}

function drawn(sides: readonly NamedSide[]): Plan {
  const main = sides[0] as NamedSide;
  const { side } = main;
  const commitment = mainCommitment(side);
  const owed = side.deliveries.filter(({ kind }) => kind === 'commitment');
  const milestones = side.deliveries.filter(({ kind }) => kind === 'milestone');
  const due = commitment === undefined ? '' : ` of ${figureText('money', commitment.promised, side.currency)}`;
  const last = milestones.at(-1);
  const late =
    last === undefined
      ? ''
      : ` The last milestone, ${figureText('money', last.promised, side.currency)} by ${monthName(last.month)}, is met in ${shareText(last.chance)} of paths.`;
  return {
    key: 'drawn',
    title: 'How much of the commitment is drawn?',
    unit: 'money',
    series: sides.map((one) => seriesOf(one, 'drawn')),
    summary: `${lastOf(main, 'drawn')}${due} by ${endOf(main)}.${late}`,
    // Milestones of one commitment lie on its curve; those of several do not add up to one.
    dues:
      owed.length > 1
        ? []
        : milestones.map(({ month, promised }) => ({
            label: `${figureText('money', promised, side.currency)} due by ${monthName(month)}`,
            month,
            value: Number(promised),
          })),
  };
}

function unserved(sides: readonly NamedSide[]): Plan {
  const main = sides[0] as NamedSide;
  return {
    key: 'unserved',
    title: 'How much is not served?',
    unit: 'share',
    series: sides.map((one) => seriesOf(one, 'unserved_share')),
    summary: `${lastOf(main, 'unserved_share')} in ${endOf(main)}. Nothing is committed in this scenario, so nothing is drawn.`,
  };
}

function capacity(sides: readonly NamedSide[]): Plan {
  const main = sides[0] as NamedSide;
  const alone = sides.length === 1;
  const demand = { ...main, colour: '--cat-7', dashed: true };
  return {
    key: 'capacity',
    title: alone ? 'Does capacity meet demand?' : 'How many tokens could be served?',
    unit: 'Mtok/month',
    series: alone
      ? [seriesOf(main, 'capacity_mtok', 'capacity'), seriesOf(demand, 'demand_mtok', 'demand')]
      : sides.map((one) => seriesOf(one, 'capacity_mtok')),
    summary: `${lastOf(main, 'capacity_mtok')} could be served in ${endOf(main)}, of ${middleOf(main, 'demand_mtok')} asked for.`,
  };
}

function price(sides: readonly NamedSide[]): Plan {
  const main = sides[0] as NamedSide;
  return {
    key: 'price',
    title: 'What does the organisation pay?',
    unit: 'money/Mtok',
    series: sides.map((one) => seriesOf(one, 'price_paid')),
    summary: `${lastOf(main, 'price_paid')} per million tokens in ${endOf(main)}.`,
  };
}
