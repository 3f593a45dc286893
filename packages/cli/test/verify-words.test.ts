// What `verify` says to whom: of a good receipt what it is and what it proves; of a slip of the person who asks, the slip
// and the way out; and an accusation only of evidence that was changed.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalJson, createUlid } from '@weighbridge/kernel';
import { nextEpoch, openJournal, openRecorder, openVault, openWriteAhead } from '@weighbridge/journal';
import type { EntryDraft, Group } from '@weighbridge/protocol';
import { run, type Ran } from './support/shell.ts';

const AT = Date.UTC(2026, 0, 5, 12, 30, 1);
const ORIGIN = 'acme/lab/node-1';
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-words-'));
const away = join(folder, 'away');
after(() => rmSync(folder, { recursive: true, force: true }));

let vkey = '';
let receipts: (groups: readonly Group[]) => string;
let id = '';

/** A journal of one entry whose contract asks for little: an alert. */
before(async () => {
  mkdirSync(away);
  const paths = { folder: join(folder, 'journal'), vault: join(folder, 'vault') };
  const who = { node: 'node-1', build: 'test' };
  openVault(paths.vault, { origin: ORIGIN });
  const epoch = nextEpoch(paths.folder);
  const lane = openWriteAhead({ ...paths, ...who, lane: 0, epoch, durability: 'process', tickMs: 0 });
  id = createUlid(
    () => AT,
    (bytes) => crypto.getRandomValues(bytes),
  )();
  const alert: EntryDraft = {
    kind: 'alert',
    id,
    at: AT,
    public: canonicalJson({ alert: 'unpriced' }),
    commercial: canonicalJson({ deployment: 'own' }),
  };
  await lane.append(alert);
  await lane.close();
  openRecorder({ ...paths, ...who, epoch: nextEpoch(paths.folder), log: 'lab' }).close();
  const journal = openJournal(paths.folder, { vault: paths.vault });
  vkey = journal.vkey;
  receipts = (groups) => journal.receiptFor(id, { groups });
  writeFileSync(join(away, 'receipt.json'), receipts(['public']));
});

/** As somebody who has no journal and no home. */
const verify = (...words: readonly string[]): Promise<Ran> => run(['verify', ...words], { folder: away });
const keyed = (...words: readonly string[]): Promise<Ran> => verify(...words, '--key', vkey);

describe('verify of a good receipt', () => {
  test('says of what, what it shows and keeps back, and what it proves and does not', async () => {
    const { code, stdout } = await keyed('receipt.json');
    assert.equal(code, 0);
    for (const said of [
      /^Good\.\nThis entry was in the log of acme\/lab\/node-1 when that held 2 entries, and has not been changed since\.\n/,
      /\nIt says nothing on whether what was measured is right/,
      new RegExp(`\\nReceipt of +alert ${id}\\n`),
      /\nTime +2026-01-05 12:30:01 UTC\n/,
      /\nSimulated +yes/,
      /\nDiscloses +public\n/,
      /\nKeeps back +commercial\n/,
      /\nChecked +1 leaf, 1 group; 1 group not disclosed/,
      /\nContent +1 entry says what it has to\n/,
    ])
      assert.match(stdout, said);
  });

  test('says when nothing is disclosed', async () => {
    writeFileSync(join(away, 'bare.json'), receipts([]));
    const { code, stdout } = await keyed('bare.json');
    assert.equal(code, 0);
    assert.match(stdout, /nothing is disclosed: only its id, kind and time are shown/);
    assert.match(stdout, /\nDiscloses +nothing/);
    assert.match(stdout, /\nKeeps back +commercial, public\n/);
  });

  test('says the same to a program', async () => {
    const { receipt } = JSON.parse((await keyed('receipt.json', '--json')).stdout) as {
      receipt: Record<string, unknown>;
    };
    const { proves, does_not_prove: not, ...facts } = receipt;
    assert.deepEqual(facts, {
      id,
      kind: 'alert',
      at: AT,
      outcome: null,
      simulated: true,
      disclosed: ['public'],
      undisclosed: ['commercial'],
    });
    assert.match(`${String(proves)} ${String(not)}`, /held 2 entries.*It says nothing on whether/);
  });
});

describe('verify accuses nobody', () => {
  const slips: readonly (readonly [string, () => Promise<Ran>, number, RegExp])[] = [
    [
      'when the key is no key',
      () => verify('receipt.json', '--key', 'x'),
      2,
      /--key: this is no public key.*name\+8 hex/s,
    ],
    [
      'when a letter of the key is mistyped',
      () =>
        verify(
          'receipt.json',
          '--key',
          vkey.replace(/.(?=.{8}$)/, (letter) => (letter === 'A' ? 'B' : 'A')),
        ),
      2,
      /no public key of a log: the hash in the verifier key is not of this key/,
    ],
    [
      'when the file of the key holds something else',
      () => verify('receipt.json', '--key', 'receipt.json'),
      2,
      /receipt\.json holds no public key/,
    ],
    ['when there is no key, and no log here', () => verify('receipt.json'), 2, /no --key was given.*give --key/s],
    ['when there is no such file', () => verify('missing.json'), 2, /there is no file or folder \S*missing\.json/],
    ['when the file is no receipt', () => keyed('readme.md'), 2, /readme\.md is not a receipt file.*--out FILE/s],
    ['when the folder is no journal', () => keyed('.'), 2, /is not a journal folder/],
    ['when the journal lies within the folder', () => keyed('..'), 2, /did you mean \S+journal\?/],
    [
      'when the remembered checkpoint is something else',
      () => keyed('receipt.json', '--last', 'readme.md'),
      2,
      /--last: readme\.md is no checkpoint/,
    ],
    ['when nobody listens at the URL', () => keyed('http://127.0.0.1:1/log'), 5, /UPSTREAM_UNREACHABLE/],
    ['when there is no journal here', () => verify(), 2, /there is no journal in/],
  ];
  before(() => writeFileSync(join(away, 'readme.md'), '# Read me\n\nThe header is weighbridge-receipt.\n'));
  for (const [when, ran, exit, said] of slips) {
    test(when, async () => {
      const { code, stdout, stderr } = await ran();
      assert.equal(code, exit, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /tampered/);
    });
  }

  test('when the URL is of something else than a log', async (t) => {
    const server = createServer((_, response) => response.writeHead(404).end('not here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { code, stderr } = await keyed(`http://127.0.0.1:${(server.address() as AddressInfo).port}/wrong`);
    assert.equal(code, 5);
    assert.match(stderr, /there is no log: \S+\/wrong\/checkpoint answers 404.*such as \S+\/log/s);
  });

  test("when the key is another log's: it names who signed, and sends to the key's owner", async () => {
    openVault(join(folder, 'other-vault'), { origin: 'other/live/node-1' });
    const [other] = openVault(join(folder, 'other-vault')).signers;
    const { code, stdout } = await verify('receipt.json', '--key', other?.verifier.vkey ?? '');
    assert.equal(code, 3);
    assert.match(stdout, /^NOT good: signed by another key than the one given: by acme\/lab\/node-1 \([0-9a-f]{8}\)/);
    assert.match(stdout, /Next: check the key with the log's owner/);
    assert.doesNotMatch(stdout, /tampered|Receipt of/);
  });
});

test('verify refuses every change of a receipt with exit code 3, and repeats nothing of what it says', async () => {
  const text = readFileSync(join(away, 'receipt.json'), 'utf8');
  for (const at of [0, 12, 30, Math.floor(text.length / 2), text.length - 20, text.length - 1]) {
    const changed = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
    writeFileSync(join(away, 'changed.json'), changed);
    const { code, stdout } = await keyed('changed.json');
    assert.equal(code, 3, `character ${at}`);
    assert.match(stdout, /^NOT good:.*Next: treat the evidence as tampered with/s);
    assert.doesNotMatch(stdout, /Receipt of|Discloses/);
  }
});
