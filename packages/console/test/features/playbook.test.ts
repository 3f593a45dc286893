import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { commitmentsSearch, contractSearch, contractsSearch } from '../../src/app/deal-search.ts';
import { claimsSearch, dutiesSearch, partiesSearch, playbookSearch } from '../../src/app/register-search.ts';
import { briefSearch } from '../../src/app/search-state.ts';
import { digestOfFile, MAX_DIGEST_BYTES } from '../../src/features/file-digest.ts';
import { dayFault, momentChoices, momentNote, readDay } from '../../src/features/moment.ts';
import { emptyAttest, readAttest, readWithdrawal } from '../../src/features/playbook/attest-draft.ts';
import {
  factTexts,
  groupTexts,
  itemText,
  playbookHeadline,
  valueText,
  type Item,
} from '../../src/features/playbook/model.ts';
import { NOW, playbookOf } from '../support/sample-register.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('the playbook', () => {
  test('the headline gives the share as what is shown and what can be at most', () => {
    const { first, second } = playbookHeadline(playbookOf(), '', NOW);
    assert.equal(plain(first), '1 of 25 items is shown to be done: 4 %, and at most 93.3 % can be.');
    assert.equal(second, '0 partly, 1 open; of 1 nobody can tell, for want of facts. Unknown is never done.');
    const none = playbookOf({ all: { total: 0, done: 0, partly: 0, open: 0, cannot_tell: 0, done_permille: null } });
    assert.equal(playbookHeadline(none, '', NOW).first, '0 of 0 items are shown to be done.');
    assert.match(playbookHeadline(playbookOf(), '2027-01-01', NOW).second, /^As it will be/);
  });

  test('a step of the own register is marked, and no other is', () => {
    const { items } = playbookOf();
    const [first, ...others] = items;
    assert.ok(first !== undefined);
    const marks = groupTexts(playbookOf({ items: [{ ...first, from: 'own' }, ...others] })).flatMap((group) =>
      group.items.map(({ id, own }) => [id, own]),
    );
    assert.deepEqual(
      marks.filter(([, own]) => own === true),
      [[first.id, true]],
    );
  });

  test('each group has its share and its items; a group without items has none', () => {
    const [months, procurement] = groupTexts(playbookOf());
    assert.equal(plain(months?.says ?? ''), 'shown 0 of 2 (0 %), at most 50 %');
    assert.deepEqual(months?.bar, { shown: 0, most: 50 });
    assert.deepEqual(
      months?.items.map(({ text, grade }) => [text, grade.text]),
      [["Validate sellers' claims", 'cannot tell']],
    );
    assert.deepEqual([procurement?.says, procurement?.bar], ['no items', null]);
    const { text, next } = itemText(playbookOf().items[1] as Item);
    assert.deepEqual([text, next], ['Exit and audit rights', '']);
  });

  test('a fact says whether the product knows it, somebody attested it, or nobody knows', () => {
    const facts = factTexts(playbookOf(), playbookOf().items[0] as Item);
    assert.deepEqual(
      facts.map(({ name, value, from, how, attestable }) => [name, value, from.text, how, attestable]),
      [
        ['trial_count', 'not known', 'unknown', 'Nobody has attested it.', true],
        ['models_in_use', '1,200', 'from the product', 'Served in the 31 days before.', false],
        ['exit_drill_at', '2026-10-31', 'attested', '', true],
      ],
    );
    assert.equal(facts[2]?.attested?.proof, 'drill.pdf');
    const [, own] = playbookOf().facts;
    assert.ok(own !== undefined);
    const unknown = playbookOf({ facts: [{ ...own, value: null, from: 'unknown' }] });
    assert.match(factTexts(unknown, playbookOf().items[0] as Item)[0]?.how ?? '', /nobody's word counts/);
    assert.deepEqual([true, false, [], ['rack_power', 'sla']].map(valueText), ['yes', 'no', 'none', 'rack power, sla']);
  });
});

describe('an attestation as it is written', () => {
  const valueOf = (kind: Parameters<typeof readAttest>[1], value: string): unknown => {
    const read = readAttest('fact', kind, { value, proof: 'x' }, NOW);
    return read.ok ? read.input.value : read.problems.value;
  };
  test('is read by the kind of its fact', () => {
    assert.equal(valueOf('flag', 'yes'), true);
    assert.equal(valueOf('flag', 'no'), false);
    assert.equal(valueOf('count', ' 3 '), 3);
    assert.equal(valueOf('count', '-1'), 'Write a whole number: 3.');
    assert.equal(valueOf('day', '2026-10-31'), '2026-10-31');
    assert.equal(valueOf('day', '2026-02-30'), 'Write a day: 2026-10-31.');
    assert.equal(valueOf('day', '2027-01-01'), 'That day is still to come.');
    assert.equal(valueOf('word', ''), 'Write a word.');
    assert.equal(valueOf('word', 'verified'), 'verified');
    assert.deepEqual(valueOf('words', 'Models, rack power ,'), ['models', 'rack_power']);
    assert.equal(valueOf('words', ' , '), 'Write at least one word.');
    assert.match(String(valueOf('words', 'x'.repeat(81))), /at most 80/);
    assert.equal(emptyAttest('flag').value, 'yes');
  });
  test('needs what shows it; so does taking it back', () => {
    const read = readAttest('fact', 'count', { value: '3', proof: ' ' }, NOW);
    assert.ok(!read.ok && read.problems.proof.startsWith('Say what shows it') && read.problems.value === '');
    assert.deepEqual(readWithdrawal('fact', ' wrong '), {
      ok: true,
      input: { fact: 'fact', value: null, proof: 'wrong' },
    });
    assert.equal(readWithdrawal('fact', '').ok, false);
  });
});

describe('the moment that a page shows', () => {
  test('is a day that exists, or now', () => {
    assert.equal(readDay('2026-02-28'), Date.UTC(2026, 1, 28));
    for (const bad of ['2026-02-30', '2026-2-1', '', 'soon']) assert.equal(readDay(bad), null, bad);
    assert.deepEqual(playbookSearch.read({ at: '2026-02-30' }).ignored, ['at']);
    assert.equal(playbookSearch.read({ at: '2027-02-28' }).value.at, '2027-02-28');
  });
  test('says what it leaves out', () => {
    assert.equal(momentNote('', NOW), null);
    assert.match(momentNote('2026-11-22', NOW) ?? '', /end of today/);
    assert.deepEqual(
      momentChoices(NOW, [{ title: 'Expiry', at: '2027-07-01' }]).map(({ at }) => at),
      ['', '2026-11-21', '2026-10-23', '2026-12-22', '2027-11-22', '2027-07-01'],
    );
  });
  test('is no day to come where nothing can be foretold', () => {
    assert.deepEqual(
      momentChoices(NOW, [], 'nothing').map(({ at }) => at),
      ['', '2026-11-21', '2026-10-23'],
    );
    assert.match(dayFault('2026-11-23', NOW, 'nothing') ?? '', /^2026-11-23 has not come yet/);
    for (const fine of ['', '2026-11-22', '2026-03-03']) assert.equal(dayFault(fine, NOW, 'nothing'), null, fine);
    assert.equal(dayFault('2026-11-23', NOW, 'foretold'), null);
    assert.match(dayFault('2026-02-30', NOW, 'foretold') ?? '', /^Write a day/);
  });
  test('stands in the address of every page of the deal', () => {
    for (const codec of [
      contractsSearch,
      contractSearch,
      commitmentsSearch,
      partiesSearch,
      claimsSearch,
      dutiesSearch,
      briefSearch,
    ]) {
      assert.equal(codec.read({ at: '2026-03-03' }).value.at, '2026-03-03');
      assert.deepEqual(codec.read({ at: '2026-02-30' }).ignored, ['at']);
      assert.deepEqual(codec.write({ at: '2026-03-03' }), { at: '2026-03-03' });
    }
  });
});

describe('the digest of a file', () => {
  const file = (bytes: Uint8Array<ArrayBuffer>, size = bytes.length) => ({
    name: 'meter.csv',
    size,
    arrayBuffer: () => Promise.resolve(bytes.buffer),
  });
  test('is its SHA-256', async () => {
    const bytes = new TextEncoder().encode('read at the site');
    const digest = await digestOfFile(file(bytes));
    assert.ok(digest.state === 'done');
    assert.equal(digest.sha256, createHash('sha256').update(bytes).digest('hex'));
  });
  test('is refused with a way on where a page cannot make it', async () => {
    const large = await digestOfFile(file(new Uint8Array(1), MAX_DIGEST_BYTES + 1));
    assert.ok(large.state === 'refused' && /larger than 256 MiB.*sha256sum/.test(large.why));
    const gone = { ...file(new Uint8Array(1)), arrayBuffer: () => Promise.reject(new Error('it was moved')) };
    const moved = await digestOfFile(gone);
    assert.ok(moved.state === 'refused' && /could not be read here: it was moved/.test(moved.why));
  });
});
