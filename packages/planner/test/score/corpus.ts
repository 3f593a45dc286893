// The measured tables of the shared corpus, read in place. A machine without it skips the tests that need it, but not under CI.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
const place = (file: string): string => join(CORPUS, 'planner', file);

/** False, or why the tests over this table are skipped. Throws under CI. */
export function missingTable(file: string): string | false {
  if (existsSync(place(file))) return false;
  assert.notEqual(process.env['CI'], 'true', `the corpus lacks planner/${file} at ${CORPUS}: set WEIGHBRIDGE_CORPUS`);
  return `the corpus lacks planner/${file}`;
}

export const readTable = (file: string): string => readFileSync(place(file), 'utf8');
