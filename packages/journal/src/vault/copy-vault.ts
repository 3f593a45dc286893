// The vault as a backup holds it: keys as they were at the checkpoint, and its memory of that one. Subject keys are
// written by several threads while they are copied; a row that was caught half written is read again.
import { join } from 'node:path';
import { disk } from '../disk.ts';
import { soundRows } from './subject-keys.ts';
import { CHECKPOINT, KEY_CHANGE, LOG_KEY } from './vault.ts';

const LOOKS_MOST = 5;

/** Where the copies go. */
export interface VaultCopies {
  write(path: string, pieces: Iterable<Uint8Array | string>): unknown;
}

export function copyVault(
  to: VaultCopies,
  vault: string,
  at: { readonly logKey: string; readonly checkpoint: string },
): void {
  to.write(`vault/${LOG_KEY}`, [at.logKey]);
  to.write(`vault/${CHECKPOINT}`, [at.checkpoint]);
  const own = new Set([LOG_KEY, CHECKPOINT, KEY_CHANGE, SUBJECTS]);
  for (const name of disk.readdirSync(vault)) {
    if (own.has(name) || name.endsWith('.new')) continue;
    to.write(`vault/${name}`, [disk.readFileSync(join(vault, name))]);
  }
  const subjects = join(vault, SUBJECTS);
  for (const name of disk.readdirSync(subjects))
    to.write(`vault/${SUBJECTS}/${name}`, [readRows(join(subjects, name))]);
}

const SUBJECTS = 'subjects';

/** A row that stays unsound was so before: whoever reads it passes over it there too. */
function readRows(path: string): Buffer {
  let rows = soundRows(disk.readFileSync(path));
  for (let look = 1; look < LOOKS_MOST && !rows.sound; look += 1) rows = soundRows(disk.readFileSync(path));
  return rows.bytes;
}
