// Every command of docs/planner-power.md, planner-money.md, planner-demand.md, planner-exposure.md and planner-serving.md, in its order;
// what they show is sound, and their figures are those that come out.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { EXPOSURE_PLAN_FILE, PLAN_FILES, type EnergyTable } from '@weighbridge/planner';
import type { CallPublic, PlanCell, PlanReport } from '@weighbridge/protocol';
import { begin, run, split } from './support/shell.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const [power, money] = [page('planner-power.md'), page('planner-money.md')];
const [demand, exposure] = [page('planner-demand.md'), page('planner-exposure.md')];
const serving = page('planner-serving.md');
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
  ['docs/planner-power.md', power, 6],
  ['docs/planner-money.md', money, 4],
  ['docs/planner-demand.md', demand, 3],
  ['docs/planner-exposure.md', exposure, 7],
  ['docs/planner-serving.md', serving, 7],
] as const)
  test(`${name} does what it says, line by line`, async () => {
    const commands = blocks(text, 'sh').flatMap((held) => held.trim().split('\n'));
    for (const line of commands)
      assert.ok((await done(line)).length > (line.startsWith('weighbridge plan report') ? 5 : 100), line);
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
  test('the plan for serving is the one that ships', () => {
    const plan = readFileSync(PLAN_FILES['serve-open-model'] ?? '', 'utf8');
    const [shown = ''] = blocks(serving, 'yaml');
    const lines = shown.trim().split('\n');
    assert.ok(lines.length > 15);
    for (const line of lines) {
      const said = line.replace(/ +#.*/, '').trim();
      if (!said.includes('…')) assert.ok(plan.includes(said), said);
    }
  });
  test('the plans to reserve and of exposure are those that ship', () => {
    for (const [text, file] of [
      [demand, PLAN_FILES['reserve-or-on-demand'] ?? ''],
      [exposure, EXPOSURE_PLAN_FILE],
    ] as const) {
      const plan = readFileSync(file, 'utf8');
      const [shown = ''] = blocks(text, 'yaml');
      assert.notEqual(shown, '');
      for (const line of shown.trim().split('\n')) assert.ok(plan.includes(line), line);
    }
  });
  test('the catalogue of one’s own is read', async () => {
    writeFileSync(join(folder, 'racks.yaml'), blocks(power, 'yaml')[1] ?? '');
    const shown = await done('weighbridge plan catalogue show our-rack --catalogue racks.yaml');
    assert.match(shown, /price +3\.9 USD m +3\.8 to 4\.1 +high +2026-11-02 +an offer of our supplier/);
  });
  test('the figures of a gigawatt are those that come out', async () => {
    const { tables } = JSON.parse(await done('weighbridge plan run one-gigawatt --draws 500 --json')) as PlanReport;
    const rows = (id: string) => tables.find((table) => table.id === id)!.rows;
    const said = (cell: PlanCell | undefined): string => (cell?.is === 'text' ? cell.text : '');
    const chips = (of: string, at: string) => {
      const row = rows('which').find(
        (each) => [said(each[0]), said(each[1]), said(each[2])].join() === ['GB300 NVL72', of, at].join(),
      );
      const cell = row?.[4];
      assert.ok(cell?.is === 'range', `${of} ${at}`);
      return cell;
    };
    const rounded = (value: number): string => `${Math.round(value / 1000)},000`;
    const facility = chips('facility power: all power that the facility takes', 'as designed');
    for (const figure of [
      `${rounded(facility.likely)} chips as facility power as\ndesigned (${rounded(facility.low)} to ${rounded(facility.high)})`,
      `${rounded(chips('facility power: all power that the facility takes', 'worst hour').likely)} in the worst hour`,
      `${rounded(chips('nameplate power: power of the racks alone', 'as designed').likely)} by nameplate`,
    ])
      assert.ok(power.includes(figure), figure);
    assert.equal(rows('anchors').filter((row) => said(row[5]) === 'no').length, 2);
  });
  test('the figures of the energy table are those that come out', async () => {
    const table = JSON.parse(await done('weighbridge plan energy-table --json')) as EnergyTable;
    const [low, middle, high] = table.rows.at(-1)!.wh_per_mtok.output;
    assert.ok(money.includes(`${low} to ${high.toLocaleString('en')} Wh per million output tokens, ${middle} in the`));
  });
});

test('the receipt of a call says what its answer took, by the table that ships; hours of receipts are printed', async () => {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-energy-'));
  const up = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample'], { folder: home });
  after(async () => {
    up.interrupt('SIGTERM');
    await up.ended;
    rmSync(home, { recursive: true, force: true });
  });
  const [, origin = ''] = await up.said(/listens at (\S+)/);
  const [, key = ''] = await up.said(/Bearer (wb_\w+)/);
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  const { usage } = (await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
  const id = answer.headers.get('weighbridge-receipt') ?? '';
  const deadline = performance.now() + 10_000;
  const ask = () => run(['receipt', id, '--json'], { folder: home });
  // Its intent is in the log before its receipt.
  const sealed = ({ code, stdout }: Awaited<ReturnType<typeof ask>>): boolean =>
    code === 0 && (JSON.parse(stdout) as { kind: string }).kind === 'call';
  let told = await ask();
  while (!sealed(told)) {
    assert.ok(performance.now() < deadline, 'the receipt is sealed within 10 s');
    told = await ask();
  }
  const { energy } = (JSON.parse(told.stdout) as { public: CallPublic }).public;
  const table = JSON.parse(await done('weighbridge plan energy-table --json')) as EnergyTable;
  const { input, output } = table.rows.find((row) => row.class === 'undisclosed')!.wh_per_mtok;
  assert.equal(energy?.method, 'weighbridge-energy/1 undisclosed');
  assert.equal(energy.wh, Math.round(usage.prompt_tokens * input[1] + usage.completion_tokens * output[1]) / 1e6);
  assert.ok(energy.low < energy.wh && energy.wh < energy.high);
  assert.match(
    (await run(['receipt', id], { folder: home })).stdout,
    /Energy +\S+ Wh \(\S+ to \S+\), estimated: weighbridge-energy\/1 undisclosed/,
  );
  const [line = ''] = (blocks(demand, 'bash')[0] ?? '').trim().split(' > ');
  assert.equal(line, 'weighbridge plan hours --since 28d');
  const hours = await run(split(line).slice(1), { folder: home });
  assert.equal(hours.code, 0, hours.stderr);
  assert.match(hours.stdout, /^hour,requests\b/);
});
