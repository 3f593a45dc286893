// A log of made-up receipts and a projector over it, for tests.
import { join } from 'node:path';
import type { Journal } from '@weighbridge/journal';
import { openLog, type Log } from '../../../../../test/receipts/log.ts';
import type { ReceiptsOptions } from '../../../../../test/receipts/receipts.ts';
import { projectionsOf } from '../../../src/projections/index.ts';
import { digestTables, type Digests } from '../../../src/projector/digests.ts';
import type { Projection } from '../../../src/projector/projection.ts';
import { openProjector, type Projector, type ProjectorOptions } from '../../../src/projector/projector.ts';
import type { Database } from '../../../src/store/database.ts';
import { temporaryFolder, type Scope } from './databases.ts';

/** Few recent calls, so that the cap is met. */
export const PROJECTIONS = projectionsOf({ recent: 500 });

export function makeLog(t: Scope, options: Partial<ReceiptsOptions> = {}): Log {
  const log = openLog(join(temporaryFolder(t, 'log')), options);
  t.after(() => log.close());
  return log;
}

export function readerOf(t: Scope, log: Log): Journal {
  const journal = log.reader();
  t.after(() => journal.close());
  return journal;
}

export interface Folding {
  readonly projector: Projector;
  readonly said: readonly string[];
}

/** Looks at the log only when it is told to. */
export async function startFolding(
  t: Scope,
  journal: Journal,
  database: Database,
  options: Partial<ProjectorOptions> = {},
): Promise<Folding> {
  const said: string[] = [];
  const projector = await openProjector({
    journal,
    database,
    projections: PROJECTIONS,
    say: (message) => said.push(message),
    pollMs: 60_000,
    ...options,
  });
  t.after(() => projector.close());
  return { projector, said };
}

/** Everything that is sealed, folded into this database; the digests of its tables. */
export async function foldAll(
  t: Scope,
  journal: Journal,
  database: Database,
  projections: readonly Projection[] = PROJECTIONS,
): Promise<Digests> {
  const { projector } = await startFolding(t, journal, database, { projections });
  await projector.reach();
  const digests = await projector.pause(() => digestTables(database, projections));
  await projector.close();
  return digests;
}
