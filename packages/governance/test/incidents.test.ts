// An incident from its opening to its close: what may come next, when each step falls due, and what was missed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import {
  deadlinesOf,
  DEPLOYMENT_KINDS,
  dutyOf,
  FAILURES,
  missedBy,
  openIncident,
  overdueAt,
  readDutyMap,
  readWatchList,
  STEPS,
  stepsThatMayCome,
  takeStep,
  type Incident,
  type IncidentStep,
} from '../src/index.ts';
import { readData } from './support/corpus.ts';

const map = readDutyMap('responsibility.yaml', readData('duties/responsibility.yaml'));
const HOUR = 3_600_000;
const START = Date.parse('2026-11-29T08:00:00Z');
const proof = { kind: 'tlog_proof', ref: 'entry 01K' } as const;
const taken = (step: IncidentStep, hours: number) => ({ step, at: START + hours * HOUR, by: 'ops', proof });

const outage = (): Incident =>
  openIncident(
    { id: 'i1', deployment: 'claude-bedrock', at: START, by: 'ops', proof },
    dutyOf(map, 'cloud_sold', 'availability'),
  );
const harm = (serious: boolean): Incident =>
  openIncident(
    { id: 'i2', deployment: 'claude-direct', at: START, by: 'ops', proof, serious },
    dutyOf(map, 'developer_direct', 'safety_filter'),
  );
const after = (incident: Incident, ...steps: readonly (readonly [IncidentStep, number])[]): Incident =>
  steps.reduce((at, [step, hours]) => takeStep(at, taken(step, hours)), incident);
const mustRefuse = (run: () => unknown, says: RegExp): void =>
  assert.throws(run, (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message));
const hours = (incident: Incident) => deadlinesOf(incident).map(({ step, due }) => [step, (due - START) / HOUR]);

describe('the way of an incident', () => {
  test('goes from opened to closed, each step with its proof', () => {
    const closed = after(
      outage(),
      ['acknowledged', 0.5],
      ['counterparty_notified', 1],
      ['resolved', 5],
      ['closed', 30],
    );
    assert.equal(closed.state, 'closed');
    assert.deepEqual(
      closed.steps.map(({ step }) => step),
      ['opened', 'acknowledged', 'counterparty_notified', 'resolved', 'closed'],
    );
    assert.ok(closed.steps.every((step) => step.proof.ref === 'entry 01K' && step.by === 'ops'));
    assert.deepEqual(stepsThatMayCome(closed), []);
  });
  test('leaves nobody out and skips nothing', () => {
    mustRefuse(
      () => after(outage(), ['resolved', 1]),
      /incident i1 is opened: resolved cannot come now, acknowledged may follow/,
    );
    mustRefuse(
      () => after(outage(), ['acknowledged', 1], ['resolved', 2]),
      /is acknowledged: resolved cannot come now, counterparty_notified may follow/,
    );
    mustRefuse(() => after(outage(), ['acknowledged', 1], ['acknowledged', 2]), /acknowledged cannot come now/);
  });
  test('is over when it is closed', () => {
    const closed = after(outage(), ['acknowledged', 1], ['counterparty_notified', 1], ['resolved', 2], ['closed', 3]);
    mustRefuse(() => after(closed, ['resolved', 4]), /nothing follows/);
  });
  test('notifies nobody where nobody else answers', () => {
    const own = openIncident(
      { id: 'i3', deployment: 'own', at: START, by: 'ops', proof },
      dutyOf(map, 'own_accelerators', 'key_compromise'),
    );
    const acknowledged = after(own, ['acknowledged', 1]);
    assert.deepEqual(stepsThatMayCome(acknowledged), ['resolved']);
    mustRefuse(() => after(acknowledged, ['counterparty_notified', 2]), /resolved may follow/);
    assert.deepEqual(hours(own), [
      ['acknowledged', 1],
      ['resolved', 72],
    ]);
  });
  test('takes no step before the last one, and none without a proof', () => {
    mustRefuse(() => after(outage(), ['acknowledged', -1]), /acknowledged would come before opened/);
    mustRefuse(
      () => takeStep(outage(), { ...taken('acknowledged', 1), proof: { kind: 'ticket', ref: ' ' } }),
      /acknowledged has no proof: name the entry, message or ticket/,
    );
    mustRefuse(
      () =>
        openIncident(
          { id: 'i', deployment: 'd', at: 0, by: 'ops', proof: { kind: 'ticket', ref: '' } },
          dutyOf(map, 'cloud_sold', 'latency'),
        ),
      /opened has no proof/,
    );
  });
  test('changes nothing of the incident that it was', () => {
    const before = outage();
    const copy = JSON.stringify(before);
    after(before, ['acknowledged', 1]);
    assert.equal(JSON.stringify(before), copy);
  });
});

describe('a serious incident', () => {
  test('informs the authority beside the other steps, without a state of its own', () => {
    const informed = after(harm(true), ['acknowledged', 1], ['authority_informed', 2]);
    assert.equal(informed.state, 'acknowledged');
    assert.deepEqual(stepsThatMayCome(informed), ['counterparty_notified']);
    assert.deepEqual(stepsThatMayCome(after(informed, ['counterparty_notified', 3], ['resolved', 4])), ['closed']);
  });
  test('is not closed before the authority is informed', () => {
    const resolved = after(harm(true), ['acknowledged', 1], ['counterparty_notified', 2], ['resolved', 3]);
    mustRefuse(() => after(resolved, ['closed', 4]), /closed cannot come now, authority_informed may follow/);
  });
  test('has the deadline of the law, which one that is not serious has not', () => {
    assert.ok(hours(harm(true)).some(([step, due]) => step === 'authority_informed' && due === 360));
    assert.ok(hours(harm(false)).every(([step]) => step !== 'authority_informed'));
    mustRefuse(() => after(harm(false), ['authority_informed', 1]), /authority_informed cannot come now/);
  });
});

describe('deadlines', () => {
  test('are counted from the opening, and the close from the resolution', () => {
    assert.deepEqual(hours(outage()), [
      ['acknowledged', 1],
      ['counterparty_notified', 2],
      ['resolved', 24],
    ]);
    const resolved = after(outage(), ['acknowledged', 1], ['counterparty_notified', 2], ['resolved', 10]);
    assert.deepEqual(hours(resolved).at(-1), ['closed', 130]);
  });
  test('on the minute are kept, a millisecond later missed', () => {
    const missed = (at: number) => missedBy(outage(), at).map(({ step }) => step);
    assert.deepEqual(missed(START + HOUR), []);
    assert.deepEqual(missed(START + HOUR + 1), ['acknowledged']);
    assert.deepEqual(missed(START + 25 * HOUR), ['acknowledged', 'counterparty_notified', 'resolved']);
  });
  test('that were kept late stay missed, and are no longer overdue', () => {
    const late = after(outage(), ['acknowledged', 3]);
    const at = START + 1.5 * HOUR;
    assert.deepEqual(
      missedBy(late, START + 4 * HOUR).map(({ step }) => step),
      ['acknowledged', 'counterparty_notified'],
    );
    const watch = readWatchList('w.yaml', 'version: 1\nsources: {}\nmatters: {}\n', []);
    const steps = (moment: number) =>
      overdueAt({ incidents: [late], watch, reviewer: 'counsel' }, moment).map(({ what, late_ms }) => [
        what,
        late_ms / HOUR,
      ]);
    assert.deepEqual(steps(START + 4 * HOUR), [['counterparty notified: availability of claude-bedrock', 2]]);
    // Seen from before it was taken, it was still open then.
    assert.deepEqual(steps(at), [['acknowledged: availability of claude-bedrock', 0.5]]);
  });
});

describe('for every duty and every order of steps', () => {
  const kinds = fc.tuple(fc.constantFrom(...DEPLOYMENT_KINDS), fc.constantFrom(...FAILURES), fc.boolean());
  const tries = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 0, max: 2000 })), { maxLength: 40 });
  test('a step is taken exactly when it may come and time has not gone back, and no step comes twice', () =>
    fc.assert(
      fc.property(kinds, tries, ([deployment, failure, serious], steps) => {
        let incident = openIncident(
          { id: 'i', deployment, at: START, by: 'ops', proof, serious },
          dutyOf(map, deployment, failure),
        );
        for (const [step, at] of steps) {
          const before = incident.steps.at(-1)?.at ?? START;
          const fits = stepsThatMayCome(incident).includes(step) && START + at * HOUR >= before;
          try {
            incident = takeStep(incident, taken(step, at));
            assert.ok(fits, `${step} was taken`);
          } catch (error) {
            if (!isAppError(error) || error.code !== 'BAD_REQUEST') throw error;
            assert.ok(!fits, error.message);
          }
        }
        const names = incident.steps.map(({ step }) => step);
        assert.equal(new Set(names).size, names.length);
      }),
      { seed: 20261129, numRuns: 400 },
    ));
  test('from anywhere a close can be reached by taking what may come', () =>
    fc.assert(
      fc.property(kinds, ([deployment, failure, serious]) => {
        let incident = openIncident(
          { id: 'i', deployment, at: START, by: 'ops', proof, serious },
          dutyOf(map, deployment, failure),
        );
        for (let count = 0; count < STEPS.length && incident.state !== 'closed'; count += 1) {
          const [next] = stepsThatMayCome(incident);
          assert.ok(next !== undefined);
          incident = takeStep(incident, taken(next, count));
        }
        assert.equal(incident.state, 'closed');
      }),
      { seed: 20261129, numRuns: 120 },
    ));
  test('what is missed stays missed as time goes on, while nothing is done', () =>
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        ([deployment, failure, serious], a, b) => {
          const incident = openIncident(
            { id: 'i', deployment, at: START, by: 'ops', proof, serious },
            dutyOf(map, deployment, failure),
          );
          const [early, late] = [Math.min(a, b), Math.max(a, b)].map((at) =>
            missedBy(incident, START + at * HOUR).map(({ step }) => step),
          );
          assert.ok(early?.every((step) => late?.includes(step)));
        },
      ),
      { seed: 20261129, numRuns: 200 },
    ));
});
