// Plans behind the control API: the same to the last character as when they are run here, one run for one question, few draws while
// many are made, and a text of somebody's own.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readPlan, runPlans } from '@weighbridge/planner';
import { CONTROL, PLAN_NAMES, type ControlInput, type PlanAsked } from '@weighbridge/protocol';
import { openPlanDesk } from '../../src/plan/plan-desk.ts';
import { shippedBasis, shippedPlans } from '../../src/plan/shipped.ts';

const stays = new AbortController().signal;
const catalogues = shippedBasis();
const texts = shippedPlans();
const asked = (more: Partial<ControlInput<'plan'>>): PlanAsked =>
  CONTROL.plan.input.parse({ name: 'own-or-buy', draws: 50, ...more });
const here = (question: PlanAsked) =>
  runPlans(question, (name) => readPlan(name, name === 'own' ? question.own! : texts.get(name)!, catalogues));
const codeOf = (thrown: unknown): string => (thrown as { code?: string }).code ?? '';

describe('the desk of plans', () => {
  const desk = openPlanDesk();
  after(() => desk.close());

  test('lists those that ship, with their files', async () => {
    const { rows } = CONTROL.plans.answer.parse(await desk.list());
    assert.deepEqual(
      rows.map(({ id }) => id),
      [...PLAN_NAMES],
    );
    for (const { id, text } of rows) assert.equal(text, texts.get(id));
  });

  test('a run is the same to the last character, whichever thread makes it, and after any other', async () => {
    const question = asked({
      ranges: { power_price: { low: 0.05, likely: 0.1, high: 0.2 } },
      against: { name: 'one-gigawatt', choices: { grid: 'france' } },
    });
    const first = JSON.stringify(await desk.run(question, stays));
    assert.equal(first, JSON.stringify(here(question)));
    const other = openPlanDesk();
    await other.run(asked({ seed: 9 }), stays);
    assert.equal(JSON.stringify(await other.run(question, stays)), first);
    await other.close();
  });

  test('one question is run once, for everybody who asks it', async () => {
    const [one, two] = await Promise.all([desk.run(asked({ seed: 3 }), stays), desk.run(asked({ seed: 3 }), stays)]);
    assert.equal(one, two);
    assert.equal(await desk.run(asked({ seed: 3 }), stays), one, 'and kept');
  });

  test('few draws are answered while many are made, and the event loop goes on', async () => {
    const order: string[] = [];
    const whole = desk.run(asked({ draws: 10_000, seed: 5 }), stays).then((run) => {
      order.push('whole');
      return run;
    });
    const quick = desk.run(asked({ draws: 20, seed: 5 }), stays).then(() => order.push('quick'));
    let turns = 0;
    const turning = (): void => {
      turns += 1;
      if (order.length === 0) setImmediate(turning);
    };
    setImmediate(turning);
    await quick;
    assert.equal((await whole).first.draws, 10_000);
    assert.deepEqual(order, ['quick', 'whole']);
    assert.ok(turns > 50, `${turns} turns of the loop`);
  });

  test('a text of ones own is checked and run, the same as here; each its own', async () => {
    const mine = texts.get('own-or-buy')!.replace('name: own-or-buy', 'name: mine');
    const yours = mine.replace('name: mine', 'name: yours').replace('grid: us', 'grid: france');
    assert.equal((await desk.check(mine, stays)).reading?.id, 'mine');
    for (const own of [mine, yours, mine]) {
      const question = asked({ name: 'own', own });
      assert.equal(JSON.stringify(await desk.run(question, stays)), JSON.stringify(here(question)));
    }
  });

  test('what cannot be is refused: no text, a fault, a change that the plan does not take; the next question is answered', async () => {
    const at = (value: number) => ({ low: value, likely: value, high: value });
    const refused: readonly (readonly [Partial<ControlInput<'plan'>>, string])[] = [
      [{ name: 'own' }, 'BAD_REQUEST'],
      [{ against: { name: 'own' } }, 'BAD_REQUEST'],
      [{ name: 'own', own: 'title: half' }, 'PLAN_INVALID'],
      [{ name: 'own', own: '&a [*a]' }, 'PLAN_INVALID'],
      [{ ranges: { availability: at(0) } }, 'PLAN_INVALID'],
      [{ ranges: { power_price: at(1e308) } }, 'PLAN_INVALID'],
      [{ ranges: JSON.parse('{"__proto__":{"low":1,"likely":1,"high":1}}') }, ''],
      [{ ranges: { constructor: at(1) } }, 'PLAN_INVALID'],
      [{ choices: { toString: 'us' } }, 'PLAN_INVALID'],
    ];
    for (const [question, code] of refused) {
      const answer = desk.run(asked(question), stays);
      if (code === '')
        await answer.then(
          ({ first }) => assert.equal(first.plan, 'own-or-buy'),
          (thrown) => assert.equal(codeOf(thrown), 'PLAN_INVALID'),
        );
      else await assert.rejects(answer, (thrown) => codeOf(thrown) === code, JSON.stringify(question));
    }
    assert.equal((await desk.run(asked({ seed: 11 }), stays)).first.seed, 11);
  });

  test('who leaves does not end the run of somebody who stays', async () => {
    const question = asked({ seed: 4 });
    const leaving = new AbortController();
    const left = desk.run(question, leaving.signal);
    const kept = desk.run(question, stays);
    leaving.abort();
    assert.equal((await kept).first.seed, 4);
    assert.equal(await left, await kept);
  });

  test('a document says what the run says, of both sides, and a text with a fault is refused', async () => {
    const question = asked({ against: { name: 'own-or-buy', choices: { rack: 'vera-rubin-nvl72' } } });
    const { first, second } = await desk.run(question, stays);
    const html = await desk.paper(question, 'html', stays);
    assert.ok(typeof html === 'string');
    for (const words of [first.says, second!.says, 'In what the two differ']) assert.ok(html.includes(words), words);
    const pdf = await desk.paper(question, 'pdf', stays);
    assert.equal(Buffer.from(pdf).subarray(0, 5).toString('latin1'), '%PDF-');
    for (const [refused, code] of [
      [{ name: 'own' }, 'BAD_REQUEST'],
      [{ name: 'own', own: 'title: half' }, 'PLAN_INVALID'],
    ] as const)
      await assert.rejects(desk.paper(asked(refused), 'pdf', stays), (thrown) => codeOf(thrown) === code);
  });

  test('what is asked about is a figure of the first; a second of another kind is told all the same', async () => {
    const question = asked({ name: 'one-gigawatt', about: 'energy', against: { name: 'own-or-buy' } });
    const { first, second } = await desk.run(question, stays);
    assert.equal(first.about, 'energy');
    assert.equal(second?.kind, 'cost');
  });

  test('too many at once are refused', async () => {
    const held = Array.from({ length: 40 }, (_, seed) => desk.run(asked({ draws: 400, seed: 100 + seed }), stays));
    const ended = await Promise.allSettled(held);
    const refused = ended.filter((each) => each.status === 'rejected');
    assert.ok(refused.length > 0);
    for (const { reason } of refused) assert.equal(codeOf(reason), 'OVERLOADED');
  });
});
