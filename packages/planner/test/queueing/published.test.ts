// Times to the first token that others published: the simulator puts each system's rows in their order as concurrency rises. By how much
// it errs is told beside it. The tables are read in place; a machine without them skips this, but not under CI.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scoreFirstToken, scoreFirstTokens, type FirstTokenRow } from '@weighbridge/planner';
import { CORPUS, publishedTable } from '../../../../bench/planner-first-token.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const there = existsSync(join(CORPUS, 'planner', 'latency-inferencex.csv'));
assert.ok(there || process.env['CI'] !== 'true', `the corpus lacks planner/: set WEIGHBRIDGE_CORPUS`);

test(
  'published orders come out, and the error is told',
  { skip: there ? false : 'the corpus lacks planner/' },
  (context) => {
    const table = publishedTable('others');
    assert.ok(
      table.faults.length < 20 && table.rows.length > 1300,
      `${table.faults.length} faults, ${table.rows.length} rows`,
    );
    const groups = [...new Set(table.rows.map(({ group }) => group))];
    const names = new Set(groups.filter((_, at) => at % 5 === 0));
    const rows = table.rows.filter(({ group }) => names.has(group));
    const score = scoreFirstTokens({ ...table, rows }, 4, 1);
    assert.ok(score.groups.length >= 40, `${score.groups.length} groups`);
    assert.ok(score.median_spearman >= 0.95, `median order ${score.median_spearman}`);
    assert.ok(score.ordered >= 0.8, `${score.ordered} of the groups`);
    // Constants from other groups: what it errs by is a finding, and it may not quietly become worse.
    assert.ok(score.median_error < 0.6, `median error ${score.median_error}`);
    const error = (score.median_error * 100).toFixed(0);
    context.diagnostic(`${score.rows.length} rows: order ${score.median_spearman}, error ${error} % median`);
  },
);

test('a score by hand: what is in order, what is not, and what errs by how much', () => {
  const rows: FirstTokenRow[] = [1, 2, 4, 8].map((concurrency) => ({
    group: 'rising',
    concurrency,
    input: 100,
    output: 10,
    // Of a step of 10 ms for all and 1 ms a token, one after another: the first is half of what its user sees.
    ttft_ms: 110 * concurrency,
  }));
  const turned = rows.map((row) => ({ ...row, group: 'falling', ttft_ms: 1000 / row.concurrency }));
  const alone = { ...rows[0]!, group: 'alone' };
  const score = scoreFirstToken([...rows, ...turned, alone], {
    fleetOf: () => ({
      instances: 1,
      slots: 1,
      kv_tokens: 1000,
      prefill: { kind: 'whole', tokens: 1000 },
      queue_most: 100,
      routing: 'central',
      step: (_batch, _context, prompt) => 10 + prompt,
    }),
    rounds: 1,
    seed: 1,
    shortest: 1,
  });
  assert.deepEqual(
    score.groups.map(({ group, spearman }) => [group, spearman]),
    [
      ['rising', 1],
      ['falling', -1],
    ],
  );
  // User k of one replica has its first token after k prompts and k − 1 answers of nine steps of 10 ms.
  const first = (users: number): number => 110 + ((users - 1) / 2) * 200;
  for (const { concurrency, simulated_ms } of score.rows) expectNear(simulated_ms, first(concurrency), 1e-9);
  assert.equal(score.ordered, 0.5);
  expectRefused(
    () => scoreFirstToken([alone], { fleetOf: () => assert.fail(), rounds: 1, seed: 1, shortest: 1 }),
    /three concurrencies/,
  );
});
