// A file of a catalogue, read: entries by id, every value with what its source says. The file that ships comes first, then the
// files of whoever plans: an entry of the same id takes the place of the one before it, whole, and another is added.
import { readDocument, type DocumentForm, type DocumentPath, type ProblemList } from '@weighbridge/document';
import { didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';
import { dateForm, isSourced } from './sourced.ts';

/** What one catalogue holds. */
export interface CatalogueKind<Entry> {
  /** As its files say under `catalogue`: "racks". */
  readonly name: string;
  readonly entry: z.ZodType<Entry>;
  /** What the form of an entry cannot say; paths go from the entry. */
  readonly meaning?: (entry: Entry, problems: Pick<ProblemList, 'error' | 'warning'>) => void;
}

/** By id, in the order of the files. */
export type Catalogue<Entry> = ReadonlyMap<string, Entry>;

/** One of a catalogue's files: its name in messages, and its text. */
export interface CatalogueText {
  readonly file: string;
  readonly text: string;
}

/** What is said under `sources`, by the name that values use. */
export type Sources = Readonly<Record<string, { readonly says: string; readonly date: string }>>;

export const sourcesForm = z.record(
  z.string().min(1).max(60),
  z.strictObject({ says: z.string().min(1).max(400), date: dateForm }),
);

interface CatalogueFile<Entry> {
  readonly version: 1;
  readonly catalogue: string;
  readonly sources: Sources;
  readonly entries: Readonly<Record<string, Entry>>;
}

const ENTRIES_MOST = 500;
const entryId = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'use lower-case letters, digits, hyphens and dots: gb300-nvl72')
  .max(60);

/** Throws PLAN_INVALID, naming every fault of the first file that has one. */
export function readCatalogue<Entry>(kind: CatalogueKind<Entry>, files: readonly CatalogueText[]): Catalogue<Entry> {
  const entries = new Map<string, Entry>();
  for (const { file, text } of files) {
    const { sources, entries: held } = readDocument(file, text, formOf(kind));
    for (const [id, entry] of Object.entries(held)) entries.set(id, withSources(entry, sources) as Entry);
  }
  return entries;
}

function formOf<Entry>(kind: CatalogueKind<Entry>): DocumentForm<CatalogueFile<Entry>> {
  return {
    what: `the catalogue of ${kind.name}`,
    code: 'PLAN_INVALID',
    schema: z.strictObject({
      version: z.literal(1),
      catalogue: z.literal(kind.name),
      sources: sourcesForm,
      entries: z
        .record(entryId, kind.entry)
        .refine((held) => Object.keys(held).length <= ENTRIES_MOST, `write ${ENTRIES_MOST} or fewer`),
    }),
    meaning: ({ sources, entries }, problems) => {
      checkSources(entries, ['entries'], Object.keys(sources), problems);
      for (const [id, entry] of Object.entries(entries)) kind.meaning?.(entry, below(['entries', id], problems));
    },
  };
}

/** Problems of an entry, told where the entry stands in the file. */
const below = (base: DocumentPath, problems: ProblemList): Pick<ProblemList, 'error' | 'warning'> => ({
  error: (path, ...rest) => problems.error([...base, ...path], ...rest),
  warning: (path, ...rest) => problems.warning([...base, ...path], ...rest),
});

/** Every value below `value` names a source that is `known`. */
export function checkSources(
  value: unknown,
  path: DocumentPath,
  known: readonly string[],
  problems: ProblemList,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (isSourced(value)) {
    if (known.includes(value.source)) return;
    const near = didYouMean(value.source, known);
    problems.error(
      [...path, 'source'],
      `"${value.source}" is not a source of this file`,
      near === undefined ? 'say under `sources` what it is, and when' : `did you mean ${near}?`,
    );
  } else
    for (const [key, each] of Object.entries(value))
      checkSources(each, [...path, Array.isArray(value) ? Number(key) : key], known, problems);
}

/** A copy in which every value says what its source says, and when. */
export function withSources(value: unknown, sources: Sources): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSourced(value)) {
    const named = sources[value.source];
    return Object.freeze({ ...value, source: named?.says ?? value.source, date: value.date ?? named?.date });
  }
  if (Array.isArray(value)) return Object.freeze(value.map((each) => withSources(each, sources)));
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSources(each, sources)])),
  );
}
