// Portkey configs as routes: nested strategies laid flat where that says the same, conditions as ours or told as not carried.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { importConfig } from '@weighbridge/server';
import { errorsOf, fixture, importText, madeOf, mustTellEachOnce, NOW, outcomeOf, type More } from './leaves.ts';

const RICH = fixture('portkey-rich.json');
const done = importText('portkey', RICH);
const made = madeOf(done);
const portkey = (value: unknown, more: More = {}) => importText('portkey', JSON.stringify(value), more);
const gpt = (name: string, more: object = {}): object => ({
  name,
  provider: 'openai',
  override_params: { model: `gpt-${name}` },
  ...more,
});

describe('a rich config', () => {
  test('tells each setting once, and what is made can be used', () => {
    mustTellEachOnce(done, RICH);
    assert.deepEqual(errorsOf(done), []);
  });

  test('no secret of the source is in what comes out', () => {
    const out = JSON.stringify(done);
    const secrets = [...RICH.matchAll(/made-up-[a-z-]+-\d{4}/g)].map(([secret]) => secret);
    assert.equal(secrets.length, 6);
    for (const secret of secrets) assert.ok(!out.includes(secret), secret.slice(0, 12));
  });

  test('conditions are conditions of candidates, in their order, and the default stands behind them for all', () => {
    const route = made.routes['portkey-rich'] ?? made.routes['chat'];
    const candidates = route?.['candidates'] as { deployment: string; when?: unknown }[];
    const paid = { tags: { plan: 'paid', team: ['search', 'ads'] } };
    assert.deepEqual(
      candidates.map(({ deployment, when }) => [deployment.replace(/-\d$/, ''), when]),
      [
        ['chat-openai', paid],
        ['chat-azureopenai', paid],
        ['chat-anthropic', paid],
        ['frankfurt', { tags: { region: ['eu', 'ch'] } }],
        ['frankfurt', { max_output_tokens: { at_least: 8000, at_most: 63_999 } }],
        ['chat-openai', undefined],
        ['chat-azureopenai', undefined],
        ['chat-anthropic', undefined],
      ],
    );
    assert.deepEqual([route?.['attempts'], route?.['cache']], [6, { ttl: '3600s' }]);
  });

  test('a condition on the model is a route of that name', () => {
    assert.deepEqual(made.routes['cheap-one']?.['aliases'], ['Cheap One']);
    const last = (made.routes['fast']?.['candidates'] as { deployment: string }[] | undefined)?.at(-1);
    assert.equal(last?.deployment, 'quick');
    assert.equal(made.deployments['quick']?.['endpoint'], 'https://llama.example.org/v1');
  });

  test('a condition that cannot be said is never widened: it is told, twice', () => {
    assert.match(
      outcomeOf(done, 'strategy.conditions[4].query.metadata.user.$regex'),
      /^left: .*go where the default goes/,
    );
    assert.ok(
      done.notes.some((note) => note.startsWith('chat.json:17: a condition is not carried')),
      done.notes.join('\n'),
    );
  });

  test('what Portkey keeps beside its configs is asked for by name, and a guess is told as one', () => {
    assert.match(
      outcomeOf(done, 'targets[0].targets[1].provider'),
      /guessed from its name to be anthropic.*kept by Portkey alone: put it into ANTHROPIC_TEAM_API_KEY/,
    );
    assert.match(outcomeOf(done, 'targets[4].virtual_key'), /no condition that is carried leads to it/);
  });
});

describe('strategies', () => {
  const flat = (value: unknown, more: More = {}): unknown => {
    const one = portkey(value, more);
    assert.deepEqual(errorsOf(one), []);
    const route = madeOf(one).routes['chat'];
    const candidates = route?.['candidates'] as { deployment: string; weight?: number }[];
    return [
      route?.['strategy'] ?? 'priority',
      candidates.map(({ deployment, weight }) => `${deployment}${weight === undefined ? '' : ` ${weight}`}`),
    ];
  };
  const all = (mode: string, ...targets: object[]) => ({ strategy: { mode }, targets });

  test('fall-backs stand one behind the other, shares are weights', () => {
    assert.deepEqual(flat(all('fallback', gpt('a'), gpt('b'))), ['priority', ['a', 'b']]);
    assert.deepEqual(flat(all('loadbalance', gpt('a', { weight: 3 }), gpt('b'))), ['weighted', ['a 3', 'b 1']]);
    assert.deepEqual(flat(all('loadbalance', gpt('a', { weight: 0.75 }), gpt('b', { weight: 0.25 }))), [
      'weighted',
      ['a 1000', 'b 333'],
    ]);
    assert.deepEqual(flat(all('single', gpt('a'), gpt('b'))), ['priority', ['a']]);
    assert.deepEqual(flat(gpt('a')), ['priority', ['a']]);
  });

  test('what is nested is laid flat where that says the same', () => {
    assert.deepEqual(flat(all('fallback', all('loadbalance', gpt('a'), gpt('b')), gpt('c'))), [
      'weighted',
      ['a 1', 'b 1', 'c 0'],
    ]);
    assert.deepEqual(flat(all('loadbalance', gpt('a'), { ...all('fallback', gpt('b'), gpt('c')), weight: 2 })), [
      'weighted',
      ['a 1', 'b 2', 'c 0'],
    ]);
    assert.deepEqual(
      flat(
        all(
          'loadbalance',
          { ...all('loadbalance', gpt('a', { weight: 3 }), gpt('b')), weight: 4 },
          gpt('c', { weight: 4 }),
        ),
      ),
      ['weighted', ['a 3', 'b 1', 'c 4']],
    );
  });

  test('shares of a fall-back cannot be kept, which is told', () => {
    const value = all('fallback', gpt('c'), all('loadbalance', gpt('a'), gpt('b')));
    assert.deepEqual(flat(value), ['priority', ['c', 'a', 'b']]);
    assert.ok(portkey(value).notes.some((note) => note.includes('shares of a fall-back are not kept')));
  });

  test('a target that cannot be carried is left out, and the others go on', () => {
    const value = all('loadbalance', gpt('a'), { name: 'b', provider: 'cohere', api_key: 'x', weight: 5 });
    assert.deepEqual(flat(value), ['priority', ['a']]);
    assert.match(outcomeOf(portkey(value), 'targets[1].weight'), /^left/);
  });

  test('targets take what they do not say from the config that they stand in', () => {
    const value = {
      ...all('fallback', { provider: 'openai' }, { provider: 'openai', override_params: { model: 'gpt-5' } }),
      override_params: { model: 'gpt-4.1' },
    };
    const models = Object.values(madeOf(portkey(value)).deployments).map(({ model }) => model);
    assert.deepEqual(models, ['gpt-4.1', 'gpt-5']);
  });
});

describe('what the command line adds', () => {
  test('a model for targets that leave it to the caller, whose name leads to the route as well', () => {
    const target = { provider: 'openai', api_key: 'made-up' };
    const none = portkey(target);
    assert.equal(none.routes, 0);
    assert.match(outcomeOf(none, 'provider'), /say it with --model/);
    const one = madeOf(portkey(target, { portkey: { model: 'gpt-4.1', route: 'answers' } }));
    assert.deepEqual(one.routes['answers']?.['aliases'], ['gpt-4.1']);
  });

  test('who stands behind a name that Portkey keeps', () => {
    const target = { virtual_key: 'team-seven', override_params: { model: 'gpt-4.1' } };
    assert.match(outcomeOf(portkey(target), 'virtual_key'), /say it with --provider team-seven=NAME/);
    const one = portkey(target, { portkey: { providers: { 'team-seven': 'openai' } } });
    assert.deepEqual(madeOf(one).credentials['openai'], { kind: 'api_key', secret: { env: 'TEAM_SEVEN_API_KEY' } });
    assert.doesNotMatch(outcomeOf(one, 'virtual_key'), /guessed/);
    const at = portkey({
      override_params: { model: '@bedrock-eu/eu.anthropic.claude-sonnet-4-5-20250929-v1:0' },
      retry: { attempts: 1 },
    });
    assert.equal(Object.values(madeOf(at).deployments)[0]?.['model'], 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0');
  });

  test('a route is never asked for by a name that another has', () => {
    const text = JSON.stringify({ provider: 'openai', override_params: { model: 'gpt-4.1' } });
    const files = ['a/x.json', 'b/x.json', 'gpt-5.json'].map((name) => ({ name, text }));
    const named = importConfig({ from: 'portkey', files, environment: {}, now: NOW, portkey: { model: 'gpt-5' } });
    assert.deepEqual(errorsOf(named), []);
    assert.deepEqual(Object.keys(madeOf(named).routes), ['x', 'x-named', 'gpt-5-named']);
  });

  test('several files are several routes, and share what they can', () => {
    const files = ['a', 'b'].map((name) => ({
      name: `configs/${name}.json`,
      text: JSON.stringify({ provider: 'openai', api_key: 'made-up-shared', override_params: { model: 'gpt-4.1' } }),
    }));
    const both = importConfig({ from: 'portkey', files, environment: {}, now: NOW });
    assert.deepEqual(Object.keys(madeOf(both).routes), ['a', 'b']);
    assert.deepEqual(Object.keys(madeOf(both).credentials), ['openai']);
    assert.equal(both.settings.length, 6);
  });
});

test('whatever stands in it, each setting is told once, and nothing but a coded error is thrown', () => {
  const leaf = fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c'),
      provider: fc.oneof(fc.constantFrom('openai', 'anthropic', '@openai-x', 'nobody'), fc.jsonValue()),
      api_key: fc.jsonValue(),
      weight: fc.jsonValue(),
      override_params: fc.oneof(fc.record({ model: fc.constantFrom('gpt-4.1', '@openai-y/m') }), fc.jsonValue()),
      cache: fc.oneof(fc.constantFrom('simple', { mode: 'simple', max_age: 5 }), fc.jsonValue()),
      retry: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        strategy: fc.record({
          mode: fc.constantFrom('single', 'fallback', 'loadbalance', 'conditional', 'other'),
          default: fc.constantFrom('a', 'b', 'z'),
          conditions: fc.array(
            fc
              .tuple(
                fc.oneof(
                  fc.constantFrom({ 'metadata.x': 'y' }, { 'params.model': { $eq: 'm' } }, { $or: [] }),
                  fc.jsonValue(),
                ),
                fc.constantFrom('a', 'b', 'c'),
              )
              .map(([query, next]) => ({ query, next })),
            { maxLength: 3 },
          ),
        }),
        targets: fc.oneof(fc.array(tie('node'), { maxLength: 3 }), fc.jsonValue()),
      }),
    ),
  }));
  fc.assert(
    fc.property(node, (value) => {
      // An object with a member of this name could be taken for a promise, so it gets it as text.
      const text = JSON.stringify(value).replaceAll('"next":', '"then":');
      try {
        const one = importText('portkey', text);
        mustTellEachOnce(one, text);
        assert.deepEqual(errorsOf(one), []);
      } catch (error) {
        if (!isAppError(error)) throw error;
        assert.equal(error.code, 'IMPORT_INVALID');
      }
    }),
    { numRuns: 100 },
  );
});

test('a config kept as text, and a file of another program, are refused', () => {
  assert.throws(() => portkey({ id: 'x', config: '{}' }), {
    code: 'IMPORT_INVALID',
    message: /chat\.json:1: `config` holds a config as text/,
  });
  assert.throws(() => portkey({ model_list: [] }), {
    code: 'IMPORT_INVALID',
    message: /looks like a LiteLLM configuration/,
  });
});
