import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { killCampaign } from './support/kill-campaign.ts';
import { temporaryFolder } from './support/world.ts';

const seed = Number(process.env['SEED'] ?? 20261122);
const kills = Number(process.env['KILLS'] ?? 4);

describe('kill -9', () => {
  for (const durability of ['process', 'disk'] as const) {
    test(`loses nothing that was acknowledged and rewrites nothing that was signed (${durability})`, async (t) => {
      t.diagnostic(`seed ${seed}, ${kills} kills`);
      const findings = await killCampaign({
        home: temporaryFolder(t),
        kills,
        seed: seed + (durability === 'disk' ? 1 : 0),
        durability,
      });
      t.diagnostic(JSON.stringify(findings));
      assert.deepEqual(findings.problems, []);
      assert.ok(findings.acknowledged > 0 && findings.checkpoints > 0, 'the campaign did something');
    });
  }
});
