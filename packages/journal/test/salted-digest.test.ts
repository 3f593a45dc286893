import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prf } from '../src/vault/prf.ts';
import { saltedDigest } from '../src/vault/salted-digest.ts';

test('the one-shot digest equals HMAC and hash as the library has them', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.stringMatching(/^[ -~]{0,200}$/),
      bytes,
      (key, info, body) => {
        const salt = createHmac('sha256', key).update(`weighbridge/v1\n${info}\u0001`).digest();
        assert.equal(
          saltedDigest(new Prf(key), info, body),
          createHash('sha256').update(salt).update(body).digest('base64url'),
        );
      },
    ),
  );
});

test('a body larger than the scratch buffer is digested whole', () => {
  const key = Buffer.alloc(32, 1);
  const body = Buffer.alloc(200_000, 7);
  const salt = createHmac('sha256', key).update('weighbridge/v1\nx\u0001').digest();
  assert.equal(
    saltedDigest(new Prf(key), 'x', body),
    createHash('sha256').update(salt).update(body).digest('base64url'),
  );
});

test('the wide form is HMAC-SHA-512, for any key and text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string({ maxLength: 600 }), (key, info) => {
      const expected = createHmac('sha512', key).update(`weighbridge/v1\n${info}\u0001`).digest('hex');
      assert.equal(new Prf(key).expandWide(info).toString('hex'), expected);
    }),
  );
});
