// One destination of security events: what repeats goes once and then as a count, a destination that is down loses nothing that
// the log holds, what is in no log is dropped beyond its bound and told, and a restart goes on at the mark.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import type { SecurityEvent } from '../../src/security/event.ts';
import { openMarks } from '../../src/security/marks.ts';
import { Outlet, type OutletOptions } from '../../src/security/outlet.ts';
import { Repeats } from '../../src/security/repeats.ts';
import { TurnedAway } from '../../src/security/turned-away.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-outlet-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const failed = (at: number, key = 'k1'): SecurityEvent => ({
  event: 'auth_failed',
  uid: `u${at}`,
  at,
  message: 'turned away',
  repeats: key,
});
const created = (at: number): SecurityEvent => ({ event: 'key_created', uid: `c${at}`, at, message: 'a key' });

test('the first of a kind is told at once, those that follow once at the end of the window, with their count', () => {
  const repeats = new Repeats(1_000);
  assert.equal(repeats.take(failed(0), 0, null)?.uid, 'u0');
  for (let at = 1; at <= 999; at += 1) assert.equal(repeats.take(failed(at), at, null), null);
  assert.equal(repeats.take(failed(5, 'another'), 5, null)?.uid, 'u5');
  assert.deepEqual(repeats.due(999), []);
  const [told, ...more] = repeats.due(1_000);
  assert.deepEqual([told?.count, more.length], [{ times: 999, from: 1, to: 999 }, 0]);
  assert.match(told?.message ?? '', /\(999 times\)$/);
  for (let at = 0; at < 3; at += 1) assert.notEqual(repeats.take(created(at), at, at), null, 'not a kind that repeats');
});

test('a million tries of a thousand callers are no more events than the bound allows', () => {
  const repeats = new Repeats(60_000);
  let told = 0;
  for (let at = 0; at < 1_000_000; at += 1) if (repeats.take(failed(at, `k${at % 1_000}`), 0, null) !== null) told += 1;
  const rest = repeats.due(60_000);
  assert.ok(told <= 513 && rest.length <= 513, `${told} ${rest.length}`);
  assert.equal(told + rest.reduce((sum, { count }) => sum + (count?.times ?? 0), 0), 1_000_000);
});

interface Bench {
  readonly outlet: Outlet;
  readonly got: { event_code: string; count?: number; more?: Record<string, unknown> }[];
  readonly said: (string | null)[];
  down: boolean;
  now: number;
  size: number;
  mark: number;
}

function bench(log: readonly SecurityEvent[], more: Partial<OutletOptions> = {}): Bench {
  const held = { got: [], said: [], down: false, now: 0, size: log.length, mark: -1 } as Omit<Bench, 'outlet'>;
  const outlet = new Outlet({
    name: 'siem',
    config: { kind: 'file', path: 'x' },
    sink: {
      send: async (messages) => {
        await Promise.resolve();
        if (held.down) throw new AppError('EVENTS_UNDELIVERED', 'it is down');
        for (const { json } of messages) {
          const { metadata, count, unmapped } = JSON.parse(json) as {
            metadata: { event_code: string };
            count?: number;
            unmapped?: Record<string, unknown>;
          };
          held.got.push({
            event_code: metadata.event_code.replace('weighbridge.', ''),
            ...(count === undefined ? {} : { count }),
            ...(unmapped === undefined ? {} : { more: unmapped }),
          });
        }
      },
      close: () => undefined,
    },
    place: { organisation: 'o', node: 'n', log: 'lab' },
    from: 0,
    read: (from) => {
      const next = Math.min(held.size, from + 2);
      return { events: log.slice(from, next).map((event, at) => ({ event, index: from + at })), next };
    },
    size: () => held.size,
    keep: (mark) => (held.mark = mark),
    newId: () => 'made',
    now: () => held.now,
    said: (failure) => held.said.push(failure?.problem ?? null),
    againMs: [1_000, 4_000],
    windowMs: 10_000,
    waiting: 3,
    ...more,
  });
  return Object.assign(held, { outlet });
}

async function all({ outlet }: Bench): Promise<void> {
  while (await outlet.turn()) assert.ok(true);
}

test('a destination that is down loses nothing of the log, is tried again later each time, and said once', async () => {
  const held = bench(Array.from({ length: 5 }, (_, at) => created(at)));
  held.down = true;
  await all(held);
  held.now = 999;
  await all(held);
  assert.deepEqual([held.outlet.state().state, held.outlet.state().problem, held.mark], ['failing', 'it is down', -1]);
  held.now = 1_000;
  await all(held);
  held.now = 4_999;
  held.down = false;
  await all(held);
  assert.equal(held.got.length, 0, 'its second wait is longer');
  held.now = 5_000;
  await all(held);
  assert.deepEqual([held.got.length, held.mark, held.said], [5, 5, ['it is down', null]]);
  assert.deepEqual([held.outlet.state().state, held.outlet.state().sent, held.outlet.state().behind], ['up', 5, 0]);
});

test('what is in no log waits with a bound; what found no room is counted, and the count is an event', async () => {
  const held = bench([]);
  held.down = true;
  for (let at = 0; at < 5; at += 1) held.outlet.take({ ...created(at), event: 'config_refused' });
  await all(held);
  assert.deepEqual([held.outlet.state().dropped, held.outlet.state().waiting], [2, 4]);
  held.down = false;
  held.now = 60_000;
  await all(held);
  assert.deepEqual(
    held.got.map(({ event_code }) => event_code),
    ['config_refused', 'config_refused', 'config_refused', 'events_dropped'],
  );
  assert.deepEqual(held.got[3]?.more, { destination: 'siem', dropped: 2 });
});

test('the mark stays before what is counted and not told, so that a restart counts it again', async () => {
  const log = [failed(0), failed(1), failed(2), created(3)];
  const held = bench(log);
  await all(held);
  assert.deepEqual([held.got.map(({ event_code }) => event_code), held.mark], [['auth_failed', 'key_created'], 1]);
  const again = bench(log, { from: held.mark });
  await all(again);
  again.now = 10_000;
  await all(again);
  assert.deepEqual(again.got, [
    { event_code: 'auth_failed' },
    { event_code: 'key_created' },
    { event_code: 'auth_failed', count: 1 },
  ]);
  assert.equal(again.mark, 4);
});

test('only what is wanted goes, and the end tells what windows still hold', async () => {
  const held = bench([created(0), failed(1), failed(2)], {
    config: { kind: 'file', path: 'x', only: ['auth_failed'] },
  });
  await all(held);
  await held.outlet.turn(true);
  assert.deepEqual(held.got, [{ event_code: 'auth_failed' }, { event_code: 'auth_failed', count: 1 }]);
  assert.equal(held.mark, 3);
});

test('marks outlive the process, are of one log, and a file that is not whole says nothing', () => {
  const path = join(folder, 'marks.json');
  const marks = openMarks(path, 'acme/live/n1');
  assert.equal(marks.of('siem'), undefined);
  marks.keep('siem', 12);
  marks.keep('file', 3);
  const again = openMarks(path, 'acme/live/n1');
  assert.deepEqual([again.of('siem'), again.of('file')], [12, 3]);
  assert.equal(openMarks(path, 'acme/live/n1/2').of('siem'), 0, 'of a successor everything is new');
  writeFileSync(path, '{"origin":"acme/li');
  assert.equal(openMarks(path, 'acme/live/n1').of('siem'), undefined);
});

test('the log hears of requests that were turned away in some dozens of lines a minute, and none is left uncounted', () => {
  let lines = 0;
  let counted = 0;
  const away = new TurnedAway((_message, event, facts) => {
    assert.equal(event, 'auth.failed');
    lines += 1;
    counted += Number(facts?.['count']);
  }, 1_000);
  for (let at = 0; at < 100_000; at += 1) away.take(failed(at / 1_000, `k${at}`));
  away.look(2_000, true);
  assert.equal(counted, 100_000);
  assert.ok(lines > 32 && lines <= 35, String(lines));
});
