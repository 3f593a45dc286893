// Who answers for what: the map is whole, every row leads to a role and a clock, and the register says which party holds the role.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  counterpartiesOf,
  DEPLOYMENT_KINDS,
  dutyOf,
  FAILURES,
  readDutyMap,
  readRegister,
  ROLES,
  type DutyMap,
} from '../src/index.ts';
import { missingNotes, readData, readNotes } from './support/corpus.ts';

const TEXT = readData('duties/responsibility.yaml');
const map = readDutyMap('responsibility.yaml', TEXT);
const register = readRegister('register.yaml', readData('alliance/register.yaml'));

const faultsOf = (...changes: readonly (readonly [string, string])[]): string[] => {
  let text = TEXT;
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `the map has no "${from}"`);
    text = text.replace(from, to);
  }
  try {
    readDutyMap('map.yaml', text);
    return [];
  } catch (error) {
    assert.ok(isAppError(error) && error.code === 'DEAL_INVALID', String(error));
    return error.message.split('\n').slice(1);
  }
};
const mustFind = (faults: readonly string[], ...says: readonly RegExp[]): void => {
  assert.equal(faults.length, says.length, faults.join('\n'));
  for (const [index, say] of says.entries()) assert.match(faults[index] ?? '', say);
};

describe('the map', () => {
  test('has one row for each way of getting a model and each class of failure', () => {
    assert.equal(map.rows.length, DEPLOYMENT_KINDS.length * FAILURES.length);
    for (const deployment of DEPLOYMENT_KINDS)
      for (const failure of FAILURES) {
        const duty = dutyOf(map, deployment, failure);
        assert.deepEqual([duty.deployment, duty.failure], [deployment, failure]);
        assert.ok(duty.owner !== '' && duty.clause !== '' && duty.contact !== '' && duty.clock.acknowledge_h > 0);
        if (duty.counterparty !== undefined) assert.ok(ROLES.includes(duty.counterparty));
      }
  });
  test('knows the nine classes of the notes', { skip: missingNotes('trust.md') }, () => {
    const text = readNotes('trust.md');
    const listed = /with failure classes: ([^;]+);/.exec(text)?.[1]?.split(', ') ?? [];
    assert.deepEqual(listed, [
      'availability',
      'latency/SLO',
      'wrong-region',
      'model drift/silent swap',
      'safety-filter',
      'data leak',
      'billing error',
      'key compromise',
      'retired model',
    ]);
    assert.equal(FAILURES.length, listed.length);
  });
  test('of models on own accelerators, nobody else answers for drift, filter and keys', () => {
    for (const failure of ['model_drift', 'safety_filter', 'key_compromise'] as const)
      assert.equal(dutyOf(map, 'own_accelerators', failure).counterparty, undefined);
    for (const deployment of DEPLOYMENT_KINDS.filter((kind) => kind !== 'own_accelerators'))
      for (const failure of FAILURES) assert.notEqual(dutyOf(map, deployment, failure).counterparty, undefined);
  });
  test('calls a clock of the law one that is to be confirmed, and the others our own', () => {
    const clocks = Object.values(map.clocks);
    assert.deepEqual(
      clocks
        .filter(({ basis }) => basis === 'law')
        .map(({ to_be_confirmed, inform_authority_h }) => [to_be_confirmed, inform_authority_h]),
      [[true, 15 * 24]],
    );
    assert.ok(clocks.filter(({ basis }) => basis !== 'law').every(({ basis }) => basis === 'own_default'));
  });
});

describe('who answers in a deployment', () => {
  const parties = (deployment: string, failure: (typeof FAILURES)[number]): readonly (string | undefined)[] => {
    const entry = register.deployments[deployment];
    assert.ok(entry !== undefined);
    return counterpartiesOf(register, deployment, dutyOf(map, entry.kind, failure)).map(({ party }) => party);
  };
  test('differs between the two hostings of one model in one catalogue', () => {
    assert.deepEqual(parties('claude-foundry-on-azure', 'wrong_region'), ['microsoft']);
    assert.deepEqual(parties('claude-foundry-by-anthropic', 'wrong_region'), ['anthropic']);
  });
  test('differs between failures of one deployment', () => {
    assert.deepEqual(parties('claude-foundry-on-azure', 'billing_error'), ['microsoft']);
    assert.deepEqual(parties('claude-foundry-on-azure', 'data_leak'), ['anthropic']);
    assert.deepEqual(parties('claude-foundry-on-azure', 'availability'), ['anthropic']);
    assert.deepEqual(parties('claude-bedrock', 'retired_model'), ['aws']);
  });
  test('is nobody where no source names the holder', () =>
    assert.deepEqual(parties('claude-m365-copilot', 'data_leak'), []));
  test('a duty of another kind, or a deployment that is not there, is refused', () => {
    const duty = dutyOf(map, 'cloud_sold', 'latency');
    assert.throws(
      () => counterpartiesOf(register, 'claude-direct', duty),
      /is developer_direct, and the duty is for cloud_sold/,
    );
    assert.throws(() => counterpartiesOf(register, 'constructor', duty), /no deployment "constructor"/);
  });
  test('a map that is not whole says what it lacks', () => {
    const holed: DutyMap = { ...map, rows: map.rows.slice(1) };
    assert.throws(
      () => dutyOf(holed, 'developer_direct', 'availability'),
      (error) =>
        isAppError(error) &&
        error.code === 'BAD_REQUEST' &&
        /no duty for availability of developer_direct/.test(error.message),
    );
  });
});

describe('a map with faults is refused', () => {
  test('when somebody owns nothing', () => {
    const row = TEXT.split('\n').find((line) => line.includes('deployment: cloud_sold, failure: latency')) ?? '?';
    mustFind(faultsOf([`${row}\n`, '']), /^map\.yaml:\d+:\d+: nobody owns latency of cloud_sold; add a row for it$/);
  });
  test('when a row stands twice', () =>
    mustFind(
      faultsOf(['deployment: cloud_sold, failure: latency', 'deployment: cloud_sold, failure: availability']),
      /nobody owns latency of cloud_sold/,
      /availability of cloud_sold stands in row 10 too; keep one of the two/,
    ));
  test('when a clock or a source leads nowhere', () =>
    mustFind(
      faultsOf(
        ['clock: outage,', 'clock: outrage,'],
        ['sources: [trust-notes, microsoft-shared-responsibility] }', 'sources: [trust-note] }'],
      ),
      /"outrage" is no clock of this map; use one of outage, degraded/,
      /"trust-note" is no source of this map/,
    ));
  test('when a clock runs backwards', () =>
    mustFind(
      faultsOf(['outage: { acknowledge_h: 1, notify_h: 2', 'outage: { acknowledge_h: 3, notify_h: 2']),
      /it would resolve before it notifies, or notify before it acknowledges/,
    ));
  test('when a role or a kind is none', () =>
    mustFind(
      faultsOf(
        ['counterparty: sla_provider', 'counterparty: sla_providr'],
        ['deployment: cloud_sold', 'deployment: cloud_solt'],
      ),
      /did you mean sla_provider\?/,
      /did you mean cloud_sold\?/,
    ));
});
