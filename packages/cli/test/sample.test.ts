// The sample organisation as a user meets it: made by `up` beside the gateway, looked at with --log sample by the same
// commands as any log, each hidden thing found by them, marked as a sample everywhere, and gone when told to go.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SCENARIO_FILES } from '@weighbridge/planner';
import { readScenario } from '@weighbridge/server';
import { begin, run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-sample-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { events } = readScenario();

const cli = (...words: string[]): Promise<Ran> => run([...words, '--log', 'sample'], { folder });
async function json<Value>(...words: string[]): Promise<Value> {
  const { code, stdout, stderr } = await cli(...words, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Value;
}

interface Row {
  readonly id: string;
  readonly deployment: string | null;
  readonly model: string | null;
  readonly region_reported: string | null;
  readonly fallback: boolean;
  readonly simulated: boolean;
  readonly cost: string | null;
}
interface Spend {
  readonly simulated: boolean;
  readonly rows: readonly {
    readonly by: Readonly<Record<string, string>>;
    readonly cost: string | null;
    readonly calls: number;
    readonly unpriced_calls: number;
  }[];
}
const spend = (by: string): Promise<Spend> => json<Spend>('spend', '--since', '40d', '--by', by);

describe('the sample by the command line', () => {
  before(async () => {
    const { code, stderr } = await run(['sample', 'make', '--calls', '12000'], { folder });
    assert.equal(code, 0, stderr);
  });

  test('is marked as a sample by whatever shows it', async () => {
    for (const words of [['calls'], ['spend', '--since', '40d'], ['status']])
      assert.match((await cli(...words)).stdout, /sample/i, words.join(' '));
    const [row] = await json<Row[]>('calls', '--limit', '1');
    assert.equal(row?.simulated, true);
    assert.match((await cli('explain', row?.id ?? '')).stdout, /^Sample: an invented organisation/);
    assert.match((await cli('receipt', row?.id ?? '')).stdout, /sample/i);
    const status = await json<Record<string, unknown>>('status');
    assert.deepEqual([status['sample'], status['whole'], status['simulated']], [true, true, true]);
  });

  test('is sound to the last charge: `verify` computes every call again from the sealed price book', async () => {
    const { code, stdout } = await cli('verify', '--json');
    const verified = JSON.parse(stdout) as { outcome: string; prices: { rerated: number; not_rerated: number } };
    assert.equal(code, 6, 'nobody remembers a checkpoint yet');
    assert.equal(verified.outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.ok(verified.prices.rerated > 11_000 && verified.prices.not_rerated === 0, JSON.stringify(verified.prices));
  });

  test('shows the spike in spend by team and day, and the call behind it in the list of that team', async () => {
    const { rows } = await spend('team,day');
    assert.equal(rows[0]?.by['team'], 'web');
    assert.ok(Number(rows[0]?.cost) > 3 * Number(rows[1]?.cost), 'far above the next');
    const calls = await json<Row[]>('calls', '--team', 'web', '--limit', '100000');
    const dearest = calls.toSorted((a, b) => Number(b.cost) - Number(a.cost))[0];
    assert.equal(dearest?.deployment, 'anthropic-opus');
    const receipt = await json<{ public: { usage: { tokens: { input: number } } } }>('receipt', dearest?.id ?? '');
    assert.equal(receipt.public.usage.tokens.input, events.spike.last_prompt);
  });

  test('shows the outage: a call that fell back explains what was tried before', async () => {
    const calls = await json<Row[]>('calls', '--limit', '100000');
    const one = calls.find(({ fallback, deployment }) => fallback && deployment === 'foundry-sonnet');
    assert.ok(one !== undefined);
    assert.match((await cli('explain', one.id)).stdout, /anthropic-sonnet/);
  });

  test('shows the swap in spend by deployment and model', async () => {
    const models = (await spend('deployment,model')).rows
      .filter(({ by }) => by['deployment'] === events.swap.deployment)
      .map(({ by }) => by['model']);
    assert.deepEqual(models.toSorted(), ['gpt-5-2025-08-07', events.swap.reports]);
  });

  test('shows the region in spend by region as reported', async () => {
    const { rows } = await spend('deployment,region,region_reported');
    const here = rows.filter(({ by }) => by['deployment'] === events.region.deployment);
    assert.deepEqual(here.map(({ by }) => by['region_reported']).toSorted(), ['Sweden Central', events.region.reports]);
  });

  test('counts what has no price apart', async () => {
    const unpriced = (await spend('deployment')).rows.filter((row) => row.unpriced_calls > 0);
    assert.deepEqual(
      unpriced.map(({ by, cost }) => [by['deployment'], cost]),
      [['own-coder', null]],
    );
  });

  test('explains why a call kept to Europe went where it went, and what it would have cost elsewhere', async () => {
    const [call] = await json<Row[]>('calls', '--team', 'claims', '--deployment', 'bedrock-sonnet-eu', '--limit', '1');
    const { stdout } = await cli('explain', call?.id ?? '');
    assert.match(stdout, /anthropic-sonnet +rejected +policy: the key may not use the region "global"/);
    assert.match(stdout, /What it would have cost elsewhere/);
  });
});

describe('the sample beside a gateway', { concurrency: false }, () => {
  const own = mkdtempSync(join(tmpdir(), 'weighbridge-sample-up-'));
  after(() => rmSync(own, { recursive: true, force: true }));
  const root = join(own, '.weighbridge', 'sample');
  const up = (...more: string[]) => begin(['up', '--port', '0', '--latency', 'zero', ...more], { folder: own });

  test('is begun after the gateway listens, waits for the next start to go on, and is no default for other commands', async () => {
    const first = up();
    await first.said(/listens at/);
    const deadline = performance.now() + 60_000;
    while (!existsSync(join(root, 'journal', 'log', 'checkpoint'))) {
      assert.ok(performance.now() < deadline, 'the sample is begun');
      await run(['status'], { folder: own });
    }
    first.interrupt('SIGTERM');
    assert.equal((await first.ended).code, 0);
    const begun = JSON.parse((await run(['status', '--log', 'sample', '--json'], { folder: own })).stdout) as {
      whole: boolean;
    };
    assert.equal(begun.whole, false);
    const calls = await run(['calls', '--json'], { folder: own });
    assert.deepEqual(JSON.parse(calls.stdout), [], 'those of the lab, of which there are none');
  });

  test('goes without a trace with --no-sample', async () => {
    const second = up('--no-sample');
    await second.said(/listens at/);
    second.interrupt('SIGTERM');
    const { stderr } = await second.ended;
    assert.match(stderr, /sample organisation was removed/);
    assert.equal(existsSync(root), false);
  });

  test('is made anew under another scenario, of the same size, with its contracts and claims, and says so', async () => {
    const made = await run(['sample', 'make', '--calls', '1000', '--scenario', 'mid-size'], { folder: own });
    assert.equal(made.code, 0, made.stderr);
    const status = async (): Promise<{ scenario: string; whole: boolean; end: number }> =>
      JSON.parse((await run(['status', '--log', 'sample', '--json'], { folder: own })).stdout) as never;
    assert.equal((await status()).scenario, 'mid-size');
    const claims = async (): Promise<string> =>
      (await run(['deal', 'claims', '--log', 'sample'], { folder: own })).stdout;
    assert.match(await claims(), /large-hall-by-2026/);
    const third = up();
    await third.said(/The sample organisation is there/);
    const refused = await run(['sample', 'make', '--scenario', 'mid-size'], { folder: own });
    assert.deepEqual([refused.code, /from the scenario that it runs/.test(refused.stderr)], [2, true]);
    third.interrupt('SIGTERM');
    const { stderr } = await third.ended;
    assert.match(
      stderr,
      /the sample organisation is made anew: its contracts, claims and playbook are those of alliance/,
    );
    assert.deepEqual([(await status()).scenario, (await status()).whole], ['alliance', true]);
    assert.doesNotMatch(await claims(), /large-hall-by-2026/);
  });

  test('is not made from a scenario with a fault, and the one that is there stays', async () => {
    const text = readFileSync(SCENARIO_FILES['mid-size'] ?? '', 'utf8');
    writeFileSync(join(own, 'bad.yaml'), text.replace('exit-right: Leaving', 'exit-rite: Leaving'));
    const { code, stderr } = await run(['sample', 'make', '--calls', '1000', '--scenario', 'bad.yaml'], {
      folder: own,
    });
    assert.equal(code, 4);
    assert.match(stderr, /bad\.yaml:\d+:\d+: "exit-rite" is no question of the questionnaire/);
    assert.equal(existsSync(join(root, 'sample.json')), true);
  });
});
