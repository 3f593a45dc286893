// Figures as the commercial groups of closing entries, and back (docs/decisions/0026). Every figure stands under its name,
// nothing that is zero is written, and who asked is sealed under the key of the subject whose calls they are.
import { AppError, canonicalJson, type Json, type JsonObject } from '@weighbridge/kernel';
import type { EntryRange } from '@weighbridge/journal';
import { LATENCY_METRICS } from '@weighbridge/protocol';
import { GROUP_DIMENSIONS, type Dimensions } from '../projections/groups.ts';
import { Sums } from '../projections/sums.ts';
import { Figures, type FigureHistogram, type FigureRow } from './figures.ts';

const VERSION = 1;
/** An entry is full beyond this; its bound is twice as much, and no row is so long. */
const TEXT_BYTES = 192 * 1024;

const { personal: ASKERS, erased: ERASED_AT, served: SERVED } = GROUP_DIMENSIONS;
const SUBJECT_AT = ASKERS.indexOf('subject');

interface AskerText {
  readonly subject: string;
  readonly sealed: string;
}
interface RowText {
  readonly hour: number;
  /** Place among the askers of the same entry; absent where the calls name nobody. */
  readonly asker?: number;
  readonly erased?: true;
  readonly served: Readonly<Record<string, string>>;
  readonly sums: Readonly<Record<string, number | string>>;
  /** Distances from the beginning of the part, two bytes each, base64. */
  readonly entries: string;
}
interface HistogramText {
  readonly hour: number;
  readonly series: readonly (string | null)[];
  /** Bucket and calls by turns, by metric. */
  readonly buckets: Readonly<Record<string, readonly number[]>>;
}
interface ClosingText {
  readonly v: number;
  readonly askers: readonly AskerText[];
  readonly rows: readonly RowText[];
  readonly histograms: readonly HistogramText[];
}

/** `seal`: hides a text under the key of a subject. */
export function formatFigures(
  figures: Figures,
  { from }: EntryRange,
  seal: (subject: string, text: string) => string,
): readonly string[] {
  const texts: string[] = [];
  let open = new OpenText(seal);
  const room = (): OpenText => {
    if (open.bytes <= TEXT_BYTES) return open;
    texts.push(open.text());
    open = new OpenText(seal);
    return open;
  };
  for (const row of figures.rows) room().addRow(row, from);
  for (const histogram of figures.histograms) room().addHistogram(histogram);
  return [...texts, open.text()];
}

class OpenText {
  bytes = 0;
  readonly #seal: (subject: string, text: string) => string;
  readonly #askers = new Map<string, number>();
  readonly #sealed: Json[] = [];
  readonly #rows: Json[] = [];
  readonly #histograms: Json[] = [];

  constructor(seal: (subject: string, text: string) => string) {
    this.#seal = seal;
  }

  addRow({ hour, dimensions, sums, entries }: FigureRow, first: number): void {
    const places = Buffer.alloc(entries.length * 2);
    for (const [i, entry] of entries.entries()) places.writeUInt16BE(entry - first, i * 2);
    const served = Object.fromEntries(
      SERVED.flatMap((name, i) => {
        const value = dimensions[ERASED_AT + 1 + i];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const row = { hour, served, sums: { ...sums.named() }, entries: places.toString('base64') };
    const asker = this.#asker(dimensions);
    const named = asker === undefined ? row : { ...row, asker };
    this.#keep(this.#rows, dimensions[ERASED_AT] === true ? { ...named, erased: true } : named);
  }

  addHistogram({ hour, dimensions, counts }: FigureHistogram): void {
    const buckets = Object.fromEntries(
      LATENCY_METRICS.map((metric, i) => [metric, [...(counts[i] ?? [])].sort(([a], [b]) => a - b).flat()]),
    );
    this.#keep(this.#histograms, { hour, series: dimensions, buckets });
  }

  text(): string {
    return canonicalJson({ askers: this.#sealed, histograms: this.#histograms, rows: this.#rows, v: VERSION });
  }

  #asker(dimensions: Dimensions): number | undefined {
    const subject = dimensions[SUBJECT_AT];
    if (typeof subject !== 'string') return undefined;
    const who = JSON.stringify(Object.fromEntries(ASKERS.map((name, i) => [name, dimensions[i] ?? null])));
    const known = this.#askers.get(who);
    if (known !== undefined) return known;
    this.#askers.set(who, this.#sealed.length);
    this.#keep(this.#sealed, { subject, sealed: this.#seal(subject, who) });
    return this.#sealed.length - 1;
  }

  #keep(list: Json[], item: JsonObject): void {
    list.push(item);
    this.bytes += Buffer.byteLength(JSON.stringify(item));
  }
}

/** `unsealed`: a text that was hidden, null once its subject was erased. Throws JOURNAL_CORRUPT. */
export function readFigures(
  texts: readonly string[],
  { from }: EntryRange,
  unsealed: (subject: string, sealed: string) => string | null,
): Figures {
  const figures = new Figures();
  for (const text of texts) {
    const { v, askers, rows, histograms } = parse(text);
    if (v !== VERSION) throw corrupt(`is of version ${v}`);
    const who = askers.map(({ subject, sealed }) => askerOf(unsealed(subject, sealed)));
    for (const row of rows) figures.addRow(rowOf(row, who, from));
    for (const histogram of histograms) figures.addHistogram(histogramOf(histogram));
  }
  return figures;
}

const NOBODY: Dimensions = [...ASKERS.map(() => null), false];
const ERASED: Dimensions = [...ASKERS.map(() => null), true];

function askerOf(text: string | null): Dimensions {
  if (text === null) return ERASED;
  const who = JSON.parse(text) as Readonly<Record<string, string | null>>;
  return [...ASKERS.map((name) => who[name] ?? null), false];
}

function rowOf(row: RowText, askers: readonly Dimensions[], first: number): FigureRow {
  const nobody = row.erased === true ? ERASED : NOBODY;
  const who = row.asker === undefined ? nobody : askers[row.asker];
  if (who === undefined) throw corrupt('names an asker that it does not have');
  const places = Buffer.from(row.entries, 'base64');
  const entries = Array.from({ length: places.length / 2 }, (_, i) => first + places.readUInt16BE(i * 2));
  if (row.sums['calls'] !== entries.length) throw corrupt('counts other calls than it lists');
  const dimensions = [...who, ...SERVED.map((name) => row.served[name] ?? null)];
  return { hour: row.hour, dimensions, sums: Sums.of(row.sums), entries };
}

function histogramOf({ hour, series, buckets }: HistogramText): FigureHistogram {
  const counts = LATENCY_METRICS.map((metric) => {
    const list = buckets[metric] ?? [];
    return new Map(Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] ?? 0, list[2 * i + 1] ?? 0]));
  });
  return { hour, dimensions: series, counts };
}

function parse(text: string): ClosingText {
  try {
    return JSON.parse(text) as ClosingText;
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', 'a closing entry is not JSON', { cause: error });
  }
}

const corrupt = (what: string): AppError => new AppError('JOURNAL_CORRUPT', `a closing entry ${what}`);
