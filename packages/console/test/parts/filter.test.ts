import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { completeFilter } from '../../src/parts/filter-bar/completion.ts';
import {
  formatFilter,
  parseFilter,
  toggleTerm,
  withoutTerm,
  wordsOf,
  type FilterKey,
  type Term,
} from '../../src/parts/filter-bar/grammar.ts';
import { matchesFilter } from '../../src/parts/filter-bar/match.ts';
import { seed } from '../support/seed.ts';

const KEYS: readonly FilterKey[] = [
  { key: 'team', kind: 'text', about: 'the team that called', values: ['search', 'ads', 'data platform'] },
  { key: 'outcome', kind: 'choice', about: 'how it ended', values: ['completed', 'error', 'cut'] },
  { key: 'cost', kind: 'money', about: 'billed cost' },
  { key: 'tokens', kind: 'count', about: 'all tokens' },
  { key: 'ttft', kind: 'duration', about: 'time to the first token' },
];

const plain = ({ negated, key, comparison, values }: Term): Term => ({ negated, key, comparison, values });
const terms = (text: string): Term[] => parseFilter(text, KEYS).terms.map(plain);
const problems = (text: string): string[] => parseFilter(text, KEYS).problems.map(({ why, next }) => `${why} ${next}`);
const term = (key: string | null, values: readonly string[], given: Partial<Term> = {}): Term => ({
  negated: false,
  key,
  comparison: 'is',
  values,
  ...given,
});

describe('the grammar of filters', () => {
  test('keys, lists, negation, comparisons, quotes and free text', () => {
    assert.deepEqual(
      terms('team:search,"data platform" -outcome:completed cost:>0.5 tokens:>=10k ttft:<2s "free text" word'),
      [
        term('team', ['search', 'data platform']),
        term('outcome', ['completed'], { negated: true }),
        term('cost', ['0.5'], { comparison: 'gt' }),
        term('tokens', ['10k'], { comparison: 'gte' }),
        term('ttft', ['2s'], { comparison: 'lt' }),
        term(null, ['free text']),
        term(null, ['word']),
      ],
    );
  });

  test('a key is found whatever its case; a colon in quotes is text', () => {
    assert.deepEqual(terms('TEAM:ads'), [term('team', ['ads'])]);
    assert.deepEqual(terms('"team:ads"'), [term(null, ['team:ads'])]);
  });

  test('each mistake says what is wrong, where, and what to write', () => {
    assert.match(problems('tea:ads')[0] ?? '', /no key "tea"\. did you mean team:/);
    assert.match(problems('colour:red')[0] ?? '', /use one of team, outcome, cost/);
    assert.match(problems('team:')[0] ?? '', /has no value/);
    assert.match(problems('outcome:finished')[0] ?? '', /"finished" is not a value of outcome.*outcome:completed/);
    assert.match(problems('team:>5')[0] ?? '', /no order/);
    assert.match(problems('cost:>1,2')[0] ?? '', /takes one value/);
    assert.match(problems('tokens:1,2')[0] ?? '', /takes one value/);
    assert.match(problems('cost:cheap')[0] ?? '', /cost:>0\.50/);
    assert.match(problems('ttft:>fast')[0] ?? '', /ttft:>2s/);
    assert.match(problems('team:"data pl')[0] ?? '', /quote is not closed/);
    const { problems: found } = parseFilter('team:ads  outcome:x ', KEYS);
    assert.deepEqual(
      found.map(({ start, end }) => [start, end]),
      [[10, 19]],
    );
  });

  test('a filter beyond its bound is refused whole', () => {
    assert.match(problems('x'.repeat(1001))[0] ?? '', /at most 1000/);
  });

  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.stringMatching(/^[a-z:," \\<>=-]{0,60}$/),
    fc
      .array(fc.constantFrom('team:', 'cost:', '>', '"', ',', ' ', '-', 'ads', '\\', '0.5', 'outcome:cut'), {
        maxLength: 20,
      })
      .map((parts) => parts.join('')),
  );

  test('every text is read without a throw, and every character but spaces belongs to one term or one problem', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { terms: read, problems: found } = parseFilter(text, KEYS);
        const spans = [...read, ...found].toSorted((a, b) => a.start - b.start);
        let at = 0;
        for (const { start, end } of spans) {
          assert.ok(start >= at && end > start && end <= text.length, 'spans are in order and apart');
          assert.equal(text.slice(at, start).trim(), '', 'nothing between them is lost');
          at = end;
        }
        assert.equal(text.slice(at).trim(), '');
        assert.equal(spans.length, wordsOf(text).length);
      }),
      { seed, numRuns: 3000 },
    );
  });

  test('the canonical text reads back to the same terms', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const read = terms(text);
        const again = parseFilter(formatFilter(read), KEYS);
        assert.deepEqual(again.problems, []);
        assert.deepEqual(again.terms.map(plain), read);
      }),
      { seed, numRuns: 3000 },
    );
  });

  test('any value can be put into a filter by a click, and taken out by another', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (value) => {
        const added = toggleTerm('outcome:cut', KEYS, 'team', value);
        assert.deepEqual(terms(added), [term('outcome', ['cut']), term('team', [value])]);
        assert.equal(toggleTerm(added, KEYS, 'team', value), 'outcome:cut');
        assert.deepEqual(
          terms(toggleTerm(added, KEYS, 'team', value, true))[1],
          term('team', [value], { negated: true }),
        );
      }),
      { seed },
    );
  });

  test('taking out a term leaves the rest as typed, what was not understood included', () => {
    const text = 'team:ads colour:red cost:>1';
    const first = parseFilter(text, KEYS).terms[0];
    assert.ok(first !== undefined);
    assert.equal(withoutTerm(text, first), 'colour:red cost:>1');
  });
});

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
