// Wrote `fixtures/first-home` (node write-first-home.ts FOLDER): a journal and a vault as the first version leaves them, with
// a call, an entry of administration, a handover of the key, and a write-ahead file that no recorder has taken in. Its keys
// are in every copy of this repository: they are for tests and for nothing else. It is not run again: what is checked in is the point.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSignals, nextEpoch, openRecorder, openVault, openWriteAhead } from '../../src/index.ts';

const [home = ''] = process.argv.slice(2);
const folder = join(home, 'journal');
const vault = join(home, 'vault');
const at = Date.UTC(2026, 10, 29, 12);
const clock = { wall: () => at, monotonic: () => 0 };
openVault(vault, { origin: 'fixture.example/first/test-only' });
const base = { folder, vault, node: 'node-1', build: '0.1.0', clock } as const;
const write = async (epoch: number, lane: number, id: string, name: string): Promise<void> => {
  const writer = openWriteAhead({
    ...base,
    ...{ epoch, lane, durability: 'process', tickMs: 0, reserveBytes: 4_096, signals: createSignals() },
  });
  const personal = { personal: `{"who":{"principal":"${name}"}}`, subject: `person/${name}` };
  const draft = { id, at, public: '{"asked":{"alias":"sonnet"}}', commercial: '{"decided":"abc"}', ...personal };
  await writer.append({ ...draft, kind: 'intent' });
  await writer.append({ ...draft, kind: 'call' });
  await writer.close();
};
const epoch = nextEpoch(folder);
const recorder = openRecorder({ ...base, epoch, log: 'lab' });
await write(epoch, 1, '01KB7Q5S00FJRSTFXTREC0RD01', 'ada');
await write(epoch, 2, '01KB7Q5S00FJRSTFXTREC0RD02', 'bob');
recorder.sealAll();
recorder.rotateKey('a fixture');
openVault(vault).erase('person/bob', at);
recorder.close();
await write(nextEpoch(folder), 1, '01KB7Q5S00FJRSTFXTREC0RD03', 'ada');
for (const name of ['journal/format', 'vault/format']) rmSync(join(home, name), { force: true });
