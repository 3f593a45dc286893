// A real journal in a temporary folder, written by the journal's own recorder, and served over memory, for the page's
// verifier to be held against. Nothing of the verifier is used here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  createSignals,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWriteAhead,
  serveLog,
  type Journal,
} from '@weighbridge/journal';
import { createUlid } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';

export interface TestLog {
  readonly folder: string;
  readonly journal: Journal;
  readonly vkey: string;
  /** Appends calls and signs a checkpoint over them; returns the id of each. */
  grow(count: number): Promise<string[]>;
  /** Appends entries as they are and signs a checkpoint over them. */
  seal(drafts: readonly Omit<EntryDraft, 'id'>[]): Promise<string[]>;
  /** Hands the log over to a fresh key, which it returns; both sign until the old one is retired. */
  rotateKey(): string;
  retireKeys(): void;
  /** The served log as `fetch` sees it, below http://log; `change` may alter a file on its way. */
  fetcher(change?: (path: string, body: Buffer) => Buffer | null): typeof globalThis.fetch;
}

export const ORIGIN = 'acme.example/lab/node-1';
const START = Date.UTC(2026, 10, 22, 12, 0, 0);

export function makeLog(t: Pick<TestContext, 'after'>): TestLog {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-console-'));
  const folder = join(home, 'journal');
  const vault = join(home, 'vault');
  let now = START;
  const clock = { wall: () => now, monotonic: () => now - START };
  const nextId = createUlid(clock.wall, (bytes) => crypto.getRandomValues(bytes));
  openVault(vault, { origin: ORIGIN });
  const common = { folder, vault, signals: createSignals(), epoch: nextEpoch(folder), node: 'node-1', build: 'test' };
  const recorder = openRecorder({ ...common, log: 'lab', clock });
  const lane = openWriteAhead({ ...common, lane: 1, durability: 'process', clock, tickMs: 0, reserveBytes: 65_536 });
  const journal = openJournal(folder, { vault });
  t.after(async () => {
    journal.close();
    await lane.close();
    recorder.close();
    rmSync(home, { recursive: true, force: true });
  });
  const fetcher: TestLog['fetcher'] = (change) => (input) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const { status, headers, body } = serveLog(folder, path);
    const sent = status === 200 && change !== undefined ? change(path, Buffer.from(body)) : body;
    return Promise.resolve(
      sent === null ? new Response('gone', { status: 404 }) : new Response(new Uint8Array(sent), { status, headers }),
    );
  };
  const seal: TestLog['seal'] = async (drafts) => {
    const ids = drafts.map(nextId);
    await Promise.all(drafts.map((draft, i) => lane.append({ ...draft, id: ids[i] ?? '' })));
    now += 1000;
    while (recorder.step({ seal: true }).integrated > 0);
    return ids;
  };
  return {
    folder,
    journal,
    vkey: journal.vkey,
    rotateKey: () => recorder.rotateKey('a test').vkey,
    retireKeys: () => void recorder.retireKeys('a test'),
    fetcher,
    grow: (count) =>
      seal(
        Array.from({ length: count }, (_, n) => ({
          kind: 'alert',
          at: now,
          public: JSON.stringify({ n }),
          commercial: JSON.stringify({ cost: '0.0123' }),
        })),
      ),
    seal,
  };
}
