// Every kind of fault by its name.
import type { Kind } from '../plan.ts';
import { corruptedDatabase, deletedDatabase } from './database.ts';
import { fullDisk } from './full-disk.ts';
import type { Act } from './kind.ts';
import { kill, pause } from './process.ts';
import { tampered } from './tampered.ts';
import { deadWitness } from './witness.ts';

export const ACTS: Readonly<Record<Kind, Act>> = {
  kill,
  pause,
  'full disk': fullDisk,
  'deleted database': deletedDatabase,
  'corrupted database': corruptedDatabase,
  'tampered journal': tampered,
  'dead witness': deadWitness,
};
