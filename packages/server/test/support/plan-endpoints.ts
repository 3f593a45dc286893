// Asks the endpoints of the planner, with inputs that have answers and with inputs that are refused; who asks holds both against what
// is published.
import assert from 'node:assert/strict';
import { PLAN_NAMES, PLAN_TEXT_MOST, type ControlInput, type ControlName } from '@weighbridge/protocol';
import type { Reply } from './console.ts';
import type { Ask } from './deal-endpoints.ts';

export async function askPlans(ask: Ask): Promise<void> {
  const { rows } = await ask('plans', {});
  assert.deepEqual(
    rows.map(({ id }) => id),
    [...PLAN_NAMES],
  );
  const question: ControlInput<'plan'> = {
    name: 'own-or-buy',
    draws: 40,
    ranges: { power_price: { low: 0.05, likely: 0.1, high: 0.2 } },
    against: { name: 'own-or-buy', choices: { grid: 'france' } },
    about: 'useful',
  };
  const run = await ask('plan', question);
  assert.deepEqual([run.first.simulated, run.first.about, run.second?.plan], [true, 'useful', 'own-or-buy']);
  assert.equal(run.differences.length, run.first.figures.length);
  assert.deepEqual(await ask('plan', question), run, 'the same under its seed');
  const text = rows.find(({ kind }) => kind === 'power')?.text ?? '';
  const { problems, reading } = await ask('checkPlan', { text });
  assert.deepEqual([problems, reading?.kind], [[], 'power']);
  const broken = await ask('checkPlan', { text: text.replace('rack: gb300-nvl72', 'rack: gb3') });
  assert.deepEqual([broken.reading, broken.problems[0]?.path], [null, 'tranches.first.rack']);
  const own = await ask('plan', { name: 'own', own: text, draws: 20 });
  assert.equal(own.first.kind, 'power');
  const exit = await ask('plan', { name: 'two-makers', choices: { exit: 'west' }, draws: 20 });
  assert.match(exit.first.documents?.[0]?.text ?? '', /^# Exit plan: west\n/);
  const estate = await ask('ownEstate', {});
  const beside = await ask('plan', { name: 'own', own: estate.text, draws: 20, against: { name: 'two-makers' } });
  assert.deepEqual([beside.first.kind, beside.second?.kind], ['exposure', 'exposure']);
  assert.ok(beside.differences.length > 0 && estate.unknown.length > 0 && estate.simulated);
}

type Send = <Name extends ControlName>(name: Name, input: ControlInput<Name>) => Promise<Reply>;

export function refusedPlans(send: Send): [ControlName, Promise<Reply>][] {
  const at = (value: number) => ({ low: value, likely: value, high: value });
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, at(1)]));
  const refused: readonly ControlInput<'plan'>[] = [
    { name: 'own-or-buy', draws: 10_001 },
    { name: 'own' },
    { name: 'own', own: 'title: half' },
    { name: 'own', own: '&a [*a]' },
    { name: 'own-or-buy', about: 'nothing' },
    { name: 'two-makers', choices: { exit: 'nobody' } },
    { name: 'two-makers', ranges: { 'alpha-dearer.times': at(1e6) } },
    { name: 'own-or-buy', choices: { rack: 'nothing' } },
    { name: 'own-or-buy', choices: { constructor: 'us' } },
    { name: 'own-or-buy', ranges: { availability: at(2) } },
    { name: 'own-or-buy', ranges: { power_price: at(1e308) } },
    { name: 'own-or-buy', ranges: many },
  ];
  return [
    ...refused.map((input): [ControlName, Promise<Reply>] => ['plan', send('plan', input)]),
    ['checkPlan', send('checkPlan', { text: 'x'.repeat(PLAN_TEXT_MOST + 1) })],
  ];
}
