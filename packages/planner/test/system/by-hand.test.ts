// A case small enough to be worked out on paper reproduces to the cent, the rack, the watt-hour and the Mtok.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pickCentre } from '../../src/system/draws.ts';
import { resolveInputs } from '../../src/system/resolve.ts';
import { sampleScenario } from '../../src/system/sample.ts';
import { initialState, type State } from '../../src/system/state.ts';
import { step } from '../../src/system/step.ts';
import { summarise } from '../../src/system/summary.ts';
import { smallScenario } from './scenarios.ts';

const scenario = smallScenario();
const inputs = resolveInputs(scenario, pickCentre);
const states: State[] = [initialState(inputs)];
for (let month = 0; month < 6; month += 1) states.push(step(inputs, states[month]!));
/** At the end of a month, January being 1. */
const after = (month: number): State => states[month]!;
const [LAB, CLOUD, MAKER, GRID] = [0, 1, 2, 3] as const;

describe('a hall of two racks, by hand', () => {
  test('racks: two ordered in January and in February, delivered a month later, installed the month after', () => {
    const racks = [1, 2, 3, 4].map((month) => {
      const { ordered, delivered, stock, installed } = after(month);
      return [ordered[0], delivered[0], stock[0], installed[0]];
    });
    assert.deepEqual(racks, [
      [2, 0, 0, 0],
      [4, 2, 2, 0],
      [4, 4, 2, 2],
      [4, 4, 0, 4],
    ]);
  });
  test('power: 40 kW carry two racks of 10 kW at a peak ratio of 1.5; 100 kW carry all four', () => {
    // 40,000 ÷ 15,000 = 2.67; 100,000 ÷ 15,000 = 6.67, but only four are there.
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((month) => after(month).energised[0]),
      [0, 0, 2, 2, 4],
    );
    // March: 12,000 W each over the year, half of it idle, load 4,000 ÷ 5,356:
    // ⌊12,000 + 12,000 × 0.746826…⌋ = 20,961 W; × 744 h = 15,594,984 Wh; at 100 $/MWh 155,949.84 cents.
    assert.equal(after(3).drawnWatts[0], 20_961);
    assert.equal(after(3).energy[0], 15_594_984);
    assert.equal(after(3).cash[GRID], 155_950);
  });
  test('tokens: 3.6 Mtok per rack and hour, the part of a Mtok carried on', () => {
    // 100 tokens/s/kW × 10 kW × 3,600 s = 3.6 Mtok. March: 2 × 3.6 × 744 h = 5,356.8; April: 2 × 3.6 × 720 h + 0.8 = 5,184.8.
    assert.deepEqual([after(3).capacity[0], after(4).capacity[0]], [5356, 5184]);
    assert.ok(Math.abs(after(3).carry[0]! - 0.8) < 1e-9 && Math.abs(after(4).carry[0]! - 0.8) < 1e-9);
    assert.deepEqual([after(3).served[0], after(3).idle[0]], [4000, 1356]);
    assert.deepEqual([after(2).unserved[0], after(3).unserved[0]], [1, 0]);
  });
  test('money: price after a month without any, compute, commission, racks', () => {
    // Nothing was served in February, so March costs $10 × (1 + 0.5 × 1) = $15: 4,000 Mtok bring $60,000, of it $6,000 commission.
    assert.deepEqual([after(3).price[0], after(4).price[0]], [1500, 1000]);
    // 2 racks × 10 GPUs × 744 h = 14,880 GPU-hours × 4,000 ÷ 5,356 × $2 = $22,225.54.
    assert.equal(after(3).computePaid[0], 2_222_554);
    // Lab: $1 m + $1 m in February + $60,000 − $6,000 − $22,225.54.
    assert.equal(after(3).cash[LAB], 203_177_446);
    // Cloud: $10 m + 3 × $1 m − $1 m invested − 4 racks × $1 m + $6,000 + $22,225.54 − $1,559.50 power − $30 operations.
    assert.equal(after(3).cash[CLOUD], 802_663_604);
    // Maker: $5 m + 4 racks × $1 m × 0.75.
    assert.equal(after(3).cash[MAKER], 800_000_000);
  });
  test('investments: the second tranche waits for 15 kW, which stand at the end of March', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((month) => after(month).paidIn[0]),
      [0, 1e8, 1e8, 2e8],
    );
  });
  test('commitment: the milestone of March is met, that of April is missed and half of what is missing falls due', () => {
    assert.deepEqual([after(3).drawn[0], after(3).settled[0]], [2_222_554, 0]);
    // April: 14,400 GPU-hours × 4,000 ÷ 5,184 × $2 = $22,222.22; in all 4,444,776 of 6,000,000 cents.
    assert.equal(after(4).drawn[0], 4_444_776);
    assert.equal(after(4).settled[0], 1_555_224);
    const edge = inputs.commitments[0]!.shortfallEdge;
    assert.equal(after(4).flows[edge], 777_612);
    assert.equal(inputs.edges[edge]!.why, 'shortfall');
  });
  test('circular: of what the lab paid in March, the share that the cloud had put in', () => {
    // The lab holds $2.06 m when commission and compute are paid, $1 m of it the cloud's: 100 ÷ 206 of every payment.
    const share = after(3).circularPaid[0]! / after(3).computePaid[0]!;
    assert.ok(Math.abs(share - 100 / 206) < 1e-12, String(share));
  });
});

describe('its figures for the organisation, by hand', () => {
  const summary = summarise(sampleScenario(scenario, { seed: 7, paths: 3 }));
  const p50 = (name: string, month: number): number | undefined =>
    summary.outputs.find((each) => each.name === name)?.bands[month - 1]?.p50;
  test('price: fixed until March at $10 less 10 %, then what the channel costs less 10 %', () => {
    assert.deepEqual(
      [1, 3, 4].map((month) => p50('price_paid', month)),
      [9, 9, 9],
    );
  });
  test('leaving at the end of January: two months of notice, half of the three that remain, and the move', () => {
    // 100 Mtok × $9 = $900 a month. The term ends with June: 6 − 0 − 2 = 4 months remain after notice.
    // $500 + $900 × (2 + 0.5 × 4) = $4,100.
    assert.equal(p50('exit_cost', 1), 4100);
  });
  test('lead time: a month to deliver, a month to install', () => {
    assert.equal(summary.organisation.lead_time.band?.p50, 2);
  });
  test('capacity: no month before March is served, so two of six are not', () => {
    assert.ok(Math.abs(summary.organisation.capacity_risk.share - 2 / 6) < 1e-12);
  });
  test('promised 30 kW by April: they stand in March on every path', () => {
    const promise = summary.deliveries.find(({ id }) => id === 'start');
    assert.deepEqual(promise?.delivered, { p10: 30, p50: 30, p90: 30 });
    assert.deepEqual([promise?.chance, promise?.met.p50], [1, '2026-03']);
  });
  test('dependence and concentration: one channel, its developer and seller tied, the maker apart', () => {
    assert.equal(p50('dependence', 1), 1);
    // Two thirds in one group and one third in another: 4 ÷ 9 + 1 ÷ 9.
    assert.ok(Math.abs(p50('concentration', 1)! - 5 / 9) < 1e-12);
  });
});
