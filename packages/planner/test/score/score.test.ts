// Tables as they come: further columns ignored, absent ones tolerated, bad rows told with their line and counted; measures by hand;
// and no prediction that looks at what its row measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelIn, parallelOf } from '../../src/score/parallel-words.ts';
import { measuresOf, spearmanOf } from '../../src/score/measures.ts';
import { readCsv } from '../../src/score/csv.ts';
import { precisionIn } from '../../src/score/names.ts';
import { scoreTable } from '../../src/score/score.ts';
import type { Score, ScoreKind } from '../../src/score/score-parts.ts';
import { bench, calibration, close } from '../performance/model.ts';

const score = (kind: ScoreKind, text: string): Score => scoreTable({ bench, calibration }, kind, 'table.csv', text);

const LATENCY = `model,system,isl,osl,concurrency,tpot_ms,colour
meta-llama/Llama-3.1-70B,h200_sxm,1024,1024,32,20,red
`;

test('a table with the least columns is scored, and further columns are ignored', () => {
  const held = score('latency', LATENCY);
  assert.equal(held.overall.rows, 1);
  assert.equal(held.rows[0]?.gpu, 'h200');
  assert.equal(held.rows[0].precision, 'bf16');
  assert.ok(held.rows[0].low < held.rows[0].mid && held.rows[0].mid < held.rows[0].high);
  assert.equal(held.held, 1);
});

test('a bad row is told with its line and its reason, and counted; the others are scored', () => {
  const held = score(
    'latency',
    `${LATENCY}meta-llama/Llama-3.1-70C,h200_sxm,1024,1024,32,20,red
meta-llama/Llama-3.1-70B,z9000,1024,1024,32,20,red
meta-llama/Llama-3.1-70B,h200_sxm,x,1024,32,20,red
meta-llama/Llama-3.1-70B,h200_sxm,1024,1024,32,-3,red
meta-llama/Llama-3.1-70B,h200_sxm,1024,1024,32,red
"meta-llama/Llama-3.1-70B,h200_sxm,1024,1024,32,20,red`,
  );
  assert.equal(held.overall.rows, 1);
  assert.equal(held.held, 7);
  assert.deepEqual(
    held.faults.map(({ line }) => line),
    [3, 4, 5, 6, 7, 8],
  );
  const [model = '', system = '', length = '', time = '', fields = '', quoted = ''] = held.faults.map(
    (fault) => fault.reason,
  );
  assert.match(model, /did you mean llama-3\.1-70b\?/);
  assert.match(system, /system "z9000" is not in the catalogue: add it to a file of the catalogue of accelerators/);
  assert.match(length, /isl "x" is no number above 0/);
  assert.match(time, /tpot_ms "-3"/);
  assert.match(fields, /it has 6 fields, the first line has 7/);
  assert.match(quoted, /quotation mark is not closed/);
});

test('a row that does not say how many chips ran it gets the fewest that hold it, is marked, and gets a wider interval', () => {
  const stated = (chips: string): Score =>
    score(
      'latency',
      `model,system,isl,osl,concurrency,tpot_ms,num_gpus\nLlama-3.1-70B,h200,1024,1024,32,20,${chips}\n`,
    );
  const [unsaid, two] = [stated('').rows[0]!, stated('2').rows[0]!];
  assert.match(unsaid.extrapolates.join(), /how many chips ran it is not said: taken as 2, the fewest that hold it/);
  assert.deepEqual(two.extrapolates, ['backend unknown was not measured']);
  assert.equal(unsaid.mid, two.mid);
  assert.ok(close(unsaid.high / two.high, 2) && close(two.low / unsaid.low, 2));
  // Without `tp` all chips of the row share each layer.
  const eight = (columns: string, cells: string): number =>
    score(
      'latency',
      `model,system,isl,osl,concurrency,tpot_ms,${columns}\nLlama-3.1-70B,h200,1024,1024,32,20,${cells}\n`,
    ).rows[0]!.mid;
  assert.equal(eight('num_gpus', '8'), eight('num_gpus,tp,attn_dp', '8,8,1'));
});

test('no prediction moves when what the row measured moves', () => {
  const rows = (tpot: number, throughput: number): Score[] => [
    score(
      'latency',
      `model,system,isl,osl,concurrency,tpot_ms,tok_s_per_user,output_tok_s_per_gpu_derived
Llama-3.1-70B,h200_sxm,1024,1024,32,${tpot},${1000 / tpot},${throughput}\n`,
    ),
    score(
      'throughput',
      `model,gpu,precision,parallel,num_gpus,isl,osl,output_tok_s_total,output_tok_s_per_gpu
Llama-3.1-70B,H200,FP8,TP2,2,1024,1024,${2 * throughput},${throughput}\n`,
    ),
    score(
      'mlperf',
      `model,scenario,accelerator,tokens_per_s_per_accel,mean_output_tokens,tokens_per_s
llama2-70b-99,Server,NVIDIA H200-SXM-141GB,${throughput},${tpot},${8 * throughput}\n`,
    ),
  ];
  const [first, second] = [rows(20, 2000), rows(7, 90)];
  for (const [at, held] of first.entries()) assert.equal(held.rows[0]?.mid, second[at]?.rows[0]?.mid);
});

test('names as tables write them: owners, precisions, dates and longer names of chips', () => {
  const model = (text: string): string | undefined => bench.modelNames.find(text);
  assert.equal(model('nvidia/Llama-3.3-70B-Instruct-FP8'), 'llama-3.1-70b');
  assert.equal(model('Qwen/Qwen3-30B-A3B-Instruct-2507-FP8'), 'qwen3-30b-a3b');
  assert.equal(model('deepseek-ai/DeepSeek-R1-0528'), 'deepseek-r1');
  assert.equal(model('deepseek-ai/DeepSeek-R1-Distill-Llama-70B'), undefined);
  const chip = (text: string): string | undefined => bench.chipNames.find(text);
  assert.equal(chip('NVIDIA B300-SXM-288GB'), 'b300');
  assert.equal(chip('NVIDIA H100-PCIe-80GB'), 'h100-pcie');
  assert.equal(chip('NVIDIA GB300 NVL72'), 'gb300');
  assert.equal(chip('NVIDIA L4'), undefined);
  assert.equal(model('meta-llama/Meta-Llama-3.1-70B-Instruct'), 'llama-3.1-70b');
  assert.equal(model('llama2-70b-interactive-99.9'), 'llama-2-70b');
  // A card in a slot is no SXM, forty gigabytes are not eighty, and four linked chips are not seventy-two.
  for (const other of ['A100-PCIe-80GB', 'NVIDIA A100-SXM4-40GB', 'gb200_nvl4']) assert.equal(chip(other), undefined);
  assert.equal(chip('NVIDIA H100 80GB HBM3'), 'h100');
});

test('precisions as tables write them; of several words the first says what the weights are', () => {
  const of = (text: string): string => precisionIn(text, '', 'bf16');
  for (const text of ['FP4', 'nvfp4', 'MXFP4', 'W4A16', 'w4a8_mxfp4_mxfp8', 'int4_awq', 'nvfp4 + fp8 KV', 'UINT4'])
    assert.equal(of(text), 'fp4', text);
  for (const text of ['fp8', 'FP8 block', 'fp8_block', 'fp8-e4m3', 'mxfp8', 'INT8', 'w8a8'])
    assert.equal(of(text), 'fp8', text);
  for (const text of ['', 'BF16', 'float16', 'half']) assert.equal(of(text), 'bf16', text);
  for (const text of ['fp6', 'fp32', 'constructor', '__proto__', '-'])
    assert.throws(() => of(text), /is none of bf16, fp8, fp4/, text);
});

test('an Interactive result that only its model names is one', () => {
  const of = (model: string, scenario: string): unknown =>
    score(
      'mlperf',
      `model,scenario,accelerator,tokens_per_s_per_accel\n${model},${scenario},NVIDIA B200-SXM-180GB,100\n`,
    ).rows[0]?.class;
  assert.equal(of('llama2-70b-interactive-99', 'Server'), 'interactive');
  assert.equal(of('llama2-70b-99', 'Server'), 'server');
});

test('parallelism in the words of tables, and what cannot be read is a fault', () => {
  const one = { pipeline: 1, attention: 1, experts: false };
  assert.deepEqual(parallelIn('TP8', 8), { ...one, tensor: 8 });
  assert.deepEqual(parallelIn('', 4), { ...one, tensor: 4 });
  assert.deepEqual(parallelIn('DEP4', 4), { tensor: 4, pipeline: 1, attention: 4, experts: true });
  assert.deepEqual(parallelIn('TP2,PP4', 8), { ...one, tensor: 2, pipeline: 4 });
  assert.deepEqual(parallelIn('TP4EP4', 4), { ...one, tensor: 4, experts: true });
  assert.deepEqual(parallelIn('DP2TP4', 8), { ...one, tensor: 4 });
  assert.deepEqual(parallelIn('DP4', 8), { ...one, tensor: 2 });
  assert.throws(() => parallelIn('what', 8), /parallelism "what" is not read/);
  assert.throws(() => parallelIn('PP3', 8), /does not divide 8 chips/);
  const columns = {
    chips: 8,
    tensor: 8,
    pipeline: 1,
    attention: 1,
    expertTensor: 1,
    expertParallel: 1,
    doubled: false,
  };
  assert.deepEqual(parallelOf(columns), { ...one, tensor: 8 });
  // Sixty-four in two columns stands for eight chips counted twice.
  const doubled = { ...columns, tensor: 64, expertTensor: 8, expertParallel: 8, doubled: true };
  assert.deepEqual(parallelOf(doubled), { ...one, tensor: 8, experts: true });
  assert.deepEqual(parallelOf({ ...columns, chips: 1, tensor: 1, attention: undefined, expertTensor: 4 }), {
    tensor: 4,
    pipeline: 1,
    attention: 4,
    experts: false,
  });
});

test('measures by hand', () => {
  const row = (actual: number, mid: number, low: number, high: number) => ({ actual, mid, low, high });
  const held = measuresOf([row(10, 11, 9, 12), row(10, 8, 7, 9), row(20, 20, 19, 21)]);
  assert.ok(close(held.median!, 0.1) && close(held.mean!, 0.1));
  assert.ok(close(held.inside!, 2 / 3));
  assert.equal(held.bias, 0);
  assert.equal(spearmanOf([1, 2, 3], [10, 20, 5]), -0.5);
  assert.equal(spearmanOf([1, 2], [1, 2]), null);
  assert.equal(spearmanOf([1, 1, 1], [1, 2, 3]), null);
  assert.equal(measuresOf([]).median, null);
});

test('a table of another kind, or of none, is refused with the columns that it needs', () => {
  assert.throws(() => score('latency', 'a,b\n1,2\n'), /lacks the columns model, system/);
  assert.throws(() => readCsv('t.csv', '', ['a']), /no line of column names/);
  assert.throws(() => readCsv('t.csv', 'a,b,a\n1,2,3\n', ['a']), /two columns named a/);
  for (const ends of ['\n', '\r\n', '\r'])
    assert.deepEqual(
      readCsv('t.csv', ['a,b', '1,2', '', '3,4', ''].join(ends), ['a']).rows.map(({ line, values }) => [
        line,
        values['b'],
      ]),
      [
        [2, '2'],
        [4, '4'],
      ],
    );
  const { rows, faults } = readCsv('t.csv', '\uFEFFa,b\r\n"x ""y"", z",2\r\n\r\n', ['a']);
  assert.deepEqual(rows, [{ line: 2, values: { a: 'x "y", z', b: '2' } }]);
  assert.deepEqual(faults, []);
});

test('a row of MLPerf of two kinds of chips is their mean and says so, one of no scenario is a fault, a chip never measured is scored', () => {
  const held = score(
    'mlperf',
    `model,scenario,accelerator,num_accelerators,weight_dtype,tokens_per_s_per_accel
llama2-70b-99,Offline,"AMD Instinct MI300X 192GB HBM3 (x32), AMD Instinct MI325X 256GB HBM3e (x16)",48,fp8,3000
llama2-70b-99,Sometimes,NVIDIA H200-SXM-141GB,8,fp8,4000
llama2-70b-99,Offline,AMD Instinct MI325X 256GB HBM3e,8,fp8,4300
llama2-70b-99,Offline,AMD Instinct MI300X 192GB HBM3,8,fp8,4300
qwen3-32b,Server,NVIDIA H200-SXM-141GB,8,fp8,100
`,
  );
  const [mixed, alone, other, unruled] = held.rows;
  assert.ok(mixed !== undefined && alone !== undefined && other !== undefined && unruled !== undefined);
  assert.equal(held.faults.length, 1);
  assert.match(held.faults[0]?.reason ?? '', /none of Offline, Server, Interactive/);
  assert.match(alone.extrapolates.join(), /mi325x was not measured/);
  assert.equal(mixed.gpu, 'mi300x + mi325x');
  assert.ok(close(mixed.mid, (other.mid * 32 + alone.mid * 16) / 48, 1e-9));
  assert.match(mixed.extrapolates.join(), /taken as what each gives alone/);
  assert.match(unruled.extrapolates.join(), /lengths of qwen3-32b are not known[\s\S]*no limit on a token is known/);
});
