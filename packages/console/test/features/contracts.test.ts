// Contracts in words: what stands, what bites and when, what is only possible, what is wrong with a text and where.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contractExamples, readContract, readingOf } from '@weighbridge/ledger';
import { contractPath, type CheckedContract, type ContractReading, type ContractRow } from '@weighbridge/protocol';
import { contractsSearch } from '../../src/app/deal-search.ts';
import { detailHead, olderText, questionsTitle } from '../../src/features/contracts/detail.ts';
import { enterProblem, entryText, fileProblem, gutterOf, placeOf, viewOf } from '../../src/features/contracts/entry.ts';
import { contractColumns, contractsHeadline, unreadableTexts } from '../../src/features/contracts/model.ts';
import { daysIn, findingGroups, readingText, type Answer } from '../../src/features/contracts/reading.ts';
import { versionTexts } from '../../src/features/contracts/versions.ts';
import { betweenText, daysText, ofStatus, statusCounts } from '../../src/features/contracts/words.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { BUYER, BUYER_ID, sampleDeal } from '../support/sample-deal.ts';
import { NOW } from '../support/sample-organisation.ts';

const reading = (at: string, text = BUYER): ContractReading =>
  readingOf(readContract('c.yaml', text), Date.parse(`${at}T00:00:00Z`));
const answers = (at: string, text = BUYER): Readonly<Record<string, Answer>> =>
  Object.fromEntries(readingText(reading(at, text)).answers.map((answer) => [answer.key, answer]));
const listed = sampleDeal.contracts();
const row = (given: Partial<ContractRow>): ContractRow => ({ ...(listed.rows[0] as ContractRow), ...given });

describe('the list of contracts', () => {
  test('what a draft would oblige to is not told as owed, and what was reported is told as reported', () => {
    const { first, second } = contractsHeadline(listed);
    assert.equal(
      first,
      '2 contracts stand: €3,805,920 would be owed if the drafts and offers are signed; $30,000,000,000 only reported as owed.',
    );
    assert.match(
      second,
      /^Bites next: h2-2028 of northwind-models-2027 \(draft\), after 2028-12-31 \(in 770 days\), €2,100,000 at most\./,
    );
    assert.match(second, /Next day of notice: 2028-01-01 \(in 405 days\), leave-at-half-time/);
  });
  test('what is signed is owed, by currency, and what has ended obliges to nothing', () => {
    const rows = [row({ status: 'signed' }), row({ status: 'signed', currency: 'USD' }), row({ status: 'ended' })];
    const { first, second } = contractsHeadline({ at: listed.at, rows, unreadable: [] });
    assert.equal(first, '3 contracts stand: €3,805,920 and $3,805,920 owed in all.');
    const ended = contractsHeadline({
      at: listed.at,
      rows: [row({ status: 'ended', serious: 4 })],
      unreadable: [],
    });
    assert.equal(ended.first, '1 contract stands: none of them obliges to money.');
    assert.equal(ended.second, 'No shortfall is ahead. No right to leave is ahead. No serious gap.');
    assert.match(second, /No serious gap\.$/);
  });
  test('what is signed bites before what is drafted, however far ahead it is', () => {
    const early = { instrument: 'spend', milestone: 'h1', on: '2027-01-31', at_most: '5' };
    const rows = [
      row({ status: 'draft', id: 'paper', next_shortfall: early }),
      row({ status: 'signed', id: 'bound', next_shortfall: { ...early, on: '2028-01-31' } }),
    ];
    assert.match(contractsHeadline({ ...listed, rows }).second, /^Bites next: h1 of bound, after 2028-01-31/);
  });
  test('can be narrowed to one status, and offers only those that there are', () => {
    const rows = [row({ status: 'draft' }), row({ status: 'offered' }), row({ status: 'draft' })];
    assert.deepEqual(statusCounts(rows, 'all'), [
      { status: 'all', count: 3 },
      { status: 'offer', count: 1 },
      { status: 'draft', count: 2 },
    ]);
    assert.equal(ofStatus(rows, 'offer').length, 1);
    assert.equal(ofStatus(rows, 'signed').length, 0);
    assert.deepEqual(statusCounts([row({ status: 'draft' })], 'all'), []);
    // What was asked for by an address is shown as chosen, also where it has become empty.
    assert.deepEqual(
      statusCounts([], 'signed').map(({ status }) => status),
      ['all', 'signed'],
    );
  });
  test('where none stands it says what one would tell', () => {
    const none = { at: listed.at, rows: [], unreadable: [] };
    assert.equal(contractsHeadline(none).first, 'No contract stands in this log.');
  });
  test('one that cannot be read is told by name, with why and what next, and the sums say that it is in none', () => {
    const lost = {
      id: 'lost',
      title: 'A lost one',
      digest: 'd',
      entered: NOW,
      by: { via: 'command' },
      versions: 1,
    } as const;
    const unreadable = [{ ...lost, why: 'the blob x is gone', next: 'put the file back' }];
    assert.match(
      contractsHeadline({ ...listed, unreadable }).first,
      /^2 contracts stand, and 1 more that cannot be read: /,
    );
    assert.equal(
      contractsHeadline({ at: listed.at, rows: [], unreadable }).first,
      '1 contract stands, and none of them can be read.',
    );
    const [told] = unreadableTexts(unreadable);
    assert.equal(
      `${told?.text} ${told?.next}`,
      'A lost one (lost) stands in the log, cannot be read, and is in no sum: the blob x is gone. Next: put the file back.',
    );
  });
  test('each row says when it bites and until when notice can be given', () => {
    const columns = contractColumns(listed.at, (id) => `/c/${id}`);
    const said = (key: string, of: ContractRow): string => {
      const column = columns.find((one) => one.key === key);
      assert.ok(column !== undefined, key);
      return spokenText(column.cell(of));
    };
    const [alliance, buyer] = listed.rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    assert.ok(alliance !== undefined && buyer !== undefined);
    assert.equal(said('milestone', buyer), '2028-12-31, in 770 days');
    assert.equal(said('notice', alliance), 'none ahead');
    // A draft owes nothing yet: what it would owe stands in another column, so that no sum of one holds the other.
    assert.deepEqual([said('owed', buyer), said('unbound', buyer)], ['', '€3,805,920.00']);
    const signed = row({ ...buyer, status: 'signed' });
    assert.deepEqual([said('owed', signed), said('unbound', signed)], ['€3,805,920.00', '']);
    assert.deepEqual(
      ['draft', 'offered', 'signed', 'reported', 'ended'].map((status) => said('status', row({ status }))),
      ['draft', 'offer', 'signed', 'reported', 'ended'],
    );
    assert.match(said('parties', buyer), /^Northwind Group plc, Northwind Logistics Ltd from Contoso/);
    assert.deepEqual(
      columns.map(({ key }) => key).filter((key) => contractsSearch.initial.cols.includes(key)),
      [...contractsSearch.initial.cols],
    );
  });
});

describe('what a contract says', () => {
  test('the four answers: owed, when it bites, until when one can leave, what is missing', () => {
    const found = answers('2026-11-22');
    assert.equal(found['owed']?.text, '€3,805,920');
    assert.equal(found['owed']?.question, 'Owed in all, once signed');
    assert.equal(found['bites']?.text, 'after 2028-12-31');
    assert.match(found['bites']?.note ?? '', /^in 770 days; €2,100,000 at most; what is left by then is owed$/);
    assert.equal(found['leave']?.text, '2028-01-01');
    assert.match(
      found['leave']?.note ?? '',
      /^in 405 days, by the right “leave-at-half-time”; it renews itself unless told by 2028-10-02$/,
    );
    assert.equal(found['gaps']?.text, 'none serious');
  });
  test('a day of notice that has passed is not a day to leave', () => {
    const found = answers('2028-01-02');
    assert.deepEqual([found['leave']?.text, found['leave']?.tone], ['passed', 'bad']);
    assert.equal(answers('2029-01-01')['bites']?.text, 'never');
  });
  test('a contract without a right to leave, and with a shortfall that costs nobody knows what, says so', () => {
    const [, , alliance] = contractExamples(NOW);
    const found = answers('2026-11-22', alliance?.text);
    assert.deepEqual([found['leave']?.text, found['leave']?.tone], ['none', 'bad']);
    assert.match(found['bites']?.note ?? '', /what it costs is not written down$/);
    assert.match(found['gaps']?.text ?? '', /^\d+ serious$/);
    assert.match(
      readingText(reading('2026-11-22', alliance?.text)).sentence,
      /is reported to owe \$30,000,000,000.*; 3 possibilities \("up to"\) are in no sum\.$/,
    );
  });
  test('capacity without a price is owed without a sum, and nobody reads "nothing"', () => {
    const bare = BUYER.replace(/^ {4}price: .*\n/m, '')
      .replace(/ {2}- id: spend\n[^]*?(?= {2}- id: reserved-units)/, '')
      .replace('prepaid: true', 'prepaid: false');
    const { tables, sentence } = readingText(reading('2026-11-22', bare));
    const { owed } = answers('2026-11-22', bare);
    assert.deepEqual(
      [owed?.text, owed?.note, owed?.tone],
      ['a price that is not stated', 'by Northwind Logistics Ltd', 'bad'],
    );
    assert.match(sentence, /^Northwind Logistics Ltd would owe the price of reserved-units: price not stated, from /);
    const priceRow = tables[0]?.rows.find(({ cells }) => cells[3] === 'price of capacity: reserved-units');
    assert.deepEqual([priceRow?.cells[4], priceRow?.cells[6]], ['not stated', 'price not stated']);
  });
  test('what leaving costs stands step by step, with both ends where it depends on what will be drawn', () => {
    const part = BUYER.replace(
      /^ {4}fees:\n {6}- \{ from: 2027-10-01.*\n.*$/m,
      '    fees: [{ months: { first: 10 }, of_remaining: "0.25", of: [spend], counted: undrawn, at_least: "20000.00" }]',
    );
    const { tables } = readingText(reading('2027-09-01', part));
    const table = tables.find(({ title }) => title === 'What leaving costs, and when');
    assert.deepEqual(table?.rows[0]?.cells, [
      'leave-at-half-time',
      '2027-10-01',
      '2028-03-31',
      '25 % of what is left of spend, not drawn by then; at least €20,000.00'.replace('€20,000.00', '20,000.00 EUR'),
      '€20,000.00 to €525,000.00',
      '€20,000.00 to €525,000.00',
    ]);
    const leaving = tables.find(({ title }) => title === 'Leaving')?.rows[0]?.cells;
    assert.equal(leaving?.[4], 'leaves on 2027-11-30, €20,000.00 to €525,000.00');
    assert.equal(
      readingText(reading('2028-01-02', part)).tables.find(({ title }) => title === 'Leaving')?.rows[0]?.cells[4],
      'too late',
    );
  });
  test('"up to" stands in a table of its own, and the sum of what is owed is without it', () => {
    const { tables } = readingText(reading('2026-11-22'));
    assert.deepEqual(
      tables.map(({ title }) => title),
      [
        'Obligations, by date (draft)',
        'Only possible: "up to"',
        'Credits',
        'When a shortfall bites',
        'Leaving',
        'What leaving costs, and when',
        'Parties and what each is',
      ],
    );
    const [obliged, possible] = tables;
    const total = obliged?.rows.at(-1);
    assert.deepEqual(
      [total?.total, total?.cells[1], total?.cells[4]],
      [true, 'Northwind Logistics Ltd', '€3,805,920.00'],
    );
    assert.deepEqual(possible?.rows[0]?.cells.slice(0, 4), [
      'option: more-units',
      'Northwind Logistics Ltd',
      'Contoso Cloud Ireland Ltd',
      '200 PTU',
    ]);
  });
  test('a day is never broken over two lines', () => {
    assert.deepEqual(
      daysIn('2027-10-01 to 2028-03-31, in 5 days').map(({ part, day }) => [part, day]),
      [
        ['2027-10-01', true],
        [' to ', false],
        ['2028-03-31', true],
        [', in 5 days', false],
      ],
    );
    assert.deepEqual(daysIn(''), []);
  });
  test('gaps come serious first, each with what to ask and what to propose', () => {
    const [, , alliance] = contractExamples(NOW);
    const groups = findingGroups(reading('2026-11-22', alliance?.text).findings);
    assert.deepEqual(
      groups.map(({ title }) => title),
      ['Serious', 'Weak'],
    );
    for (const { findings } of groups)
      for (const { question, title } of findings) assert.ok(question !== '' && title !== '');
    assert.deepEqual(findingGroups([]), []);
  });
});

describe('entering a contract', () => {
  const checked = (given: Partial<CheckedContract>): CheckedContract => ({
    problems: [],
    reading: reading('2026-11-22'),
    replaces: null,
    into: { log: 'lab', origin: 'acme/lab/node-1' },
    ...given,
  });
  const entry = (text: string, found: CheckedContract | null = null) =>
    entryText({ text, checked: found, problem: null });

  test('every fault has its line, its reason and its mend, and a place in the text', () => {
    const bad = BUYER.replace('with: contoso', 'with: contosso').replace('"500000.00"', '"-1"');
    const found = entry(bad, sampleDeal.checkContract({ text: bad }));
    assert.ok(found.state === 'unsound');
    assert.equal(found.summary, 'It cannot be entered yet: 2 things are to be mended.');
    const [party] = found.faults;
    assert.ok(party !== undefined);
    assert.match(party.where, /^line \d+$/);
    assert.match(party.what, /^"contosso" is no party of this contract\.$/);
    assert.match(party.mend, /did you mean contoso\?/);
    const { start, end } = placeOf(bad, party);
    assert.match(bad.slice(start, end), /^contosso/);
    assert.equal(gutterOf(bad, found.faults)[party.line - 1]?.tone, 'bad');
    assert.deepEqual(placeOf('a\nbc', { line: 9, column: 9 }), { start: 4, end: 4 });
    assert.deepEqual(
      [viewOf({ line: 2, column: 9 }), viewOf({ line: 90, column: 70 })],
      [
        { lines: 0, columns: 0 },
        { lines: 86, columns: 50 },
      ],
    );
  });
  test('nothing, waiting, too long, refused and sound are each said', () => {
    assert.equal(entry(' \n').state, 'empty');
    assert.equal(entry('version: 1').state, 'waiting');
    const long = entry('#'.repeat(40_001), null);
    assert.ok(long.state === 'unsound');
    assert.equal(long.faults[0]?.where, 'the whole file');
    const problem = { code: 'UNREACHABLE', what: 'x', next: 'y', requestId: null, retryable: true };
    assert.equal(entryText({ text: 'a', checked: null, problem }).state, 'refused');
    const sound = entry(BUYER, checked({}));
    assert.ok(sound.state === 'sound');
    assert.deepEqual([sound.enter, sound.follows, sound.summary], ['Enter this contract', null, 'It is sound.']);
  });
  test('a new version follows the one that was seen, and one that came in between is not written over', () => {
    const replaces = { title: 'x', digest: 'd'.repeat(64), entered: NOW };
    const found = entry(BUYER, checked({ replaces }));
    assert.ok(found.state === 'sound');
    assert.deepEqual([found.enter, found.follows], ['Enter as the new version', replaces.digest]);
    assert.match(
      found.into,
      /^It goes into the lab log, which is simulated \(acme\/lab\/node-1\), and takes the place of northwind-models-2027 as entered 2026-11-22 14:23:07 UTC, which stays in the log/,
    );
    const live = entry(BUYER, checked({ into: { log: 'live', origin: 'acme/live/node-1' } }));
    assert.ok(live.state === 'sound');
    assert.match(live.into, /^It is kept in the live log \(acme\/live\/node-1\), with who entered it and when\./);
    const code = (name: string) => ({ code: name, what: 'it stands', next: 'n', requestId: 'r', retryable: false });
    assert.equal(enterProblem(code('CONTRACT_CHANGED')).again, true);
    assert.match(enterProblem(code('CONTRACT_CHANGED')).problem.what, /^It stands\. Nothing was written/);
    assert.equal(enterProblem(code('READ_ONLY')).again, false);
  });
  test('a file that cannot be one is not read', () => {
    assert.equal(fileProblem({ name: 'a.yaml', size: 9_000 }), '');
    assert.match(fileProblem({ name: 'film.mp4', size: 5_000_000 }), /^film\.mp4 is too large .* 40,000 characters\.$/);
  });
  test('each example can be begun with, and the small one lies ahead in any year', () => {
    for (const { name, text } of sampleDeal.contractExamples().rows)
      assert.ok(sampleDeal.checkContract({ text }).reading !== null, name);
    const [starter] = contractExamples(Date.UTC(2031, 5, 1));
    const found = answers('2031-06-01', starter?.text);
    assert.deepEqual([found['bites']?.text, found['leave']?.text], ['after 2032-06-30', '2032-11-01']);
  });
});

describe('one contract', () => {
  const detail = sampleDeal.contract({ id: BUYER_ID });
  assert.ok(detail !== null);

  test('its head says what it obliges to, and who entered it when', () => {
    const head = detailHead(detail);
    assert.match(
      head.sentence,
      /^Northwind Logistics Ltd would owe €3,805,920, from 2027-01-01 to 2028-12-31; 1 possibility \("up to"\) is in no sum\.$/,
    );
    assert.match(head.entered, /^Entered 2026-11-21 02:23:07 UTC in this console, session 01\w+; version 2\.$/);
    assert.deepEqual(head.counts, { gaps: '2', versions: '2' });
    assert.deepEqual(
      [questionsTitle(0), questionsTitle(2)],
      ['Nothing is left to ask', '2 open questions, to send to the seller'],
    );
    assert.deepEqual([olderText(0), olderText(1)], ['', '1 older version is in the log.']);
  });
  test('its versions say what changed, in words, with the difference', () => {
    const [second, first] = versionTexts(detail);
    assert.deepEqual([second?.title, first?.title], ['Version 2: 1 change', 'As first entered']);
    assert.deepEqual(second?.changes, [
      {
        path: 'spend, milestone h2-2027: amount',
        before: '450,000.00 EUR',
        after: '500,000.00 EUR',
        difference: '+50,000.00 EUR',
      },
    ]);
    const [same] = versionTexts({ versions: detail.versions.map((one) => ({ ...one, changes: [] })), older: 0 });
    assert.match(same?.none ?? '', /means the same/);
    const [odd] = versionTexts({ versions: detail.versions.map((one) => ({ ...one, changes: null })), older: 0 });
    assert.match(odd?.none ?? '', /what has changed is not known/);
    const gone = detail.versions.map((one) => ({ ...one, unreadable: 'the blob x is gone' }));
    assert.equal(versionTexts({ versions: gone, older: 0 })[0]?.none, 'It cannot be read: the blob x is gone.');
    const carried = { at: NOW, index: 1_204, origin: 'acme/lab/node-1' };
    const moved = detail.versions.map((one) => ({ ...one, carried }));
    assert.match(
      versionTexts({ versions: moved, older: 0 })[0]?.by ?? '',
      /; entry 1,204 of the log acme\/lab\/node-1, which this one succeeded$/,
    );
  });
  test('a path reads as words', () => {
    const words: readonly (readonly [string, string])[] = [
      ['term.until', 'term: until'],
      ['status', 'status'],
      ['parties.contoso', 'party contoso'],
      ['instruments.leave.notice_days', 'leave: days of notice'],
      ['instruments.leave.fees.2027-10-01.amount', 'leave, fee from 2027-10-01: amount'],
      ['instruments.leave.fees', 'leave: fees for leaving'],
      ['instruments.leave.triggers', 'leave: only if'],
      ['instruments.fees.amount', 'fees: amount'],
      ['instruments.service.clauses.latency.credit.1.fraction', 'service, clause latency, credit, row 1: fraction'],
      ['terms.liability.cap', 'term liability: cap'],
    ];
    for (const [path, says] of words) assert.equal(contractPath(path), says);
  });
});

test('days and sides are said the same way everywhere', () => {
  assert.deepEqual([0, 1, -1, 1_200].map(daysText), ['today', 'in 1 day', '1 day ago', 'in 1,200 days']);
  assert.equal(betweenText([{ id: 'a', name: 'A', roles: ['buyer'] }]), 'A');
});
