// Shocks played through by hand and by property: who is met, what takes its place and why nothing else would, what it costs and how long.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  exitPlan,
  exitPlanMarkdown,
  portability,
  shockText,
  stress,
  type Estate,
  type Shock,
  type StressedWorkload,
} from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';
import { ESTATE } from './estate.ts';

const of = (shock: Shock, name: string, estate = ESTATE): StressedWorkload => {
  const held = stress(estate, shock).workloads.find(({ workload }) => workload === name);
  assert.ok(held !== undefined);
  return held;
};

describe('shocks', () => {
  test('a seller gone: the critical workload takes the next place of its route, the other what is left and what was proven', () => {
    const played = stress(ESTATE, { kind: 'seller_gone', seller: 'north' });
    const [support, drafts] = played.workloads;
    assert.deepEqual(
      [support?.workload, support?.outcome, drafts?.workload, drafts?.outcome],
      ['support', 'substituted', 'drafts', 'substituted'],
    );
    assert.deepEqual(support?.served_by, [{ deployment: 'alpha-south', share: 1 }]);
    assert.deepEqual([support.days_without, support.ttft_before_ms, support.ttft_after_ms], [10, 400, 600]);
    // 1,000 Mtok × 3 + 100 × 15 = 4,500; a tenth more at the other seller.
    assert.deepEqual([support.cost_before, support.cost_after], [4500, 4950]);
    // 60,000 a minute less 40,000 leave 20,000 of 50,000; the rest goes to the model that was proven.
    assert.deepEqual(drafts?.served_by, [
      { deployment: 'alpha-south', share: 0.4 },
      { deployment: 'beta-west', share: 0.6 },
    ]);
    expectNear(drafts.cost_before, 200 * 3 + 100 * 0.3 + 50 * 15, 1e-12);
    expectNear(drafts.cost_after, 0.4 * 1.1 * 1380 + 0.6 * (200 + 10 + 250), 1e-12);
    assert.deepEqual([played.longest_days_without, played.uncovered_criticality, drafts.days_without], [30, 0, 30]);
    const gone = support.considered.find(({ deployment }) => deployment === 'alpha-north');
    assert.deepEqual(gone?.why_not, ['seller north gone']);
    const west = support.considered.find(({ deployment }) => deployment === 'beta-west');
    assert.deepEqual(west?.why_not, ['us-1 is none of its regions', 'beta-2 is not proven to do for alpha-1 here']);
  });

  test('a model retired is warned of: days count from its end', () => {
    const retired = (notice_days: number): StressedWorkload =>
      of({ kind: 'model_retired', model: 'alpha-1', notice_days }, 'drafts');
    assert.deepEqual([retired(0).days_without, retired(20).days_without, retired(60).days_without], [30, 10, 0]);
    const support = of({ kind: 'model_retired', model: 'alpha-1', notice_days: 60 }, 'support');
    assert.deepEqual([support.outcome, support.covered, support.ttft_after_ms], ['fails', 0, null]);
    const played = stress(ESTATE, { kind: 'model_retired', model: 'alpha-1', notice_days: 60 });
    expectNear(played.uncovered_criticality, 1 / 1.4, 1e-12);
  });

  test('capacity lost: the critical stay, the others move', () => {
    const played = stress(ESTATE, { kind: 'capacity_lost', of: { deployment: 'alpha-north' }, share: 0.5 });
    const [support, drafts] = played.workloads;
    assert.equal(support?.outcome, 'unaffected');
    assert.equal(drafts?.served_by[0]?.deployment, 'alpha-north');
    expectNear(drafts.served_by[0].share, 10_000 / 50_000, 1e-12);
    assert.match(drafts.because[0] ?? '', /50 % of capacity lost/);
  });

  test('a region closed leaves out what lies there', () => {
    assert.equal(of({ kind: 'region_closed', region: 'eu-1' }, 'support').served_by[0]?.deployment, 'alpha-south');
    assert.equal(of({ kind: 'region_closed', region: 'us-1' }, 'support').outcome, 'unaffected');
  });

  test('a price shock moves nobody, but says where it would cost less; an energy shock passes on its part', () => {
    const dearer = of({ kind: 'price_shock', of: { seller: 'north' }, times: 2 }, 'drafts');
    assert.deepEqual([dearer.outcome, dearer.cost_after / dearer.cost_before], ['dearer', 2]);
    assert.deepEqual(
      [dearer.cheaper?.deployment, dearer.cheaper?.saves, dearer.cheaper?.days],
      ['beta-west', 2 * 1380 - 460, 30],
    );
    const power = of({ kind: 'energy_shock', of: {}, times: 3, energy_share: 0.1, pass_through: 0.5 }, 'support');
    expectNear(power.cost_after / power.cost_before, 1.1, 1e-12);
    // A ceiling on what it may cost turns a dearer place into none.
    const capped: Estate = {
      ...ESTATE,
      workloads: { support: { ...ESTATE.workloads['support']!, dearer_most: 1.05 } },
      proofs: [],
    };
    assert.equal(of({ kind: 'seller_gone', seller: 'north' }, 'support', capped).outcome, 'fails');
  });

  test('names that are not there are refused, with what is near', () => {
    expectRefused(() => stress(ESTATE, { kind: 'seller_gone', seller: 'nort' }), /"nort", which is not there/);
    expectRefused(
      () => stress(ESTATE, { kind: 'price_shock', of: { seller: 'north', region: 'us-1' }, times: 2 }),
      /no deployment is all of/,
    );
    expectRefused(() => stress(ESTATE, { kind: 'capacity_lost', of: {}, share: 1.5 }), /share is 1.5/);
    const lost: Estate = {
      ...ESTATE,
      workloads: { support: { ...ESTATE.workloads['support']!, route: ['alpha-nroth'] } },
      proofs: [],
    };
    expectRefused(() => stress(lost, { kind: 'seller_gone', seller: 'north' }), /route of support names "alpha-nroth"/);
    assert.equal(shockText({ kind: 'seller_gone', seller: 'north' }), 'seller north gone');
  });

  test('no capacity is used twice, shares are shares, and a harder shock covers the most critical no more', () => {
    const size = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 3, maxLength: 3 }),
        fc.array(size, { minLength: 2, maxLength: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rooms, peaks, lost) => {
          const names = Object.keys(ESTATE.deployments);
          const estate: Estate = {
            ...ESTATE,
            deployments: Object.fromEntries(
              names.map((name, at) => [name, { ...ESTATE.deployments[name]!, tokens_per_minute: rooms[at]! }]),
            ),
            workloads: Object.fromEntries(
              Object.entries(ESTATE.workloads).map(([name, each], at) => [
                name,
                { ...each, peak_tokens_per_minute: peaks[at]! },
              ]),
            ),
          };
          const shock = (share: number): Shock => ({ kind: 'capacity_lost', of: { seller: 'north' }, share });
          const played = stress(estate, shock(lost));
          for (const [at, name] of names.entries()) {
            const used = played.workloads.reduce(
              (sum, { workload, served_by }) =>
                sum +
                served_by.reduce((part, { deployment, share }) => part + (deployment === name ? share : 0), 0) *
                  estate.workloads[workload]!.peak_tokens_per_minute,
              0,
            );
            assert.ok(used <= rooms[at]! * (name === 'alpha-north' ? 1 - lost : 1) + 1e-6);
          }
          for (const { covered } of played.workloads) assert.ok(covered >= 0 && covered <= 1 + 1e-9);
          const harder = stress(estate, shock(Math.min(1, lost + 0.2)));
          assert.ok(harder.workloads[0]!.covered <= played.workloads[0]!.covered + 1e-9);
        },
      ),
    );
  });
});

describe('portability', () => {
  test('by hand: points for features, models, permission and room, each with its reason', () => {
    const support = portability(ESTATE, 'support');
    assert.deepEqual(
      support.parts.map(({ name, points }) => [name, points]),
      [
        ['features', 30],
        ['model', 20],
        ['permitted', 10],
        ['room', 20],
      ],
    );
    const drafts = portability(ESTATE, 'drafts');
    assert.equal(drafts.score, 30 + 30 + 20 + 20);
    assert.match(drafts.parts[1]?.why ?? '', /beta-2 of another developer \(beta-west\) was proven on 2026-10-01/);
    const locked: Estate = {
      ...ESTATE,
      deployments: { 'alpha-north': ESTATE.deployments['alpha-north']! },
      workloads: { drafts: ESTATE.workloads['drafts']! },
    };
    assert.equal(portability(locked, 'drafts').score, 0);
    expectRefused(() => portability(ESTATE, 'draft'), /did you mean|which is not there/);
  });

  test('a feature that no other seller has, and one more that is used, never make it easier', () => {
    const harder = (features: readonly string[]): number =>
      portability({ ...ESTATE, workloads: { drafts: { ...ESTATE.workloads['drafts']!, features } } }, 'drafts').score;
    assert.ok(harder(['tools', 'caching']) < harder(['tools']));
    assert.ok(harder(['tools', 'vision']) <= harder(['tools']));
  });
});

describe('exit plan', () => {
  const contract = { source: 'contract north-1, section 12', notice_days: 90, exit_fee: 20_000, eu_data_act: true };
  const plan = exitPlan(ESTATE, 'north', contract, '2026-11-30');

  test('every line has a reason and a source; what the contract does not say stands under open', () => {
    const lines = [...plan.sections.flatMap((section) => section.lines), ...plan.open];
    assert.ok(lines.length >= 15, String(lines.length));
    for (const { text, why, source } of lines) assert.ok(text.length > 5 && why.length > 5 && source.length > 3, text);
    const open = new Set(plan.open.map(({ text }) => text));
    assert.ok(open.has('ask whether service goes on while one moves') && open.has('ask how long data can be fetched'));
    assert.ok(!open.has('ask what leaving is charged with'));
  });

  test('it says where each workload goes, at what cost, and what was proven where', () => {
    const goes = plan.sections.find(({ title }) => title === 'Where it goes')!.lines;
    assert.deepEqual(
      goes.map(({ source }) => source),
      ['configuration and receipts', 'configuration and receipts', 'trial 7'],
    );
    assert.match(
      goes[0]?.text ?? '',
      /support: 100 % to alpha-south, 4,950 USD a month were it all there, first token 400 → 600 ms, 10 days/,
    );
  });

  test('what has no place is told with what is nearest', () => {
    const alone: Estate = {
      ...ESTATE,
      proofs: [],
      workloads: { support: { ...ESTATE.workloads['support']!, regions: ['eu-1'] } },
    };
    const { open } = exitPlan(alone, 'north', contract, '2026-11-30');
    assert.match(
      open.find(({ text }) => text.includes('no place'))?.why ?? '',
      /nearest is alpha-south: eu-2 is none of its regions/,
    );
    expectRefused(() => exitPlan(ESTATE, 'east', contract, '2026-11-30'), /"east", which is not there/);
  });

  test('as Markdown it is text: names of others mark nothing up, and simulated stands on it', () => {
    const odd: Estate = {
      ...ESTATE,
      workloads: { '# <b>support</b> | x\n': ESTATE.workloads['support']! },
      proofs: [],
    };
    const text = exitPlanMarkdown(exitPlan(odd, 'north', contract, '2026-11-30'));
    assert.match(text, /^# Exit plan: north\n\nAs of 2026-11-30\. What the planner played through is simulated/);
    assert.ok(text.includes('\\# \\<b\\>support\\</b\\> \\| x : 4,500 USD'), text);
    assert.ok(text.includes('Regulation (EU) 2023/2854'));
    assert.equal(text, exitPlanMarkdown(exitPlan(odd, 'north', contract, '2026-11-30')));
  });
});
