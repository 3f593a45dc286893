// A witness in a process of its own, to be killed. Prints its address and key as one JSON line when it listens. Where the
// order says so it ends itself by SIGKILL right before, or right after, the n-th checkpoint is durable: after it, the
// cosignature exists and was sent to nobody.
import { knownLogs, openWitnessStore, serveWitness, Witness } from '../../src/index.ts';
import { parseVerifierKey } from '../../src/note/note-key.ts';

interface Order {
  readonly folder: string;
  readonly vkey: string;
  readonly port: number;
  readonly die?: { readonly when: 'before' | 'after'; readonly write: number };
}
const { folder, vkey, port, die } = JSON.parse(process.argv[2] ?? '{}') as Order;

const store = openWitnessStore(folder, { name: 'witness.example/killed' });
let writes = 0;
const remember = store.remember.bind(store);
store.remember = (origin, note) => {
  writes += 1;
  if (die?.when === 'before' && writes === die.write) process.kill(process.pid, 'SIGKILL');
  remember(origin, note);
  if (die?.when === 'after' && writes === die.write) process.kill(process.pid, 'SIGKILL');
};
const witness = new Witness({ memory: store, logs: knownLogs([{ key: parseVerifierKey(vkey) }]) });
const server = await serveWitness({ witness, host: '127.0.0.1', port });
process.stdout.write(`${JSON.stringify({ port: server.port, vkey: witness.vkey })}\n`);
