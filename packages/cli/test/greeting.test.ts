// What a start says of money: the hard budget where real clouds stand, and nothing of one where none is called.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { begin } from './support/shell.ts';
import { budgetLines } from '../src/run/budget-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-greeting-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const env = { ANTHROPIC_API_KEY: 'not-a-real-key' };

test('up --live names the budget, what is left of it, and what it refuses', async () => {
  const up = begin(['up', '--live', '--port', '0'], { folder, env });
  await up.said(/\/log\/checkpoint/);
  up.interrupt();
  const { code, stdout } = await up.ended;
  assert.equal(code, 130);
  assert.match(stdout, /^Hard budget +5 USD a day over all real deployments; 5 USD left until 00:00 UTC$/m);
  assert.match(stdout, /BUDGET_EXCEEDED/);
  assert.match(stdout, /BUDGET_UNBOUNDED.*without max_uses/);
  assert.match(stdout, /more than is left: anthropic-claude-opus-4-1 \(6 USD\)$/m);
  assert.match(stdout, /budget: \{ daily: '25' \}/);
});

test('up --live --json gives the budget as data', async () => {
  const up = begin(['up', '--live', '--port', '0', '--json'], { folder, env });
  const [line = ''] = await up.said(/^\{.*\}$/m);
  up.interrupt();
  await up.ended;
  const { budget } = JSON.parse(line) as { budget: { daily: string; left: string; windows: object[] } };
  assert.deepEqual([budget.daily, budget.left, budget.windows.length], ['5', '5', 3]);
});

test('where no real money can be spent nothing is said of a budget', () => {
  assert.deepEqual(budgetLines(null, false), []);
});

test('spent and held money is told; names beyond a handful are counted; a missing window is named', () => {
  const windows = Array.from({ length: 9 }, (_, index) => ({
    deployment: `d${index}`,
    cost: index === 8 ? null : '3',
  }));
  const lines = budgetLines({ daily: '5', used: '2.5', left: '2.5', currency: 'USD', windows }, true);
  assert.match(lines[0] ?? '', /2\.5 USD left until 00:00 UTC \(2\.5 spent or held\)/);
  assert.ok(lines.some((line) => /d0 \(3 USD\), .*d5 \(3 USD\) and 2 more$/.test(line)));
  assert.ok(lines.some((line) => line.endsWith('(max_input_tokens) or a price is not known: d8')));
  assert.match(lines.at(-1) ?? '', /raise `budget\.daily` in the configuration/);
});
