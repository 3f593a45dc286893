import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INCIDENT_COLUMNS } from '../../src/app/register-search.ts';
import { incidentColumns, incidentPanel, overdueTexts } from '../../src/features/duties/incidents.ts';
import { deploymentChoices, dutiesHeadline, isFailure, mapText, momentOf } from '../../src/features/duties/model.ts';
import { EMPTY_PROOF, readProof } from '../../src/features/duties/proof-draft.ts';
import { basisText, hoursText, roleText } from '../../src/features/duties/words.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { BY, dutiesOf, dutyOf, HOUR, incidentOf, NOW } from '../support/sample-register.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('duties', () => {
  test('the headline counts what is open and what is late, by the clock of the page', () => {
    const { first, second } = dutiesHeadline(dutiesOf(), '', NOW);
    assert.equal(first, '1 incident is open; 1 step is late, and 1 review is overdue.');
    assert.equal(
      second,
      '1 own deployment and 1 of the register have their map. 1 matter of law is watched, the next review is on 2026-11-21.',
    );
    assert.match(dutiesHeadline(dutiesOf(), '', NOW + 22 * HOUR).first, /2 steps are late/, 'nobody had to ask anew');
    const quiet = dutiesHeadline(dutiesOf({ incidents: [], overdue: [], watch: [] }), '', NOW);
    assert.equal(quiet.first, 'No incident is open; no step is late.');
    assert.match(quiet.second, /No matter is watched\.$/);
    assert.equal(momentOf({ at: 5 }, '2027-01-01', NOW), 5);
  });

  test('a duty of the own register is marked, names who answers, and keeps what the product says beside it', () => {
    const own = dutyOf({ from: 'own', usual: 'platform engineer leads, by the SLA', party: 'Our reseller' });
    const duties = dutiesOf();
    const [kind] = duties.kinds;
    const map = mapText(
      { ...duties, kinds: duties.kinds.map((one) => ({ ...one, duties: [own, dutyOf({ failure: 'latency' })] })) },
      '',
    );
    assert.ok(kind !== undefined && map !== null);
    assert.deepEqual(
      map.duties.map(({ failure, own: mine }) => [failure, mine]),
      [
        ['availability', true],
        ['latency', false],
      ],
    );
    const [first, second] = map.duties;
    assert.deepEqual([first?.answers.text, first?.answers.known], ['Our reseller', true]);
    assert.ok(first?.facts.some(({ name, value }) => name === 'Weighbridge says' && value === own.usual));
    assert.ok(second?.facts.every(({ name }) => name !== 'Weighbridge says'));
  });

  test('own deployments come first, and what is simulated says so', () => {
    assert.deepEqual(deploymentChoices(dutiesOf()), [
      { group: 'Your deployments', choices: [{ value: 'claude', title: 'claude: Claude at a cloud (simulated)' }] },
      { group: 'Of the register', choices: [{ value: 'registered', title: 'Claude as reported' }] },
    ]);
    assert.equal(deploymentChoices(dutiesOf({ deployments: [] })).length, 0);
  });

  test('a role that nobody names is said to be so', () => {
    const map = mapText(dutiesOf(), '');
    assert.deepEqual(
      map?.roles.map(({ role, holder, known }) => [role, holder, known.text]),
      [
        ['SLA provider', 'Anthropic', 'as configured'],
        ['data processor', null, 'open question'],
      ],
    );
  });

  test('the map names who leads, who has to answer here, the clause and the clock', () => {
    const map = mapText(dutiesOf(), 'claude');
    assert.deepEqual(
      map?.duties.map(({ title, answers }) => `${title}: ${answers.text}, ${String(answers.known)}`),
      [
        'It does not answer: Anthropic, true',
        'Data got out: nobody says, false',
        'The model is not the one it was: nobody but ourselves, true',
      ],
    );
    assert.equal(plain(map?.duties[0]?.clock ?? ''), 'acknowledge 1 h · they know 2 h · resolve 24 h');
    assert.equal(plain(map?.duties[2]?.clock ?? ''), 'acknowledge 1 h · resolve 24 h');
    assert.deepEqual(mapText(dutiesOf(), 'registered')?.duties, [], 'of a kind without a map there is none');
    assert.equal(mapText(dutiesOf({ deployments: [] }), ''), null);
    assert.ok(isFailure('data_leak') && !isFailure('rain'));
  });

  test('hours, roles and the basis of a clock in words', () => {
    assert.deepEqual([24, 48, 120, 36].map(hoursText).map(plain), ['24 h', '2 d', '5 d', '36 h']);
    assert.equal(roleText('seller_of_record'), 'seller of record');
    const clock = { ...dutyOf().clock, basis: 'law', to_be_confirmed: true } as const;
    assert.equal(basisText(clock), 'by law, to be confirmed');
  });
});

describe('incidents', () => {
  test('each column of the address is there; the next step says when it is late', () => {
    const columns = incidentColumns(NOW);
    assert.deepEqual(
      columns.map(({ key }) => key),
      [...INCIDENT_COLUMNS],
    );
    const spoken = columns.map(({ cell }) => spokenText(cell(incidentOf())));
    assert.deepEqual(spoken.slice(1, 6), [
      'Claude at a cloud',
      'It does not answer',
      'acknowledged',
      'counterparty notified: late',
      '2026-11-22 13:03:07 UTC',
    ]);
    const next = (row = incidentOf(), at = NOW): string =>
      spokenText(incidentColumns(at)[4]?.cell(row) ?? { kind: 'text', text: '' });
    assert.equal(next(incidentOf(), NOW - 2 * HOUR), 'counterparty notified');
    assert.equal(next(incidentOf({ deadlines: [], state: 'closed' })), 'nothing');
    assert.equal(next(incidentOf({ deadlines: [] })), 'no clock runs');
  });

  test('its clock tells what was late, what is missed and what runs; steps tell who and by what', () => {
    const { deadlines, steps, facts } = incidentPanel(incidentOf(), NOW);
    assert.deepEqual(
      deadlines.map(({ step, says, tone }) => `${step}: ${plain(says)} (${tone})`),
      ['Acknowledged: taken 30 min late (bad)', 'Counterparty notified: missed (bad)', 'Resolved: runs (note)'],
    );
    assert.deepEqual(
      steps.map(({ by, proof, sha256 }) => [by, proof, sha256]),
      [
        [`in this console, session ${BY.session}`, 'Ticket: OPS-17', null],
        ['by a command of the operator', 'Document: mail.pdf', 'b'.repeat(64)],
      ],
    );
    assert.ok(facts.some(({ name, value }) => name === 'Has to answer' && value === 'Anthropic'));
    const unknown = incidentPanel(incidentOf({ counterparties: [], duty: dutyOf(), note: 'since noon' }), NOW).facts;
    assert.ok(unknown.some(({ value }) => value === 'nobody says (SLA provider)'));
    assert.ok(unknown.some(({ value }) => value === 'since noon'));
    const intime = { step: 'acknowledged', due: NOW, taken: NOW - HOUR, missed: false } as const;
    assert.equal(incidentPanel(incidentOf({ deadlines: [intime] }), NOW).deadlines[0]?.says, 'taken in time');
  });

  test('what is overdue stands with the longest first, steps and reviews in one list', () => {
    assert.deepEqual(
      overdueTexts(dutiesOf(), NOW).map(({ what, late, incident }) => [what, plain(late), incident !== null]),
      [
        ['Review: EU AI Act', '1 d 06 h', false],
        ['Counterparty notified: it does not answer, Claude at a cloud', '1 h', true],
      ],
    );
  });

  test('a proof says where it lies; a digest may be left out', () => {
    assert.deepEqual(readProof({ ...EMPTY_PROOF, ref: ' OPS-17 ' }), {
      ok: true,
      proof: { kind: 'ticket', ref: 'OPS-17' },
    });
    const digest = 'a'.repeat(64);
    assert.deepEqual(readProof({ kind: 'document', ref: 'a', sha256: digest }), {
      ok: true,
      proof: { kind: 'document', ref: 'a', sha256: digest },
    });
    const bad = readProof({ ...EMPTY_PROOF, sha256: 'x' });
    assert.deepEqual(bad.ok ? [] : Object.keys(bad.problems), ['ref', 'sha256']);
  });
});
