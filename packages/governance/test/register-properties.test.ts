// What holds for every register: a circle of parents is found exactly when there is one, names that lead nowhere never pass, and what
// is read once is read the same again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkRegisterText, readRegister, ultimateParent } from '../src/index.ts';
import { reversed } from '../src/numbers/calendar.ts';

const options = { seed: 20261129, numRuns: 300 };
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const parents = fc.record(Object.fromEntries(IDS.map((id) => [id, fc.option(fc.constantFrom(...IDS))])), {
  noNullPrototype: true,
});

const textOf = (chosen: Readonly<Record<string, string | null>>): string =>
  [
    'version: 1',
    'title: t',
    'sources:',
    '  s: { title: s, outlet: s, captured_at: 2026-11-01 }',
    'parties:',
    ...Object.entries(chosen).map(
      ([id, parent]) => `  ${id}: { name: ${id}, source: s${parent === null ? '' : `, parent: ${parent}`} }`,
    ),
    '',
  ].join('\n');

/** By taking away whoever nobody owns, again and again: what is left goes in circles. */
function hasCircle(chosen: Readonly<Record<string, string | null>>): boolean {
  const left = new Map(Object.entries(chosen));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [id, parent] of left) if (parent === null || !left.has(parent)) left.delete(id);
  }
  return left.size > 0;
}

test('parents are refused exactly when they go in a circle, once for each circle', () =>
  fc.assert(
    fc.property(parents, (chosen) => {
      const { value, problems } = checkRegisterText(textOf(chosen));
      const told = problems.filter(({ message }) => message.startsWith('the parents go in a circle'));
      assert.equal(told.length > 0, hasCircle(chosen));
      assert.equal(value === undefined, hasCircle(chosen));
      const members = told.flatMap(({ message }) => message.split(': ')[1]?.split(' → ').slice(1) ?? []);
      assert.equal(new Set(members).size, members.length);
    }),
    options,
  ));

test('without a circle everybody has a last parent that nobody owns', () =>
  fc.assert(
    fc.property(parents, (chosen) => {
      if (hasCircle(chosen)) return;
      const register = readRegister('r.yaml', textOf(chosen));
      for (const id of IDS) assert.equal(register.parties[ultimateParent(register, id)]?.parent, undefined);
    }),
    options,
  ));

test('a parent that is not there is told with the line of who names it', () =>
  fc.assert(
    fc.property(parents, fc.integer({ min: 0, max: IDS.length - 1 }), (chosen, index) => {
      const id = IDS[index] ?? 'a';
      const { value, problems } = checkRegisterText(textOf({ ...chosen, [id]: 'nobody-at-all' }));
      assert.equal(value, undefined);
      const told = problems.find(({ message }) => message.startsWith('"nobody-at-all" is no party'));
      assert.equal(told?.line, 6 + index);
    }),
    options,
  ));

test('what is read is read the same again', () =>
  fc.assert(
    fc.property(parents, (chosen) => {
      const [first, second] = [checkRegisterText(textOf(chosen)), checkRegisterText(textOf(chosen))];
      assert.deepEqual(first, second);
    }),
    { ...options, numRuns: 50 },
  ));

test('two dates are called reversed exactly when no pair of their days is in order', () => {
  const written = fc
    .tuple(
      fc.integer({ min: 2025, max: 2027 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([year, month, date, parts]) =>
      [String(year), String(month).padStart(2, '0'), String(date).padStart(2, '0')].slice(0, parts).join('-'),
    );
  /** All days that a written date may mean. */
  const daysOf = (text: string): string[] => {
    const days: string[] = [];
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2028, 0, 1); at += 86_400_000) {
      const day = new Date(at).toISOString().slice(0, 10);
      if (day === text || day.startsWith(`${text}-`)) days.push(day);
    }
    return days;
  };
  fc.assert(
    fc.property(written, written, (from, until) => {
      const [starts, ends] = [daysOf(from), daysOf(until)];
      const inOrder = starts.some((start) => ends.some((end) => start <= end));
      assert.equal(reversed(from, until), !inOrder);
    }),
    { ...options, numRuns: 60 },
  );
});
