// Every command of docs/planner-power.md and docs/planner-money.md, in its order; what they show is sound, and their figures are those
// that come out.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { PLAN_FILES, type EnergyTable, type PowerRun } from '@weighbridge/planner';
import { run, split } from './support/shell.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const [power, money] = [page('planner-power.md'), page('planner-money.md')];
const blocks = (text: string, kind: string): string[] =>
  [...text.matchAll(/```(\S+)\n([\s\S]*?)```/g)].flatMap(([, name, held = '']) => (name === kind ? [held] : []));
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-planner-docs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line of the page, a redirection into a file included. */
async function done(line: string): Promise<string> {
  const [command = '', into] = line.split(' > ');
  const { code, stdout, stderr } = await run(split(command).slice(1), { folder });
  assert.equal(code, 0, `${line}\n${stderr}`);
  if (into !== undefined) writeFileSync(join(folder, into), stdout);
  return stdout;
}

for (const [name, text, lines] of [
  ['docs/planner-power.md', power, 5],
  ['docs/planner-money.md', money, 4],
] as const)
  test(`${name} does what it says, line by line`, async () => {
    const commands = blocks(text, 'sh').flatMap((held) => held.trim().split('\n'));
    for (const line of commands) assert.ok((await done(line)).length > 100, line);
    assert.equal(commands.length, lines);
  });

describe('what the pages show', () => {
  test('the tranche stands in the plan that ships, and the call in the other', () => {
    const plan = readFileSync(PLAN_FILES['one-gigawatt'] ?? '', 'utf8');
    for (const line of ['rack: gb300-nvl72', 'bound: committed', 'begun: 2026-01', 'due: 2028-06'])
      assert.ok(plan.includes(line) && power.includes(line), line);
    const costs = readFileSync(PLAN_FILES['own-or-buy'] ?? '', 'utf8');
    const [shown = ''] = blocks(money, 'yaml');
    for (const line of shown.trim().split('\n')) assert.ok(costs.includes(line.replace(/ +#.*/, '').trim()), line);
  });
  test('the catalogue of one’s own is read', async () => {
    writeFileSync(join(folder, 'racks.yaml'), blocks(power, 'yaml')[1] ?? '');
    const shown = await done('weighbridge plan catalogue show our-rack --catalogue racks.yaml');
    assert.match(shown, /price +3\.9 USD m +3\.8 to 4\.1 +high +2026-11-02 +an offer of our supplier/);
  });
  test('the figures of a gigawatt are those that come out', async () => {
    const found = JSON.parse(await done('weighbridge plan run one-gigawatt --draws 500 --json')) as PowerRun;
    const gb300 = found.which.find(({ rack }) => rack === 'gb300-nvl72')!.definitions;
    const chips = (of: string, at: string) => gb300.find((each) => each.of === of && each.at === at)!.chips;
    const rounded = (value: number): string => `${Math.round(value / 1000)},000`;
    const facility = chips('facility', 'design');
    for (const figure of [
      `${rounded(facility.likely)} chips as facility power as\ndesigned (${rounded(facility.low)} to ${rounded(facility.high)})`,
      `${rounded(chips('facility', 'peak').likely)} in the worst hour`,
      `${rounded(chips('nameplate', 'design').likely)} by nameplate`,
    ])
      assert.ok(power.includes(figure), figure);
    assert.equal(found.anchors.filter(({ inside }) => !inside).length, 2);
  });
  test('the figures of the energy table are those that come out', async () => {
    const table = JSON.parse(await done('weighbridge plan energy-table --json')) as EnergyTable;
    const [low, middle, high] = table.rows.at(-1)!.wh_per_mtok.output;
    assert.ok(money.includes(`${low} to ${high.toLocaleString('en')} Wh per million output tokens, ${middle} in the`));
  });
});
