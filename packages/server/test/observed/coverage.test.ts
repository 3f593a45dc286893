// Seeded bypass traffic: some calls go through the gateway, others straight to the lab with a key of their own, and the lab's own
// reports are what its sellers say. Coverage shows the true share, by seller, model and team, request by request where a record names
// them; the same file twice changes nothing, and a correction takes its place in sight.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { labControl } from '@weighbridge/lab';
import { controlClient, HOUR_MS, type CoverageView, type ImportedRecord } from '@weighbridge/protocol';
import { controlSocket, readInstance } from '../support/entry.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const SOON_MS = 60_000;

let bench: Bench;
let started: Started;
let socket: ReturnType<typeof controlClient>;
/** What the lab says was really used, by whether it came through the gateway. */
const truth = { through: 0, past: 0 };
let period: { since: number; until: number };

const BEDROCK_MODEL = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const MODELS = ['claude-sonnet-4-5', 'claude-haiku-4-5'] as const;

before(async () => {
  bench = await openBench();
  started = await bench.start({
    tables: true,
    change: (raw) => {
      raw['coverage'] = { gateway: ['default'], owners: { wrkspc_research: 'research' } };
      raw['keys'] = { ...raw['keys'], ada: { team: 'platform' } };
      // Only the first of the sellers of a model, so that all of it is in one record.
      for (const name of MODELS)
        raw['routes'][name].candidates = raw['routes'][name].candidates.filter(
          ({ deployment }: { deployment: string }) => raw['deployments'][deployment].cloud === 'anthropic',
        );
    },
  });
  const instance = readInstance(started.server.home);
  socket = controlClient(controlSocket(instance?.socket ?? ''));
  const { key } = await started.server.administration.createKey({ name: 'ada' });
  for (let i = 0; i < 24; i += 1) {
    const model = MODELS[i % 2] ?? MODELS[0];
    const content = 'word '.repeat(1 + ((i * 37) % 61));
    if (i % 3 === 0) await past(model, content);
    else {
      const { status, text } = await call(started.server.origin, key, { model, messages: [{ role: 'user', content }] });
      assert.equal(status, 200, text);
    }
  }
  const { rows } = await labControl(bench.lab.endpoints.admin).served();
  for (const { usage, caller } of rows) {
    if (usage === null) continue;
    const used = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output;
    truth[caller === 'key:anthropic/research' ? 'past' : 'through'] += used;
  }
  const now = Date.now();
  period = { since: now - 2 * HOUR_MS, until: now + 2 * HOUR_MS };
  await until('the tables hold all calls', SOON_MS, async () => {
    const { state, projections } = await started.server.projections.state();
    if (state !== 'running' || projections.length === 0 || projections.some((one) => one.lag_entries > 0)) return;
    return (await started.server.projections.ask('overview', period)).totals.calls === 16 ? true : undefined;
  });
});
after(() => bench.close());

/** Straight to the seller, with a key of another workspace. */
async function past(model: string, content: string): Promise<void> {
  const { credentials, clouds } = bench.lab.endpoints;
  const answer = await fetch(`${clouds.anthropic}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': `${credentials.anthropic_key}.research`,
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify({ model, max_tokens: 32, messages: [{ role: 'user', content }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** The seller's own report, as its API gives it. */
async function report(): Promise<string> {
  const { credentials, clouds } = bench.lab.endpoints;
  const query = new URLSearchParams({
    starting_at: new Date(period.since).toISOString(),
    ending_at: new Date(period.until).toISOString(),
    bucket_width: '1h',
  });
  for (const group of ['model', 'workspace_id']) query.append('group_by[]', group);
  const answer = await fetch(`${clouds.anthropic}/v1/organizations/usage_report/messages?${query}`, {
    headers: { 'x-api-key': credentials.anthropic_key, 'anthropic-version': '2023-06-01' },
  });
  assert.equal(answer.status, 200);
  return answer.text();
}

function enter(name: string, text: string | Uint8Array, more = {}): Promise<ImportedRecord> {
  const path = join(bench.folder, name);
  writeFileSync(path, text);
  return socket.ask('importObserved', { path, ...more });
}

/** Once the tables hold it. */
const covered = (what: string, holds: (view: CoverageView) => boolean): Promise<CoverageView> =>
  until(what, SOON_MS, async () => {
    const view = await socket.ask('coverage', period);
    return holds(view) ? view : undefined;
  });

const within = (share: string | null, expected: number, by: number): void =>
  assert.ok(Math.abs(Number(share) - expected) <= by, `${share} is within ${by} of ${expected}`);

describe('coverage of traffic that partly goes round the gateway', { concurrency: false }, () => {
  test('without any record nothing is known, and nothing is called covered', async () => {
    const view = await socket.ask('coverage', period);
    assert.deepEqual([view.total, view.sellers, view.records], [null, [], []]);
    assert.deepEqual(
      view.unknown.map(({ seller, calls, record }) => [seller, calls, record]),
      [['anthropic', 16, 'none']],
    );
    assert.equal(view.unknown[0]?.tokens, truth.through);
    assert.equal(view.simulated, true);
  });

  test('with it the bypass appears at its true share, by seller, model and team', async () => {
    const entered = await enter('usage.json', await report());
    // Before any checkpoint covers it.
    assert.equal((await enter('usage.json', await report())).changed, false);
    assert.deepEqual([entered.changed, entered.source, entered.seller], [true, 'anthropic-usage', 'anthropic']);
    assert.ok(entered.rows >= 4, 'two models in two workspaces');
    const view = await covered('the record is in the tables', ({ sellers }) => sellers.length > 0);
    const expected = truth.through / (truth.through + truth.past);
    assert.equal(view.total?.theirs, truth.through + truth.past);
    within(view.total?.share ?? null, expected, 0.01);
    assert.ok(Number(view.total?.low) <= expected && expected <= Number(view.total?.high) + 0.0001);
    assert.deepEqual(view.models.map(({ name }) => name).toSorted(), [...MODELS].toSorted());
    const teams = new Map(view.teams.map((row) => [row.name, row]));
    assert.deepEqual([teams.get('platform')?.share, teams.get('research')?.share], ['1.0000', '0.0000']);
    assert.equal(teams.get('research')?.uncovered, truth.past);
    assert.deepEqual(
      view.gaps.filter(({ of }) => of === 'team').map(({ name, uncovered }) => [name, uncovered]),
      [['research', truth.past]],
    );
    assert.equal(view.unknown.length, 0);
    assert.equal(
      view.days.reduce((sum, day) => sum + day.theirs, 0),
      truth.through + truth.past,
    );
  });

  test('the same file again, as it is or packed, changes nothing and says so', async () => {
    const text = await report();
    for (const [name, content] of [
      ['again.json', text],
      ['again.json.gz', gzipSync(text)],
    ] as const) {
      const again = await enter(name, content);
      assert.deepEqual([again.changed, again.import, again.rows, again.superseded], [false, null, 0, 0]);
      assert.ok(again.unchanged >= 4);
    }
    assert.equal((await socket.ask('imports', {})).rows.length, 1);
  });

  test('a later file that says otherwise takes its place, in sight, and what stood stays in the log', async () => {
    const text = await report();
    const found = /"output_tokens":(\d+)/.exec(text)?.[1] ?? '';
    const corrected = await enter(
      'corrected.json',
      text.replace(`"output_tokens":${found}`, `"output_tokens":${Number(found) + 1_000}`),
    );
    assert.ok(corrected.changed && corrected.superseded > 0 && corrected.rows > 0);
    const total = truth.through + truth.past;
    await covered('the correction counts once', (view) => view.total?.theirs === total + 1_000);
    const { rows } = await socket.ask('imports', {});
    assert.deepEqual(
      rows.map(({ file }) => file.name),
      ['corrected.json', 'usage.json'],
    );
    assert.match(rows[0]?.file.sha256 ?? '', /^[0-9a-f]{64}$/);
    await enter('usage.json', text);
    await covered('and the first again', (view) => view.total?.theirs === total);
  });

  test('a file that cannot be read is refused with its line, and nothing of it is taken', async () => {
    const before = (await socket.ask('imports', {})).rows.length;
    const text = (await report()).replace(/"output_tokens":\d+/, '"output_tokens":"many"');
    await assert.rejects(enter('broken.json', text), { code: 'OBSERVED_INVALID', message: /line 1: `output_tokens`/ });
    await assert.rejects(enter('strange.json', '{"a":1}'), { code: 'OBSERVED_UNKNOWN' });
    await assert.rejects(enter('cut.json.gz', gzipSync(text).subarray(0, 40)), { code: 'BAD_REQUEST' });
    await assert.rejects(socket.ask('importObserved', { path: join(bench.folder, 'nothing') }), {
      code: 'BAD_REQUEST',
    });
    assert.equal((await socket.ask('imports', {})).rows.length, before);
  });

  test('a record that names requests is matched call by call: in both, only in theirs, only in ours', async () => {
    const { credentials, clouds, admin } = bench.lab.endpoints;
    const { key } = await started.server.administration.createKey({ name: 'other' });
    for (let i = 0; i < 5; i += 1)
      assert.equal((await call(started.server.origin, key, { model: 'haiku-on-bedrock' })).status, 200);
    for (let i = 0; i < 3; i += 1) {
      const answer = await fetch(`${clouds.bedrock}/model/${encodeURIComponent(BEDROCK_MODEL)}/invoke`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials.bedrock_key}` },
        body: JSON.stringify({
          anthropic_version: 'bedrock-2023-05-31',
          max_tokens: 16,
          messages: [{ role: 'user', content: 'Past it' }],
        }),
      });
      assert.equal(answer.status, 200, await answer.text());
    }
    const records = (await labControl(admin).bedrockInvocations()) as { requestId: string }[];
    assert.equal(records.length, 8);
    // The seller loses one of those that crossed: its newest.
    const lines = records.filter((_, index) => index !== 4).map((one) => JSON.stringify(one));
    const entered = await enter('bedrock.ndjson', lines.join('\n'), { span: { from: period.since, to: period.until } });
    assert.deepEqual([entered.source, entered.rows], ['bedrock-invocations', 7]);
    const view = await covered('every call is matched', ({ exact }) => exact[0]?.matched === 4);
    assert.deepEqual(view.exact, [{ seller: 'aws', matched: 4, only_theirs: 3, only_ours: 1 }]);
    const row = view.sellers.find(({ seller }) => seller === 'aws');
    assert.deepEqual([row?.how, row?.low, row?.high], ['ids', row?.share, row?.share]);
    const again = await enter('bedrock-more.ndjson', records.map((one) => JSON.stringify(one)).join('\n'));
    assert.deepEqual([again.rows, again.unchanged], [1, 7]);
    const whole = await covered('the one that was lost is found', ({ exact }) => exact[0]?.matched === 5);
    assert.deepEqual(whole.exact, [{ seller: 'aws', matched: 5, only_theirs: 3, only_ours: 0 }]);
  });

  test('users are told apart, and none of them is named in the log', async () => {
    const audit = JSON.stringify({
      CreationTime: new Date(period.since + HOUR_MS).toISOString(),
      Id: 'audit-1',
      Operation: 'CopilotInteraction',
      UserId: 'grace@example.org',
      OrganizationId: 'tenant',
      CopilotEventData: { AppHost: 'Word', Messages: [{ Id: '1', isPrompt: true }] },
    });
    const { seller } = await enter('audit.json', audit);
    const view = await covered('the interaction is seen', ({ users }) => users.length > 1);
    // Bedrock names the role that asked.
    assert.deepEqual(view.users, [
      { seller: 'aws', users: 1 },
      { seller: 'microsoft-365', users: 1 },
    ]);
    const row = view.sellers.find((one) => one.seller === seller);
    assert.deepEqual([row?.unit, row?.theirs, row?.crossed, row?.share], ['requests', 1, 0, '0.0000']);
    const { journal, vault } = started.server.home;
    const log = openJournal(journal, { vault });
    const texts = [...log.entries({ kinds: ['observed'] })].map(
      ({ index }) => log.groups(index, ['commercial']).commercial?.text ?? '',
    );
    log.close();
    assert.ok(texts.some((text) => text.includes('"id":"audit-1"') && text.includes('"user":"u_')));
    assert.ok(!texts.some((text) => text.includes('grace')));
  });
});
