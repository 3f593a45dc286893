// Erlang's formulas and Kimura's wait against published tables, against other ways to compute them, and against what any queue must do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { erlangB, erlangC, serversFor, waiting } from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';

/** The recursion of Erlang's B, another way to the same number. */
function byRecursion(servers: number, offered: number): number {
  let lost = 1;
  for (let k = 1; k <= servers; k += 1) lost = (offered * lost) / (k + offered * lost);
  return lost;
}

/** Mean wait of M/D/c with a service time of 1: after it, whoever was served is gone and Poisson(λ) have come (Crommelin 1932). */
function exactFixedService(servers: number, arrivals: number): number {
  const states = servers * 30;
  const comes = [Math.exp(-arrivals)];
  for (let k = 1; k < states; k += 1) comes.push(((comes[k - 1] ?? 0) * arrivals) / k);
  let held: number[] = Array.from({ length: states }, (_, at) => (at === 0 ? 1 : 0));
  for (let round = 0; round < 4000; round += 1) {
    const next: number[] = Array.from({ length: states }, () => 0);
    let left = 0;
    for (let at = 0; at < states; at += 1) {
      if (at <= servers) left += held[at] ?? 0;
      const stays = at <= servers ? 0 : at - servers;
      const chance = at < servers ? 0 : at === servers ? left : (held[at] ?? 0);
      if (chance > 1e-16)
        for (let k = 0; stays + k < states; k += 1) next[stays + k] = (next[stays + k] ?? 0) + chance * (comes[k] ?? 0);
    }
    const moved = next.reduce((sum, each, at) => sum + Math.abs(each - (held[at] ?? 0)), 0);
    held = next;
    if (moved < 1e-12) break;
  }
  const queued = held.reduce((sum, each, at) => sum + each * Math.max(0, at - servers), 0);
  return queued / arrivals;
}

describe('Erlang', () => {
  test('B is what the printed tables say: loads that lose 1 % of calls', () => {
    // The standard traffic table: servers, load in erlangs at B = 0.01.
    for (const [servers, offered] of [
      [1, 0.0101],
      [2, 0.153],
      [5, 1.361],
      [10, 4.461],
      [20, 12.03],
      [40, 29.007],
      [100, 84.064],
    ] as const)
      expectNear(erlangB(servers, offered), 0.01, 0.005);
  });

  test('B is that of the recursion, from one server to thousands', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0.3, max: 1.5, noNaN: true }),
        (servers, busy) => {
          const expected = byRecursion(servers, servers * busy);
          if (expected > 1e-290) expectNear(erlangB(servers, servers * busy), expected, 1e-9);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('C of one server is its utilisation, of two a²/(2+a), by hand', () => {
    expectNear(erlangC(1, 0.7), 0.7, 1e-12);
    expectNear(erlangC(2, 1.2), (1.2 * 1.2) / (2 + 1.2), 1e-12);
    assert.equal(erlangC(3, 0), 0);
  });

  test('a hundred thousand servers are no trouble', () => {
    const waits = erlangC(100_000, 99_500);
    assert.ok(waits > 0 && waits < 1);
    assert.equal(erlangC(100_000, 50_000), 0);
  });

  test('a load that the servers cannot carry is refused, and told how many would', () => {
    expectRefused(() => erlangC(10, 10), /10 servers are offered a load of 10/);
    expectRefused(() => erlangB(0, 1), /servers is 0/);
    expectRefused(() => erlangB(2, Number.NaN), /offered load is NaN/);
    expectRefused(() => waiting({ servers: 2, arrivals_per_s: 1, service_s: -1 }), /service_s is -1/);
  });
});

describe('waiting', () => {
  test('one server: the formula of Pollaczek and Khinchine, for any variability', () => {
    for (const variability of [0, 0.25, 1, 4]) {
      const { mean_s } = waiting({ servers: 1, arrivals_per_s: 0.8, service_s: 1, variability });
      expectNear(mean_s, ((0.8 / 0.2) * (1 + variability)) / 2, 1e-12);
    }
  });

  test('M/M/c: the exact mean and the exact tail', () => {
    // Two servers, λ = 1.2, μ = 1: C = 0.45, mean C ÷ (cμ − λ) = 0.5625.
    const held = waiting({ servers: 2, arrivals_per_s: 1.2, service_s: 1 });
    expectNear(held.waits, 0.45, 1e-12);
    expectNear(held.mean_s, 0.5625, 1e-12);
    expectNear(held.p99_s, Math.log(0.45 / 0.01) / 0.8, 1e-12);
    expectNear(held.p90_s, Math.log(0.45 / 0.1) / 0.8, 1e-12);
    assert.equal(held.p50_s, 0);
  });

  test('M/D/c: within 3 % of the exact mean, found from the chain of what stands in the system after each service time', () => {
    for (const [servers, busy] of [
      [1, 0.8],
      [2, 0.7],
      [2, 0.9],
      [5, 0.8],
      [10, 0.9],
      [30, 0.95],
    ] as const) {
      const { mean_s } = waiting({ servers, arrivals_per_s: servers * busy, service_s: 1, variability: 0 });
      expectNear(mean_s, exactFixedService(servers, servers * busy), 0.03);
    }
  });

  test('more servers never wait longer, more load and more variability never less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.double({ min: 0.02, max: 0.995, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (servers, busy, variability) => {
          const queue = { servers, arrivals_per_s: servers * busy, service_s: 1, variability };
          const held = waiting(queue);
          const wider = waiting({ ...queue, servers: servers + 1 });
          const calmer = waiting({ ...queue, arrivals_per_s: queue.arrivals_per_s * 0.97 });
          const evener = waiting({ ...queue, variability: variability * 0.9 });
          for (const key of ['waits', 'mean_s', 'p50_s', 'p90_s', 'p99_s'] as const) {
            const most = held[key] * (1 + 1e-9) + 1e-12;
            assert.ok(wider[key] <= most, `a server more: ${key}`);
            assert.ok(calmer[key] <= most, `less load: ${key}`);
            assert.ok(evener[key] <= most, `less variability: ${key}`);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the fewest servers: one fewer misses an aim or the cap', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 900, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        (arrivals_per_s, p99_s, variability) => {
          const queue = { arrivals_per_s, service_s: 1, variability };
          const { servers, p99_s: got, utilisation } = serversFor(queue, { p99_s });
          assert.ok(got <= p99_s && utilisation <= 0.85 + 1e-9);
          if (servers === 1) return;
          const fewer = servers - 1;
          assert.ok(fewer * 0.85 < arrivals_per_s || waiting({ ...queue, servers: fewer }).p99_s > p99_s);
        },
      ),
      { numRuns: 100 },
    );
    expectRefused(
      () => serversFor({ arrivals_per_s: 1, service_s: 1 }, { utilisation_most: 1.2 }),
      /utilisation_most is 1.2/,
    );
  });
});
