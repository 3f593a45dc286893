// An instance on a successor log: what the closed log knew of the deal stands, as of when it was entered; what was spent before is
// said to be in the closed log. And what a damaged log left behind takes nothing else with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { nextEpoch, recoverJournal } from '@weighbridge/journal';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import type { CarriedFrom, ControlAnswer } from '@weighbridge/protocol';
import { CARRIED_KINDS, openBlobs, openDealDesk, VERSION } from '@weighbridge/server';
import type { FoldStores } from '../../src/admin/entry-fold.ts';
import { openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench } from '../support/server.ts';

const YEAR = new Date().getUTCFullYear();
const TEXT = readFileSync(new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url), 'utf8')
  .replace('status: draft', 'status: signed')
  .replaceAll(/202[78]/g, (year) => String(YEAR + Number(year) - 2027));
const ID = /^id: (\S+)/m.exec(TEXT)?.[1] ?? '';
const DAY = `${YEAR + 5}-06-30`;
const proof = { kind: 'ticket', ref: 'OPS-17' } as const;

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

interface Told {
  readonly contracts: ControlAnswer<'contracts'>;
  readonly claims: ControlAnswer<'claims'>;
  readonly duties: ControlAnswer<'duties'>;
  readonly attested: unknown;
  readonly views: ControlAnswer<'views'>;
}

async function told({ client }: Browser): Promise<Told> {
  const { facts } = await client.ask('playbook', { at: DAY });
  return {
    contracts: await client.ask('contracts', { at: DAY }),
    claims: await client.ask('claims', { at: DAY }),
    duties: await client.ask('duties', { at: DAY }),
    attested: facts.find(({ name }) => name === 'chargeback_published'),
    views: await client.ask('views', {}),
  };
}

describe('an instance on a successor', { concurrency: false }, () => {
  test('has the deal of the log before, and says since when it counts what was spent', async () => {
    const first = await bench.start({ name: 'carried' });
    const browser = await openBrowser(first.server);
    await browser.client.ask('saveContract', { text: TEXT, file: 'buyer.yaml' });
    await browser.client.ask('stateClaims', {});
    const { id } = await browser.client.ask('openIncident', {
      deployment: 'claude-foundry-on-azure',
      failure: 'latency',
      proof,
    });
    await browser.client.ask('stepIncident', { id, step: 'acknowledged', proof });
    await browser.client.ask('attest', { fact: 'chargeback_published', value: true, proof: 'minutes' });
    await browser.client.ask('saveView', { name: 'Mine', path: '/calls', query: '' });
    const before = await told(browser);
    const [held] = (await browser.client.ask('contract', { id: ID })).versions;
    assert.deepEqual([held?.carried, held?.by.via], [null, 'console']);
    assert.equal((await browser.client.ask('commitments', {})).charges.earlier, null);
    const { home } = first.server;
    await first.server.stop();

    const epoch = nextEpoch(home.journal);
    const { origin, carried } = recoverJournal({
      folder: home.journal,
      vault: home.vault,
      epoch,
      node: 'node-1',
      build: VERSION,
      log: home.log,
      reason: 'a drill',
      carry: CARRIED_KINDS,
    });
    assert.deepEqual(carried.left, []);

    const second = await bench.start({ name: 'carried' });
    const after = await openBrowser(second.server);
    assert.deepEqual(await told(after), before);
    const [version] = (await after.client.ask('contract', { id: ID })).versions;
    assert.deepEqual([version?.at, version?.entry, version?.by], [held?.at, held?.entry, held?.by]);
    assert.deepEqual([version?.carried?.at, version?.carried?.origin], [held?.at, carried.from?.origin]);
    const { earlier } = (await after.client.ask('commitments', {})).charges;
    assert.equal(earlier?.origin, carried.from?.origin);
    assert.ok((earlier?.until ?? 0) >= (held?.at ?? Infinity));
    const saved = await after.client.ask('saveContract', { text: TEXT.replace(/^title: .*$/m, 'title: Later') });
    assert.deepEqual([saved.changed, saved.origin], [true, origin]);
    assert.equal((await after.client.ask('contract', { id: ID })).versions.length, 2);
  });
});

interface Entry {
  readonly kind: 'claim' | 'incident' | 'attestation';
  readonly id: string;
  readonly at: number;
  readonly change: Readonly<Record<string, unknown>> & { readonly carried?: CarriedFrom };
}

function deskOf(entries: readonly Entry[]): ReturnType<typeof openDealDesk> {
  const journal = {
    *entries({ kinds }: { readonly kinds: readonly string[] }) {
      for (const [index, { kind, id, at }] of entries.entries())
        if (kinds.includes(kind)) yield { index, leaf: { id, at } };
    },
    groups: (index: number) => ({ commercial: { text: canonicalJson((entries[index]?.change ?? {}) as Json) } }),
  } as unknown as FoldStores['journal'];
  const never = (): never => assert.fail('nothing is written');
  return openDealDesk({ journal, blobs: openBlobs('nowhere'), nextId: never, admin: { append: never } });
}

describe('a fold', () => {
  const by = { via: 'command' } as const;
  const attest = (id: string, at: number, after: boolean, carried?: CarriedFrom): Entry => ({
    kind: 'attestation',
    id,
    at,
    change: {
      fact: 'chargeback_published',
      before: null,
      after,
      proof: 'x',
      by,
      ...(carried === undefined ? {} : { carried }),
    },
  });

  test('counts what was carried as of when it was written, and once where it stands there twice', () => {
    const carried = { at: 5, index: 3, origin: 'a' };
    const desk = deskOf([attest('A', 100, true, carried), attest('A', 5, false)]);
    const said = desk.attestations.all().get('chargeback_published');
    assert.deepEqual([said?.value, said?.at, said?.entry], [true, 5, 'A']);
  });

  test('goes on where the beginning of something stayed behind in a damaged log', () => {
    const step = { action: 'step', id: 'I', before: 'opened', after: 'acknowledged', step: 'acknowledged', proof, by };
    const state = { action: 'state', id: 'nobody:asked', before: null, after: 'unverified', by };
    const desk = deskOf([
      { kind: 'incident', id: 'A', at: 1, change: step },
      { kind: 'claim', id: 'B', at: 2, change: state },
      attest('C', 3, true),
    ]);
    assert.deepEqual(desk.incidents.all(), []);
    assert.equal(
      desk.claims.all().some(({ id }) => id === 'nobody:asked'),
      false,
    );
    assert.equal(desk.attestations.all().size, 1);
  });
});
