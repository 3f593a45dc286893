// What others say of a gigawatt and of an hour of a chip: inside our interval, or the difference has a name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorsSeen } from '../../src/power/anchors.ts';
import { shipped } from '../catalogue/shipped.ts';

const anchors = anchorsSeen(shipped());
const by = (id: string) => anchors.find((each) => each.id === id)!;

test('each published figure lies inside our interval, or a named definition explains the difference', () => {
  assert.ok(anchors.length >= 30, String(anchors.length));
  for (const { id, inside, explained } of anchors) assert.ok(inside || explained !== null, id);
  const outside = anchors.filter(({ inside }) => !inside).map(({ id }) => id);
  assert.deepEqual(outside, ['td-cowen', 'epoch-gb300']);
});

test('the two outside are explained by a computed figure, not by words alone', () => {
  assert.match(by('epoch-gb300').explained!, /with its own power of a rack, 154\.2 kW, it lies inside/);
  assert.match(by('td-cowen').explained!, /it lies inside as power of all IT, without cooling and losses/);
});

test('our likely power of a chip is within 10 % of what is published for the same definition', () => {
  for (const { id, what, difference, inside } of anchors)
    if (what === 'power of a chip' && inside && id !== 'anthropic-tpus')
      assert.ok(Math.abs(difference) < 0.1, `${id}: ${difference}`);
  // It states one end: at least 1 kW a chip.
  assert.ok(by('anthropic-tpus').ours.likely > 1);
});

test('our levelised cost of an hour is within 15 % of each that is published', () => {
  const owning = anchors.filter(({ what }) => what === 'an hour of a chip');
  assert.equal(owning.length, 10);
  for (const { id, difference, inside } of owning) {
    assert.ok(Math.abs(difference) < 0.15, `${id}: ${difference}`);
    assert.ok(inside, id);
  }
});

test('an anchor that also set a range says so', () => {
  assert.match(by('ironwood-pod').used!, /the only source of the nominal power/);
  assert.match(by('h100-cluster').used!, /it_overhead/);
  assert.equal(by('openai-nvidia').used, null);
});
