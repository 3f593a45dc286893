// The course of a commitment: what is drawn against the straight line, what is committed, and the span of what is to be expected.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { markAt, prepareBurn, stepTo, type BurnData } from '../../src/parts/burn-down/model.ts';

const data = (given: Partial<BurnData> = {}): BurnData => ({
  title: 'Is it on course?',
  currency: 'USD',
  at: '2027-01-31',
  drawn: [
    { day: '2027-01-01', drawn: '10' },
    { day: '2027-01-31', drawn: '100' },
  ],
  milestones: [
    {
      name: 'h1',
      from: '2027-01-01',
      until: '2027-06-30',
      committed: '1000',
      expected: { low: '700', middle: '800', high: '900' },
    },
    {
      name: 'h2',
      from: '2027-07-01',
      until: '2027-12-31',
      committed: '3000',
      expected: { low: '3000', middle: '3500', high: '4000' },
    },
  ],
  knownSince: null,
  unforetold: null,
  ...given,
});

describe('the course of a commitment', () => {
  test('runs from the first day to the last, and the straight line goes by each milestone', () => {
    const { drawn, needed, committed, now } = prepareBurn(data());
    assert.deepEqual(drawn[0], { x: 0, y: 0 });
    assert.equal(needed[0]?.x, 0);
    assert.ok(Math.abs((needed[1]?.x ?? 0) - 181 / 365) < 1e-9, 'the half year ends where its last day ends');
    assert.equal(needed.at(-1)?.x, 1);
    assert.equal(needed.at(-1)?.y, committed);
    assert.ok(Math.abs((needed[1]?.y ?? 0) * 4 - committed) < 1e-5);
    assert.ok(now !== null && now > 0 && now < 0.1);
    assert.ok(committed < 1, 'there is room above');
  });
  test('the band begins where it stands and is closed', () => {
    const { band, middle, drawn } = prepareBurn(data());
    assert.deepEqual([band[0], band.at(-1), middle[0]], [drawn.at(-1), drawn.at(-1), drawn.at(-1)]);
    assert.equal(band.length, 6);
  });
  test('the words say how far it is behind, and what is to be expected', () => {
    assert.equal(
      prepareBurn(data()).summary,
      '$100 of $4,000 drawn by 2027-01-31. $171 would be on time: $71.27 behind the straight line. To be expected by 2027-12-31: $3,000 to $4,000 (8 of 10 paths).',
    );
    const ahead = prepareBurn(data({ drawn: [{ day: '2027-01-31', drawn: '500' }] }));
    assert.match(ahead.summary, /it is ahead of the straight line/);
  });
  test('without evidence no band is drawn, and that is said', () => {
    const none = data().milestones.map((one) => ({ ...one, expected: null }));
    const { band, middle, summary } = prepareBurn(data({ milestones: none, unforetold: 'Nothing is foretold.' }));
    assert.deepEqual([band, middle], [[], []]);
    assert.match(summary, /Nothing is foretold\.$/);
  });
  test('where days before are not known, nothing is said to be behind, and no line runs along them', () => {
    const half = { knownSince: '2027-07-01', at: '2027-09-30' };
    const dark = prepareBurn(data({ ...half, drawn: [{ day: '2027-09-30', drawn: '0' }], unforetold: null }));
    assert.match(dark.summary, /^How much of \$4,000 was drawn by 2027-09-30 is not known\. To be/);
    assert.ok((dark.drawn[0]?.x ?? 0) > 0.49);
    const least = prepareBurn(data({ ...half, drawn: [{ day: '2027-09-30', drawn: '500' }] }));
    assert.match(least.summary, /^At least \$500 of \$4,000 drawn by 2027-09-30\. To be/);
    assert.ok(least.marks.some(({ text }) => text === '2027-09-30: at least $500 drawn'));
    const ahead = prepareBurn(data({ ...half, drawn: [{ day: '2027-09-30', drawn: '3900' }] }));
    assert.match(ahead.summary, /it is ahead of the straight line/);
  });
  test('before the term nothing is drawn, and no day is marked as now', () => {
    const { drawn, now, summary } = prepareBurn(data({ at: '2026-11-30', drawn: [{ day: '2026-11-30', drawn: '0' }] }));
    assert.deepEqual([drawn, now], [[], null]);
    assert.match(summary, /^\$0\.00 of \$4,000 drawn by 2026-11-30\. To be/);
  });
  test('many milestones name a few of their ends, the last among them', () => {
    const months = Array.from({ length: 36 }, (_, i) => ({
      name: `m${i}`,
      from: new Date(Date.UTC(2027, i, 1)).toISOString().slice(0, 10),
      until: new Date(Date.UTC(2027, i + 1, 0)).toISOString().slice(0, 10),
      committed: '1',
      expected: null,
    }));
    const { ends, levels } = prepareBurn(data({ milestones: months, drawn: [] }));
    assert.ok(ends.length <= 6 && ends.length >= 4);
    assert.equal(ends.at(-1)?.text, '2029-12-31');
    assert.ok(levels.length <= 6 && levels.length >= 3, levels.map(({ text }) => text).join());
  });
  test('nothing committed and nothing drawn draws without a fault', () => {
    const [first] = data().milestones;
    assert.ok(first !== undefined);
    const { needed } = prepareBurn(data({ milestones: [{ ...first, committed: '0', expected: null }], drawn: [] }));
    assert.ok(needed.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
  });
  test('the same stands in a table, and its marks are walked by the keys and found by the pointer', () => {
    const { table, marks } = prepareBurn(data());
    assert.deepEqual(table.rows[1], ['2027-12-31', 'h2', '$4,000.00', '$3,000.00', '$3,500.00', '$4,000.00']);
    assert.deepEqual(
      marks.map(({ text }) => text.slice(0, 10)),
      ['2027-01-01', '2027-01-31', '2027-06-30', '2027-12-31'],
    );
    assert.equal(markAt(marks, 0.99), 3);
    assert.equal(markAt([], 0.5), null);
    assert.deepEqual(
      [stepTo(4, null, 'ArrowRight'), stepTo(4, 0, 'ArrowLeft'), stepTo(4, 1, 'End'), stepTo(4, null, 'ArrowLeft')],
      [0, 0, 3, 3],
    );
    assert.equal(stepTo(4, 0, 'x'), null);
    assert.equal(stepTo(0, null, 'ArrowRight'), null);
  });
});
