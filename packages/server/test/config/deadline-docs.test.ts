// What docs/deadline.md shows is read as it stands there, and its table of reasons is the contract's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BATCH_WHY } from '@weighbridge/protocol';
import { checkConfigText } from '@weighbridge/server';

const PAGE = readFileSync(new URL('../../../../docs/deadline.md', import.meta.url), 'utf8');

test('docs/deadline.md shows a configuration that can be written so, and names every reason', () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const head = 'version: 1\ncredentials:\n  anthropic: { kind: api_key, secret: { env: KEY } }\n';
  const { problems } = checkConfigText('weighbridge.yaml', `${head}${shown}`, '.', Date.UTC(2026, 10, 30));
  assert.deepEqual(problems, []);
  const cells = [...PAGE.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const named = new Set(cells);
  for (const why of BATCH_WHY) assert.ok(named.has(why), why);
});
