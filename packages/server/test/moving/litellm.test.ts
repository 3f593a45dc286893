// A LiteLLM configuration as ours: nothing of it is lost without a word, no secret comes through, and what is made can be used.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { errorsOf, fixture, importText, madeOf, mustTellEachOnce, outcomeOf } from './leaves.ts';

const RICH = fixture('litellm-rich.yaml');
const done = importText('litellm', RICH);
const made = madeOf(done);
const litellm = (text: string, environment: Record<string, string> = {}) =>
  importText('litellm', text, { environment });
const entry = (params: string, more = ''): string =>
  `model_list:\n  - model_name: m\n    litellm_params: { ${params} }\n${more}`;

describe('a rich config.yaml', () => {
  test('tells each setting once, with its line', () => {
    mustTellEachOnce(done, RICH);
    assert.equal(done.settings.find(({ setting }) => setting === 'model_list[2].litellm_params.api_key')?.line, 56);
  });

  test('makes a configuration that its own check finds nothing wrong with', () => {
    assert.deepEqual(errorsOf(done), []);
    assert.equal(done.routes, 8);
  });

  test('no secret of the source is in what comes out, in any form', () => {
    const out = JSON.stringify(done);
    const secrets = [...RICH.matchAll(/made-up-[a-z-]+-\d{4}/g)].map(([secret]) => secret);
    assert.equal(secrets.length, 13);
    for (const secret of secrets) assert.ok(!out.includes(secret), `${secret.slice(0, 12)}… is told`);
    assert.ok(!out.includes('org-made-up'));
  });

  test('what stood in clear gets a name of its own, and the report says which to set and where it stood', () => {
    const clear = done.variables.filter(({ clear_at: at }) => at !== null);
    assert.deepEqual(clear, [
      { name: 'AWS_SECRET_ACCESS_KEY', clear_at: 'config.yaml:72' },
      // Another entry names OPENAI_API_KEY itself, which is another secret.
      { name: 'OPENAI_API_KEY_2', clear_at: 'config.yaml:56' },
    ]);
    assert.deepEqual(made.credentials['openai'], { kind: 'api_key', secret: { env: 'OPENAI_API_KEY_2' } });
  });

  test('entries of one name are candidates by weight, those of a later order and the stand-ins behind them', () => {
    assert.deepEqual(made.routes['gpt-4.1'], {
      aliases: ['gpt-4'],
      strategy: 'weighted',
      candidates: [
        { deployment: 'azure-east', weight: 3 },
        { deployment: 'gpt-4.1-azure', weight: 1 },
        { deployment: 'gpt-4.1-openai', weight: 0 },
        { deployment: 'claude-sonnet-anthropic', weight: 0 },
        { deployment: 'own-llama-hosted_vllm', weight: 0 },
        { deployment: 'own-llama-openai', weight: 0 },
      ],
      attempts: 6,
      timers: { first_token_ms: 20_000, total_ms: 120_000 },
      fidelity: 'warn',
      cache: { ttl: '900s' },
    });
    // One entry, and the id of another as its stand-in.
    assert.deepEqual(made.routes['claude-foundry']?.['candidates'], [
      { deployment: 'claude-foundry-azure_ai' },
      { deployment: 'local-ollama' },
    ]);
  });

  test('each cloud is called as it was, with its address, region and credential', () => {
    const of = (id: string): Readonly<Record<string, unknown>> => made.deployments[id] ?? {};
    assert.deepEqual(of('azure-east'), {
      cloud: 'azure-openai',
      model: 'gpt-41-east',
      credential: 'azure',
      resource: 'east-resource',
      region: 'unknown',
      path_style: 'deployment',
      api_version: '2024-10-21',
      max_output_tokens: 32_768,
      max_input_tokens: 1_047_576,
      priced_as: 'gpt-4.1',
    });
    assert.deepEqual(
      [of('claude-eu-bedrock')['model'], of('claude-eu-bedrock')['region']],
      ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu-central-1'],
    );
    assert.deepEqual(
      [of('claude-eu-vertex_ai')['project'], of('claude-eu-vertex_ai')['region']],
      ['made-up-project', 'europe-west1'],
    );
    assert.deepEqual(
      [of('claude-foundry-azure_ai')['cloud'], of('claude-foundry-azure_ai')['resource']],
      ['foundry', 'foundry-resource'],
    );
    assert.equal(of('own-llama-openai')['endpoint'], 'https://llama.example.org/v1');
    assert.equal(of('fast-llama-groq')['endpoint'], 'https://api.groq.com/openai/v1');
    assert.equal((of('fast-llama-groq')['roles'] as Record<string, string>)['seller'], 'groq');
    assert.match(
      String(of('gemini-vertex_ai')['endpoint']),
      /europe-west4.*\/projects\/made-up-project\/.*\/chat\/completions$/,
    );
  });

  test('rates and budgets are limits', () => {
    assert.equal(made.budget.daily, '300.00');
    assert.deepEqual(made.limits, {
      request_bytes: 16 * 1024 * 1024,
      rules: {
        'azure-east-rpm': { measure: 'requests', amount: 600, window: '60s', where: { deployment: ['azure-east'] } },
        'azure-east-tpm': {
          kind: 'soft',
          measure: 'tokens',
          amount: 100_000,
          window: '60s',
          where: { deployment: ['azure-east'] },
        },
        'claude-sonnet-anthropic-budget': {
          measure: 'money',
          amount: '25.50',
          window: '1d',
          where: { deployment: ['claude-sonnet-anthropic'] },
        },
        'groq-budget': { measure: 'money', amount: '3.00', window: '1d', where: { deployment: ['fast-llama-groq'] } },
        'all-calls': { measure: 'money', amount: '300.00', window: '30d' },
        'all-at-once': { measure: 'concurrency', amount: 200 },
      },
    });
  });

  test('what cannot be carried says why, in a word that helps', () => {
    for (const [setting, words] of [
      ['model_list[13].litellm_params.model', /provider "watsonx" is not known here; if it speaks OpenAI's dialect/],
      ['model_list[14].litellm_params.model', /embeddings/],
      ['model_list[15].litellm_params.api_base', /NOT_SET_ANYWHERE, which is not set here: set it, and import again/],
      ['model_list[16].litellm_params.api_base', /a user name or a password/],
      ['model_list[12].model_name', /one model/],
      [
        'model_list[7].model_info.input_cost_per_token',
        /`\{ model: meta-llama\/Llama-3\.3-70B-Instruct, input: 0\.1 \}`/,
      ],
      ['router_settings.cooldown_time', /circuits/],
      ['litellm_settings.num_retries', /router_settings\.num_retries stands above it/],
      ['general_settings.master_key', /weighbridge keys create imported/],
      ['litellm_settings.some_new_setting.deep[1].deeper', /nothing here corresponds/],
    ] as const)
      assert.match(outcomeOf(done, setting), words, setting);
  });
});

describe('parts of a config.yaml', () => {
  test('strategies are ours, or the nearest and told so', () => {
    for (const [name, strategy] of [
      ['simple-shuffle', 'weighted'],
      ['least-busy', 'least_busy'],
      ['latency-based-routing', 'fastest'],
      ['cost-based-routing', 'cheapest'],
      ['usage-based-routing-v2', 'least_busy'],
      ['something-else', 'weighted'],
    ] as const) {
      const two = entry(
        'model: openai/gpt-4.1',
        '  - model_name: m\n    litellm_params: { model: anthropic/claude-sonnet-4-5 }\n',
      );
      const text = `${two}router_settings: { routing_strategy: ${name}, fallbacks: [{ m: [s] }] }\n`;
      const one = litellm(
        text.replace(
          'router_settings',
          '  - { model_name: s, litellm_params: { model: openai/gpt-4.1-mini } }\nrouter_settings',
        ),
      );
      const route = madeOf(one).routes['m'];
      assert.equal(route?.['strategy'], strategy, name);
      assert.deepEqual(errorsOf(one), []);
      // The stand-in comes only when the others failed, whatever orders those.
      const last = (route?.['candidates'] as { weight?: number; arm?: string }[] | undefined)?.at(-1);
      if (strategy === 'fastest' || strategy === 'cheapest') assert.equal(last?.arm, 'stand-in');
      else assert.equal(last?.weight, 0);
    }
  });

  test('a secret in clear never gets the name of a variable that another entry reads', () => {
    const one = litellm(
      entry(
        'model: openai/gpt-4.1, api_key: made-up-clear-secret',
        '  - { model_name: n, litellm_params: { model: gpt-4.1-mini } }\n',
      ),
    );
    assert.deepEqual(
      one.variables.map(({ name, clear_at: at }) => [name, at !== null]),
      [
        ['OPENAI_API_KEY', false],
        ['OPENAI_API_KEY_2', true],
      ],
    );
    const same = litellm(
      entry(
        'model: openai/a, api_key: made-up-clear-secret',
        '  - { model_name: n, litellm_params: { model: openai/b, api_key: made-up-clear-secret } }\n',
      ),
    );
    assert.equal(same.variables.length, 1, 'one secret has one name');
  });

  test('an address in a variable is read from the file, else from the environment', () => {
    const text = entry('model: azure/d, api_base: os.environ/BASE');
    assert.equal(litellm(text).routes, 0);
    assert.equal(
      madeOf(litellm(text, { BASE: 'https://r-one.openai.azure.com' })).deployments['m-azure']?.['resource'],
      'r-one',
    );
    const filed = `environment_variables: { BASE: https://r-two.openai.azure.com }\n${text}`;
    assert.equal(
      madeOf(litellm(filed, { BASE: 'https://r-one.openai.azure.com' })).deployments['m-azure']?.['resource'],
      'r-two',
    );
  });

  test('callers find every model by the name that it had, whatever our names may hold', () => {
    const names = ['GPT 4', 'gpt-4', 'claude-*', 'claude', 'a*b', 'team/model:1'];
    const text = `model_list:\n${names.map((name) => `  - { model_name: '${name}', litellm_params: { model: gpt-4.1 } }\n`).join('')}`;
    const one = litellm(text);
    assert.deepEqual(errorsOf(one), []);
    const named = new Set(
      Object.entries(madeOf(one).routes).flatMap(([id, { aliases }]) => [id, ...((aliases ?? []) as string[])]),
    );
    assert.deepEqual(
      names.filter((name) => !named.has(name)),
      ['a*b'],
    );
    assert.match(outcomeOf(one, 'model_list[4].model_name'), /a \* stands at the end/);
  });

  test('logs in JSON stay logs in JSON', () => {
    const one = litellm(entry('model: gpt-4.1', 'litellm_settings: { json_logs: true }\n'));
    assert.match(one.config, /^logging: \{ format: json \}$/m);
    assert.deepEqual(errorsOf(one), []);
  });

  test('a collector is taken over where its address is no more than that', () => {
    const text = entry('model: gpt-4.1', 'litellm_settings: { callbacks: [otel] }\n');
    const at = (address: string) => litellm(text, { OTEL_EXPORTER_OTLP_ENDPOINT: address });
    assert.deepEqual(madeOf(at('https://otel.example.org/v1/traces')).telemetry, {
      otlp: { endpoint: 'https://otel.example.org' },
    });
    const secret = at('https://made-up-user:made-up-password@otel.example.org');
    assert.equal(madeOf(secret).telemetry, undefined);
    assert.doesNotMatch(JSON.stringify(secret), /made-up/);
  });

  test('a region that stands in a variable which is not set never becomes another region', () => {
    const text = entry(
      'model: bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0, aws_region_name: os.environ/OUR_REGION',
    );
    assert.equal(litellm(text).routes, 0);
    assert.match(outcomeOf(litellm(text), 'model_list[0].litellm_params.model'), /its region stands in OUR_REGION/);
    const set = madeOf(litellm(text, { OUR_REGION: 'eu-west-1' })).deployments['m-bedrock'];
    assert.equal(set?.['region'], 'eu-west-1');
    const none = litellm(text.replace(', aws_region_name: os.environ/OUR_REGION', ''));
    assert.equal(madeOf(none).deployments['m-bedrock']?.['region'], 'us-west-2');
    assert.match(none.notes.join('\n'), /the source says no region: us-west-2 is written/);
  });

  test('a key that is empty is none: the variable that would be read is', () => {
    const one = litellm(entry("model: gpt-4.1, api_key: ''"));
    assert.deepEqual(madeOf(one).credentials['openai'], { kind: 'api_key', secret: { env: 'OPENAI_API_KEY' } });
    assert.match(outcomeOf(one, 'model_list[0].litellm_params.api_key'), /it is empty: OPENAI_API_KEY is read/);
  });

  test('what a cloud of ours refuses is told in its own words', () => {
    const one = litellm(entry('model: bedrock/amazon.titan-text-express-v1, aws_region_name: eu'));
    assert.equal(one.routes, 0);
    assert.match(outcomeOf(one, 'model_list[0].litellm_params.model'), /`region` is "eu"/);
    const http = litellm(entry('model: azure/d, api_base: "http://azure.example.org"'));
    assert.match(outcomeOf(http, 'model_list[0].litellm_params.model'), /plain http to another machine/);
  });

  test('answers are kept only where exact ones were kept for everybody', () => {
    for (const [params, kept] of [
      ['cache: true', '600s'],
      ['cache: true, cache_params: { ttl: 30 }', '30s'],
      ['cache: false', undefined],
      ['cache: true, cache_params: { type: qdrant-semantic, ttl: 30 }', undefined],
      ['cache: true, cache_params: { mode: default_off }', undefined],
      ['cache: true, cache_params: { supported_call_types: [aembedding] }', undefined],
    ] as const) {
      const one = litellm(entry('model: gpt-4.1', `litellm_settings: { ${params} }\n`));
      assert.deepEqual(madeOf(one).routes['m']?.['cache'], kept === undefined ? undefined : { ttl: kept }, params);
    }
  });

  test('a rate that nothing reaches is no limit', () => {
    const one = litellm(
      entry('model: gpt-4.1, rpm: 1000000000000001', 'general_settings: { global_max_parallel_requests: 1.0e+300 }\n'),
    );
    assert.deepEqual(errorsOf(one), []);
    for (const path of ['model_list[0].litellm_params.rpm', 'general_settings.global_max_parallel_requests'])
      assert.match(outcomeOf(one, path), /nothing reaches it: no limit is written/);
  });

  test('whatever stands in it, each setting is told once, and nothing but a coded error is thrown', () => {
    const params = fc.record(
      {
        model: fc.oneof(
          fc.constantFrom('gpt-4.1', 'azure/d', 'bedrock/x', 'vertex_ai/gemini', 'x/y', '*'),
          fc.anything(),
        ),
        api_base: fc.oneof(fc.constantFrom('https://a.example.org', 'os.environ/A', 'no address'), fc.anything()),
        api_key: fc.jsonValue(),
        weight: fc.jsonValue(),
        order: fc.jsonValue(),
        rpm: fc.jsonValue(),
        tags: fc.jsonValue(),
        timeout: fc.jsonValue(),
        max_budget: fc.jsonValue(),
        budget_duration: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const config = fc.record(
      {
        model_list: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record(
              {
                model_name: fc.oneof(fc.constantFrom('a', 'b', 'A b*'), fc.jsonValue()),
                litellm_params: params,
                model_info: fc.jsonValue(),
              },
              { requiredKeys: ['litellm_params'] },
            ),
            { maxLength: 4 },
          ),
        ),
        router_settings: fc.oneof(
          fc.jsonValue(),
          fc.record({ fallbacks: fc.jsonValue(), timeout: fc.jsonValue(), model_group_alias: fc.jsonValue() }),
        ),
        litellm_settings: fc.jsonValue(),
        general_settings: fc.jsonValue(),
        environment_variables: fc.jsonValue(),
        credential_list: fc.jsonValue(),
      },
      { requiredKeys: ['model_list'] },
    );
    fc.assert(
      fc.property(config, (value) => {
        const text = JSON.stringify(value);
        try {
          const one = litellm(text);
          mustTellEachOnce(one, text);
          assert.deepEqual(errorsOf(one), []);
        } catch (error) {
          if (!isAppError(error)) throw error;
          assert.equal(error.code, 'IMPORT_INVALID');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a file that is none', () => {
  const mustRefuse = (text: string, words: RegExp): void =>
    assert.throws(() => litellm(text), { code: 'IMPORT_INVALID', message: words });

  test('is refused with its line', () => {
    mustRefuse('model_list: [a\n  b: {', /config\.yaml:\d+:\d+: not YAML/);
    mustRefuse('model_list: []\nmodel_list: []\n', /config\.yaml:2:1: this key stands twice/);
    mustRefuse('- a\n', /config\.yaml:1: a configuration is a mapping/);
    mustRefuse(`model_list: []\nx: "${'y'.repeat(1024 * 1024)}"`, /larger than 1048576 characters/);
    mustRefuse('just a sentence', /a configuration is a mapping/);
  });

  test('anchors that grow without end are not followed', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[index]}`).join(', ')}]`),
    ];
    mustRefuse(`model_list: []\n${bomb.join('\n')}\n`, /config\.yaml:\d+.*anchors cannot be resolved/);
  });

  test('more settings than any configuration has are refused', () =>
    mustRefuse(`model_list: [${'1,'.repeat(20_001)}]`, /more than 20000 settings/));

  test("another program's is told whose it looks like", () => {
    mustRefuse('version: 1\ndeployments: {}\n', /none of model_list.*looks like a configuration of ours/);
    mustRefuse('{ "strategy": { "mode": "fallback" }, "targets": [] }', /looks like a Portkey config/);
    mustRefuse('services: { web: {} }\n', /this is no configuration of LiteLLM/);
  });
});
