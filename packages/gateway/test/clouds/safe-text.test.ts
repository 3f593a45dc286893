import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { safeLines, safeText, safeType } from '../../src/clouds/safe-text.ts';

describe('text that is safe to show', () => {
  test('ordinary vendor messages stay as they are', () => {
    for (const text of [
      'prompt is too long: 203456 tokens > 200000 maximum',
      'messages.3.content.0.tool_use.id: Field required',
      "Invalid value: 'x'. Supported values are: 'a' and 'b'. (max_tokens, top_p)",
      'The model `claude-sonnet-4-5-20250929` does not exist',
      'Too many tokens, please wait before trying again.',
      'req_011CSHoEeqs5C35K2UUqR7Fy',
    ]) {
      assert.equal(safeText(text), text);
    }
  });

  test('each kind of secret or account name is replaced by its kind', () => {
    for (const [text, shown] of [
      ['arn:aws-us-gov:iam::123456789012:role/x', '[arn]'],
      ['account 123456789012 is closed', 'account [account] is closed'],
      ['/subscriptions/abc/resourceGroups/rg/x, then', '[azure resource], then'],
      ['Bearer abc.def-ghi', '[token]'],
      ['key AIzaSyA1234567890abcdefghijklmnop', 'key [key]'],
      ['ASIAIOSFODNN7EXAMPLE', '[key]'],
      ['tenant 8a3f2c11-0000-4444-8888-1234567890ab', 'tenant [id]'],
      ["Project 'acme-42' has no quota", '[project]'],
      ['mail ops@acme.example now', 'mail [address] now'],
      ['https://acme.openai.azure.com/openai', 'https://[resource]/openai'],
      ['wb_k1_abcdefgh', '[key]'],
    ] as const) {
      assert.ok(safeText(text).includes(shown), `${text} → ${safeText(text)}`);
    }
  });

  test('whatever goes in, one bounded line comes out, quickly', () => {
    const seed = 7;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.constantFrom('é', '\ud800', '\u2028', '漢', '😀')), {
          maxLength: 80,
        }),
        (parts) => {
          const text = parts.join('');
          const safe = safeText(text);
          assert.ok(safe.length <= 500 && safe.isWellFormed());
          assert.doesNotMatch(safe, /[\p{Cc}\u2028\u2029]/u);
        },
      ),
      { seed, numRuns: 80 },
    );
    const started = performance.now();
    for (const evil of [
      'a@'.repeat(2000),
      '-'.repeat(4000),
      'arn:aws:'.repeat(500),
      'eyJ'.repeat(1300),
      '0'.repeat(4000),
      'a.'.repeat(2000),
    ]) {
      assert.ok(safeText(evil.repeat(10)).length <= 500);
    }
    assert.ok(performance.now() - started < 500);
  });

  test('a message that is delivered keeps its lines, and loses secrets and what cannot be seen', () => {
    assert.equal(safeLines('a: b\n\tc'), 'a: b\n\tc');
    assert.equal(safeLines('a\r\u0000\u202eb sk-proj-abcdef'), 'a   b [key]');
    const long = safeLines('x'.repeat(9_000));
    assert.ok(long.length <= 4_097 && long.endsWith('…'));
  });

  test('a type is a short word or unknown', () => {
    assert.equal(safeType('overloaded_error'), 'overloaded_error');
    assert.equal(safeType('x'.repeat(200)), 'unknown');
    assert.equal(safeType('a\r\nb'), 'unknown');
  });
});
