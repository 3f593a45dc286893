// Folds a log into its tables by the projector itself, as far as it is written and until it is whole, and says how far it
// is. One that was interrupted goes on where its last transaction ended.
// Usage: node fold.ts FOLDER
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openJournal } from '@weighbridge/journal';
import { openProjector, openStore, projectionsOf, storeSettings } from '@weighbridge/server';
import { markOf, placeOf } from './place.ts';

const SAY_MS = 5_000;

const place = placeOf(process.argv[2] ?? '');
const { home } = place;
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
while (!existsSync(join(home.journal, 'log', 'checkpoint'))) await setTimeout(500);
const settings = storeSettings(undefined, home.log, home.projections);
if (settings === null) throw new Error('no tables are wanted');
const store = await openStore(settings, (message) => say({ message }));
const journal = openJournal(home.journal, { vault: home.vault });
const began = performance.now();
const projections = projectionsOf(settings);
const options = { journal, projections, database: store.database, say: (message: string) => say({ message }) };
const projector = await openProjector({ ...options, verify: !store.orderly });
const first = Math.min(...projector.state().map(({ next }) => next));
const told = setInterval(() => {
  const reached = Object.fromEntries(projector.state().map(({ name, next }) => [name, next]));
  say({ reached, rss_mib: Math.round(process.memoryUsage.rss() / 1024 / 1024) });
}, SAY_MS);
for (let whole = false; !whole;) {
  // Looked at first: what is sealed once it is whole is all there will be.
  whole = markOf(place, { seed: 0, receipts: 0 }).whole;
  await projector.reach();
  const stopped = projector.state().find(({ state }) => state === 'stopped');
  if (stopped !== undefined) throw new Error(`"${stopped.name}" stopped: ${stopped.problem?.message}`);
  if (!whole) await setTimeout(500);
}
clearInterval(told);
const seconds = (performance.now() - began) / 1000;
const cpu = process.cpuUsage();
const entries = journal.checkpoint().size - first;
say({ entries, seconds, cpu_seconds: (cpu.user + cpu.system) / 1e6, database_bytes: store.database.memory() });
await projector.close();
journal.close();
await store.close();
