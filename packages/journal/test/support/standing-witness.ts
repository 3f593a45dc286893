// A witness with a store of its own in a temporary folder, and, where a test asks for it, a real socket.
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '@weighbridge/kernel';
import {
  knownLogs,
  openWitnessStore,
  serveWitness,
  Witness,
  type WitnessEvent,
  type WitnessServer,
  type WitnessStore,
} from '../../src/index.ts';
import { parseVerifierKey } from '../../src/note/note-key.ts';
import { fakeClock, temporaryFolder } from './world.ts';

export interface StandingWitness {
  readonly folder: string;
  readonly store: WitnessStore;
  readonly witness: Witness;
  readonly vkey: string;
  readonly events: readonly WitnessEvent[];
  /** Closes the store and opens it again, as a restart does. */
  readonly restart: () => StandingWitness;
  readonly serve: (hosts?: readonly string[], port?: number) => Promise<WitnessServer & { readonly url: string }>;
}

export function standWitness(
  t: TestContext,
  vkeys: readonly string[],
  given: { readonly folder?: string; readonly name?: string; readonly clock?: Clock } = {},
): StandingWitness {
  const folder = given.folder ?? join(temporaryFolder(t), 'witness');
  const clock = given.clock ?? fakeClock();
  const store = openWitnessStore(folder, { name: given.name ?? 'witness.example/w1' });
  t.after(() => store.close());
  const events: WitnessEvent[] = [];
  const logs = knownLogs(vkeys.map((vkey) => ({ key: parseVerifierKey(vkey) })));
  const witness = new Witness({ memory: store, logs, clock, onEvent: (event) => events.push(event) });
  return {
    folder,
    store,
    witness,
    vkey: witness.vkey,
    events,
    restart: () => {
      store.close();
      return standWitness(t, vkeys, { ...given, folder });
    },
    serve: async (hosts = [], port = 0) => {
      const server = await serveWitness({ witness, host: '127.0.0.1', port, hosts });
      t.after(() => server.close());
      return { ...server, url: `http://127.0.0.1:${server.port}` };
    },
  };
}
