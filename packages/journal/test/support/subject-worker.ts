// Makes the keys of many subjects, starting at the same moment as its siblings.
import { parentPort, workerData } from 'node:worker_threads';
import { openVault } from '../../src/index.ts';

const { folder, gate, threads } = workerData as { folder: string; gate: SharedArrayBuffer; threads: number };
const vault = openVault(folder);
const arrived = new Int32Array(gate);
Atomics.add(arrived, 0, 1);
Atomics.notify(arrived, 0);
for (let seen = Atomics.load(arrived, 0); seen < threads; seen = Atomics.load(arrived, 0))
  Atomics.wait(arrived, 0, seen, 10_000);
parentPort?.postMessage(
  Array.from({ length: 200 }, (_, i) => vault.subjects.get(`subject ${i}`, 1).key.expand('x').toString('hex')),
);
