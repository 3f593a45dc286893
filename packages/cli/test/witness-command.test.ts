// `witness`, `verify --policy`, `verifier` and `receipt --format` as they are typed, right and wrong.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createUlid } from '@weighbridge/kernel';
import { nextEpoch, openRecorder, openVault, openWriteAhead, serveLog, standaloneVerifier } from '@weighbridge/journal';
import { begin, run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-witness-'));
const journal = join(folder, '.weighbridge/live/journal');
const vault = join(folder, '.weighbridge/live/vault');
const nextId = createUlid(Date.now, (bytes) => crypto.getRandomValues(bytes));
let vkey = '';
let server: Server;
let url = '';
/** What is served under `url`. */
let shown = journal;

async function grow(calls: number, into = { journal, vault }): Promise<void> {
  const common = {
    folder: into.journal,
    vault: into.vault,
    epoch: nextEpoch(into.journal),
    node: 'node-1',
    build: 'test',
  };
  const recorder = openRecorder({ ...common, log: 'live' });
  const lane = openWriteAhead({ ...common, lane: 1, durability: 'process', reserveBytes: 65_536, tickMs: 0 });
  for (let at = 0; at < calls; at += 1)
    await lane.append({ kind: 'alert', id: nextId(), at: Date.now(), commercial: `{"n":${at}}` });
  await lane.close();
  recorder.close();
}

const here = (...words: string[]): Promise<Ran> => run(words, { folder });
const events = ({ stdout }: Ran): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

before(async () => {
  vkey = openVault(vault, { origin: 'acme/live/node-1' }).signer.verifier.vkey;
  await grow(5);
  writeFileSync(join(folder, 'log.key'), `${vkey}\n`);
  server = createServer((request, response) => {
    const { status, headers, body } = serveLog(shown, (request.url ?? '').replace(/^\/log/, ''));
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('witness', { concurrency: false }, () => {
  const WRONG: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['witness'], 4, /no log is named.*\n.*--key VKEY, or --logs FILE/],
    [['witness', '--key', 'log.key'], 2, /needs a name/],
    [['witness', '--name', 'a b', '--key', 'log.key'], 2, /cannot name a key/],
    [['witness', '--name', 'w', '--key', 'nonsense'], 2, /no public key of a log/],
    [['witness', '--name', 'w', '--follow', 'http://h/log'], 2, /--follow needs one --key/],
    [['witness', '--name', 'w', '--key', 'log.key', '--once'], 2, /no address of one is given/],
    [['witness', '--name', 'w', '--key', 'log.key', '--follow-only'], 2, /no address of one is given/],
    [['witness', '--name', 'w', '--logs', 'missing'], 2, /cannot be read/],
    [['witness', '--name', 'w', '--logs', 'log.key'], 4, /line 1 begins with/],
    [['witness', '--name', 'w', '--key', 'log.key', '--follow', 'ftp://h'], 4, /no address of a log/],
    [['witness', '--name', 'w', '--key', 'log.key', '--port', 'many'], 2, /is no number/],
  ];
  for (const [words, code, says] of WRONG) {
    test(`${words.join(' ')}: exit ${code}, and what to do instead`, async () => {
      const ran = await here(...words, '--home', 'wrong');
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
      rmSync(join(folder, 'wrong'), { recursive: true, force: true });
    });
  }

  test('--once looks at the logs of a file, and says so for people and for programs', async () => {
    writeFileSync(join(folder, 'logs.txt'), `# the logs I watch\nlog ${vkey} ${url}\n`);
    const first = await here('witness', '--home', 'w', '--name', 'w.example', '--logs', 'logs.txt', '--once', '--json');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    const [look] = events(first);
    assert.deepEqual([look?.['event'], look?.['size']], ['cosigned', 6]);
    assert.ok(existsSync(String(look?.['file'])));
    await grow(300);
    const again = await here('witness', '--home', 'w', '--logs', 'logs.txt', '--once');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /cosigned acme\/live\/node-1 at 306 entries/);
  });

  test('--once ends with 3 when the log contradicts what was seen, and with 5 when it is away', async () => {
    const older = join(folder, 'older');
    cpSync(journal, older, { recursive: true });
    await grow(1);
    assert.equal((await here('witness', '--home', 'w', '--logs', 'logs.txt', '--once')).code, 0);
    shown = older;
    const back = await here('witness', '--home', 'w', '--logs', 'logs.txt', '--once');
    assert.equal(back.code, 3);
    assert.match(back.stdout, /CONTRADICTION acme\/live\/node-1.*306 entries, and 307 were seen before/);
    shown = join(folder, 'nothing');
    assert.equal((await here('witness', '--home', 'w', '--logs', 'logs.txt', '--once')).code, 5);
    shown = journal;
  });

  test('stands until it is told to end, looks again and again, and has one holder', async () => {
    const words = [
      'witness',
      '--home',
      'w',
      '--key',
      'log.key',
      '--follow',
      url,
      '--every',
      '1',
      '--port',
      '0',
      '--json',
    ];
    const standing = begin(words, { folder });
    await standing.said(/"event":"standing"/);
    const second = await here('witness', '--home', 'w', '--key', 'log.key');
    assert.equal(second.code, 4);
    assert.match(second.stderr, /in use by process/);
    await grow(1);
    await standing.said(/"event":"cosigned"/);
    shown = join(folder, 'older');
    await standing.said(/"event":"inconsistent"/);
    shown = journal;
    standing.interrupt('SIGTERM');
    assert.equal((await standing.ended).code, 0);
    const alone = begin(['witness', '--home', 'w', '--key', 'log.key', '--follow', url, '--follow-only'], { folder });
    await alone.said(/listens to nobody/);
    alone.interrupt();
    assert.equal((await alone.ended).code, 130);
  });
});

describe('verify --policy', { concurrency: false }, () => {
  const policy = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const witnessKey = (): string => readFileSync(join(folder, 'w/witness/vkey'), 'utf8').trim();

  test('a slip in it, or in what goes with it, is told as that', async () => {
    const WRONG: readonly (readonly [string, readonly string[], number, RegExp])[] = [
      ['nothing here\n', [], 4, /line 1 begins with "nothing"/],
      [`log ${vkey}\n`, [], 4, /no quorum line/],
      [`log ${vkey}\nquorum none\n`, ['--fresh', 'soon'], 2, /no span of time/],
      ['quorum none\n', ['--key', 'nonsense'], 2, /no public key of a log/],
    ];
    for (const [text, more, code, says] of WRONG) {
      const ran = await here('verify', '--policy', policy('p', text), ...more);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
    }
    assert.equal((await here('verify', '--policy', 'missing')).code, 2);
  });

  test('of the journal here, of a folder and of a URL: 6 without the quorum, 0 with what the witness remembers', async () => {
    const both = `log ${vkey}\nlog ${openVault(join(folder, 'other'), { origin: 'other' }).signer.verifier.vkey}\n`;
    const silent = policy('silent', `${both}witness w ${witnessKey()}\nquorum w\n`);
    for (const what of [[], ['.weighbridge/live/journal'], [url]]) {
      const ran = await here('verify', ...what, '--policy', silent, '--json');
      assert.equal(ran.code, 6, ran.stderr);
      const { outcome, witnessed } = JSON.parse(ran.stdout) as { outcome: string; witnessed: { met: boolean } };
      assert.deepEqual([outcome, witnessed.met], ['QUORUM_NOT_MET', false]);
    }
    const standing = begin(['witness', '--home', 'w', '--key', 'log.key', '--port', '0'], { folder });
    const [, at = ''] = await standing.said(/listens at (\S+)/);
    const asked = policy('asked', `${both}witness w ${witnessKey()} ${at}\nquorum w\n`);
    for (const what of [[], ['.weighbridge/live/journal'], [url]]) {
      const ran = await here('verify', ...what, '--policy', asked);
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /Quorum +w, met: nothing longer was known at/);
    }
    const old = await here('verify', url, '--policy', asked, '--fresh', '0s');
    assert.equal(old.code, 6);
    assert.match(old.stdout, /have not spoken since/);
    standing.interrupt();
    await standing.ended;
    const away = await here('verify', url, '--policy', asked);
    assert.equal(away.code, 6);
    assert.match(away.stderr, /Not counted: witness w could not be asked/);
  });

  test('a log that the policy does not name is told as that', async () => {
    const strangers = ['a', 'b'].map((name) => openVault(join(folder, name), { origin: name }).signer.verifier.vkey);
    const text = `${strangers.map((key) => `log ${key}\n`).join('')}quorum none\n`;
    const ran = await here('verify', url, '--policy', policy('strangers', text));
    assert.equal(ran.code, 3);
    assert.match(ran.stderr, /the log acme\/live\/node-1, which the policy does not name/);
  });
});

describe('what is handed on', () => {
  test('verifier writes the file that is tested, whole', async () => {
    const ran = await here('verifier', '--out', 'check.mjs', '--json');
    assert.equal(ran.code, 0);
    assert.equal(readFileSync(join(folder, 'check.mjs'), 'utf8'), standaloneVerifier());
    assert.equal((await here('verifier', '--out', '-')).stdout, standaloneVerifier());
  });
});
