import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { didYouMean } from '@weighbridge/kernel';

const COMMANDS = ['calls', 'config', 'doctor', 'erase', 'explain', 'receipt', 'verify'];

test('a slip of one or two letters finds the word that was meant', () => {
  assert.equal(didYouMean('recipt', COMMANDS), 'receipt');
  assert.equal(didYouMean('docotr', COMMANDS), 'doctor');
  assert.equal(didYouMean('CONFIG', COMMANDS), 'config');
  assert.equal(didYouMean('verifyy', COMMANDS), 'verify');
});

test('a word unlike all others gets no suggestion', () => {
  assert.equal(didYouMean('bananas', COMMANDS), undefined);
  assert.equal(didYouMean('', COMMANDS), undefined);
  assert.equal(didYouMean('calls', []), undefined);
});

test('a known word is its own nearest, whatever else is known', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,20}$/), { minLength: 1, maxLength: 12 }), (words) => {
      for (const word of words) assert.equal(didYouMean(word, words), word);
    }),
  );
});
