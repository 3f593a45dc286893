// What a piece of evidence covers of a claim, against an oracle that knows nothing of cells: sets of places, compared one by one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cellsOf, coverOf, coverOfCell, type Scope } from '../src/claims/scope.ts';

/** The whole world of the oracle; `elsewhere` is what no scope names. */
const WORLD: Readonly<Record<string, readonly string[]>> = {
  region: ['eu', 'us', 'asia', 'elsewhere'],
  tier: ['a', 'b', 'elsewhere'],
};

/** Every place that a scope holds for. */
function placesOf(scope: Scope): ReadonlySet<string> {
  let places: string[] = [''];
  for (const [dimension, values] of Object.entries(WORLD)) {
    const named = scope[dimension];
    const held = named === undefined || named.includes('all') ? values : named;
    places = places.flatMap((place) => held.map((value) => `${place}/${value}`));
  }
  return new Set(places);
}

const values = (...names: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const full = fc.record({ region: values('eu', 'us', 'asia', 'all'), tier: values('a', 'b', 'all') });
const any = fc
  .record(
    { region: values('eu', 'us', 'asia', 'all'), tier: values('a', 'b', 'all') },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((scope): Scope => ({ ...scope }));
const options = { seed: 20261129, numRuns: 1000 };

describe('evidence that states every dimension', () => {
  test('covers all of a claim exactly when it holds every place of it, and some when it holds one', () =>
    fc.assert(
      fc.property(any, full, (claimed, seen) => {
        const [claim, evidence] = [placesOf(claimed), placesOf(seen)];
        const cover = claim.isSubsetOf(evidence) ? 'full' : claim.isDisjointFrom(evidence) ? 'none' : 'part';
        assert.equal(coverOf(claimed, seen), cover);
      }),
      options,
    ));
  test('and the order and doubling of values change nothing', () =>
    fc.assert(
      fc.property(any, full, (claimed, seen) => {
        const turned = Object.fromEntries(
          Object.entries(seen).map(([name, list]) => [name, [...list.toReversed(), ...list]]),
        );
        assert.equal(coverOf(claimed, turned), coverOf(claimed, seen));
      }),
      options,
    ));
});

describe('evidence that leaves something out', () => {
  test('covers nothing of a claim that names it, whatever else it says', () =>
    fc.assert(
      fc.property(full, values('a', 'b', 'all'), (claimed, tier) => {
        assert.equal(coverOf(claimed, { tier }), 'none');
        assert.equal(coverOf(claimed, {}), 'none');
      }),
      options,
    ));
  test('covers all of a claim that leaves it out too', () => {
    assert.equal(coverOf({}, {}), 'full');
    assert.equal(coverOf({ tier: ['a'] }, { tier: ['a', 'b'] }), 'full');
  });
});

describe('cells', () => {
  test('are the combinations of the values, each once', () => {
    assert.deepEqual(cellsOf({ region: ['eu', 'us', 'eu'], tier: ['a'] }), [
      { region: 'eu', tier: 'a' },
      { region: 'us', tier: 'a' },
    ]);
    assert.deepEqual(cellsOf({}), [{}]);
  });
  test('a claim for all is not covered by any list of places', () => {
    assert.equal(coverOfCell({ region: 'all' }, { region: ['eu', 'us', 'asia'] }), 'part');
    assert.equal(coverOfCell({ region: 'all' }, { region: ['all'] }), 'full');
  });
  test('evidence with a bound that the claim does not have sees a part', () => {
    assert.equal(coverOfCell({ region: 'eu' }, { region: ['eu'], tier: ['a'] }), 'part');
    assert.equal(coverOfCell({ region: 'eu' }, { region: ['eu'], tier: ['all'] }), 'full');
    assert.equal(coverOfCell({ region: 'eu' }, { region: ['us'], tier: ['all'] }), 'none');
  });
});
