// `plan run`, `compare` and `new`: what they print is an estimate and says so, is what the API answers, repeats under a seed, and is
// refused with a way on.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CONTROL, PLAN_NAMES, type PlanReport, type PlanRun } from '@weighbridge/protocol';
import { run, split } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-plan-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const type = (line: string) => run(split(line), { folder });

describe('plan run', () => {
  for (const name of PLAN_NAMES)
    test(`${name}: says that it is simulated, every part of the report is there, and --json is the answer of the API`, async () => {
      const { stdout, code, stderr } = await type(`plan run ${name} --draws 100`);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^ESTIMATE, SIMULATED: /);
      const whole = await type(`plan run ${name} --draws 100 --json`);
      const first = JSON.parse(whole.stdout) as PlanReport;
      CONTROL.plan.answer.parse({ first, second: null, differences: [] });
      for (const { title } of [...first.figures, ...first.tables, ...first.charts])
        assert.ok(stdout.includes(title), title);
      assert.ok(stdout.includes(first.says));
      for (const { control } of first.swings) assert.ok(stdout.includes(control), control);
    });
  test('an assumption and a choice change it; the same seed prints the same', async () => {
    const line = 'plan run own-or-buy --draws 50 --set power_price=0.05,0.1,0.2 --choose grid=france --json';
    const [one, again, plain] = await Promise.all([
      type(line),
      type(line),
      type('plan run own-or-buy --draws 50 --json'),
    ]);
    assert.equal(one.stdout, again.stdout);
    const changed = JSON.parse(one.stdout) as PlanReport;
    assert.notDeepEqual(changed.figures, (JSON.parse(plain.stdout) as PlanReport).figures);
    assert.deepEqual(changed.controls.find(({ id }) => id === 'power_price')?.range, {
      low: 0.05,
      likely: 0.1,
      high: 0.2,
    });
  });
  test('what cannot be is refused with its name and a way on', async () => {
    for (const [line, message, exit] of [
      ['plan run own-or-buy --set power_prise=1', /no assumption "power_prise".*did you mean power_price\?/s, 4],
      ['plan run own-or-buy --set power_price', /--set "power_price" changes nothing/, 2],
      ['plan run own-or-buy --set power_price=1=2', /--set power_price: "1=2" is neither a number nor a range/, 2],
      ['plan run own-or-buy --set power_price=0.1 --set power_price=0.2', /--set power_price stands twice/, 2],
      ['plan run own-or-buy --choose grid=us --choose grid=de', /--choose grid stands twice/, 2],
      ['plan run own-or-buy --set power_price=dear', /"dear" is neither a number nor a range/, 2],
      ['plan run own-or-buy --set power_price=3,2,1', /out of order/, 4],
      ['plan run own-or-buy --choose grid=atlantis', /grid cannot be "atlantis"/, 4],
      ['plan run own-or-buy --draws 0', /0 draws cannot be made/, 4],
      ['plan run own-or-buy --draws many', /"many" is no whole number/, 2],
      ['plan run one-gigawat', /one-gigawatt/, 2],
      ['plan compare own-or-buy', /needs a second plan/, 2],
      ['plan new own-or-by', /did you mean own-or-buy\?/, 2],
    ] as const) {
      const { code, stderr } = await type(line);
      assert.match(stderr, message, line);
      assert.equal(code, exit, line);
    }
  });
});

describe('plan compare', () => {
  test('beside itself differs in nothing; two kinds are both told', async () => {
    const { stdout } = await type('plan compare one-gigawatt one-gigawatt --draws 40 --json');
    const { differences } = JSON.parse(stdout) as PlanRun;
    assert.ok(differences.length > 8);
    for (const { difference } of differences) assert.deepEqual(difference, { p10: 0, p50: 0, p90: 0 });
    const both = await type('plan compare one-gigawatt own-or-buy --draws 40');
    assert.match(both.stdout, /They are of different kinds/);
  });
  test('shows what a changed assumption is worth, draw by draw', async () => {
    const { stdout, code } = await type('plan compare own-or-buy --set power_price=0.3 --draws 100');
    assert.equal(code, 0);
    assert.match(stdout, /two plans side by side/);
    assert.match(
      stdout,
      /^First: .* GB300 racks\. A million.*\nSecond: .* \(changed: power_price 0\.3 USD\/kWh\)\. A million/m,
    );
    assert.match(stdout, /cost of a million tokens of the mix +USD\/Mtok +[\d.]+ \(/);
    assert.doesNotMatch(stdout, /NaN|undefined|–/);
  });
});

test('a share is told in per cent wherever it stands, with the time that it is of', async () => {
  const asked = '--set chat.growth=0,0.02,0.1 --draws 20';
  const { stdout } = await type(`plan compare reserve-or-on-demand ${asked}`);
  assert.match(stdout, /\(changed: chat\.growth 2 %\/month \(0 % to 10 %\)\)/);
  const run = await type(`plan run reserve-or-on-demand ${asked}`);
  assert.match(run.stdout, /growth of chat a month +chat\.growth +[\d.]+ %\/month +[\d.]+ %\/month /);
  assert.doesNotMatch(run.stdout, /\d share/);
});

/** A name that leads nowhere, where a plan names no site. */
const FAULTS: Readonly<Partial<Record<string, readonly [right: string, wrong: string]>>> = {
  'two-makers': ['route: [beta-west]', 'route: [beta-wset]'],
  'reserve-or-on-demand': ['unit: vertex-gsu.gemini-2.5-pro', 'unit: vertex-gsu.gemini-2.5-por'],
};

test("plan new prints a plan that runs as it is, and one's own with a fault is refused by line", async () => {
  for (const name of PLAN_NAMES) {
    const { stdout } = await type(`plan new ${name}`);
    writeFileSync(join(folder, 'mine.yaml'), `${stdout}\n`);
    const ran = await type('plan run mine.yaml --draws 20 --json');
    assert.equal((JSON.parse(ran.stdout) as PlanReport).plan, name);
    const [right, wrong] = FAULTS[name] ?? (['facility: liquid-new-build', 'facility: liquid-new-bild'] as const);
    assert.ok(stdout.includes(right), name);
    writeFileSync(join(folder, 'bad.yaml'), stdout.replace(right, wrong));
    const bad = await type('plan run bad.yaml');
    assert.equal(bad.code, 4);
    assert.match(bad.stderr, /bad\.yaml:\d+:\d+: .*(liquid-new-build|beta-west|vertex-gsu\.gemini-2\.5-pro)/);
  }
});

describe('plan report', () => {
  test('writes HTML and PDF, over nothing that is there unless it is told to', async () => {
    for (const [file, begins] of [
      ['plan.html', '<!doctype html>'],
      ['plan.pdf', '%PDF-'],
    ] as const) {
      const { stdout, code, stderr } = await type(`plan report own-or-buy --out ${file} --draws 30`);
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), join(folder, file));
      assert.equal(readFileSync(join(folder, file)).subarray(0, begins.length).toString(), begins);
      const again = await type(`plan report own-or-buy --out ${file} --draws 30`);
      assert.equal(again.code, 2);
      assert.match(again.stderr, /is there already: nothing was written/);
      assert.equal((await type(`plan report own-or-buy --out ${file} --draws 30 --force`)).code, 0);
    }
  });
  test('of a plan of exposure it writes the exit plan of a seller alone, the same as `plan exposure` prints', async () => {
    for (const [file, begins] of [
      ['exit.html', '<!doctype html>'],
      ['exit.pdf', '%PDF-'],
      ['exit.md', '# Exit plan: south'],
    ] as const) {
      const { code, stderr } = await type(`plan report two-makers --exit south --out ${file} --draws 10`);
      assert.equal(code, 0, stderr);
      assert.equal(readFileSync(join(folder, file)).subarray(0, begins.length).toString(), begins);
    }
    const printed = await type('plan exposure --exit south');
    assert.equal(readFileSync(join(folder, 'exit.md'), 'utf8').trimEnd(), printed.stdout.trimEnd());
    assert.match(readFileSync(join(folder, 'exit.html'), 'utf8'), /simulated[\s\S]*no contract is given in the plan/);
    for (const [line, message] of [
      ['plan report two-makers --exit nort --out x.md', /exit cannot be "nort".*north, south, west/s],
      ['plan report two-makers --exit none --out x.md', /names no seller to leave.*north, south, west/s],
      ['plan report own-or-buy --exit north --out x.md', /the plan has no choice "exit"/],
      ['plan report two-makers --out x.md', /"x\.md" ends in none of \.html, \.pdf/],
    ] as const) {
      const { code, stderr } = await type(line);
      assert.ok(code === 2 || code === 4, line);
      assert.match(stderr, message);
    }
  });
  test('says which files it writes, and where it cannot', async () => {
    for (const [line, message] of [
      ['plan report own-or-buy', /not said into which file.*--out plan\.pdf/s],
      ['plan report own-or-buy --out plan.docx', /ends in none of \.html, \.pdf/],
      ['plan report own-or-buy --out no-folder/plan.html --draws 10', /cannot be written/],
    ] as const) {
      const { code, stderr } = await type(line);
      assert.equal(code, 2, line);
      assert.match(stderr, message);
    }
  });
});
