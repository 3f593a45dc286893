// Reserved capacity in words: used, spilled, left on the table, and what nobody knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapacityRow } from '@weighbridge/protocol';
import { CAPACITY_COLUMNS } from '../../src/app/search-state.ts';
import { capacityColumns, capacityHeadline, capacityPanel } from '../../src/features/capacity/model.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { prepareChart } from '../../src/parts/time-chart/model.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const minute = (index: number, used: number, spilled = 0) => ({
  at: NOON + index * 60_000,
  used,
  calls: 10,
  spilled,
  refused: 0,
  queued: 0,
});

const ROW: CapacityRow = {
  deployment: 'gpt-reserved',
  kind: 'ptu',
  worth: [300_000],
  concurrent: null,
  in_flight: 3,
  full: 0.42,
  said: { full: 0.44, at: NOON },
  learnt: 1,
  full_until: null,
  since: NOON,
  minutes: [minute(0, 0.5), minute(1, 1, 4), minute(2, 0.1)],
  used: 0.75,
  idle: 0.25,
  calls: 30,
  spilled: 4,
  refused: 1,
  queued: 0,
  cost: {
    contract: 'deal',
    instrument: 'units',
    currency: 'USD',
    paid: '20',
    idle: '5',
    reckoned: '$1.00 per PTU and hour',
  },
  unknown: null,
};
const UNKNOWN: CapacityRow = {
  ...ROW,
  deployment: 'own',
  cost: null,
  unknown: 'no contract names it',
  learnt: 0.5,
  said: null,
};
const answer = (rows: readonly CapacityRow[], source: 'running' | 'none' = 'running') => ({
  at: NOON + 150_000,
  source,
  simulated: true,
  rows: [...rows],
});

test('the headline says what is used, what spilled and what is left on the table', () => {
  const one = capacityHeadline(answer([ROW]));
  assert.equal(plain(one.first), '75 % of gpt-reserved is used.');
  assert.equal(
    plain(one.second),
    '4 calls spilled to on demand, 1 call met a refusal of the seller. Left on the table: $5.00 of gpt-reserved.',
  );
  assert.match(plain(capacityHeadline(answer([ROW, UNKNOWN])).second), /The price of one is not known\.$/);
  assert.match(capacityHeadline(answer([UNKNOWN])).second, /What the idle part costs is not known\.$/);
  assert.equal(capacityHeadline(answer([])).first, 'No capacity is reserved.');
  assert.equal(capacityHeadline(answer([], 'none')).first, 'No instance runs.');
});

test('the table has each column of the address, and an unknown price is no zero', () => {
  const columns = capacityColumns();
  assert.deepEqual(
    columns.map(({ key }) => key),
    [...CAPACITY_COLUMNS],
  );
  const idle = columns.find(({ key }) => key === 'idle');
  assert.ok(idle);
  assert.equal(spokenText(idle.cell(UNKNOWN)), 'not known');
  assert.match(plain(spokenText(idle.cell(ROW))), /5\.00/);
});

test('the panel draws it minute by minute, and the one that is not over is open', () => {
  const { chart, spill, facts } = capacityPanel(ROW, NOON + 150_000);
  const prepared = prepareChart(chart);
  assert.ok(prepared.state === 'ready');
  assert.equal(prepared.openFrom, 2);
  assert.equal(plain(chart.title), '75 % of it was used');
  assert.equal(spill.title, '4 calls went on demand for want of room');
  assert.ok(facts.some(({ name, value }) => name === 'By the contract' && value === 'deal, units'));
  const other = capacityPanel(UNKNOWN, NOON).facts;
  assert.ok(
    other.some(({ name, value }) => name === 'Left on the table' && value === 'not known: no contract names it'),
  );
  assert.ok(other.some(({ name }) => name === 'Learnt'));
});
