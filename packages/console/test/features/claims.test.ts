import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLAIM_COLUMNS, claimsSearch } from '../../src/app/register-search.ts';
import { enteredText, readAnswers, topicTexts } from '../../src/features/claims/answers.ts';
import {
  authorChoices,
  emptyDraft,
  fieldOfRefusal,
  OURSELVES,
  OUTSIDER,
  readEvidenceDraft,
  readScope,
  type EvidenceDraft,
} from '../../src/features/claims/evidence-draft.ts';
import { fitText } from '../../src/features/claims/fit.ts';
import {
  authorText,
  claimColumns,
  claimPanel,
  claimsHeadline,
  expiries,
  findClaims,
  unreadClaims,
  unstatedText,
} from '../../src/features/claims/model.ts';
import { figureText, plainNote, quantityText } from '../../src/features/claims/words.ts';
import { compareCells, spokenText } from '../../src/parts/data-table/cell.ts';
import { capacityOf, claimOf, claimsOf, ENTRY, evidenceOf, NOW } from '../support/sample-register.ts';

const ROWS = [
  claimOf(),
  capacityOf({ state: 'contradicted' }),
  claimOf({ id: 'small', text: 'cheaper tokens', kind: 'expectation', materiality: 'low', state: 'unverified' }),
  claimOf({ id: 'buyer:exit', text: 'yes', from: 'entered', materiality: 'medium', state: 'verified' }),
];

describe('claims', () => {
  test('the headline counts each state, and says that a vendor’s word verifies nothing', () => {
    const conflicts = [{ check: 'readings-differ', claim: 'capacity-1gw', why: 'told twice', between: [], ask: 'ask' }];
    const { first, second } = claimsHeadline(claimsOf(ROWS, { conflicts }), '', NOW);
    assert.equal(first, '4 claims: 1 verified, 1 unverified, 1 contradicted, 1 only reported.');
    assert.equal(
      second,
      "Nothing is verified by a vendor's word: evidence alone moves a claim. 1 headline is told in ways that cannot all hold.",
    );
    assert.equal(claimsHeadline(claimsOf([]), '', NOW).first, '0 claims: 0 verified, 0 unverified, 0 contradicted.');
    assert.match(
      claimsHeadline(claimsOf(ROWS), '2027-07-01', NOW).second,
      /^As it will be at the end of 2027-07-01 UTC/,
    );
    assert.match(claimsHeadline(claimsOf(ROWS), '2026-01-01', NOW).second, /^As it was at the end of 2026-01-01 UTC/);
  });

  test('stand by how much hangs on each, then those that need somebody first', () => {
    assert.deepEqual(
      findClaims(ROWS, '').rows.map(({ id }) => id),
      ['capacity-1gw', 'compute-30bn', 'buyer:exit', 'small'],
    );
    const column = claimColumns(String).find(({ key }) => key === 'materiality');
    assert.ok(column !== undefined);
    const sorted = ROWS.toSorted((a, b) => compareCells(column.cell(a), column.cell(b), false));
    assert.deepEqual(
      sorted.map(({ materiality }) => materiality),
      ['high', 'high', 'medium', 'low'],
    );
  });

  test('are filtered by state, by what they are, by where they come from, and by words', () => {
    const ids = (text: string): string =>
      findClaims(ROWS, text)
        .rows.map(({ id }) => id)
        .join(' ');
    assert.equal(ids('state:contradicted,verified'), 'capacity-1gw buyer:exit');
    assert.equal(ids('-from:register'), 'buyer:exit');
    assert.equal(ids('kind:option'), 'capacity-1gw');
    assert.equal(ids('Gigawatt'), 'capacity-1gw');
    assert.equal(ids('-gigawatt materiality:high'), 'compute-30bn');
    const { problems } = findClaims(ROWS, 'state:proven');
    assert.match(unreadClaims(problems).what, /"proven" is not a value of state/);
    assert.equal(unreadClaims([]).next, 'take it out');
  });

  test('every column of the address is there; an "up to" is marked and a snapshot that is missing is said', () => {
    const columns = claimColumns((id) => `/journal?sel=${id}`);
    assert.deepEqual(
      columns.map(({ key }) => key),
      [...CLAIM_COLUMNS],
    );
    const stated = { entry: ENTRY, at: NOW, state: 'reported' } as const;
    const row = capacityOf({ stated, evidence: [evidenceOf()], runs_out: '2027-06-30' });
    const cells = columns.map(({ cell }) => cell(row));
    assert.deepEqual(cells.map(spokenText).slice(0, 4), [
      '“up to one gigawatt of capacity”',
      'reported',
      'up to 1 GW',
      'high',
    ]);
    assert.deepEqual(cells.slice(7, 10).map(spokenText), ['no snapshot kept', '1', '2027-06-30']);
    assert.ok(cells[10]?.kind === 'text' && cells[10].href === `/journal?sel=${ENTRY}`);
    assert.deepEqual(claimsSearch.initial.sort, { column: 'materiality', descending: false });
  });

  test('figures keep every digit, with their unit', () => {
    assert.equal(figureText(claimOf()), 'about 30 billion USD');
    assert.equal(figureText(capacityOf()), 'up to 1 GW');
    assert.equal(
      figureText(claimOf({ value: null, range: { low: '0.5', high: '1250' }, approximate: false })),
      '0.5 to 1,250 USD',
    );
    assert.equal(figureText(claimOf({ value: null })), '');
    assert.equal(quantityText('30400000001', 'USD'), '30,400,000,001 USD');
    assert.equal(quantityText('2650000', null), '2.65 million');
    assert.equal(quantityText('-1250.5', 'GW'), '\u22121,250.5 GW');
    assert.equal(quantityText('many', null), 'many');
    assert.equal(quantityText('1', 'ratio'), 'ratio of 1');
    assert.equal(plainNote('once as *additional* to it'), 'once as additional to it');
  });

  test('what is not in the log as it is now can be stated; the next expiry is a day to look at', () => {
    assert.equal(unstatedText(0), null);
    assert.equal(unstatedText(1)?.button, 'State 1 in the log');
    assert.match(unstatedText(12)?.says ?? '', /^12 claims are not in the log/);
    const rows = [claimOf({ runs_out: '2027-06-30' }), claimOf({ runs_out: '2027-02-28' }), claimOf()];
    assert.deepEqual(expiries(rows), [{ title: 'When the next runs out', at: '2027-03-01' }]);
    assert.deepEqual(expiries([claimOf()]), []);
  });
});

describe('one claim', () => {
  test('shows what each piece weighs and by which rule, what is told in other ways, and its history', () => {
    const panel = claimPanel(
      capacityOf({
        readings: [{ says: 'the initial ceiling', relation: 'ceiling-of-it', value: '2', source: 'Notes' }],
        evidence: [
          evidenceOf({
            kind: 'vendor_assertion',
            weight: 'nothing',
            says: "a vendor's word changes nothing",
            repeats_vendor: true,
            author: { kind: 'party', party: 'cloud', name: 'The cloud' },
            relation: 'tied',
            why: 'The cloud invests in The developer since 2025-11-18',
          }),
          evidenceOf({ interval: { low: '0.21', high: '0.24', unit: 'GW' }, n: 1440, scope: { region: ['a', 'b'] } }),
        ],
        history: [{ at: NOW, from: 'reported', to: 'contradicted', rule: 'contradiction', says: 'it does not fit' }],
        stated: { entry: ENTRY, at: NOW, state: 'verified' },
        runs_out: '2027-06-30',
        note: 'told *twice*',
        source: { ...claimOf().source, url: 'https://example.org/a', snapshot_sha256: 'c'.repeat(64) },
      }),
    );
    assert.deepEqual(panel.readings, [
      { key: '0 the initial ceiling', says: 'the initial ceiling', note: '2 GW; ceiling of it; Notes' },
    ]);
    assert.deepEqual(
      panel.evidence.map(({ kind, author, weight, rule }) => `${kind}, ${author}: ${weight.text}. ${rule}`),
      [
        "A vendor's word, by The cloud: weighs nothing. A vendor's word changes nothing. The cloud invests in The developer since 2025-11-18.",
        'Term of a contract, ours: counts for it. The evidence fits the claim.',
      ],
    );
    assert.deepEqual(panel.evidence[0]?.facts.slice(0, 2), [
      { name: 'Author', value: 'The cloud (cloud)' },
      { name: 'Stands to the claim as', value: 'tied to a party to the claim' },
    ]);
    const outsider = { kind: 'outsider', party: null, name: 'A paper' } as const;
    assert.equal(authorText({ author: outsider }), 'by A paper, who stands in no register');
    assert.equal(authorText({ author: { ...outsider, kind: 'unknown' } }), 'author not named');
    const facts = Object.fromEntries((panel.evidence[1]?.facts ?? []).map(({ name, value }) => [name, value]));
    assert.deepEqual(
      [facts['Interval'], facts['Observations'], facts['Scope']],
      ['0.21 to 0.24 GW', '1,440', 'region: a, b'],
    );
    assert.match(facts['Entered'] ?? '', /in this console, session 01KB3V8Y2QH9N6W4T0XZJ5RCEM$/);
    assert.deepEqual(panel.history[0]?.what, 'reported → contradicted');
    assert.deepEqual(panel.stated, { entry: ENTRY, at: NOW, what: 'verified', same: false });
    assert.equal(panel.ahead, 'It rests on evidence that may be relied on up to 2027-06-30.');
    assert.equal(panel.url, 'https://example.org/a');
    const said = Object.fromEntries(panel.facts.map(({ name, value }) => [name, value]));
    assert.equal(said['Up to'], 'a ceiling: in no sum of what is owed');
    assert.equal(said['Note'], 'told twice');
  });

  test('a source that is no address of the web is no link', () => {
    const source = { ...claimOf().source, url: 'javascript:alert(1)' };
    assert.equal(claimPanel(claimOf({ source })).url, null);
    assert.ok(claimPanel(claimOf()).source.some(({ value }) => value === 'no snapshot kept'));
  });
});

describe('do the headlines fit together', () => {
  const check = {
    commitment: 'compute-30bn',
    ceiling: 'capacity-1gw',
    says: '$30 billion keeps 1 GW running for 1.82 to 2.71 years',
    steps: [{ what: 'GPUs', arithmetic: '1,000,000 kW ÷ 2.1 kW = 476,190 GPUs', low: '1', high: '1', unit: 'GPUs' }],
    inputs: [{ what: 'power of one GPU', source: 'Reference', confidence: 'medium' }],
    confidence: 'low',
    terms: [{ years: 5, gigawatts: '0.36 to 0.54' }],
  };
  test('what is owed and what is possible are two sums, each with the claims behind it', () => {
    const fit = fitText(claimsOf(ROWS, { check }));
    assert.deepEqual(
      [fit.firm, fit.options].map((totals) => totals.map(({ amount }) => amount)),
      [['about 30 billion USD'], ['up to 1 GW']],
    );
    assert.deepEqual(fit.options[0]?.claims, [{ id: 'capacity-1gw', text: 'up to one gigawatt of capacity' }]);
  });
  test('the arithmetic is printed as it was done, with confidence and terms', () => {
    const fit = fitText(claimsOf(ROWS, { check })).check;
    assert.deepEqual(fit?.steps, [{ what: 'GPUs', arithmetic: '1,000,000 kW ÷ 2.1 kW = 476,190 GPUs' }]);
    assert.deepEqual(fit?.terms, [{ key: '5', years: 'spread over 5 years', gigawatts: '0.36 to 0.54 GW' }]);
    assert.equal(fit?.confidence, 'low');
    assert.equal(fitText(claimsOf(ROWS)).check, null);
  });
});

describe('a piece of evidence as it is written', () => {
  const whole: EvidenceDraft = {
    ...emptyDraft(capacityOf({ scope: { region: ['a', 'b'] } })),
    digest: 'd'.repeat(64),
    from: '2026-01-01',
    until: '2026-06-30',
    validUntil: '2027-06-30',
    method: ' meter ',
    low: '0.21',
    high: '0.24',
    n: '1440',
  };
  const problemsOf = (given: Partial<EvidenceDraft>) => {
    const read = readEvidenceDraft('capacity-1gw', { ...whole, ...given }, NOW);
    return read.ok ? {} : read.problems;
  };

  test('begins with the unit and the scope of the claim, and is read whole', () => {
    assert.deepEqual(readEvidenceDraft('capacity-1gw', whole, NOW), {
      ok: true,
      input: {
        claim: 'capacity-1gw',
        kind: 'own_measurement',
        digest: 'd'.repeat(64),
        period: { from: '2026-01-01', until: '2026-06-30' },
        valid_until: '2027-06-30',
        scope: { region: ['a', 'b'] },
        result: 'supports',
        repeats_vendor: false,
        method: 'meter',
        n: 1440,
        interval: { low: '0.21', high: '0.24', unit: 'GW' },
      },
    });
  });
  test('says at each field what is wrong there', () => {
    assert.deepEqual(
      Object.keys(
        problemsOf({ digest: 'x', method: ' ', from: 'May', until: '2026-02-30', validUntil: '' }),
      ).toSorted(),
      ['digest', 'from', 'method', 'until', 'validUntil'],
    );
    assert.deepEqual(problemsOf({ until: '2025-12-31' }), { until: 'It ends before it begins.' });
    assert.match(problemsOf({ until: '2026-11-30' }).until ?? '', /not over: today is 2026-11-22/);
    assert.deepEqual(problemsOf({ validUntil: '2026-03-01' }), {
      validUntil: 'It would expire before its period ends.',
    });
    assert.deepEqual(problemsOf({ low: '0.3' }), { high: 'It lies below the lower end.' });
    assert.deepEqual(Object.keys(problemsOf({ low: '', unit: '', n: '0' })), ['n', 'low', 'unit']);
    assert.deepEqual(Object.keys(problemsOf({ scope: 'Region a' })), ['scope']);
    assert.deepEqual(Object.keys(problemsOf({ kind: 'independent_report' })), ['author']);
    assert.deepEqual(Object.keys(problemsOf({ kind: 'independent_report', author: OURSELVES })), ['author']);
    assert.deepEqual(Object.keys(problemsOf({ kind: 'contract_term', author: OUTSIDER, name: ' ' })), ['name']);
    const { interval, n } = {
      interval: undefined,
      n: undefined,
      ...problemsOf({ low: '', high: '', unit: '', n: '' }),
    };
    assert.deepEqual([interval, n], [undefined, undefined], 'what is not measured needs no interval');
  });
  test('says whose word it is: a party by its id, an outsider by name, ourselves; what we measured is ours unasked', () => {
    const authorOf = (given: Partial<EvidenceDraft>) => {
      const read = readEvidenceDraft('capacity-1gw', { ...whole, ...given }, NOW);
      return read.ok ? read.input.author : read.problems;
    };
    assert.equal(authorOf({ author: 'cloud' }), undefined);
    assert.equal(authorOf({ kind: 'contract_term', author: OURSELVES }), 'ourselves');
    assert.deepEqual(authorOf({ kind: 'independent_report', author: 'cloud' }), { party: 'cloud' });
    const outsider = { kind: 'vendor_assertion', author: OUTSIDER, name: ' A paper ' } as const;
    assert.deepEqual(authorOf(outsider), { outsider: 'A paper' });
    const titles = (kind: EvidenceDraft['kind']) =>
      authorChoices(kind, claimsOf(ROWS).authors).map(({ value, title }) => `${value}: ${title}`);
    assert.deepEqual(titles('own_measurement'), []);
    assert.deepEqual(titles('independent_report'), [
      ': Choose whose word it is',
      '(outsider): Somebody who stands in no register',
      'cloud: The cloud',
      'developer: The developer',
    ]);
    assert.ok(titles('contract_term').includes('(ourselves): Ourselves: we signed it'));
  });
  test('a scope has a dimension a line, each once', () => {
    assert.deepEqual(readScope('region: a, b\nservice: all'), { region: ['a', 'b'], service: ['all'] });
    assert.deepEqual(readScope(''), {});
    for (const bad of ['region', 'region:', 'region: a: b', 'Region: a', 'region: a\nregion: b', '__proto__: a'])
      assert.equal(readScope(bad), null, bad);
  });
  test('a refusal of the log is shown at the field that it speaks of', () => {
    assert.equal(fieldOfRefusal('BAD_REQUEST', 'x has other evidence under the digest aa'), 'digest');
    assert.equal(
      fieldOfRefusal('BAD_REQUEST', 'evidence aa is of a period that ends on x, which is not over'),
      'until',
    );
    assert.equal(fieldOfRefusal('BAD_REQUEST', 'it would expire before its period ends'), 'until');
    assert.equal(fieldOfRefusal('BAD_REQUEST', 'author: "x" is no party of the register'), 'author');
    assert.equal(fieldOfRefusal('BAD_REQUEST', 'author: "Acme" holds the name of Acme Inc, a party'), 'name');
    assert.equal(fieldOfRefusal('BAD_REQUEST', 'something else'), null);
    assert.equal(fieldOfRefusal('JOURNAL_UNAVAILABLE', 'the digest'), null);
  });
});

describe('answers of a seller', () => {
  const questions = [
    {
      id: 'exit',
      topic: 'exit',
      question: 'May we leave?',
      why: 'Lock-in.',
      answer: 'yes or no' as const,
      required: true,
      proposed_clause: '',
    },
    {
      id: 'audit',
      topic: 'audit',
      question: 'May we audit?',
      why: 'Trust.',
      answer: 'text' as const,
      required: false,
      proposed_clause: '',
    },
  ];
  test('have a field a question, by topic, with what was answered before', () => {
    const topics = topicTexts('buyer', questions, ROWS);
    assert.deepEqual(
      topics.map(({ topic, questions: own }) => [topic, own[0]?.answered]),
      [
        ['exit', 'yes'],
        ['audit', ''],
      ],
    );
  });
  test('are entered as they were written, and only those that were', () => {
    assert.deepEqual(readAnswers('buyer', ' Desk ', { exit: ' Yes. ', audit: ' ' }), {
      ok: true,
      input: { contract: 'buyer', answered_by: 'Desk', answers: [{ question: 'exit', answer: 'Yes.' }] },
    });
    const none = readAnswers('buyer', '', {});
    assert.ok(!none.ok && none.who !== '' && none.answers === 'Write at least one answer.');
    const many = readAnswers('buyer', 'x', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`q${i}`, 'a'])));
    assert.ok(!many.ok && many.answers === 'Enter at most 100 at once.');
  });
  test('say what became of them', () => {
    assert.equal(
      enteredText({ entered: ['a'], unchanged: ['b', 'c'] }),
      '1 answer entered, each as a claim: unverified until evidence shows it. 2 answers stood so already.',
    );
  });
});
