// Receipts with and without witnesses, in the envelope and plain, judged by the verifier of this package and by the
// standalone file, which share no code: the same verdict over the good ones, and over every byte of them changed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { verify as verifySignature } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Group } from '@weighbridge/protocol';
import {
  handoversBeside,
  isReceiptLike,
  openJournal,
  openVault,
  parsePolicy,
  parseReceipt,
  readReceipt,
  standaloneVerifier,
  verifyReceipt,
  type Journal,
  type VerifyOutcome,
} from '../src/index.ts';
import { writeCosignedFile } from '../src/cosigned/cosigned-file.ts';
import { formatEnvelope, parseEnvelope, PREDICATE_TYPE } from '../src/attest/envelope.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey } from '../src/note/note-key.ts';
import { formatReceipt } from '../src/receipt-file.ts';
import { generateCosignerKey, parseCosigner } from '../src/witness/cosignature.ts';
import { callDrafts, makeWorld, ORIGIN, temporaryFolder, type World } from './support/world.ts';

interface Given {
  readonly vkey?: string;
  readonly policy?: Buffer;
  readonly last?: string;
  readonly handovers?: string;
}
type Standalone = (file: Buffer, given: Given) => { outcome: VerifyOutcome; problem?: string };
const FILE = join(import.meta.dirname, '../standalone/verify-receipt.mjs');
const { verify: standalone } = (await import(pathToFileURL(FILE).href)) as { verify: Standalone };

const ALL: readonly Group[] = ['commercial', 'personal', 'public'];
const cosigners = [1, 2, 3].map((n) => parseCosigner(generateCosignerKey(`w${n}.example`, Buffer.alloc(32, n))));
const witnessLines = cosigners.map(({ key }, at) => `witness w${at + 1} ${key.vkey}\n`).join('');

interface Written {
  readonly world: World;
  readonly journal: Journal;
  readonly vkey: string;
  readonly id: string;
  readonly policy: (quorum: string) => Buffer;
}

/** A sealed log, whose checkpoint the first `cosigned` witnesses have cosigned. */
async function written(t: TestContext, cosigned: number): Promise<Written> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  let id = '';
  for (let at = 0; at < 4; at += 1) {
    const { intent, call } = callDrafts(world);
    id = call.id;
    await Promise.all([lane.append(intent), lane.append(call)]);
  }
  await lane.close();
  recorder.close();
  const journal = world.reader();
  const note = journal.checkpoint().text;
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const lines = cosigners.slice(0, cosigned).map((cosigner, at) => cosigner.cosign(text, 1_790_000_000 + at));
  if (cosigned > 0) writeCosignedFile(world.folder, [note + lines.join('')]);
  const policy = (quorum: string): Buffer =>
    Buffer.from(`log ${journal.vkey}\n${witnessLines}group two 2 w1 w2 w3\nquorum ${quorum}\n`);
  return { world, journal, vkey: journal.vkey, id, policy };
}

/** Both verdicts, which have to be one. */
function judge(file: Buffer, given: Given): VerifyOutcome {
  const { policy, ...rest } = given;
  const options = policy === undefined ? rest : { ...rest, policy: parsePolicy(policy) };
  const ours = verifyReceipt(file, options);
  const theirs = standalone(file, given);
  assert.equal(theirs.outcome, ours.outcome, `${theirs.problem} / ${ours.problem}`);
  return ours.outcome;
}

const bytesOf = (text: string): Buffer => Buffer.from(text);

describe('a receipt in its envelope', () => {
  test('verifies with the public key alone, as the plain one does, and says the same', async (t) => {
    const { journal, vkey, id } = await written(t, 0);
    for (const groups of [[], ['public'], ALL] as const) {
      const enveloped = journal.attestationFor(id, { groups });
      const plain = journal.receiptFor(id, { groups });
      assert.equal(judge(bytesOf(enveloped), { vkey }), 'ok');
      assert.equal(judge(bytesOf(plain), { vkey }), 'ok');
      assert.deepEqual(readReceipt(enveloped), readReceipt(plain));
      assert.deepEqual(parseEnvelope(enveloped).receipt, parseReceipt(plain));
    }
  });

  test('is an in-toto statement whose DSSE signature any tool can check', async (t) => {
    const { journal, vkey, id } = await written(t, 0);
    const envelope = JSON.parse(journal.attestationFor(id)) as {
      payload: string;
      payloadType: string;
      signatures: { keyid: string; sig: string }[];
    };
    const payload = Buffer.from(envelope.payload, 'base64');
    const statement = JSON.parse(payload.toString()) as Record<string, unknown>;
    assert.equal(statement['_type'], 'https://in-toto.io/Statement/v1');
    assert.equal(statement['predicateType'], PREDICATE_TYPE);
    const type = envelope.payloadType;
    assert.equal(type, 'application/vnd.in-toto+json');
    // The raw key, as a stranger to signed notes would have it.
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1),
    ]);
    const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
    const [signature] = envelope.signatures;
    assert.ok(
      verifySignature(
        null,
        message,
        { key: der, format: 'der', type: 'spki' },
        Buffer.from(signature?.sig ?? '', 'base64'),
      ),
    );
    assert.equal(signature?.keyid, vkey.split('+').slice(0, 2).join('+'));
  });

  test('with any byte changed is refused, under a key', async (t) => {
    const { journal, vkey, id } = await written(t, 0);
    for (const text of [journal.attestationFor(id, { groups: ALL }), journal.receiptFor(id, { groups: ALL })]) {
      const file = bytesOf(text);
      for (let at = 0; at < file.length; at += 1) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        assert.equal(judge(changed, { vkey }), 'PROOF_INVALID', `byte ${at}`);
      }
    }
  });

  test('with any byte changed is not good, under a policy that asks for all its witnesses', async (t) => {
    const { journal, id, policy } = await written(t, 3);
    const given = { policy: Buffer.from(policy('all').toString().replace('group two 2', 'group all all')) };
    for (const text of [journal.attestationFor(id), journal.receiptFor(id)]) {
      const file = bytesOf(text);
      assert.equal(judge(file, given), 'ok');
      for (let at = 0; at < file.length; at += 1) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        assert.notEqual(judge(changed, given), 'ok', `byte ${at}`);
      }
    }
  });

  test('cut anywhere, lengthened, or with a stretch of it moved is refused by both', async (t) => {
    const { journal, vkey, id } = await written(t, 1);
    const file = bytesOf(journal.attestationFor(id));
    for (let size = 0; size < file.length; size += 13)
      assert.equal(judge(file.subarray(0, size), { vkey }), 'PROOF_INVALID');
    for (const more of [' ', '\n', 'x', '\u0000']) {
      assert.equal(judge(Buffer.concat([file, bytesOf(more)]), { vkey }), 'PROOF_INVALID');
      assert.equal(judge(Buffer.concat([bytesOf(more), file]), { vkey }), 'PROOF_INVALID');
    }
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(file.length - 1), fc.nat(200), (from, to, length) => {
        const moved = Buffer.from(file);
        file.copy(moved, to, from, Math.min(from + length, file.length));
        const outcome = judge(moved, { vkey });
        assert.ok(outcome === 'PROOF_INVALID' || (outcome === 'ok' && onlyCosignaturesDiffer(moved, file)));
      }),
      { numRuns: 300 },
    );
  });

  test('whose statement is of another entry, says more, or is signed by nobody is refused', async (t) => {
    const { journal, world, vkey, id } = await written(t, 0);
    const signers = openVault(world.vault).signers;
    const receipt = parseReceipt(journal.receiptFor(id, { groups: ['public'] }));
    const [first] = journal.entries({ kinds: ['genesis'] });
    const foreign = { ...receipt, leaf: first?.text ?? '' };
    assert.equal(judge(bytesOf(formatEnvelope(foreign, signers)), { vkey }), 'PROOF_INVALID');
    assert.equal(judge(bytesOf(formatEnvelope(receipt, [])), { vkey }), 'PROOF_INVALID');
    const stranger = parseSignerKey(generateSignerKey(ORIGIN));
    assert.equal(judge(bytesOf(formatEnvelope(receipt, [stranger])), { vkey }), 'PROOF_INVALID');
    assert.equal(judge(bytesOf(formatEnvelope(receipt, [stranger, ...signers])), { vkey }), 'ok');
    const envelope = parseEnvelope(journal.attestationFor(id));
    const more = envelope.payload.toString().replace('"predicateType"', '"note":"sound","predicateType"');
    const signed = journal
      .attestationFor(id)
      .replace(envelope.payload.toString('base64'), Buffer.from(more).toString('base64'));
    assert.match(verifyReceipt(signed, { vkey }).problem ?? '', /says more, or else/);
    assert.equal(judge(bytesOf(signed), { vkey }), 'PROOF_INVALID');
  });

  test('is seen as a receipt, and needs the vault to be made', async (t) => {
    const { journal, world, id } = await written(t, 0);
    assert.ok(isReceiptLike(journal.attestationFor(id)));
    const bare = openJournal(world.folder);
    t.after(() => bare.close());
    assert.throws(() => bare.attestationFor(id), { code: 'VAULT_UNREADABLE', message: /statement is to be signed/ });
  });

  test('verifies under every key of a log whose key was handed over, as far as that key was its own', async (t) => {
    const { world, vkey: first } = await written(t, 0);
    world.restart();
    const recorder = world.recorder();
    const call = async (): Promise<Buffer> => {
      const lane = world.lane();
      const draft = callDrafts(world).call;
      await lane.append(draft);
      await lane.close();
      recorder.step({ seal: true });
      return bytesOf(world.reader().attestationFor(draft.id));
    };
    const before = await call();
    const { vkey: second } = recorder.rotateKey('a test');
    const between = await call();
    const oldSigners = openVault(world.vault).signers.filter(({ verifier }) => verifier.vkey === first);
    recorder.retireKeys('a test');
    const after = await call();
    const newest = world.reader().checkpoint();
    recorder.close();
    const handovers = handoversBeside(world.folder);
    assert.equal(parseEnvelope(between.toString()).signatures.length, 2);
    const policy = Buffer.from(`log ${first}\nquorum none\n`);
    for (const file of [before, between, after])
      for (const given of [{ vkey: first }, { vkey: second }, { policy }])
        assert.equal(judge(file, { ...given, handovers }), 'ok');
    const without: readonly (readonly [Buffer, string, VerifyOutcome])[] = [
      [before, first, 'ok'],
      [before, second, 'PROOF_INVALID'],
      [between, first, 'ok'],
      [between, second, 'ok'],
      [after, first, 'PROOF_INVALID'],
      [after, second, 'ok'],
    ];
    for (const [file, vkey, outcome] of without) assert.equal(judge(file, { vkey }), outcome);
    // The old key, stolen after it was handed over, signs for a log of that size once more.
    const { receipt } = parseEnvelope(after.toString());
    const forged = signCheckpoint(newest, oldSigners).text;
    const theft = { ...receipt, proof: receipt.proof.slice(0, receipt.proof.indexOf('\n\n') + 2) + forged };
    const stolen = bytesOf(formatEnvelope(theft, oldSigners));
    assert.equal(judge(stolen, { vkey: first }), 'ok');
    for (const vkey of [first, second]) assert.equal(judge(stolen, { vkey, handovers }), 'PROOF_INVALID');
    for (let at = 0; at < handovers.length; at += 7) {
      const changed = handovers.slice(0, at) + (handovers[at] === 'A' ? 'B' : 'A') + handovers.slice(at + 1);
      assert.equal(judge(after, { vkey: first, handovers: changed }), 'PROOF_INVALID', `byte ${at}`);
    }
  });
});

/** A cosignature that nobody asked for is passed over, as signed notes have it; nothing else may differ. */
function onlyCosignaturesDiffer(a: Buffer, b: Buffer): boolean {
  // Behind the log's own signature: also the name of whoever cosigned.
  const strip = (file: Buffer): string =>
    file.toString('utf8').replace(/(— journal\.example\S* [\w+/=]+\\n)— [^"]*"/, '$1"');
  return a.equals(b) || strip(a) === strip(b);
}

describe('a receipt and its witnesses', () => {
  const table: readonly (readonly [number, string, VerifyOutcome])[] = [
    [0, 'none', 'ok'],
    [0, 'w1', 'QUORUM_NOT_MET'],
    [1, 'w1', 'ok'],
    [1, 'w2', 'QUORUM_NOT_MET'],
    [1, 'two', 'QUORUM_NOT_MET'],
    [2, 'two', 'ok'],
    [3, 'two', 'ok'],
    [2, 'w3', 'QUORUM_NOT_MET'],
  ];
  for (const [cosigned, quorum, outcome] of table) {
    test(`${cosigned} cosigned, ${quorum} asked for: ${outcome}`, async (t) => {
      const { journal, id, vkey, policy } = await written(t, cosigned);
      for (const text of [journal.attestationFor(id), journal.receiptFor(id)]) {
        assert.equal(judge(bytesOf(text), { policy: policy(quorum) }), outcome);
        assert.equal(judge(bytesOf(text), { policy: policy(quorum), vkey }), outcome);
        assert.equal(judge(bytesOf(text), { vkey }), 'ok');
      }
    });
  }

  test('the answer names who is there, as of when, and who is missing', async (t) => {
    const { journal, id, policy } = await written(t, 2);
    const good = verifyReceipt(journal.attestationFor(id), { policy: parsePolicy(policy('two')) });
    const size = journal.checkpoint().size;
    assert.deepEqual(good.witnessed, {
      quorum: '2 of (w1, w2, w3)',
      met: true,
      by: [
        { name: 'w1', at: 1_790_000_000_000, size },
        { name: 'w2', at: 1_790_000_001_000, size },
      ],
      as_of: 1_790_000_000_000,
    });
    const short = verifyReceipt(journal.attestationFor(id), { policy: parsePolicy(policy('w3')) });
    assert.equal(short.problem, 'the policy asks for w3, and only w1, w2 cosigned');
  });

  test('a cosignature of a known witness that is wrong condemns the receipt', async (t) => {
    const { world, journal, id, policy } = await written(t, 0);
    const note = journal.checkpoint().text;
    writeCosignedFile(world.folder, [note + (cosigners[0]?.cosign('another text\n', 5) ?? '')]);
    const text = journal.attestationFor(id);
    assert.equal(judge(bytesOf(text), { policy: policy('w2') }), 'PROOF_INVALID');
    assert.equal(judge(bytesOf(text), { vkey: journal.vkey }), 'ok');
  });

  test('a log that the policy does not name is refused', async (t) => {
    const { journal, id } = await written(t, 1);
    const other = parseSignerKey(generateSignerKey(ORIGIN)).verifier.vkey;
    const policy = Buffer.from(`log ${other}\n${witnessLines}quorum w1\n`);
    assert.equal(judge(bytesOf(journal.attestationFor(id)), { policy }), 'PROOF_INVALID');
  });

  test('of a log that was forked is refused by whoever remembers the other branch', async (t) => {
    const { world, journal, id, vkey } = await written(t, 0);
    const { size } = journal.checkpoint();
    const { signers } = openVault(world.vault);
    const fork = signCheckpoint({ origin: ORIGIN, size, root: Buffer.alloc(32, 7) }, signers).text;
    assert.equal(judge(bytesOf(journal.attestationFor(id)), { vkey, last: fork }), 'PROOF_INVALID');
    assert.equal(judge(bytesOf(journal.attestationFor(id)), { vkey, last: journal.checkpoint().text }), 'ok');
  });

  test('a group with members beside salt and text, or half a character, is refused by both', async (t) => {
    const { journal, id, vkey } = await written(t, 0);
    const receipt = parseReceipt(journal.receiptFor(id, { groups: ['public'] }));
    const { salt = '', text = '' } = receipt.groups.public ?? {};
    const more = { ...receipt, groups: { public: { salt, text, aside: 'unseen' } } };
    assert.equal(judge(bytesOf(formatReceipt(more)), { vkey }), 'PROOF_INVALID');
    const half = journal.receiptFor(id).replace('"salt":"', '"salt":"\\ud800');
    assert.equal(judge(bytesOf(half), { vkey }), 'PROOF_INVALID');
  });
});

describe('the standalone verifier', () => {
  test('is one file of a few hundred lines that leans on nothing but Node', () => {
    const text = standaloneVerifier();
    assert.ok(text.split('\n').length < 500);
    const imports = [...text.matchAll(/^import .* from '(.*)';$/gm)].map(([, from]) => from);
    assert.deepEqual(imports, ['node:crypto', 'node:fs', 'node:url']);
    assert.ok(!/\brequire\(|\bimport\(|\beval\b|child_process|fetch\(|node:net|node:http/.test(text));
  });

  test('runs as a command: exit 0, 3, 6 and 2, in words and as JSON', async (t) => {
    const { journal, id, vkey, policy } = await written(t, 1);
    const folder = temporaryFolder(t);
    const path = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const text = journal.attestationFor(id, { groups: ['public'] });
    const receipt = path('receipt.json', text);
    const changed = path('changed.json', text.replace('index ', 'index 1'));
    const met = path('met.txt', policy('w1'));
    const short = path('short.txt', policy('two'));
    for (const node of nodes()) {
      const run = (...words: string[]) => spawnSync(node, [FILE, ...words], { encoding: 'utf8' });
      const good = run(receipt, '--policy', met);
      assert.deepEqual([good.status, good.stderr], [0, '']);
      assert.match(good.stdout, /^Good\.\ncall \w{26} of .* was in the log of journal\.example\/node-1\/lab/);
      assert.match(good.stdout, /Cosigned by w1 as of 2026-/);
      assert.match(good.stdout, /public: \{"asked"/);
      assert.equal(run(receipt, '--key', vkey).status, 0);
      assert.equal(run(changed, '--key', vkey).status, 3);
      assert.equal(run(receipt, '--policy', short).status, 6);
      const json = JSON.parse(run(receipt, '--policy', short, '--json').stdout) as { outcome: string; id: string };
      assert.deepEqual([json.outcome, json.id], ['QUORUM_NOT_MET', id]);
      for (const words of [
        [],
        [receipt],
        [receipt, '--key', 'x'],
        [receipt, '--policy', receipt],
        ['none', '--key', vkey],
      ])
        assert.equal(run(...words).status, 2, words.join(' '));
    }
  });
});

/** The pinned Node, and the system's where there is one: any from 20 on has to do. */
function nodes(): readonly string[] {
  const system = '/usr/bin/node';
  if (!existsSync(system)) return [process.execPath];
  const major = Number(execFileSync(system, ['--version'], { encoding: 'utf8' }).slice(1).split('.')[0]);
  return major >= 20 ? [process.execPath, system] : [process.execPath];
}
