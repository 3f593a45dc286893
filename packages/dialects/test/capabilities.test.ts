// The capability table, and how fidelity reads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { DIALECTS } from '@weighbridge/protocol';
import { CAPABILITIES, capability, checkFidelity, readRequest, translateRequest } from '@weighbridge/dialects';

const PAIR = { from: 'openai-chat', to: 'anthropic-messages' } as const;

test('every cell says why in a sentence', () => {
  for (const [feature, row] of Object.entries(CAPABILITIES)) {
    assert.match(feature, /^[a-z][a-z0-9_]*$/);
    assert.ok(Object.keys(row.cells).length > 0, feature);
    for (const cell of Object.values(row.cells))
      assert.ok(cell.why.length >= 8 && !cell.why.endsWith('.'), `${feature}: ${cell.why}`);
  }
});

test('what a dialect can ask for or answer has a cell for every other dialect', () => {
  for (const [feature, row] of Object.entries(CAPABILITIES)) {
    const sources = new Set(Object.keys(row.cells).map((pair) => pair.split('>')[0]));
    for (const from of sources) {
      const targets = DIALECTS.filter((to) => to !== from && !Object.hasOwn(row.cells, `${from}>${to}`));
      assert.deepEqual(targets, [], `${feature} from ${from}`);
    }
  }
});

test('the same dialect loses nothing', () => {
  assert.deepEqual(
    checkFidelity({ from: 'openai-chat', to: 'openai-chat', features: ['custom_tools', 'seed'], fidelity: 'strict' }),
    [],
  );
});

test('strict refuses whatever is lost or approximated; default only what changes tools, schemas, media or place; warn nothing', () => {
  for (const [feature, row] of Object.entries(CAPABILITIES)) {
    const cell = row.cells['openai-chat>anthropic-messages'];
    if (cell === undefined) continue;
    const refuses = (fidelity: 'strict' | 'default' | 'warn'): boolean => {
      try {
        checkFidelity({ ...PAIR, features: [feature], fidelity });
        return false;
      } catch (error) {
        assert.ok(isAppError(error) && error.code === 'FEATURE_UNSUPPORTED');
        return true;
      }
    };
    assert.equal(refuses('strict'), cell.survival !== 'kept', feature);
    assert.equal(refuses('default'), cell.survival === 'lost' && row.weight === 'strict', feature);
    assert.equal(refuses('warn'), false, feature);
  }
});

test('a feature that the table does not know is never taken for supported', () => {
  assert.equal(capability('from_the_future', PAIR.from, PAIR.to).survival, 'lost');
  assert.throws(() => checkFidelity({ ...PAIR, features: ['from_the_future'], fidelity: 'default' }));
  assert.equal(capability('constructor', PAIR.from, PAIR.to).survival, 'lost');
});

test('lost features are listed once each, sorted', () => {
  assert.deepEqual(checkFidelity({ ...PAIR, features: ['seed', 'logprobs', 'seed', 'tools'], fidelity: 'default' }), [
    'logprobs',
    'seed',
  ]);
});

test('what a route is told beforehand is what translation then reports', () => {
  const user = [{ role: 'user', content: 'hi' }];
  const samples = [
    { seed: 1, user: 'u', temperature: 2, n: 2, logprobs: true, reasoning_effort: 'low' },
    {
      tools: [{ type: 'custom', custom: {} }],
      response_format: { type: 'json_object' },
      modalities: ['audio'],
      verbosity: 'low',
      moderation: { a: 1 },
    },
    {
      messages: [
        {
          role: 'user',
          name: 'n',
          content: [
            { type: 'image_url', image_url: { url: 'u', detail: 'low' } },
            { type: 'input_audio' },
            { type: 'zz' },
          ],
        },
      ],
    },
    {
      messages: [
        ...user,
        { role: 'system', content: 's' },
        { role: 'assistant', content: 'x', refusal: 'no', reasoning_content: 'r' },
      ],
    },
    {
      metadata: { a: 'b' },
      store: true,
      prompt_cache_key: 'k',
      logit_bias: { 1: 1 },
      prediction: { type: 'content' },
      service_tier: 'priority',
      zz: 1,
    },
    {
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
      functions: [{ name: 'f' }],
      web_search_options: {},
      presence_penalty: 1,
    },
  ];
  for (const sample of samples) {
    const body = { model: 'm', max_tokens: 5, messages: user, ...sample };
    const bytes = Buffer.from(JSON.stringify(body));
    const facts = readRequest('openai-chat', body, bytes.length);
    const told = checkFidelity({ ...PAIR, features: facts.features, fidelity: 'warn' });
    assert.deepEqual(translateRequest(PAIR.from, PAIR.to, bytes, facts, 'warn').lost, told, JSON.stringify(sample));
  }
});

test('the same holds from Messages to Chat', () => {
  const pair = { from: 'anthropic-messages', to: 'openai-chat' } as const;
  const samples = [
    {
      top_k: 1,
      speed: 'fast',
      container: 'c',
      inference_geo: 'us',
      mcp_servers: [{}],
      context_management: { edits: [{}] },
      zz: 1,
    },
    {
      thinking: { type: 'adaptive' },
      tools: [
        { type: 'web_search_20250305' },
        { type: 'computer_20250124' },
        { name: 'f', input_schema: {}, cache_control: { type: 'ephemeral' }, input_examples: [{}] },
      ],
    },
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', context: 'c', source: { type: 'text', data: 'd' }, citations: { enabled: true } },
            { type: 'search_result', title: 't', source: 's', content: [] },
            { type: 'container_upload', file_id: 'f' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'redacted_thinking', data: 'x' },
            { type: 'server_tool_use', id: 's', name: 'n', input: {} },
            { type: 'text', text: 'a', citations: [{}] },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              is_error: true,
              content: [{ type: 'image', source: { type: 'file', file_id: 'x' } }],
            },
          ],
        },
      ],
    },
  ];
  for (const sample of samples) {
    const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...sample };
    const bytes = Buffer.from(JSON.stringify(body));
    const facts = readRequest(pair.from, body, bytes.length);
    const told = checkFidelity({ ...pair, features: facts.features, fidelity: 'warn' });
    assert.deepEqual(translateRequest(pair.from, pair.to, bytes, facts, 'warn').lost, told, JSON.stringify(sample));
  }
});
