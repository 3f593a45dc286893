// Every command of docs/planner.md, in its order, and the figures and names that the page states.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { PLAN_CHANGES_MOST, PLAN_DRAWS, PLAN_NAMES, PLAN_TEXT_MOST, type PlanReport } from '@weighbridge/protocol';
import { run, split } from './support/shell.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/planner.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-planner-docs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('docs/planner.md does what it says, line by line', async () => {
  const lines = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
  for (const line of lines) {
    const [command = '', file] = line.split(' > ');
    const [program, ...words] = split(command);
    assert.equal(program, 'weighbridge', line);
    const { code, stdout, stderr } = await run(words, { folder });
    assert.equal(code, 0, `${line}\n${stderr}`);
    assert.ok(stdout.length > (words[1] === 'report' ? 5 : 200), line);
    assert.doesNotMatch(stdout, /NaN|undefined/, line);
    if (file !== undefined) writeFileSync(join(folder, file), stdout);
  }
  assert.ok(lines.length > 10);
});

test('the page names every plan that ships, and the names that it uses are there', async () => {
  for (const name of PLAN_NAMES) assert.ok(PAGE.includes(`| [\`${name}\`]`), name);
  const { stdout } = await run(split('plan run one-gigawatt --draws 20 --json'), { folder });
  const report = JSON.parse(stdout) as PlanReport;
  const ids = new Set(report.controls.map(({ id }) => id));
  for (const id of ['first.grid', 'gates.shell']) assert.ok(ids.has(id), id);
});

test('the counts of one gigawatt and the limits of the page are those of the product', async () => {
  const { stdout } = await run(split('plan run one-gigawatt --draws 20 --json'), { folder });
  const { tables } = JSON.parse(stdout) as PlanReport;
  const rows = tables
    .find(({ id }) => id === 'which')!
    .rows.filter(([rack]) => rack?.is === 'text' && rack.text === 'GB300 NVL72');
  const chips = rows.map((row) => row[4]).filter((cell) => cell?.is === 'range');
  const [low, high] = [Math.min(...chips.map((cell) => cell.low)), Math.max(...chips.map((cell) => cell.high))];
  const [, least = '', most = ''] = /same gigawatt is ([\d,]+) or ([\d,]+) GB300 chips/.exec(PAGE) ?? [];
  assert.deepEqual(
    [least, most],
    [low, high].map((count) => (Math.round(count / 1000) * 1000).toLocaleString('en')),
  );
  for (const limit of [PLAN_TEXT_MOST, PLAN_CHANGES_MOST, PLAN_DRAWS.most])
    assert.ok(PAGE.includes(limit.toLocaleString('en')), String(limit));
});
