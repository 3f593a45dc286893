// A sample of the campaign of kills: the same code, five kills, a seed that is printed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runKills } from '../../../campaign/kills/run-kills.ts';

test('five kills under load lose no receipt of a completed response, and no interrupted call', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-kills-'));
  const seed = Date.now() % 1_000_000;
  context.diagnostic(`seed ${seed}`);
  try {
    const kills = await runKills({ folder, seed, count: 5, clients: 8 });
    assert.deepEqual(
      kills.flatMap((kill) => kill.violations),
      [],
      `seed ${seed}`,
    );
    assert.equal(kills.length, 5);
    assert.ok(
      kills.some((kill) => kill.completed > 0),
      `calls completed before a kill (seed ${seed})`,
    );
    assert.ok(
      kills.some((kill) => kill.interrupted > 0),
      `calls were interrupted by a kill (seed ${seed})`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
