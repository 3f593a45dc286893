// Every example of the command table, run against a real instance with the lab behind it: as printed for people, and
// with --json against the schema that the row publishes.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { COMMANDS, type Command, type Example } from '@weighbridge/cli';
import { EXPOSURE_PLAN_FILE, PLAN_FILES } from '@weighbridge/planner';
import { z } from 'zod';
import { begin, run, split, type Ran, type Running } from './support/shell.ts';

const CONFIG = `version: 1
credentials: { own: { kind: none } }
deployments:
  own: { cloud: openai-compatible, model: own, endpoint: 'http://127.0.0.1:9/v1', credential: own, region: here, max_output_tokens: 100 }
routes: { own: { candidates: [{ deployment: own }] } }
`;
/** As it was reported: serious things are missing in it. */
const CONTRACT = resolve(import.meta.dirname, '../../ledger/data/contracts/alliance-compute.yaml');
const TRACE =
  'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,20,4\n2023-11-16 18:17:04.0319600,30,5\n';

const EVIDENCE = `kind: vendor_assertion
author: { party: microsoft }
digest: ${'a1'.repeat(32)}
period: { from: 2026-01-01, until: 2026-06-30 }
valid_until: 2027-06-30
scope: {}
result: supports
method: a letter of the seller
`;

const CATALOGUE = `version: 1
catalogue: racks
sources: { offer: { says: an offer to us, date: 2026-11-02 } }
entries:
  my-rack:
    name: A rack of ours
    maker: Ours
    accelerator: gb300
    form: rack
    cooling: liquid
    chips: { value: 72, unit: chips, source: offer, confidence: high }
    nominal: { value: 135, low: 130, high: 140, unit: kW, source: offer, confidence: high }
    price: { value: 3.9, unit: USD m, source: offer, confidence: high }
    lead: { value: 7, low: 6, high: 9, unit: months, source: offer, confidence: medium }
    available: { value: "2026-12", source: offer, confidence: high }
`;
/** Measured tables with as few rows as a fit can be made from; made up. */
const TABLES: Readonly<Record<string, string>> = {
  'latency-inferencex.csv': `model,system,precision,isl,osl,concurrency,num_gpus,tp,tpot_ms,ttft_ms
${[1, 4, 16, 64].map((users) => ['h100_sxm', 'h200_sxm'].map((chip) => `Llama-3.1-8B,${chip},fp8,1024,1024,${users},1,1,${6 + users / 10},${40 + 3 * users}`).join('\n')).join('\n')}
Qwen3-32B,h100_sxm,fp8,1024,1024,16,2,2,12,150
`,
  'throughput-trtllm.csv': `model,gpu,precision,parallel,num_gpus,isl,osl,output_tok_s_per_gpu
${[128, 1000, 2048].map((length) => ['H100', 'H200'].map((chip) => `Llama-3.1-8B,${chip},FP8,TP1,1,${length},1000,${2e7 / (length + 1000)}`).join('\n')).join('\n')}
Qwen3-32B,H200,FP8,TP2,2,1000,1000,3000
`,
  'mlperf.csv': `model,scenario,accelerator,num_accelerators,weight_dtype,tokens_per_s_per_accel
llama2-70b-99,Offline,NVIDIA H200-SXM-141GB,8,fp8,4300
llama2-70b-99,Server,NVIDIA H100-SXM-80GB,8,fp8,3800
`,
};
/** As the seller's API gives it. */
const USAGE = JSON.stringify({
  data: [
    {
      starting_at: '2026-11-01T00:00:00Z',
      ending_at: '2026-11-02T00:00:00Z',
      results: [{ uncached_input_tokens: 10, output_tokens: 2, model: 'claude-sonnet-4-5-20250929' }],
    },
  ],
  has_more: false,
});
const PLAN = resolve(import.meta.dirname, '../../planner/data/plans/one-gigawatt.yaml');

const REGISTER = `version: 1
title: Ours
parties: { our-reseller: { name: Our reseller, source: alliance-notes } }
`;

/** Commands that run until they are told to end, and what shows that they are up. */
const LASTING: Readonly<Record<string, RegExp>> = {
  up: /listens at|"origin"/,
  'lab up': /listen|"admin"/,
  'calls --tail': /^/,
  witness: /listens at|"standing"/,
};

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-examples-'));
const elsewhere = join(folder, 'elsewhere');
let instance: Running;
let call: () => Promise<string>;
/** What the words in capitals stand for. */
const values: Record<string, string> = {
  FILE: 'weighbridge.yaml',
  BACKUPS: 'backups',
  CONTRACT: 'contract.yaml',
  OFFER: 'offer.yaml',
  EVIDENCE: 'evidence.yaml',
  ANSWERS: 'answers.yaml',
  REGISTER: 'register.yaml',
  PLAN: 'plan.yaml',
  CATALOGUE: 'racks.yaml',
  TABLE: 'latency-inferencex.csv',
  FOLDER: '.',
  USAGE: 'usage.json',
  LITELLM: 'litellm.yaml',
  PORTKEY: 'portkey.json',
};

interface Case {
  readonly command: Command;
  readonly example: Example;
}
/** Those that change the log's key come behind all that are given the first one. */
const changesKey = ({ command }: Case): number => Number(command.name.startsWith('log '));
const cases = COMMANDS.flatMap((command) => command.examples.map((example): Case => ({ command, example }))).toSorted(
  (a, b) => changesKey(a) - changesKey(b),
);
const lastingPattern = ({ command, example }: Case): RegExp | undefined =>
  example.line.includes('--once')
    ? undefined
    : (LASTING[command.name] ?? (example.line.includes('--tail') ? LASTING['calls --tail'] : undefined));
/** Empty homes that examples restore to: another each time. */
let homes = 0;
const LAST = new Set(['stop', 'recover']);

before(async () => {
  mkdirSync(elsewhere);
  instance = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample'], { folder });
  const [, origin = ''] = await instance.said(/listens at (\S+)/);
  const [, key = ''] = await instance.said(/Bearer (wb_\w+)/);
  writeFileSync(join(folder, 'weighbridge.yaml'), CONFIG);
  writeFileSync(join(folder, 'trace.csv'), TRACE);
  writeFileSync(join(folder, 'usage.json'), USAGE);
  writeFileSync(join(folder, 'litellm.yaml'), 'model_list: [{ model_name: m, litellm_params: { model: gpt-4.1 } }]\n');
  writeFileSync(
    join(folder, 'portkey.json'),
    '{ "virtual_key": "prod-key", "provider": "openai", "override_params": { "model": "gpt-4.1" } }',
  );
  writeFileSync(join(folder, 'usage.csv'), 'from,to,input\n2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,12\n');
  for (const name of ['contract.yaml', 'offer.yaml']) copyFileSync(CONTRACT, join(folder, name));
  writeFileSync(join(folder, 'evidence.yaml'), EVIDENCE);
  writeFileSync(join(folder, 'register.yaml'), REGISTER);
  writeFileSync(join(folder, 'racks.yaml'), CATALOGUE);
  writeFileSync(join(folder, 'plan.yaml'), readFileSync(PLAN, 'utf8').replace('rack: gb300-nvl72', 'rack: my-rack'));
  copyFileSync(PLAN_FILES['own-or-buy'] ?? '', join(folder, 'tokens.yaml'));
  copyFileSync(EXPOSURE_PLAN_FILE, join(folder, 'exposure.yaml'));
  for (const [name, text] of Object.entries(TABLES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'answers.yaml'), 'shortfall-stated: It moves to the next milestone.\n');
  values['URL'] = `${origin}/log`;
  call = () => callFor(origin, key);
  values['ID'] = await call();
  values['VKEY'] = (await (await fetch(`${origin}/log/key`)).text()).trim();
  writeFileSync(join(folder, 'policy.txt'), `log ${values['VKEY']}\nquorum none\n`);
  const tapes = JSON.parse((await run(['lab', 'tape', '--json'], { folder })).stdout) as { name: string }[];
  values['TAPE'] = tapes[0]?.name ?? '';
  values['SUBJECT'] = 'ada@example.org';
  await untilSealed(values['ID'] ?? '');
});
after(async () => {
  instance.interrupt('SIGTERM');
  await instance.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** One call of a model that two deployments serve; resolves with the id of its receipt. */
async function callFor(origin: string, key: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] });
  const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers.get('weighbridge-receipt') ?? '';
}

async function untilSealed(id: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while ((await run(['receipt', id], { folder })).code !== 0)
    assert.ok(performance.now() < deadline, 'the receipt is sealed within 10 s');
}

/** The tables come up seconds after the instance listens. */
async function untilTables(): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await run(['coverage', '--json'], { folder })).code !== 0)
    assert.ok(performance.now() < deadline, 'the tables answer within 60 s');
}

async function wordsOf({ command, example }: Case): Promise<string[]> {
  const words = split(example.line).map((word) => {
    if (word === 'FILE' && command.name === 'lab load') return 'trace.csv';
    if (word === 'TABLE' && command.name === 'observe') return 'usage.csv';
    if (word === 'PLAN' && command.name === 'plan compare') return 'tokens.yaml';
    if (word === 'FILE' && command.name === 'plan exposure') return 'exposure.yaml';
    if (word === 'RESTORED' || word === 'CONTINUED') return `home-${(homes += 1)}`;
    return Object.hasOwn(values, word) ? (values[word] ?? word) : word;
  });
  if (command.name === 'deal remove' || command.name === 'deal answers') {
    const { stdout } = await run(['deal', 'import', 'contract.yaml', '--json'], { folder });
    const { id } = JSON.parse(stdout) as { id: string };
    return words.map((word) => (word === 'CONTRACT_ID' || word === 'HELD' ? id : word));
  }
  if (command.name === 'deal register' && words.includes('remove')) {
    const entered = await run(['deal', 'register', 'import', 'register.yaml'], { folder });
    assert.equal(entered.code, 0, entered.stderr);
  }
  if (command.name === 'deal incident' && words.includes('INCIDENT_ID')) {
    const asked = ['deal', 'incident', 'open', 'claude-foundry-on-azure', 'latency', '--proof', 'ticket:1', '--json'];
    const { id } = JSON.parse((await run(asked, { folder })).stdout) as { id: string };
    return words.map((word) => (word === 'INCIDENT_ID' ? id : word));
  }
  if (command.name === 'coverage') await untilTables();
  if (command.name === 'keys revoke') {
    const { stdout } = await run(['keys', 'create', 'assistant', '--json'], { folder });
    const made = JSON.parse(stdout) as { state: { id: string } };
    return words.map((word) => (word === 'KEY_ID' || word === 'assistant' ? made.state.id : word));
  }
  return words;
}

async function runCase(each: Case, more: readonly string[]): Promise<Ran> {
  const words = [...(await wordsOf(each)), ...more];
  const pattern = lastingPattern(each);
  if (pattern === undefined) return run([...words, ...homeOf(each)], { folder });
  const apart = each.command.name === 'calls' ? { folder } : await surroundingOf(each);
  const running = begin(
    [...portOf(each, words), ...(apart.folder === folder ? [] : ['--home', join(elsewhere, 'home')])],
    apart,
  );
  await running.said(pattern);
  running.interrupt();
  return running.ended;
}

/** A witness has a folder of its own, which its examples share. */
const homeOf = ({ command }: Case): string[] => (command.name === 'witness' ? ['--home', join(elsewhere, 'home')] : []);

/** What starts something of its own does so beside the instance: another folder, any free port, a made-up credential. */
async function surroundingOf({ example }: Case): Promise<{ folder: string; env: Record<string, string> }> {
  const file = join(elsewhere, 'weighbridge.yaml');
  if (example.line.includes('--config')) writeFileSync(file, CONFIG);
  else rmSync(file, { force: true });
  return { folder: elsewhere, env: { OPENAI_API_KEY: 'not-a-key' } };
}

function portOf({ command }: Case, words: readonly string[]): string[] {
  if (command.name !== 'up' && command.name !== 'witness') return [...words];
  const at = words.indexOf('--port');
  return at === -1 ? [...words, '--port', '0'] : words.with(at + 1, '0');
}

/** What is under way after the first time, and refused meanwhile. */
const ONCE = new Set(['lanes restart']);

describe('examples of the command table', { concurrency: false }, () => {
  for (const each of cases.filter(({ command }) => !LAST.has(command.name))) {
    const { command, example } = each;
    const exit = example.exit ?? (lastingPattern(each) === undefined ? 0 : 130);
    test(`weighbridge ${example.line}: ${example.says}`, async () => {
      const twice = lastingPattern(each) === undefined && !ONCE.has(command.name);
      if (twice) {
        const plain = await runCase(each, []);
        assert.equal(plain.code, exit, `${plain.stdout}\n${plain.stderr}`);
        assert.notEqual(plain.stdout, '');
      }
      const json = await runCase(each, example.line.includes('--json') ? [] : ['--json']);
      assert.equal(json.code, exit, json.stderr);
      const schema = z.fromJSONSchema(command.output.schema);
      const lines = command.output.lines === true || example.line.includes('--tail');
      const texts = lines ? json.stdout.split('\n').filter((line) => line !== '') : [json.stdout];
      for (const text of texts) schema.parse(JSON.parse(text));
    });
  }
  test('weighbridge explain names the seller as the receipt does, and whose price list applies beside it', async () => {
    const { stdout } = await run(['explain', values['ID'] ?? ''], { folder });
    assert.match(stdout, /\n +DEPLOYMENT +SELLER +PRICE LIST +COST /);
    const json = await run(['explain', values['ID'] ?? '', '--json'], { folder });
    const { served, alternatives } = JSON.parse(json.stdout) as {
      served: { deployment: string; seller: string };
      alternatives: { deployment: string; seller: string; served: boolean; price_list: string | null }[];
    };
    const own = alternatives.find((option) => option.served);
    assert.deepEqual([own?.deployment, own?.seller], [served.deployment, served.seller]);
    assert.equal(typeof own?.price_list, 'string');
  });
  test('weighbridge explain says of a call that fell back what was tried, and after what the other one served', async () => {
    const faulty = await run(['lab', 'faults', 'rate_limit', '--site', 'openai', '--count', '1'], { folder });
    assert.equal(faulty.code, 0, faulty.stderr);
    const id = await call();
    await untilSealed(id);
    const { stdout } = await run(['explain', id], { folder });
    assert.match(stdout, /\n +openai-gpt-4-1 +tried +UPSTREAM_RATE_LIMITED\n/);
    assert.match(stdout, /\n +azure-gpt-4-1 +chosen +next after UPSTREAM_RATE_LIMITED\n/);
    assert.doesNotMatch(stdout, /first by/);
    const first = await run(['explain', values['ID'] ?? ''], { folder });
    assert.match(
      first.stdout,
      /\n +openai-gpt-4-1 +chosen +first by priority\n +azure-gpt-4-1 +eligible +not needed\n/,
    );
  });
  test('weighbridge stop, then recover: nothing runs, and a successor log states why', async () => {
    const stopped = await run(['stop'], { folder });
    assert.deepEqual({ code: stopped.code, said: /Stopped http/.test(stopped.stdout) }, { code: 0, said: true });
    assert.equal((await instance.ended).code, 0);
    assert.equal((await run(['stop'], { folder })).code, 5);
    const recovered = await run(['recover', '--reason', "last night's backup was restored", '--log', 'lab', '--json'], {
      folder,
    });
    assert.equal(recovered.code, 0, recovered.stderr);
    assert.equal((JSON.parse(recovered.stdout) as { recovered: boolean }).recovered, true);
    const made = await run(['keys', 'create', 'after', '--log', 'lab', '--json'], { folder });
    assert.equal(made.code, 0, made.stderr);
  });
});
