// Demand that a plan to reserve names, at the command line: files beside the plan, the folder's own receipts, what is refused with what to
// change; and `plan hours`, whose file says what the plan would have taken itself.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PLAN_FILES, readReceiptHours, type OwnHours } from '@weighbridge/planner';
import type { PlanCell, PlanReport } from '@weighbridge/protocol';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-plan-demand-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const shell = (line: string): Promise<Ran> => run(line.split(' '), { folder });
const SHIPPED = readFileSync(PLAN_FILES['reserve-or-on-demand'] ?? '', 'utf8');
const TYPED = /^ {6}typed:\n(?: {8}.*\n)+/m;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const planned = (demand: string): string => SHIPPED.replace(TYPED, `      ${demand}\n`);

async function report(line: string): Promise<PlanReport> {
  const { code, stdout, stderr } = await shell(`${line} --json`);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as PlanReport;
}
const demandRow = ({ tables }: PlanReport): readonly PlanCell[] =>
  tables.find(({ id }) => id === 'demand')?.rows[0] ?? [];
const said = (cell: PlanCell | undefined): string | number | null =>
  cell?.is === 'text' ? cell.text : cell?.is === 'number' ? cell.value : null;

test('a unit without a known price is sized, and what is unknown of it is said', async () => {
  write(
    'ptu.yaml',
    SHIPPED.replace('vertex-gsu.gemini-2.5-pro', 'azure-ptu.gpt-5').replace(
      /offers:\n(?: {2}.*\n)+/,
      'offers:\n  ours: { months: 12, price: { value: 0.2, unit: USD/hour, source: list, confidence: high } }\n',
    ),
  );
  const { code, stdout, stderr } = await shell('plan run ptu.yaml --draws 20');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ESTIMATE, SIMULATED: /);
  assert.match(stdout, /Take care: The seller does not say in public: the price for 1-month, the price for 1-year\./);
  assert.match(stdout, /P95, to carry all of it +7\.42 m tokens\/min +4750 tokens\/min +1560 +1,565 +99\.8 %/);
  assert.match(stdout, /ours +chat +12 +0\.2 USD\/hour +high +\d+\.?\d* %/);
  assert.match(stdout, /nothing reserved +high growth/);
});

test('a trace and hours of receipts are read beside the plan', async () => {
  mkdirSync(join(folder, 'plans'));
  const rows = Array.from(
    { length: 120 },
    (_, at) =>
      `2023-11-16 18:${String(Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}.0000000,1000,100`,
  );
  write('plans/trace.csv', `TIMESTAMP,ContextTokens,GeneratedTokens\n${rows.join('\n')}\n`);
  write('plans/traced.yaml', planned('trace: { file: trace.csv }'));
  const hours = Array.from({ length: 24 }, (_, at) => `2026-11-02T${String(at).padStart(2, '0')}:00:00Z,60,60000,6000`);
  write('plans/hours.csv', `hour,requests,input,output\n${hours.join('\n')}\n`);
  write('plans/counted.yaml', planned('receipts: { file: hours.csv }'));
  for (const [name, source, mean] of [
    ['traced', 'a trace', 7200],
    ['counted', 'receipts', 1800],
  ] as const) {
    const row = demandRow(await report(`plan run plans/${name}.yaml --draws 1`));
    assert.deepEqual([said(row[1]), said(row[3]), said(row[5])], [source, mean, null]);
  }
});

type Told = Pick<OwnHours, 'simulated'> & { readonly rows: OwnHours['receipts'] };

describe('own receipts', () => {
  before(async () => {
    const { code, stderr } = await shell('sample make --calls 20000');
    assert.equal(code, 0, stderr);
  });

  test('`plan hours` writes the hours that a plan takes itself, and says that they are simulated', async () => {
    const asked = 'plan hours --log sample --since 14d --model gpt-4.1-mini-2025-04-14';
    const printed = await shell(asked);
    assert.match(printed.stderr, /^Simulated: /);
    const rows = readReceiptHours('hours.csv', printed.stdout);
    assert.ok(rows.length > 300 && rows.some(({ requests }) => requests > 0));
    const hours = async (line: string): Promise<Told> => JSON.parse((await shell(`${line} --json`)).stdout) as Told;
    const told = await hours(asked);
    assert.equal(told.simulated, true);
    const sum = (held: typeof rows, name: 'input' | 'output'): number =>
      held.reduce((total, { tokens }) => total + (tokens[name] ?? 0), 0);
    for (const name of ['input', 'output'] as const) assert.equal(sum(rows, name), sum(told.rows, name));
    const ofTeam = await hours(`${asked} --team claims`);
    assert.ok(sum(ofTeam.rows, 'input') < sum(told.rows, 'input'), 'of one team');

    write('hours.csv', printed.stdout);
    write('own.yaml', planned('receipts: { days: 14, model: gpt-4.1-mini-2025-04-14 }'));
    write('table.yaml', planned('receipts: { file: hours.csv }'));
    const [own, table] = [
      await report('plan run own.yaml --draws 5 --log sample'),
      await report('plan run table.yaml --draws 5'),
    ];
    assert.deepEqual(demandRow(own), demandRow(table));
    assert.deepEqual(own.figures, table.figures);
    assert.ok(own.cautions.some((each) => /simulated clouds/.test(each)));
    assert.ok(!table.cautions.some((each) => /simulated clouds/.test(each)), 'a file does not say where it is from');
  });
});

test('what cannot be run says why, and what to change', async () => {
  write('wrong.yaml', SHIPPED.replace('deployment: global', 'deployment: globl'));
  write('lost.yaml', planned('trace: { file: none.csv }'));
  write('unread.yaml', planned('receipts: { file: none.csv }'));
  write('brief.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,1000,100\n');
  write('brief.yaml', planned('trace: { file: brief.csv }').replace('blocks: 8', 'blocks: 1'));
  write('free.yaml', SHIPPED.replace(/^ {6}cache_read: .*\n/m, ''));
  write('apart.yaml', planned('receipts: { days: 7 }'));
  for (const [line, message] of [
    ['plan run none.yaml', /"none\.yaml" is no plan that ships, and no file that can be read/],
    ['plan run wrong.yaml', /wrong\.yaml:\d+:13: .*not sold as "globl"; did you mean global\?/],
    ['plan run lost.yaml', /the trace "none\.csv" is no file that can be read/],
    ['plan run unread.yaml', /the table of receipts "none\.csv" cannot be read[\s\S]*plan hours/],
    ['plan run brief.yaml', /1 windows of demand do not show a 95th percentile/],
    ['plan run free.yaml', /class cache_read, which has no price on demand[\s\S]*on_demand\.cache_read/],
    ['plan run apart.yaml --home nowhere', /there is no journal in/],
    ['plan hours --since 1h --until 2h', /the period has -1 whole hours/],
    ['plan hours --since never', /--since "never" is no time/],
  ] as const) {
    const { code, stderr } = await shell(line);
    assert.ok(code === 2 || code === 4, `${line}: ${code} ${stderr}`);
    assert.match(stderr, message);
  }
});
