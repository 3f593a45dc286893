import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { generateSignerKey, parseSignerKey, parseVerifierKey } from '../src/note/note-key.ts';
import { signNote } from '../src/note/signed-note.ts';
import {
  cosignaturesOn,
  generateCosignerKey,
  parseCosigner,
  parseCosignerKey,
  publicKeyOf,
} from '../src/witness/cosignature.ts';
import { growLog } from './support/grown-log.ts';

const witness = parseCosigner(generateCosignerKey('witness.example/w1', Buffer.alloc(32, 3)));
const other = parseCosigner(generateCosignerKey('witness.example/w2', Buffer.alloc(32, 4)));
const log = growLog();
const note = log.checkpoint(5);
const text = note.slice(0, note.indexOf('\n\n') + 1);
const invalid = { code: 'PROOF_INVALID' };

describe('cosignatures', () => {
  test('say who cosigned, and as of when', () => {
    const cosigned = note + witness.cosign(text, 1_700_000_000) + other.cosign(text, 1_700_000_009);
    assert.deepEqual(
      cosignaturesOn(cosigned, [witness.key, other.key]).map(({ key, at }) => [key.name, at]),
      [
        ['witness.example/w1', 1_700_000_000_000],
        ['witness.example/w2', 1_700_000_009_000],
      ],
    );
    assert.equal(cosignaturesOn(cosigned, [other.key]).length, 1);
    assert.equal(cosignaturesOn(note, [other.key]).length, 0);
  });

  test('of one witness twice count once, with the later time', () => {
    const twice = note + witness.cosign(text, 200) + witness.cosign(text, 100);
    assert.deepEqual(cosignaturesOn(twice, [witness.key]), [{ key: witness.key, at: 200_000 }]);
  });

  test('of another text, or with another time than was signed, condemn the note', () => {
    const foreign = note + witness.cosign(text.replace('5', '6'), 1_700_000_000);
    assert.throws(() => cosignaturesOn(foreign, [witness.key]), invalid);
    fc.assert(
      fc.property(fc.nat(71), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const line = witness.cosign(text, 1_700_000_000);
        const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
        bytes[4 + at] = (bytes[4 + at] ?? 0) ^ mask;
        const changed = `${note}— witness.example/w1 ${bytes.toString('base64')}\n`;
        assert.throws(() => cosignaturesOn(changed, [witness.key]), invalid);
      }),
    );
  });

  test('without a time are none', () => {
    assert.throws(() => cosignaturesOn(note + witness.cosign(text, 0), [witness.key]), invalid);
  });

  test("a log's plain signature never passes for a witness's, nor a witness's for a log's", () => {
    const seed = Buffer.alloc(32, 9);
    const plain = parseSignerKey(generateSignerKey('same.example', seed));
    const cosigner = parseCosigner(generateCosignerKey('same.example', seed));
    assert.notEqual(plain.keyId, cosigner.key.keyId);
    assert.equal(publicKeyOf(plain.verifier.vkey), publicKeyOf(cosigner.key.vkey));
    assert.deepEqual(cosignaturesOn(signNote(text, [plain]), [cosigner.key]), []);
    assert.throws(() => parseVerifierKey(cosigner.key.vkey), { message: /not of Ed25519/ });
    assert.throws(() => parseCosignerKey(plain.verifier.vkey), { message: /not a witness's Ed25519 key/ });
  });

  test('a key survives its text forms, and damage is seen', () => {
    const skey = generateCosignerKey('witness.example');
    const { key } = parseCosigner(`${skey}\n`);
    assert.deepEqual(parseCosignerKey(key.vkey).vkey, key.vkey);
    const hash = key.vkey.split('+')[1] ?? '';
    const wrong = hash.replace(/./, (digit) => (digit === '0' ? '1' : '0'));
    assert.throws(() => parseCosignerKey(key.vkey.replace(hash, wrong)), { message: /hash in the verifier key/ });
    for (const damaged of ['', skey.slice(0, -8), skey.replace(hash, wrong), generateSignerKey('witness.example')])
      assert.throws(() => parseCosigner(damaged), { code: 'VAULT_UNREADABLE' });
    for (const malformed of ['', 'name', 'a b+00000000+AA==', `x+0+${'A'.repeat(44)}`, 'x+00000000+***'])
      assert.throws(() => parseCosignerKey(malformed), invalid);
  });
});
