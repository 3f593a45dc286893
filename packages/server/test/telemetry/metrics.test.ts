// The page of metrics of a running server: who may read it, what stands in it after real calls, that no secret, prompt or name
// of a person does, and that every query of the Grafana dashboard asks for something that is really there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const SECRET = 'a-token-for-the-scrape';
const PROMPT = 'planted-prompt-7f3a';
let bench: Bench;
let started: Started;
let origin = '';
before(async () => {
  process.env['TEST_SCRAPE_TOKEN'] = SECRET;
  bench = await openBench();
  started = await bench.start({
    name: 'metrics',
    change: (raw) => {
      raw['telemetry'] = { prometheus: { token: { env: 'TEST_SCRAPE_TOKEN' } } };
      raw['limits'] = { rules: { one: { measure: 'requests', amount: 3, window: 'month', per: ['user'] } } };
    },
  });
  origin = started.server.consoleOrigin ?? '';
});
after(() => bench.close());

const scrape = (token = SECRET): Promise<Response> =>
  fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });

/** A name with its labels, and the value: as a scraper takes it apart. */
const samples = (text: string) =>
  [...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value = '']) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', held = '']) => [key, held]),
    ),
    value: Number(value),
  }));

test('whoever has no token is told nothing; where nothing is configured there is no such page', async () => {
  assert.equal((await scrape('wrong')).status, 401);
  assert.equal((await fetch(`${origin}/metrics`)).status, 401);
  const other = await bench.start({ name: 'none' });
  assert.equal((await fetch(`${other.server.consoleOrigin ?? ''}/metrics`)).status, 404);
  await other.server.stop();
});

describe('after real calls', () => {
  let text = '';
  before(async () => {
    const { key } = await started.server.administration.createKey({
      name: 'ada',
      who: { principal: 'planted-person' },
    });
    const ask = (stream: boolean) =>
      call(started.server.origin, key, {
        stream,
        messages: [{ role: 'user', content: PROMPT }],
        metadata: { user_id: 'planted-end-user' },
      });
    for (const stream of [true, true, false]) assert.equal((await ask(stream)).status, 200);
    assert.equal((await ask(false)).status, 429);
    assert.equal((await call(started.server.origin, 'wb_nothing')).status, 401);
    await until('all are followed', 20_000, async () => {
      text = await (await scrape()).text();
      return samples(text).find(({ name }) => name === 'weighbridge_limit_refused_total')?.value === 1
        ? true
        : undefined;
    });
  });

  test('calls, tokens, times, refusals and what is used of a limit are counted', () => {
    const all = samples(text);
    const sum = (name: string, by: Record<string, string> = {}): number =>
      all
        .filter((one) => one.name === name && Object.entries(by).every(([key, value]) => one.labels[key] === value))
        .reduce((so, { value }) => so + value, 0);
    assert.equal(sum('weighbridge_calls_total', { outcome: 'completed', route: 'claude-sonnet-4-5' }), 3);
    assert.equal(sum('weighbridge_calls_total', { outcome: 'refused', code: 'LIMIT_EXCEEDED' }), 1);
    assert.equal(sum('gen_ai_client_token_usage_count', { gen_ai_token_type: 'output' }), 3);
    assert.equal(sum('gen_ai_server_time_to_first_token_seconds_count'), 3);
    assert.ok(sum('weighbridge_tokens_total', { class: 'output' }) > 0);
    assert.ok(sum('weighbridge_cost_total') > 0);
    assert.deepEqual(
      [sum('weighbridge_unauthenticated_total'), sum('weighbridge_limit_used_ratio', { limit: 'one', kind: 'hard' })],
      [1, 1],
    );
    assert.ok(!/\bNaN\b|undefined/.test(text));
  });

  test('no secret, no text and no person stands in it', () => {
    for (const planted of [SECRET, PROMPT, 'planted-person', 'planted-end-user', 'wb_'])
      assert.ok(!text.includes(planted), planted);
  });

  test('every query of the dashboard asks for metrics and labels that are there', () => {
    const families = new Map<string, Set<string>>();
    for (const [, family = ''] of text.matchAll(/^# TYPE (\S+) /gm)) families.set(family, new Set());
    const familyOf = (name: string): string => (families.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, ''));
    for (const { name, labels } of samples(text))
      for (const label of Object.keys(labels)) families.get(familyOf(name))?.add(label);
    const file = readFileSync(new URL('../../../../docs/grafana/weighbridge.json', import.meta.url), 'utf8');
    const { panels } = JSON.parse(file) as { panels: { title: string; targets: { expr: string }[] }[] };
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    assert.ok(asked.length >= 15);
    for (const expr of asked) {
      const [metric = ''] = /\b(?:weighbridge|gen_ai)_[a-z_]+/.exec(expr) ?? [];
      const labels = families.get(familyOf(metric));
      assert.ok(labels !== undefined, `${metric} is exposed: ${expr}`);
      if (labels.size === 0) continue; // Nothing of it was counted yet.
      const by = [...expr.matchAll(/by \(([^)]*)\)|(\w+)(?:=~|!=|=)"/g)].flatMap(([, list = '', one = '']) => [
        ...list.split(/,\s*/),
        one,
      ]);
      for (const label of by.filter((name) => name !== '')) assert.ok(labels.has(label), `${metric} has ${label}`);
    }
  });
});
