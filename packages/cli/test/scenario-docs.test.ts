// Every command of docs/scenario.md, in its order, against the instance that its first one starts; and its market, which is
// read as a part of a scenario that ships.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { checkScenario, marketPlan, readScenario, SCENARIO_FILES } from '@weighbridge/planner';
import { checkSeeds } from '@weighbridge/server';
import { begin, run, split, type Running } from './support/shell.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/scenario.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-scenario-docs-'));
let up: Running | undefined;
after(async () => {
  up?.interrupt('SIGTERM');
  await up?.ended;
  rmSync(folder, { recursive: true, force: true });
});
const blocks = (kind: string): string[] =>
  [...PAGE.matchAll(/```(\S+)\n([\s\S]*?)```/g)].flatMap(([, name, text = '']) => (name === kind ? [text] : []));
const mid = readFileSync(SCENARIO_FILES['mid-size'] ?? '', 'utf8');

test('docs/scenario.md does what it says, line by line', async () => {
  const lines = blocks('sh').flatMap((text) => text.trim().split('\n'));
  const done: string[] = [];
  for (const line of lines) {
    const [program, ...words] = split(line);
    done.push(`${program} ${words[0]}`);
    if (program === 'cp') copyFileSync(join(ROOT, words[0] ?? ''), join(folder, words[1] ?? ''));
    else if (words[0] === 'up') {
      up = begin([...words, '--port', '0', '--no-sample'], { folder });
      await up.said(/^Scenario mid-size, as it stands in 2027-01: 3 offers of 4 deployments \(simulated\)$/m);
      await up.said(/log\/checkpoint/);
    } else {
      const { code, stdout, stderr } = await run(words, { folder });
      assert.equal(code, 0, `${line}\n${stderr}`);
      if (words[0] === 'status') assert.match(stdout, /^Scenario +mid-size[^]*^ {2}frontier +[\d,]+ tokens a minute/m);
    }
  }
  assert.deepEqual(done.length, 6);
});

test('the market that the page shows is one', () => {
  const [shown = ''] = blocks('yaml');
  const text = mid.slice(0, mid.indexOf('\nmarket:') + 1) + shown;
  assert.deepEqual(checkScenario(text).problems, []);
  const plan = marketPlan(readScenario('page', text));
  assert.deepEqual(
    plan?.offers.map(({ name }) => name),
    ['second'],
  );
});

test('the seeds that the page shows are sound, and are all that a sample is made of', () => {
  const [, shown = ''] = blocks('yaml');
  const text = mid.slice(0, mid.indexOf('\nsample:') + 1) + shown;
  assert.deepEqual(checkScenario(text, checkSeeds).problems, []);
  const { sample } = readScenario('page', text, checkSeeds);
  assert.deepEqual(Object.keys(sample?.contracts ?? {}), ['cloud-2027']);
  assert.deepEqual([sample?.evidence.length, sample?.attested.length], [1, 1]);
});

test('the figures of the page are those of the files', () => {
  const months = [...PAGE.matchAll(/^\| month \| (\S+) \| (\S+) \|$/gm)].flatMap(([, one, two]) => [one, two]);
  const planned = ['alliance', 'mid-size'].map(
    (name) => marketPlan(readScenario(name, readFileSync(SCENARIO_FILES[name] ?? '', 'utf8')))?.month,
  );
  assert.deepEqual(months, planned);
  const alliance = readScenario('alliance', readFileSync(SCENARIO_FILES['alliance'] ?? '', 'utf8'));
  const before = marketPlan({ ...alliance, market: { ...alliance.market!, month: '2026-12' } });
  const azure = before?.offers.find(({ channel }) => channel === 'claude-on-azure');
  assert.equal(azure?.capacity.tokens_per_minute, 0);
});
