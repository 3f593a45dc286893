// Appends turn after turn, a batch of some hundred kilobytes each, until told to stop: a lane under load.
import { parentPort, workerData } from 'node:worker_threads';
import { createSignals, openWriteAhead } from '../../src/index.ts';

const { folder, vault, turns, perTurn } = workerData as {
  folder: string;
  vault: string;
  turns: number;
  perTurn: number;
};
const lane = openWriteAhead({
  folder,
  vault,
  lane: 1,
  epoch: 1,
  node: 'node-1',
  build: 'test',
  signals: createSignals(),
  durability: 'process',
  reserveBytes: 65_536,
});
const text = `{"n":"${'x'.repeat(600)}"}`;
for (let turn = 0; turn < turns; turn += 1) {
  const appended: Promise<void>[] = [];
  for (let i = 0; i < perTurn; i += 1) {
    const id = `01M81J18G0${String(turn * perTurn + i).padStart(16, '0')}`;
    appended.push(lane.append({ kind: 'call', id, at: 1, public: text }));
  }
  await Promise.all(appended);
}
await lane.close();
parentPort?.postMessage('done');
