// A price that nobody knows: calls pass unpriced, and the operator hears of it, once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import type { Charge } from '@weighbridge/protocol';
import type { Rated } from '@weighbridge/gateway';
import { oncePerHour, watchPrices, type Unpriced } from '../src/admin/alerts.ts';
import { askControl, readInstance, type Status } from './support/entry.ts';
import { call, openBench, until, type Bench } from './support/server.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const HOUR = 3_600_000;
const clock = { ms: 0, wall: () => clock.ms, monotonic: () => clock.ms };

test('a thing is told once within an hour of the clock, and again in the next; what is told has a bound', () => {
  const first = oncePerHour(clock);
  clock.ms = 5 * HOUR;
  assert.deepEqual(['a', 'a', 'b'].map(first), [true, false, true]);
  clock.ms = 6 * HOUR - 1;
  assert.equal(first('a'), false);
  clock.ms = 6 * HOUR;
  assert.equal(first('a'), true);
  const told = Array.from({ length: 5_000 }, (_, i) => first(`thing ${i}`)).filter(Boolean);
  assert.equal(told.length, 999);
});

test('each missing price is reported by deployment, model and token class; what has a price is not', () => {
  const charge = (token_class: Charge['token_class'], row: string | null): Charge => ({
    token_class,
    quantity: 1,
    unit_price: null,
    list: null,
    contracted: null,
    currency: 'USD',
    price: row === null ? null : { book: 'b', row },
  });
  const rated: Rated = {
    charges: [charge('input', 'row'), charge('output', null), charge('cache_read', null)],
    cost: { list: null, contracted: null, billed: null, currency: 'USD', status: 'unpriced' },
    billed: null,
  };
  const reported: Unpriced[] = [];
  const rate = watchPrices(
    () => rated,
    (found) => reported.push(found),
    clock,
  );
  const deployment = { id: 'd', model: 'm' } as Parameters<typeof rate>[0];
  const usage = { tokens: {}, source: 'reported', raw: null } as const;
  assert.equal(rate(deployment, usage, 0), rated);
  rate(deployment, usage, 0);
  assert.deepEqual(
    reported.map(({ tokenClass }) => tokenClass),
    ['output', 'cache_read'],
  );
});

test('unpriced calls on two lanes become an entry of the journal, a line on standard error and a row of the status', async () => {
  const started = await bench.start({
    name: 'unpriced',
    lanes: 2,
    change: (raw) => {
      const route = raw['routes']['claude-sonnet-4-5'] as { candidates: { deployment: string }[] };
      route.candidates = route.candidates.slice(0, 1);
      raw['deployments'][route.candidates[0]?.deployment ?? ''].priced_as = 'a-model-without-a-price';
    },
  });
  const { origin, administration, home } = started.server;
  const { key } = await administration.createKey({ name: 'lab' });
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(origin, key)));
  assert.ok(answers.every(({ status }) => status === 200));
  const said = await until('the line', 5_000, () => {
    const lines = started.said.filter((line) => line.startsWith('alert: no price is known for '));
    return lines.length >= 2 ? lines : undefined;
  });
  assert.equal(new Set(said).size, said.length, 'each once');
  const alerts = await until('the entries', 5_000, async () => {
    const status = await askControl<Status>(readInstance(home)?.socket ?? '', 'GET', '/status');
    const found = status.alerts.filter(({ message }) => message.startsWith('no price is known for '));
    return found.some(({ message }) => /for output of model/.test(message)) ? found : undefined;
  });
  assert.ok(alerts.every(({ alert, about }) => alert === 'unpriced' && about !== ''));
  const journal = openJournal(home.journal, { vault: home.vault });
  assert.ok([...journal.entries({ kinds: ['alert'] })].length >= said.length);
  journal.close();
  await started.server.stop();
});

test('two activations within a second tell once of a deployment without a price', async () => {
  const started = await bench.start({
    name: 'unpriced-start',
    change: (raw) => {
      raw['deployments']['self-llama'].priced_as = 'a-model-without-a-price';
    },
  });
  const { administration, home } = started.server;
  await administration.createKey({ name: 'lab' });
  await administration.createKey({ name: 'other' });
  await started.server.stop();
  const journal = openJournal(home.journal, { vault: home.vault });
  const about = [...journal.entries({ kinds: ['alert'] })]
    .map(({ index }) => journal.groups(index, ['commercial']).commercial?.text ?? '')
    .filter((text) => text.includes('deployment \\"self-llama\\"'));
  journal.close();
  assert.equal(about.length, 1);
});
