// Asks every endpoint of coverage once: a record goes in on the control socket, and browsers are told of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlClient, type ControlClient, type ImportedRecord } from '@weighbridge/protocol';
import type { Ask } from './deal-endpoints.ts';
import { controlSocket, readInstance } from './entry.ts';
import { until, type Started } from './server.ts';

const SOON_MS = 20_000;

export const onSocket = ({ server }: Started): ControlClient =>
  controlClient(controlSocket(readInstance(server.home)?.socket ?? ''));

export async function askCoverage(folder: string, started: Started, ask: Ask): Promise<ImportedRecord> {
  const socket = onSocket(started);
  const path = join(folder, 'usage.csv');
  writeFileSync(path, 'from,to,model,owner,input\n2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,a-model,a-team,12\n');
  const entered = await socket.ask('importObserved', { path, seller: 'reseller', scope: 'eu' });
  assert.deepEqual([entered.source, entered.rows, entered.seller], ['usage-table', 1, 'reseller']);
  // A session of the console is not asked for files of the machine: there is no such endpoint for it.
  await assert.rejects(ask('importObserved', { path }), /importObserved: .*NOT_FOUND/s);
  const { rows } = await ask('imports', {});
  assert.deepEqual([rows[0]?.import, rows[0]?.scope], [entered.import, 'eu']);
  const period = { since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 10, 2) };
  const covered = await until('the record is in the tables', SOON_MS, async () => {
    const view = await ask('coverage', period);
    return view.sellers.length > 0 ? view : undefined;
  });
  assert.deepEqual([covered.total?.theirs, covered.total?.share, covered.owners[0]?.owner], [12, '0.0000', 'a-team']);
  const { rows: windows } = await ask('windows', {});
  const [{ bypass, opened, lost } = { bypass: '', opened: 0, lost: 0 }] = windows;
  const { window } = await ask('window', { bypass, opened });
  assert.deepEqual([lost, window.reconciled?.verdict], [1, 'unknown']);
  return entered;
}
