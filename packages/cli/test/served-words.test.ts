// How a call came by its answer, in words: only what there is to say, and nothing that is not known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';
import { servedFacts } from '../src/read/served-words.ts';

const facts = (served: object, more: { timing?: object; avoided?: CallCommercial['avoided'] } = {}) =>
  servedFacts(
    { served: { capacity: 'on_demand', ...served }, timing: more.timing ?? {} } as unknown as Pick<
      CallPublic,
      'served' | 'timing'
    >,
    more.avoided === undefined ? {} : { avoided: more.avoided },
  );

test('an answer from the cache is said to be one, with whose it was and what was not bought', () => {
  const avoided = { basis: 'reported', contracted: '0.2', currency: 'USD', list: '0.3' } as const;
  assert.deepEqual(facts({ cache: { status: 'hit', receipt: '01K', age_ms: 38_000 } }, { avoided }), [
    ['Cache', 'the answer of call 01K, 38.000 s old; no cloud was asked; not bought: 0.3 USD at list'],
  ]);
  assert.deepEqual(facts({ cache: { status: 'joined', receipt: '01K' } }, { avoided: { ...avoided, list: null } }), [
    ['Cache', 'it shared the answer of call 01K; no cloud was asked; not bought: no price is known'],
  ]);
  assert.deepEqual(facts({ cache: { status: 'miss' } }), []);
});

test('what was bought ahead is said with why, and a wait in line with how long', () => {
  assert.deepEqual(
    facts({ capacity: 'reserved', reservation: { of: 'ptu', why: 'within' } }, { timing: { queued_ms: 40 } }),
    [
      ['Capacity', 'reserved at ptu: within what was bought'],
      ['In line', '40 ms'],
    ],
  );
  assert.deepEqual(facts({ capacity: 'spilled', spilled_from: 'ptu', reservation: { of: 'ptu', why: 'full' } }), [
    ['Capacity', 'on demand, spilled from ptu: there was no room'],
  ]);
  assert.deepEqual(facts({}), []);
});
