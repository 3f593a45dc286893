// One batch before a seller that answers as the test says: whatever it answers, each call hears once what became of it, a batch
// that nobody wants is cancelled until the seller has understood, and nothing of one that is over stays there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchRun, type BatchLane, type RunOwner, type Waiting } from '../../src/deadline/batch-run.ts';
import { BatchRefused, type BatchApi, type BatchResult, type BatchState } from '../../src/clouds/batches.ts';
import { allClouds, cloudOf } from '../../src/clouds/index.ts';
import type { Target } from '../../src/routing/compiled.ts';
import { deployment } from '../support/fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const refusedWith = (status: number): Error => new BatchRefused({ status, headers: {}, body: '{}' });
const RUNNING: BatchState = { ended: false, results: [], rest: null, refused: null, input: null };
const ENDED: BatchState = { ...RUNNING, ended: true, results: ['b1'] };
const SAID: BatchResult = { kind: 'answered', body: Buffer.from('{}'), requestId: null };

/** A call that waits, and what it heard. */
class Caller implements Waiting {
  readonly id: string;
  readonly body = Buffer.from('{"a":1}');
  readonly heard: string[] = [];
  leaveAt: number;
  gone = false;

  constructor(id: string, leaveAt: number) {
    this.id = id;
    this.leaveAt = leaveAt;
  }
  sending(): Promise<void> {
    this.heard.push('sending');
    return Promise.resolve();
  }
  unsent(): void {
    this.heard.push('unsent');
  }
  submitted(batch: string): void {
    this.heard.push(`in ${batch}`);
  }
  answered(): void {
    this.heard.push('answered');
  }
  ended(why: string): void {
    this.heard.push(why);
  }
}

interface Scene {
  readonly run: BatchRun;
  readonly clock: { now: number };
  /** What the seller was asked, in order. */
  readonly asked: string[];
  /** What it says next; an error is thrown. */
  readonly seller: {
    submit: string | Error;
    look: BatchState | Error;
    cancel: Error | null;
    clear: Error | null;
    results: readonly (readonly [string, BatchResult])[] | Error;
  };
  readonly over: () => boolean;
  readonly caller: (id: string, leaveAt?: number) => Caller;
  /** Lets the moment come that it waits for, and it do what it does then; says how long that took. */
  readonly next: () => Promise<number>;
}

function scene({ cancelMs = 5 * MINUTE, margin = undefined as string | undefined } = {}): Scene {
  const clock = { now: Date.UTC(2026, 10, 30) };
  const asked: string[] = [];
  const seller: Scene['seller'] = { submit: 'b1', look: RUNNING, cancel: null, clear: null, results: [] };
  const said = <Value>(name: string, value: Value): Promise<Exclude<Value, Error>> => {
    asked.push(name);
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(value as Exclude<Value, Error>);
  };
  const api: BatchApi = {
    unfit: () => null,
    without: [],
    cancelMs,
    submit: () => said('submit', seller.submit),
    look: () => said('look', seller.look),
    cancel: () => said('cancel', seller.cancel).then(() => undefined),
    clear: () => said('clear', seller.clear).then(() => undefined),
    results: async (_http, _deployment, _state, each) => {
      for (const [id, result] of await said('results', seller.results)) each(id, result);
    },
  };
  let over = false;
  const owner: RunOwner = {
    again: (waiting) => waiting.unsent(),
    left: () => undefined,
    emptied: () => undefined,
    over: () => (over = true),
  };
  const anthropic = allClouds().find(({ id }) => id === 'anthropic');
  const batch = {
    gather: '30s',
    look: '60s',
    ...(margin === undefined ? {} : { margin }),
    most_waiting: 100,
    max_bytes: 1024,
  };
  const target = {
    deployment: deployment('claude', 1, { batch }),
    cloud: anthropic,
    dialect: 'anthropic-messages',
  } as unknown as Target;
  const lane = {
    clock: { wall: () => clock.now, monotonic: () => clock.now },
    watch: { add: () => undefined, delete: () => undefined },
  } as unknown as BatchLane;
  const run = new BatchRun(lane, target, api, {}, owner);
  return {
    run,
    clock,
    asked,
    seller,
    over: () => over,
    caller: (id, leaveAt = clock.now + 6 * HOUR) => {
      const made = new Caller(id, leaveAt);
      run.add(made);
      return made;
    },
    next: async () => {
      const waited = run.deadline - clock.now;
      assert.ok(Number.isFinite(waited), `${run.phase} waits for nothing`);
      clock.now = Math.max(clock.now, run.deadline);
      run.overdue();
      await new Promise((resolve) => setImmediate(resolve));
      return Math.max(0, waited);
    },
  };
}

test('a result that is missing is lost, one that comes twice counts once, and their order says nothing', async () => {
  const { caller, next, seller } = scene();
  const [one, two, three] = [caller('1'), caller('2'), caller('3')];
  await next();
  seller.look = ENDED;
  seller.results = [
    ['3', { kind: 'errored', said: '' }],
    ['nobody', SAID],
    ['1', SAID],
    ['1', { kind: 'expired' }],
    ['3', SAID],
  ];
  await next();
  assert.deepEqual(one.heard, ['sending', 'in b1', 'answered']);
  assert.deepEqual(two.heard, ['sending', 'in b1', 'lost']);
  assert.deepEqual(three.heard, ['sending', 'in b1', 'errored']);
});

test('a batch that is over is deleted at its seller, a while after it was read', async () => {
  const { caller, next, seller, asked, run, over } = scene();
  caller('1');
  await next();
  seller.look = ENDED;
  seller.results = [['1', SAID]];
  await next();
  assert.equal(run.phase, 'clearing');
  seller.clear = refusedWith(500);
  assert.equal(await next(), MINUTE);
  assert.ok(!over());
  seller.clear = null;
  await next();
  assert.deepEqual(asked, ['submit', 'look', 'results', 'clear', 'clear']);
  assert.ok(over());
});

test('what cannot be deleted is left after three tries, and a lane that closes tries at once', async () => {
  const first = scene();
  first.caller('1');
  await first.next();
  first.seller.look = ENDED;
  first.seller.results = [['1', SAID]];
  first.seller.clear = refusedWith(403);
  for (let turn = 0; turn < 4; turn += 1) await first.next();
  assert.ok(first.over());
  const second = scene();
  second.caller('1');
  await second.next();
  second.seller.look = ENDED;
  second.seller.results = [['1', SAID]];
  await second.next();
  await second.run.stop();
  assert.equal(second.asked.at(-1), 'clear');
});

test('results that break off are read again, and nobody who heard is told twice', async () => {
  const { caller, next, seller } = scene();
  const [one, two] = [caller('1'), caller('2')];
  await next();
  seller.look = ENDED;
  seller.results = new Error('cut');
  await next();
  seller.results = [['2', SAID]];
  seller.look = { ...ENDED, rest: 'expired' };
  await next();
  assert.deepEqual([one.heard.at(-1), two.heard.at(-1)], ['expired', 'answered']);
});

test('a seller that does not answer is asked ever less often, and not less often than otherwise', async () => {
  const { caller, next, seller } = scene();
  caller('1');
  await next();
  seller.look = refusedWith(429);
  const waits = [await next(), await next(), await next(), await next(), await next()];
  assert.deepEqual(
    waits.map((ms) => ms / 1_000),
    [60, 20, 40, 60, 60],
  );
});

test('a batch whose time has come is cancelled though it cannot be looked at, until the seller has understood', async () => {
  const { caller, next, seller, asked, clock } = scene();
  const one = caller('1', clock.now + 90_000);
  await next();
  seller.look = refusedWith(500);
  seller.cancel = refusedWith(503);
  await next();
  await next();
  assert.deepEqual(asked, ['submit', 'look', 'cancel', 'look', 'cancel']);
  seller.cancel = null;
  await next();
  await next();
  assert.deepEqual(asked.slice(5), ['look', 'cancel', 'look']);
  while (one.heard.at(-1) === 'in b1') await next();
  assert.equal(one.heard.at(-1), 'lost');
  assert.ok(clock.now <= one.leaveAt + 10 * MINUTE, 'it goes by itself before its deadline');
});

test('a batch that the seller says it does not have, three times, is lost', async () => {
  const { caller, next, seller, clock } = scene();
  const began = clock.now;
  const one = caller('1');
  await next();
  seller.look = refusedWith(404);
  await next();
  seller.look = RUNNING;
  await next();
  seller.look = refusedWith(404);
  await next();
  await next();
  assert.deepEqual(one.heard, ['sending', 'in b1']);
  await next();
  assert.equal(one.heard.at(-1), 'lost');
  assert.ok(clock.now - began < HOUR, 'and not only when its deadline is near');
});

test('what nobody waits for any more ends, whatever the seller says', async () => {
  const { caller, next, seller, clock, run } = scene();
  const one = caller('1');
  await next();
  one.gone = true;
  run.leave(one);
  seller.look = refusedWith(500);
  const began = clock.now;
  while (one.heard.at(-1) === 'in b1') await next();
  assert.equal(one.heard.at(-1), 'lost');
  assert.ok(clock.now - began < HOUR);
});

test('whoever may have no answer any more is not handed in', async () => {
  const { caller, next, asked } = scene();
  const one = caller('1');
  one.gone = true;
  await next();
  assert.deepEqual([one.heard, asked], [['cancelled'], []]);
});

test('what the seller had no room for waits as it did before, and is handed in later', async () => {
  const { caller, next, seller } = scene();
  const one = caller('1');
  seller.submit = refusedWith(429);
  await next();
  assert.deepEqual(one.heard, ['sending', 'unsent']);
  seller.submit = 'b2';
  await next();
  assert.deepEqual(one.heard.slice(2), ['sending', 'in b2']);
});

test('one that has time left when another leaves waits on, as before it was handed in', async () => {
  const { caller, next, seller, clock } = scene();
  const hasty = caller('1', clock.now + 90_000);
  const patient = caller('2');
  await next();
  await next();
  seller.look = { ...ENDED, rest: 'cancelled' };
  await next();
  assert.equal(hasty.heard.at(-1), 'deadline_near');
  assert.equal(patient.heard.at(-1), 'unsent');
});

test('a clock that is set back by an hour loses nobody, and one that is set on lets them go', async () => {
  const { caller, next, seller, clock, asked } = scene();
  const one = caller('1', clock.now + 2 * HOUR);
  await next();
  one.leaveAt += HOUR;
  await next();
  one.leaveAt -= 4 * HOUR;
  await next();
  assert.equal(asked.at(-1), 'cancel');
  seller.look = { ...ENDED, rest: 'cancelled' };
  await next();
  assert.equal(one.heard.at(-1), 'deadline_near');
});

test('a batch that was cancelled is waited for as long as its seller takes, or half of what the margin says', async () => {
  const waitedFor = async (wishes: Parameters<typeof scene>[0]): Promise<number> => {
    const { caller, next, clock } = scene(wishes);
    const one = caller('one', clock.now + HOUR);
    await next();
    for (let looks = 0; looks < 500 && !one.heard.includes('lost'); looks += 1) await next();
    assert.equal(one.heard.at(-1), 'lost');
    return clock.now - one.leaveAt;
  };
  const near = async (wishes: Parameters<typeof scene>[0], ms: number): Promise<void> => {
    const waited = await waitedFor(wishes);
    assert.ok(waited >= ms && waited <= ms + MINUTE, `${waited} ms`);
  };
  const [openai, anthropic] = (['openai', 'anthropic'] as const).map((id) => cloudOf(id).batches?.cancelMs ?? 0);
  assert.ok(openai !== undefined && openai > 10 * MINUTE, 'ten minutes are documented');
  await near({ cancelMs: openai }, 15 * MINUTE);
  await near({ cancelMs: anthropic ?? 0 }, 5 * MINUTE);
  await near({ cancelMs: openai, margin: '4m' }, 2 * MINUTE);
});
