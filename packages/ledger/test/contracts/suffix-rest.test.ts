// What is left up to each tranche, and which places are passed over: against plain lists that are gone through from end to end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Skips } from '../../src/contracts/draw/skips.ts';
import { SuffixRest } from '../../src/contracts/draw/suffix-rest.ts';

const SEED = 20261130;

test('the least from a tranche on, and the first one with room, are those of a plain list', () => {
  let full = 0;
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 9n }), { minLength: 1, maxLength: 40, size: 'max' }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 4 })), { maxLength: 60, size: 'max' }),
      (rests, takes) => {
        let sum = 0n;
        const sums = rests.map((rest) => (sum += rest));
        const tree = new SuffixRest(sums);
        const leastFrom = (from: number): bigint =>
          sums.slice(from).reduce((least, one) => (one < least ? one : least), sums[from] ?? 0n);
        for (const [pick, part] of takes) {
          const at = pick % sums.length;
          assert.equal(tree.leastFrom(at), leastFrom(at));
          const open = sums.findIndex((_, place) => place >= at && leastFrom(place) > 0n);
          assert.equal(tree.openFrom(at), open === -1 ? sums.length : open);
          full += Number(open === -1);
          // Part of what there is room for, all of it, or some of it back.
          const amount = part === 4 ? -1n : (leastFrom(at) * BigInt(part)) / 3n;
          for (let place = at; place < sums.length; place += 1) sums[place] = (sums[place] ?? 0n) - amount;
          tree.addFrom(at, -amount);
        }
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
  assert.ok(full > 50, `only ${full} questions to a pool without room`);
});

test('a place is passed over until all are looked at again', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.tuple(fc.constantFrom('pass', 'pass', 'from', 'from', 'reset'), fc.nat()), {
        maxLength: 60,
        size: 'max',
      }),
      (count, acts) => {
        const skips = new Skips(count);
        const passed = new Set<number>();
        for (const [act, pick] of acts) {
          const place = pick % count;
          if (act === 'pass') {
            skips.pass(place);
            passed.add(place);
          } else if (act === 'reset') {
            skips.reset();
            passed.clear();
          } else {
            let expected = place;
            while (passed.has(expected)) expected += 1;
            assert.equal(skips.from(place), expected);
          }
        }
        assert.equal(skips.from(count), count);
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
});
