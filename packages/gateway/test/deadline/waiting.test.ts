// Calls that wait longer than the process that took them, and callers that fetch their answer: a restart loses nothing, an
// answer is its caller's alone, and whatever becomes of a batch is sealed once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MemorySealer, testKey, until } from '../support/fixture.ts';
import { MemoryStore } from './memory-store.ts';
import { HOUR, openLane, openStand, type DeadlineLane, type LaneWishes, type Stand } from './stand.ts';

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(() => stand.close());

const SIX = { 'weighbridge-deadline': '6h' };
const LATER = { ...SIX, prefer: 'respond-async' };
const waits = ({ lane }: DeadlineLane, phase = 'gathering'): Promise<void> =>
  until(() => lane.waiting().some((batch) => batch.phase === phase), `a call waits, ${phase}`);

interface Instance {
  readonly store: MemoryStore;
  readonly sealer: MemorySealer;
  /** The lane of the next start, on what the one before left. */
  start(wishes?: LaneWishes): Promise<DeadlineLane>;
}

async function withInstance(run: (instance: Instance) => Promise<void>): Promise<void> {
  const store = new MemoryStore();
  const sealer = new MemorySealer();
  const open: DeadlineLane[] = [];
  try {
    await run({
      store,
      sealer,
      start: async (wishes = {}) => {
        const options = { waiting: store, sealer, ...wishes.options };
        const lane = await openLane(stand, { ...wishes, options });
        lane.lane.revive();
        open.push(lane);
        return lane;
      },
    });
  } finally {
    for (const lane of open) await lane.close();
    await stand.control.batchTakes(0);
  }
}

/** A call that is in a batch of its seller, and whose process then ends in order. */
async function stoppedWhileWaiting(instance: Instance, wishes: LaneWishes = {}): Promise<Response> {
  const lane = await instance.start(wishes);
  await stand.control.batchTakes(HOUR);
  const asked = lane.ask({}, SIX);
  await waits(lane);
  await lane.advance(31_000);
  await lane.handedIn(1);
  await until(() => [...instance.store.records.values()].every(({ batch }) => batch.startsWith('msgbatch_')), 'kept');
  await lane.close();
  return asked;
}

const fetched = (lane: DeadlineLane, path: string, key = lane.key.key): Promise<Response> =>
  fetch(`${lane.url}${path}`, { headers: { 'x-api-key': key } });

describe('a restart', () => {
  test('loses no call that waits: it is answered out of its batch, sealed once, and fetched with its key', () =>
    withInstance(async (instance) => {
      const told = await stoppedWhileWaiting(instance);
      assert.equal(told.status, 503);
      const path = told.headers.get('location') ?? '';
      assert.match(await told.text(), /fetch the answer with the same key/);
      assert.equal(instance.sealer.receipts().length, 0, 'it has not ended');
      const lane = await instance.start();
      assert.equal((await fetched(lane, path)).status, 202);
      await lane.advance(HOUR);
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      const receipt = instance.sealer.receipt();
      assert.equal(receipt.id, told.headers.get('weighbridge-receipt'));
      assert.deepEqual(receipt.deadline, { as: 'batch' });
      assert.equal(receipt.outcome, 'completed');
      assert.equal(receipt.usage?.tier, 'batch');
      assert.ok((receipt.attempts[0]?.ttfb_ms ?? 0) > HOUR, 'it waited from the first start on');
      const answer = await fetched(lane, path);
      assert.equal(answer.status, 200);
      assert.equal(((await answer.json()) as { type: string }).type, 'message');
      assert.equal(instance.store.records.size, 0);
    }));

  test('goes on to serve at once what its batch does not answer in time', () =>
    withInstance(async (instance) => {
      await stoppedWhileWaiting(instance);
      await stand.control.batchTakes(20 * HOUR);
      const lane = await instance.start();
      await lane.advance(5 * HOUR + 51 * 60_000);
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      assert.deepEqual(instance.sealer.receipt().deadline, { as: 'at_once', why: 'deadline_near' });
      assert.equal(instance.sealer.receipt().outcome, 'completed');
      assert.equal(instance.store.answers.size, 1);
    }));

  test('holds again what limits held, though they leave no room for anything else', () =>
    withInstance(async (instance) => {
      const window = { kind: 'calendar', unit: 'day', zone: 'UTC' } as const;
      const cap = { id: 'cap', measure: 'money', window, per: [], where: {}, members: 0 } as const;
      await stoppedWhileWaiting(instance, { limits: [{ ...cap, amount: '400000' }] });
      const lane = await instance.start({ limits: [{ ...cap, amount: '100000' }] });
      await waits(lane, 'running');
      const intents = instance.sealer.entries.filter(({ kind }) => kind === 'intent');
      const again = JSON.parse(intents.at(-1)?.commercial ?? '{}') as { budget: { settled: string } };
      assert.ok(Number(again.budget.settled) > 0.0001);
      assert.equal((await lane.ask()).status, 402);
      await lane.advance(HOUR);
      await lane.passing(until(() => instance.store.records.size === 0, 'it is answered'));
      const receipt = instance.sealer.receipts().find(({ deadline }) => deadline?.as === 'batch');
      assert.equal(receipt?.budget?.settled, receipt?.cost.billed);
    }));

  test('takes a call for lost of which nobody knows whether it was handed in, and serves it', () =>
    withInstance(async (instance) => {
      await stoppedWhileWaiting(instance);
      for (const record of instance.store.list()) await instance.store.keep({ ...record, batch: '?' });
      const lane = await instance.start();
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      const receipt = instance.sealer.receipt();
      assert.deepEqual(receipt.deadline, { as: 'at_once', why: 'lost' });
      assert.equal(receipt.cost.status, 'unpriced', 'what the batch may have cost is not known');
      assert.equal(receipt.outcome, 'completed');
    }));

  test('under which its key is gone gives it no further leg, and has its batch cancelled', () =>
    withInstance(async (instance) => {
      await stoppedWhileWaiting(instance);
      for (const record of instance.store.list()) await instance.store.keep({ ...record, key: 'none' });
      const lane = await instance.start();
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      const receipt = instance.sealer.receipt();
      assert.equal(receipt.outcome, 'client_gone');
      assert.equal(receipt.attempts.length, 1);
      assert.equal((await lane.control.batches()).at(-1)?.cancelled, true);
    }));

  test('goes on past what it can make nothing of', () =>
    withInstance(async (instance) => {
      await stoppedWhileWaiting(instance);
      const [record] = instance.store.records.values();
      assert.ok(record);
      const strange = { ...record, id: '01K3CZ2NXG0000000000000000', body: 'e30x' };
      await instance.store.keep(strange);
      const lane = await instance.start();
      assert.deepEqual(instance.store.givenUp, [strange.id]);
      await waits(lane, 'running');
      assert.equal(lane.lane.waiting()[0]?.calls, 1);
    }));

  test('under which its deployment is gone ends it, its cost unknown', () =>
    withInstance(async (instance) => {
      await stoppedWhileWaiting(instance);
      for (const record of instance.store.list()) await instance.store.keep({ ...record, deployment: 'gone' });
      await instance.start();
      await until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed');
      const receipt = instance.sealer.receipt();
      assert.equal(receipt.error?.code, 'NO_CANDIDATE');
      assert.equal(receipt.cost.status, 'unpriced');
      assert.equal(receipt.attempts[0]?.role, 'batch');
    }));
});

describe('a caller that fetches its answer', () => {
  test('is told at once where it will be, and gets it there as it would have come', () =>
    withInstance(async (instance) => {
      const lane = await instance.start();
      const told = await lane.ask({}, LATER);
      assert.equal(told.status, 202);
      const { id, status, answer } = (await told.json()) as { id: string; status: string; answer: string };
      assert.equal(status, 'waiting');
      assert.equal(told.headers.get('location'), answer);
      const early = await fetched(lane, answer);
      assert.equal(early.status, 202);
      assert.equal(early.headers.get('retry-after'), '60');
      const other = testKey({}, 99);
      assert.equal((await fetched(lane, answer, other.key)).status, 401);
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(61_000);
      await until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed');
      const there = await fetched(lane, answer);
      assert.equal(there.status, 200);
      assert.equal(there.headers.get('weighbridge-deadline'), 'batch');
      assert.equal(((await there.json()) as { type: string }).type, 'message');
      assert.equal(instance.sealer.receipt().id, id);
      assert.equal(instance.sealer.receipt().outcome, 'completed');
    }));

  test('finds nothing under another key, or under an id that nothing is kept of', () =>
    withInstance(async (instance) => {
      const lane = await instance.start();
      const told = await lane.ask({}, LATER);
      const { answer, id } = (await told.json()) as { answer: string; id: string };
      const record = instance.store.records.get(id);
      assert.ok(record);
      await instance.store.keep({ ...record, key: 'another' });
      for (const path of [answer, '/v1/weighbridge/answers/01K3CZ2NXG0000000000000000']) {
        const reply = await fetched(lane, path);
        assert.equal(reply.status, 404);
        assert.match(await reply.text(), /ANSWER_UNKNOWN/);
      }
      assert.equal((await fetch(`${lane.url}${answer}`, { method: 'POST' })).status, 405);
    }));

  test('gets the failure there that the call ended with', () =>
    withInstance(async (instance) => {
      const lane = await instance.start({ route: { attempts: 1 } });
      const told = await lane.ask({}, LATER);
      const { answer } = (await told.json()) as { answer: string };
      await lane.control.fault({ fault: 'overloaded_529' });
      await lane.advance(31_000);
      await lane.handedIn(1);
      await lane.advance(61_000);
      await until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed');
      await lane.control.clearFaults();
      const there = await fetched(lane, answer);
      assert.ok(there.status >= 500);
      assert.match(await there.text(), /Overloaded/);
      assert.equal(instance.sealer.receipt().outcome, 'error');
    }));

  test('waits on its connection where nothing can be kept, and where the disk refuses is served at once', () =>
    withInstance(async (instance) => {
      const lane = await instance.start();
      instance.store.failing = true;
      const response = await lane.ask({}, LATER);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('weighbridge-deadline'), 'at once; why=not_taken');
    }));
});

describe('while a call waits', () => {
  test('its key is revoked: its batch is cancelled, and it gets nothing more', () =>
    withInstance(async (instance) => {
      await stand.control.batchTakes(HOUR);
      const lane = await instance.start();
      const asked = lane.ask({}, SIX);
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      lane.revoke();
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      const answer = await asked;
      assert.equal(answer.status, 401);
      assert.match(await answer.text(), /came out of force while the call waited/);
      const receipt = instance.sealer.receipt();
      assert.deepEqual([receipt.attempts.length, receipt.attempts[0]?.role], [1, 'batch']);
      assert.equal((await lane.control.batches()).at(-1)?.cancelled, true);
    }));

  test('its subject is erased: its batch is cancelled, and nothing of it is kept', () =>
    withInstance(async (instance) => {
      await stand.control.batchTakes(HOUR);
      const lane = await instance.start();
      const told = await lane.ask({}, LATER);
      const { id } = (await told.json()) as { id: string };
      await waits(lane);
      await lane.advance(31_000);
      await lane.handedIn(1);
      instance.store.erased.add(instance.store.records.get(id)?.subject ?? '');
      await lane.passing(until(() => instance.sealer.receipts().length === 1, 'its receipt is sealed'));
      assert.equal(instance.sealer.receipt().attempts.length, 1);
      assert.equal((await lane.control.batches()).at(-1)?.cancelled, true);
      assert.equal(instance.store.records.size, 0);
    }));

  test('half of the lane is left to those that do not', () =>
    withInstance(async (instance) => {
      const lane = await instance.start({ options: { maxCalls: 2 } });
      await lane.ask({}, LATER);
      const second = await lane.ask({}, SIX);
      assert.equal(second.headers.get('weighbridge-deadline'), 'at once; why=full');
      await second.arrayBuffer();
    }));
});
