// Scenarios behind the control API: the same to the last character as when they are run here, one run for one question, and an
// event loop that goes on meanwhile.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { readScenario, runScenario, SCENARIO_FILES } from '@weighbridge/planner';
import { CONTROL, type ScenarioAsked } from '@weighbridge/protocol';
import { openScenarioDesk } from '../../src/scenario/scenario-desk.ts';

const stays = new AbortController().signal;
const asked = (more: Partial<ScenarioAsked>): ScenarioAsked =>
  CONTROL.scenario.input.parse({ name: 'alliance', ...more });
const here = (question: ScenarioAsked) =>
  runScenario(question, (name) => readScenario(name, readFileSync(SCENARIO_FILES[name]!, 'utf8')));

describe('the desk of scenarios', () => {
  const desk = openScenarioDesk();
  after(() => desk.close());

  test('lists those that ship', async () => {
    const { rows, switches } = CONTROL.scenarios.answer.parse(await desk.list());
    assert.deepEqual([rows.length, switches.length], [2, 10]);
  });

  test('a run is the same to the last character, whichever thread makes it, and after any other', async () => {
    const question = asked({ paths: 20, switches: ['export-control'], against: { name: 'mid-size', switches: [] } });
    const first = JSON.stringify(await desk.run(question, stays));
    assert.equal(first, JSON.stringify(here(question)));
    const other = openScenarioDesk();
    await other.run(asked({ paths: 3, seed: 9 }), stays);
    assert.equal(JSON.stringify(await other.run(question, stays)), first);
    await other.close();
  });

  test('one question is run once, for everybody who asks it', async () => {
    const question = asked({ paths: 10, seed: 3 });
    const [one, two] = await Promise.all([desk.run(question, stays), desk.run(question, stays)]);
    assert.equal(one, two);
    assert.equal(await desk.run(asked({ paths: 10, seed: 3 }), stays), one, 'and kept');
  });

  test('few paths are answered while many are run, and the event loop goes on', async () => {
    const order: string[] = [];
    const whole = desk.run(asked({ paths: 1_000, switches: ['grid-delay'] }), stays).then((run) => {
      order.push('whole');
      return run;
    });
    const quick = desk.run(asked({ paths: 5, switches: ['grid-delay'] }), stays).then(() => order.push('quick'));
    let turns = 0;
    const turning = (): void => {
      turns += 1;
      if (order.length === 0) setImmediate(turning);
    };
    setImmediate(turning);
    await quick;
    assert.equal((await whole).paths, 1_000);
    assert.deepEqual(order, ['quick', 'whole']);
    assert.ok(turns > 50, `${turns} turns of the loop`);
  });

  test('who leaves does not end the run of somebody who stays', async () => {
    const question = asked({ paths: 10, seed: 4 });
    const leaving = new AbortController();
    const left = desk.run(question, leaving.signal);
    const kept = desk.run(question, stays);
    leaving.abort();
    assert.equal((await kept).seed, 4);
    assert.equal(await left, await kept);
  });

  test('too many at once are refused', async () => {
    const held = Array.from({ length: 12 }, (_, seed) => desk.run(asked({ paths: 50, seed: 100 + seed }), stays));
    const ended = await Promise.allSettled(held);
    const refused = ended.filter((each) => each.status === 'rejected');
    assert.ok(refused.length > 0);
    for (const { reason } of refused) assert.equal((reason as { code?: string }).code, 'OVERLOADED');
  });
});
