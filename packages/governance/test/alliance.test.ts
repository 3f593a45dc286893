// The alliance as data: every party, link and figure of the notes is there, as a claim in its state, and what follows from them is
// flagged and worked out. The notes are read in place from the corpus.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import {
  bandsOf,
  checkRegisterText,
  claimedObligations,
  commitmentAgainstCeiling,
  concentration,
  conflicts,
  intervalText,
  JOINING_TYPES,
  claimStatement,
  linkedGroups,
  obligationsApart,
  readRegister,
  sumObligations,
  type Claim,
} from '../src/index.ts';
import { fromDecimal, roundedText, divide } from '../src/numbers/rational.ts';
import { digest, judged as judgedIn, saidBy } from './support/evidence.ts';
import { missingNotes, readData, readNotes } from './support/corpus.ts';

const PATH = 'alliance/register.yaml';
const register = readRegister(PATH, readData(PATH));
const judged = (told: Claim, pieces: Parameters<typeof judgedIn>[1], at: number) =>
  judgedIn(told, pieces, at, register);
const skip = missingNotes('alliance.md');
const NOW = Date.parse('2026-11-29T12:00:00Z');
const FIGURES = {
  commitment: 'azure-compute-30bn',
  ceiling: 'dedicated-capacity-1gw',
  gigawatt: 'gigawatt',
  power: 'gpu-power',
  rate: 'gpu-hour',
  hours: 'hours-of-a-year',
};
const claim = (id: string): Claim => {
  const found = register.claims[id];
  assert.ok(found !== undefined, id);
  return found;
};

describe('against the notes', { skip }, () => {
  const text = skip === false ? readNotes('alliance.md') : '';
  const rows = text
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, number = '', subject = '', told = '', kind = '', state = '', note = '']) => ({
      number: Number(number),
      subject,
      told,
      kind,
      state,
      note,
    }));
  test('each of the ten rows is a claim, word for word, in its state and with its note', () => {
    assert.equal(rows.length, 10);
    for (const row of rows) {
      const found = Object.values(register.claims).filter(({ number }) => number === row.number);
      assert.equal(found.length, 1, `claim ${row.number}`);
      const [entry] = found;
      assert.equal(entry?.text, row.told);
      assert.equal(entry.conditions[0], row.kind);
      assert.equal(entry.opening.why, row.state);
      assert.ok(row.state.startsWith(entry.opening.state));
      assert.equal(entry.corroborated, row.state.includes('corroborated'));
      assert.equal(entry.note ?? '', row.note);
      assert.equal(judged(entry, [], NOW).state, row.state.startsWith('unverified') ? 'unverified' : 'reported');
    }
    assert.equal(Object.keys(register.claims).length, rows.length);
  });
  test('an amount is the one that the row names, and "up to" and "about" are kept', () => {
    const SIZE: Readonly<Record<string, string>> = { billion: '000000000', gigawatt: '' };
    const spelled: Readonly<Record<string, string>> = { one: '1' };
    let amounts = 0;
    for (const { number, told } of rows) {
      const named = /\$?(\d+|one) (billion|gigawatt)/.exec(told);
      if (named === null) continue;
      amounts += 1;
      const [, count = '', size = ''] = named;
      const entry = Object.values(register.claims).find((one) => one.number === number);
      assert.equal(entry?.value, (spelled[count] ?? count) + (SIZE[size] ?? '?'));
      assert.equal(entry.up_to, told.startsWith('up to'));
      assert.equal(entry.approximate, told.startsWith('about'));
    }
    assert.equal(amounts, 5);
  });
  test('each party that the notes name is there', () => {
    for (const { name, kind } of Object.values(register.parties))
      if (kind === 'entity') assert.ok(text.includes(name), name);
    const entities = Object.values(register.parties).filter(({ kind }) => kind === 'entity');
    assert.deepEqual(
      entities.map(({ name }) => name),
      ['Anthropic', 'NVIDIA', 'Microsoft', 'OpenAI', 'Google Cloud', 'AWS'],
    );
    assert.ok(text.includes('power, cooling and network suppliers, the enterprises that buy'));
  });
  test('the register says which state of the notes it was made from', (t) => {
    for (const [id, name] of [
      ['alliance-notes', 'alliance.md'],
      ['capacity-notes', 'capacity.md'],
    ] as const) {
      const sha256 = createHash('sha256').update(readNotes(name)).digest('hex');
      const made = register.sources[id]?.snapshot_sha256 ?? '';
      assert.match(made, /^[0-9a-f]{64}$/);
      // What they say is held against the register above, word for word; another wording beside that is no fault of ours.
      if (made !== sha256) t.diagnostic(`${name} has changed since: read it again`);
    }
  });
  test('the arithmetic comes to what the notes say a board repeats', () => {
    const { gpus, yearly, years } = commitmentAgainstCeiling(register, FIGURES);
    assert.ok(text.includes('at 2.10 kW per GPU all-in a gigawatt is about 476,000 GPUs'));
    assert.equal(`${roundedText(divide(gpus.low, fromDecimal('1000')), 0)},000`, '476,000');
    assert.ok(text.includes('$2.65–3.96 per GPU-hour'));
    assert.ok(text.includes('a gigawatt-year costs about $11–16.5 billion'));
    const billion = fromDecimal('1000000000');
    assert.equal(roundedText(divide(yearly.low, billion), 0), '11');
    assert.equal(roundedText(divide(yearly.high, billion), 1), '16.5');
    assert.ok(text.includes('$30 billion is about 1.8–2.7 gigawatt-years'));
    assert.equal(intervalText(years, 1), '1.8 to 2.7');
  });
});

describe('the file', () => {
  test('has neither an error nor a warning', () => {
    const { problems } = checkRegisterText(readData(PATH));
    assert.deepEqual(problems, []);
  });
  test('names for each way of getting Claude who holds each role, and the two hostings in Foundry differ', () => {
    assert.equal(Object.keys(register.deployments).length, 7);
    const [onAzure, byAnthropic] = ['claude-foundry-on-azure', 'claude-foundry-by-anthropic'].map(
      (id) => register.deployments[id],
    );
    const holder = (deployment: typeof onAzure, role: 'seller_of_record' | 'biller' | 'host' | 'data_processor') =>
      deployment?.roles[role]?.[0]?.party;
    assert.equal(holder(onAzure, 'host'), 'microsoft');
    assert.equal(holder(byAnthropic, 'host'), 'anthropic');
    for (const deployment of [onAzure, byAnthropic]) {
      assert.equal(holder(deployment, 'seller_of_record'), 'anthropic');
      assert.equal(holder(deployment, 'biller'), 'microsoft');
      assert.equal(holder(deployment, 'data_processor'), 'anthropic');
      assert.equal(Object.keys(deployment?.roles ?? {}).length, 10);
    }
  });
  test('says of every holder that it names how well that is known', () => {
    for (const [id, { roles }] of Object.entries(register.deployments))
      for (const [role, holders] of Object.entries(roles))
        for (const { party, known_by, note } of holders ?? [])
          if (party === undefined) assert.ok(known_by === 'assumed' && note !== undefined, `${id} ${role}`);
  });
});

describe('what follows', () => {
  test('only the $30 billion is owed: the two investments and the gigawatt are options', () => {
    const { firm, options } = claimedObligations(register);
    assert.deepEqual(firm, [{ of: 'USD', value: '30000000000', approximate: true, ids: ['azure-compute-30bn'] }]);
    assert.deepEqual(options, [
      { of: 'GW', value: '1', approximate: false, ids: ['dedicated-capacity-1gw'] },
      { of: 'USD', value: '15000000000', approximate: false, ids: ['microsoft-invests-5bn', 'nvidia-invests-10bn'] },
    ]);
  });
  test('the links say the same as the claims, and their sum refuses the options', () => {
    const amounts = Object.entries(register.links).flatMap(([id, { amount }]) =>
      amount === undefined ? [] : [{ id, amount }],
    );
    const { firm, options } = obligationsApart(amounts);
    assert.deepEqual(
      firm.map(({ of, value }) => [of, value]),
      [['USD', '30000000000']],
    );
    assert.deepEqual(
      options.map(({ of, value }) => [of, value]),
      [
        ['GW', '1'],
        ['USD', '15000000000'],
      ],
    );
    assert.throws(() => sumObligations(amounts), /"microsoft-hosts-anthropic-capacity" is up to 1 GW/);
  });
  test('the two ways to tell the gigawatt, and the outlets that differ on the valuation, are flagged', () =>
    assert.deepEqual(
      conflicts(register).map(({ check, claim, between }) => [check, claim, between.length]),
      [
        ['readings-differ', 'dedicated-capacity-1gw', 2],
        ['values-differ', 'valuation-350bn', 2],
      ],
    ));
  test('the $30 billion against a gigawatt prints its arithmetic, its interval and the least sure input', () => {
    const check = commitmentAgainstCeiling(register, FIGURES);
    assert.deepEqual(
      check.steps.map(({ arithmetic }) => arithmetic),
      [
        '1,000,000 kW ÷ 2.1 kW = 476,190 GPUs',
        '476,190 GPUs × 8,760 h × 2.65 to 3.96 USD = 11.05 to 16.52 billion USD',
        '30.00 billion USD ÷ 11.05 to 16.52 billion USD = 1.82 to 2.71 gigawatt-years',
      ],
    );
    assert.equal(check.confidence, 'low');
    assert.equal(check.inputs[0]?.source, 'capacity-notes');
    const wider = commitmentAgainstCeiling(register, { ...FIGURES, power: 'gpu-power-anchors' });
    assert.equal(intervalText(wider.years, 2), '1.73 to 4.42');
  });
  test('the three of the alliance are one group, by the links that are named', () =>
    assert.deepEqual(linkedGroups(register, { types: JOINING_TYPES, on: '2026-11-29' }), [
      {
        id: 'anthropic',
        members: ['anthropic', 'microsoft', 'nvidia'],
        joined_by: [
          'microsoft-invests-in-anthropic',
          'nvidia-co-engineers-with-anthropic',
          'nvidia-invests-in-anthropic',
        ],
      },
    ]));
  test('spend with two of them is spend with one group', () => {
    const groups = linkedGroups(register, { types: JOINING_TYPES, on: '2026-11-29' });
    const uses = ['anthropic', 'microsoft', 'aws', 'google-cloud'].map((contracting_entity) => ({
      contracting_entity,
      measures: { spend: '25' },
    }));
    const apart = concentration(uses, 'contracting_entity', 'spend', register, groups).hhi;
    const linked = concentration(uses, 'linked_group', 'spend', register, groups).hhi;
    assert.ok(apart !== undefined && linked !== undefined);
    assert.deepEqual([intervalText(apart, 0), intervalText(linked, 0)], ['2,500', '3,750']);
    assert.deepEqual(bandsOf(linked), ['high']);
  });
  test('ten announcements of the parties verify none of the claims', () => {
    for (const [id, entry] of Object.entries(register.claims)) {
      const words = Array.from({ length: 10 }, (_, index) =>
        saidBy(index + 1, 'vendor_assertion', 'supports', { scope: entry.scope }),
      );
      assert.equal(judged(entry, words, NOW).state, entry.opening.state, id);
    }
  });
  test('each claim has a statement that is canonical, word for word, and small enough for an entry', () => {
    for (const [id, entry] of Object.entries(register.claims)) {
      const text = claimStatement(id, entry, judged(entry, [], NOW), NOW);
      const statement = JSON.parse(text) as { claim: Claim; state: string; rule: string };
      assert.equal(canonicalJson(statement as unknown as Json), text);
      assert.equal(statement.claim.text, entry.text);
      assert.deepEqual([statement.state, statement.rule], [entry.opening.state, 'opening']);
      assert.ok(text.length < 8_192);
    }
  });
  test('a report of a party, or of whoever the register ties to one, verifies none of the claims', () => {
    const allies = ['anthropic', 'microsoft', 'nvidia', 'aws', 'google-cloud', 'openai'];
    for (const [id, entry] of Object.entries(register.claims)) {
      const reports = allies.map((party, index) =>
        saidBy(index + 1, 'independent_report', 'supports', { scope: entry.scope, author: { party } }),
      );
      const found = judged(entry, reports, NOW);
      assert.equal(found.state, entry.opening.state, id);
      for (const { relation, why } of found.findings) {
        assert.ok(relation === 'party' || relation === 'tied', `${id}: ${relation}`);
        assert.ok((why ?? '') !== '', id);
      }
      const auditor = saidBy(9, 'independent_report', 'supports', { scope: entry.scope });
      assert.equal(judged(entry, [...reports, auditor], NOW).state, 'verified', id);
    }
  });
  test('a contract that is shown verifies the commitment, and not the expectation', () => {
    const contract = saidBy(1, 'contract_term', 'supports', { scope: {}, valid_until: '2027-12-31' });
    assert.equal(judged(claim('azure-compute-30bn'), [contract], NOW).state, 'verified');
    assert.equal(judged(claim('lower-token-cost'), [contract], NOW).state, 'unverified');
    assert.equal(contract.digest, digest(1));
  });
});
