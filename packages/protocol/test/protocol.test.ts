import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configJsonSchema, configSchema, TOKEN_CLASSES, usageTotals } from '@weighbridge/protocol';

describe('configuration schema', () => {
  const minimal = {
    version: 1,
    credentials: { main: { kind: 'api_key', secret: { env: 'SOME_KEY' } } },
    deployments: { one: { cloud: 'anthropic', model: 'claude-sonnet-4-5', credential: 'main', region: 'global' } },
    routes: { sonnet: { candidates: [{ deployment: 'one' }] } },
  };

  test('a minimal file is completed with the documented defaults', () => {
    const config = configSchema.parse(minimal);
    assert.equal(config.listen.host, '127.0.0.1');
    assert.equal(config.log, 'live');
    assert.equal(config.routes['sonnet']?.timers.first_token_ms, 60_000);
    assert.equal(config.routes['sonnet']?.candidates[0]?.weight, 1);
    assert.equal(config.deployments['one']?.simulated, false);
  });

  test('unknown keys are refused at every level', () => {
    const wrong: unknown[] = [
      { ...minimal, extra: 1 },
      { ...minimal, listen: { prot: 1 } },
      { ...minimal, routes: { sonnet: { candidates: [{ deployment: 'one', weigth: 2 }] } } },
      { ...minimal, credentials: { main: { kind: 'api_key', secret: { env: 'A', file: 'b' } } } },
    ];
    for (const file of wrong) assert.equal(configSchema.safeParse(file).success, false, JSON.stringify(file));
  });

  test('a secret written in clear does not fit the schema', () => {
    const file = { ...minimal, credentials: { main: { kind: 'api_key', secret: 'sk-live-123' } } };
    assert.equal(configSchema.safeParse(file).success, false);
  });

  test('an amount is a quoted decimal, never a float', () => {
    assert.equal(configSchema.safeParse({ ...minimal, budget: { daily: 5 } }).success, false);
    assert.equal(configSchema.parse({ ...minimal, budget: { daily: '5.00' } }).budget?.currency, 'USD');
  });

  test('editors get a JSON Schema that refuses unknown keys too', () => {
    const schema = configJsonSchema() as { additionalProperties: unknown; properties: Record<string, unknown> };
    assert.equal(schema.additionalProperties, false);
    assert.ok('routes' in schema.properties);
  });
});

describe('usage', () => {
  test('every token class counts on exactly one side', () => {
    for (const name of TOKEN_CLASSES) {
      const totals = usageTotals({ tokens: { [name]: 7 }, source: 'reported', raw: null });
      assert.equal(totals.prompt + totals.completion, 7, name);
    }
    assert.deepEqual(
      usageTotals({
        tokens: { input: 1, cache_read: 2, cache_write_1h: 3, output: 4, reasoning: 5 },
        source: 'reported',
        raw: null,
      }),
      { prompt: 6, completion: 9 },
    );
  });
});
