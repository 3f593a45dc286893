// The catalogues and plans that come with the product, read from their files.
import { readFileSync } from 'node:fs';
import { CATALOGUE_FILES, PLAN_FILES, readCatalogues, type Catalogues } from '@weighbridge/planner';

export const shippedCatalogues = (): Catalogues =>
  readCatalogues(Object.entries(CATALOGUE_FILES).map(([file, place]) => ({ file, text: readFileSync(place, 'utf8') })));

/** By name. */
export const shippedPlans = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(PLAN_FILES).map(([name, place]) => [name, readFileSync(place, 'utf8')]));
