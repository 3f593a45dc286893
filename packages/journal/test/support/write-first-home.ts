// Wrote `fixtures/first-home.json` (node write-first-home.ts FILE): a journal and a vault as the first version leaves them, with
// two calls, a handover of the key, an erasure, and write-ahead files that no recorder has taken in. Its keys are in every copy
// of this repository: they are for tests and for nothing else. It is not run again: what is checked in is the point.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignals, nextEpoch, openRecorder, openVault, openWriteAhead } from '../../src/index.ts';

const [file = ''] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'weighbridge-first-'));
const folder = join(home, 'journal');
const vault = join(home, 'vault');
const at = Date.UTC(2026, 10, 29, 12);
const clock = { wall: () => at, monotonic: () => 0 };
openVault(vault, { origin: 'fixture.example/first/test-only' });
const base = { folder, vault, node: 'node-1', build: '0.1.0', clock } as const;
const write = async (epoch: number, lane: number, id: string, name: string): Promise<void> => {
  const writer = openWriteAhead({
    ...base,
    epoch,
    lane,
    durability: 'process',
    tickMs: 0,
    reserveBytes: 4_096,
    signals: createSignals(),
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
const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(home, name)).isFile(),
);
// The first version had no such files.
const kept = names.filter((name) => !name.endsWith('format')).toSorted();
const files = Object.fromEntries(kept.map((name) => [name, readFileSync(join(home, name)).toString('base64')]));
const note =
  'A journal and a vault as the first version left them. TEST ONLY: its keys are in every copy of this repository.';
writeFileSync(file, `${JSON.stringify({ note, files }, null, 2)}\n`);
rmSync(home, { recursive: true });
