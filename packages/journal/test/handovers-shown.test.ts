// What is made of the file of handovers when it is not what the log wrote: taken away, cut, put in another order, forged.
// Whoever has the entries sees what is missing; whoever has a receipt alone is told of the key that nobody introduced. The
// verifier of this package and the standalone file come to the same answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openVault, serveLog, verifyFolder, verifyReceipt, verifyUrl, type Verification } from '../src/index.ts';
import { parseHandovers, signHandover } from '../src/note/handover.ts';
import { generateSignerKey, parseSignerKey, type NoteSigner } from '../src/note/note-key.ts';
import { handoversPath, recordsFolder, vkeyPath } from '../src/store/layout.ts';
import { call, handoversOf, rotated, type Rotated } from './support/rotated.ts';
import { makeWorld, ORIGIN, START, temporaryFolder, type World } from './support/world.ts';

interface Given {
  readonly vkey: string;
  readonly handovers?: string;
}
interface Told {
  readonly outcome: string;
  readonly problem?: string;
  readonly unknownKeys?: readonly string[];
}
const FILE = join(import.meta.dirname, '../standalone/verify-receipt.mjs');
const { verify: standalone } = (await import(pathToFileURL(FILE).href)) as {
  verify: (file: Buffer, given: Given) => Told;
};

const HEADER = /^(?=weighbridge\/log-key-handover\/v1$)/m;
const short = (vkey: string): string => vkey.split('+').slice(0, 2).join('+');

/** What both verifiers say of a receipt; their outcomes have to be one. */
function both(receipt: string, given: Given): readonly [Verification, Told] {
  const ours = verifyReceipt(receipt, given);
  const theirs = standalone(Buffer.from(receipt), given);
  assert.deepEqual(
    [theirs.outcome, theirs.unknownKeys ?? []],
    [ours.outcome, ours.unknown_keys ?? []],
    `${theirs.problem} / ${ours.problem}`,
  );
  return [ours, theirs];
}

/** Handed over twice; the last receipt is under the third key alone. */
async function chained(t: TestContext): Promise<Rotated & { readonly third: string; readonly last: string }> {
  const world = await rotated(t);
  const { vkey: third } = world.recorder.rotateKey('yearly');
  world.recorder.retireKeys('yearly');
  return { ...world, third, last: await call(world.world, world.recorder) };
}

/** As copied without the records, which are private. */
function leavesOf(t: TestContext, world: World): string {
  const copy = join(temporaryFolder(t), 'journal');
  cpSync(world.folder, copy, { recursive: true });
  for (const part of ['records', 'index', 'wal']) rmSync(join(copy, part), { recursive: true, force: true });
  assert.notEqual(recordsFolder(copy), recordsFolder(world.folder));
  return copy;
}

const served = (folder: string): typeof fetch =>
  ((url: string) => {
    const { status, body } = serveLog(folder, new URL(url).pathname.slice('/log'.length));
    return Promise.resolve(new Response(new Uint8Array(body), { status }));
  }) as typeof fetch;

const MISSING = /PROOF_INVALID .*handed over by or before entry 2, .*log\/handovers is missing or cut short/;
const said = ({ outcome, problem }: Told): string => `${outcome} ${problem ?? ''}`;

describe('a log whose handovers were taken away', () => {
  test('is refused by whoever has its entries, with and without its records, while both keys sign too', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const first = world.reader().vkey;
    await call(world, recorder);
    const { vkey: second } = recorder.rotateKey('yearly');
    for (const retired of [false, true]) {
      if (retired) recorder.retireKeys();
      await call(world, recorder);
      const copies = [join(temporaryFolder(t), 'journal'), leavesOf(t, world)];
      cpSync(world.folder, copies[0] ?? '', { recursive: true });
      const handovers = handoversOf(world);
      for (const copy of copies) {
        rmSync(handoversPath(copy));
        assert.match(
          said(verifyFolder(copy, { vkey: first })),
          /PROOF_INVALID .*(names another log key|another key than)/,
        );
        for (const vkey of retired ? [second] : [first, second]) {
          // Whoever takes the handovers away can write another name over the key's.
          writeFileSync(vkeyPath(copy), `${vkey}\n`);
          const folder = verifyFolder(copy, { vkey });
          assert.match(said(folder), MISSING);
          assert.match(folder.next ?? '', /--handovers/);
          assert.match(said(await verifyUrl('http://log.example/log', { vkey, fetch: served(copy) })), MISSING);
        }
        for (const vkey of [first, second])
          assert.equal(verifyFolder(copy, { vkey, handovers }).outcome, 'TRUNCATION_NOT_EXCLUDED');
      }
    }
  });

  test('or cut off at their end, are missed by the records always, and by the leaves once a key was retired', async (t) => {
    const { world, recorder, first } = await rotated(t);
    recorder.rotateKey();
    const { vkey: fourth } = recorder.rotateKey();
    const [one = '', two = ''] = handoversOf(world).split(HEADER);
    const copy = leavesOf(t, world);
    const cut = { vkey: first, handovers: one + two };
    assert.match(said(verifyFolder(copy, cut)), /names another log key/);
    for (const folder of [world.folder, copy]) writeFileSync(vkeyPath(folder), `${parseHandovers(two)[0]?.to.vkey}\n`);
    assert.match(said(verifyFolder(world.folder, cut)), /PROOF_INVALID .*handed over by or before entry \d+, and no/);
    // A handover right behind another looks from outside as the retirement of a key: the new key's own signature is left.
    const leaves = verifyFolder(copy, cut);
    assert.deepEqual([leaves.outcome, leaves.unknown_keys], ['TRUNCATION_NOT_EXCLUDED', [short(fourth)]]);
    recorder.retireKeys();
    const after = leavesOf(t, world);
    writeFileSync(vkeyPath(after), `${parseHandovers(two)[0]?.to.vkey}\n`);
    assert.match(said(verifyFolder(after, cut)), /handed over by or before entry \d+, and no/);
    assert.equal(verifyFolder(leavesOf(t, world), { vkey: first }).outcome, 'TRUNCATION_NOT_EXCLUDED');
  });

  test('leave a receipt that tells of the key nobody introduced, and proves what it proved', async (t) => {
    const { world, first, second, before, between } = await rotated(t);
    for (const [vkey, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const [ours] = both(between, { vkey });
      assert.deepEqual([ours.outcome, ours.unknown_keys], ['ok', [short(other)]]);
      const [known] = both(between, { vkey, handovers: handoversOf(world) });
      assert.deepEqual([known.outcome, known.unknown_keys], ['ok', undefined]);
    }
    assert.equal(both(before, { vkey: first })[0].unknown_keys, undefined);
  });
});

describe('a log that is shorter than a handover of its key', () => {
  test('was cut back, and whoever has the handover says so', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const { vkey } = world.reader();
    await call(world, recorder);
    const old = leavesOf(t, world);
    await call(world, recorder);
    recorder.rotateKey();
    const handovers = handoversOf(world);
    const result = verifyFolder(old, { vkey, handovers });
    assert.match(
      said(result),
      /PROOF_INVALID .*shows 2 entries, but its key was handed over at 3: entries were dropped/,
    );
    writeFileSync(handoversPath(old), handovers);
    assert.match(said(verifyFolder(old, { vkey })), /was handed over at 3/);
  });

  test('may have been read just before: then it is read again', async (t) => {
    const { world, recorder, first } = await rotated(t);
    let rotations = 0;
    const fetch = ((url: string) => {
      const answer = served(world.folder)(url);
      // Entries and a change of keys come between the checkpoint and the file of handovers.
      if (url.endsWith('/checkpoint') && rotations === 0) {
        rotations += 1;
        return answer.then(async (response) => {
          await call(world, recorder);
          recorder.rotateKey();
          recorder.retireKeys();
          return response;
        });
      }
      return answer;
    }) as typeof globalThis.fetch;
    const result = await verifyUrl('http://log.example/log', { vkey: first, fetch });
    assert.deepEqual([said(result).slice(0, 23), result.handovers?.length], ['TRUNCATION_NOT_EXCLUDED', 2]);
    assert.equal(result.size, world.reader().checkpoint().size);
  });
});

describe('a file of handovers', () => {
  test('of the whole chain leads from any of its keys to every receipt', async (t) => {
    const { world, first, second, third, before, between, after, last } = await chained(t);
    const handovers = handoversOf(world);
    for (const vkey of [first, second, third])
      for (const receipt of [before, between, after, last])
        assert.equal(both(receipt, { vkey, handovers })[0].outcome, 'ok');
  });

  test('that is cut, reordered, repeated or forged is refused, and says what is wrong with it', async (t) => {
    const { world, first, third, last, oldSigner } = await chained(t);
    const whole = handoversOf(world);
    const [one = '', two = ''] = whole.split(HEADER);
    const stranger = (): NoteSigner => parseSignerKey(generateSignerKey(ORIGIN));
    const log = { size: 2, root: Buffer.alloc(32, 7) };
    const thief = stranger();
    const elsewhere = (): NoteSigner => parseSignerKey(generateSignerKey('other.example/log'));
    const ownKey = openVault(world.vault).signer;
    const table: readonly (readonly [string, string, RegExp, RegExp])[] = [
      ['in another order', two + one, /number 2 does not go on.*another order/, /2 of 2 does not go on.*another order/],
      ['the beginning cut off', two, /none of them names the key given.*cut off/, /no handover names.*cut off/],
      ['the end cut off', one, /signed by another key/, /signed by another key.*the whole of its log\/handovers/],
      ['cut within', whole.slice(0, -30), /not sound: .*malformed/, /2 of 2 /],
      [
        'cut before its signatures',
        whole.slice(0, whole.lastIndexOf('\n\n')),
        /not sound: .*blank/,
        /2 of 2 .*cut off/,
      ],
      ['repeated', one + one + two, /number 2 does not go on/, /2 of 3 does not go on/],
      ['by strangers', signHandover(stranger(), thief, log, START), /none of them names/, /no handover names/],
      ['by a thief', signHandover(thief, ownKey, log, START), /none of them names/, /no handover names/],
      ['to a thief', whole + signHandover(thief, stranger(), log, START), /number 3 does not/, /3 of 3 does not/],
      ['of another log', signHandover(elsewhere(), elsewhere(), log, START), /signed by another/, /signed by another/],
      [
        'to the key of another',
        signHandover(oldSigner, elsewhere(), log, START),
        /not both of/,
        /both keys of one log/,
      ],
      ['nothing of the kind', 'Good morning.\n', /not sound/, /1 of 1 /],
    ];
    for (const [how, handovers, ourWords, theirWords] of table) {
      const [ours, theirs] = both(last, { vkey: first, handovers });
      assert.equal(ours.outcome, 'PROOF_INVALID', how);
      assert.match(ours.problem ?? '', ourWords, how);
      assert.match(theirs.problem ?? '', theirWords, how);
    }
    // The key that signed it needs no handover; but a file that names another log's keys, or none, still says nothing.
    assert.equal(both(last, { vkey: third, handovers: two })[0].outcome, 'ok');
    assert.equal(both(last, { vkey: third, handovers: one })[0].outcome, 'PROOF_INVALID');
    const without = verifyReceipt(last, { vkey: first });
    assert.match(without.next ?? '', /handed over its key, give its log\/handovers/);
  });

  test('is taken by the standalone verifier as a command; one that is empty is no such file', async (t) => {
    const { world, first, second, between, last } = await chained(t);
    const folder = temporaryFolder(t);
    const path = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const receipt = path('receipt.json', last);
    const run = (...words: string[]) => spawnSync(process.execPath, [FILE, ...words], { encoding: 'utf8' });
    const shown = ['--handovers', path('handovers', handoversOf(world))];
    const good = run(receipt, '--key', first, ...shown);
    assert.deepEqual([good.status, good.stderr], [0, '']);
    const alone = run(receipt, '--key', first);
    assert.match(`${alone.status} ${alone.stdout}`, /3 NOT good: .*give the whole of its log\/handovers/);
    const empty = run(receipt, '--key', first, '--handovers', path('empty', ''));
    assert.match(`${empty.status} ${empty.stderr}`, /2 .*holds no handover/);
    const two = run(path('between.json', between), '--key', first);
    assert.equal(two.status, 0);
    assert.ok(two.stdout.includes(`Signed also by an unknown key, ${short(second)}: the log may have handed over`));
  });

  test('the standalone verifier says how it is used, when asked and when used wrongly', () => {
    const run = (...words: string[]) => spawnSync(process.execPath, [FILE, ...words], { encoding: 'utf8' });
    const asked = run('--help');
    assert.deepEqual([asked.status, asked.stderr], [0, '']);
    assert.match(asked.stdout, /^node verify-receipt\.mjs RECEIPT --key VKEY\|--policy FILE /);
    const wrong = run('receipt.json');
    assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
    assert.equal(wrong.stderr, `say which receipt, and --key VKEY or --policy FILE\n${asked.stdout}`);
  });
});
