// The one grammar of filters and searches: what it reads, what it says of what it cannot read, and what becomes of a search.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  CALL_KEYS,
  callFilterSchema,
  callsInput,
  formatFilter,
  NUMBER_FIELDS,
  parseCallSearch,
  parseFilter,
  TEXT_FIELDS,
  toggleTerm,
  TRUTH_FIELDS,
  withoutTerm,
  wordsOf,
  type FilterKey,
  type Term,
} from '@weighbridge/protocol';

const seed = Number(process.env['FC_SEED'] ?? 20261122);

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
    assert.match(problems('tea:ads')[0] ?? '', /no key "tea"\. did you mean team/);
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

describe('a search for calls', () => {
  const filters = (text: string): unknown => parseCallSearch(text).filters;
  const said = (text: string): string[] => parseCallSearch(text).problems.map(({ why, next }) => `${why} ${next}`);

  test('text, choices, words and truths, negated or not', () => {
    assert.deepEqual(filters('team:ads,none -model:gpt* fallback:yes -stream:yes "two words" -word price:unpriced'), [
      { kind: 'text', field: 'team', values: ['ads', null], not: false },
      { kind: 'text', field: 'model', values: ['gpt*'], not: true },
      { kind: 'truth', field: 'fallback', value: true },
      { kind: 'truth', field: 'stream', value: false },
      { kind: 'word', word: 'two words', not: false },
      { kind: 'word', word: 'word', not: true },
      { kind: 'text', field: 'cost_status', values: ['unpriced'], not: false },
    ]);
  });

  test('comparisons, with at-least as not-below', () => {
    assert.deepEqual(filters('cost:>0.5 ttft:<2s input:>=10k -total:<=1min status:200 tpot:<0.1s'), [
      { kind: 'number', field: 'cost', is: 'above', value: '0.5', not: false },
      { kind: 'number', field: 'ttft', is: 'below', value: '2000', not: false },
      { kind: 'number', field: 'input_tokens', is: 'below', value: '10000', not: true },
      { kind: 'number', field: 'total', is: 'above', value: '60000', not: false },
      { kind: 'number', field: 'status', is: 'equal', value: '200', not: false },
      { kind: 'number', field: 'tpot', is: 'below', value: '100', not: false },
    ]);
  });

  test('what is not understood is said, with the nearest thing, and filters nothing', () => {
    assert.deepEqual(filters('tema:platform shoe:5 cost:dear stream:maybe ok'), [
      { kind: 'word', word: 'ok', not: false },
    ]);
    const problems = said('tema:platform shoe:5 cost:dear stream:maybe ""');
    assert.match(problems[0] ?? '', /There is no key "tema"\. did you mean team/);
    assert.match(problems[1] ?? '', /There is no key "shoe"/);
    assert.match(problems[2] ?? '', /"dear" is not a value of cost\. write cost:>0\.50/);
    assert.match(problems[3] ?? '', /"maybe" is not a value of stream\. write stream:yes/);
    assert.match(problems[4] ?? '', /A word of nothing/);
  });

  test('more than a question holds is refused part by part', () => {
    assert.match(said(Array.from({ length: 32 }, (_, i) => `w${i}`).join(' '))[0] ?? '', /at most 30 parts/);
    assert.match(said(`team:${Array.from({ length: 51 }, (_, i) => `t${i}`).join(',')}`)[0] ?? '', /at most 50 values/);
    assert.match(said(`team:${'x'.repeat(513)}`)[0] ?? '', /1 to 512 characters/);
    assert.match(said('x'.repeat(101))[0] ?? '', /at most 100 characters/);
  });

  test('every field of a filter has its key, and no key stands for two', () => {
    const fields: readonly string[] = [...TEXT_FIELDS, ...NUMBER_FIELDS, ...TRUTH_FIELDS];
    assert.deepEqual(CALL_KEYS.map(({ field }) => field as string).toSorted(), fields.toSorted());
    assert.equal(new Set(CALL_KEYS.map(({ key }) => key)).size, CALL_KEYS.length);
  });

  test('whatever is typed, each filter fits the schema that questions take', () => {
    const parts = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.constantFrom(...CALL_KEYS.map(({ key }) => `${key}:`), '>', '<=', 'yes', '1.5s', '10k', '0.1', ' ', '"'),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(parts, (typed) => {
        const { filters: read } = parseCallSearch(typed.join(''));
        for (const filter of read) assert.deepEqual(callFilterSchema.parse(filter), filter);
        assert.equal(callsInput.safeParse({ filters: read }).success, true);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
