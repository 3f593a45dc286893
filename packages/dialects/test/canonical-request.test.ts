// Requests as text: the same where a model cannot tell them apart, and never the same where it can.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalRequest } from '../src/index.ts';

const canonical = (text: string): string => canonicalRequest('anthropic-messages', Buffer.from(text));

test('space, the order at the top and who asks make no difference', () => {
  const plain = canonical('{"model":"m","messages":[{"role":"user","content":"a b"}]}');
  assert.equal(canonical('\n{ "messages" : [ { "role" : "user" , "content":"a b" } ] ,\t"model":"m" }'), plain);
  assert.equal(
    canonical('{"metadata":{"user_id":"x"},"model":"m","messages":[{"role":"user","content":"a b"}]}'),
    plain,
  );
  assert.match(
    canonicalRequest('openai-chat', Buffer.from('{"user":"x","metadata":{"a":1}}')),
    /^"metadata":\{"a":1\}$/,
  );
});

test('digits, doubled names, inner order and space inside strings do', () => {
  const texts = [
    '{"a":1.0}',
    '{"a":1}',
    '{"a":9007199254740993}',
    '{"a":9007199254740992}',
    '{"a":1,"a":2}',
    '{"a":2}',
  ];
  texts.push(
    '{"a":{"b":1,"c":2}}',
    '{"a":{"c":2,"b":1}}',
    '{"a":"x y"}',
    '{"a":"x  y"}',
    '{"a":"\\" "}',
    '{"a":"\\""}',
  );
  assert.equal(new Set(texts.map(canonical)).size, texts.length);
});

test('however a body is laid out, its text is the same; another value gives another text', () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
  fc.assert(
    fc.property(value, value, (one, other) => {
      assert.equal(canonical(JSON.stringify(one, null, 3)), canonical(JSON.stringify(one)));
      const same = JSON.stringify(one) === JSON.stringify(other);
      assert.ok(
        same || canonical(JSON.stringify(one)) !== canonical(JSON.stringify(other)) || sorted(one) === sorted(other),
      );
    }),
    { seed: 7, numRuns: 300 },
  );
});

const sorted = (value: object): string =>
  JSON.stringify(
    Object.entries(value)
      .filter(([name]) => name !== 'metadata')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
