// What commands print to be typed next can be typed: through npm in a clone, with the home that was named; and a link to
// the sample's pages comes from the instance beside it. What did nothing says so, and an instance that is busy is left alive.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import { openHome } from '@weighbridge/server';
import { begin, run, type Ran, type Running } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-typed-'));
const home = join(folder, 'home');
const CLONE = { npm_lifecycle_event: 'weighbridge' };
const inClone = (...words: string[]): Promise<Ran> => run([...words, '--home', home], { folder, env: CLONE });
after(() => rmSync(folder, { recursive: true, force: true }));

describe('in a clone', () => {
  let instance: Running;
  before(async () => {
    instance = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample', '--home', home], { folder, env: CLONE });
    await instance.said(/\/log\/checkpoint/);
  });
  after(async () => {
    instance.interrupt('SIGTERM');
    const { code, stderr } = await instance.ended;
    assert.equal(code, 0, stderr);
  });

  test('status, doctor and a backup advise with what is typed here', async () => {
    const typed = (command: string): string => `npm run weighbridge -- ${command} --home ${home}`;
    assert.ok((await inClone('status')).stdout.includes(`a link that opens it: ${typed('console')})`));
    assert.ok((await inClone('doctor')).stdout.includes(`mend: ${typed('doctor --live')}\n`));
    const { stdout } = await inClone('backup', '--to', 'kept here');
    assert.match(stdout, /^Put it back with: npm run weighbridge -- restore 'kept here' --home NEW$/m);
  });

  test('an error names commands as they are typed here; its JSON is the same everywhere', async () => {
    const wrong = ['explain', '01M8MD1HH1CZ7JAZC8KTY0JHAP', '--home', join(folder, 'nowhere')];
    const { stderr } = await run(wrong, { folder, env: CLONE });
    assert.match(stderr, /^Next: {2}start the gateway with `npm run weighbridge -- up`, or/m);
    const json = await run([...wrong, '--json'], { folder, env: CLONE });
    assert.match((JSON.parse(json.stderr) as AppError).next, /^start the gateway with `weighbridge up`, or/);
  });

  test('help says once how its commands are typed here', async () => {
    for (const words of [['--help'], ['help'], ['spend', '--help'], ['help', 'spend']]) {
      const said = (await run(words, { folder, env: CLONE })).stdout.match(/In this clone, type .*/g) ?? [];
      assert.deepEqual(said, ['In this clone, type `npm run weighbridge -- COMMAND` for `weighbridge COMMAND`.']);
      assert.doesNotMatch((await run(words, { folder })).stdout, /npm run/, 'where it is installed');
    }
  });

  test('a key of no known name is told the known ones', async () => {
    const { code, stderr } = await inClone('keys', 'create', 'foo');
    assert.equal(code, 4);
    assert.match(stderr, /^Next: {2}use one that is listed \(lab, assistant, .*\)\. Else write in the configuration/m);
  });

  test('an erasure tells whether there was anything to erase: a slip in the name is no erasure', async () => {
    assert.equal((await inClone('keys', 'create', 'ci', '--principal', 'ada@example.org')).code, 0);
    const slip = await inClone('erase', 'ada@example.com');
    assert.match(slip.stdout, /^Nothing to erase at .*: no key of this subject is there\./);
    assert.match((await inClone('erase', 'ada@example.org')).stdout, /^Erased at .* can no longer be read\./);
    const again = JSON.parse((await inClone('erase', 'ada@example.org', '--json')).stdout) as { keys: number };
    assert.equal(again.keys, 0);
  });

  test('a link to the sample comes from the instance beside it', async () => {
    const { code, stdout, stderr } = await inClone('console', '--log', 'sample');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/sample\/console\/#link=\S+$/m);
    assert.match((await inClone('console')).stdout, /^http:\/\/127\.0\.0\.1:\d+\/console\/#link=\S+$/m);
  });
});

test('an instance whose lane is busy: `status` says so, and `doctor` does not ask for its end', async () => {
  const busy = new AppError('LANE_BUSY', 'lane 1 did not answer "stats" within 2000 ms');
  const server = createServer((_, response) => {
    response.writeHead(busy.row.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: busy.body() }));
  });
  const socket = join(folder, 'control.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const other = join(folder, 'busy');
    const { root, instance } = openHome(other, 'lab');
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const facts = { pid: process.pid, origin: 'http://127.0.0.1:1', consoleOrigin: null, socket, started: 1 };
    writeFileSync(instance, JSON.stringify({ ...facts, version: '0.1.0' }));
    const status = await run(['status', '--home', other], { folder });
    assert.equal(status.code, 5);
    assert.match(status.stderr, /lane 1 did not answer .*\nNext: {2}ask again in a moment.*\n\(LANE_BUSY\)/);
    const doctor = await run(['doctor', '--home', other], { folder });
    assert.equal(doctor.code, 0, doctor.stdout);
    assert.match(doctor.stdout, /^warning +instance +process \d+: lane 1 did not answer .*\n +mend: ask again/m);
    assert.doesNotMatch(doctor.stdout, /kill/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('`rebuild --check` says when there was nothing to compare, and how far the tables are', async () => {
  const apart = join(folder, 'apart');
  const sample = (...words: string[]): Promise<Ran> => run([...words, '--home', apart, '--log', 'sample'], { folder });
  const made = await run(['sample', 'make', '--calls', '1000', '--home', apart], { folder });
  assert.equal(made.code, 0, made.stderr);
  const nothing = await sample('rebuild', '--check');
  assert.equal(nothing.code, 0, nothing.stderr);
  assert.match(
    nothing.stdout,
    /\nNothing was compared: the tables hold none of the [\d,]+ entries of the journal yet\. /,
  );
  assert.ok(nothing.stdout.includes(`and so does: weighbridge rebuild --log sample --home ${apart}\n`), nothing.stdout);
  assert.equal((await sample('rebuild')).code, 0);
  const all = await sample('rebuild', '--check');
  assert.match(all.stdout, /\nEvery table is what the journal says, over its first [\d,]+ entries\.\n/);
});
