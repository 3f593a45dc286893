// Totals, series and quantiles, on both databases, against what the receipts themselves say.
import assert from 'node:assert/strict';
import { DAY_MS, HOUR_MS, LATENCY_RELATIVE_ERROR, type Breakdown, type Totals } from '@weighbridge/protocol';
import { ask } from '../../src/queries/index.ts';
import { START } from '../../../../test/receipts/log.ts';
import { exactQuantile, totalsOf, valueOf, type Known } from './support/oracle.ts';
import { ALL, END, erased, within, questions } from './support/questions.ts';

const { question, run } = questions();

const short = ({ calls, errors, unpriced, tokens, spend }: Totals) => ({
  calls,
  errors,
  input: tokens.input,
  unpriced,
  billed: spend[0]?.billed ?? '0',
});

question('overview: totals of a period in whole hours, beside those of the period before', async (opened) => {
  const { sources, known } = opened;
  for (const [since, until] of [
    [START, END],
    [START + 3 * HOUR_MS + 5, START + 50 * HOUR_MS + 7],
    [START + 30 * HOUR_MS, START + 31 * HOUR_MS],
  ] as const) {
    const answer = await ask(sources, 'overview', { since, until });
    const { period, before } = answer;
    assert.deepEqual(
      [period.since, period.until],
      [Math.floor(since / HOUR_MS) * HOUR_MS, Math.ceil(until / HOUR_MS) * HOUR_MS],
    );
    assert.deepEqual(short(answer.totals), totalsOf(within(known, period.since, period.until)));
    assert.equal(before.period.until, period.since);
    assert.deepEqual(short(before.totals), totalsOf(within(known, before.period.since, before.period.until)));
  }
  const whole = await ask(sources, 'overview', ALL);
  const took = known.map(({ public: { timing } }) => timing.ended - timing.started);
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
  assert.ok(Math.abs((whole.totals.mean_ms.total ?? 0) - mean) < 0.001);
});

question('overview: filters take values, none, not, and erased', async (opened) => {
  const { sources, known } = opened;
  const count = async (filter: object): Promise<number> => {
    const filters = [filter] as Parameters<typeof ask<'overview'>>[2]['filters'];
    return (await ask(sources, 'overview', { ...ALL, ...(filters === undefined ? {} : { filters }) })).totals.calls;
  };
  const where = (test: (call: Known) => boolean): number => known.filter(test).length;
  assert.equal(
    await count({ dimension: 'team', values: ['team-1'] }),
    where((c) => c.who.team === 'team-1'),
  );
  assert.equal(
    await count({ dimension: 'team', values: ['team-1', 'team-2'], not: true }),
    where((c) => c.who.team !== 'team-1' && c.who.team !== 'team-2'),
  );
  assert.equal(
    await count({ dimension: 'cloud', values: [null] }),
    where((c) => c.public.served === null),
  );
  assert.equal(await count({ dimension: 'team', values: [null], erased: true }), where(erased));
  assert.equal(await count({ dimension: 'team', values: [null], erased: false }), 0);
  await assert.rejects(count({ dimension: 'model', values: [null], erased: true }), { code: 'BAD_REQUEST' });
});

question(
  'breakdown: by one and by two dimensions, dearest first, and the rest is the exact difference',
  async (opened) => {
    const { sources, known } = opened;
    for (const by of [['team'], ['model', 'outcome'], ['cloud', 'team']] as const) {
      for (const most of [3, 100]) {
        const answer = await ask(sources, 'breakdown', { ...ALL, by: [...by], most });
        const parts = Map.groupBy(known, (call) =>
          JSON.stringify([...by.map((name) => valueOf(call, name)), by.includes('team' as never) && erased(call)]),
        );
        const expected = [...parts.values()].map(totalsOf).toSorted(dearest);
        assert.deepEqual(
          answer.rows.map((row) => short(row.totals)).toSorted(dearest),
          expected.slice(0, answer.rows.length),
        );
        for (const { members, totals } of answer.rows) {
          const own = known.filter((call) =>
            members.every(
              (member, index) =>
                member.value === valueOf(call, by[index] ?? 'team') && (member.erased ? erased(call) : true),
            ),
          );
          assert.deepEqual(short(totals), totalsOf(own));
        }
        assert.deepEqual(short(answer.total), totalsOf(known));
        checkOthers(answer, parts.size, most);
      }
    }
  },
);

const dearest = (a: { billed: string; calls: number }, b: { billed: string; calls: number }): number =>
  Number(b.billed) - Number(a.billed) || b.calls - a.calls;

function checkOthers(answer: Breakdown, parts: number, most: number): void {
  if (parts <= most) return assert.equal(answer.others, null);
  assert.equal(answer.others?.rows, parts - most);
  const listed = answer.rows.reduce((sum, { totals }) => sum + totals.calls, 0);
  assert.equal(answer.others.totals.calls, answer.total.calls - listed);
}

question('breakdown: compared, each row says what it came to in the period before', async (opened) => {
  const { sources, known } = opened;
  const [since, until] = [START + 30 * HOUR_MS, START + 60 * HOUR_MS];
  const answer = await ask(sources, 'breakdown', {
    since,
    until,
    by: ['team'],
    sort: 'calls',
    most: 4,
    compare: true,
  });
  const past = within(known, since - (until - since), since);
  for (const { members, before } of answer.rows) {
    const own = past.filter(
      (call) => valueOf(call, 'team') === members[0]?.value && erased(call) === members[0]?.erased,
    );
    assert.deepEqual(before === null ? null : short(before), totalsOf(own));
  }
  assert.deepEqual(answer.before === null ? null : short(answer.before.totals), totalsOf(past));
  const listed = answer.rows.reduce((sum, { before }) => sum + (before?.calls ?? 0), 0);
  assert.equal(answer.others?.before?.calls, past.length - listed);
});

question('series: by hour and by day, whole and split, and the parts add up to the whole', async (opened) => {
  const { sources, known } = opened;
  for (const [every, step] of [
    ['hour', HOUR_MS],
    ['day', DAY_MS],
  ] as const) {
    for (const measure of ['calls', 'tokens_input', 'billed'] as const) {
      const whole = await ask(sources, 'series', { ...ALL, every, measure });
      const split = await ask(sources, 'series', { ...ALL, every, measure, by: 'team', most: 3 });
      assert.deepEqual(whole.starts, split.starts);
      for (const [index, start] of whole.starts.entries()) {
        const totals = totalsOf(within(known, start, start + step));
        const expected = measure === 'calls' ? totals.calls : measure === 'billed' ? totals.billed : totals.input;
        assert.equal(whole.series[0]?.points[index], expected);
        assert.equal(whole.series[0]?.unpriced[index], totals.unpriced);
        const parts = split.series.reduce((sum, one) => sum + Number(one.points[index]), 0);
        assert.ok(Math.abs(parts - Number(expected)) < 1e-9);
      }
      assert.equal(split.series.length, 4);
      assert.equal(split.series.at(-1)?.others, 4, 'six teams and the erased, less three');
      assert.equal(split.currency, measure === 'billed' ? 'USD' : null);
    }
  }
  await assert.rejects(ask(sources, 'series', { since: 0, until: START, every: 'hour' }), { code: 'BAD_REQUEST' });
});

question('latency: quantiles are as exact as they say, merged over anything', async (opened) => {
  const { sources, known } = opened;
  const completed = known.filter((call) => call.public.outcome === 'completed');
  const figures = {
    total: (call: Known) => call.public.timing.ended - call.public.timing.started,
    ttft: (call: Known) => call.public.timing.ttft_ms,
    tpot: (call: Known) => call.public.timing.tpot_ms,
    gateway: (call: Known) => call.public.timing.gateway_ms,
  };
  const check = (
    calls: readonly Known[],
    row: { metric: keyof typeof figures; calls: number; ms: (number | null)[] },
    quantiles: readonly number[],
  ): void => {
    const values = calls.flatMap((call) => figures[row.metric](call) ?? []);
    assert.equal(row.calls, values.length);
    for (const [index, quantile] of quantiles.entries()) {
      const exact = exactQuantile(values, quantile);
      const read = row.ms[index] ?? Number.NaN;
      assert.ok(
        Math.abs(read - exact) <= exact * LATENCY_RELATIVE_ERROR + 0.0005,
        `${row.metric} p${quantile}: ${read}, not ${exact}`,
      );
    }
  };
  const whole = await ask(sources, 'latency', { ...ALL, buckets: true });
  assert.deepEqual(
    whole.rows.map(({ metric }) => metric),
    ['total', 'ttft', 'tpot', 'gateway'],
  );
  for (const row of whole.rows) {
    check(completed, row, whole.quantiles);
    assert.equal(
      row.buckets.reduce((sum, { calls }) => sum + calls, 0),
      row.calls,
    );
  }
  const split = await ask(sources, 'latency', {
    ...ALL,
    metrics: ['ttft'],
    by: 'deployment',
    every: 'day',
    quantiles: [0.5, 1],
  });
  assert.ok(split.rows.length > 6);
  for (const row of split.rows) {
    const start = row.start ?? 0;
    check(
      within(completed, start, start + DAY_MS).filter((call) => valueOf(call, 'deployment') === row.value),
      row,
      split.quantiles,
    );
  }
  const filters = [{ dimension: 'cloud', values: ['vertex'], not: true }] as const;
  const rest = await ask(sources, 'latency', {
    ...ALL,
    metrics: ['total'],
    filters: filters.map((each) => ({ ...each, values: [...each.values] })),
  });
  check(
    completed.filter((call) => valueOf(call, 'cloud') !== 'vertex'),
    rest.rows[0] ?? assert.fail('no row'),
    rest.quantiles,
  );
});

run();
