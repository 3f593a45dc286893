// Demand: lengths against what they must have by hand and by drawing, series from rows and from the recorded traces, sizes on the 95th
// percentile and prices on the mean, growth with its interval.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTrace } from '@weighbridge/lab';
import {
  cachedTokens,
  Chance,
  checkLengths,
  demandFromReceipts,
  demandFromTrace,
  demandTyped,
  drawLength,
  drawTyped,
  durationBlocks,
  FLAT_WEEK,
  growthFitted,
  growthTyped,
  grown,
  kindsOf,
  lengthBelow,
  lengthMoments,
  lengthQuantile,
  levelsOf,
  minuteQuantile,
  replay,
  requestsOf,
  tokensOf,
  weekOf,
  weekSeen,
  type TokenLengths,
  type TraceRow,
} from '@weighbridge/planner';
import { CORPUS } from '../../../../bench/planner-first-token.ts';
import { readCsv } from '../../src/score/csv.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const SEEN: TokenLengths = {
  kind: 'empirical',
  points: [
    { tokens: 100, up_to: 0.5 },
    { tokens: 1100, up_to: 1 },
  ],
};
const LOGNORMAL: TokenLengths = { kind: 'lognormal', median: 500, sigma: 1, most: 20_000 };
const MIXED: TokenLengths = {
  kind: 'mixture',
  parts: [
    { share: 0.75, of: { kind: 'fixed', tokens: 200 } },
    { share: 0.25, of: { kind: 'scaled', by: 2, of: SEEN } },
  ],
};

describe('lengths', () => {
  test('by hand: quantiles, shares and moments of what was seen', () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.75, 1].map((p) => lengthQuantile(SEEN, p)),
      [0, 50, 100, 600, 1100],
    );
    assert.deepEqual(
      [50, 100, 600, 5000].map((tokens) => lengthBelow(SEEN, tokens)),
      [0.25, 0.5, 0.75, 1],
    );
    // Halves even on 0 to 100 and on 100 to 1,100: mean 325, E[x²] = ½ × 100² ÷ 3 + ½ × (100² + 100 × 1100 + 1100²) ÷ 3.
    const { mean, variability } = lengthMoments(SEEN);
    assert.equal(mean, 325);
    expectNear(variability, (10_000 / 6 + 1_330_000 / 6) / 325 ** 2 - 1, 1e-12);
    expectNear(lengthMoments(MIXED).mean, 0.75 * 200 + 0.25 * 650, 1e-12);
  });

  test('a lognormal that is hardly cut has the moments of the closed form', () => {
    const { mean, variability } = lengthMoments({ kind: 'lognormal', median: 500, sigma: 0.5, most: 1e8 });
    expectNear(mean, 500 * Math.exp(0.125), 2e-3);
    expectNear(variability, Math.exp(0.25) - 1, 0.02);
  });

  test('quantile and share below undo each other, and draws have the mean and the quantiles', () => {
    for (const lengths of [SEEN, LOGNORMAL, MIXED]) {
      fc.assert(
        fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (p) => {
          const tokens = lengthQuantile(lengths, p);
          assert.ok(
            lengthBelow(lengths, tokens) >= p - 1e-6 && lengthBelow(lengths, tokens * 0.999 - 1e-6) <= p + 1e-6,
          );
        }),
        { numRuns: 60 },
      );
      const chance = new Chance(4, 'draws');
      const draws = Float64Array.from({ length: 20_000 }, () => drawLength(lengths, chance)).toSorted();
      expectNear(draws.reduce((sum, each) => sum + each, 0) / draws.length, lengthMoments(lengths).mean, 0.03);
      expectNear(draws[18_000] ?? 0, lengthQuantile(lengths, 0.9), 0.06);
      const kinds = kindsOf(lengths, { kind: 'fixed', tokens: 10 }, 0.25);
      const mean = kinds.reduce((sum, { input }) => sum + input, 0) / kinds.length;
      expectNear(mean, lengthMoments(lengths).mean, 0.02);
      expectNear(kinds[0]?.cached ?? 0, (kinds[0]?.input ?? 0) / 4, 1e-12);
    }
  });

  test('what makes no sense is refused', () => {
    expectRefused(() => checkLengths('prompt', { kind: 'fixed', tokens: 0 }), /prompt\.tokens is 0/);
    expectRefused(
      () => checkLengths('prompt', { kind: 'lognormal', median: 10, sigma: 1, most: 5 }),
      /prompt\.most is 5/,
    );
    expectRefused(() => checkLengths('prompt', { kind: 'mixture', parts: [] }), /mixture of 0 parts/);
    const points = [
      { tokens: 10, up_to: 0.5 },
      { tokens: 5, up_to: 1 },
    ];
    expectRefused(() => checkLengths('prompt', { kind: 'empirical', points }), /runs back at 5/);
    expectRefused(
      () => checkLengths('prompt', { kind: 'empirical', points: points.slice(0, 1) }),
      /ends at a share of 0.5/,
    );
  });
});

describe('series', () => {
  test('receipts by the hour: rows of one hour are summed, an hour without a call is an hour of zero', () => {
    const series = demandFromReceipts([
      { hour: '2026-11-30T10:00:00Z', requests: 5, tokens: { input: 100, output: 10 } },
      { hour: '2026-11-30T08:00:00Z', requests: 2, tokens: { input: 40, cache_read: 7, output: 4 } },
      { hour: '2026-11-30T10:00:00Z', requests: 1, tokens: { input: 20, output: 1 } },
    ]);
    assert.deepEqual(
      series.windows.map(({ requests, tokens }) => [requests, tokens]),
      [
        [2, { input: 40, cache_read: 7, output: 4 }],
        [0, {}],
        [6, { input: 120, output: 11 }],
      ],
    );
    expectRefused(
      () => demandFromReceipts([{ hour: '2026-11-30T10:30:00Z', requests: 1, tokens: {} }]),
      /not the beginning of an hour/,
    );
    expectRefused(
      () => demandFromReceipts([{ hour: '2026-11-30T10:00:00Z', requests: -1, tokens: {} }]),
      /requests of row 1 is -1/,
    );
    expectRefused(() => demandFromReceipts([]), /no demand to read/);
  });

  test('a trace: windows, and what an endless cache would have held', () => {
    const rows: TraceRow[] = [
      { at_ms: 0, input: 25, output: 2, blocks: [1, 2, 3] },
      { at_ms: 900, input: 25, output: 2, blocks: [1, 2, 4] },
      { at_ms: 3100, input: 20, output: 1, blocks: [1, 2] },
    ];
    assert.deepEqual(cachedTokens(rows, 10), [0, 20, 19]);
    const series = demandFromTrace(rows, { window_s: 1, block_tokens: 10 });
    assert.deepEqual(
      series.windows.map(({ requests }) => requests),
      [2, 0, 0, 1],
    );
    assert.deepEqual(series.windows[0]?.tokens, { input: 30, cache_read: 20, output: 4 });
    const load = replay(rows, 2);
    assert.ok(load.kind === 'open');
    assert.deepEqual(
      [load.next()?.at_ms, load.next()?.at_ms, load.next()?.at_ms, load.next()],
      [0, 450, 1550, undefined],
    );
    expectRefused(() => demandFromTrace([], { window_s: 1 }), /no rows/);
    expectRefused(() => demandFromTrace([...rows].reverse(), { window_s: 1 }), /before the row above/);
  });

  const there = existsSync(join(CORPUS, 'traces'));
  const skip = there ? false : 'the corpus lacks traces/';
  assert.ok(there || process.env['CI'] !== 'true', 'the corpus lacks traces/: set WEIGHBRIDGE_CORPUS');
  const trace = async (name: string): Promise<TraceRow[]> =>
    await Array.fromAsync(parseTrace(readFileSync(join(CORPUS, 'traces', name), 'utf8').split('\n')));

  test('the code trace of Azure: 8,819 requests, and a P95 well over the mean', { skip }, async () => {
    const rows = await trace('azure-llm-2023-code.csv');
    const series = demandFromTrace(rows, { window_s: 60 });
    assert.equal(
      series.windows.reduce((sum, { requests }) => sum + requests, 0),
      8819,
    );
    const levels = levelsOf(series, requestsOf);
    expectNear(levels.mean, 8819 / series.windows.length, 1e-12);
    assert.ok(
      levels.p95_over_mean > 1.5 && levels.peak >= levels.p99 && levels.p99 >= levels.p95,
      JSON.stringify(levels),
    );
    expectRefused(() => weekSeen(series, requestsOf), /do not show a week/);
  });

  test('the synthetic trace of Mooncake: an endless cache holds 0.6396 of its blocks', { skip }, async () => {
    const rows = await trace('mooncake_synthetic.jsonl');
    assert.equal(rows.length, 3993);
    const seen = new Set<number>();
    let [held, all] = [0, 0];
    for (const { blocks = [] } of rows)
      for (const block of blocks) {
        all += 1;
        if (seen.has(block)) held += 1;
        seen.add(block);
      }
    expectNear(held / all, 0.6396, 1e-4);
    const tokens = cachedTokens(rows, 512);
    const share = tokens.reduce((sum, each) => sum + each, 0) / rows.reduce((sum, { input }) => sum + input, 0);
    assert.ok(share > 0.6 && share < 0.66, String(share));
  });

  test('published distributions of lengths are read as they stand', { skip }, () => {
    const file = 'workload-token-cdfs.csv';
    const columns = ['workload', 'total_tokens', 'cum_fraction'];
    const { rows } = readCsv(file, readFileSync(join(CORPUS, 'planner', file), 'utf8'), columns);
    const names = [...new Set(rows.map(({ values }) => values['workload'] ?? ''))];
    assert.equal(names.length, 4);
    for (const name of names) {
      const points = rows
        .filter(({ values }) => values['workload'] === name)
        .map(({ values }) => ({ tokens: Number(values['total_tokens']), up_to: Number(values['cum_fraction']) }));
      const lengths: TokenLengths = { kind: 'empirical', points };
      checkLengths(name, lengths);
      const { mean, variability } = lengthMoments(lengths);
      assert.ok(mean > 100 && variability > 0.2, `${name}: ${mean} ${variability}`);
    }
  });
});

describe('levels', () => {
  test('by hand: what is sized on and what is paid for', () => {
    const series = demandFromReceipts(
      Array.from({ length: 21 }, (_, at) => ({
        hour: new Date(Date.UTC(2026, 10, 2, at)).toISOString(),
        requests: 60 * at,
        tokens: { input: 600 * at, output: 60 },
      })),
    );
    const levels = levelsOf(series, requestsOf);
    assert.deepEqual([levels.mean, levels.p50, levels.p95, levels.peak, levels.p95_over_mean], [10, 10, 19, 20, 1.9]);
    const weighted = levelsOf(
      series,
      tokensOf(({ input = 0, output = 0 }) => input + 4 * output),
    );
    assert.equal(weighted.mean, 100 + 4);
    assert.deepEqual(durationBlocks(series, requestsOf, 3), [
      { hours: 7, per_hour: 180 },
      { hours: 7, per_hour: 600 },
      { hours: 7, per_hour: 1020 },
    ]);
    expectRefused(
      () => levelsOf({ ...series, windows: series.windows.slice(0, 5) }, requestsOf),
      /5 windows of demand/,
    );
    expectRefused(() => durationBlocks(series, requestsOf, 22), /make no 22 blocks/);
  });

  test('the minute’s percentile from hours is that of minutes drawn by chance', () => {
    const demand = {
      requests_per_hour: 1200,
      week: weekOf({ peak_hour: 14, night: 0.2, weekend: 0.4 }),
      input: LOGNORMAL,
      output: SEEN,
    };
    const load = drawTyped(demand, 200_000, 9);
    assert.ok(load.kind === 'open');
    const rows: TraceRow[] = [];
    for (let next = load.next(); next !== undefined; next = load.next()) rows.push(next);
    const minutes = levelsOf(
      demandFromTrace(rows, { window_s: 60 }),
      tokensOf(({ input = 0, cache_read = 0 }) => input + cache_read),
    );
    const expected = minuteQuantile(demandTyped(demand), lengthMoments(LOGNORMAL), 0.95);
    expectNear(minutes.p95, expected, 0.04);
    // The hours alone say less than their minutes ask for.
    const hours = levelsOf(
      demandTyped(demand),
      tokensOf(({ input = 0 }) => input),
    );
    assert.ok(hours.p95 < expected);
    expectNear(minutes.mean, hours.mean, 0.05);
  });

  test('a week: its mean is 1, it is found again in what was drawn from it, and it may be flat', () => {
    const week = weekOf({ peak_hour: 14, night: 0.3, weekend: 0.5 });
    expectNear(
      week.reduce((sum, each) => sum + each, 0),
      168,
      1e-9,
    );
    assert.equal(week.indexOf(Math.max(...week)), 14);
    expectNear((week[2] ?? 0) / (week[14] ?? 1), 0.3, 1e-9);
    expectNear((week[5 * 24 + 14] ?? 0) / (week[14] ?? 1), 0.5, 1e-9);
    const typed = demandTyped({ requests_per_hour: 100, week, input: SEEN, output: SEEN, cached: 0.5 });
    assert.deepEqual(
      weekSeen(typed, requestsOf).map((each) => each.toFixed(9)),
      week.map((each) => each.toFixed(9)),
    );
    expectNear(typed.windows[0]?.tokens.cache_read ?? 0, typed.windows[0]?.tokens.input ?? 1, 1e-9);
    assert.ok(
      demandTyped({ requests_per_hour: 7, week: FLAT_WEEK, input: SEEN, output: SEEN }).windows.every(
        ({ requests }) => requests === 7,
      ),
    );
    expectRefused(() => weekOf({ peak_hour: 24, night: 0.3, weekend: 1 }), /peak_hour is 24/);
    expectRefused(
      () => demandTyped({ requests_per_hour: 1, week: [1], input: SEEN, output: SEEN }),
      /a week of 1 hours/,
    );
  });
});

describe('growth', () => {
  test('an even growth is found exactly, an uneven one with an interval that holds it', () => {
    const even = growthFitted(Array.from({ length: 12 }, (_, at) => 100 * 1.05 ** at));
    expectNear(even.likely, 0.05, 1e-9);
    expectNear(even.low, 0.05, 1e-6);
    let held = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const chance = new Chance(seed, 'months');
      const { low, likely, high } = growthFitted(
        Array.from({ length: 6 }, (_, at) => 100 * 1.05 ** at * Math.exp(0.1 * chance.normal())),
      );
      assert.ok(low <= likely && likely <= high);
      if (low <= 0.05 && 0.05 <= high) held += 1;
    }
    // Of 200 intervals of 95 %, fewer than 182 or more than 198 would be a rare chance.
    assert.ok(held >= 182 && held <= 198, String(held));
  });

  test('what is projected widens month by month', () => {
    const growth = growthTyped(0.01, 0.03, 0.06);
    expectNear(grown(100, growth, 12).likely, 100 * 1.03 ** 12, 1e-12);
    expectNear(grown(100, growth, 12).high, 100 * 1.06 ** 12, 1e-12);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (months) => {
        const [now, later] = [grown(100, growth, months), grown(100, growth, months + 1)];
        assert.ok(later.high - later.low >= now.high - now.low && now.low <= now.likely && now.likely <= now.high);
      }),
    );
    expectRefused(() => growthTyped(0.1, 0.05, 0.2), /not in order/);
    expectRefused(() => growthFitted([1, 2, 3]), /3 months do not show/);
    expectRefused(() => growthFitted([1, 2, 0, 3]), /month 3 is 0/);
  });
});
