import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { completeFilter } from '../../src/parts/filter-bar/completion.ts';
import { parseFilter, type FilterKey } from '@weighbridge/protocol';
import { matchesFilter } from '../../src/parts/filter-bar/match.ts';
import { seed } from '../support/seed.ts';

const KEYS: readonly FilterKey[] = [
  { key: 'team', kind: 'text', about: 'the team that called', values: ['search', 'ads', 'data platform'] },
  { key: 'outcome', kind: 'choice', about: 'how it ended', values: ['completed', 'error', 'cut'] },
  { key: 'cost', kind: 'money', about: 'billed cost' },
  { key: 'tokens', kind: 'count', about: 'all tokens' },
  { key: 'ttft', kind: 'duration', about: 'time to the first token' },
];

describe('completion', () => {
  const labels = (text: string, caret = text.length): string[] =>
    completeFilter(text, caret, KEYS).map(({ label }) => label);

  test('offers keys at the beginning of a word, those that begin with it first', () => {
    assert.deepEqual(labels(''), ['team:', 'outcome:', 'cost:', 'tokens:', 'ttft:']);
    assert.deepEqual(labels('team:ads t'), ['team:', 'tokens:', 'ttft:', 'outcome:', 'cost:']);
    assert.deepEqual(labels('-ou'), ['-outcome:']);
  });

  test('offers values after the colon, without those taken, and an example where there are none', () => {
    assert.deepEqual(labels('team:'), ['search', 'ads', 'data platform']);
    assert.deepEqual(labels('team:search,d'), ['data platform', 'ads']);
    assert.deepEqual(labels('cost:'), ['>0.50']);
    assert.deepEqual(labels('colour:'), []);
  });

  test('puts quotes where they are needed and the caret behind', () => {
    const [found] = completeFilter('cost:>1 team:da outcome:cut', 15, KEYS);
    assert.deepEqual(found, {
      label: 'data platform',
      about: '',
      text: 'cost:>1 team:"data platform" outcome:cut',
      caret: 29,
    });
  });

  test('whatever is offered is understood', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 't', 'te', 'team:', 'team:s', 'outcome:', 'outcome:co', '-team:a', 'x team:search,'),
        (text) => {
          for (const { text: completed, label } of completeFilter(text, text.length, KEYS)) {
            if (label.endsWith(':')) continue;
            assert.deepEqual(parseFilter(completed, KEYS).problems, [], completed);
          }
        },
      ),
      { seed },
    );
  });
});

describe('a row and a filter', () => {
  const row: Readonly<Record<string, string | number | null>> = {
    team: 'Ads',
    outcome: 'cut',
    cost: '0.50',
    tokens: 12_000,
    ttft: null,
  };
  const passes = (text: string): boolean =>
    matchesFilter(parseFilter(text, KEYS).terms, KEYS, (key) => row[key] ?? null, ['Claude']);

  test('matches by value, by any of a list, by order, by text', () => {
    for (const text of [
      'team:ads',
      'outcome:error,cut',
      'cost:>0.49',
      'cost:0.5',
      'cost:>=0.5',
      'tokens:<=12k',
      'tokens:>10k',
      'claude',
      '-team:search',
      '',
    ]) {
      assert.equal(passes(text), true, text);
    }
    for (const text of [
      'team:search',
      '-outcome:cut',
      'cost:>0.5',
      'cost:<0.5',
      'tokens:<12k',
      'gpt',
      'team:ads outcome:error',
    ]) {
      assert.equal(passes(text), false, text);
    }
  });

  test('what is unknown matches nothing, and so is not excluded', () => {
    assert.equal(passes('ttft:<2s'), false);
    assert.equal(passes('ttft:>2s'), false);
    assert.equal(passes('-ttft:>2s'), true);
  });
});
