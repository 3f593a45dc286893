// Routes that go on while the journal takes no entries: what is let through and what is not, within which bounds, and that
// all of it is handed to whoever seals it afterwards, word for word as it would have been sealed.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { entryProblems, GROUPS, type CallPublic, type EntryDraft } from '@weighbridge/protocol';
import {
  bypassMemory,
  BypassMeter,
  type BypassNote,
  type LaneOptions,
  type NamedBypass,
  type Snapshot,
} from '../src/index.ts';
import { ANTHROPIC_EVENTS, ANTHROPIC_WHOLE, anthropicError, stream, whole } from './support/answers.ts';
import {
  deployment,
  digestFor,
  MemorySealer,
  readReceipt,
  route,
  startLane,
  startUpstream,
} from './support/fixture.ts';
import type { TestLane, Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;
let notes: BypassNote[];
let begun: EntryDraft[];
before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

const bypass = (over: Partial<NamedBypass> = {}): NamedBypass => ({
  id: 'keep-up',
  owner: 'platform',
  reason: 'support has to answer',
  longest_minutes: 60,
  calls: 100,
  bytes: 1_000_000,
  ...over,
});

async function start(
  over: Partial<NamedBypass> = {},
  options: Partial<LaneOptions> = {},
  more: Partial<Snapshot> = {},
): Promise<void> {
  [notes, begun] = [[], []];
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startLane(
    {
      deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
      routes: [
        route('open', ['a', 'b'], { when_unsealed: { bypass: 'keep-up' } }),
        route('shut', ['a'], { when_unsealed: 'refuse' }),
      ],
      bypasses: [bypass(over)],
      ...more,
    },
    {
      bypassBook: { began: (_window, intent) => void begun.push(intent()), noted: (note) => void notes.push(note) },
      ...options,
    },
  );
}

const ask = (model = 'open', streamed = false): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ model, max_tokens: 50, stream: streamed, messages: [{ role: 'user', content: 'hi' }] }),
  });
const failureOf = async (response: Response): Promise<string> => {
  const { error } = (await response.json()) as { error: { message: string } };
  return error.message;
};

/** The receipt that a note stands for; it keeps the contract of one. */
function receiptOf(note: BypassNote | undefined) {
  const call = note?.drafts.find(({ kind }) => kind === 'call');
  assert.ok(call);
  const given = GROUPS.filter((name) => call[name] !== undefined);
  const groups = Object.fromEntries(given.map((name) => [name, JSON.parse(call[name] ?? 'null')]));
  assert.deepEqual(entryProblems('call', groups), []);
  return readReceipt(call);
}

describe('while the journal takes no entries', () => {
  for (const streamed of [false, true])
    test(`a route with a bypass serves, says so, and notes the whole receipt (${streamed ? 'streamed' : 'whole'})`, async () => {
      await start();
      if (streamed) upstream.script(stream(...ANTHROPIC_EVENTS));
      lane.sealer.available = false;
      const response = await ask('open', streamed);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('weighbridge-sealed'), 'no');
      const text = await response.text();
      if (streamed) assert.equal(text, ANTHROPIC_EVENTS.join(''));
      assert.equal(lane.sealer.entries.length, 0);
      assert.deepEqual(
        notes.map(({ drafts }) => drafts.map(({ kind }) => kind)),
        [['decided', 'call']],
      );
      const receipt = receiptOf(notes[0]);
      const id = response.headers.get('weighbridge-receipt') ?? '';
      assert.deepEqual(receipt.late, { bypass: 'keep-up', opened: notes[0]?.opened });
      assert.deepEqual([receipt.id, receipt.outcome, receipt.usage?.source], [id, 'completed', 'reported']);
      assert.equal(receipt.response_digest, digestFor('ada', id, 'response', text));
      assert.deepEqual([begun.length, begun[0]?.kind, begun[0]?.id], [1, 'intent', id]);
      assert.deepEqual([lane.lane.stats().bypassed, lane.lane.stats().unsealed, lane.lane.stats().inFlight], [1, 0, 0]);
    });

  test('a route without one refuses, and readiness says so unless every route has one', async () => {
    await start();
    lane.sealer.available = false;
    const response = await ask('shut');
    assert.equal(response.status, 503);
    assert.match(await failureOf(response), /journal takes no entries now/);
    const ready = await fetch(`${lane.url}/readyz`);
    assert.equal(ready.status, 503);
    assert.equal(((await ready.json()) as { sealed: string }).sealed, 'no');
    assert.equal(notes.length, 0);
  });

  test('readiness stays where every route goes on', async () => {
    await start();
    await lane.close();
    lane = await startLane({
      deployments: [deployment('a', upstream.port)],
      routes: [route('open', ['a'], { when_unsealed: { bypass: 'keep-up' } })],
      bypasses: [bypass()],
    });
    lane.sealer.available = false;
    const ready = await fetch(`${lane.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.equal(((await ready.json()) as { sealed: string }).sealed, 'afterwards');
  });

  test('only deployments of the bypass serve, also as a fall-back', async () => {
    await start({ deployments: ['b'] });
    lane.sealer.available = false;
    const response = await ask();
    assert.equal(response.headers.get('weighbridge-deployment'), 'b');
    assert.equal(response.headers.get('weighbridge-fallback'), 'true');
    await response.text();
    upstream.script((_request, response) => response.writeHead(500).end(anthropicError('api_error', 'no')));
    assert.equal((await ask()).status >= 500, true);
    const tried = receiptOf(notes[1]).attempts.map(({ deployment: name }) => name);
    assert.deepEqual([...new Set(tried)], ['b']);
  });

  test('a bound of calls is one of all lanes together, and what it turns away never left', async () => {
    const memory = bypassMemory(['keep-up']);
    await start({ calls: 2 }, { bypassMemory: () => memory });
    lane.sealer.available = false;
    const other = new BypassMeter(memory['keep-up'] ?? new SharedArrayBuffer(0));
    assert.ok('opened' in other.enter(bypass({ calls: 2 }), 10, Date.now()));
    await (await ask()).text();
    const seen = upstream.requests.length;
    const response = await ask();
    assert.equal(response.status, 503);
    assert.match(await failureOf(response), /the bypass "keep-up" takes no more: 2 calls have gone through it/);
    assert.equal(upstream.requests.length, seen);
    assert.deepEqual([other.state().begun, other.state().ended, other.state().refused], [2, 1, 1]);
  });

  test('so are its bytes and its minutes', async () => {
    const meter = new BypassMeter(bypassMemory(['x'])['x'] ?? new SharedArrayBuffer(0));
    const bounds = { calls: 10, bytes: 100, longest_minutes: 1 };
    lane = await startLane({});
    assert.deepEqual(meter.enter(bounds, 60, 1_000), { opened: 1_000 });
    meter.leave(30);
    assert.deepEqual(meter.enter(bounds, 11, 2_000), { full: '100 bytes have gone through it' });
    assert.deepEqual(meter.enter(bounds, 10, 2_000), { opened: 1_000 });
    assert.deepEqual(meter.enter(bounds, 0, 61_001), { full: 'its window is open for longer than 1 minutes' });
    assert.equal(meter.close(meter.state()), false, 'one is under way');
    meter.leave(0);
    assert.equal(meter.close(meter.state()), true);
    assert.deepEqual(meter.state(), { opened: 0, begun: 0, ended: 0, bytes: 0, refused: 0 });
  });

  test('a window that lasted too long by a clock that does not step is over, whatever the wall says', async () => {
    const meter = new BypassMeter(bypassMemory(['x'])['x'] ?? new SharedArrayBuffer(0));
    const bounds = { calls: 10, bytes: 100, longest_minutes: 1 };
    lane = await startLane({});
    assert.deepEqual(meter.enter(bounds, 1, 5_000_000), { opened: 5_000_000 });
    assert.deepEqual(meter.enter(bounds, 1, 1_000_000), { opened: 5_000_000 }, 'the wall stepped back');
    meter.expire(5_000_000);
    assert.deepEqual(meter.enter(bounds, 1, 1_000_000), { full: 'its window is open for longer than 1 minutes' });
    meter.leave(0);
    meter.leave(0);
    assert.equal(meter.close(meter.state()), true);
    assert.deepEqual(meter.enter(bounds, 1, 9_000_000), { opened: 9_000_000 }, 'the next is another');
  });

  test('a call enters the window that is open, or the next: never one that closes meanwhile', async () => {
    const cells = bypassMemory(['x'])['x'] ?? new SharedArrayBuffer(0);
    const meter = new BypassMeter(cells);
    const bounds = { calls: 1_000_000, bytes: 1_000_000, longest_minutes: 1 };
    lane = await startLane({});
    assert.deepEqual(meter.enter(bounds, 1, 1_000), { opened: 1_000 });
    meter.leave(1);
    const seen = meter.state();
    assert.deepEqual(meter.enter(bounds, 3, 1_500), { opened: 1_000 });
    assert.equal(meter.close(seen), false, 'somebody entered since');
    meter.leave(0);
    assert.equal(meter.close(meter.state()), true);
    assert.equal(meter.close(meter.state()), false, 'there is none');
    assert.deepEqual(meter.enter(bounds, 5, 2_000), { opened: 2_000 });
    assert.deepEqual(meter.state(), { opened: 2_000, begun: 1, ended: 0, bytes: 5, refused: 0 });
  });

  test('hard limits hold as far as memory knows', async () => {
    await start(
      {},
      {},
      {
        limits: [
          {
            id: 'one',
            measure: 'requests',
            amount: '1',
            window: { kind: 'calendar', unit: 'day', zone: 'UTC' },
            per: [],
            where: {},
            members: 100,
          },
        ],
      },
    );
    lane.sealer.available = false;
    assert.equal((await ask()).status, 200);
    const refused = await ask();
    assert.equal(refused.status, 429);
    await refused.text();
    const [, second] = notes;
    assert.equal((JSON.parse(second?.drafts.at(-1)?.public ?? '{}') as CallPublic).error?.code, 'LIMIT_EXCEEDED');
  });
});

describe('when the journal fails under way', () => {
  test('an intent that is not taken lets the call through its bypass', async () => {
    await start();
    lane.sealer.failing = 'intent';
    const response = await ask();
    assert.deepEqual([response.status, response.headers.get('weighbridge-sealed')], [200, 'no']);
    await response.text();
    assert.equal(receiptOf(notes[0]).outcome, 'completed');
    assert.equal((await ask('shut')).status, 503);
  });

  test('a receipt that is not taken is noted, and the answer is whole', async () => {
    await start();
    lane.sealer.failing = 'call';
    upstream.script(stream(...ANTHROPIC_EVENTS));
    const response = await ask('open', true);
    assert.equal(await response.text(), ANTHROPIC_EVENTS.join(''));
    assert.equal(response.headers.get('weighbridge-sealed'), null, 'it was to be sealed when its head left');
    assert.equal(receiptOf(notes[0]).late?.bypass, 'keep-up');
    assert.deepEqual([lane.lane.stats().receipts, lane.lane.stats().unsealed], [0, 0]);
  });

  test('a caller whose key cannot be made is turned away', async () => {
    class Shut extends MemorySealer {
      override available = false;
      override bodies(): never {
        throw new Error('ENOSPC: no space left on device');
      }
    }
    await start({}, { sealer: new Shut() });
    const response = await ask();
    assert.equal(response.status, 503);
    assert.match(await failureOf(response), /has no key for this caller yet/);
  });

  test('what is sealed again carries nothing of the bypass', async () => {
    await start();
    lane.sealer.available = false;
    await (await ask()).text();
    lane.sealer.available = true;
    const response = await ask();
    assert.equal(response.headers.get('weighbridge-sealed'), null);
    await response.text();
    assert.equal(lane.sealer.receipt().late, undefined);
    assert.equal(notes.length, 1);
  });
});
