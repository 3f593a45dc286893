// All catalogues together: those that ship, and over them the files of whoever plans. A file says itself which catalogue it belongs
// to. Names that one catalogue says of another are checked once all are read.
import { AppError, didYouMean } from '@weighbridge/kernel';
import { ACCELERATORS, type Accelerator } from './accelerators.ts';
import { ANCHORS, type Anchor } from './anchors.ts';
import { readCatalogue, type Catalogue, type CatalogueKind, type CatalogueText } from './catalogue.ts';
import { FACILITIES, type Facility } from './facilities.ts';
import { FINANCE, type Finance } from './finance.ts';
import { GRIDS, type Grid } from './grids.ts';
import { MODELS, type Model } from './models.ts';
import { RACKS, type Rack } from './racks.ts';
import { RESERVED_UNITS, type ReservedUnit } from './reserved-units.ts';
import { SERVING, type Serving } from './serving.ts';

export interface Catalogues {
  readonly racks: Catalogue<Rack>;
  readonly facilities: Catalogue<Facility>;
  readonly grids: Catalogue<Grid>;
  readonly capex: Catalogue<Finance>;
  readonly anchors: Catalogue<Anchor>;
  readonly 'reserved-units': Catalogue<ReservedUnit>;
  readonly serving: Catalogue<Serving>;
  readonly accelerators: Catalogue<Accelerator>;
  readonly models: Catalogue<Model>;
}
export type CatalogueName = keyof Catalogues;

/** Those that ship: where their texts lie. */
export const CATALOGUE_FILES: Readonly<Record<CatalogueName, URL>> = {
  racks: new URL('../../data/racks.yaml', import.meta.url),
  facilities: new URL('../../data/facilities.yaml', import.meta.url),
  grids: new URL('../../data/grids.yaml', import.meta.url),
  capex: new URL('../../data/capex.yaml', import.meta.url),
  anchors: new URL('../../data/anchors.yaml', import.meta.url),
  'reserved-units': new URL('../../data/reserved-units.yaml', import.meta.url),
  serving: new URL('../../data/serving.yaml', import.meta.url),
  accelerators: new URL('../../data/accelerators.yaml', import.meta.url),
  models: new URL('../../data/models.yaml', import.meta.url),
};
export const CATALOGUE_NAMES = Object.keys(CATALOGUE_FILES) as readonly CatalogueName[];

/** `files`: those that ship first, then one's own. Throws PLAN_INVALID. */
export function readCatalogues(files: readonly CatalogueText[]): Catalogues {
  const texts = Map.groupBy(files, catalogueOf);
  const read = <Entry>(kind: CatalogueKind<Entry>): Catalogue<Entry> =>
    readCatalogue(kind, texts.get(kind.name as CatalogueName) ?? []);
  const catalogues: Catalogues = {
    racks: read(RACKS),
    facilities: read(FACILITIES),
    grids: read(GRIDS),
    capex: read(FINANCE),
    anchors: read(ANCHORS),
    'reserved-units': read(RESERVED_UNITS),
    serving: read(SERVING),
    accelerators: read(ACCELERATORS),
    models: read(MODELS),
  };
  for (const [id, { racks, finance }] of catalogues.anchors) {
    for (const rack of racks) entryOf(catalogues, 'racks', rack, `anchor ${id}`);
    if (finance !== undefined) entryOf(catalogues, 'capex', finance, `anchor ${id}`);
  }
  for (const [id, { beside = [] }] of catalogues['reserved-units'])
    for (const other of beside) entryOf(catalogues, 'reserved-units', other, `reserved unit ${id}`);
  for (const [id, { racks }] of catalogues.serving)
    for (const rack of racks) entryOf(catalogues, 'racks', rack, `serving class ${id}`);
  return catalogues;
}

/** Throws PLAN_INVALID when there is none of that name; `asker`: who names it, in the message. */
export function entryOf<Name extends CatalogueName>(
  catalogues: Catalogues,
  name: Name,
  id: string,
  asker: string,
): Catalogues[Name] extends Catalogue<infer Entry> ? Entry : never {
  const found = catalogues[name].get(id);
  if (found === undefined) throw unknownEntry(name, id, [...catalogues[name].keys()], asker);
  return found as never;
}

/** What mends a name that no entry has. */
export function nearestEntry(id: string, known: readonly string[]): string {
  const near = didYouMean(id, known);
  return near === undefined ? `use one of ${known.join(', ') || '(none is known)'}` : `did you mean ${near}?`;
}

function unknownEntry(name: string, id: string, known: readonly string[], asker: string): AppError {
  return new AppError(
    'PLAN_INVALID',
    `${asker} names "${id.slice(0, 60)}", which the catalogue of ${name} does not hold`,
    {
      next: `${nearestEntry(id, known)} Or add the entry in a file of your own`,
    },
  );
}

function catalogueOf({ file, text }: CatalogueText): CatalogueName {
  const said = /^catalogue:[ \t]*["']?([\w-]*)/m.exec(text)?.[1] ?? '';
  const known: readonly string[] = CATALOGUE_NAMES;
  if (known.includes(said)) return said as CatalogueName;
  throw new AppError('PLAN_INVALID', `${file} says of no catalogue that it belongs to it ("catalogue: ${said}")`, {
    next: said === '' ? `write \`catalogue:\` with one of ${known.join(', ')}` : nearestEntry(said, known),
  });
}
