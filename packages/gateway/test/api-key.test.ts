import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { mintKey, parseKey } from '../src/stages/api-key.ts';
import { seeded } from './support/fixture.ts';

test('a minted key parses to its own id and has the stated form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (seed) => {
      const { id, key } = mintKey(seeded(seed));
      assert.match(key, /^wb_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/);
      assert.deepEqual(parseKey(key), { id });
    }),
  );
});

test('the checksum is the CRC-32 of the secret in six base-62 digits', () => {
  const { key } = mintKey(seeded(3));
  const secret = key.slice(-36, -6);
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = Array.from(key.slice(-6)).reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  assert.equal(value, crc32(secret));
});

test('a key with one character changed is refused by its form alone', () => {
  const { key } = mintKey(seeded(9));
  fc.assert(
    fc.property(
      fc.integer({ min: key.length - 36, max: key.length - 1 }),
      fc.constantFrom('A', 'b', '7'),
      (at, char) => {
        if (key[at] === char) return;
        assert.throws(() => parseKey(key.slice(0, at) + char + key.slice(at + 1)), { code: 'KEY_INVALID' });
      },
    ),
  );
  for (const other of ['', 'wb_', `${key} `, key.slice(0, -1), key.replace('wb_', 'sk_')]) {
    assert.throws(() => parseKey(other), { code: 'KEY_INVALID' });
  }
});

test('characters of the secret are drawn without favour', () => {
  const counts = new Map<string, number>();
  const random = seeded(1234);
  for (let i = 0; i < 2_000; i += 1)
    for (const char of mintKey(random).key.slice(-36, -6)) counts.set(char, (counts.get(char) ?? 0) + 1);
  const expected = (2_000 * 30) / 62;
  assert.equal(counts.size, 62);
  for (const [char, seen] of counts)
    assert.ok(Math.abs(seen - expected) < expected * 0.2, `seed 1234: ${char} ${seen}`);
});
