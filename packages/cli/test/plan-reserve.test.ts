// `plan reserve` at its edges: what it says of a unit whose seller leaves things unsaid, demand from files beside the plan, and what it refuses
// with what to change. How it decides is tested in the planner.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RESERVE_PLAN_FILE, type ReserveRun } from '@weighbridge/planner';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-plan-reserve-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const shell = (line: string): Promise<Ran> => run(line.split(' '), { folder });
const SHIPPED = readFileSync(RESERVE_PLAN_FILE, 'utf8');
const TYPED = /^ {2}typed:\n(?: {4}.*\n)+/m;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('a unit without a known price is sized, and what is unknown of it is said', async () => {
  write(
    'ptu.yaml',
    SHIPPED.replace('vertex-gsu.gemini-2.5-pro', 'azure-ptu.gpt-5').replace(
      /offers:\n(?: {2}.*\n)+/,
      'offers:\n  ours: { months: 12, price: { value: 0.2, unit: USD/hour, source: list, confidence: high } }\n',
    ),
  );
  const { code, stdout, stderr } = await shell('plan reserve ptu.yaml --draws 2');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ESTIMATE: /);
  assert.match(
    stdout,
    /Unknown, since the seller does not say it in public: the price for 1-month, the price for 1-year\./,
  );
  assert.match(stdout, /P95 of minutes, to size on +7\.42 m +1560 +1,565 +99\.8 %/);
  assert.match(stdout, /ours +12 +0\.2 +\d+\.?\d* % +high/);
  assert.match(stdout, /nothing reserved +high/);
});

test('a trace and hours of receipts are read beside the plan', async () => {
  mkdirSync(join(folder, 'plans'));
  const rows = Array.from(
    { length: 120 },
    (_, at) =>
      `2023-11-16 18:${String(Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}.0000000,1000,100`,
  );
  write('plans/trace.csv', `TIMESTAMP,ContextTokens,GeneratedTokens\n${rows.join('\n')}\n`);
  write('plans/traced.yaml', SHIPPED.replace(TYPED, '  trace: { file: trace.csv }\n'));
  const hours = Array.from({ length: 24 }, (_, at) => `2026-11-02T${String(at).padStart(2, '0')}:00:00Z,60,60000,6000`);
  write('plans/hours.csv', `hour,requests,input,output\n${hours.join('\n')}\n`);
  write('plans/counted.yaml', SHIPPED.replace(TYPED, '  receipts: { file: hours.csv }\n'));
  for (const [name, source, mean] of [
    ['traced', 'trace', 7200],
    ['counted', 'receipts', 1800],
  ] as const) {
    const { stdout, stderr } = await shell(`plan reserve plans/${name}.yaml --draws 1 --json`);
    const { demand } = JSON.parse(stdout === '' ? stderr : stdout) as ReserveRun;
    assert.deepEqual([demand.source, demand.mean, demand.minute_p95], [source, mean, null]);
  }
});

test('what cannot be run says why, and what to change', async () => {
  write('wrong.yaml', SHIPPED.replace('deployment: global', 'deployment: globl'));
  write('lost.yaml', SHIPPED.replace(TYPED, '  trace: { file: none.csv }\n'));
  write('unread.yaml', SHIPPED.replace(TYPED, '  receipts: { file: none.csv }\n'));
  write('brief.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,1000,100\n');
  write('brief.yaml', SHIPPED.replace(TYPED, '  trace: { file: brief.csv }\n').replace('blocks: 8', 'blocks: 1'));
  write('free.yaml', SHIPPED.replace(/^ {2}cache_read: .*\n/m, ''));
  for (const [line, message] of [
    ['plan reserve none.yaml', /the plan "none\.yaml" cannot be read[\s\S]*plan reserve --example/],
    ['plan reserve wrong.yaml', /wrong\.yaml:\d+:13: .*not sold as "globl"; did you mean global\?/],
    ['plan reserve lost.yaml', /the trace "none\.csv" is no file that can be read/],
    ['plan reserve unread.yaml', /the table of receipts "none\.csv" cannot be read/],
    ['plan reserve brief.yaml', /1 windows of demand do not show a 95th percentile/],
    ['plan reserve free.yaml', /class cache_read, which has no price on demand[\s\S]*on_demand\.cache_read/],
    ['plan reserve --draws 1000', /--draws "1000" is no number from 1 to 200/],
  ] as const) {
    const { code, stderr } = await shell(line);
    assert.ok(code === 2 || code === 4, `${line}: ${code}`);
    assert.match(stderr, message);
  }
});
