// The catalogues that ship are read without a fault, say of every value where it comes from, and take the files of others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { CATALOGUE_NAMES } from '../../src/catalogue/catalogues.ts';
import { isSourced, rangeIn, valueIn, type Sourced, type Stated } from '../../src/catalogue/sourced.ts';
import { shipped } from './shipped.ts';

const catalogues = shipped();

function values(held: unknown): (Sourced | Stated)[] {
  if (typeof held !== 'object' || held === null) return [];
  return isSourced(held) ? [held] : Object.values(held).flatMap(values);
}

test('every value has a source in words, a date and a confidence, and what nobody stated is not sure', () => {
  const all = CATALOGUE_NAMES.flatMap((name) => [...catalogues[name].values()].flatMap(values));
  assert.ok(all.length > 250, String(all.length));
  for (const { source, date, confidence } of all) {
    assert.ok(source.length > 10 && /^\d{4}/.test(date), `${source} ${date}`);
    if (/our assumption/.test(source) && !source.includes(':')) assert.equal(confidence, 'low', source);
  }
});

test('the entries that the reference names are there, with its figures', () => {
  const racks = catalogues.racks;
  for (const [id, chips, kilowatts] of [
    ['hgx-h100', 8, 10.2],
    ['gb200-nvl72', 72, 120],
    ['gb300-nvl72', 72, 136],
    ['vera-rubin-nvl72', 72, 205],
    ['ironwood-64', 64, 65],
    ['trainium3-144', 144, 187],
  ] as const) {
    const rack = racks.get(id)!;
    assert.deepEqual([valueIn(rack.chips, 'chips'), valueIn(rack.nominal, 'kW')], [chips, kilowatts], id);
  }
  const { gates, pue_peak } = catalogues.facilities.get('liquid-new-build')!;
  assert.ok(Math.abs(valueIn(gates!.switchgear, 'weeks') - 80) < 1e-9);
  assert.deepEqual(rangeIn(pue_peak!, 'ratio'), { low: 1.25, likely: 1.32, high: 1.4 });
  assert.equal(catalogues.grids.get('france')?.carbon.value, 44.2);
  assert.equal(catalogues.grids.get('gas')?.carbon_direct?.value, 370);
});

test('a file of one’s own joins the catalogue that it names, and one that names none is refused', () => {
  const own = (catalogue: string, racks = 'gb300-nvl72'): string => `version: 1
catalogue: ${catalogue}
sources: { deal: { says: our own deal, date: 2026-10-02 } }
entries:
  mine: { says: Ours, racks: [${racks}], of: facility, at: design, per_chip: { value: 2, unit: kW/chip, source: deal, confidence: high } }
`;
  assert.equal(shipped({ file: 'mine.yaml', text: own('anchors') }).anchors.get('mine')?.says, 'Ours');
  const refusal = (text: string): { message: string; next: string } => {
    try {
      shipped({ file: 'mine.yaml', text });
    } catch (error) {
      assert.ok(isAppError(error) && error.code === 'PLAN_INVALID');
      return { message: error.message, next: error.next };
    }
    return assert.fail('it was read');
  };
  assert.match(refusal(own('ankors')).next, /did you mean anchors\?/);
  assert.match(refusal('entries: {}').message, /mine\.yaml says of no catalogue/);
  const unknown = refusal(own('anchors', 'gb30-nvl72'));
  assert.match(unknown.message, /anchor mine names "gb30-nvl72"/);
  assert.match(unknown.next, /did you mean gb300-nvl72\? Or add the entry/);
});
