// The catalogues that ship, for tests.
import { readFileSync } from 'node:fs';
import { CATALOGUE_FILES, CATALOGUE_NAMES, readCatalogues, type Catalogues } from '../../src/catalogue/catalogues.ts';
import type { CatalogueText } from '../../src/catalogue/catalogue.ts';

export const shippedTexts = (): CatalogueText[] =>
  CATALOGUE_NAMES.map((name) => ({ file: `${name}.yaml`, text: readFileSync(CATALOGUE_FILES[name], 'utf8') }));

export const shipped = (...own: CatalogueText[]): Catalogues => readCatalogues([...shippedTexts(), ...own]);
