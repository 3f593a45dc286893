// The shared corpus is read in place. A machine without it skips the tests that need it, but not under CI.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../../../../shared/data');

/** False, or why the tests over this file are skipped. Throws under CI. */
export function missingFromCorpus(path: string): string | false {
  if (existsSync(join(CORPUS, path))) return false;
  assert.notEqual(process.env['CI'], 'true', `the corpus lacks ${path} at ${CORPUS}: set WEIGHBRIDGE_CORPUS`);
  return `the corpus lacks ${path}`;
}

export const readCorpusLines = <T>(path: string): T[] =>
  readFileSync(join(CORPUS, path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
