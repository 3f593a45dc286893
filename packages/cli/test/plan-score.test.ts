// `plan score`, `plan calibrate` and `plan predict` at their edges: what is missing, what cannot be read, and the same file from the same
// tables. What they find on measured tables is tested in the planner.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-plan-score-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const shell = (line: string): Promise<Ran> => run(line.split(' '), { folder });
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

const HEAD = 'model,system,precision,isl,osl,concurrency,num_gpus,tp,tpot_ms\n';
const TABLE = `${HEAD}Llama-3.1-8B,h100_sxm,fp8,1024,1024,4,1,1,6
Llama-3.1-8B,h200_sxm,fp8,1024,1024,16,1,1,7
Qwen3-32B,h100_sxm,fp8,1024,1024,16,2,2,12
`;

test('a table of which no row can be read ends with code 3, and says why of each', async () => {
  write('bad.csv', `${HEAD}nobody,h100_sxm,fp8,1024,1024,4,1,1,6\n`);
  const { code, stdout } = await shell('plan score bad.csv --kind latency');
  assert.equal(code, 3);
  assert.match(stdout, /1 row in bad\.csv, of which 0 were predicted and 1 could not be read/);
  assert.match(stdout, /line 2: model "nobody" is not in the catalogue/);
});

test('what is missing is named: the kind, the file, a column', async () => {
  write('table.csv', TABLE);
  for (const [line, message] of [
    [
      'plan score table.csv',
      /not said what the table measures[\s\S]*add --kind with one of throughput, latency, mlperf, gigawatt, ttft/,
    ],
    ['plan score none.csv --kind latency', /the table "none\.csv" cannot be read/],
    ['plan score table.csv --kind throughput', /table\.csv lacks the column gpu/],
    ['plan score table.csv --kind latency --calibration table.csv', /the calibration table\.csv cannot be used/],
    ['plan calibrate .', /throughput-trtllm\.csv" cannot be read/],
    ['plan predict llama-3.1-405b h100', /does not fit on 1 × h100[\s\S]*use more chips/],
    ['plan predict llama-3.1-70b h100 --tensor x', /--tensor "x" is no number/],
    ['plan predict llama-3.1-70b h100 --draft 3', /--draft "3" is not read/],
    ['plan search llama-3.1-70b --precisions fp7', /"fp7" is no precision/],
    ['plan step deepseek-r1 b200 --tensor 8 --change faster', /"faster" is no step[\s\S]*kernel:PART:1\.2/],
    ['plan step deepseek-r1 b200 --tensor 8 --change kernel:prefill:1.2', /is no step/],
    ['plan step deepseek-r1 b200 --change precision:fp4', /does not fit on 1 × b200/],
    ['plan step deepseek-r1 b200 --tensor 8 --change domain:12', /no whole number of groups of 8/],
    ['plan context llama-3.1-70b h100 --input 900000', /takes 131072 tokens of context/],
    ['plan context llama-3.1-70b h100 --tensor 4 --input 100000 --together 900', /memory and host hold/],
    ['plan context llama-3.1-70b h100 --host much', /--host "much" is no number/],
    ['plan train llama-3.1-405b h100 --chips 8', /812 GB a chip, of 86/],
    ['plan train llama-3.1-405b h100 --corpus many', /--corpus "many" is no number/],
    ['plan train llama-3.1-70b h100 --chips 64 --adapters 2', /adapters are 2 of the weights/],
    ['plan search llama-3.1-70b --accelerators h1000', /did you mean h100\?/],
  ] as const) {
    write('latency-inferencex.csv', TABLE);
    const { code, stderr } = await shell(line);
    assert.ok(code === 2 || code === 4, `${line}: ${code}`);
    assert.match(stderr, message);
  }
});

test('the same tables give the same calibration to the byte, and a score can use it', async () => {
  write('latency-inferencex.csv', TABLE);
  write(
    'throughput-trtllm.csv',
    `model,gpu,precision,parallel,num_gpus,isl,osl,output_tok_s_per_gpu
Llama-3.1-8B,H100,FP8,TP1,1,1000,1000,12000
Llama-3.1-8B,H200,FP8,TP1,1,1000,1000,14000
Qwen3-32B,H200,FP8,TP2,2,1000,1000,3000
`,
  );
  write(
    'mlperf.csv',
    'model,scenario,accelerator,tokens_per_s_per_accel\nllama2-70b-99,Offline,NVIDIA H200-SXM-141GB,4300\n',
  );
  for (const to of ['first.json', 'second.json']) {
    const { code, stderr } = await shell(`plan calibrate . --to ${to} --date 2026-11-30`);
    assert.equal(code, 0, stderr);
  }
  assert.equal(readFileSync(join(folder, 'first.json'), 'utf8'), readFileSync(join(folder, 'second.json'), 'utf8'));
  const { code, stdout } = await shell(
    'plan score latency-inferencex.csv --kind latency --calibration first.json --json',
  );
  const scored = JSON.parse(stdout) as { fitted: { rows: number }; unseen: { rows: number } };
  assert.deepEqual([code, scored.fitted.rows, scored.unseen.rows], [0, 3, 0]);
});

test('times to the first token are simulated and scored: order, errors, interval, and each row that is not', async () => {
  const rows = [1, 8, 64].map((users) => `Llama-3.1-8B,h100_sxm,fp8,1024,1024,${users},1,1,6,${60 + 4 * users}`);
  const nobody = 'nobody,h100_sxm,fp8,1024,1024,1,1,1,6,70';
  const untimed = 'Llama-3.1-8B,h100_sxm,fp8,1024,1024,2,1,1,6,';
  const large = 'Llama-3.1-405B,h100_sxm,bf16,1024,1024,2,1,1,6,900';
  const many = 'Llama-3.1-8B,h100_sxm,fp8,1024,1024,1000000,1,1,6,900';
  const fraction = 'Llama-3.1-8B,h100_sxm,fp8,1024.5,1024,2.5,1,1,6,900';
  write('first.csv', [HEAD.trim().concat(',ttft_ms'), ...rows, nobody, untimed, large, many, fraction].join('\n'));
  const { code, stdout } = await shell('plan score first.csv --kind ttft');
  assert.equal(code, 0);
  assert.match(stdout, /Simulated against measured: ttft/);
  assert.match(stdout, /8 rows in first\.csv, of which 3 were predicted and 5 could not be read/);
  assert.match(stdout, /within 1 system: rank correlation 1\.000/);
  assert.match(stdout, /MEDIAN ERROR +MEAN +SPEARMAN +BIAS +INSIDE 80 %/);
  assert.match(
    stdout,
    /line 5: model "nobody"[\s\S]*line 6: ttft_ms is empty[\s\S]*line 7: llama-3\.1-405b leaves no room[\s\S]*line 8: 1000000 requests/,
  );
  const whole = await shell('plan score first.csv --kind ttft --json');
  const scored = JSON.parse(whole.stdout) as { rows: { line: number; low: number; mid: number; high: number }[] };
  assert.deepEqual(
    scored.rows.map(({ line }) => line),
    [2, 3, 4],
  );
  for (const { low, mid, high } of scored.rows) assert.ok(0 < low && low < mid && mid < high);
  const bad = await shell('plan score table.csv --kind ttft');
  assert.match(bad.stderr, /lacks the column ttft_ms/);
});

test('claims of a gigawatt: what names no chip that we know and what states none is told with its line', async () => {
  write(
    'claims.csv',
    'claim,basis,chips_per_gw\nGB200 racks,facility,420000\nSomebody says so,facility,450000\nNo figure,facility,\n',
  );
  const { code, stdout } = await shell('plan score claims.csv --kind gigawatt');
  assert.equal(code, 0);
  assert.match(stdout, /1 row name no rack of ours, and were taken for what their maker ships: line 3\./);
  assert.match(stdout, /line 4, No figure: it states no chips for a power/);
});

interface Ends {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

test('steps of co-design: asked ones alone, all of them with what cannot be told, and numbers in their order', async () => {
  const all = await shell('plan step deepseek-r1 b200 --tensor 8 --concurrency 64');
  assert.equal(all.code, 0, all.stderr);
  assert.match(all.stdout, /precision:fp4 +1\.\d+ \(/);
  const way = 'deepseek-r1 gb200 --precision fp4 --tensor 8 --attention 8 --concurrency 256';
  const { stdout } = await shell(`plan step ${way} --change domain:16 --change kernel:attention:1.2 --json`);
  const { steps } = JSON.parse(stdout) as { steps: { change: string; perChip: Ends; extrapolates: string[] }[] };
  assert.deepEqual(
    steps.map(({ change }) => change),
    ['domain:16', 'kernel:attention:1.2'],
  );
  for (const { perChip, extrapolates } of steps) {
    assert.ok(perChip.low < perChip.mid && perChip.mid < perChip.high);
    assert.match(extrapolates.join(), /gb200 was not measured/);
  }
});

test('a long context: what fits costs less than what is fetched; without a price there is no cost', async () => {
  const line = 'plan context llama-3.1-70b h100 --tensor 4 --input 100000 --output 1000 --together';
  const asked = async (rest: string) => {
    const { stdout, stderr } = await shell(`${line} ${rest} --json`);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as {
      fits: number;
      offload: { slower: number; cost: number | null };
      extrapolates: string[];
    };
  };
  const [few, many] = [await asked('2 --hour 2'), await asked('40 --host 256 --hour 2')];
  assert.ok(few.offload.slower === 1 && many.offload.slower > 1 && many.fits < 40);
  assert.ok(few.offload.cost! > 0);
  assert.match(many.extrapolates.join(), /host's memory was not measured/);
  assert.equal((await asked('2')).offload.cost, null);
  assert.match((await shell(`${line} 40 --host 256 --hour 2`)).stdout, /times as long as from memory, \$\d/);
});

test('training: days between ends, their price, and that no run was measured', async () => {
  const { code, stdout } = await shell(
    'plan train llama-3.1-405b h100 --chips 16384 --corpus 15.6e12 --batch 16e6 --hour 2',
  );
  assert.equal(code, 0);
  assert.match(stdout, /Days +\d+(\.\d+)? \(/);
  assert.match(stdout, /Cost +\$/);
  assert.match(stdout, /no training run was measured/);
});
