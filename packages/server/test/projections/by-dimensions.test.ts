import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByDimensions, ByHour } from '../../src/projections/by-dimensions.ts';

const dimensions = fc.array(
  fc.oneof(fc.constantFrom('', 'null', 'true', 'a', 'a,b', '\u0000'), fc.boolean(), fc.constant(null)),
  {
    minLength: 3,
    maxLength: 3,
  },
);

test('a value for each combination, as a text of all its dimensions would tell them apart', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), dimensions), { maxLength: 60 }), (asked) => {
      const [index, hours] = [new ByDimensions<{ name: string }>(), new ByHour<{ name: string }>()];
      const [names, places] = [new Set<string>(), new Set<string>()];
      for (const [hour, at] of asked) {
        const [name, place] = [JSON.stringify(at), JSON.stringify([hour, at])];
        assert.equal(index.at(at, () => ({ name })).name, name);
        assert.equal(hours.at(hour, at, () => ({ name: place })).name, place);
        names.add(name);
        places.add(place);
      }
      // In the order in which they were met.
      assert.deepEqual(
        index.values().map((value) => value.name),
        [...names],
      );
      assert.deepEqual(
        hours.values().map((value) => value.name),
        [...places],
      );
      assert.deepEqual([index.size, hours.size], [names.size, places.size]);
    }),
  );
});
