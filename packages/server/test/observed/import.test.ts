// What an import writes, entry by entry, without an instance around it: whom a record names stands in none of it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { importObserved } from '../../src/observed/import-file.ts';
import type { WrittenChange } from '../../src/observed/standing.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const written: WrittenChange[] = [];
const texts: string[] = [];
let count = 0;
const stores = {
  nextId: () => `ID${(count += 1)}`,
  admin: {
    append: (draft: { readonly commercial?: string }) => {
      texts.push(draft.commercial ?? '');
      return Promise.resolve({ index: 0 });
    },
  },
  vault: { keyDigest: (text: string) => createHmac('sha256', 'pepper').update(text).digest('base64url') },
} as unknown as Parameters<typeof importObserved>[0];
const changes = { all: () => written, wrote: (change: WrittenChange) => void written.push(change) };

const enter = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return importObserved(stores, changes, { path: join(folder, name), seller: 'own' }, {
    kind: 'cli',
    name: 'test',
  } as never);
};

test('of a row without an id it is known again who it is of, and no entry names them', async () => {
  const table = (input: number): string =>
    `from,to,model,user,input\n2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,llama,grace@example.org,${input}\n`;
  const first = await enter('table.csv', table(10));
  assert.deepEqual([first.rows, first.superseded], [1, 0]);
  const again = await enter('table.csv', table(10));
  assert.deepEqual([again.changed, again.unchanged], [false, 1]);
  const corrected = await enter('table.csv', table(12));
  assert.deepEqual([corrected.rows, corrected.superseded], [1, 1], 'it is the same row');
  assert.ok(texts.length > 2 && texts.every((text) => !text.includes('grace')), texts.join('\n'));
});
