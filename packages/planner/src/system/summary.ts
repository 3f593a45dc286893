// A sample told in bands: outputs by month, promised against delivered, and what it means for the organisation. Every figure
// has its interval and method, and the whole says that it is simulated.
import { bandOf, type Band } from './bands.ts';
import { flowTable, type Flow } from './flows.ts';
import { OUTPUT_NAMES, OUTPUTS, type OutputName } from './outputs.ts';
import type { Sample } from './sample.ts';
import { monthText } from './scenario.ts';
import type { Target } from './targets.ts';

export interface OutputBands {
  readonly name: OutputName;
  readonly title: string;
  readonly unit: string;
  readonly method: string;
  /** By month; null where nothing was there to be measured. */
  readonly bands: readonly (Band | null)[];
}

/** What was promised, and what came of it. */
export interface Delivery {
  readonly id: string;
  readonly kind: Target['kind'];
  readonly says: string;
  readonly promised: number;
  readonly unit: string;
  readonly grade: Target['grade'];
  readonly source: string;
  readonly month: string;
  /** Nobody has said by when: it is held against the last month. */
  readonly dated: boolean;
  /** In `unit`, by the month. */
  readonly delivered: Band | null;
  /** Of the paths, how many had it by then. */
  readonly chance: number;
  /** First month in which it was met; null: never. */
  readonly met: { readonly p10: string | null; readonly p50: string | null; readonly p90: string | null };
}

/** One figure for the organisation. */
export interface Meaning {
  readonly title: string;
  readonly unit: string;
  readonly method: string;
  readonly band: Band | null;
}

export interface OrganisationSummary {
  readonly name: string;
  /** By year: the price over its months, the share of months that are not served, the cost of leaving at its end. */
  readonly years: readonly {
    readonly year: string;
    readonly price: Band | null;
    readonly capacity_risk: number;
    readonly exit_cost: Band | null;
  }[];
  readonly capacity_risk: { readonly share: number; readonly method: string };
  readonly lead_time: Meaning;
  readonly exit_cost: Meaning;
  readonly price: Meaning;
}

export interface Summary {
  readonly simulated: true;
  readonly scenario: string;
  readonly title: string;
  readonly currency: string;
  readonly seed: number;
  readonly paths: number;
  readonly interval: string;
  readonly months: readonly string[];
  readonly outputs: readonly OutputBands[];
  readonly deliveries: readonly Delivery[];
  /** Due for shortfalls over all months. */
  readonly shortfall: Band | null;
  readonly organisation: OrganisationSummary;
  readonly flows: readonly Flow[];
}

export const INTERVAL =
  'P10, P50 and P90 over paths whose ranges are drawn under the seed; ranges are the only source of spread';

export function summarise(sample: Sample): Summary {
  const { scenario, seed, paths } = sample;
  return {
    simulated: true,
    scenario: scenario.name,
    title: scenario.title,
    currency: scenario.currency,
    seed,
    paths,
    interval: INTERVAL,
    months: Array.from({ length: scenario.months }, (_, month) => monthText(scenario, month)),
    outputs: OUTPUT_NAMES.map((name) => ({ name, ...labelOf(name, scenario.currency), bands: bandsOf(sample, name) })),
    deliveries: sample.targets.map((target, index) => delivery(sample, target, index)),
    shortfall: bandOf(sample.shortfall.map((cents) => cents / 100)),
    organisation: organisationOf(sample),
    flows: flowTable(sample),
  };
}

/** `currency` stands where the table writes `CUR`. */
export function labelOf(name: OutputName, currency: string): { title: string; unit: string; method: string } {
  const { title, unit, method } = OUTPUTS[name];
  return { title, unit: unit.replace('CUR', currency), method };
}

function bandsOf({ values, paths, scenario }: Sample, name: OutputName): (Band | null)[] {
  const all = values[name];
  return Array.from({ length: scenario.months }, (_, month) =>
    bandOf(all.subarray(month * paths, (month + 1) * paths)),
  );
}

function delivery(sample: Sample, target: Target, index: number): Delivery {
  const { paths, scenario } = sample;
  const of = (values: Float64Array): Float64Array => values.subarray(index * paths, (index + 1) * paths);
  const [delivered, asked] = [of(sample.delivered), of(sample.asked)];
  const met = bandOf(of(sample.metIn));
  const month = (at: number | undefined): string | null =>
    at === undefined || !Number.isFinite(at) ? null : monthText(scenario, Math.ceil(at));
  const { id, kind, says, promised, unit, grade, source, dated } = target;
  return {
    id,
    kind,
    says,
    promised,
    unit,
    grade,
    source,
    month: monthText(scenario, target.month),
    dated,
    delivered: bandOf(delivered.map((each) => each / target.scale)),
    chance: delivered.reduce((sum, each, path) => sum + (each >= (asked[path] ?? 0) ? 1 : 0), 0) / paths,
    met: { p10: month(met?.p10), p50: month(met?.p50), p90: month(met?.p90) },
  };
}

function organisationOf(sample: Sample): OrganisationSummary {
  const { scenario, paths, values, servedMonths } = sample;
  const { currency, months } = scenario;
  const years = Array.from({ length: Math.ceil(months / 12) }, (_, year) => {
    const [from, to] = [year * 12 * paths, Math.min(months, (year + 1) * 12) * paths];
    return {
      year: monthText(scenario, year * 12).slice(0, 4),
      price: bandOf(values.price_paid.subarray(from, to)),
      capacity_risk: missed(servedMonths.subarray(from, to)),
      exit_cost: bandOf(values.exit_cost.subarray(to - paths, to)),
    };
  });
  return {
    name: scenario.organisation.name,
    years,
    capacity_risk: {
      share: missed(servedMonths),
      method: 'of all months of all paths, those in which less of its demand is served than counts as served',
    },
    lead_time: {
      title: 'Lead time of new capacity, ordered at the start',
      unit: 'months',
      method:
        "the later of the racks' lead time (slip included) and the site's delay, and one month to install; its quickest channel",
      band: bandOf(sample.leadMonths),
    },
    exit_cost: {
      ...labelOf('exit_cost', currency),
      title: 'Cost of leaving at the start',
      band: bandOf(values.exit_cost.subarray(0, paths)),
    },
    price: { ...labelOf('price_paid', currency), title: 'Price over all months', band: bandOf(values.price_paid) },
  };
}

const missed = (served: Uint8Array): number =>
  served.length === 0 ? 0 : 1 - served.reduce((sum, each) => sum + each, 0) / served.length;
