// A catalogue's file is read with what its sources say, one's own file adds and replaces, and a bad one is refused with line,
// reason and mend.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { readCatalogue, type CatalogueKind } from '../../src/catalogue/catalogue.ts';
import { rangeIn, sourced, valueIn, type Sourced } from '../../src/catalogue/sourced.ts';
import { unitRatio } from '../../src/catalogue/units.ts';

interface Scale {
  readonly name: string;
  readonly power: Sourced;
  readonly parts?: readonly Sourced[] | undefined;
}
const SCALES: CatalogueKind<Scale> = {
  name: 'scales',
  entry: z.strictObject({
    name: z.string(),
    power: sourced(['kW', 'MW'], { above: true, most: 1e6 }),
    parts: z.array(sourced(['ratio'], { least: 1 })).optional(),
  }),
  meaning: ({ name }, problems) => {
    if (name === 'nameless') problems.error(['name'], 'it says nothing', 'write a name');
  },
};

const SHIPPED = `version: 1
catalogue: scales
sources:
  sheet: { says: "a data sheet, page 3", date: 2026-11 }
  ours: { says: "our guess", date: "2026" }
entries:
  small:
    name: Small
    power: { value: 2, low: 1.5, high: 3, unit: MW, source: sheet, confidence: high }
  large:
    name: Large
    power: { value: 900, unit: kW, source: ours, date: 2025-01-31, confidence: low, note: before it was measured }
    parts:
      - { value: 1.1, unit: ratio, source: sheet, confidence: medium }
`;
const read = (...texts: string[]): ReadonlyMap<string, Scale> =>
  readCatalogue(
    SCALES,
    texts.map((text, index) => ({ file: `file-${index}.yaml`, text })),
  );

test('a value says what its source says, and when', () => {
  const scales = read(SHIPPED);
  assert.deepEqual([...scales.keys()], ['small', 'large']);
  const { power } = scales.get('small')!;
  assert.deepEqual([power.source, power.date, power.confidence], ['a data sheet, page 3', '2026-11', 'high']);
  const large = scales.get('large')!;
  assert.deepEqual([large.power.date, large.power.note], ['2025-01-31', 'before it was measured']);
  assert.equal(large.parts?.[0]?.source, 'a data sheet, page 3');
});

test('a value is converted within what it measures, with its ends', () => {
  const { power } = read(SHIPPED).get('small')!;
  assert.equal(valueIn(power, 'kW'), 2000);
  assert.deepEqual(rangeIn(power, 'kW'), { low: 1500, likely: 2000, high: 3000 });
  const known = read(SHIPPED).get('large')!.power;
  assert.deepEqual(rangeIn(known, 'MW'), { low: 0.9, likely: 0.9, high: 0.9 });
  assert.equal(unitRatio('USD m/MW', 'USD/kW'), 1000);
  assert.equal(unitRatio('Gbit/s', 'GB/s'), 0.125);
  assert.ok(Number.isNaN(unitRatio('MW', 'MWh')));
});

test("one's own file adds an entry and takes the place of another, whole", () => {
  const own = `version: 1
catalogue: scales
sources: { bill: { says: our bill, date: 2026-10-02 } }
entries:
  large: { name: Ours, power: { value: 800, unit: kW, source: bill, confidence: high } }
  third: { name: Third, power: { value: 1, unit: MW, source: bill, confidence: high } }
`;
  const scales = read(SHIPPED, own);
  assert.deepEqual([...scales.keys()], ['small', 'large', 'third']);
  assert.equal(scales.get('large')?.name, 'Ours');
  assert.equal(scales.get('large')?.parts, undefined);
  assert.equal(scales.get('large')?.power.source, 'our bill');
});

/** What is wrong once `from` is `to`. */
function refusal(from: string, to: string): string {
  assert.equal(SHIPPED.split(from).length, 2, `"${from}" stands once`);
  try {
    read(SHIPPED.replace(from, () => to));
  } catch (error) {
    assert.ok(isAppError(error) && error.code === 'PLAN_INVALID', String(error));
    return error.message;
  }
  return assert.fail('it was read');
}

test('a fault is told with its line, its reason and what mends it', () => {
  for (const [from, to, says] of [
    [
      '    power: { value: 2,',
      '    pwoer: { value: 2,',
      /:9:5: `pwoer` is not a key of entries\.small; did you mean `power`\?/,
    ],
    ['unit: MW', 'unit: mW', /:9:\d+: entries\.small\.power\.unit is none of the values it may have; .*kW, MW/],
    ['value: 2,', 'value: -2,', /:9:\d+: entries\.small\.power\.value does not fit; write more than 0/],
    ['value: 2,', 'value: two,', /entries\.small\.power\.value is a string; write a number/],
    ['high: 3, ', '', /:9:\d+: .*write `low` and `high` together/],
    ['high: 3,', 'high: 1.8,', /put them in order: low, then value, then high/],
    ['value: 1.1,', 'value: 0.9,', /:14:\d+: entries\.large\.parts\[0\]\.value does not fit; write 1 or more/],
    [
      ' source: sheet, confidence: high',
      ' confidence: high',
      /entries\.small\.power\.source is missing; add `source:`/,
    ],
    [
      'source: sheet, confidence: high',
      'source: shet, confidence: high',
      /"shet" is not a source of this file; did you mean sheet\?/,
    ],
    ['source: ours,', 'source: theirs-alone,', /say under `sources` what it is, and when/],
    ['confidence: high', 'confidence: sure', /confidence is none of the values it may have; .*high, medium, low/],
    ['date: 2025-01-31', 'date: 31.1.2025', /write a date as 2026, 2026-11 or 2026-11-18/],
    ['catalogue: scales', 'catalogue: racks', /catalogue is none of the values it may have; .*scales/],
    ['name: Small', 'name: nameless', /:8:11: it says nothing; write a name/],
    ['  small:', '  Small one:', /lower-case letters, digits, hyphens and dots/],
  ] as const)
    assert.match(refusal(from, to), says);
});
