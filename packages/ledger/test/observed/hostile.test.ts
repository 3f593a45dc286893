// Records that are wrong, large or come again otherwise: nothing of them may raise coverage in silence, count a use twice, or hold
// the instance up. What a file leaves open is refused with its line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { bucketsOf, merged, planBuckets, planRows, readObserved, type ReadRow } from '@weighbridge/ledger';

const refusal = async (text: string | readonly string[]): Promise<string> => {
  try {
    await readObserved(typeof text === 'string' ? [text] : text);
  } catch (error) {
    if (isAppError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
};

const CUR_HEAD =
  'identity_line_item_id,line_item_line_item_type,line_item_product_code,line_item_usage_start_date,line_item_usage_end_date,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost';
const curLine = (id: string, hour: number, amount: number, product = 'AmazonBedrock'): string => {
  const at = (one: number): string => `2026-11-01T${String(one).padStart(2, '0')}:00:00Z`;
  return `${id},Usage,${product},${at(hour)},${at(hour + 1)},USE1-Claude4.5Sonnet-input-tokens,${amount},0.1`;
};

describe('a Cost and Usage Report that is delivered again', () => {
  test('has other ids for the same lines, and counts no use twice', async () => {
    const first = await readObserved([[CUR_HEAD, curLine('li-1', 0, 100), curLine('li-2', 1, 50)].join('\n')]);
    const stands = { buckets: bucketsOf(first.rows, first.buckets), told: merged(first.buckets) };
    const again = await readObserved([[CUR_HEAD, curLine('x-9', 0, 100), curLine('x-8', 1, 70)].join('\n')]);
    const plan = planBuckets(stands, again.rows, again.buckets);
    assert.deepEqual(
      [plan.unchanged, plan.superseded, plan.write.map(({ tokens }) => tokens?.input)],
      [1, 1, [70]],
      'the hour that is as it was stands, and the other takes its place',
    );
  });

  test('two lines that bear one id, in two parts of a delivery, are both counted', async () => {
    const { rows } = await readObserved([[CUR_HEAD, curLine('li-1', 0, 100), curLine('li-1', 1, 50)].join('\n')]);
    assert.equal(planBuckets({ buckets: [], told: [] }, rows, []).write.length, 2);
  });

  test('an hour with other services alone is one of which it tells, and a fee of a month hides no hour', async () => {
    const fee = 'f,Fee,AmazonBedrock,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,ModelUnits,1,900';
    const { rows, buckets } = await readObserved([
      [CUR_HEAD, curLine('a', 0, 100), curLine('b', 1, 1, 'AmazonEC2'), fee].join('\n'),
    ]);
    const plan = planBuckets({ buckets: [], told: [] }, rows, buckets);
    assert.deepEqual([plan.write.length, plan.skipped], [2, []]);
    assert.deepEqual(plan.spans, [{ from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 1, 2) }]);
  });
});

describe('a record that would make coverage look better than it is', () => {
  const table = (...lines: readonly string[]): string =>
    [
      'from,to,model,user,requests,input',
      ...lines.map((line) => `2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,${line}`),
    ].join('\n');

  test('is refused where it counts less than nothing', async () => {
    assert.match(await refusal(table('llama,ada,-5,10')), /^OBSERVED_INVALID line 2: `requests` is "-5"/);
    assert.match(await refusal(table('llama,ada,5,-10')), /^OBSERVED_INVALID line 2: `input` is "-10"/);
  });

  test('is refused where one of two rows would be left out', async () => {
    const { rows } = await readObserved([table('llama,ada,1,10', 'llama,ada,1,20')]);
    assert.throws(() => planRows(new Map(), rows, undefined), { code: 'OBSERVED_INVALID', message: /the same id/ });
    const same = await readObserved([table('llama,ada,1,10', 'llama,ada,1,10')]);
    const plan = planRows(new Map(), same.rows, undefined);
    assert.deepEqual([plan.write.length, plan.unchanged], [1, 1], 'a row that came twice is told');
  });

  test('is refused where a column stands twice, and where no grain of time is understood', async () => {
    assert.match(
      await refusal('from,input,input\n2026-11-01,1,2\n'),
      /^OBSERVED_INVALID line 1: the head names "input" twice/,
    );
    const metric = { time: '2026-11-01T00:00:00Z', metricName: 'InputTokens', total: 1, timeGrain: 'P1D' };
    assert.match(await refusal(JSON.stringify(metric)), /^OBSERVED_INVALID line 1: `timeGrain` is "P1D"/);
  });

  test('with figures that are no counts of tokens is refused before it stands', async () => {
    const huge = table(...Array.from({ length: 2 }, (_, at) => `llama-${at},ada,1,900000000000000`));
    assert.match(await refusal(huge), /^OBSERVED_INVALID line 3: one import tells of at most 1000000000000000 tokens/);
    const never = '{"from":99999999999999,"input":1}';
    assert.match(await refusal(never), /^OBSERVED_INVALID line 1: `from` is 99999999999999/);
  });
});

describe('a record that is large', () => {
  test('in one line of many pieces is read once, not again with each of them', async () => {
    const piece = 'x'.repeat(16 * 1024);
    const began = performance.now();
    const pieces = function* (): Generator<string> {
      yield '{"from":1793491200,"input":5,"service":"';
      for (let at = 0; at < 2_000; at += 1) yield piece;
      yield '"}';
    };
    assert.match(await refusal([...pieces()]), /^OBSERVED_INVALID line 1: its service has more than/);
    assert.ok(performance.now() - began < 2_000, `${Math.round(performance.now() - began)} ms for 32 MB`);
  });

  test('of stretches of time that lie apart is held against as many that stand', () => {
    const count = 40_000;
    const rows = Array.from({ length: count }, (_, at): ReadRow => ({
      from: at * 120,
      to: at * 120 + 60,
      requests: '1',
    }));
    const stands = { buckets: bucketsOf(rows, []), told: merged(rows) };
    const began = performance.now();
    const plan = planBuckets(stands, rows, []);
    assert.deepEqual([plan.unchanged, plan.write.length], [count, 0]);
    assert.ok(performance.now() - began < 3_000, `${Math.round(performance.now() - began)} ms for ${count} stretches`);
  });
});
