// Who would fall together, and by which link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JOINING_TYPES, linkedGroups, type LinkedGroup, type Register } from '../src/index.ts';
import { smallRegister, type Change } from './support/small-register.ts';

const groupsOf = (...changes: readonly Change[]): readonly LinkedGroup[] =>
  linkedGroups(smallRegister(...changes), { types: JOINING_TYPES, on: '2026-11-29' });

test('investment and ownership join, and the joining links are named', () =>
  assert.deepEqual(groupsOf(), [
    { id: 'chips', members: ['chips', 'maker'], joined_by: ['money'] },
    { id: 'cloud', members: ['cloud', 'holding'], joined_by: ['parent:cloud'] },
  ]));

test('building things together joins; buying does not', () => {
  assert.equal(groupsOf(['type: buys_from', 'type: supplies']).length, 2);
  assert.deepEqual(groupsOf(['type: buys_from', 'type: co_engineers_with']), [
    {
      id: 'chips',
      members: ['chips', 'cloud', 'holding', 'maker'],
      joined_by: ['compute', 'money', 'parent:cloud'],
    },
  ]);
});

test('who thinks that buying joins says so', () => {
  const groups = linkedGroups(smallRegister(), { types: [...JOINING_TYPES, 'buys_from'], on: '2026-11-29' });
  assert.equal(groups.length, 1);
});

test('a link that has ended, or has surely not begun, joins nobody', () => {
  const owned = [{ id: 'cloud', members: ['cloud', 'holding'], joined_by: ['parent:cloud'] }];
  assert.deepEqual(groupsOf(['status: reported', 'status: ended']), owned);
  assert.deepEqual(groupsOf(['ends: 2027-06-30', 'ends: 2026-11-28']), owned);
  assert.deepEqual(groupsOf(['starts: 2026-01', 'starts: 2026-12']), owned);
});

test('a link of which only the year is known still joins within it', () =>
  assert.equal(groupsOf(['ends: 2027-06-30', 'ends: "2026"'], ['starts: 2026-01', 'starts: "2026"']).length, 2));

test('for every set of links each party is in one group at most, and the order of the file changes nothing', () => {
  const base = smallRegister();
  const ids = Object.keys(base.parties);
  const money = base.links['money'];
  assert.ok(money !== undefined);
  const pairs = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 8 });
  const linked = (ends: readonly (readonly [string, string])[]): Register => ({
    ...base,
    links: Object.fromEntries(ends.map(([from, to]) => [`${from}-${to}`, { ...money, from, to }])),
  });
  fc.assert(
    fc.property(pairs, (ends) => {
      const joining = { types: JOINING_TYPES, on: '2026-11-29' };
      const groups = linkedGroups(linked(ends), joining);
      const members = groups.flatMap((group) => group.members);
      assert.equal(new Set(members).size, members.length);
      for (const [from, to] of ends)
        if (from !== to) assert.ok(groups.some((group) => group.members.includes(from) && group.members.includes(to)));
      assert.deepEqual(linkedGroups(linked(ends.toReversed()), joining), groups);
    }),
    { seed: 20261129, numRuns: 200 },
  );
});
