// `deal scenario`: what it prints is simulated and says so, repeats under a seed, and is refused with a way on.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SCENARIO_FILES } from '@weighbridge/planner';
import { run, split } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-scenario-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const type = (line: string) => run(split(line), { folder });

describe('deal scenario run', () => {
  test('says that it is simulated, and shows options apart from what is owed', async () => {
    const { stdout, code, stderr } = await type('deal scenario run --paths 20');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^SIMULATED: /);
    assert.match(stdout, /Seed 1, 20 paths\. P50 \(P10 to P90\)/);
    assert.match(stdout, /option of Anthropic: up to +option, not owed +1 GW, reported/);
    assert.match(stdout, /Circular share/);
    assert.match(stdout, /Capacity risk: [\d.]+ %/);
  });
  test('the same seed prints the same, another seed does not', async () => {
    const [one, again, other] = await Promise.all(
      ['--seed 3', '--seed 3', '--seed 4'].map((seed) => type(`deal scenario run mid-size --paths 20 --json ${seed}`)),
    );
    assert.equal(one?.stdout, again?.stdout);
    assert.notEqual(one?.stdout, other?.stdout);
    assert.equal((JSON.parse(one?.stdout ?? '') as { simulated: boolean }).simulated, true);
  });
  test("reads a file of one's own, and names the line of what is wrong in it", async () => {
    const text = readFileSync(SCENARIO_FILES['mid-size'] ?? '', 'utf8');
    writeFileSync(join(folder, 'own.yaml'), text.replace('months: 60', 'months: 24'));
    const sound = await type('deal scenario run own.yaml --paths 5 --json');
    assert.equal((JSON.parse(sound.stdout) as { months: string[] }).months.length, 24);
    writeFileSync(join(folder, 'bad.yaml'), text.replace('seller: large-cloud', 'seller: larg-cloud'));
    const bad = await type('deal scenario run bad.yaml');
    assert.equal(bad.code, 4);
    assert.match(
      bad.stderr,
      /bad\.yaml:\d+:\d+: "larg-cloud" is not a cloud of this scenario; did you mean large-cloud\?/,
    );
    assert.match(bad.stderr, /then run `weighbridge deal scenario run FILE`/);
    assert.doesNotMatch(bad.stderr, /deal lint/);
  });
});

describe('deal scenario compare', () => {
  test('shows what a switch moves, why, and that it came so', async () => {
    const { stdout, code, stderr } = await type('deal scenario compare --with grid-delay --paths 20');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /SIMULATED: alliance \(first\) against alliance \+ grid-delay \(second\)/);
    assert.match(stdout, /grid-delay: energised_mw down, because a site's power is the bound.*: as claimed/);
  });
  test('a scenario against itself differs in nothing', async () => {
    const { stdout } = await type('deal scenario compare mid-size mid-size --paths 10 --json');
    const { outputs } = JSON.parse(stdout) as { outputs: { difference: Record<string, number> | null }[] };
    assert.ok(outputs.length > 10);
    for (const { difference } of outputs)
      if (difference !== null) assert.deepEqual(difference, { p10: 0, p50: 0, p90: 0 });
  });
});

describe('what is typed wrong', () => {
  for (const [line, says] of [
    ['deal scenario run alliannce', /did you mean alliance\?/],
    ['deal scenario run --with grid-dealy', /did you mean grid-delay\?/],
    ['deal scenario run --paths many', /--paths "many" is no whole number/],
    ['deal scenario run --paths 0', /0 is no number of paths from 1 to 10000/],
    ['deal scenario compare', /--with grid-delay/],
    ['deal scenario run alliance mid-size', /deal scenario compare alliance mid-size/],
    ['deal scenario walk', /use one of: run, compare|did you mean/],
  ] as const)
    test(`weighbridge ${line}`, async () => {
      const { code, stderr, stdout } = await type(line);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.equal(stdout, '');
    });
});
