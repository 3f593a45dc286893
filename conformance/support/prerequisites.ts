// Says whether a conformance test can run here: the clients of this folder installed, the corpus present. On a person's
// machine what is missing skips with its reason; under CI it fails, so nothing is skipped there unseen.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

export const ROOT = new URL('../..', import.meta.url).pathname;
export const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? new URL('../../../shared/data', import.meta.url).pathname;

const here = new URL('..', import.meta.url).pathname;

export interface Prerequisite {
  readonly name: string;
  readonly path: string;
  readonly mend: string;
}

/** A client of this folder's lockfile. */
export const client = (name: string): Prerequisite => ({
  name,
  path: `${here}node_modules/${name}/package.json`,
  mend: 'run npm ci --ignore-scripts in conformance/',
});

export const corpus: Prerequisite = {
  name: 'the recorded streams',
  path: `${CORPUS}/streams`,
  mend: 'set WEIGHBRIDGE_CORPUS to the folder that holds streams/',
};

/** False when all are there, else the reason to skip; fails under CI. */
export const skipUnless = (...needed: readonly Prerequisite[]): string | false => {
  const missing = needed.filter(({ path }) => !existsSync(path));
  if (missing.length === 0) return false;
  const reason = missing.map(({ name, mend }) => `${name} is not installed: ${mend}`).join('; ');
  assert.ok(process.env['CI'] !== 'true', reason);
  return reason;
};
