// The live stream and the files, over real HTTP from a running server: read by the page's own client.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import type { AppError } from '@weighbridge/kernel';
import { LIMITS } from '@weighbridge/kernel';
import { verifyReceipt } from '@weighbridge/journal';
import { HOUR_MS, pageSession, type CallRow, type LiveEvent, type PageSession } from '@weighbridge/protocol';
import { createLive, type LivePorts } from '../../src/api/live.ts';
import type { Asked } from '../../src/api/ports.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';
import { codeOf, openBrowser, send, type Browser } from '../support/console.ts';

let bench: Bench;
let started: Started;
let browser: Browser;
let key = '';
before(async () => {
  bench = await openBench();
  started = await bench.start({ tables: true });
  browser = await openBrowser(started.server);
  ({ key } = await started.server.administration.createKey({ name: 'lab' }));
  await until('the tables are open', 60_000, async () =>
    (await browser.ask('calls', {})).status === 200 ? true : undefined,
  );
});
after(() => bench.close());

const make = async (more: Record<string, unknown> = {}): Promise<string> =>
  (await call(started.server.origin, key, more)).receipt ?? '';

/** A page of the console, with a cookie jar of one cookie. */
function openPage(hash = ''): { session: PageSession; hash: () => string; kept: Map<string, string> } {
  const { origin } = browser;
  const kept = new Map<string, string>();
  const jar = { cookie: '' };
  const place = { hash };
  const session = pageSession({
    fetch: async (path, init) => {
      const headers = new Headers(init.headers);
      headers.set('origin', origin);
      if (jar.cookie !== '') headers.set('cookie', jar.cookie);
      const response = await fetch(`${origin}${path}`, { ...init, headers });
      const [set] = response.headers.getSetCookie();
      if (set !== undefined) jar.cookie = /Max-Age=0/.test(set) ? '' : (set.split(';')[0] ?? '');
      return response;
    },
    storage: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    },
    fragment: { read: () => place.hash, clear: () => (place.hash = '') },
    wait: (ms, signal) => wait(ms / 100, undefined, { signal }).catch(() => undefined),
  });
  return { session, hash: () => place.hash, kept };
}

const linkHash = (): string => new URL(started.server.consoleLink() ?? '').hash;

describe("a page's session", () => {
  test('opens with the link in its address, which is taken out of it; opens again with what it kept', async () => {
    const page = openPage(linkHash());
    assert.equal(await page.session.begin(), true);
    assert.equal(page.hash(), '');
    assert.equal((await page.session.client.ask('status', {})).log, 'lab');
    assert.equal(await page.session.begin(), true, 'as after a reload');
    await page.session.end();
    assert.equal(page.kept.size, 0);
    assert.equal(await page.session.begin(), false);
  });

  test('a link that was used opens nothing, and still leaves the address', async () => {
    const hash = linkHash();
    assert.equal(await openPage(hash).session.begin(), true);
    const late = openPage(hash);
    await assert.rejects(late.session.begin(), (error: AppError) => error.code === 'LINK_INVALID');
    assert.equal(late.hash(), '');
    assert.equal(await openPage('#calls').session.begin(), false, 'another fragment is none');
  });
});

describe('the live stream', () => {
  interface Following {
    readonly events: LiveEvent[];
    readonly ids: () => string[];
    readonly stop: () => Promise<void>;
    readonly ended: Promise<void>;
  }
  async function follow(
    filters: Parameters<PageSession['follow']>[0]['filters'] = [],
    from?: number,
  ): Promise<Following & { session: PageSession }> {
    const { session } = openPage(linkHash());
    await session.begin();
    const events: LiveEvent[] = [];
    const end = new AbortController();
    const on = (event: LiveEvent): void => void events.push(event);
    const place = from === undefined ? {} : { after: from };
    const ended = session.follow({ filters, signal: end.signal, on, ...place });
    ended.catch(() => undefined);
    await until('the stream has begun', 10_000, () => events.some(({ event }) => event === 'state') || undefined);
    const rows = (): CallRow[] => events.flatMap((event) => (event.event === 'calls' ? event.data.rows : []));
    return {
      session,
      events,
      ids: () => rows().map(({ id }) => id),
      stop: () => {
        end.abort();
        return ended;
      },
      ended,
    };
  }

  test('tells each call that passes the filter once, in order, and says how fresh the tables are', async () => {
    const all = await follow();
    const streamed = await follow([{ kind: 'truth', field: 'stream', value: true }]);
    const made: string[] = [];
    for (let i = 0; i < 12; i += 1) made.push(await make(i % 3 === 0 ? { stream: true } : {}));
    await until('all are told', 20_000, () => (all.ids().length >= made.length ? true : undefined));
    assert.deepEqual(all.ids(), made);
    await until('those that were streamed are told', 20_000, () => (streamed.ids().length >= 4 ? true : undefined));
    assert.deepEqual(
      streamed.ids(),
      made.filter((_, i) => i % 3 === 0),
    );
    const state = all.events.findLast((event) => event.event === 'state');
    assert.ok(state?.event === 'state' && state.data.tables === 'running' && state.data.up_to !== null);
    await all.stop();
    await streamed.stop();
  });

  test('goes on after the last event that was heard: nothing is told twice, nothing is missed', async () => {
    const first = await follow();
    const before = await make();
    await until('it is told', 20_000, () => first.ids().includes(before) || undefined);
    const heard = first.events.findLast((event) => event.event === 'calls');
    assert.ok(heard?.event === 'calls');
    await first.stop();
    const missed = [await make(), await make()];
    const second = await follow([], (heard.data.rows.at(-1)?.entry ?? 0) + 1);
    const later = await make();
    await until('they are told', 20_000, () => second.ids().includes(later) || undefined);
    assert.deepEqual(second.ids(), [...missed, later]);
    await second.stop();
  });

  test('says what it skipped when a follower comes from too far back', async () => {
    const old = await follow([], 0);
    await until('calls are told', 20_000, () => old.ids().length > 0 || undefined);
    assert.ok(
      old.events.every(({ event }) => event !== 'gap'),
      'all of this log is kept',
    );
    await old.stop();
  });

  test('ends with the session', async () => {
    const one = await follow();
    const own = await one.session.client.ask('session', {});
    assert.deepEqual(await browser.client.ask('endSession', { id: own.id }), { ended: true });
    await assert.rejects(one.ended, (error: AppError) => error.code === 'SESSION_MISSING');
  });

  test('refuses what is no place of this log, and a filter that is none', async () => {
    const live = (headers: Record<string, string>, body = '{}') =>
      browser.send('/control/v1/live', { method: 'POST', body, headers });
    assert.equal(codeOf(await live({ 'last-event-id': 'x' })), 'BAD_REQUEST');
    assert.equal(
      codeOf(await live({}, '{"filters":[{"kind":"text","field":"nothing","values":["a"]}]}')),
      'BAD_REQUEST',
    );
    assert.equal(codeOf(await live({ 'weighbridge-token': 'x' })), 'SESSION_MISSING');
  });
});

describe('followers', () => {
  const ports = (now: { ms: number }): LivePorts =>
    ({
      clock: { wall: () => now.ms, monotonic: () => now.ms },
      lanes: { stats: () => Promise.resolve({ inFlight: 0 }), openWindows: () => [] },
      sessions: { isOpen: () => true },
      stores: { journal: { checkpoint: () => ({ size: 0 }) } },
      projections: { state: () => Promise.resolve({ state: 'running', projections: [] }) },
    }) as unknown as LivePorts;
  const asked = (): Asked => ({
    actor: { via: 'console' },
    session: null,
    keep: () => undefined,
    signal: new AbortController().signal,
  });

  test('are a bounded number', () => {
    const live = createLive(ports({ ms: 0 }));
    for (let i = 0; i < LIMITS.live_followers; i += 1) live.follow({}, null, asked());
    assert.throws(
      () => live.follow({}, null, asked()),
      (error: AppError) => error.code === 'OVERLOADED',
    );
    live.close();
    assert.equal(live.followers(), 0);
    assert.throws(
      () => live.follow({}, null, asked()),
      (error: AppError) => error.code === 'DRAINING',
    );
  });

  test('are told the state at once, however long a beat is', async () => {
    const live = createLive(ports({ ms: 0 }), 3_600_000);
    const decoder = new TextDecoder();
    let text = '';
    const reader = live.follow({}, null, asked()).getReader();
    while (!text.includes('event: state')) text += decoder.decode((await reader.read()).value);
    live.close();
    assert.match(text, /"tables":"running"/);
  });

  test('are told that the stream is alive when nothing happens', async () => {
    const now = { ms: 0 };
    const live = createLive(ports(now), 5);
    const reader = live.follow({}, null, asked()).getReader();
    const decoder = new TextDecoder();
    let text = '';
    const read = async (): Promise<void> => void (text += decoder.decode((await reader.read()).value));
    while (!text.includes('event: state')) await read();
    now.ms += LIMITS.live_heartbeat_ms;
    while (!text.includes(': alive')) await read();
    live.close();
    assert.match(text, /^: from 0\n\nevent: state\ndata: \{/);
  });

  test('that do not read are let go when a megabyte waits', async () => {
    const now = { ms: 0 };
    let size = 0;
    const row = { id: 'x'.repeat(100_000) };
    const base = ports(now);
    const live = createLive(
      {
        ...base,
        stores: { journal: { checkpoint: () => ({ size: (size += 1) }), entry: () => ({ leaf: { at: 0 } }) } },
        projections: {
          ...base.projections,
          ask: (_: string, { after: place }: { after: number }) =>
            Promise.resolve({ from: place, rows: [row], next: place + 1, more: false }),
        },
      } as unknown as LivePorts,
      1,
    );
    live.follow({}, null, asked());
    await until('it is let go', 10_000, () => (live.followers() === 0 ? true : undefined));
    assert.ok(size > 10, 'not before');
    live.close();
  });
});

describe('a file', () => {
  const period = () => ({ since: Date.now() - HOUR_MS, until: Date.now() + HOUR_MS });
  const filters = [{ kind: 'truth' as const, field: 'stream' as const, value: true }];

  test('holds exactly what the question finds, as CSV and as JSON', async () => {
    const made: string[] = [];
    for (let i = 0; i < 3; i += 1) made.push(await make({ stream: true }));
    const asking = { filters, ...period() };
    const expected = await until('the last call is in the tables', 20_000, async () => {
      const { rows } = await browser.client.ask('calls', { ...asking, limit: 500 });
      return rows[0]?.id === made.at(-1) ? rows : undefined;
    });
    assert.deepEqual(
      expected
        .slice(0, 3)
        .map(({ id }) => id)
        .toReversed(),
      made,
    );
    const json = await browser.client.ask('prepareExport', { of: 'calls', format: 'json', ...asking });
    const file = await browser.send(json.path);
    assert.deepEqual(JSON.parse(file.text), { rows: expected, count: expected.length });
    assert.match(String(file.headers['content-disposition']), /^attachment; filename="weighbridge-calls-\S+Z\.json"$/);
    const csv = await browser.client.ask('prepareExport', { of: 'calls', format: 'csv', ...asking });
    const { text, headers } = await browser.send(csv.path);
    assert.match(String(headers['content-type']), /^text\/csv/);
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines.length, expected.length + 1);
    assert.match(lines[0] ?? '', /^"at","id","entry","outcome"/);
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(',')[1]),
      expected.map(({ id }) => `"${id}"`),
    );
  });

  test('of a split holds its rows, what is not listed, and the whole', async () => {
    const question = { ...period(), by: ['team' as const, 'model' as const], most: 1, compare: true };
    const prepared = await browser.client.ask('prepareExport', { of: 'breakdown', format: 'csv', question });
    const { text } = await browser.send(prepared.path);
    const lines = text.trimEnd().split('\r\n');
    assert.match(lines[1] ?? '', /^"row",.*"platform"/);
    assert.match(lines.at(-1) ?? '', /^"total",/);
  });

  test('of a receipt shows the groups that were chosen', async () => {
    const id = await make();
    await until('it is sealed', 10_000, async () =>
      (await browser.ask('receipt', { id })).status === 200 ? true : undefined,
    );
    const { path } = await browser.client.ask('prepareExport', { of: 'receipt', id, groups: ['public', 'commercial'] });
    const { text } = await browser.send(path);
    const { payload } = JSON.parse(text) as { payload: string };
    const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as { predicate: { groups: object } };
    assert.deepEqual(Object.keys(statement.predicate.groups), ['commercial', 'public']);
    assert.equal(verifyReceipt(text, { vkey: started.server.vkey }).outcome, 'ok');
  });

  test('of a plan is its report, as HTML or PDF, with the sentence that the run answers', async () => {
    const question = { name: 'own-or-buy' as const, draws: 50, choices: { grid: 'france' } };
    const { first } = await browser.client.ask('plan', question);
    for (const [format, type, begins] of [
      ['html', 'text/html; charset=utf-8', '<!doctype html>'],
      ['pdf', 'application/pdf', '%PDF-'],
    ] as const) {
      const { path, file } = await browser.client.ask('prepareExport', { of: 'plan', format, question });
      assert.match(file, new RegExp(`^weighbridge-plan-own-or-buy-\\d{4}-\\d\\d-\\d\\d\\.${format}$`));
      const { status, headers, text } = await browser.send(path);
      assert.deepEqual([status, headers['content-type'], text.startsWith(begins)], [200, type, true]);
      if (format === 'html') assert.ok(text.includes(first.says));
    }
    const lost = { of: 'plan', format: 'pdf', question: { ...question, draws: 1e9 } } as const;
    assert.equal((await browser.ask('prepareExport', lost)).status, 400);
  });

  test('is fetched once, by the session that prepared it, with the cookie alone', async () => {
    const prepare = () => browser.client.ask('prepareExport', { of: 'calls', format: 'csv', filters: [], ...period() });
    const { path } = await prepare();
    const other = await openBrowser(started.server);
    assert.equal(codeOf(await other.send(path)), 'EXPORT_UNKNOWN');
    assert.equal(codeOf(await send(browser.origin, path)), 'SESSION_MISSING');
    const alone = await send(browser.origin, path, { headers: { cookie: browser.cookie } });
    assert.equal(alone.status, 200);
    assert.equal(codeOf(await browser.send(path)), 'EXPORT_UNKNOWN', 'once');
    assert.equal(codeOf(await browser.send(`${path}x`)), 'EXPORT_UNKNOWN');
  });
});
