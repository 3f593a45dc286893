// Calls that can wait, against the lab's batch API on a clock that both share: they cost what a batch costs and arrive; and
// whenever no batch answers in time they go by themselves, at the ordinary price, and say why.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../support/fixture.ts';
import { HOUR, openLane, openStand, receiptOf, type DeadlineLane, type LaneWishes, type Stand } from './stand.ts';

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(() => stand.close());

async function withLane(wishes: LaneWishes, run: (lane: DeadlineLane) => Promise<void>): Promise<void> {
  const lane = await openLane(stand, wishes);
  try {
    await run(lane);
  } finally {
    await lane.close();
    await lane.control.clearFaults();
    await lane.control.batchTakes(0);
  }
}

const SIX = { 'weighbridge-deadline': '6h' };
const waits = (lane: DeadlineLane): Promise<void> =>
  until(() => lane.lane.waiting().length > 0, 'the call waits for a batch');

describe('a call that can wait', () => {
  test('costs the batch price and arrives, and its receipt says how (issue 6, done when 3)', () =>
    withLane({}, async (lane) => {
      const ordinary = await lane.ask();
      const usual = receiptOf(lane, ordinary);
      await ordinary.arrayBuffer();
      await lane.control.batchTakes(HOUR);
      const asked = lane.ask({}, SIX);
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(HOUR);
      const response = await asked;
      const message = (await response.json()) as { type: string; content: unknown[] };
      assert.equal(response.status, 200);
      assert.equal(message.type, 'message');
      assert.equal(response.headers.get('weighbridge-deadline'), 'batch');
      const receipt = receiptOf(lane, response);
      assert.equal(receipt.outcome, 'completed');
      assert.deepEqual(receipt.deadline, { as: 'batch' });
      assert.ok(Math.abs((receipt.asked.deadline_ms ?? 0) - 6 * HOUR) < 2_000);
      assert.equal(receipt.served?.tier, 'batch');
      assert.equal(receipt.usage?.tier, 'batch');
      const [leg, ...others] = receipt.attempts;
      assert.equal(others.length, 0);
      assert.equal(leg?.role, 'batch');
      assert.match(leg?.batch ?? '', /^msgbatch_01/);
      assert.ok((leg?.ttfb_ms ?? 0) > HOUR);
      assert.equal(receipt.timing.ttft_ms, undefined);
      assert.ok(receipt.timing.gateway_ms < 5_000);
      assert.equal(Number(receipt.cost.billed) * 2, Number(usual.cost.billed));
      assert.deepEqual(lane.sealer.kinds().filter((kind) => kind === 'call').length, 2);
    }));

  test('and asks for a stream gets its answer as one, with the same text', () =>
    withLane({}, async (lane) => {
      const whole = (await (await lane.ask()).json()) as { content: { text: string }[] };
      const asked = lane.ask({ stream: true }, SIX);
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(61_000);
      const response = await asked;
      const text = await response.text();
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.match(text, /^event: message_start\n/);
      assert.match(text, /event: message_stop\n[^\n]+\n\n$/);
      const said = [...text.matchAll(/^data: (.*)$/gm)]
        .map(([, data]) => JSON.parse(data ?? '') as { delta?: { text?: string } })
        .map(({ delta }) => delta?.text ?? '')
        .join('');
      assert.equal(said, whole.content.map((block) => block.text).join(''));
      assert.deepEqual(receiptOf(lane, response).deadline, { as: 'batch' });
    }));

  test('is served at once, at the ordinary price, when its deadline nears and the batch is not done', () =>
    withLane({}, async (lane) => {
      await lane.control.batchTakes(20 * HOUR);
      const asked = lane.ask({}, { 'weighbridge-deadline': '1h' });
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(50 * 60_000);
      const response = await lane.passing(asked);
      assert.equal(response.status, 200);
      await response.arrayBuffer();
      assert.equal(response.headers.get('weighbridge-deadline'), 'at once; why=deadline_near');
      const receipt = receiptOf(lane, response);
      assert.deepEqual(receipt.deadline, { as: 'at_once', why: 'deadline_near' });
      assert.deepEqual(
        receipt.attempts.map(({ role, error }) => [role, error]),
        [
          ['batch', 'UPSTREAM_ERROR'],
          [undefined, undefined],
        ],
      );
      assert.equal(receipt.usage?.tier, 'standard');
      assert.equal(receipt.cost.status, 'exact');
      assert.equal((await lane.control.batches()).at(-1)?.cancelled, true);
    }));

  test('is served at once when the batch comes back with an error for it', () =>
    withLane({}, async (lane) => {
      const asked = lane.ask({}, SIX);
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.control.fault({ fault: 'overloaded_529', count: 1 });
      await lane.advance(61_000);
      const response = await asked;
      assert.equal(response.status, 200);
      await response.arrayBuffer();
      assert.deepEqual(receiptOf(lane, response).deadline, { as: 'at_once', why: 'errored' });
    }));

  test('is served at once when the batch expires at its seller', () =>
    withLane({}, async (lane) => {
      await lane.control.batchTakes(100 * HOUR);
      const asked = lane.ask({}, { 'weighbridge-deadline': '3d' });
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(25 * HOUR);
      const response = await asked;
      await response.arrayBuffer();
      assert.deepEqual(receiptOf(lane, response).deadline, { as: 'at_once', why: 'expired' });
    }));

  test('goes in one batch with others whose time runs out at about the same moment', () =>
    withLane({}, async (lane) => {
      const asked = [lane.ask({}, SIX), lane.ask({ max_tokens: 61 }, SIX), lane.ask({ max_tokens: 62 }, SIX)];
      await until(() => (lane.lane.waiting()[0]?.calls ?? 0) === 3, 'three calls wait');
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(61_000);
      const responses = await Promise.all(asked);
      const batches = new Set(responses.map((response) => receiptOf(lane, response).attempts[0]?.batch));
      assert.equal(batches.size, 1);
      assert.equal((await lane.control.batches()).at(-1)?.requests, 3);
    }));

  test('whose client leaves before it was handed in costs nothing', () =>
    withLane({}, async (lane) => {
      const leaving = new AbortController();
      const asked = lane.ask({}, SIX, leaving.signal);
      asked.catch(() => undefined);
      await waits(lane);
      leaving.abort();
      await until(() => lane.sealer.receipts().length === 1, 'its receipt is sealed');
      const receipt = lane.sealer.receipt();
      assert.equal(receipt.outcome, 'client_gone');
      assert.equal(receipt.cost.billed, '0');
      await assert.rejects(asked);
    }));

  test('whose client leaves while it waits has its batch cancelled, and is sealed as that', () =>
    withLane({}, async (lane) => {
      await lane.control.batchTakes(HOUR);
      const leaving = new AbortController();
      const asked = lane.ask({}, SIX, leaving.signal);
      asked.catch(() => undefined);
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      leaving.abort();
      await lane.passing(until(() => lane.sealer.receipts().length === 1, 'its receipt is sealed'));
      const receipt = lane.sealer.receipt();
      assert.equal(receipt.outcome, 'client_gone');
      assert.equal(receipt.cost.billed, '0');
      await assert.rejects(asked);
    }));
});

describe('a deadline is met at once', () => {
  const why = (wishes: LaneWishes, headers: Record<string, string>, body: object = {}): Promise<string> =>
    openLane(stand, wishes).then(async (lane) => {
      const response = await lane.ask(body, headers);
      await response.arrayBuffer();
      await lane.close();
      assert.equal(response.status, 200);
      assert.equal(receiptOf(lane, response).deadline?.as, 'at_once');
      return receiptOf(lane, response).deadline?.why ?? '';
    });

  test('where no candidate takes batches', async () => {
    assert.equal(await why({}, SIX, { model: 'other' }), 'not_configured');
  });

  test('where content may not be stored at a seller: by route, by key, by deployment', async () => {
    assert.equal(await why({ route: { stored_content: 'refuse' } }, SIX), 'policy');
    assert.equal(await why({ policy: { stored_content: 'refuse' } }, SIX), 'policy');
    assert.equal(await why({ deployment: { stored_content: 'refuse' } }, SIX), 'policy');
  });

  test('where it is too near, or past', async () => {
    assert.equal(await why({}, { 'weighbridge-deadline': '11m' }), 'too_near');
    assert.equal(await why({}, { 'weighbridge-deadline': '2020-01-01T00:00:00Z' }), 'too_near');
  });

  test('where its answer is to be checked', async () => {
    const check = { finished: true, json: false, lacks: [] };
    const candidates = ['claude', 'plain'].map((name) => ({ deployment: name, weight: 1 }));
    assert.equal(await why({ route: { cascade: { check }, candidates } }, SIX), 'request');
  });

  test('where as many wait as may', () =>
    withLane(
      { deployment: { batch: { gather: '30s', look: '60s', margin: '10m', most_waiting: 1, max_bytes: 1_000_000 } } },
      async (lane) => {
        const first = lane.ask({}, SIX);
        await waits(lane);
        const second = await lane.ask({}, SIX);
        await second.arrayBuffer();
        assert.deepEqual(receiptOf(lane, second).deadline, { as: 'at_once', why: 'full' });
        await lane.advance(31_000);
        await lane.handedIn(1);
        await lane.advance(61_000);
        assert.equal((await first).headers.get('weighbridge-deadline'), 'batch');
      },
    ));

  test('and one that cannot be read is refused with how to write it', () =>
    withLane({}, async (lane) => {
      for (const text of ['soon', '6', '8d', '2026-12-01T06:00:00']) {
        const response = await lane.ask({}, { 'weighbridge-deadline': text });
        assert.equal(response.status, 400);
        assert.match(await response.text(), /weighbridge-deadline/);
      }
    }));
});

describe('limits', () => {
  const rule = (amount: string) =>
    ({
      id: 'cap',
      measure: 'money',
      amount,
      window: { kind: 'calendar', unit: 'day', zone: 'UTC' },
      per: [],
      where: {},
      members: 0,
    }) as const;

  test('hold the most that a waiting call can cost, and count what its batch cost', () =>
    withLane({ limits: [rule('100000000')] }, async (lane) => {
      const asked = lane.ask({}, SIX);
      await waits(lane);
      const intents = lane.sealer.entries.filter(({ kind }) => kind === 'intent');
      const held = JSON.parse(intents.at(-1)?.commercial ?? '{}') as { budget: { reserved: string; settled: string } };
      assert.ok(Number(held.budget.reserved) > 0);
      assert.equal(held.budget.settled, held.budget.reserved);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(61_000);
      const receipt = receiptOf(lane, await asked);
      assert.equal(receipt.budget?.reserved, held.budget.reserved);
      assert.equal(receipt.budget?.settled, receipt.cost.billed);
      assert.equal(receipt.counted?.legs.length, 1);
    }));

  test('refuse a call that they do not cover, whether or not it can wait', () =>
    withLane({ limits: [rule('10')] }, async (lane) => {
      const response = await lane.ask({}, SIX);
      assert.equal(response.status, 402);
      assert.deepEqual(lane.sealer.receipt().deadline, { as: 'at_once', why: 'not_taken' });
    }));

  test('hold for the call that goes by itself what they held while it waited', () =>
    withLane({ limits: [rule('400000')] }, async (lane) => {
      await lane.control.batchTakes(20 * HOUR);
      const asked = lane.ask({}, { 'weighbridge-deadline': '1h' });
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      const other = await lane.ask();
      assert.equal(other.status, 402, 'nothing is left while it waits');
      await lane.advance(50 * 60_000);
      const response = await lane.passing(asked);
      assert.equal(response.status, 200);
      const receipt = receiptOf(lane, response);
      assert.equal(receipt.counted?.legs.length, 1);
      assert.equal(receipt.budget?.settled, receipt.cost.billed);
    }));
});
