// Converse at the lab's Bedrock: signed by Amazon's own signer, decoded by Amazon's own codec, and refused in the service's
// words for what it does not take.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { framesOf, openTestLab, post, signedHeaders, SONNET_US, type Answer, type TestLab } from './support.ts';

const NOVA = 'us.amazon.nova-2-lite-v1:0';
const OSS = 'openai.gpt-oss-120b-1:0';
const user = (...content: object[]): object => ({ role: 'user', content });
const said = (text: string): object => user({ text });

describe('Converse', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());

  async function converse(model: string, body: object, stream = false, secret?: string): Promise<Answer> {
    const origin = lab.endpoints.clouds.bedrock;
    const path = `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`;
    const { aws } = lab.endpoints.credentials;
    const keys = { accessKeyId: aws.access_key_id, secretAccessKey: secret ?? aws.secret_access_key };
    const text = JSON.stringify(body);
    return post(origin + path, await signedHeaders(origin, path, text, keys), text);
  }
  const usageOf = ({ json }: Answer): Record<string, number> => json['usage'] as Record<string, number>;

  it('answers for Claude and for other makers, and its counts add up', async () => {
    for (const model of [SONNET_US, NOVA, OSS]) {
      const answer = await converse(model, { messages: [said('Weigh this truck.')], serviceTier: { type: 'flex' } });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.get('x-weighbridge-simulated'), '1');
      const { inputTokens = 0, outputTokens = 0, totalTokens } = usageOf(answer);
      assert.equal(totalTokens, inputTokens + outputTokens);
      assert.deepEqual(answer.json['serviceTier'], { type: 'flex' });
      assert.equal(answer.json['stopReason'], 'end_turn');
    }
  });

  it('streams what it answers whole, each event under its name, usage last', async () => {
    const body = { messages: [said('[lab say="forty-two tonnes" think=9]')] };
    const frames = framesOf((await converse(OSS, body, true)).bytes);
    const whole = await converse(OSS, body);
    const names = frames.map(({ headers }) => headers[':event-type']);
    assert.deepEqual([names[0], ...names.slice(-2)], ['messageStart', 'messageStop', 'metadata']);
    const deltas = frames.flatMap(({ body: { delta } }) =>
      delta === undefined ? [] : [delta as unknown as { text?: string }],
    );
    assert.equal(deltas.map(({ text }) => text ?? '').join(''), 'forty-two tonnes');
    const content = (whole.json['output'] as { message: { content: object[] } }).message.content;
    assert.deepEqual(Object.keys(content[0] ?? {}), ['reasoningContent']);
    const usage = frames.at(-1)?.body['usage'] as unknown as Record<string, number>;
    assert.equal(usage['outputTokens'], usageOf(whole)['outputTokens']);
  });

  it('writes and reads the cache at its points, with lifetimes', async () => {
    const body = {
      system: [{ text: 'weigh '.repeat(2_000) }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [said('And this one?')],
    };
    const [first, second] = [await converse(NOVA, body), await converse(NOVA, body)];
    const written = usageOf(first)['cacheWriteInputTokens'] ?? 0;
    assert.ok(written > 1_024);
    assert.deepEqual(first.json['usage'] && (first.json['usage'] as { cacheDetails: object[] }).cacheDetails, [
      { inputTokens: written, ttl: '1h' },
    ]);
    assert.equal(usageOf(second)['cacheReadInputTokens'], written);
  });

  it('stops for a guardrail, and traces it when asked', async () => {
    const guardrailConfig = { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'enabled' };
    const text = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1';
    const answer = await converse(NOVA, { messages: [said(text)], guardrailConfig });
    assert.equal(answer.json['stopReason'], 'guardrail_intervened');
    assert.ok((answer.json['trace'] as { guardrail?: object }).guardrail !== undefined);
  });

  const use = { role: 'assistant', content: [{ toolUse: { toolUseId: 't1', name: 'f', input: {} } }] };
  const toolConfig = { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] };
  const refused: readonly (readonly [string, string, object, RegExp])[] = [
    ['a member that it does not have', NOVA, { messages: [said('x')], model: 'm' }, /no member "model"/],
    ['two turns of one role', NOVA, { messages: [said('x'), said('y')] }, /alternate/],
    ['blank text', NOVA, { messages: [said(' ')] }, /is blank/],
    ['a union of two', NOVA, { messages: [user({ text: 'x', image: {} })] }, /exactly one member/],
    [
      'tools left out of their history',
      NOVA,
      { messages: [said('x'), use, user({ toolResult: { toolUseId: 't1', content: [] } })] },
      /toolConfig field must be defined/,
    ],
    ['a call without its result', NOVA, { messages: [said('x'), use], toolConfig }, /Expected toolResult blocks/],
    [
      'a temperature above 1',
      NOVA,
      { messages: [said('x')], inferenceConfig: { temperature: 1.5 } },
      /less than or equal to 1/,
    ],
    [
      'more tokens than the model gives',
      NOVA,
      { messages: [said('x')], inferenceConfig: { maxTokens: 1_000_000 } },
      /exceeds the model limit/,
    ],
    [
      'a field of another maker',
      OSS,
      { messages: [said('x')], additionalModelRequestFields: { top_k: 1 } },
      /extraneous key \[top_k\]/,
    ],
    [
      'a cache point where there is no cache',
      OSS,
      { messages: [user({ text: 'x' }, { cachePoint: { type: 'default' } })] },
      /prompt caching/,
    ],
    [
      'a schema that is no JSON',
      NOVA,
      {
        messages: [said('x')],
        outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } },
      },
      /not valid JSON/,
    ],
    [
      'thinking that it did not sign',
      SONNET_US,
      {
        messages: [
          said('x'),
          {
            role: 'assistant',
            content: [{ reasoningContent: { reasoningText: { text: 'a', signature: 'b' } } }, { text: 'c' }],
          },
          said('d'),
        ],
      },
      /signature/,
    ],
    ['a bare id that is sold by profile', NOVA.slice(3), { messages: [said('x')] }, /on-demand throughput/],
    ['an unknown model', 'us.amazon.nope-v1:0', { messages: [said('x')] }, /identifier is invalid/],
  ];
  for (const [what, model, body, message] of refused) {
    it(`refuses ${what}`, async () => {
      const answer = await converse(model, body);
      assert.match(answer.headers.get('x-amzn-errortype') ?? '', /^(?:ValidationException|AccessDeniedException):/);
      assert.match(String(answer.json['message']), message);
    });
  }

  it('refuses a wrong secret, is throttled and breaks in a stream as the service does', async () => {
    const wrong = await converse(NOVA, { messages: [said('x')] }, false, 'wrong');
    assert.match(wrong.headers.get('x-amzn-errortype') ?? '', /^InvalidSignatureException:/);
    await lab.control.fault({ fault: 'rate_limit', cloud: 'bedrock', count: 1 });
    assert.equal((await converse(NOVA, { messages: [said('x')] })).status, 429);
    await lab.control.fault({ fault: 'error_after_200', cloud: 'bedrock', count: 1 });
    const last = framesOf((await converse(NOVA, { messages: [said('x')] }, true)).bytes).at(-1);
    assert.equal(last?.headers[':exception-type'], 'modelStreamErrorException');
  });
});
