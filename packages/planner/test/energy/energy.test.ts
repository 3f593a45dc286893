// Energy of tokens, by hand and beside what is published; the table that ships is the one that is computed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import type { Sourced } from '../../src/catalogue/sourced.ts';
import type { Unit } from '../../src/catalogue/units.ts';
import { ecoLogitsWh } from '../../src/energy/ecologits.ts';
import { energyRowOf, energyTable, ENERGY_TABLE_FILE, type EnergyTable } from '../../src/energy/table.ts';
import { ENERGY_METHOD, ofCall, tokenEnergy, type TokenEnergyInput } from '../../src/energy/tokens.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
const TABLE = JSON.parse(readFileSync(ENERGY_TABLE_FILE, 'utf8')) as EnergyTable;
const assertNear = (found: number, wanted: number, share = 1e-9): void =>
  assert.ok(Math.abs(found / wanted - 1) <= share, `${found}, not ${wanted}`);
const known = (value: number, unit: Unit): Sourced => ({
  value,
  unit,
  source: 'a test',
  date: '2026',
  confidence: 'high',
});
const at = (likely: number, low = likely, high = likely) => ({ low, likely, high });
const gb300 = catalogues.racks.get('gb300-nvl72')!;

/** Nothing uncertain: 2 kW a chip of IT, PUE 1.05, all of it drawn: 2.1 kW with the facility. */
const KNOWN: TokenEnergyInput = {
  rack: { ...gb300, nominal: known(72 * 2, 'kW'), embodied: known(1000, 'kgCO2/chip') },
  facility: {
    name: 'a test',
    cooling: 'liquid',
    pue_year: known(1.05, 'ratio'),
    it_overhead: known(1, 'ratio'),
    water: known(0.5, 'L/kWh'),
  },
  grid: { name: 'a test', kind: 'grid', carbon: known(383.55, 'gCO2/kWh') },
  load: known(1, 'share'),
  life: known(5, 'years'),
  throughput: { input: at(16_128), cached: at(161_280), output: at(8064) },
};
const OPTIONS = { seed: 1, draws: 64 };

test('GB300 at 2.1 kW and 8,064 tokens a second, as the reference derives it: 0.26 J and 0.028 g for a thousand', () => {
  const { output, input, cached } = tokenEnergy(KNOWN, OPTIONS);
  assertNear(output.energy.centre, (2100 / 8064 / 3600) * 1e6);
  assertNear((output.energy.centre * 3600) / 1e6, 0.2604, 0.001);
  assertNear(output.location.centre / 1000, 0.02775, 0.001);
  assertNear(input.energy.centre, output.energy.centre / 2);
  assertNear(cached.energy.centre, output.energy.centre / 20);
  // 1,000 kg over 5 × 8,760 h, of which a million tokens take 10⁶ ÷ 8,064 s.
  assertNear(output.embodied.centre, (1_000_000 / (5 * 8760)) * (1e6 / 8064 / 3600));
  assertNear(output.water.centre, (output.energy.centre / 1000 / 1.05) * 0.5);
  assert.equal(output.market.band, null);
  assert.equal(output.water_off_site.band, null);
  assert.deepEqual(output.energy.band, {
    p10: output.energy.centre,
    p50: output.energy.centre,
    p90: output.energy.centre,
  });
});

test('market-based emissions are the contract’s and leave the location-based ones alone', () => {
  const found = tokenEnergy({ ...KNOWN, market: known(12, 'gCO2/kWh') }, OPTIONS);
  assertNear(found.output.market.centre, (found.output.energy.centre / 1000) * 12);
  assert.deepEqual(found.output.location, tokenEnergy(KNOWN, OPTIONS).output.location);
});

test('a call takes what its classes take, and what is not known of one is not known of the call', () => {
  const energy = tokenEnergy(KNOWN, OPTIONS);
  const call = ofCall(energy, 'energy', { input: 1000, cached: 0, output: 500 })!;
  assertNear(call.p50, (1000 * energy.input.energy.centre + 500 * energy.output.energy.centre) / 1e6);
  assert.equal(ofCall(energy, 'market', { input: 1, cached: 0, output: 0 }), null);
  assert.deepEqual(ofCall(energy, 'energy', { input: 0, cached: 0, output: 0 }), { p10: 0, p50: 0, p90: 0 });
});

test('more power, a worse PUE or a slower chip never takes less', () => {
  const wh = (change: Partial<TokenEnergyInput>): number =>
    tokenEnergy({ ...KNOWN, ...change }, OPTIONS).output.energy.centre;
  const base = wh({});
  assert.ok(wh({ load: known(0.9, 'share') }) < base);
  assert.ok(wh({ facility: { ...KNOWN.facility, pue_year: known(1.2, 'ratio') } }) > base);
  assert.ok(wh({ throughput: { ...KNOWN.throughput, output: at(4000) } }) > base);
});

test('the table that ships is what the catalogues give', () => {
  assert.deepEqual(energyTable(catalogues), TABLE);
  assert.equal(TABLE.method, ENERGY_METHOD);
  for (const { class: name, wh_per_mtok: row } of TABLE.rows)
    for (const [low, value, high] of Object.values(row)) assert.ok(0 < low && low < value && value < high, name);
});

test('what is published of one answer lies inside the interval of an undisclosed model', () => {
  const row = energyRowOf(TABLE, 'a-model-of-its-own')!;
  assert.equal(row.class, 'undisclosed');
  // A short question and 300 to 500 tokens of answer: Gemini 0.24 Wh, GPT-4o about 0.3 (Epoch), Altman 0.34.
  const ends = (end: 0 | 2): number => (500 * row.wh_per_mtok.input[end] + 400 * row.wh_per_mtok.output[end]) / 1e6;
  for (const wh of [0.24, 0.3, 0.34]) assert.ok(wh > ends(0) && wh < ends(2), `${wh}: ${ends(0)} to ${ends(2)}`);
  // Epoch, 10,000 tokens of input: 2.5 Wh.
  const long = (end: 0 | 2): number => (10_000 * row.wh_per_mtok.input[end] + 400 * row.wh_per_mtok.output[end]) / 1e6;
  assert.ok(2.5 > long(0) && 2.5 < long(2));
});

test('no class claims to serve for less than what a meter showed at full load', () => {
  // Joules of the whole server per output token, MLPerf: llama3.1-8b 0.064, llama2-70b 0.101, on eight B200.
  for (const [name, joules] of [
    ['small', 0.064],
    ['medium', 0.101],
    ['large', 0.101],
  ] as const) {
    const row = TABLE.rows.find((each) => each.class === name)!;
    assert.ok((row.wh_per_mtok.output[0] * 3600) / 1e6 > joules, name);
  }
});

test('a model’s name falls to the class that says most of it', () => {
  for (const [model, wanted] of [
    ['claude-haiku-4-5', 'undisclosed-small'],
    ['claude-sonnet-4-5', 'undisclosed'],
    ['Meta-Llama-3.1-8B-Instruct', 'small'],
    ['llama-3.3-70b', 'medium'],
    ['deepseek-v3.1', 'large'],
    ['qwen3-coder-480b', 'large'],
    ['gpt-5-mini', 'undisclosed-small'],
    ['gpt-oss-120b', 'medium'],
  ] as const)
    assert.equal(energyRowOf(TABLE, model)?.class, wanted, model);
});

test('EcoLogits stands beside it as a cross-check', () => {
  // 400 tokens of a dense 70 bn model: 4 chips; 34.7 s ÷ 64 of half a server, and 400 × (1.17e-6 · e^−0.7168 · 70 + 4.05e-5) Wh a chip.
  const seconds = 400 * (6.78e-4 * 70 + 3.12e-4 * 64 + 1.94e-2);
  const chip = 400 * (1.17e-6 * Math.exp(-0.7168) * 70 + 4.05e-5);
  assertNear(
    ecoLogitsWh({ total: 70, active: 70, outputTokens: 400, pue: 1.2 }),
    1.2 * (((seconds / 3600) * 1200 * 4) / 8 / 64 + 4 * chip),
  );
  const row = TABLE.rows.find((each) => each.class === 'medium')!;
  const found = ecoLogitsWh({ total: 70, active: 70, outputTokens: 400, pue: 1.2 });
  assert.ok(
    found > (400 * row.wh_per_mtok.output[0]) / 1e6 && found < (400 * row.wh_per_mtok.output[2]) / 1e6,
    String(found),
  );
});

test('a throughput that cannot be is refused', () => {
  assert.throws(
    () => tokenEnergy({ ...KNOWN, throughput: { ...KNOWN.throughput, cached: at(0) } }, OPTIONS),
    (error) => isAppError(error) && error.code === 'PLAN_INVALID' && /cached tokens/.test(error.message),
  );
});
