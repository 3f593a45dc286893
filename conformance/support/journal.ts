// A journal in a temporary folder, sealed by the real recorder and served over HTTP as a gateway serves it.
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createUlid } from '@weighbridge/kernel';
import {
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWriteAhead,
  serveLog,
  type Journal,
} from '@weighbridge/journal';

export interface ServedJournal {
  readonly home: string;
  readonly folder: string;
  readonly vault: string;
  readonly vkey: string;
  readonly url: string;
  /** Ids of its calls, oldest first. */
  readonly ids: string[];
  grow(calls: number): Promise<void>;
  reader(): Journal;
}

export async function serveJournal(t: TestContext, calls: number, origin = 'acme/lab/node-1'): Promise<ServedJournal> {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-conformance-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'journal');
  const vault = join(home, 'vault');
  const { signer } = openVault(vault, { origin });
  const nextId = createUlid(Date.now, (bytes) => randomFillSync(bytes));
  const ids: string[] = [];
  const grow = async (more: number): Promise<void> => {
    const common = { folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test' };
    const recorder = openRecorder({ ...common, log: 'lab' });
    const lane = openWriteAhead({ ...common, lane: 1, durability: 'process', reserveBytes: 65_536, tickMs: 0 });
    const written: Promise<void>[] = [];
    for (let at = 0; at < more; at += 1) {
      const id = nextId();
      ids.push(id);
      written.push(lane.append({ kind: 'call', id, at: Date.now(), public: `{"n":${at}}` }));
    }
    await Promise.all(written);
    await lane.close();
    recorder.close();
  };
  await grow(calls);
  const server = createServer((request, response) => {
    const { status, headers, body } = serveLog(folder, (request.url ?? '').replace(/^\/log/, ''));
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const reader = (): Journal => {
    const journal = openJournal(folder, { vault });
    t.after(() => journal.close());
    return journal;
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
  return { home, folder, vault, vkey: signer.verifier.vkey, url, ids, grow, reader };
}

/** Looks again until it holds; the deadline is the test's claim. */
export async function until<Value>(what: string, within: number, look: () => Value | undefined): Promise<Value> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
