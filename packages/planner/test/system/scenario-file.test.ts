// The scenarios that ship are sound, and a bad one is refused with line, reason and mend.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { checkScenario, readScenario, SCENARIO_FILES } from '@weighbridge/planner';
import { currencyOf, inBase, isQuantity, type Quantity } from '../../src/system/quantity.ts';
import { randomScenario } from './random-scenarios.ts';
import { smallScenario } from './scenarios.ts';

const shipped = (name: string): string => readFileSync(SCENARIO_FILES[name]!, 'utf8');
const alliance = shipped('alliance');

function quantities(value: unknown): Quantity[] {
  if (typeof value !== 'object' || value === null) return [];
  return isQuantity(value) ? [value] : Object.values(value).flatMap(quantities);
}

describe('the scenarios that ship', () => {
  for (const name of Object.keys(SCENARIO_FILES)) {
    test(`${name} is read without a fault`, () => assert.deepEqual(checkScenario(shipped(name)).problems, []));
    test(`${name}: every value has a unit, a grade and a source, and none claims to be verified`, () => {
      const scenario = readScenario(name, shipped(name));
      const all = quantities(scenario);
      assert.ok(all.length > 100, String(all.length));
      for (const each of all) {
        assert.ok(each.grade === 'reported' || each.grade === 'assumed');
        assert.ok(each.source in scenario.sources);
      }
    });
  }
  test('the figures of the alliance are those reported, and options are not commitments', () => {
    const { instruments } = readScenario('alliance', alliance);
    const amount = (name: string): number => {
      const each = instruments[name]!;
      const held = each.kind === 'commitment' ? each.amount : each.kind === 'option' ? each.capacity : each.cap;
      return inBase(held, held.value!);
    };
    assert.equal(amount('azure-commitment'), 30e9 * 100);
    assert.equal(amount('one-gigawatt'), 1e9);
    assert.equal(amount('nvidia-stake'), 10e9 * 100);
    assert.equal(amount('microsoft-stake'), 5e9 * 100);
    assert.deepEqual(Object.values(instruments).filter(({ kind }) => kind === 'commitment').length, 1);
  });
  test('the mid-size buyer has three sellers and no instrument', () => {
    const { instruments, channels, organisation } = readScenario('mid-size', shipped('mid-size'));
    assert.deepEqual(instruments, {});
    assert.equal(new Set(Object.keys(organisation.shares).map((name) => channels[name]!.seller)).size, 3);
  });
  test('what the tests make up would be read as well', () => {
    for (const scenario of [smallScenario(), ...[1, 2, 3, 4, 5].map(randomScenario)])
      assert.deepEqual(checkScenario(JSON.stringify(scenario)).problems, [], scenario.name);
  });
});

/** The text, with one place changed; the place stands in it once. */
function spoiled(from: string, to: string): string {
  assert.equal(alliance.split(from).length, 2, `"${from}" stands once`);
  return alliance.replace(from, () => to);
}
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

describe('a bad scenario is refused', () => {
  const BAD: readonly (readonly [what: string, from: string, to: string, at: string, says: RegExp])[] = [
    [
      'an unknown party',
      'from: nvidia, to: microsoft, kind: supplies',
      'from: nvidai, to: microsoft, kind: supplies',
      'nvidai',
      /"nvidai" is not an actor of this scenario; did you mean nvidia\?/,
    ],
    [
      'a party of the wrong kind',
      '    seller: google\n',
      '    seller: nvidia\n',
      'seller: nvidia',
      /"nvidia" is not a cloud/,
    ],
    [
      'an unknown key',
      'cash: { low: 8,',
      'cahs: { low: 8,',
      'cahs:',
      /`cahs` is not a key of actors\.anthropic; did you mean `cash`\?/,
    ],
    [
      'a negative tranche',
      'month: 2026-12\n        amount: { value: 3,',
      'month: 2026-12\n        amount: { value: -3,',
      '{ value: -3,',
      /an amount is not negative: write 0 or more/,
    ],
    [
      'a range out of order',
      'cash: { low: 8, likely: 13',
      'cash: { low: 14, likely: 13',
      'low: 14',
      /low, then likely, then high/,
    ],
    [
      'a value and a range at once',
      'cash: { low: 8,',
      'cash: { value: 9, low: 8,',
      'value: 9',
      /either `value`, or `low`, `likely` and `high`/,
    ],
    [
      'a unit that does not belong',
      'capacity: { value: 1, unit: GW',
      'capacity: { value: 1, unit: GWh',
      'unit: GWh',
      /write one of: kW, MW, GW/,
    ],
    [
      'another currency',
      'amount: { value: 30, unit: USD bn, grade: reported, source: claim-1 }\n    shortfall',
      'amount: { value: 30, unit: EUR bn, grade: reported, source: claim-1 }\n    shortfall',
      'EUR bn',
      /it is in EUR, and the scenario in USD; convert it to USD/,
    ],
    [
      'a source that is not written',
      'capacity: { value: 1, unit: GW, grade: reported, source: claim-2',
      'capacity: { value: 1, unit: GW, grade: reported, source: claim-9',
      'claim-9',
      /"claim-9" is not a source of this scenario/,
    ],
    [
      'a grade that does not exist',
      'capacity: { value: 1, unit: GW, grade: reported',
      'capacity: { value: 1, unit: GW, grade: certain',
      'grade: certain',
      /use reported, assumed, verified/,
    ],
    [
      'a ramp back in time',
      '{ month: 2028-04, power: { value: 440',
      '{ month: 2027-04, power: { value: 440',
      '2027-04, power: { value: 440',
      /2027-04 does not come after 2027-10/,
    ],
    [
      'a ramp that falls',
      '{ value: 440, unit: MW',
      '{ value: 44, unit: MW',
      '{ value: 44,',
      /the ramp goes back: power falls/,
    ],
    [
      'dates reversed',
      'generation: gb300, from: 2026-01, to: 2027-09',
      'generation: gb300, from: 2026-01, to: 2025-09',
      'to: 2025-09',
      /2025-09 comes before 2026-01; exchange the two/,
    ],
    [
      'overlapping milestones',
      '- { month: 2028-12, amount: { value: 2.5,',
      '- { month: 2027-12, amount: { value: 2.5,',
      'month: 2027-12, amount: { value: 2.5',
      /2027-12 does not come after 2027-12/,
    ],
    [
      'a milestone above the commitment',
      'amount: { value: 30, unit: USD bn, grade: assumed',
      'amount: { value: 31, unit: USD bn, grade: assumed',
      '{ value: 31',
      /the last milestone lies above the commitment/,
    ],
    [
      'tranches above their cap',
      'amount: { value: 5, unit: USD bn, grade: assumed',
      'amount: { value: 6, unit: USD bn, grade: assumed',
      'tranches:',
      /the tranches add up to more than the cap/,
    ],
    [
      'a circle of suppliers',
      '  - { from: annapurna, to: aws, kind: supplies',
      '  - { from: microsoft, to: nvidia, kind: supplies, source: ours }\n  - { from: annapurna, to: aws, kind: supplies',
      'from: nvidia, to: microsoft, kind: supplies',
      /run in a circle: nvidia → microsoft → nvidia/,
    ],
    [
      'a circle of parents',
      '    kind: cloud\n    cash: { low: 20,',
      '    kind: cloud\n    parent: microsoft\n    cash: { low: 20,',
      'parent: microsoft',
      /run in a circle: microsoft → microsoft/,
    ],
    [
      'shares that are not one',
      'gpt-on-azure: { value: 0.2, unit: share',
      'gpt-on-azure: { value: 0.3, unit: share',
      'shares:',
      /add up to 1\.1/,
    ],
    [
      'a condition in the wrong unit',
      'of: azure-commitment, at_least: { value: 1, unit: USD bn',
      'of: azure-commitment, at_least: { value: 1, unit: MW',
      'at_least: { value: 1, unit: MW, grade: assumed, source: ours } }\n      - month: 2028-01',
      /drawn is not measured in MW/,
    ],
    [
      'a month that is none',
      '  term_ends: 2028-12',
      '  term_ends: 2028-13',
      'term_ends: 2028-13',
      /write a month as 2026-04/,
    ],
  ];
  for (const [what, from, to, at, says] of BAD)
    test(what, () => {
      const text = spoiled(from, to);
      assert.throws(
        () => readScenario('bad.yaml', text),
        (error: unknown) => {
          assert.ok(isAppError(error) && error.code === 'DEAL_INVALID');
          assert.match(error.message, says);
          const line = lineOf(text, at);
          assert.match(error.message, new RegExp(`bad\\.yaml:${line}:`), `line ${line}\n${error.message}`);
          return true;
        },
      );
    });
  test('a currency is told from a unit that looks like one', () => {
    assert.deepEqual(['USD bn', 'EUR/MWh', 'GPUs', 'MW', 'GW', 'kW'].map(currencyOf), [
      'USD',
      'EUR',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
