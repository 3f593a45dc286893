// Evidence counts for the words that it was brought for, and for nobody of whom it cannot be said that they are without ties: a claim
// that is worded anew begins anew, an own register that cannot be read makes nobody independent, and an old answer is somebody's.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readClaim, type Claim } from '@weighbridge/governance';
import { openBlobs, type DealDesk } from '@weighbridge/server';
import { claimsAt } from '../../src/deal/claims.ts';
import { BY, deskOf, writing, type Writing } from '../support/written-log.ts';

const DAY = 86_400_000;
const T = Date.UTC(2026, 5, 1);
const ALLIANCE = 'dedicated-capacity-1gw';

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const begin = (): { log: Writing; folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-wording-'));
  folders.push(folder);
  return { log: writing(openBlobs(folder)), folder };
};

const answer = (text: string, more: Partial<Claim> = {}): Claim =>
  readClaim({
    subject: 'master-agreement',
    text,
    kind: 'expectation',
    metric: 'How long are prompts kept?',
    source: 'answer of Meridian Cloud',
    parties: ['Meridian Cloud'],
    materiality: 'high',
    opening: { state: 'unverified', why: 'the word of whoever sells it' },
    ...more,
  });

const report = (digit: string, outsider: string): unknown => ({
  kind: 'independent_report',
  author: { outsider },
  digest: digit.repeat(64),
  period: { from: '2026-01-01', until: '2026-05-01' },
  result: 'supports',
  valid_until: '2027-12-31',
  method: 'an audit',
});

const rowAt = (desk: DealDesk, id: string, at: number) => {
  const row = claimsAt(desk.asOf(at).claims, desk.registers, at).rows.find((one) => one.id === id);
  assert.ok(row !== undefined, id);
  return row;
};

test('an answer that is given anew is not what was verified, and what is published says which words it is of', async () => {
  const { log } = begin();
  const [id, months] = ['master-agreement:retention', 'We keep prompts for 30 days.'];
  log.at(T);
  await log.desk.claims.enter(id, answer(months), BY);
  log.at(T + DAY);
  await log.desk.claims.add(id, report('a', 'Example Auditors'), BY);
  assert.equal(rowAt(log.desk, id, T + DAY).state, 'verified');
  log.at(T + 2 * DAY);
  await log.desk.claims.enter(id, answer('We keep no prompts at all.'), BY);
  const after = rowAt(log.desk, id, T + 2 * DAY);
  assert.deepEqual([after.state, after.evidence.length, after.stated], ['unverified', 0, null]);
  assert.equal(rowAt(log.desk, id, T + DAY).state, 'verified', 'as of the day before it is what it was');
  log.at(T + 3 * DAY);
  await log.desk.claims.add(id, report('a', 'Example Auditors'), BY);
  assert.equal(
    rowAt(log.desk, id, T + 3 * DAY).state,
    'verified',
    'the same report counts once it is brought for these words',
  );
  log.at(T + 4 * DAY);
  await log.desk.claims.enter(id, answer(months), BY);
  assert.equal(rowAt(log.desk, id, T + 4 * DAY).state, 'verified', 'the first words have their evidence still');
});

test('a note that is put right changes nothing of what was shown', async () => {
  const { log } = begin();
  log.at(T);
  await log.desk.claims.enter('master-agreement:retention', answer('30 days.'), BY);
  await log.desk.claims.add('master-agreement:retention', report('a', 'Example Auditors'), BY);
  log.at(T + DAY);
  await log.desk.claims.enter('master-agreement:retention', answer('30 days.', { note: 'asked again' }), BY);
  assert.equal(rowAt(log.desk, 'master-agreement:retention', T + DAY).state, 'verified');
});

const own = (text: string): string => `version: 1
title: Ours
sources:
  s: { title: a letter, outlet: our file, captured_at: 2026-01-01 }
parties:
  meridian: { name: Meridian, source: s }
claims:
  uptime: { subject: meridian, text: ${text}, kind: availability, metric: uptime, source: s, materiality: high, opening: { state: reported, why: their word } }
`;

test('a claim of the own register that is worded anew begins anew', async () => {
  const { log } = begin();
  log.at(T);
  await log.desk.register.enter({ file: 'ours.yaml', text: own('available in one region') }, BY);
  log.at(T + DAY);
  await log.desk.claims.add('uptime', report('b', 'Example Auditors'), BY);
  assert.equal(rowAt(log.desk, 'uptime', T + DAY).state, 'verified');
  log.at(T + 2 * DAY);
  await log.desk.register.enter({ file: 'ours.yaml', text: own('available in all regions') }, BY);
  assert.equal(rowAt(log.desk, 'uptime', T + 2 * DAY).state, 'reported');
});

test('while the own register cannot be read, nobody is known to be without ties', async () => {
  const { log, folder } = begin();
  const tied = `${own('available').split('claims:')[0]}links:
  stake: { type: invests_in, from: microsoft, to: meridian, starts: 2025-01-01, status: in_force, source: s }
`;
  log.at(T);
  await log.desk.claims.add(ALLIANCE, report('c', 'Example Auditors'), BY);
  assert.equal(rowAt(log.desk, ALLIANCE, T).state, 'verified');
  log.at(T + DAY);
  await log.desk.register.enter({ file: 'ours.yaml', text: tied }, BY);
  assert.equal(rowAt(log.desk, ALLIANCE, T + DAY).state, 'verified', 'the register names no tie of theirs');
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  const row = rowAt(deskOf(log.drafts, openBlobs(folder)), ALLIANCE, T + 2 * DAY);
  assert.equal(row.state, 'reported');
  assert.match(row.evidence[0]?.why ?? '', /^your own register cannot be read/);
});

test('an answer of before answers named their parties is the word of whoever gave it, also where its contract is gone', async () => {
  const { log } = begin();
  const { parties: _, ...old } = answer('We keep prompts for 30 days.');
  log.at(T);
  await log.desk.claims.enter('master-agreement:retention', old, BY);
  await log.desk.claims.add('master-agreement:retention', report('d', 'Meridian Cloud'), BY);
  await log.desk.claims.add('master-agreement:retention', report('e', 'The press office of Meridian Cloud Ltd'), BY);
  const row = rowAt(log.desk, 'master-agreement:retention', T + DAY);
  assert.equal(row.state, 'unverified');
  assert.deepEqual(
    row.evidence.map(({ relation }) => relation),
    ['party', 'party'],
  );
});
