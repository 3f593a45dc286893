// `spend` on a log of known calls: what has no price is never shown as costing nothing, and one region is one row though
// a seller writes it another way.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalJson, createUlid, type Json } from '@weighbridge/kernel';
import { nextEpoch, openRecorder, openVault, openWriteAhead } from '@weighbridge/journal';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';
import { openHome } from '@weighbridge/server';
import { run } from './support/shell.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const DIGEST = 'A'.repeat(43);
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-spend-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Called {
  readonly cloud: string;
  readonly model: string;
  /** Null: unpriced. */
  readonly cost: string | null;
  readonly configured: string;
  readonly reported: string | null;
  readonly at?: number;
}

const CALLS: readonly Called[] = [
  { cloud: 'foundry', model: 'gpt', cost: '1.23', configured: 'eastus2', reported: 'East US 2' },
  { cloud: 'foundry', model: 'gpt', cost: null, configured: 'eastus2', reported: null },
  { cloud: 'openai-compatible', model: 'own', cost: null, configured: 'here', reported: null },
  { cloud: 'openai-compatible', model: 'own', cost: null, configured: 'here', reported: null, at: AT - DAY_MS },
  { cloud: 'openai', model: 'mini', cost: '0.5', configured: 'eu', reported: 'eu' },
];

const saidOf = ({ cloud, model, configured, reported }: Called): Json => {
  const said: Omit<CallPublic, 'served'> & { readonly served: Record<string, Json> } = {
    asked: {
      surface: 'openai-chat',
      alias: model,
      stream: false,
      features: [],
      request_bytes: 10,
      request_digest: DIGEST,
    },
    attempts: [],
    served: {
      cloud,
      deployment: model,
      seller: cloud,
      model_requested: model,
      model_reported: null,
      region: { configured, reported, grade: 0 },
      fallback: false,
    },
    usage: { tokens: { input: 1_000, output: 50 }, source: 'reported', raw: null },
    timing: { started: AT, ended: AT + 5, gateway_ms: 1 },
    outcome: 'completed',
    status: 200,
    simulated: true,
  };
  return said as unknown as Json;
};

function paidOf({ cost }: Called): CallCommercial {
  const status = cost === null ? 'unpriced' : 'exact';
  return {
    decided: DIGEST,
    charges: [],
    cost: { list: cost, contracted: cost, billed: cost, currency: 'USD', status },
  };
}

before(async () => {
  const home = openHome(join(folder, '.weighbridge'), 'lab');
  const paths = { folder: home.journal, vault: home.vault };
  const who = { node: 'node-1', build: 'test' };
  openVault(paths.vault, { origin: 'acme/lab/node-1' });
  const lane = openWriteAhead({
    ...paths,
    ...who,
    lane: 0,
    epoch: nextEpoch(paths.folder),
    durability: 'process',
    tickMs: 0,
  });
  const nextId = createUlid(
    () => AT,
    (bytes) => crypto.getRandomValues(bytes),
  );
  for (const call of CALLS) {
    await lane.append({
      kind: 'call',
      id: nextId(),
      at: call.at ?? AT,
      public: canonicalJson(saidOf(call)),
      commercial: canonicalJson(paidOf(call) as unknown as Json),
      personal: canonicalJson({ who: { organisation: 'acme' } }),
      subject: 'acme',
    });
  }
  await lane.close();
  openRecorder({ ...paths, ...who, epoch: nextEpoch(paths.folder), log: 'lab' }).close();
});

interface Spent {
  readonly rows: readonly {
    readonly by: Record<string, string>;
    readonly cost: string | null;
    readonly calls: number;
  }[];
  readonly total: readonly { readonly cost: string | null; readonly unpriced_calls: number }[];
}

const spend = async (...words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(['spend', '--since', '2026-01-05', ...words], { folder });
  assert.equal(code, 0, stderr);
  return stdout;
};
const cellsOf = (table: string, row: string): string[] =>
  (table.split('\n').find((line) => line.startsWith(row)) ?? '').split(/ {2,}/);

describe('spend', () => {
  test('shows what is wholly unpriced as that, what is partly unpriced as a lower bound, one call as one call', async () => {
    const table = await spend();
    assert.deepEqual(cellsOf(table, 'own'), ['own', '1', '1,000', '50', 'unpriced', '1 call']);
    assert.deepEqual(cellsOf(table, 'gpt'), ['gpt', '2', '2,000', '100', '≥ 1.23 USD', '1 call']);
    assert.deepEqual(cellsOf(table, 'mini'), ['mini', '1', '1,000', '50', '0.50 USD']);
    assert.match(table, /\nTotal: ≥ 1\.73 USD \+ 2 unpriced, for 4 calls\n/);
    assert.doesNotMatch(table, /\b0\.00 USD|\b1 calls/);
  });

  test('tells a program the same', async () => {
    const { rows, total } = JSON.parse(await spend('--json')) as Spent;
    assert.deepEqual(
      rows.map((row) => [row.by['model'], row.cost]),
      [
        ['gpt', '1.23'],
        ['mini', '0.5'],
        ['own', null],
      ],
    );
    assert.deepEqual([total[0]?.cost, total[0]?.unpriced_calls], ['1.73', 2]);
  });

  test('by region has one row for each configured region, however it was reported', async () => {
    const { rows } = JSON.parse(await spend('--by', 'region', '--json')) as Spent;
    assert.deepEqual(
      rows.map((row) => [row.by['region'], row.calls]),
      [
        ['eastus2', 2],
        ['eu', 1],
        ['here', 1],
      ],
    );
  });

  test('of unpriced calls alone has no amount in its total either', async () => {
    const { code, stdout } = await run(['spend', '--since', '2026-01-04', '--until', '2026-01-05'], { folder });
    assert.equal(code, 0);
    assert.match(stdout, /\nTotal: unpriced \(no price is known for 1 of 1 call\)\n/);
  });
});

test('calls, newest first, keep the region as the response wrote it beside the configured one', async () => {
  const { stdout } = await run(['calls', '--model', 'gpt', '--json'], { folder });
  const calls = JSON.parse(stdout) as { readonly region: string; readonly region_reported: string | null }[];
  assert.deepEqual(
    calls.map((call) => [call.region, call.region_reported]),
    [
      ['eastus2', null],
      ['eastus2', 'East US 2'],
    ],
  );
});
