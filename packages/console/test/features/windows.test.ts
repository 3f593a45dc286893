// Windows of bypasses as the page tells them: what is open is told at once, what no record tells is no zero, and what
// differs is never green.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WindowDetail, WindowRow } from '@weighbridge/protocol';
import { bypassNotices, windowPanel, windowsSentence, windowTexts } from '../../src/features/coverage/windows.ts';

const AT = Date.UTC(2026, 10, 30, 14, 0, 0);
const RECORDS = { found: 9, missing: 0, unknown: 0, unsent: 1, unaccounted: 0, sums: [] };
const row = (more: Partial<WindowRow> = {}): WindowRow => ({
  bypass: 'keep-up',
  opened: AT,
  closed: AT + 90_000,
  ended: 'sealing',
  owner: 'platform on call',
  reason: 'answers matter',
  calls: 10,
  in_flight: 0,
  waiting: 0,
  sealed: 10,
  lost: 0,
  refused: 0,
  trouble: null,
  reconciled: { ...RECORDS, verdict: 'reconciled' },
  ...more,
});
const list = (rows: WindowRow[], more = 0) => ({ at: AT, simulated: false, rows, more, notes: [] });
const detail = (window: WindowRow, more: Partial<WindowDetail> = {}): WindowDetail => ({
  at: AT + 200_000,
  simulated: true,
  window,
  calls: [],
  more_calls: 0,
  unaccounted: [],
  more_unaccounted: 0,
  notes: [],
  ...more,
});

describe('the list of windows', () => {
  test('says how many calls went through, how many were lost, and how many windows are not shown', () => {
    assert.match(windowsSentence(list([])), /no call of this log went through a bypass/);
    assert.match(windowsSentence(list([row(), row({ lost: 2, calls: 3 })])), /13 calls went.* 2 were lost\./);
    assert.match(windowsSentence(list([row()], 1)), /10 calls.*none was lost.*1 older one is not shown\.$/);
  });
  test('marks a window that differs bad, one that agrees good, and tells no figure where no record tells', () => {
    const rows = [
      row(),
      row({ reconciled: { ...RECORDS, verdict: 'differs', unaccounted: 3 } }),
      row({ reconciled: { ...RECORDS, verdict: 'unknown' } }),
      row({ closed: null, ended: null, reconciled: { ...RECORDS, verdict: 'open' } }),
      row({ ended: null, reconciled: null }),
    ];
    const texts = windowTexts(list(rows)).map(({ verdict, unaccounted, state }) => [
      verdict.text,
      verdict.tone,
      unaccounted,
      state.text,
    ]);
    assert.deepEqual(texts, [
      ['agrees to the call', 'good', '0', 'closed'],
      ['differs', 'bad', '3', 'closed'],
      ['does not tell', 'warn', null, 'closed'],
      ['once it is closed', 'quiet', null, 'open now'],
      ['not asked', 'quiet', null, 'being sealed'],
    ]);
  });
  test('names a window as the command line does', () => {
    assert.equal(windowTexts(list([row()]))[0]?.name, 'keep-up@2026-11-30T14:00:00.000Z');
  });
});

describe('one window', () => {
  const calls = Array.from({ length: 60 }, (_, i) => ({
    id: `01KB${i}`,
    entry: i,
    at: AT,
    deployment: 'direct',
    seller: 'anthropic',
    request: null,
    outcome: 'completed',
    tokens: null,
    record: 'missing' as const,
  }));
  test('shows fifty calls and says how many there are besides', () => {
    const panel = windowPanel(detail(row(), { calls, more_calls: 5 }));
    assert.deepEqual([panel.calls.length, panel.moreCalls], [50, 15]);
    assert.deepEqual(panel.calls[0]?.record, { text: 'missing', tone: 'bad' });
    assert.equal(panel.simulated, true);
  });
  test('while it is open says how long so far, what waits, and nothing of records', () => {
    const open = row({ closed: null, ended: null, waiting: 4, reconciled: { ...RECORDS, verdict: 'open' } });
    const panel = windowPanel(detail(open));
    assert.deepEqual(panel.records, []);
    assert.equal(panel.facts.find(({ name }) => name === 'So far')?.value, '3\u00a0min 20\u00a0s');
    assert.equal(panel.became.find(({ name }) => name === 'Waiting to be sealed')?.value, '4');
  });
  test('where a record only sums says by how much, and that it tells no calls apart', () => {
    const sum = {
      seller: 'anthropic',
      source: 'anthropic-usage' as const,
      title: 'Usage report',
      since: AT,
      until: AT,
    };
    const sums = [
      { ...sum, theirs: 12, ours: 10, difference: 2 },
      { ...sum, theirs: 10, ours: 12, difference: -2 },
    ];
    const { sums: texts } = windowPanel(detail(row({ reconciled: { ...RECORDS, verdict: 'unknown', sums } })));
    assert.match(texts[0]?.text ?? '', /12 tokens, of ours 10; 2 did not cross\. It does not tell calls apart\.$/);
    assert.match(texts[1]?.text ?? '', /2 more crossed than it counts/);
  });
});

test('every page says that calls go through a bypass, since when, how many and who answers for it', () => {
  const window = { bypass: 'keep-up', opened: AT, closed: null, owner: 'platform on call', calls: 1, waiting: 1 };
  const [open, sealing] = bypassNotices({ windows: [window, { ...window, closed: AT + 1 }] });
  assert.match(open?.text ?? '', /“keep-up” without a receipt since 2026-11-30 14:00:00 UTC: the journal takes no/);
  assert.match(open?.next ?? '', /^1 call so far, 1 kept to be sealed\. In the care of platform on call\.$/);
  assert.match(sealing?.text ?? '', /is closed; what went through it is being sealed/);
  assert.deepEqual(bypassNotices({ windows: [] }), []);
});
