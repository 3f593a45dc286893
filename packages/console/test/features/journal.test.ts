import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ControlEntry, ControlJournal } from '@weighbridge/protocol';
import { entryColumns, entryFacts, growthChart, tableTexts, witnessTexts } from '../../src/features/journal/state.ts';
import { prepareDropped, prepareJournal } from '../../src/features/journal/model.ts';
import { openCheckpoint, parseVerifierKey } from '../../src/proof/note.ts';
import { bad, unsupported } from '../../src/proof/outcome.ts';
import { fetchLog } from '../../src/proof/tiles.ts';
import { verifyReceiptFile } from '../../src/proof/verify.ts';
import { makeLog } from '../support/journal.ts';

describe('the journal', () => {
  test('says how many entries are sealed, by whom, and under which root', async (t) => {
    const log = makeLog(t);
    await log.grow(3);
    const key = await parseVerifierKey(log.vkey);
    assert.ok(key.ok);
    const { headline, facts } = prepareJournal(
      await openCheckpoint(log.journal.checkpoint().text, key.value),
      log.vkey,
    );
    assert.equal(headline, `${log.journal.checkpoint().size} entries, sealed and signed.`);
    assert.deepEqual(
      facts.map(({ name }) => name),
      ['Origin', 'Root', 'Signed by', 'Public key'],
    );
    assert.equal(facts[1]?.value, log.journal.checkpoint().root.toString('base64'));
  });
  test('tells a checkpoint that does not hold from one that cannot be checked here', () => {
    assert.match(prepareJournal(bad('x'), null).headline, /does not hold/);
    assert.match(prepareJournal(unsupported('x'), null).headline, /cannot be checked here/);
    assert.match(prepareJournal(null, null).headline, /being read/);
  });
});

describe('a dropped receipt', () => {
  test('is repeated only once it is proven', async (t) => {
    const log = makeLog(t);
    const [id = ''] = await log.grow(2);
    const text = log.journal.receiptFor(id, { groups: ['public'] });
    const context = { fetch: fetchLog('http://log', log.fetcher()), vkey: log.vkey, store: null };
    const report = await verifyReceiptFile(text, context);
    const shown = prepareDropped(text, { state: 'done', report });
    assert.deepEqual(
      [shown?.title, shown?.simulated, shown?.groups.map(({ name }) => name)],
      [`Receipt of alert ${id}`, true, ['public']],
    );
    assert.equal(prepareDropped(text, { state: 'checking', steps: [] }), null);
    const changed = text.replace('"n', '"m');
    assert.equal(prepareDropped(changed, { state: 'done', report: await verifyReceiptFile(changed, context) }), null);
  });
});

describe('the log beside its checkpoint', () => {
  const HOUR = 3_600_000;
  const state = (given: Partial<ControlJournal> = {}): ControlJournal => ({
    origin: 'o',
    vkey: 'v',
    size: 100,
    root: '',
    checkpoint: '',
    newest: 1,
    witnesses: [
      { name: 'w1', url: 'https://w1', state: 'cosigning', size: 100, at: 0 },
      { name: 'w2', url: 'https://w2', state: 'refused', problem: 'saw another log', size: 60, at: null },
      { name: 'w3', url: 'https://w3', state: 'unreachable', size: null, at: null },
    ],
    hours: [
      { hour: 24 * HOUR, kind: 'call', entries: 5, leaf_bytes: 1, first: 0, last: 1 },
      { hour: 25 * HOUR, kind: 'call', entries: 7, leaf_bytes: 1, first: 0, last: 1 },
      { hour: 25 * HOUR, kind: 'alert', entries: 1, leaf_bytes: 1, first: 0, last: 1 },
    ],
    projections: {
      state: 'running',
      store: 'embedded',
      memory_bytes: null,
      problem: null,
      projections: [
        { name: 'hours', version: 1, state: 'following', next: 100, lag_entries: 0, lag_seconds: 0, problem: null },
        { name: 'recent', version: 1, state: 'catching up', next: 10, lag_entries: 90, lag_seconds: 2, problem: null },
        {
          name: 'latency',
          version: 1,
          state: 'stopped',
          next: 3,
          lag_entries: 97,
          lag_seconds: 9,
          problem: { code: 'INTERNAL', message: 'it broke', entry: 3 },
        },
      ],
    },
    ...given,
  });
  test('each witness says what it saw, and what is wrong', () => {
    assert.deepEqual(
      witnessTexts(state()).map(({ state: said, tone, seen }) => `${said} ${tone} ${seen}`),
      [
        'cosigning good all 100 entries, 1970-01-01 00:00:00 UTC',
        'saw another log bad 60 entries, 40 behind',
        'unreachable bad has cosigned nothing yet',
      ],
    );
  });
  test('growth is shown by the hour, or by the day where the range is long, and nothing is lost', () => {
    const hourly = growthChart(state(), { from: 24 * HOUR, until: 26 * HOUR }, 30 * HOUR);
    assert.deepEqual(
      hourly?.series.map(({ key, values }) => [key, values]),
      [
        ['call', [5, 7]],
        ['alert', [0, 1]],
      ],
    );
    const daily = growthChart(state(), { from: 0, until: 240 * HOUR }, 240 * HOUR);
    assert.equal(daily?.series[0]?.values[1], 12);
    assert.equal(growthChart(state({ hours: null }), { from: 0, until: 1 }, 1), null);
    assert.deepEqual(growthChart(state({ hours: [] }), { from: 0, until: HOUR }, 1)?.starts, []);
  });
  test('a table that stopped says why, one that lags how far', () => {
    assert.deepEqual(
      tableTexts(state()).map(({ name, state: said, lag }) => `${name}: ${said}; ${lag.replaceAll('\u00a0', ' ')}`),
      [
        'hours: following; holds every entry',
        'recent: catching up; 90 entries behind, 2.00 s',
        'latency: INTERNAL: it broke; 97 entries behind, 9.00 s',
      ],
    );
  });
  test('an entry of a call leads to the call, every other to itself', () => {
    const entry: ControlEntry = {
      entry: 7,
      id: '01K',
      kind: 'call',
      at: 0,
      by: { node: 'n', lane: 1, epoch: 2, seq: 3, build: 'b' },
      groups: ['public', 'commercial'],
      leaf: '{}',
    };
    const cell = entryColumns((id) => `/calls/${id}`)[3]?.cell;
    assert.deepEqual(cell?.(entry), { kind: 'text', text: '01K', mono: true, href: '/calls/01K' });
    assert.deepEqual(cell?.({ ...entry, kind: 'alert' }), { kind: 'text', text: '01K', mono: true });
    assert.ok(entryFacts(entry).some(({ value }) => value === 'n, lane 1, epoch 2, number 3'));
  });
});
