// What a person reads who wrote a file with faults: each with its place, its reason and what mends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError, type AppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { checkDocument, DOCUMENT_BYTES_MOST, readDocument, type DocumentForm } from '@weighbridge/document';

interface Deal {
  readonly parties: Readonly<Record<string, { readonly parent?: string | undefined }>>;
  readonly amount: string;
}

const FORM: DocumentForm<Deal> = {
  what: 'the deal',
  code: 'DEAL_INVALID',
  schema: z.strictObject({
    parties: z.record(z.string(), z.strictObject({ parent: z.string().optional() })),
    amount: z.string(),
  }),
  meaning: ({ parties }, problems) => {
    for (const [name, { parent }] of Object.entries(parties)) {
      if (parent !== undefined && parties[parent] === undefined)
        problems.error(['parties', name, 'parent'], `"${parent}" is no party`, 'name one of the file');
    }
  },
};

const linesOf = (text: string): string[] =>
  checkDocument(text, FORM).problems.map(({ line, column, message, mend }) => `${line}:${column} ${message}; ${mend}`);

test('a sound file gives its value', () => {
  const text = 'parties:\n  a: { parent: b }\n  b: {}\namount: "5"\n';
  assert.deepEqual(readDocument('deal.yaml', text, FORM), { parties: { a: { parent: 'b' }, b: {} }, amount: '5' });
});

test('every fault of shape is told at once, with the nearest key and with what to write', () => {
  assert.deepEqual(linesOf('partys:\n  a: {}\namount: 5\n'), [
    '1:1 parties is missing; add `parties:` with a mapping',
    '1:1 `partys` is not a key of the top of the file; did you mean `parties`?',
    '3:9 amount is a number; write a string; quote it: "5"',
  ]);
});

test('what the shape cannot say is told where it stands', () => {
  assert.deepEqual(linesOf('parties:\n  a:\n    parent: c\namount: "5"\n'), [
    '3:13 "c" is no party; name one of the file',
  ]);
});

test('a key that stands twice, and what is no YAML, has a line', () => {
  assert.deepEqual(linesOf('amount: "5"\namount: "6"\n'), [
    '2:1 this key stands twice in one mapping, in line 1 and in line 2; keep one of the two',
  ]);
  assert.match(linesOf('parties: [a\n')[0] ?? '', /^\d+:\d+ not YAML: /);
  assert.deepEqual(linesOf('parties:\n  a: {}\n  b: {}\n  "a": { parent: b }\namount: "5"\n'), [
    '4:3 this key stands twice in one mapping, in line 2 and in line 4; keep one of the two',
  ]);
});

test('a file that holds two documents is refused at the second', () => {
  const text = 'parties: {}\namount: "5"\n';
  assert.deepEqual(linesOf(`${text}---\n${text}`), [
    '3:1 a second document begins here; keep one, and make a file of its own of the other',
  ]);
});

test('a key that every object has by birth is refused at its line, wherever it stands, and touches no object', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    const told = `\`${name}\` is neither a key nor a name that a file may have; remove it, or name it otherwise`;
    assert.deepEqual(linesOf(`parties: {}\namount: "5"\n${name}: { polluted: yes }\n`), [`3:1 ${told}`]);
    assert.deepEqual(linesOf(`parties:\n  a:\n    ${name}: { polluted: yes }\namount: "5"\n`), [`3:5 ${told}`]);
    assert.deepEqual(linesOf(`parties:\n  "${name}": {}\namount: "5"\n`), [`2:3 ${told}`]);
    assert.deepEqual(linesOf(`{"parties": {}, "amount": "5",\n "${name}": {"polluted": true}}`), [`2:2 ${told}`]);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('where a word or a mapping may stand, both are shown to whoever wrote neither', () => {
  const schema = z.strictObject({ who: z.union([z.literal('us'), z.strictObject({ party: z.string() })]) });
  const told = (text: string) =>
    checkDocument(text, { what: 'it', code: 'DEAL_INVALID', schema }).problems.map(({ message, mend }) => [
      message,
      mend,
    ]);
  assert.deepEqual(told('who: them\n'), [['who does not fit', 'write `us` or `{ party: … }`']]);
  assert.deepEqual(told('who: { partie: a }\n')[0], ['who.party is missing', 'add `party:` with a string']);
  assert.deepEqual(told('who: { party: a }\n'), []);
});

test('a file with faults is refused under its own code, each fault in a line of its own', () => {
  assert.throws(
    () => readDocument('deal.yaml', 'parties: {}\n', FORM),
    (error: AppError) => {
      assert.equal(error.code, 'DEAL_INVALID');
      assert.equal(
        error.message,
        'the deal has an error\ndeal.yaml:1:1: amount is missing; add `amount:` with a string',
      );
      return true;
    },
  );
});

test('a file without end is refused before it is read', () => {
  assert.match(linesOf(' '.repeat(DOCUMENT_BYTES_MOST + 1))[0] ?? '', /^1:1 it is larger than 1048576 characters/);
});

test('whatever stands in a file, it is read or refused, and never crashes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 3 })), (text) => {
      try {
        assert.ok(readDocument('deal.yaml', text, FORM));
      } catch (error) {
        assert.ok(isAppError(error) && error.code === 'DEAL_INVALID', String(error));
      }
    }),
  );
});
