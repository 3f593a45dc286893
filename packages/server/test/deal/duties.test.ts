// Incidents and the playbook in the log: a clock that runs, steps with proofs, facts that the product knows and those that are
// attested.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench, type Started } from '../support/server.ts';

const MID_SIZE = readFileSync(
  new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url),
  'utf8',
).replace('status: draft', 'status: signed');
const proof = { kind: 'ticket', ref: 'OPS-17' } as const;

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'duties' });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

type Roles = readonly { readonly role: string; readonly party: string | null }[];
const partyOf = (roles: Roles, role: string): string | null | undefined =>
  roles.find((one) => one.role === role)?.party;

describe('duties', () => {
  test('name an owner for every failure of every kind, and a kind for every deployment of the lab', async () => {
    const { kinds, deployments } = await browser.client.ask('duties', {});
    assert.ok(
      kinds.every(
        ({ duties }) => duties.length === 9 && duties.every(({ owner, clause }) => owner !== '' && clause !== ''),
      ),
    );
    const own = deployments.filter(({ from }) => from === 'configuration');
    assert.ok(own.length > 0 && own.every(({ simulated }) => simulated));
    const kindOf = (id: string): string | null | undefined => deployments.find((one) => one.id === id)?.kind;
    assert.equal(kindOf('claude-foundry-on-azure'), 'marketplace_cloud_hosted');
    const direct = own.filter(({ title }) => title.endsWith('at anthropic'));
    assert.ok(direct.length > 0 && direct.every(({ kind }) => kind === 'developer_direct'));
    const bedrock = own.filter(({ title }) => title.endsWith('at bedrock'));
    // Amazon sells what it made itself, too.
    const made = ({ roles }: (typeof own)[number]): boolean =>
      partyOf(roles, 'model_developer') === partyOf(roles, 'seller_of_record');
    assert.deepEqual(new Set(bedrock.map(made)), new Set([true, false]));
    for (const one of bedrock) assert.equal(one.kind, made(one) ? 'developer_direct' : 'cloud_sold');
    const foundry = own.filter(({ title }) => title.endsWith('at foundry') && title.startsWith('claude'));
    for (const { kind, roles } of foundry) {
      assert.equal(
        kind,
        partyOf(roles, 'host') === partyOf(roles, 'biller')
          ? 'marketplace_cloud_hosted'
          : 'marketplace_developer_hosted',
      );
    }
  });

  test('of an incident: it follows the map, step by step, each with its proof, and is there after a restart', async () => {
    const opened = await browser.client.ask('openIncident', {
      deployment: 'claude-foundry-on-azure',
      failure: 'availability',
      proof,
      note: 'all calls fail',
    });
    assert.deepEqual([opened.state, opened.counterparties, opened.may], ['opened', ['Anthropic'], ['acknowledged']]);
    assert.ok(opened.deadlines.length >= 3 && opened.deadlines.every(({ missed }) => !missed));
    const early = await browser.ask('stepIncident', { id: opened.id, step: 'resolved', proof });
    assert.deepEqual([early.status, codeOf(early)], [400, 'BAD_REQUEST']);
    for (const step of ['acknowledged', 'counterparty_notified', 'resolved', 'closed'] as const)
      assert.equal((await browser.client.ask('stepIncident', { id: opened.id, step, proof })).state, step);
    const late = await browser.ask('stepIncident', { id: opened.id, step: 'closed', proof });
    assert.equal(codeOf(late), 'BAD_REQUEST');
    const unknown = await browser.ask('stepIncident', { id: '01M8KQXNAE6V10X9ZY05FPSZ8S', step: 'closed', proof });
    assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'INCIDENT_UNKNOWN']);
    const { incidents } = await browser.client.ask('duties', {});
    assert.equal(new Set(incidents[0]?.steps.map(({ entry }) => entry)).size, 5);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    assert.equal(codeOf(await browser.ask('duties', { at: yesterday })), 'DAY_BEFORE_LOG', 'no log was there then');
    await started.server.stop();
    started = await bench.start({ name: 'duties' });
    browser = await openBrowser(started.server);
    assert.deepEqual((await browser.client.ask('duties', {})).incidents, incidents);
  });

  test('that are missed are overdue, as seen from later', async () => {
    await browser.client.ask('openIncident', {
      deployment: 'claude-foundry-on-azure',
      failure: 'data_leak',
      proof,
      serious: true,
    });
    assert.deepEqual(
      (await browser.client.ask('duties', {})).overdue.filter(({ kind }) => kind === 'incident'),
      [],
    );
    const later = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const { overdue, incidents } = await browser.client.ask('duties', { at: later });
    assert.ok(overdue.some(({ kind, late_ms: late }) => kind === 'incident' && late > 0));
    assert.ok(incidents[0]?.deadlines.some(({ missed }) => missed));
    const nobody = await browser.ask('openIncident', { deployment: 'nobody', failure: 'latency', proof });
    assert.equal(codeOf(nobody), 'BAD_REQUEST');
  });
});

describe('the playbook', () => {
  const gradeOf = async (id: string) => (await browser.client.ask('playbook', {})).items.find((item) => item.id === id);

  test('knows by itself what a contract has, and never what nobody knows', async () => {
    const before = await browser.client.ask('playbook', {});
    assert.equal(before.facts.find(({ name }) => name === 'contract_clauses')?.from, 'unknown');
    assert.ok(before.items.filter(({ unknown }) => unknown.length > 0).every(({ grade }) => grade !== 'done'));
    await browser.client.ask('saveContract', { text: MID_SIZE });
    const { facts, all } = await browser.client.ask('playbook', {});
    const clauses = facts.find(({ name }) => name === 'contract_clauses');
    assert.equal(clauses?.from, 'product');
    assert.deepEqual(clauses.value, ['sla', 'exit_right', 'audit_right', 'residency']);
    assert.equal(all.total, all.done + all.partly + all.open + all.cannot_tell);
  });

  test('takes what is attested with its proof, and no word for what it knows itself', async () => {
    const item = (await browser.client.ask('playbook', {})).items.find(({ facts }) =>
      facts.includes('migration_plan_at'),
    );
    assert.equal(item?.grade, 'cannot tell');
    const today = new Date().toISOString().slice(0, 10);
    const asked = { fact: 'migration_plan_at', value: today, proof: 'plan.pdf' };
    assert.deepEqual(await browser.client.ask('attest', asked), { fact: 'migration_plan_at', changed: true });
    assert.equal((await browser.client.ask('attest', asked)).changed, false);
    assert.equal((await gradeOf(item.id))?.grade, 'done');
    await browser.client.ask('attest', { ...asked, value: null });
    assert.equal((await gradeOf(item.id))?.grade, 'cannot tell');
    await browser.client.ask('attest', asked);
    assert.equal(codeOf(await browser.ask('playbook', { at: '2026-01-01' })), 'DAY_BEFORE_LOG');
    for (const wrong of [
      { fact: 'no_such_fact', value: true, proof: 'x' },
      { fact: 'migration_plan_at', value: 3, proof: 'x' },
      { fact: 'contract_clauses', value: ['sla'], proof: 'x' },
      { fact: 'migration_plan_at', value: '2999-01-01', proof: 'x' },
    ])
      assert.equal(codeOf(await browser.ask('attest', wrong)), 'BAD_REQUEST', JSON.stringify(wrong));
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const ahead = await browser.ask('attest', { ...asked, value: tomorrow });
    assert.match(ahead.text, new RegExp(`${tomorrow} has not been yet; today is `));
  });
});
