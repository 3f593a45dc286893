// What an import changes: nothing twice, a correction in full, and never one use counted by two stretches of time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bucketsOf, merged, planBuckets, planRows, rowDigest, type Bucket, type ReadRow } from '@weighbridge/ledger';
import type { ObservedSpan } from '@weighbridge/protocol';

const row = (from: number, to: number, input: number): ReadRow => ({ from, to, tokens: { input } });
const span = (from: number, to: number): ObservedSpan => ({ from, to });

/** What stands after an import, as the fold has it. */
function after(
  standing: { buckets: readonly Bucket[]; told: readonly ObservedSpan[] },
  rows: readonly ReadRow[],
  spans: readonly ObservedSpan[],
) {
  const plan = planBuckets(standing, rows, spans);
  const kept = standing.buckets.filter(
    (one) => !plan.replaces.some(({ from, to }) => from <= one.from && one.to <= to),
  );
  const buckets = [...kept, ...bucketsOf(plan.write, [])];
  return { plan, standing: { buckets, told: merged([...standing.told, ...plan.spans]) } };
}
const NOTHING = { buckets: [], told: [] };

describe('an import about stretches of time', () => {
  test('the same file twice changes nothing, empty buckets included', () => {
    const rows = [row(0, 60, 5), row(60, 120, 7)];
    const spans = [span(0, 60), span(60, 120), span(120, 180)];
    const first = after(NOTHING, rows, spans);
    assert.deepEqual([first.plan.write.length, first.plan.spans], [2, [span(0, 180)]]);
    const { plan } = after(first.standing, rows, spans);
    assert.deepEqual([plan.write, plan.unchanged, plan.superseded, plan.spans], [[], 2, 0, []]);
  });

  test('one that overlaps writes what is new and leaves the rest', () => {
    const first = after(NOTHING, [row(0, 60, 5), row(60, 120, 7)], []);
    const { plan } = after(first.standing, [row(60, 120, 7), row(120, 180, 9)], []);
    assert.deepEqual([plan.write, plan.unchanged, plan.superseded], [[row(120, 180, 9)], 1, 0]);
  });

  test('one that says otherwise takes the place of what stood', () => {
    const first = after(NOTHING, [row(0, 60, 5), row(60, 120, 7)], []);
    const { plan } = after(first.standing, [row(0, 60, 6)], []);
    assert.deepEqual([plan.write, plan.superseded, plan.replaces], [[row(0, 60, 6)], 1, [span(0, 60)]]);
  });

  test('one that now says that nothing was used takes its place too', () => {
    const first = after(NOTHING, [row(0, 60, 5)], []);
    const { plan } = after(first.standing, [], [span(0, 60)]);
    assert.deepEqual([plan.write, plan.superseded, plan.replaces], [[], 1, [span(0, 60)]]);
  });

  test('hours that make up a day that stands take its place; a few of them are left out and told', () => {
    const day = after(NOTHING, [row(0, 240, 50)], []);
    const hours = [row(0, 60, 10), row(60, 120, 20), row(120, 180, 15), row(180, 240, 5)];
    assert.deepEqual(after(day.standing, hours, []).plan.replaces, [span(0, 240)]);
    const { plan } = after(day.standing, hours.slice(1, 3), []);
    assert.deepEqual([plan.write, plan.skipped, plan.superseded], [[], [span(60, 180)], 0]);
  });

  test('whatever comes in whatever order, no time is told of by two buckets that stand', () => {
    const anySpan = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 8 })).map(([from, size]) => span(from, from + size));
    const anyImport = fc.array(fc.tuple(anySpan, fc.nat(3)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(anyImport, { maxLength: 6 }), (imports) => {
        let standing: { buckets: readonly Bucket[]; told: readonly ObservedSpan[] } = NOTHING;
        for (const file of imports) {
          const rows = file.map(([{ from, to }, input]) => row(from, to, input + 1));
          ({ standing } = after(standing, rows, []));
          const sorted = [...standing.buckets].toSorted((a, b) => a.from - b.from);
          for (const [index, one] of sorted.entries()) {
            const next = sorted[index + 1];
            assert.ok(next === undefined || one.to <= next.from, 'buckets that stand lie apart');
          }
          const again = planBuckets(standing, rows, []);
          assert.equal(again.superseded, 0, 'the same file again takes nothing away');
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an import of rows that have ids', () => {
  const one: ReadRow = { from: 0, to: 1, id: 'a', requests: '1' };
  const known = new Map([['a', rowDigest(one)]]);

  test('what is known changes nothing, in one file or in two', () => {
    assert.deepEqual(planRows(new Map(), [one, one], undefined).write, [one]);
    const plan = planRows(known, [one], undefined);
    assert.deepEqual([plan.write, plan.unchanged, plan.superseded], [[], 1, 0]);
  });

  test('one that says otherwise under a known id takes its place', () => {
    const other = { ...one, requests: '2' };
    const plan = planRows(known, [other], undefined);
    assert.deepEqual([plan.write, plan.superseded], [[other], 1]);
  });

  test('what the record is about is what it was said to be, else from its first row to its last', () => {
    assert.deepEqual(planRows(new Map(), [one, { ...one, from: 50, to: 51, id: 'b' }], undefined).spans, [span(0, 51)]);
    assert.deepEqual(planRows(new Map(), [one], span(0, 3_600)).spans, [span(0, 3_600)]);
  });
});
