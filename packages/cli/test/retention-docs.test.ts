// Every command of docs/retention.md against an instance whose configuration is the page's, and the daily look by itself.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { begin, run, split, type Ran, type Running } from './support/shell.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/retention.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-retention-'));
const CONFIG = `version: 1
log: lab
listen: { port: 0 }
credentials: { own: { kind: none } }
deployments:
  own: { cloud: openai-compatible, model: own, endpoint: 'http://127.0.0.1:9/v1', credential: own, region: here, simulated: true }
routes: { own: { candidates: [{ deployment: own }] } }
`;
let up: Running;

const say = (line: string): Promise<Ran> => run(split(line.replace(/^weighbridge /, '')), { folder });
const blocks = [...PAGE.matchAll(/```(\S[^\n]*)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

before(async () => {
  const yaml = blocks.find(({ kind }) => kind === 'yaml')?.text ?? '';
  writeFileSync(join(folder, 'weighbridge.yaml'), CONFIG + yaml);
  up = begin(['up', '--no-sample'], { folder });
  await up.said(/listens at/);
});
after(async () => {
  up.interrupt('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

describe('docs/retention.md', { concurrency: false }, () => {
  test('does what it says, line by line', async () => {
    let ran = 0;
    for (const { kind, text } of blocks.filter((block) => block.kind !== 'yaml')) {
      for (const line of text.trim().split('\n')) {
        const done = await say(line);
        assert.equal(done.code, Number(/\d/.exec(kind)?.[0] ?? 0), `${line}\n${done.stdout}\n${done.stderr}`);
        if (line.includes('prune')) assert.match(done.stdout, /Nothing to prune: no whole part .*records: 400d/);
        ran += 1;
      }
    }
    assert.equal(ran, 3);
  });

  test('refuses less than six months for a high-risk system, and a hold that ends before it begins', async () => {
    const file = join(folder, 'short.yaml');
    writeFileSync(file, `${CONFIG}retention: { records: 183d, high_risk: true }\n`);
    const short = await say('weighbridge config check --config short.yaml');
    assert.match(`${short.code} ${short.stdout}${short.stderr}`, /^4 [^]*183d is less/);
    const hold = '{ from: 2026-03-02, to: 2026-03-01, why: dispute }';
    writeFileSync(file, `${CONFIG}retention: { records: 10d, holds: [${hold}] }\n`);
    const turned = await say('weighbridge config check --config short.yaml');
    assert.match(`${turned.code} ${turned.stdout}${turned.stderr}`, /^4 [^]*before it begins/);
    writeFileSync(file, `${CONFIG}retention: { records: 10d }\n`);
    assert.equal((await say('weighbridge config check --config short.yaml')).code, 0);
  });
});
