// The digests of an entry's bodies are what the hash of the library gives, by whichever way they are taken; the wide form is
// the library's HMAC.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { EntryBodies } from '../src/vault/entry-bodies.ts';
import { Prf } from '../src/vault/prf.ts';

const expected = (key: Uint8Array, id: string, label: 'request' | 'response', body: Uint8Array): string => {
  const block = Buffer.alloc(64, 0x6a);
  for (const [i, byte] of key.entries()) block[i] = byte ^ 0x6a;
  const salts = createHash('sha256').update(block).update(`weighbridge/v1\nbodies\n${id}\u0001`).digest();
  const salt = label === 'request' ? salts.subarray(0, 16) : salts.subarray(16);
  return createHash('sha256').update(salt).update(body).digest('base64url');
};

const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
const label = fc.constantFrom('request' as const, 'response' as const);

test('the one-shot digest and the incremental one equal the hash as the library has it', () => {
  fc.assert(
    fc.property(
      key,
      fc.stringMatching(/^[ -~]{0,160}$/),
      label,
      fc.uint8Array({ maxLength: 300 }),
      (secret, id, which, body) => {
        const bodies = new EntryBodies(new Prf(secret), id);
        const hasher = bodies.hasher(which);
        hasher.update(body.subarray(0, 7));
        hasher.update(body.subarray(7));
        assert.equal(bodies.digest(which, body), expected(secret, id, which, body));
        assert.equal(hasher.digest(), expected(secret, id, which, body));
      },
    ),
  );
});

test('a body larger than the scratch buffer is digested whole', () => {
  const secret = Buffer.alloc(32, 1);
  const body = Buffer.alloc(200_000, 7);
  assert.equal(new EntryBodies(new Prf(secret), 'x').digest('response', body), expected(secret, 'x', 'response', body));
});

test('the wide form is HMAC-SHA-512, for any key and text', () => {
  fc.assert(
    fc.property(key, fc.string({ maxLength: 600 }), (secret, info) => {
      const text = createHmac('sha512', secret).update(`weighbridge/v1\n${info}\u0001`).digest('hex');
      assert.equal(new Prf(secret).expandWide(info).toString('hex'), text);
    }),
  );
});
