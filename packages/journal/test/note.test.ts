import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { leafHash } from '../src/merkle/hash.ts';
import { openCheckpoint, readCheckpoint, signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey, parseVerifierKey } from '../src/note/note-key.ts';
import { openNote, parseNote, signNote } from '../src/note/signed-note.ts';
import { formatTlogProof, parseTlogProof } from '../src/note/tlog-proof.ts';

// The example of Go's golang.org/x/mod/sumdb/note (documentation of the package). Ed25519 is deterministic.
const GO_SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
// The example of c2sp.org/signed-note, "Verifier keys".
const SPEC_VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const SPEC_NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const signerOf = (name: string, byte: number) => parseSignerKey(generateSignerKey(name, Buffer.alloc(32, byte)));
const invalid = { code: 'PROOF_INVALID' };

describe('signed notes', () => {
  test("Go's example key signs Go's example note byte for byte", () => {
    const signer = parseSignerKey(GO_SKEY);
    assert.equal(signer.verifier.vkey, GO_VKEY);
    assert.equal(signer.keyId, 0xc74f20a3);
    assert.equal(signNote(GO_TEXT, [signer]), GO_NOTE);
  });

  test("the specification's example key opens its example note", () => {
    const opened = openNote(SPEC_NOTE, [parseVerifierKey(SPEC_VKEY)]);
    assert.equal(opened.text, 'This is an example message.\n');
    assert.throws(
      () => openNote(SPEC_NOTE.replace('example message', 'exemplar message'), [parseVerifierKey(SPEC_VKEY)]),
      invalid,
    );
  });

  test('a key made here survives its text form', () => {
    const skey = generateSignerKey('log.example/a');
    const signer = parseSignerKey(skey);
    assert.equal(
      generateSignerKey('log.example/a', Buffer.from(skey.split('+').slice(4).join('+'), 'base64').subarray(1)),
      skey,
    );
    const verifier = parseVerifierKey(signer.verifier.vkey);
    assert.ok(verifier.verify('text\n', signer.sign('text\n')));
    assert.ok(!verifier.verify('texT\n', signer.sign('text\n')));
  });

  const badKeys = [
    ['wrong hash', GO_VKEY.replace('c74f20a3', 'c74f20a4')],
    ['upper-case hash', GO_VKEY.replace('c74f20a3', 'C74F20A3')],
    ['no name', GO_VKEY.replace('PeterNeumann', '')],
    ['space in the name', GO_VKEY.replace('PeterNeumann', 'Peter Neumann')],
    ['another algorithm', `a+00000000+${Buffer.concat([Buffer.of(2), Buffer.alloc(32)]).toString('base64')}`],
    ['short key', `a+00000000+${Buffer.alloc(20, 1).toString('base64')}`],
    ['not base 64', 'a+00000000+***'],
    ['one part', 'PeterNeumann'],
  ] as const;
  for (const [why, vkey] of badKeys) {
    test(`a verifier key is refused: ${why}`, () => assert.throws(() => parseVerifierKey(vkey), invalid));
  }

  test('a damaged or foreign signer key is refused', () => {
    for (const skey of ['', GO_VKEY, GO_SKEY.replace('c74f20a3', 'c74f20a4'), GO_SKEY.slice(0, -4)]) {
      assert.throws(() => parseSignerKey(skey), { code: 'VAULT_UNREADABLE' });
    }
    assert.throws(() => generateSignerKey('a name'), { code: 'BAD_REQUEST' });
  });

  test('sixteen and more signatures are accepted, and those of unknown keys ignored', () => {
    const signers = Array.from({ length: 40 }, (_, i) => signerOf(`signer${i}.example`, i + 1));
    const note = signNote('text\n', signers);
    const known = signers[39];
    assert.ok(known !== undefined);
    assert.deepEqual(openNote(note, [known.verifier]).signers, [known.verifier]);
    const sameName = signerOf('signer3.example', 99);
    assert.throws(() => openNote(note, [sameName.verifier]), { message: /another key than the one given/ });
  });

  test('a wrong signature of a known key condemns the note, whoever else signed', () => {
    const [a, b] = [signerOf('a', 1), signerOf('b', 2)];
    const note = signNote('text\n', [a, b]);
    const forged = note.replace(
      /(— b \S{10})(\S)/,
      (_, head: string, char: string) => head + (char === 'A' ? 'B' : 'A'),
    );
    assert.notEqual(forged, note);
    assert.throws(() => openNote(forged, [a.verifier, b.verifier]), { message: /signature of b does not verify/ });
    assert.doesNotThrow(() => openNote(forged, [a.verifier]));
  });

  const malformed = [
    ['no blank line', 'text\n— a AAAAAAAAAA==\n'],
    ['no signature', 'text\n\n'],
    ['no final newline', GO_NOTE.slice(0, -1)],
    ['a tab', GO_NOTE.replace('If', '\tIf')],
    ['a carriage return', GO_NOTE.replace('\n', '\r\n')],
    ['a lone surrogate', GO_NOTE.replace('If', '\ud800')],
    ['a hyphen for the dash', GO_NOTE.replace('—', '-')],
    ['two spaces', GO_NOTE.replace('— ', '—  ')],
    ['a plus in the name', GO_NOTE.replace('PeterNeumann', 'Peter+Neumann')],
    ['a signature of four bytes', 'text\n\n— a AAAAAA==\n'],
    ['loose base 64', GO_NOTE.replace('nAM=', 'nAN=')],
    ['more than a hundred signatures', `text\n\n${'— a AAAAAAAAAA==\n'.repeat(101)}`],
    ['more than a million characters', `${'x'.repeat(1_000_001)}\n\n— a AAAAAAAAAA==\n`],
  ] as const;
  for (const [why, note] of malformed) {
    test(`a note is refused: ${why}`, () => assert.throws(() => parseNote(note), { message: /malformed/, ...invalid }));
  }

  test('a text that is no line, or holds control characters, is not signed', () => {
    assert.throws(() => signNote('text', [signerOf('a', 1)]), invalid);
    assert.throws(() => signNote('te\u0000xt\n', [signerOf('a', 1)]), invalid);
  });
});

describe('checkpoints', () => {
  const signer = signerOf('log.example', 7);
  const root = leafHash(Buffer.from('x'));

  test('what is signed is what is read', () => {
    const signed = signCheckpoint({ origin: 'log.example', size: 42, root }, [signer]);
    assert.deepEqual(openCheckpoint(signed.text, [signer.verifier]), signed);
    assert.equal(signed.text.split('\n').slice(0, 3).join('|'), `log.example|42|${root.toString('base64')}`);
  });

  test('the origin has to be the name of the key', () => {
    const signed = signCheckpoint({ origin: 'other.example', size: 42, root }, [signer]);
    assert.throws(() => openCheckpoint(signed.text, [signer.verifier]), { message: /other\.example, whose key/ });
  });

  const bodies = [
    'log.example\n',
    `log.example\n042\n${root.toString('base64')}\n`,
    `log.example\n-1\n${root.toString('base64')}\n`,
    `log.example\n99999999999999999\n${root.toString('base64')}\n`,
    `log.example\n42\nAAAA\n`,
    `\n42\n${root.toString('base64')}\n`,
    `log.example\n42\n${root.toString('base64')}\n\n`,
    `log.example\n1e3\n${root.toString('base64')}\n`,
  ];
  for (const body of bodies) {
    test(`a body is refused: ${JSON.stringify(body.slice(0, 40))}`, () => {
      assert.throws(() => readCheckpoint(signNote(body, [signer])), invalid);
    });
  }

  test('extension lines are passed over', () => {
    const note = signNote(`log.example\n42\n${root.toString('base64')}\nextension\n`, [signer]);
    assert.equal(openCheckpoint(note, [signer.verifier]).size, 42);
  });
});

describe('tlog-proof', () => {
  const checkpoint = signCheckpoint({ origin: 'log.example', size: 9, root: leafHash(Buffer.from('x')) }, [
    signerOf('log.example', 7),
  ]).text;
  const hash = leafHash(Buffer.from('y'));

  test('what is written is read back, with and without extra data', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
        fc.option(fc.uint8Array()),
        (index, hashes, extra) => {
          const proof = {
            index,
            hashes: hashes.map((h) => Buffer.from(h)),
            checkpoint,
            ...(extra === null ? {} : { extra: Buffer.from(extra) }),
          };
          assert.deepEqual(parseTlogProof(formatTlogProof(proof)), proof);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('the text has the lines of the specification', () => {
    const lines = formatTlogProof({ index: 3, hashes: [hash], checkpoint }).split('\n');
    assert.deepEqual(lines.slice(0, 5), [
      'c2sp.org/tlog-proof@v1',
      'index 3',
      hash.toString('base64'),
      '',
      'log.example',
    ]);
  });

  const good = formatTlogProof({ index: 3, hashes: [hash], checkpoint });
  const malformed = [
    ['another version', good.replace('@v1', '@v2')],
    ['no index', good.replace('index 3\n', '')],
    ['an index with a leading zero', good.replace('index 3', 'index 03')],
    ['a negative index', good.replace('index 3', 'index -3')],
    ['an index beyond 2^53', good.replace('index 3', 'index 9999999999999999')],
    ['a short hash', good.replace(hash.toString('base64'), 'AAAA')],
    ['a hash with loose ends', good.replace(hash.toString('base64'), `${hash.toString('base64')}=`)],
    ['extra data that is not base 64', good.replace('index 3', 'extra ***\nindex 3')],
    ['extra data after the index', good.replace('index 3', 'index 3\nextra YQ==')],
    ['no blank line', good.replace('\n\n', '\n').replace('\n\n', '\n')],
    ['too many hashes', good.replace(`${hash.toString('base64')}\n`, `${hash.toString('base64')}\n`.repeat(64))],
    ['nothing', ''],
  ] as const;
  for (const [why, text] of malformed) {
    test(`a proof is refused: ${why}`, () =>
      assert.throws(() => parseTlogProof(text), { message: /malformed/, ...invalid }));
  }
});
