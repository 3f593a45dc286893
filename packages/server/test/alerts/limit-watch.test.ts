// Limits that are told of: at each share once, for each member and window, over a restart, in a bounded number; and no name
// of a person where it could not be erased.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limits, limitMemory, type CallFacts, type LimitRule } from '@weighbridge/gateway';
import { LimitWatch, type LimitTold } from '../../src/alerts/limit-watch.ts';
import { alertsAtRest, Told } from '../../src/alerts/told.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const DAY = 86_400_000;
const rule = (more: Partial<LimitRule>): LimitRule => ({
  id: 'soft',
  measure: 'tokens',
  amount: '100',
  window: { kind: 'calendar', unit: 'day', zone: 'UTC' },
  per: [],
  where: {},
  members: 1_000,
  soft: true,
  alertAt: [80, 100],
  ...more,
});
const FACTS: CallFacts = {
  organisation: 'o',
  team: '',
  project: '',
  user: '',
  key: '',
  route: '',
  deployment: '',
  end_user: '',
};

function watching(rules: readonly LimitRule[], told = new Told()) {
  const clock = { at: NOON, wall: () => clock.at, monotonic: () => clock.at };
  const memory = limitMemory(rules);
  const said: LimitTold[] = [];
  let limits = new Limits(rules, memory);
  const watch = new LimitWatch({
    limits: () => limits,
    told,
    clock,
    digest: (text) => `d:${text}`,
    tell: (one) => void said.push(one),
  });
  const spend = (input: number, who: Partial<CallFacts> = {}): void => {
    const facts = { ...FACTS, ...who };
    const took = { input, output: 0, money: 0n };
    const marks = limits.reserve(limits.over(facts, true).whole, facts, facts.end_user, took, clock.at);
    limits.settle(marks, took);
  };
  const look = (): string[] => {
    said.length = 0;
    watch.look();
    return said.map(({ message }) => message);
  };
  const replace = (next: readonly LimitRule[]): void => {
    limits = new Limits(next, limitMemory(next, memory));
  };
  return { clock, said, spend, look, replace, limits: () => limits };
}

test('a soft limit refuses nothing, and is told of at 80 and at 100 per cent, each once in a window', () => {
  const { spend, look, clock } = watching([rule({})]);
  spend(79);
  assert.deepEqual(look(), []);
  spend(1);
  assert.match(
    look()[0] ?? '',
    /^limit "soft": it has reached 80 %: 80 tokens of 100 tokens a day \(UTC\); it is soft, calls go on$/,
  );
  assert.deepEqual(look(), [], 'once');
  spend(500);
  assert.match(look()[0] ?? '', /reached 100 %: 580 tokens/);
  assert.deepEqual(look(), []);
  clock.at += DAY;
  assert.deepEqual(look(), [], 'nothing was spent today');
  spend(100);
  assert.equal(look().length, 1, 'both shares at once are told as the higher one');
  assert.deepEqual(look(), []);
});

test('what calls in flight hold is not told of, but of concurrency it is what counts', () => {
  const { limits, look, clock } = watching([
    rule({}),
    rule({ id: 'at-once', measure: 'concurrency', amount: '1', window: null }),
  ]);
  const marks = limits().reserve(
    limits().over(FACTS, true).whole,
    FACTS,
    '',
    { input: 100, output: 0, money: 0n },
    clock.at,
  );
  assert.deepEqual(
    look().map((message) => message.split(':')[0]),
    ['limit "at-once"'],
  );
  limits().settle(marks, { input: 100, output: 0, money: 0n });
  assert.deepEqual(
    look().map((message) => message.split(':')[0]),
    ['limit "soft"'],
  );
});

test('each member is told of for itself; a team by name, a person only beside the message', () => {
  const { spend, look, said } = watching([
    rule({ id: 'teams', per: ['team'] }),
    rule({ id: 'users', per: ['end_user', 'team'] }),
  ]);
  spend(90, { team: 'support', end_user: 'ada' });
  const messages = look();
  assert.ok(messages.some((message) => message.includes('"support" has reached 80 %')));
  assert.ok(messages.some((message) => message.includes('one end user and team has reached 80 %')));
  assert.ok(messages.every((message) => !message.includes('ada')));
  const one = said.find(({ person }) => person !== null);
  assert.deepEqual([one?.person, one?.names, one?.limit.names], ['ada', ['ada', 'support'], undefined]);
});

test('it is sealed under the person, whatever else is named before; where nobody is named it is nobody’s, and says so', () => {
  const { spend, look, said } = watching([rule({ id: 'users', per: ['team', 'user'] })]);
  spend(90, { team: 'support', user: 'ada' });
  spend(90, { team: 'support' });
  const messages = look();
  assert.deepEqual(
    said.map(({ person, limit }) => [person, limit.names]).toSorted(),
    [
      ['ada', undefined],
      [null, ['support', '']],
    ].toSorted(),
  );
  assert.ok(
    messages.some((message) => message.includes('"support", (none) has reached 80 %')),
    messages.join('\n'),
  );
  assert.ok(messages.every((message) => !message.includes('ada')));
});

test('of many members a hundred are told of one by one, the others together', () => {
  const { spend, look } = watching([rule({ per: ['end_user'] })]);
  for (let index = 0; index < 250; index += 1) spend(100, { end_user: `u${index}` });
  const messages: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) messages.push(...look());
  assert.equal(messages.length, 101);
  assert.equal(messages.filter((message) => message.includes('the others are not told of one by one')).length, 1);
});

test('a restart tells nothing twice, and a limit whose amount was changed anew', () => {
  const before = watching([rule({ per: ['team'] })]);
  before.spend(85, { team: 'a' });
  before.look();
  const [one] = before.said;
  assert.ok(one !== undefined);
  const text = JSON.stringify({ alert: 'limit', about: 'soft', message: one.message, limit: one.limit });
  const log = {
    entries: () => [{ index: 7, leaf: { at: NOON } }].values(),
    groups: () => ({ commercial: { text } }),
  } as unknown as Parameters<typeof Told.from>[0];
  const after = watching([rule({ per: ['team'] })], Told.from(log, NOON));
  after.spend(85, { team: 'a' });
  after.spend(85, { team: 'b' });
  assert.deepEqual(
    after.look().map((message) => /"(\w)" has/.exec(message)?.[1]),
    ['b'],
  );
  assert.deepEqual(alertsAtRest(log, { limit: 5 }).rows[0]?.limit, {
    rule: 'soft',
    share: 80,
    names: ['a'],
    until: NOON + DAY / 2,
  });
  after.replace([rule({ per: ['team'], amount: '101' })]);
  assert.equal(after.look().length, 2, 'raised by one: both have reached 80 % of the new amount');
});

test('a window of a duration is told of again only when its length has passed', () => {
  const { spend, look, clock } = watching([rule({ window: { kind: 'rolling', seconds: 3_600 } })]);
  spend(100);
  assert.equal(look().length, 1);
  clock.at += 1_800_000;
  spend(100);
  assert.deepEqual(look(), []);
  clock.at += 1_800_000;
  assert.equal(look().length, 1);
});
