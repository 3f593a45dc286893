// Counters, gauges and histograms with bounded sets of labels, and their text as Prometheus reads it (exposition format
// 0.0.4). What has more series than its bound is counted under `other`, so that no name a caller makes up costs memory.

export type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper ends of the buckets; of a histogram only. */
  readonly buckets?: readonly number[];
}

export interface Series {
  readonly labels: readonly string[];
  /** Of a counter or a gauge. */
  value: number;
  readonly counts: number[];
  sum: number;
  count: number;
}

const SERIES_MOST = 1_000;
const OTHER = 'other';

export class Metric {
  readonly family: Family;
  readonly series = new Map<string, Series>();

  constructor(family: Family) {
    this.family = family;
  }

  add(labels: Labels, by = 1): void {
    this.#of(labels).value += by;
  }

  set(labels: Labels, value: number): void {
    this.#of(labels).value = value;
  }

  observe(labels: Labels, value: number): void {
    const one = this.#of(labels);
    const buckets = this.family.buckets ?? [];
    const bucket = buckets.findIndex((end) => value <= end);
    const at = bucket === -1 ? buckets.length : bucket;
    one.counts[at] = (one.counts[at] ?? 0) + 1;
    one.sum += value;
    one.count += 1;
  }

  clear(): void {
    this.series.clear();
  }

  #of(labels: Labels): Series {
    const values = this.family.labels.map((name) => labels[name] ?? '');
    const key = values.join('\n');
    const known = this.series.get(key);
    if (known !== undefined) return known;
    if (this.series.size >= SERIES_MOST && !values.every((value) => value === OTHER))
      return this.#of(Object.fromEntries(this.family.labels.map((name) => [name, OTHER])));
    const buckets = this.family.buckets ?? [];
    const made = {
      labels: values,
      value: 0,
      counts: Array.from({ length: buckets.length + 1 }, () => 0),
      sum: 0,
      count: 0,
    };
    this.series.set(key, made);
    return made;
  }
}

export class Registry {
  readonly metrics: Metric[] = [];

  counter = (name: string, help: string, labels: readonly string[] = []): Metric =>
    this.#add({ name, kind: 'counter', help, labels });

  gauge = (name: string, help: string, labels: readonly string[] = []): Metric =>
    this.#add({ name, kind: 'gauge', help, labels });

  histogram = (name: string, help: string, buckets: readonly number[], labels: readonly string[] = []): Metric =>
    this.#add({ name, kind: 'histogram', help, labels, buckets });

  #add(family: Family): Metric {
    const metric = new Metric(family);
    this.metrics.push(metric);
    return metric;
  }

  text(): string {
    return this.metrics.map(familyText).join('');
  }
}

function familyText({ family, series }: Metric): string {
  const { name, kind, help } = family;
  const lines = [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${kind}`];
  for (const one of series.values())
    lines.push(
      ...(kind === 'histogram' ? histogramLines(family, one) : [line(name, family.labels, one.labels, one.value)]),
    );
  return `${lines.join('\n')}\n`;
}

function histogramLines(
  { name, labels, buckets = [] }: Family,
  { labels: values, counts, sum, count }: Series,
): string[] {
  let below = 0;
  const ends = [...buckets.map(String), '+Inf'];
  return [
    ...ends.map((end, index) =>
      line(`${name}_bucket`, [...labels, 'le'], [...values, end], (below += counts[index] ?? 0)),
    ),
    line(`${name}_sum`, labels, values, sum),
    line(`${name}_count`, labels, values, count),
  ];
}

function line(name: string, labels: readonly string[], values: readonly string[], value: number): string {
  const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
