// Every endpoint, asked of a running server with real calls behind it: its answer is what the published document says, and
// so is what the document is said to be. The document is read from docs/, not from the code that made it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ERRORS, isUlid } from '@weighbridge/kernel';
import { verifyReceipt } from '@weighbridge/journal';
import { SCENARIO_FILES } from '@weighbridge/planner';
import {
  CONTROL,
  HOUR_MS,
  requestFor,
  type ControlAnswer,
  type ControlInput,
  type ControlName,
} from '@weighbridge/protocol';
import { openApiText } from '../support/entry.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';
import { openBrowser, send, type Browser, type Reply } from '../support/console.ts';
import { askCoverage, onSocket } from '../support/coverage-endpoints.ts';
import { askContracts, askRecord, REGISTER } from '../support/deal-endpoints.ts';
import { askFleet } from '../support/fleet-endpoints.ts';
import { askLimits, watched } from '../support/limit-endpoints.ts';
import { askPlans, refusedPlans } from '../support/plan-endpoints.ts';
import { api, checkerOf, operationOf, published, responseOf } from '../support/published-api.ts';
import { leaveWindow } from '../support/stopped-log.ts';

const checked = new Set<string>();

/** Throws where the answer is not what the document says. */
function fits(name: ControlName, answer: unknown): void {
  checkerOf(responseOf(operationOf(name), 200)).parse(answer);
  checked.add(name);
}

/** Asks, and holds request and answer against the document. */
async function ask<Name extends ControlName>(
  browser: Browser,
  name: Name,
  input: ControlInput<Name>,
): Promise<ControlAnswer<Name>> {
  const operation = operationOf(name);
  const { body } = requestFor(name, input);
  const asked = operation.requestBody?.content['application/json'].schema;
  assert.equal(asked === undefined, body === undefined, `${name}: a body is published where there is one`);
  if (asked !== undefined) checkerOf(asked).parse(JSON.parse(body ?? ''));
  const reply = await browser.ask(name, input);
  assert.equal(reply.status, 200, `${name}: ${reply.text}`);
  const value: unknown = JSON.parse(reply.text);
  CONTROL[name].answer.parse(value);
  fits(name, value);
  return value as ControlAnswer<Name>;
}

let bench: Bench;
let started: Started;
let browser: Browser;
let id = '';
const period = (): { since: number; until: number } => ({ since: Date.now() - HOUR_MS, until: Date.now() + HOUR_MS });

before(async () => {
  bench = await openBench();
  leaveWindow(join(bench.folder, 'home', 'lab'), 'keep-up', Date.now() - HOUR_MS, 1);
  started = await bench.start({ lanes: 2, tables: true, sample: { wanted: false }, change: watched });
  browser = await openBrowser(started.server);
  const { origin } = started.server;
  const { key } = await started.server.administration.createKey({ name: 'lab' });
  assert.equal((await call(origin, key)).status, 200);
  assert.equal((await call(origin, key, { model: 'no-such-model' })).status, 404);
  assert.equal((await call(origin, key, { stream: true })).status, 200);
  const served = await call(origin, key);
  id = served.receipt ?? '';
  started.write((raw) => void (raw['routes']['claude-sonnet-4-5'].attempts = 2));
  await started.server.reload('a test');
  await until('all four are in the tables', 60_000, async () => {
    const reply = await browser.ask('calls', {});
    return reply.status === 200 && (JSON.parse(reply.text) as { rows: unknown[] }).rows.length === 4 ? true : undefined;
  });
});
after(() => bench.close());

test('the document in docs/ is the one that the server gives to anybody', async () => {
  assert.equal(published, openApiText(), 'run: weighbridge api schema > docs/openapi.json');
  const served = await send(browser.origin, '/control/openapi.json');
  assert.equal(served.status, 200);
  assert.equal(served.text, published);
});

test('the document is whole: every reference leads somewhere, every name stands once', () => {
  assert.match(api.openapi, /^3\.1\./);
  for (const [, kind = '', name = ''] of published.matchAll(/"\$ref": "#\/components\/(\w+)\/(\w+)"/g))
    assert.ok(
      (api.components as unknown as Record<string, Record<string, unknown>>)[kind]?.[name] !== undefined,
      `${kind} ${name}`,
    );
  assert.equal(published.match(/"\$ref": "(?!#\/components\/)/g), null);
  const ids = Object.values(api.paths).flatMap((place) => Object.values(place).map((one) => one.operationId));
  assert.equal(new Set(ids).size, ids.length);
  const streams = new Set(['live', 'export', 'play']);
  assert.deepEqual(ids.filter((one) => !streams.has(one)).toSorted(), Object.keys(CONTROL).toSorted());
});

describe('questions', () => {
  test('about the instance and its log', async () => {
    const status = await ask(browser, 'status', {});
    assert.deepEqual([status.log, status.simulated, status.lanes, status.currency], ['lab', true, 2, 'USD']);
    assert.ok(status.up_to !== null && status.up_to <= status.now);
    assert.equal(status.calls.receipts, 4);
    assert.equal(status.configuration.watch?.file, started.file);
    const journal = await ask(browser, 'journal', period());
    assert.equal(journal.vkey, status.vkey);
    assert.equal(journal.checkpoint.split('\n')[1], String(journal.size));
    assert.ok((journal.hours ?? []).some(({ kind, entries }) => kind === 'call' && entries === 4));
    assert.deepEqual(journal.witnesses, []);
    const page = await ask(browser, 'entries', { limit: 5 });
    assert.equal(page.rows.length, 5);
    const rest = await ask(browser, 'entries', { kinds: ['session', 'genesis'], before: page.next ?? 0 });
    assert.deepEqual(
      rest.rows.map(({ kind }) => kind),
      ['session', 'genesis'],
    );
  });

  test('about sums, series, splits and latency', async () => {
    const overview = await ask(browser, 'overview', period());
    assert.equal(overview.totals.calls, 4);
    assert.equal(overview.before.totals.calls, 0);
    const series = await ask(browser, 'series', {
      ...period(),
      every: 'hour',
      measure: 'billed',
      by: 'model',
      most: 3,
    });
    assert.equal(series.currency, 'USD');
    const split = await ask(browser, 'breakdown', { ...period(), by: ['team', 'outcome'], compare: true });
    assert.deepEqual(split.rows.map(({ members }) => members.map(({ value }) => value)).toSorted(), [
      ['platform', 'completed'],
      ['platform', 'refused'],
    ]);
    const latency = await ask(browser, 'latency', { ...period(), metrics: ['ttft', 'total'], buckets: true });
    assert.ok(latency.rows.every(({ ms }) => ms.length === 4));
  });

  test('about calls, and one with all that proves it', async () => {
    const calls = await ask(browser, 'calls', { filters: [{ kind: 'text', field: 'outcome', values: ['refused'] }] });
    assert.deepEqual(
      calls.rows.map(({ error }) => error),
      ['MODEL_UNKNOWN'],
    );
    const behind = await ask(browser, 'behind', {
      ...period(),
      filters: [{ dimension: 'outcome', values: ['completed'] }],
    });
    assert.equal(behind.rows.length, 3);
    const detail = await ask(browser, 'receipt', { id });
    assert.equal(detail.id, id);
    assert.equal(detail.decision?.route, 'claude-sonnet-4-5');
    assert.equal(detail.personal?.who.team, 'platform');
    assert.deepEqual(Object.keys(detail.disclosure).toSorted(), ['commercial', 'personal', 'public']);
    assert.ok(detail.proof.inclusion.length > 0 && detail.proof.size > detail.entry);
    // What the page gets is what stands in a receipt file, and that file verifies offline.
    const { leaf, tlog_proof: proof } = detail.proof;
    const groups = { public: detail.disclosure.public };
    const file = `${JSON.stringify({ format: 'weighbridge-receipt/v1', groups, leaf, proof })}\n`;
    assert.equal(verifyReceipt(file, { vkey: started.server.vkey }).outcome, 'ok');
  });

  test('about deployments, routes and what a request would do', async () => {
    await askFleet((name, input) => ask(browser, name, input));
    assert.ok(checked.has('simulateRoute'));
    await askLimits((name, input) => ask(browser, name, input));
    assert.ok(checked.has('simulateRoute') && checked.has('limitMembers'));
  });

  test('about administration', async () => {
    const keys = await ask(browser, 'keys', { all: true });
    assert.deepEqual(
      keys.rows.map(({ name, state }) => [name, state]),
      [['lab', 'in force']],
    );
    const configuration = await ask(browser, 'configuration', {});
    assert.equal((configuration.config as { log: string }).log, 'lab');
    const history = await ask(browser, 'configurations', {});
    const [newest, , first] = history.rows;
    assert.deepEqual(newest?.changes, [{ path: 'routes.claude-sonnet-4-5.attempts', before: 3, after: 2 }]);
    assert.deepEqual([newest?.digest, newest?.by], [configuration.digest, { via: 'instance' }]);
    assert.equal(first?.cause, 'start');
    assert.ok((await ask(browser, 'alerts', {})).rows.every(({ alert }) => alert === 'unpriced' || alert === 'bypass'));
    for (const [text, kind] of [
      [id.toLowerCase(), 'call'],
      ['0', 'entry'],
      ['lab', 'key'],
      ['bedrock', 'deployment'],
      ['azure-compute-30bn', 'claim'],
      ['30 billion', 'claim'],
      ['nvidia', 'party'],
      [configuration.digest.slice(0, 10), 'configuration'],
    ] as const)
      assert.ok(
        (await ask(browser, 'find', { text })).rows.some((row) => row.kind === kind),
        `${text} is a ${kind}`,
      );
  });

  test('about the system behind the deal', async () => {
    const { rows, switches } = await ask(browser, 'scenarios', {});
    assert.deepEqual(
      rows.map(({ id: name }) => name),
      ['alliance', 'mid-size'],
    );
    const [one] = switches;
    const asked = { name: 'alliance', switches: [one?.name ?? 'grid-delay'], paths: 5, seed: 3 } as const;
    const run = await ask(browser, 'scenario', {
      ...asked,
      switches: [...asked.switches],
      against: { name: 'mid-size' },
    });
    assert.equal(run.simulated, true);
    assert.deepEqual([run.first.thrown.length, run.second?.scenario], [1, 'mid-size']);
    const text = readFileSync(SCENARIO_FILES['mid-size'] ?? '', 'utf8');
    const { problems, reading } = await ask(browser, 'checkScenario', { text });
    assert.deepEqual([problems, reading?.id], [[], 'mid-size']);
    const broken = await ask(browser, 'checkScenario', { text: text.replace('seller: large-cloud', 'seller: nobody') });
    assert.deepEqual([broken.reading, broken.problems[0]?.path], [null, 'channels.frontier.seller']);
    const own = await ask(browser, 'scenario', { name: 'own', own: text, paths: 5 });
    assert.equal(own.first.scenario, 'own');
    const again = await browser.ask('scenario', {
      ...asked,
      switches: [...asked.switches],
      against: { name: 'mid-size' },
    });
    assert.equal(again.text, JSON.stringify(run), 'the same under its seed');
  });

  test('about plans', async () => {
    await askPlans((name, input) => ask(browser, name, input));
    assert.ok(checked.has('checkPlan'));
  });

  test('about sessions', async () => {
    const own = await ask(browser, 'session', {});
    assert.deepEqual([own.id, own.own], [browser.session, true]);
    assert.ok((await ask(browser, 'sessions', {})).rows.some(({ id: one }) => one === own.id));
  });
});

describe('changes', () => {
  test('make and revoke a key, and say who asked', async () => {
    const made = await ask(browser, 'createKey', {
      name: 'other',
      who: { team: 'science' },
      expires: Date.now() + HOUR_MS,
    });
    assert.equal((await call(started.server.origin, made.key)).status, 200);
    const revoked = await ask(browser, 'revokeKey', { id: made.state.id, reason: 'a test' });
    assert.equal(revoked.state, 'revoked');
    assert.equal((await call(started.server.origin, made.key)).status, 401);
    const by = { via: 'console', session: browser.session };
    const entries = await until('the entries are sealed', 5_000, async () => {
      const { rows } = await browser.client.ask('configurations', { limit: 2 });
      return rows.every((row) => row.cause.includes(made.state.id)) ? rows : undefined;
    });
    assert.deepEqual(
      entries.map((row) => row.by),
      [by, by],
    );
  });

  test('save, change and remove a view', async () => {
    const view = { name: 'Spikes', path: '/calls', query: 'q=cost:>1' };
    const saved = await ask(browser, 'saveView', view);
    assert.ok(isUlid(saved.id));
    const changed = await ask(browser, 'saveView', { ...view, id: saved.id, name: 'Peaks' });
    assert.deepEqual([changed.id, changed.name], [saved.id, 'Peaks']);
    assert.deepEqual((await ask(browser, 'views', {})).rows, [changed]);
    assert.deepEqual(await ask(browser, 'removeView', { id: saved.id }), { removed: true });
    assert.deepEqual((await ask(browser, 'views', {})).rows, []);
  });

  test('prepare a file, and open and end sessions', async () => {
    const prepared = await ask(browser, 'prepareExport', { of: 'calls', format: 'json', ...period() });
    const file = await browser.send(prepared.path);
    assert.ok((JSON.parse(file.text) as { count: number }).count >= 4);
    const open = await ask(browser, 'prepareExport', { of: 'calls', format: 'json', since: 0 });
    const whole = JSON.parse((await browser.send(open.path)).text) as { count: number };
    assert.ok(whole.count >= 4, 'a file without an end goes up to the newest call');
    const other = await openBrowser(started.server);
    await ask(browser, 'endSession', { id: other.session });
    const last = await openBrowser(started.server);
    await ask(last, 'closeSession', {});
    const opened = await send(browser.origin, '/control/v1/session', {
      method: 'POST',
      headers: { origin: browser.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ link: new URL(started.server.consoleLink() ?? '').hash.slice('#link='.length) }),
    });
    fits('openSession', JSON.parse(opened.text));
  });

  test('make the sample organisation, and remove it', async () => {
    assert.equal((await ask(browser, 'sample', {})).state, 'absent');
    assert.equal((await ask(browser, 'openSample', {})).state, 'absent', 'to look makes none');
    assert.equal((await ask(browser, 'makeSample', { calls: 1_000 })).state, 'making');
    assert.equal((await ask(browser, 'removeSample', {})).state, 'absent');
  });

  test('make a link and take a record of a seller, on the control socket', async () => {
    const link = await onSocket(started).ask('createLink', {});
    fits('createLink', link);
    assert.equal(new URL(link.url).origin, browser.origin);
    const replaced = await onSocket(started).ask('restartLanes', {});
    fits('restartLanes', replaced);
    assert.equal(replaced.lanes, 2);
    const entered = await askCoverage(bench.folder, started, (name, input) => ask(browser, name, input));
    fits('importObserved', entered);
  });
});

test('the endpoints of the deal answer as they are published', async () => {
  await askContracts((name, input) => ask(browser, name, input));
  await askRecord((name, input) => ask(browser, name, input));
  assert.ok(checked.has('stepIncident'));
});

describe('refusals', () => {
  test('have one shape, and a code that is published for the endpoint', async () => {
    const refused: readonly [ControlName, Promise<Reply>][] = [
      ['receipt', browser.ask('receipt', { id: '01M8KQXNAE6V10X9ZY05FPSZ8S' })],
      ['overview', browser.ask('overview', { since: HOUR_MS, until: 5 })],
      ['scenario', browser.ask('scenario', { name: 'alliance', paths: 1_001 })],
      ['scenario', browser.ask('scenario', { name: 'own' })],
      ['scenario', browser.ask('scenario', { name: 'own', own: 'title: half' })],
      ['checkScenario', browser.ask('checkScenario', { text: 'x'.repeat(56_001) })],
      ...refusedPlans((name, input) => browser.ask(name, input)),
      ['saveRegister', browser.ask('saveRegister', { text: 'title: half' })],
      ['saveRegister', browser.ask('saveRegister', { text: REGISTER, follows: 'a'.repeat(64) })],
      ['removeRegister', browser.ask('removeRegister', {})],
      ['revokeKey', browser.ask('revokeKey', { id: 'nothing' })],
      ['createKey', browser.ask('createKey', { name: 'not-listed' })],
      ['createKey', browser.ask('createKey', { name: 'other', who: { team: 'x'.repeat(512 + 1) } })],
      ['saveView', browser.ask('saveView', { id: 'x', name: 'a', path: '/', query: '' })],
      ['removeView', browser.ask('removeView', { id: 'x' })],
      ['foresee', browser.ask('foresee', { key: 'x', model: 'y' })],
      ['status', browser.send('/control/v1/status', { headers: { cookie: '' } })],
      ['status', browser.send('/control/v1/status', { headers: { origin: 'https://evil.example' } })],
    ];
    for (const [name, asked] of refused) {
      const reply = await asked;
      assert.ok(reply.status >= 400, `${name} refuses: ${reply.text}`);
      const { error } = checkerOf(responseOf(operationOf(name), reply.status)).parse(JSON.parse(reply.text)) as {
        error: { code: keyof typeof ERRORS; next: string; request_id: string };
      };
      assert.equal(ERRORS[error.code].status, reply.status);
      assert.equal(error.request_id, reply.headers['x-request-id']);
      assert.ok(isUlid(error.request_id) && error.next.length > 10);
      const described = JSON.stringify(operationOf(name).responses[String(reply.status)]);
      const whole = described.includes('$ref') ? JSON.stringify(api.components.responses) : described;
      assert.match(whole, new RegExp(error.code), `${name} publishes ${error.code}`);
    }
  });
});

test('no endpoint was left out', () => {
  assert.deepEqual([...checked].toSorted(), Object.keys(CONTROL).toSorted());
});
