// A scenario's market: what it plans by hand, where its capacity comes from, and what in it is refused, with line and mend.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { checkScenario, marketPlan, readScenario, SCENARIO_FILES, type MarketPlan } from '@weighbridge/planner';
import type { Market } from '../../src/system/market.ts';
import type { Scenario } from '../../src/system/scenario.ts';
import { q, smallScenario } from './scenarios.ts';

const shipped = (name: string): string => readFileSync(SCENARIO_FILES[name]!, 'utf8');

const LIMITS = { requests: q(60, 'requests/min'), tokens: q(100_000, 'tokens/min') };
const MARKET: Market = {
  month: '2026-04',
  peak: q(3, 'ratio'),
  offers: {
    sale: {
      channel: 'sale',
      cloud: 'wire',
      known: { grade: 'assumed', source: 'test' },
      limits: LIMITS,
      deployments: {
        one: {
          model: 'model-1',
          region: 'here',
          price: { input: q(3, 'USD/Mtok'), output: q(15, 'USD/Mtok') },
          roles: { host: 'self' },
        },
        two: {
          model: 'model-2',
          region: 'there',
          cloud: 'other-wire',
          price: { input: q(1, 'USD/Mtok'), output: q(5, 'USD/Mtok') },
          limits: { ...LIMITS, requests: q(10, 'requests/min') },
        },
      },
    },
  },
  routes: { any: { aliases: ['model-*'], candidates: ['one', 'two'] } },
};

/** The small scenario with a market, and what a test changes of either. */
function withMarket(change: (scenario: Scenario, market: Market) => void = () => undefined): Scenario {
  const scenario = smallScenario();
  const market = structuredClone(MARKET);
  change(scenario, market);
  return { ...scenario, market };
}

function planOf(change?: (scenario: Scenario, market: Market) => void): MarketPlan {
  const plan = marketPlan(withMarket(change));
  assert.ok(plan);
  return plan;
}
const capacityOf = (plan: MarketPlan): number => plan.offers[0]!.capacity.tokens_per_minute;

describe('the capacity of a channel', () => {
  // 2 racks have power in April: 2 × 3.6 Mtok × 720 h = 5,184 Mtok, and 4,000 are asked for. The organisation asks for 100,
  // three times as fast in its busiest minute: 300 × 5,184 ÷ 4,000 Mtok in 43,200 minutes.
  test('is what the organisation asks for in its busiest minute, times the part that can be served', () => {
    assert.equal(capacityOf(planOf()), 9_000);
    assert.equal(capacityOf(planOf((_, market) => (market.peak = q(6, 'ratio')))), 18_000);
  });
  test('where the channel is short, what is reserved goes first', () => {
    const short = (scenario: Scenario): unknown => (scenario.channels['sale']!.demand = q(40_000, 'Mtok/month'));
    assert.equal(capacityOf(planOf(short)), 900);
    const reserved = planOf((scenario) => {
      short(scenario);
      scenario.organisation.reserved = q(0.5, 'share');
    });
    // 300 × (0.5 + 0.5 × 0.1296) Mtok.
    assert.equal(capacityOf(reserved), 3_922);
  });
  test('is never more than the channel has, and nothing before its racks serve', () => {
    const all = planOf((scenario) => (scenario.organisation.demand = q(1_000_000, 'Mtok/month')));
    assert.equal(capacityOf(all), 120_000);
    assert.equal(capacityOf(planOf((_, market) => (market.month = '2026-01'))), 0);
  });
  test('is what the file states where it states it, under the grade and source of the file', () => {
    const stated = planOf((_, market) => (market.offers['sale']!.capacity = q(123, 'tokens/min')));
    assert.deepEqual(stated.offers[0]?.capacity, { tokens_per_minute: 123, grade: 'assumed', source: 'made up' });
    const { grade, source } = planOf().offers[0]!.capacity;
    assert.equal(grade, 'simulated');
    assert.match(source, /P50 of 101 paths under seed 1: .* asks of sale in its busiest minute of 2026-04/);
  });
  test('is the same under a seed, and of the whole run: later months change nothing', () => {
    const alliance = readScenario('alliance', shipped('alliance'));
    const plan = marketPlan(alliance);
    assert.deepEqual(marketPlan(alliance), plan);
    assert.deepEqual(marketPlan({ ...alliance, months: 60 }), plan);
    assert.notDeepEqual(marketPlan(alliance, 2)?.offers, plan?.offers);
  });
});

describe('a plan', () => {
  test('takes roles from the channel, then from the offer, then from the deployment', () => {
    const plan = planOf((_, market) => (market.offers['sale']!.roles = { biller: 'maker' }));
    const [one, two] = plan.offers[0]!.deployments;
    const parties = { developer: 'lab', seller: 'cloud', operator: 'cloud', processor: 'cloud', sla_provider: 'cloud' };
    assert.deepEqual(one?.roles, { ...parties, biller: 'maker', host: 'self' });
    assert.deepEqual(two?.roles, { ...parties, biller: 'maker', host: 'cloud' });
  });
  test('takes cloud and limits from the offer unless the deployment has its own, and the discount from the organisation', () => {
    const [offer] = planOf().offers;
    assert.deepEqual(
      offer?.deployments.map(({ cloud, limits }) => [cloud, limits.requests_per_minute, limits.tokens_per_minute]),
      [
        ['wire', 60, 100_000],
        ['other-wire', 10, 100_000],
      ],
    );
    assert.equal(offer?.discount, 0.1);
    assert.deepEqual(offer?.deployments[0]?.price, { input: 3, output: 15 });
    const own = planOf((_, market) => (market.offers['sale']!.discount = q(0.25, 'share')));
    assert.equal(own.offers[0]?.discount, 0.25);
  });
  test('there is none where the scenario has no market', () => assert.equal(marketPlan(smallScenario()), null));
  test('the scenarios that ship have one, with capacity at every offer', () => {
    for (const name of Object.keys(SCENARIO_FILES)) {
      const plan = marketPlan(readScenario(name, shipped(name)));
      assert.ok(plan !== null && plan.offers.length >= 3, name);
      for (const offer of plan.offers) assert.ok(offer.capacity.tokens_per_minute > 1_000, `${name} ${offer.name}`);
    }
  });
});

describe('a bad market is refused', () => {
  const BAD: readonly (readonly [what: string, change: (scenario: Scenario, market: Market) => void, says: RegExp])[] =
    [
      ['a month that is not there', (_, market) => (market.month = '2027-01'), /2027-01 is no month .* 6 from 2026-01/],
      [
        'a channel that is not there',
        (_, market) => (market.offers['sale']!.channel = 'sael'),
        /"sael" is not a channel of this scenario; did you mean sale\?/,
      ],
      [
        'no channel and no capacity',
        (_, market) => delete market.offers['sale']!.channel,
        /"sale" serves no channel, so its capacity cannot be simulated; add `channel`, or state `capacity`/,
      ],
      [
        'a party that is no actor',
        (_, market) => (market.offers['sale']!.deployments['one']!.roles = { biller: 'clod' }),
        /"clod" is not an actor of this scenario; did you mean cloud\?/,
      ],
      [
        'a source that is not written',
        (_, market) => (market.offers['sale']!.known.source = 'tset'),
        /"tset" is not a source of this scenario; did you mean test\?/,
      ],
      [
        'no price and no list',
        (_, market) => delete market.offers['sale']!.deployments['one']!.price,
        /"one" has no price, and "sale" names no list/,
      ],
      [
        'two prices of one name',
        (_, market) => (market.offers['sale']!.deployments['two']!.priced_as = 'model-1'),
        /"model-1" has two prices or discounts in one price list/,
      ],
      [
        'a route to nowhere',
        (_, market) => (market.routes['any']!.candidates = ['one', 'too']),
        /"too" is not a deployment of this scenario; did you mean two\?/,
      ],
      [
        'a candidate twice',
        (_, market) => (market.routes['any']!.candidates = ['one', 'one']),
        /"one" stands twice in this route/,
      ],
      [
        'a limit of nothing',
        (_, market) => (market.offers['sale']!.limits.requests = q(0, 'requests/min')),
        /write 1 or more/,
      ],
      [
        'a limit in the wrong unit',
        (_, market) => (market.offers['sale']!.limits.tokens = q(5, 'Mtok/month')),
        /write one of: tokens\/min/,
      ],
      [
        'a channel that is offered twice',
        (_, market) => {
          const { sale } = market.offers;
          const deployments = { three: sale!.deployments['one']! };
          market.offers['again'] = { ...sale!, deployments };
        },
        /"sale" is offered twice; put both into one offer/,
      ],
      [
        'a deployment that stands twice',
        (_, market) => {
          const { sale } = market.offers;
          market.offers['more'] = { ...sale!, channel: undefined, capacity: q(5, 'tokens/min') };
        },
        /the deployment "one" stands twice; rename one of the two/,
      ],
    ];
  test('the market that the cases start from is sound', () =>
    assert.deepEqual(checkScenario(JSON.stringify(withMarket())).problems, []));
  for (const [what, change, says] of BAD)
    test(what, () => {
      const { problems } = checkScenario(JSON.stringify(withMarket(change), null, 1));
      const told = problems.map(({ message, mend, line }) => `${line > 1 ? '' : 'no line '}${message}; ${mend}`);
      assert.ok(
        told.some((line) => says.test(line) && !line.startsWith('no line')),
        told.join('\n'),
      );
    });
  test('in another currency', () => {
    const text = shipped('mid-size')
      .replaceAll(/USD(?=[ /,}])/g, 'EUR')
      .replace('currency: USD', 'currency: EUR');
    const { problems } = checkScenario(text);
    assert.deepEqual(
      problems.map(({ line, message }) => [line, message.slice(0, 60)]),
      [[9, 'the market of a running instance is priced in USD, and the s']],
    );
  });
});
