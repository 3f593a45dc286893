// What the sample organisation knows of its deal: contracts without a fault, whatever day it ends on, drawn by its own calls; claims in
// several states; incidents that follow from its events.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { checkContract } from '@weighbridge/ledger';
import { SCENARIO_FILES } from '@weighbridge/planner';
import type { EntryDraft } from '@weighbridge/protocol';
import { openBlobs } from '../../src/admin/blobs.ts';
import type { FoldStores } from '../../src/admin/entry-fold.ts';
import { claimsAt } from '../../src/deal/claims.ts';
import { openDealDesk } from '../../src/deal/deal-desk.ts';
import { dutiesAt } from '../../src/deal/duties.ts';
import { reference } from '../../src/deal/reference.ts';
import { dealDrafts } from '../../src/sample/deal.ts';
import { openMarket } from '../../src/sample/market.ts';
import { monthOf } from '../../src/sample/month.ts';
import { readScenario } from '../../src/sample/scenario.ts';
import { contractText, readSeeds, type SampleSeeds } from '../../src/sample/seeds.ts';

const DAY_MS = 86_400_000;
const END = Date.UTC(2026, 10, 27, 15);
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-sample-deal-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const scenario = readScenario();
const month = monthOf(scenario, END);
const { deployments } = openMarket(scenario, month.from);
const blobs = openBlobs(folder);
const seedsOf = (name: 'alliance' | 'mid-size'): SampleSeeds =>
  readSeeds({ file: name, text: readFileSync(SCENARIO_FILES[name] ?? '', 'utf8') });
const draftsOf = (share: number, seeds = seedsOf('alliance')): Promise<readonly EntryDraft[]> =>
  dealDrafts({ seed: scenario.seed, month, share, deployments, blobs, seeds });

/** A desk over entries that were written before. */
function deskOver(drafts: readonly EntryDraft[]): ReturnType<typeof openDealDesk> {
  const journal = {
    *entries({ kinds }: { readonly kinds: readonly string[] }) {
      for (const [index, { kind, id, at }] of drafts.entries())
        if (kinds.includes(kind)) yield { index, leaf: { id, at } };
    },
    groups: (index: number) => ({ commercial: { text: drafts[index]?.commercial ?? '' } }),
  } as unknown as FoldStores['journal'];
  const never = (): never => assert.fail('nothing is written');
  return openDealDesk({ journal, blobs, nextId: never, admin: { append: never } });
}

describe('the deal of the sample', () => {
  test('is the same for the same seed, in order of time, within the month', async () => {
    const drafts = await draftsOf(1);
    assert.deepEqual(await draftsOf(1), drafts);
    assert.deepEqual(
      drafts.map(({ at }) => at),
      drafts.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    assert.ok(drafts.every(({ at }) => at >= month.from && at < month.to));
    assert.equal(new Set(drafts.map(({ id }) => id)).size, drafts.length);
  });

  test('has contracts without a fault on any day of a leap year, however few calls are made', () => {
    const all = [seedsOf('alliance'), seedsOf('mid-size')];
    assert.ok(all.every(({ seeds }) => Object.keys(seeds.contracts).length === 3));
    for (let day = 0; day < 400; day += 1) {
      const last = Date.UTC(2028, 0, 1) + day * DAY_MS;
      for (const { name: from, seeds } of all)
        for (const [name, given] of Object.entries(seeds.contracts)) {
          const text = contractText(name, given, from, {
            last,
            outage: last - 7 * DAY_MS,
            share: day % 2 === 0 ? 1 : 0.005,
          });
          const { value, problems } = checkContract(text);
          assert.equal(value?.id, name, problems.map(({ line, message }) => `${line}: ${message}`).join('; '));
          assert.match(value.title, /simulated|invented/);
        }
    }
  });

  test('shows claims in several states, incidents that run late, and what each rests on', async () => {
    const desk = deskOver(await draftsOf(1));
    const { rows } = claimsAt(desk.claims, desk.registers, END);
    const stateOf = (id: string) => rows.find((row) => row.id === `harbour-anthropic:${id}`)?.state;
    assert.deepEqual(['sla-availability', 'security-proofs', 'exit-right'].map(stateOf), [
      'contradicted',
      'expired',
      'unverified',
    ]);
    assert.equal(rows.find(({ id }) => id === 'dedicated-capacity-1gw')?.evidence[0]?.rule, 'vendor-word');
    assert.ok(
      rows.every(({ stated, state }) => stated?.state === state),
      'the log states them as they are',
    );
    const { incidents, overdue } = dutiesAt(reference(), deployments, desk.incidents.all(), END);
    assert.deepEqual(
      incidents.map(({ failure, state }) => [failure, state]),
      [
        ['wrong_region', 'acknowledged'],
        ['availability', 'resolved'],
      ],
    );
    assert.ok(overdue.some(({ kind }) => kind === 'incident'));
    assert.equal(desk.contracts.all().held.length, 3);
    assert.ok(desk.attestations.all().size >= 3);
  });
});
