// A run in words: what it says in one sentence, what was promised against what came, layer by layer, and what it means for the
// organisation. Everything is simulated, and rounded to three digits; the intervals are the tenth and ninetieth per cent.
import type { ScenarioBand, ScenarioDelivery, ScenarioRun, ScenarioTags, ScenarioUnit } from '@weighbridge/protocol';
import type { Fact } from '../call/model.ts';
import type { ExplainData } from '../../parts/explain/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { bandParts, bandText, figureText, largestOf, monthName, NONE } from './figures.ts';
import { bandAt, endOfYear, lineOf, mainCommitment, mainPromise, promiseText, type NamedSide } from './sides.ts';
import type { Headline } from '../headline.ts';

export function headlineOf(sides: readonly NamedSide[]): Headline | null {
  const [main, beside] = sides;
  if (main === undefined) return null;
  const { side } = main;
  const end = monthName(side.months.at(-1) ?? '');
  const promise = mainPromise(side);
  const stood = `what stands adds up to ${gigawattYears(side.gigawatt_years)} by ${end}`;
  const other = beside?.side.deliveries.find(({ id }) => id === promise?.id);
  const against = other === undefined || beside === undefined ? '' : ` (${shareText(other.chance)} in ${beside.name})`;
  const first =
    promise === undefined
      ? `${capital(stood)}.`
      : `In ${chanceText(promise.chance)} of the simulated paths${against} ${promiseText(promise)}${
          promise.says.includes(' by ') ? '' : ` by ${monthName(promise.month)}`
        }; ${stood}.`;
  const commitment = mainCommitment(side);
  const drawn =
    commitment === undefined
      ? 'Nothing is committed in this scenario.'
      : `Of the ${figureText('money', commitment.promised, side.currency)} that ${promiseText(commitment)}, ${bandText('money', commitment.delivered, side.currency)} is drawn by then.`;
  return { first, second: `${drawn} Simulated from ${tagsText(side.tags)}.` };
}

const chanceText = (chance: number): string => (chance === 0 ? 'none' : chance === 1 ? 'all' : shareText(chance));

/** `7.4 GW-years (6.5 to 8.1)`. */
function gigawattYears(band: ScenarioBand | null): string {
  if (band === null) return 'no gigawatt-years';
  return bandText('GW', band, '').replace(/\u00a0(GW|MW)/, '\u00a0$1-years');
}

/** `42 reported and 223 assumed values; none is verified`. */
export function tagsText({ reported, assumed, verified }: ScenarioTags): string {
  const none = verified === 0 ? '; none is verified' : `, ${verified} verified`;
  return `${reported} reported and ${assumed} assumed values${none}`;
}

/** How far a run is: a first answer of few paths, then the whole. */
export function statusOf(shown: ScenarioRun | null, most: number, waiting: boolean): string {
  if (shown === null) return 'The first paths are run.';
  const paths = shown.paths.toLocaleString('en-US');
  if (shown.paths < most && waiting) return `${paths} of ${most.toLocaleString('en-US')} paths so far`;
  return waiting ? 'What you changed is run.' : `${paths} paths, seed ${shown.seed}`;
}

/** Texts of a scenario begin as they like; cells begin with a capital. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export interface DeliveryText {
  readonly key: string;
  readonly says: string;
  readonly kind: string;
  readonly promised: string;
  readonly source: string;
  readonly by: string;
  readonly delivered: string;
  readonly chances: readonly string[];
  readonly met: string;
}

const KIND_WORDS: Readonly<Record<ScenarioDelivery['kind'], string>> = {
  promise: 'promise',
  milestone: 'milestone',
  commitment: 'commitment',
  option: 'option, not owed',
};

export function deliveryTexts(sides: readonly NamedSide[]): readonly DeliveryText[] {
  const [main, ...others] = sides;
  if (main === undefined) return [];
  const { currency, deliveries } = main.side;
  return deliveries.map((delivery) => {
    const { id, kind, unit, promised, grade, source, month, dated, delivered, chance, met } = delivery;
    const beside = others.map(({ side }) => side.deliveries.find((each) => each.id === id)?.chance);
    return {
      key: id,
      says: capital(promiseText(delivery)),
      kind: `${KIND_WORDS[kind]}; ${grade}`,
      promised: figureText(unit, promised, currency),
      source,
      by: dated ? month : `${month}, no date said`,
      delivered: bandText(unit, delivered, currency),
      chances: [chance, ...beside].map((each) => (each === undefined ? NONE : shareText(each))),
      met: metText(met),
    };
  });
}

function metText({ p10, p50, p90 }: ScenarioDelivery['met']): string {
  if (p10 === null) return 'never';
  return `${p50 ?? 'never'} (${p10} to ${p90 ?? 'never'})`;
}

export interface LayerText {
  readonly key: string;
  readonly title: string;
  readonly explain: ExplainData;
  /** One per side. */
  readonly values: readonly { readonly side: string; readonly text: string; readonly spread: string }[];
}

/** From capital to draw-down: in the order of cause. */
const CHAIN = ['invested', 'installed_racks', 'energised_mw', 'capacity_mtok', 'consumed_mtok', 'drawn'] as const;
/** How closed the circle is. */
const TIES = ['circular_share', 'dependence', 'concentration'] as const;

export const layersOf = (sides: readonly NamedSide[], year: string): readonly LayerText[] =>
  CHAIN.map((name) => layerOf(sides, name, year));
export const tiesOf = (sides: readonly NamedSide[], year: string): readonly LayerText[] =>
  TIES.map((name) => layerOf(sides, name, year));

function layerOf(
  sides: readonly NamedSide[],
  name: (typeof CHAIN)[number] | (typeof TIES)[number],
  year: string,
): LayerText {
  const line = sides[0] === undefined ? undefined : lineOf(sides[0].side, name);
  const unit: ScenarioUnit = line?.unit ?? 'share';
  const bands = sides.map(({ side }) => bandAt(side, name, endOfYear(side, year)));
  const values = sides.map(({ side, name: own }, i) => ({
    side: own,
    ...bandParts(unit, bands[i] ?? null, side.currency, largestOf(bands)),
  }));
  const title = `${line?.title ?? name}${unit === 'Mtok/month' ? ' a month' : ''}`;
  return {
    key: name,
    title,
    explain: {
      title,
      formula: line?.method ?? '',
      parts: values.map(({ side, text, spread }) => ({ name: side, value: `${text}, ${spread}` })),
      caveats: ['Simulated: it follows from the values of the scenario, and is no forecast.'],
      upTo: null,
    },
    values,
  };
}

export interface OrganisationText {
  readonly name: string;
  readonly figures: readonly LayerText[];
  readonly years: readonly {
    readonly year: string;
    readonly price: string;
    readonly risk: string;
    readonly exit: string;
  }[];
}

export function organisationOf(sides: readonly NamedSide[]): OrganisationText | null {
  const [main] = sides;
  if (main === undefined) return null;
  const { side } = main;
  const figure = (
    key: string,
    title: string,
    method: string,
    of: (side: NamedSide['side']) => { readonly text: string; readonly spread: string },
  ): LayerText => {
    const values = sides.map((each) => ({ side: each.name, ...of(each.side) }));
    const parts = values.map(({ side: name, text, spread }) => ({
      name,
      value: spread === '' ? text : `${text}, ${spread}`,
    }));
    return { key, title, explain: { title, formula: method, parts, caveats: [OBSERVER], upTo: null }, values };
  };
  const banded = (key: 'price' | 'lead_time' | 'exit_cost', title: string): LayerText =>
    figure(key, title, side.organisation[key].method, ({ organisation, currency }) => {
      const { unit, band } = organisation[key];
      return bandParts(unit, band, currency);
    });
  const { currency, organisation } = side;
  return {
    name: organisation.name,
    figures: [
      banded('price', 'Price per million tokens'),
      figure('risk', 'Months not served in full', organisation.capacity_risk.method, (each) => ({
        text: shareText(each.organisation.capacity_risk.share),
        spread: 'of all months of all paths',
      })),
      banded('lead_time', 'Lead time of new capacity'),
      banded('exit_cost', 'Leaving at the start'),
    ],
    years: organisation.years.map(({ year, price, capacity_risk: risk, exit_cost: exit }) => ({
      year,
      price: bandText('money/Mtok', price, currency),
      risk: shareText(risk),
      exit: bandText('money', exit, currency),
    })),
  };
}

const OBSERVER = 'The organisation is an observer: it does not switch sellers when one is short.';

/** Part by part: `sites: 24 reported, 45 assumed`. */
export const inputFacts = ({ side: { inputs } }: NamedSide): readonly Fact[] =>
  inputs.map(({ of, tags }) => ({
    name: capital(of),
    value: (['reported', 'assumed', 'verified'] as const)
      .filter((grade) => tags[grade] > 0)
      .map((grade) => `${tags[grade]} ${grade}`)
      .join(', '),
  }));

/** `own`: the file of a scenario of one's own. */
export function commandOf({ side: { scenario, switches } }: NamedSide, seed: string, own = 'FILE'): string {
  const thrown = switches.length === 0 ? '' : ` --with ${switches.join(',')}`;
  const name = scenario === 'own' ? (/^[\w./-]+$/.test(own) ? own : 'FILE') : scenario;
  return `weighbridge deal scenario run ${name}${thrown}${seed === '1' ? '' : ` --seed ${seed}`}`;
}

export function linkedText({ linked }: NamedSide['side']): string {
  if (linked.length === 0) return 'No party is tied to another by investment in this scenario.';
  return `Tied by investment, and counted as one: ${linked.join(', ')}.`;
}

export function shortfallText({ shortfall, currency, deliveries }: NamedSide['side']): string {
  const owed = deliveries.some(({ kind }) => kind === 'milestone');
  const options = 'Options are ceilings that nobody owes, and stand in no sum.';
  return owed ? `Due for shortfalls at milestones: ${bandText('money', shortfall, currency)}. ${options}` : options;
}
