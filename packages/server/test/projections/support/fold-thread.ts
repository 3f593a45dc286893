// Folds a log into an embedded database until it holds all of it, telling before each transaction; made to be killed.
import { parentPort, workerData } from 'node:worker_threads';
import { openJournal } from '@weighbridge/journal';
import { openProjector } from '../../../src/projector/projector.ts';
import { openEmbedded } from '../../../src/store/pglite.ts';
import { PROJECTIONS } from './folding.ts';

const { data, journal, vault } = workerData as { data: string; journal: string; vault: string };
const database = await openEmbedded(data);
const run = database.run.bind(database);
database.run = (statements) => {
  parentPort?.postMessage('committing');
  return run(statements);
};
const projector = await openProjector({
  journal: openJournal(journal, { vault }),
  database,
  projections: PROJECTIONS,
  say: () => undefined,
});
await projector.reach();
await projector.close();
await database.close();
parentPort?.postMessage('done');
