// The instance's own estate as a plan: what crossed is counted alike by the tables and by the journal, what is not known is told and never
// filled in, names that no plan may have become ones that it may, and whatever comes out is read and run as a plan of exposure.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readPlan } from '@weighbridge/planner';
import type { OwnEstate, PlanReport } from '@weighbridge/protocol';
import { estateText } from '../../src/plan/estate/text.ts';
import type { EstateFacts } from '../../src/plan/estate/facts.ts';
import { ownEstate, ownEstateAtRest } from '../../src/plan/estate/own-estate.ts';
import { shippedBasis } from '../../src/plan/shipped.ts';
import { openBlobs } from '../../src/admin/blobs.ts';
import { openDealDesk } from '../../src/deal/deal-desk.ts';
import { openLogView } from '../../src/view/log-view.ts';
import { call, openBench, until, type Bench } from '../support/server.ts';

const basis = shippedBasis();
const runOf = (text: string): PlanReport =>
  readPlan('estate.yaml', text, basis).run({ seed: 1, draws: 40, ranges: {}, choices: {} }).report;
const stays = new AbortController().signal;

type Fact = EstateFacts['deployments'][number];
const deployment = (id: string, more: Partial<Fact['deployment']> = {}, fact: Partial<Fact> = {}): Fact =>
  ({
    deployment: {
      id,
      cloud: 'anthropic',
      model: 'm',
      region: 'eu',
      simulated: false,
      roles: { seller: 'north', developer: 'alpha' },
      ...more,
    },
    model: 'alpha-1',
    price: { currency: 'USD', input: '3', cached: '0.3', output: '15' },
    features: ['tools'],
    ttft_ms: 300,
    ...fact,
  }) as Fact;
const route = (id: string, candidates: readonly string[], more: object = {}): EstateFacts['routes'][number] =>
  ({
    route: {
      id,
      strategy: 'priority',
      aliases: [],
      candidates: candidates.map((name) => ({ deployment: name, weight: 1 })),
      ...more,
    },
    traffic: { route: id, calls: 10, unknown: 0, tokens: { input: 1000, cached: 100, output: 200 }, peak: 900 },
    features: ['tools'],
  }) as unknown as EstateFacts['routes'][number];
const AT = Date.UTC(2026, 10, 30);
const facts = (more: Partial<EstateFacts> = {}): EstateFacts => ({
  at: AT,
  organisation: 'acme',
  log: 'live',
  traffic: { since: AT - 30 * 86_400_000, until: AT, from: AT - 30 * 86_400_000, routes: [], ttft: new Map() },
  looked: 10,
  deployments: [deployment('one'), deployment('two', { roles: { seller: 'south', developer: 'alpha' } } as never)],
  routes: [route('support', ['one', 'two'])],
  ties: new Map([['north', { parent: 'north-group', group: 'big' }]]),
  contracts: new Map([['north', { title: 'Master "agreement"', notice_days: 90 }]]),
  ...more,
});
const written = (more: Partial<EstateFacts> = {}) => {
  const found = estateText(facts(more));
  assert.ok(found !== null);
  return found;
};

describe('the file', () => {
  test('is a plan that runs: exact tokens and prices, ties, the contract, and the exit of the largest', () => {
    const { text, simulated } = written();
    const report = runOf(text);
    assert.equal(simulated, false);
    assert.equal(report.kind, 'exposure');
    assert.match(
      text,
      /tokens_per_month: \{ input: 1000, cached: 100, output: 200 \}\n {4}peak_tokens_per_minute: 900/,
    );
    assert.match(text, /price: \{ input: 3, cached: 0\.3, output: 15 \}/);
    assert.match(text, /parent_of: \{ north: north-group \}\n {2}group_of: \{ north: big \}/);
    const [exit] = report.documents ?? [];
    assert.match(
      exit?.text ?? '',
      /^# Exit plan: north\n[\s\S]*notice: 90 days before[\s\S]*contract “Master "agreement"”/,
    );
    assert.equal(text, written().text, 'the same of the same');
  });

  test('what is not known is neither written nor filled in, and is told with every answer', () => {
    const { text, unknown } = written({
      log: 'lab',
      traffic: null,
      deployments: [
        deployment('one', {}, { ttft_ms: null, price: { currency: 'USD', input: '3', cached: null, output: '15' } }),
        deployment('dear', {}, { price: null }),
        deployment('euro', {}, { price: { currency: 'EUR', input: '1', cached: '1', output: '1' } }),
      ],
      routes: [{ ...route('support', ['one', 'dear']), traffic: null }],
      ties: new Map(),
      contracts: new Map(),
    });
    assert.doesNotMatch(text, /^ +(tokens_per_minute|accelerator|ttft_ms):/m);
    assert.match(text, /route: \[one\]/);
    const { cautions, says } = runOf(text);
    for (const part of [
      /Everything is simulated: these are calls of the lab log/,
      /What crossed: the configuration wants no tables/,
      /How much each deployment carries: nobody has tried/,
      /How critical each route is: all stand at 1/,
      /The first token of one: not measured/,
      /A price of cached input at one: taken as that of input/,
      /Whose north is: not in the register/,
      /What leaving north takes: no signed contract is entered/,
      /Left out, without a price in USD: dear, euro/,
    ])
      assert.ok(
        cautions.some((each) => part.test(each)),
        String(part),
      );
    assert.equal(
      cautions.filter((each) => unknown.some((line) => each.slice(1, 30) === line.slice(1, 30))).length,
      unknown.length,
    );
    assert.match(says, /cannot be told/, 'nothing crossed, so nothing hangs on anybody');
  });

  test('a part of a month is told as one, and what did not cross is left out by name', () => {
    const { unknown, text } = written({
      traffic: { since: AT - 30 * 86_400_000, until: AT, from: AT - 3 * 86_400_000, routes: [], ttft: new Map() },
      routes: [route('support', ['one']), { ...route('idle', ['two']), traffic: null }],
    });
    assert.ok(
      unknown.some((line) => line.startsWith('a whole month: calls are there of 3.0 of 30 days')),
      unknown.join('\n'),
    );
    assert.ok(unknown.some((line) => line.endsWith('routes idle')));
    assert.doesNotMatch(text, /^ {2}idle:/m);
  });

  test('a weighted route begins with its heaviest, and says so', () => {
    const heavy = route('support', [], {
      strategy: 'weighted',
      candidates: [
        { deployment: 'one', weight: 1 },
        { deployment: 'two', weight: 9 },
      ],
    });
    assert.match(
      written({ routes: [heavy] }).text,
      /route: \[two, one\] # weighted: all of it is taken to go to the heaviest/,
    );
  });

  test('names that a plan may not have become ones that it may, each its own; what looks like YAML stays text', () => {
    const odd = ['a.b', 'a_b', 'a-b', '9..', 'true'];
    const { text } = written({
      organisation: 'acme: [x]\n# y',
      deployments: odd.map((id) =>
        deployment(id, { roles: { seller: 'null', developer: '- &a *b' } } as never, { model: 'm: {x}' }),
      ),
      routes: odd.map((id) => route(id, [id])),
      ties: new Map([['null', { parent: 'yes', group: '#1' }]]),
      contracts: new Map(),
    });
    const report = runOf(text);
    for (const name of ['a-b', 'a-b-2', 'a-b-3', '9', 'true'])
      assert.ok(
        report.figures.some(({ id }) => id === `${name}.portability`),
        name,
      );
    assert.match(JSON.stringify(report.tables), /m: \{x\}|- &a \*b/);
    assert.equal(report.choices.find(({ id }) => id === 'exit')?.value, 'null');
  });

  test('more than a plan takes is left out and counted; nothing to plan with is no file', () => {
    const many = Array.from({ length: 60 }, (_, at) => `d${at}`);
    const { text, unknown } = written({
      deployments: many.map((id) => deployment(id)),
      routes: many.map((id) => route(`r-${id}`, [id])),
    });
    assert.equal(runOf(text).figures.filter(({ id }) => id.endsWith('.portability')).length, 40);
    assert.ok(
      unknown.some((line) => line === 'left out: 20 deployments more than a plan takes'),
      unknown.join('\n'),
    );
    assert.ok(text.length <= 40_000, `${text.length} characters can be posted`);
    const long = many.map((id) =>
      deployment(
        id,
        {},
        { model: `${id}${'x'.repeat(70)}`, features: Array.from({ length: 40 }, (_, at) => `feature-number-${at}`) },
      ),
    );
    const cut = written({ deployments: long, routes: many.map((id) => route(`r-${id}`, [id])) });
    assert.ok(cut.text.length <= 40_000 && cut.unknown.some((line) => /^left out: \d+ deployments/.test(line)));
    assert.equal(estateText(facts({ routes: [] })), null);
    assert.equal(estateText(facts({ deployments: [deployment('one', {}, { price: null })] })), null);
  });
});

describe('of an instance', () => {
  let bench: Bench;
  let running: OwnEstate;
  let resting: OwnEstate;
  before(async () => {
    bench = await openBench();
    const { server } = await bench.start({ tables: true, sample: { wanted: false } });
    const { key } = await server.administration.createKey({ name: 'lab' });
    const tools = [{ name: 'look', input_schema: { type: 'object' } }];
    for (let calls = 0; calls < 3; calls += 1) await call(server.origin, key, { tools });
    await call(server.origin, key, { model: 'no-such-model' });
    const home = server.home;
    await server.stop();
    const view = openLogView({ home, say: () => undefined });
    try {
      const { journal, blobs } = view.ports.stores;
      const clock = { wall: () => Date.now() };
      running = await until('the tables are there', 60_000, () =>
        ownEstate({ ...view.ports, clock } as never, stays).then(
          (found) => (/receipts of 3 calls/.test(found.text) ? found : undefined),
          () => undefined,
        ),
      );
      const deal = openDealDesk({ ...view.ports.stores, blobs: openBlobs(home.blobs) });
      resting = ownEstateAtRest({ journal, blobs, deal }, Date.now());
    } finally {
      await view.close();
    }
  });
  after(() => bench.close());

  test('the tables and the journal count the same', () => {
    const counted = (text: string): string[] =>
      text.split('\n').filter((line) => /tokens_per_month|peak_tokens|features|receipts of|^ {4}price/.test(line));
    assert.deepEqual(counted(running.text), counted(resting.text));
    assert.match(running.text, /features: \[tools\]\n {4}source: "receipts of 3 calls"/);
  });
  test('it says that it is simulated, and runs', () => {
    assert.equal(running.simulated, true);
    const report = runOf(running.text);
    assert.match(report.cautions[0] ?? '', /simulated/);
    assert.ok(report.figures.some(({ id }) => id === 'anthropic-gone.without'));
  });
});
