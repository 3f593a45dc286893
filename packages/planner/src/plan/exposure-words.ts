// What a plan of exposure answers in a sentence, and what must be known before it is quoted: capacity that nobody has tried, shares that nobody
// can place, what the exit plan leaves open, a budget of carbon.
import type { PlanReport } from '@weighbridge/protocol';
import { allConcentrations, type ExposureConcentration } from '../exposure/concentration.ts';
import type { CarbonAnswer } from '../exposure/energy.ts';
import type { ExitPlan } from '../exposure/exit-plan.ts';
import type { Centre } from '../exposure/model.ts';
import { AXIS_WORDS, type ShockPart } from '../exposure/outputs.ts';
import { amountsOf } from '../exposure/placing.ts';
import { rowsOf } from '../exposure/rows.ts';
import { said, saidBand } from './cells.ts';
import type { PlayedShock } from './exposure-tables.ts';

type Figures = PlanReport['figures'];

export function saysOf(centre: Centre, shocks: readonly PlayedShock[], figures: Figures): string {
  const worst = worstOf(centre);
  const holders = figures.find(({ id }) => id === `holders.${worst?.axis ?? ''}`)?.band ?? null;
  const few =
    worst === undefined || holders === null
      ? 'What hangs on whom cannot be told'
      : `Spend is spread as over ${saidBand(holders)} equal ${AXIS_WORDS[worst.axis]}${largestOf(worst)}`;
  return `${few}; ${hardestOf(shocks, figures)}${dearestOf(shocks, figures, centre.plan.currency)}.`;
}

const bandIn = (figures: Figures, { name }: PlayedShock, part: ShockPart) =>
  figures.find(({ id }) => id === `${name}.${part}`)?.band ?? { p10: 0, p50: 0, p90: 0 };

/** As the figures have it, which are drawn. */
function hardestOf(shocks: readonly PlayedShock[], figures: Figures): string {
  const [hardest] = shocks
    .map((each) => ({
      shock: each.shock,
      without: bandIn(figures, each, 'without'),
      days: bandIn(figures, each, 'days'),
    }))
    .toSorted((a, b) => b.without.p50 - a.without.p50 || b.without.p90 - a.without.p90 || b.days.p50 - a.days.p50);
  if (hardest === undefined) return 'no shock is played through';
  const { shock, without, days } = hardest;
  const percent = { p10: without.p10 * 100, p50: without.p50 * 100, p90: without.p90 * 100 };
  return without.p90 > 0
    ? `the hardest shock, ${shock}, leaves ${saidBand(percent)} % of criticality without service`
    : `no shock leaves a workload without a place, and the longest wait is ${saidBand(days)} days (${shock})`;
}

function dearestOf(shocks: readonly PlayedShock[], figures: Figures, currency: string): string {
  const [dearest] = shocks
    .map((each) => ({ shock: each.shock, extra: bandIn(figures, each, 'extra') }))
    .toSorted((a, b) => b.extra.p50 - a.extra.p50);
  return dearest === undefined || dearest.extra.p50 <= 0
    ? ''
    : `; the dearest, ${dearest.shock}, costs ${saidBand(dearest.extra)} ${currency} a month more`;
}

const largestOf = ({ shares: [largest] }: ExposureConcentration): string =>
  largest === undefined ? '' : `, the largest ${largest.key} with ${percentSaid(largest.share)}`;

const spendOf = ({ rules, plan }: Centre): ExposureConcentration[] =>
  allConcentrations(rowsOf(rules, amountsOf(rules)), plan.ties).filter(({ measure }) => measure === 'spend');

/** The axis along which spend may hang on fewest. */
const worstOf = (centre: Centre): ExposureConcentration | undefined =>
  spendOf(centre)
    .filter(({ effective }) => effective !== null)
    .toSorted((a, b) => a.effective!.low - b.effective!.low)[0];

export interface CautionsOf {
  readonly shocks: readonly PlayedShock[];
  readonly exit: ExitPlan | null;
  readonly carbon: CarbonAnswer | null;
}

export function cautionsOf(centre: Centre, { shocks, exit, carbon }: CautionsOf): string[] {
  const { rules, plan } = centre;
  const untried = rules.deployments.filter((_, at) => rules.forms[at]!.tokens_per_minute === undefined);
  const unplaced = spendOf(centre).filter((each) => each.unplaced > 0);
  const away = rules.workloads.filter(({ home, form }) =>
    form.route.every((name) => plan.deployments[name]?.seller === rules.forms[home]!.seller),
  );
  return [
    ...plan.unknown.map((each) => `${each.charAt(0).toUpperCase()}${each.slice(1)}${each.endsWith('.') ? '' : '.'}`),
    ...(untried.length === 0
      ? []
      : [
          `Nobody has tried how much ${listed(untried)} ${untried.length === 1 ? 'carries' : 'carry'}: it is taken to be enough.`,
        ]),
    ...unplaced.map(
      ({ axis, unplaced: share }) => `Along ${AXIS_WORDS[axis]}, ${percentSaid(share)} of spend cannot be placed.`,
    ),
    ...(away.length === 0
      ? []
      : [
          `The route of ${listed(away.map(({ name }) => name))} names one seller only: what else would do is not configured there.`,
        ]),
    ...(shocks.length === 0 ? ['No shock is written down: nothing is played through.'] : []),
    ...(exit === null || exit.open.length === 0
      ? []
      : [
          `The exit plan of ${exit.seller} leaves ${exit.open.length} ${exit.open.length === 1 ? 'thing' : 'things'} open.`,
        ]),
    ...(carbon === null ? [] : [carbonWords(carbon)]),
  ];
}

function carbonWords({ answer, budget, emitted_kg: { low, high }, used_up_in }: CarbonAnswer): string {
  const amounts = `${said(low / 1000)} to ${said(high / 1000)} t against ${said(budget.kg / 1000)} t, set by ${budget.set_by}`;
  const when = used_up_in === null ? '' : `; on the likely course it is used up in ${used_up_in}`;
  return `The carbon budget: ${answer} (${amounts})${when}.`;
}

const NAMES_MOST = 6;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MOST);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

export const percentSaid = (share: number): string => `${said(share * 100)} %`;
