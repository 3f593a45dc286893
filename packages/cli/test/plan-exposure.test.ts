// `plan exposure` as a person meets it: the words, the exit plan as a document, and what it refuses with what to change. What it computes is
// tested in the planner.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EXPOSURE_PLAN_FILE } from '@weighbridge/planner';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-plan-exposure-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const shell = (line: string): Promise<Ran> => run(line.split(' '), { folder });
const SHIPPED = readFileSync(EXPOSURE_PLAN_FILE, 'utf8');

test('what is printed says that it is simulated, and what cannot be placed is an interval', async () => {
  const { code, stdout } = await shell('plan exposure');
  assert.equal(code, 0);
  assert.match(stdout, /^SIMULATED: /);
  assert.match(stdout, /\nlinked group +5,813 +1\.72 +0 % +alpha-group 70\.2 %\n/);
  assert.match(stdout, /\naccelerator +4,923 to 10,000 +1 to 2\.03 +29\.8 % +a100 70\.2 %\n/);
  assert.match(stdout, /\nsupport +fails +0 % +4500 → 0 /);
});

test('the exit plan of a seller is Markdown; a seller, a file or a name that is wrong is refused', async () => {
  writeFileSync(join(folder, 'own.yaml'), SHIPPED);
  writeFileSync(join(folder, 'wrong.yaml'), SHIPPED.replace('[beta-west]', '[beta-wset]'));
  const { stdout } = await shell('plan exposure own.yaml --exit north');
  assert.match(stdout, /^# Exit plan: north\n/);
  assert.match(stdout, /\n## Open\n/);
  for (const [line, message] of [
    ['plan exposure none.yaml', /the plan "none\.yaml" cannot be read[\s\S]*plan exposure --example/],
    ['plan exposure own.yaml --exit nort', /the exit plan names "nort"[\s\S]*did you mean north\?/],
    [
      'plan exposure wrong.yaml',
      /wrong\.yaml:\d+:\d+: "beta-wset" is no deployment of this file; did you mean beta-west\?/,
    ],
  ] as const) {
    const { code, stderr } = await shell(line);
    assert.ok(code === 2 || code === 4, `${line}: ${code}`);
    assert.match(stderr, message);
  }
});
