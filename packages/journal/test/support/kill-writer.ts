// The process that is killed: a recorder in its thread and two lanes that append calls as fast as they can, telling the
// parent on stdout what was acknowledged. Started by kill-campaign.ts with one JSON argument.
import { randomFillSync } from 'node:crypto';
import { createUlid } from '@weighbridge/kernel';
import {
  acquireFolderLock,
  createSignals,
  nextEpoch,
  openVault,
  openWriteAhead,
  startRecorderThread,
  type Durability,
  type WriteAhead,
} from '../../src/index.ts';

interface Order {
  readonly folder: string;
  readonly vault: string;
  readonly durability: Durability;
}
const { folder, vault, durability } = JSON.parse(process.argv[2] ?? '{}') as Order;

acquireFolderLock(folder);
openVault(vault, { origin: 'killed.example/node-1/lab' });
const common = { folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test', signals: createSignals() };
await startRecorderThread({ ...common, log: 'lab', pollMs: 2, checkpointMs: 10 });
const nextId = createUlid(Date.now, (bytes) => randomFillSync(bytes));

async function call(lane: WriteAhead, index: number): Promise<void> {
  const draft = {
    id: nextId(),
    at: Date.now(),
    public: `{"index":${index}}`,
    personal: '{"who":"somebody"}',
    subject: `subject ${index % 7}`,
  };
  await lane.append({ kind: 'intent', ...draft });
  process.stdout.write(`intent ${draft.id}\n`);
  if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await lane.append({ kind: 'call', ...draft });
  process.stdout.write(`call ${draft.id}\n`);
}

async function work(number: number): Promise<never> {
  const lane = openWriteAhead({ ...common, lane: number, durability, segmentBytes: 20_000, reserveBytes: 65_536 });
  for (let index = 0; ; index += 4) await Promise.all([0, 1, 2, 3].map((offset) => call(lane, index + offset)));
}

await Promise.all([work(1), work(2)]);
