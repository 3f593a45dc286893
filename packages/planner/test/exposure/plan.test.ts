// A plan of exposure: what ships runs and comes out as by hand; what cannot be placed makes an interval; every fault has its line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { EXPOSURE_PLAN_FILE, readExposurePlan, runExit, runExposurePlan, type ExposureRun } from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';

const TEXT = readFileSync(EXPOSURE_PLAN_FILE, 'utf8');
const changed = (from: string, to: string): string => {
  assert.ok(TEXT.includes(from), from);
  return TEXT.replace(from, () => to);
};
const on = (run: ExposureRun, axis: string) =>
  run.concentration.find((each) => each.axis === axis && each.measure === 'spend')!;

test('the plan that ships, by hand: what hangs on whom, and what each shock leaves', () => {
  const run = runExposurePlan(readExposurePlan('plan.yaml', TEXT));
  // A month costs 4,500 and 1,380 at north, 2,500 at west.
  const [north, west] = [5880 / 8380, 2500 / 8380];
  expectNear(on(run, 'contracting_entity').hhi?.low ?? 0, 10_000 * (north ** 2 + west ** 2), 1e-9);
  assert.deepEqual(
    on(run, 'linked_group').shares.map(({ key }) => key),
    ['alpha-group', 'west'],
  );
  // beta-west does not say what it runs on.
  const { hhi, unplaced } = on(run, 'accelerator');
  expectNear(unplaced, west, 1e-9);
  assert.ok(hhi !== null && hhi.low < hhi.high);
  const outcomes = run.shocks.map(({ name, workloads }) => [name, ...workloads.map(({ outcome }) => outcome)]);
  assert.deepEqual(outcomes, [
    ['north-gone', 'substituted', 'substituted', 'unaffected'],
    ['alpha-dearer', 'dearer', 'dearer', 'unaffected'],
    ['alpha-retired', 'fails', 'substituted', 'unaffected'],
    ['north-strained', 'unaffected', 'substituted', 'unaffected'],
  ]);
  assert.deepEqual(
    run.portability.map(({ workload, score }) => [workload, score]),
    [
      ['support', 80],
      ['drafts', 100],
      ['minutes', 40],
    ],
  );
});

test('the exit plan names where things go, what the contract gives, and what it leaves open', () => {
  const plan = readExposurePlan('plan.yaml', TEXT);
  const north = runExit(plan, 'north');
  assert.match(north.markdown, /^# Exit plan: north\n/);
  assert.match(north.markdown, /notice: 90 days before\. .* Source: our agreement with north\./);
  assert.match(runExit(plan, 'west').markdown, /no contract is given in the plan/);
  expectRefused(() => runExit(plan, 'nroth'), /the exit plan names "nroth"/);
});

test('every fault has its line, its reason and its mend', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    [
      changed('[alpha-north, alpha-south]', '[alpha-nroth]'),
      /plan\.yaml:\d+:13: "alpha-nroth" is no deployment of this file; did you mean alpha-north\?/,
    ],
    [
      changed('{ workload: drafts,', '{ workload: draft,'),
      /"draft" is no workload of this file; did you mean drafts\?/,
    ],
    [
      changed('model: beta-2,', 'model: beta-3,'),
      /"beta-3" is no deployment's model of this file; did you mean beta-2\?/,
    ],
    [changed('\n  north: {', '\n  nrth: {'), /"nrth" is no seller of this file; did you mean north\?/],
    [
      changed('seller_gone, seller: north', 'seller_gone, seller: nort'),
      /plan\.yaml:\d+:\d+: seller of the shock names "nort", which is not there; did you mean north\?/,
    ],
    [
      changed('known: [north,', 'known: [nroth,'),
      /plan\.yaml:\d+:11: "nroth" is no seller of this file; did you mean north\?/,
    ],
    [changed('group_of: { north:', 'group_of: { norht:'), /"norht" is no seller of this file; did you mean north\?/],
    [changed('kind: seller_gone', 'kind: seller_lost'), /kind is none of the values it may have/],
    [changed('criticality: 0.4', 'criticality: 4'), /criticality does not fit/],
    [
      changed('{ developer: alpha }', '{ developer: alpha, region: us-1 }'),
      /no deployment is all of what the shock names/,
    ],
    [changed('currency: USD', 'currency: dollars'), /write a currency as USD/],
    [changed('route: [beta-west]', 'route: []'), /name the deployment that serves it now/],
  ];
  for (const [text, message] of faults)
    assert.throws(
      () => readExposurePlan('plan.yaml', text),
      (thrown: unknown) => {
        assert.ok(isAppError(thrown), String(thrown));
        assert.equal(thrown.code, 'PLAN_INVALID');
        assert.match(`${thrown.message}; ${thrown.next}`, message);
        return true;
      },
    );
});
