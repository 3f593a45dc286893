// Reserved capacity as a state machine, by a clock that is a number: each kind of what is sold, held by several lanes at once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CapacityConfig } from '@weighbridge/protocol';
import { capacityMemory, reservationsOf } from '../../src/capacity/memory.ts';
import type { CapacityHold, Reservation } from '../../src/capacity/reservation.ts';
import { capacityProblem, capacityRule } from '../../src/capacity/rule.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const SECOND = 1_000;

/** One reservation as each of so many lanes sees it. */
function lanes(capacity: CapacityConfig, count = 1, model = 'any'): Reservation[] {
  const deployments = [{ id: 'bought', model, capacity }];
  const memory = capacityMemory(deployments, NOON);
  return Array.from({ length: count }, () => {
    const found = reservationsOf(deployments, memory, NOON).get('bought');
    assert.ok(found);
    return found;
  });
}

const first = (capacity: CapacityConfig): Reservation => lanes(capacity)[0] as Reservation;
/** Tokens are guessed from bytes at 0.3 before anything was learnt. */
const guess = (
  tokens: number,
  output: number | null = 0,
): { bytes: number; output: number | null; choices: number } => ({
  bytes: tokens / 0.3,
  output,
  choices: 1,
});

function taken(reservation: Reservation, tokens: number, output: number | null, now: number): CapacityHold {
  const hold = reservation.take(guess(tokens, output), now);
  assert.ok(hold, 'there is room');
  return hold;
}

/** 1,000 tokens a second, ten seconds of burst. */
const PTU: CapacityConfig = {
  kind: 'ptu',
  units: 10,
  input_tpm_per_unit: 6_000,
  output_weight: 4,
  burst_seconds: 10,
  margin: 0,
};

describe('units that drain a bucket', () => {
  test('calls are taken until it is full, whatever they bring, and the next when it has drained below', () => {
    const ptu = first(PTU);
    taken(ptu, 9_999, 0, NOON);
    taken(ptu, 3_000, 0, NOON);
    assert.equal(ptu.take(guess(1), NOON), null);
    assert.equal(ptu.wait(guess(1), NOON), 2_999);
    assert.equal(ptu.take(guess(1), NOON + 2_999), null);
    taken(ptu, 1, 0, NOON + 3_000);
  });

  test('the most an answer may be counts by its weight, and is corrected to what it was; cached tokens are off', () => {
    const ptu = first(PTU);
    const hold = taken(ptu, 1_000, 2_000, NOON);
    assert.equal(ptu.full(NOON), 0.9);
    ptu.settle(hold, { input: 200, cache_read: 800, output: 100 }, NOON);
    assert.ok(Math.abs(ptu.full(NOON) - 0.06) < 1e-9, String(ptu.full(NOON)));
  });

  test('a margin is left free before the seller would refuse', () => {
    const ptu = first({ ...PTU, margin: 0.1 });
    taken(ptu, 9_000, 0, NOON);
    assert.equal(ptu.take(guess(1), NOON), null);
  });

  test('four lanes take from one bucket: together they take no more than one would', () => {
    const all = lanes(PTU, 4);
    let held = 0;
    for (let turn = 0; turn < 100; turn += 1) if (all[turn % 4]?.take(guess(500), NOON) !== null) held += 1;
    assert.equal(held, 20);
    assert.equal(all[3]?.view(NOON).in_flight, 20);
  });

  test('what was held for a call that never went is given back whole', () => {
    const ptu = first(PTU);
    ptu.release(taken(ptu, 9_000, 1_000, NOON), NOON);
    const { in_flight, full } = ptu.view(NOON);
    assert.deepEqual({ in_flight, full: full[0] }, { in_flight: 0, full: 0 });
  });

  const mute = { full: undefined };

  test("a mute seller's 429 is believed: nothing is sent until its time has come, and less is taken for full after", () => {
    const ptu = first(PTU);
    ptu.settle(taken(ptu, 6_000, 0, NOON), { input: 6_000 }, NOON);
    ptu.refused(taken(ptu, 100, 0, NOON), { ...mute, retryAfterMs: 2_500 }, NOON);
    assert.equal(ptu.wait(guess(1), NOON), 2_500);
    assert.equal(
      ptu.wait(guess(1), NOON + 2_500),
      0,
      'it has drained to 3,525, below the 6,000 at which it was refused',
    );
    ptu.settle(taken(ptu, 2_600, 0, NOON + 2_500), null, NOON + 2_500);
    assert.ok(ptu.wait(guess(1), NOON + 2_500) > 0, 'at 6,125 it is taken for full now');
    const after = (minutes: number): number => ptu.view(NOON + minutes * 60 * SECOND).share;
    assert.ok(Math.abs(after(10) - 0.8) < 1e-6, 'half of what is missing is back after ten minutes');
    assert.equal(after(120), 1, 'and all of it while nothing is refused');
  });

  test('each refusal of a mute seller is taken for a slower drain too, and served calls try the old one again', () => {
    const ptu = first(PTU);
    ptu.refused(taken(ptu, 5_000, 0, NOON), { ...mute, retryAfterMs: 0 }, NOON);
    const drained = (now: number): number => {
      const hold = taken(ptu, 3_000, 0, now);
      const before = ptu.full(now);
      const gone = before - ptu.full(now + SECOND);
      ptu.release(hold, now + SECOND);
      return Math.round(gone * 10_000 * 10) / 10;
    };
    assert.equal(drained(NOON), 990, 'a hundredth less a second');
    for (let i = 0; i < 1_000; i += 1)
      ptu.settle(taken(ptu, 1, 0, NOON + 60 * SECOND), { input: 1 }, NOON + 60 * SECOND);
    assert.equal(drained(NOON + 120 * SECOND), 1_000);
  });

  test('what a seller says is held against how we stood when it let the call in, however much has happened since', () => {
    const ptu = first(PTU);
    const early = taken(ptu, 1_000, 0, NOON);
    const other = taken(ptu, 4_000, 0, NOON);
    ptu.settle(other, { input: 500 }, NOON + SECOND);
    ptu.heard(early, [0.1], NOON + SECOND);
    assert.ok(Math.abs(ptu.full(NOON + SECOND) - 0.05) < 1e-9, 'it said what we counted: nothing moves');
  });

  test('a seller that says it is much fuller than we count is believed at once, one that says emptier by degrees', () => {
    const ptu = first(PTU);
    ptu.heard(taken(ptu, 1_000, 0, NOON), [0.5], NOON);
    assert.equal(ptu.full(NOON), 0.5);
    const later = taken(ptu, 1_000, 0, NOON);
    taken(ptu, 1_000, 0, NOON);
    ptu.heard(later, [0.1], NOON);
    assert.ok(Math.abs(ptu.full(NOON) - 0.6) < 1e-9, `${ptu.full(NOON)}: a fifth of the 5,000 that it says less`);
  });

  test('a refusal says how full it was without the call that it refused, and takes nothing off what we hold for all of it', () => {
    const ptu = first(PTU);
    taken(ptu, 4_000, 0, NOON);
    ptu.refused(taken(ptu, 3_000, 0, NOON), { retryAfterMs: 100, full: [1.05] }, NOON);
    const { full, share } = ptu.view(NOON);
    assert.deepEqual([full[0], share], [1.05, 1]);
  });

  test('the more the counts differ, the more is left free; where they agree again, less', () => {
    const ptu = first(PTU);
    const room = (now: number): number => ptu.wait({ ...guess(0), output: 0 }, now);
    for (let i = 0; i < 40; i += 1) {
      const hold = taken(ptu, 1_000, 0, NOON + i * 20 * SECOND);
      ptu.heard(hold, [i % 2 === 0 ? 0.13 : 0.07], NOON + i * 20 * SECOND);
      ptu.release(hold, NOON + i * 20 * SECOND);
    }
    const now = NOON + 3_600 * SECOND;
    taken(ptu, 9_500, 0, now);
    assert.ok(room(now) > 0, 'of 10,000 the last 500 are not used');
    for (let i = 1; i <= 400; i += 1) {
      const hold = taken(ptu, 1_000, 0, now + i * 20 * SECOND);
      ptu.heard(hold, [0.1], now + i * 20 * SECOND);
      ptu.release(hold, now + i * 20 * SECOND);
    }
    const later = now + 10_000 * SECOND;
    taken(ptu, 9_500, 0, later);
    assert.equal(room(later), 0);
  });

  test('how much it holds is learnt from by how much the figure of the seller moves', () => {
    const ptu = first({ ...PTU, burst_seconds: 60 });
    for (let i = 0; i < 80; i += 1) {
      const at = NOON + i * 60 * SECOND;
      const tokens = 1_000 + (i % 4) * 2_000;
      ptu.heard(taken(ptu, tokens, 0, at), [tokens / 10_000], at);
    }
    const { share } = ptu.view(NOON + 80 * 60 * SECOND);
    assert.ok(Math.abs(share - 1 / 6) < 0.03, `${share}: ten seconds of the sixty that are configured`);
  });

  test('a figure that goes where ours does not is somebody else, and says nothing of how much it holds', () => {
    const ptu = first(PTU);
    for (let i = 0; i < 40; i += 1) {
      const at = NOON + i * 60 * SECOND;
      const tokens = 1_000 + (i % 4) * 2_000;
      ptu.heard(taken(ptu, tokens, 0, at), [0.8 - tokens / 10_000], at);
    }
    assert.equal(ptu.view(NOON + 40 * 60 * SECOND).share, 1);
  });

  test('what a seller holds for an answer without a bound is learnt from how its figure goes with their number', () => {
    const ptu = first({ ...PTU, burst_seconds: 60 });
    for (let i = 0; i < 200; i += 1) {
      const at = NOON + i * 60 * SECOND;
      const open = Array.from({ length: 1 + (i % 3) }, () => taken(ptu, 100, null, at));
      const last = open.at(-1) as CapacityHold;
      ptu.heard(last, [(open.length * (100 + 1_000 * 4)) / 60_000], at);
      for (const hold of open) ptu.settle(hold, { input: 100, output: 50 }, at);
    }
    const [units = 0] = taken(ptu, 100, null, NOON + 201 * 60 * SECOND).units;
    assert.ok(units > 3_600 && units < 4_600, `${units}: 100 of input and a thousand at 4`);
  });

  test('a call that does not bound its answer is guessed by what answers were lately', () => {
    const ptu = first({ ...PTU, burst_seconds: 600 });
    for (let i = 0; i < 200; i += 1)
      ptu.settle(taken(ptu, 1_000, null, NOON + i * SECOND), { input: 1_000, output: 40 }, NOON + i * SECOND);
    const hold = taken(ptu, 1_000, null, NOON + 200 * SECOND);
    const [units = 0] = hold.units;
    assert.ok(units > 1_100 && units < 1_250, `${units}: 1,000 of input and 40 of output at 4`);
  });
});

describe('the other kinds', () => {
  test('units of throughput by the window: only what fits is taken, and a new window is whole again', () => {
    const gsu = first({
      kind: 'gsu',
      units: 10,
      tokens_per_second_per_unit: 100,
      output_weight: 8,
      window_seconds: 10,
      margin: 0,
    });
    taken(gsu, 9_000, 0, NOON);
    assert.equal(gsu.take(guess(1_001), NOON), null);
    taken(gsu, 1_000, 0, NOON);
    assert.equal(gsu.wait(guess(10), NOON + 4_000), 6_000);
    taken(gsu, 10_000, 0, NOON + 10_000);
    assert.equal(gsu.wait(guess(10_001), NOON), Infinity, 'more than all of a window never fits');
  });

  test('what was given back by a call of a window that is over does not make room in the next', () => {
    const gsu = first({
      kind: 'gsu',
      units: 1,
      tokens_per_second_per_unit: 1_000,
      output_weight: 1,
      window_seconds: 10,
      margin: 0,
    });
    const hold = taken(gsu, 9_000, 0, NOON);
    taken(gsu, 5_000, 0, NOON + 10_000);
    gsu.settle(hold, { input: 1_000 }, NOON + 10_000);
    assert.equal(gsu.full(NOON + 10_000), 0.5);
  });

  test('tokens a minute in and out are bought apart, and both have to fit', () => {
    const tpm = first({ kind: 'tpm', input_tpm: 100_000, output_tpm: 10_000, margin: 0 });
    const hold = taken(tpm, 10_000, 9_000, NOON);
    assert.equal(tpm.take(guess(10, 2_000), NOON), null, 'there is no room for the answer');
    tpm.settle(hold, { input: 1_000, cache_read: 5_000, cache_write_5m: 4_000, output: 500 }, NOON);
    assert.deepEqual(tpm.view(NOON).full, [0.05, 0.05], 'cache writes count as input, reads do not');
  });

  test('the priority tier counts caches by their weights', () => {
    const tier = first({ kind: 'priority', input_tpm: 100_000, output_tpm: 10_000, margin: 0 });
    tier.settle(
      taken(tier, 10_000, 100, NOON),
      { input: 1_000, cache_read: 10_000, cache_write_5m: 4_000, cache_write_1h: 1_000, output: 100 },
      NOON,
    );
    assert.deepEqual(tier.view(NOON).full, [0.09, 0.01]);
  });

  test('tokens a minute that the seller served on demand after all: less is taken for all of them, and nothing stays held', () => {
    const tpm = first({ kind: 'tpm', input_tpm: 100_000, output_tpm: 10_000, margin: 0 });
    tpm.settle(taken(tpm, 50_000, 0, NOON), { input: 50_000 }, NOON);
    tpm.overflowed(taken(tpm, 40_000, 0, NOON), NOON);
    const { full, in_flight, share } = tpm.view(NOON);
    assert.deepEqual([full[0], in_flight, share], [0.5, 0, 0.9]);
  });

  test('own machines take so many calls at a time over all lanes', () => {
    const all = lanes({ kind: 'slots', concurrent: 3 }, 2);
    const holds = [0, 1, 0].map((lane) => all[lane]?.take(guess(1), NOON) ?? null);
    assert.ok(holds.every((hold) => hold !== null));
    assert.equal(all[1]?.take(guess(1), NOON), null);
    all[0]?.settle(holds[0] as CapacityHold, { input: 5 }, NOON);
    assert.ok(all[1]?.take(guess(1), NOON));
  });
});

describe('what a minute shows', () => {
  test('used, calls and refusals of each minute, from the one in which counting began', () => {
    const ptu = first(PTU);
    ptu.settle(taken(ptu, 1_000, 0, NOON), { input: 700, output: 25 }, NOON + 30 * SECOND);
    ptu.count('spilled', NOON + 61 * SECOND);
    ptu.refused(
      taken(ptu, 1_000, 0, NOON + 70 * SECOND),
      { retryAfterMs: undefined, full: undefined },
      NOON + 70 * SECOND,
    );
    const minutes = ptu.view(NOON + 125 * SECOND).minutes;
    assert.deepEqual(
      minutes.map(({ used, calls, spilled, refused }) => [used, calls, spilled, refused]),
      [
        [800, 1, 0, 0],
        [0, 0, 1, 1],
        [0, 0, 0, 0],
      ],
    );
    assert.equal(ptu.view(NOON + 24 * 3_600 * SECOND).minutes.length, 180, 'and no more than three hours are kept');
  });
});

describe('rates', () => {
  test('a known model has them, dated or not; another has to bring its own, and is told so', () => {
    const bare = { kind: 'ptu', units: 15, burst_seconds: 60, margin: 0.01 } as const;
    assert.equal(capacityRule({ model: 'gpt-5-2025-08-07', capacity: bare }).meters[0]?.perMs, (15 * 4_750) / 60_000);
    assert.equal(capacityRule({ model: 'prod', priced_as: 'gpt-4.1', capacity: bare }).meters[0]?.weights.output, 4);
    assert.match(capacityProblem({ model: 'mine', capacity: bare }) ?? '', /no rate of "mine" for one PTU is known/);
    assert.equal(
      capacityProblem({ model: 'mine', capacity: { ...bare, input_tpm_per_unit: 10, output_weight: 4 } }),
      null,
    );
  });

  test("ten thousand uncached, five thousand cached and a thousand out of gpt-5 are the seller's own 3.79 units for a minute", () => {
    const rule = capacityRule({ model: 'gpt-5', capacity: { kind: 'ptu', units: 1, burst_seconds: 60, margin: 0 } });
    const ptu = first({ kind: 'ptu', units: 1, model: 'gpt-5', burst_seconds: 60, margin: 0 });
    ptu.settle(taken(ptu, 1, 0, NOON), { input: 10_000, cache_read: 5_000, output: 1_000 }, NOON);
    assert.equal(Math.round(ptu.full(NOON) * 100) / 100, 3.79);
    assert.equal(rule.overflowTier, null);
  });
});
