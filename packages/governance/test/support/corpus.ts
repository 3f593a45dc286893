// The data of this package, and the notes of the shared corpus, read in place. A machine without the corpus skips the tests that
// need it, but not under CI. The notes lie beside the corpus's data, in `reference/`.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
const notes = (name: string): string => join(CORPUS, '..', 'reference', name);

/** False, or why the tests over these notes are skipped. Throws under CI. */
export function missingNotes(name: string): string | false {
  if (existsSync(notes(name))) return false;
  assert.notEqual(process.env['CI'], 'true', `the corpus lacks ${notes(name)}: set WEIGHBRIDGE_CORPUS`);
  return `the corpus lacks ${notes(name)}`;
}

export const readNotes = (name: string): string => readFileSync(notes(name), 'utf8');

/** A file of the package's own `data/`. */
export const readData = (path: string): string => readFileSync(join(import.meta.dirname, '../../data', path), 'utf8');
