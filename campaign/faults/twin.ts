// The tables as they have to be: the same log folded from its first entry into a database that no fault ever touches. It
// takes entries only when asked, so that it never reads a log while that is tampered with.
import { openJournal } from '@weighbridge/journal';
import {
  differences,
  digestTables,
  openProjector,
  openStore,
  projectionsOf,
  storeSettings,
  type Digests,
  type Home,
  type Projector,
} from '@weighbridge/server';

export interface Twin {
  /** Tables that are not what the log says, in words. The tables digested must hold all of its first `size` entries. */
  differences(held: Digests, size: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

const NEVER_MS = 2 ** 30;

export async function openTwin(home: Home, folder: string): Promise<Twin> {
  const settings = storeSettings(undefined, home.log, folder);
  if (settings === null) throw new Error('a twin keeps projections');
  const projections = projectionsOf(settings);
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const store = await openStore(settings, say);
  const journal = openJournal(home.journal, { vault: home.vault });
  const { database } = store;
  const open = (size: number): Promise<Projector> =>
    openProjector({
      journal,
      database,
      projections,
      say,
      pollMs: NEVER_MS,
      ends: Object.fromEntries(projections.map(({ name }) => [name, size])),
    });
  return {
    differences: async (held, size) => {
      const projector = await open(size);
      try {
        await projector.reach(size);
        const stopped = projector.state().find(({ state }) => state === 'stopped');
        if (stopped !== undefined) return [`the twin's ${stopped.name} stopped: ${said.at(-1) ?? ''}`];
        return differences(held, await digestTables(database, projections));
      } finally {
        await projector.close();
      }
    },
    close: async () => {
      journal.close();
      await store.close();
    },
  };
}
