// The simulated model and its bookkeeping: deterministic under a seed, counts that add up for every prompt, caches that
// follow the vendors' rules, values that obey their schema.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anthropicStream } from '../src/dialects/anthropic-response.ts';
import { openAiStream } from '../src/dialects/openai-response.ts';
import { pieces } from '../src/dialects/payload.ts';
import { paceOf } from '../src/latency.ts';
import { ServedLedger, SERVED_ROWS } from '../src/ledger.ts';
import { LAB_MODELS, bedrockModel, modelNamed, vertexModel } from '../src/model/catalogue.ts';
import { compose, tokensOfBlock } from '../src/model/compose.ts';
import { PromptCache } from '../src/model/prompt-cache.ts';
import { directivesOf, type CacheSegment, type Counts, type Prompt } from '../src/model/prompt.ts';
import { Draw } from '../src/model/random.ts';
import { valueFor } from '../src/model/schema-value.ts';
import { createSigner } from '../src/model/signature.ts';
import { cutToTokens, tokensOf } from '../src/model/tokenizer.ts';
import { SEED } from './support.ts';

const sonnet = modelNamed('claude-sonnet-4-5') ?? LAB_MODELS[0]!;
const mind = { seed: SEED, signer: createSigner(SEED), toolIdPrefix: 'toolu_01' };
const COUNTS: Counts = { input: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
const CLAIMS = { id: 'x', model: 'm', created: 1, tier: null, geo: null, fingerprint: null };

const promptOf = (more: Partial<Prompt> = {}): Prompt => ({
  dialect: 'anthropic-messages',
  model: 'm',
  stream: true,
  includeUsage: true,
  maxTokens: 1_000,
  stop: [],
  lastUserText: 'hello',
  tools: [],
  toolChoice: 'auto',
  parallelTools: true,
  toolResults: [],
  thinking: null,
  format: null,
  inputTokens: 10,
  segments: [],
  choices: 1,
  logprobs: null,
  tier: null,
  inferenceGeo: null,
  directives: {},
  ...more,
});

describe('the simulated model', () => {
  it('answers the same prompt the same way under a seed, and otherwise under another', () => {
    const one = compose(promptOf(), sonnet, mind);
    assert.deepEqual(compose(promptOf(), sonnet, mind), one);
    assert.notDeepEqual(compose(promptOf(), sonnet, { ...mind, seed: SEED + 1 }), one);
  });

  it('counts what it sends, streams what it says, and never goes beyond the cap (property)', () => {
    const arbitrary = fc.record({
      lastUserText: fc.string({ unit: 'binary', maxLength: 60 }),
      maxTokens: fc.integer({ min: 1, max: 300 }),
      thinking: fc.option(fc.integer({ min: 1, max: 100 })),
      stop: fc.array(fc.constantFrom('the', 'scale', '🚚', 'a'), { maxLength: 2 }),
      dialect: fc.constantFrom('anthropic-messages' as const, 'openai-chat' as const),
    });
    fc.assert(
      fc.property(arbitrary, (more) => {
        const answer = compose(promptOf(more), sonnet, mind);
        const shown = answer.blocks.reduce((sum, block) => sum + tokensOfBlock(block), 0);
        assert.ok(answer.output <= more.maxTokens, 'within the cap');
        if (more.dialect === 'anthropic-messages') assert.equal(answer.output, Math.max(1, shown));
        const text = answer.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
        assert.ok(text.isWellFormed());
        for (const stop of more.stop) assert.ok(!text.includes(stop));
        const counts = { ...COUNTS, output: answer.output };
        const shape = { flavour: 'openai', includeUsage: true, logprobs: null, reasoning: null } as const;
        const payloads =
          more.dialect === 'openai-chat'
            ? openAiStream([answer], counts, CLAIMS, shape)
            : anthropicStream(answer, counts, CLAIMS);
        assert.equal(payloads.at(-1)?.output, answer.output);
        assert.ok(
          payloads.every((payload, index) => index === 0 || payload.output >= (payloads[index - 1]?.output ?? 0)),
        );
        const said = payloads
          .map(
            (payload) =>
              JSON.parse(payload.json) as {
                delta?: { text?: string };
                choices?: { delta: { content?: string | null } }[];
              },
          )
          .map((event) => event.delta?.text ?? event.choices?.[0]?.delta.content ?? '')
          .join('');
        assert.equal(said, text);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('pieces put together are the text, and a cut keeps whole characters (property)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 60 }),
        (text, words, tokens) => {
          assert.equal(pieces(text, words).join(''), text);
          const cut = cutToTokens(text, tokens);
          assert.ok(text.startsWith(cut) && cut.isWellFormed() === text.isWellFormed() && tokensOf(cut) <= tokens);
        },
      ),
      { seed: SEED },
    );
  });

  it('says exactly what and as much as a directive asks', () => {
    assert.deepEqual(directivesOf('[lab tokens=200 say="a b" tape=x]'), { tokens: 200, say: 'a b', tape: 'x' });
    assert.deepEqual(directivesOf('no directive [lab]'), {});
    const text = '[lab tokens=137]';
    const answer = compose(promptOf({ lastUserText: text, directives: directivesOf(text) }), sonnet, mind);
    assert.equal(answer.output, 137);
  });

  it('makes values that obey their schema', () => {
    const schema = {
      type: 'object',
      $defs: { unit: { enum: ['kg', 't'] } },
      properties: {
        unit: { $ref: '#/$defs/unit' },
        count: { type: 'integer', minimum: 3, maximum: 5 },
        ratio: { type: 'number', exclusiveMinimum: 0 },
        tags: { type: 'array', items: { type: 'string', minLength: 4 }, minItems: 1, maxItems: 3 },
        when: { type: 'string', format: 'date' },
        either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
        left: { type: 'string' },
      },
      required: ['unit', 'count', 'ratio', 'tags', 'when', 'either'],
    };
    for (let seed = 0; seed < 50; seed += 1) {
      const value = valueFor(schema, new Draw(seed, 'schema'), null) as Record<string, never> & { tags: string[] };
      assert.ok(['kg', 't'].includes(value['unit'] ?? ''));
      assert.ok([3, 4, 5].includes(value['count'] ?? 0));
      assert.ok((value['ratio'] ?? 0) > 0);
      assert.ok(value.tags.length >= 1 && value.tags.length <= 3 && value.tags.every((tag) => tag.length >= 4));
      assert.match(value['when'] ?? '', /^\d{4}-\d\d-\d\d$/);
      assert.equal(typeof value['either'], 'boolean');
      assert.ok(!('left' in value), 'what is not required is left out');
    }
    const endless = { $ref: '#/a', a: { type: 'object', properties: { next: { $ref: '#/a' } }, required: ['next'] } };
    assert.ok(JSON.stringify(valueFor(endless, new Draw(1, 'x'), null)).length < 1_000, 'depth is bounded');
  });

  it('signatures verify for the very text and under the same seed only', () => {
    const { signer } = mind;
    const signature = signer.sign('a thought');
    assert.ok(signer.verify('a thought', signature));
    assert.ok(!signer.verify('a thought ', signature));
    assert.ok(!signer.verify('a thought', signature.slice(0, -4)));
    assert.ok(!createSigner(SEED + 1).verify('a thought', signature));
    assert.ok(signer.verifyRedacted(signer.redact('x')) && !signer.verifyRedacted('AAAA'));
  });

  it('knows its models by every name that a cloud gives them', () => {
    assert.equal(bedrockModel('global.anthropic.claude-sonnet-4-5-20250929-v1:0')?.scope, 'global');
    assert.equal(bedrockModel('anthropic.claude-sonnet-4-5-20250929-v1:0')?.scope, '');
    assert.equal(
      bedrockModel(
        'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
      )?.model.id,
      'claude-haiku-4-5',
    );
    assert.equal(vertexModel('claude-haiku-4-5@20251001')?.id, 'claude-haiku-4-5');
    assert.equal(vertexModel('gpt-4.1'), null);
  });
});

describe('prompt caching', () => {
  const segment = (text: string, tokens: number, ttl: CacheSegment['ttl'] = null): CacheSegment => ({
    text,
    tokens,
    ttl,
  });
  const MINIMUM = 1_024;

  it('writes once, reads until the lifetime is over, and each read renews it', () => {
    const cache = new PromptCache();
    const prompt = [segment('system', 2_000, '5m'), segment('question', 10)];
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 0), { read: 0, write5m: 2_000, write1h: 0 });
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 299_000), { read: 2_000, write5m: 0, write1h: 0 });
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 590_000), { read: 2_000, write5m: 0, write1h: 0 });
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 900_001), { read: 0, write5m: 2_000, write1h: 0 });
  });

  it('keeps callers apart, ignores what is too short, and accounts each lifetime for itself', () => {
    const cache = new PromptCache();
    const prompt = [segment('tools', 1_500, '1h'), segment('system', 700, '5m'), segment('q', 5)];
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 0), { read: 0, write5m: 700, write1h: 1_500 });
    assert.deepEqual(cache.anthropic('b', prompt, MINIMUM, 0), { read: 0, write5m: 700, write1h: 1_500 });
    assert.deepEqual(cache.anthropic('a', prompt, MINIMUM, 400_000), { read: 1_500, write5m: 700, write1h: 0 });
    assert.deepEqual(cache.anthropic('a', [segment('short', 900, '5m')], MINIMUM, 0), {
      read: 0,
      write5m: 0,
      write1h: 0,
    });
  });

  it('finds a prefix up to 20 blocks back, and no further', () => {
    const cache = new PromptCache();
    const history = Array.from({ length: 30 }, (_, index) => segment(`turn ${index}`, 100));
    const upTo = (count: number) =>
      [segment('system', 2_000), ...history.slice(0, count)].map((one, index) =>
        index === count ? { ...one, ttl: '5m' as const } : one,
      );
    cache.anthropic('a', upTo(2), MINIMUM, 0);
    assert.equal(cache.anthropic('a', upTo(15), MINIMUM, 0).read, 2_200);
    const other = new PromptCache();
    other.anthropic('a', upTo(2), MINIMUM, 0);
    assert.equal(other.anthropic('a', upTo(29), MINIMUM, 0).read, 0);
  });

  it('read and written tokens never exceed the prompt (property)', () => {
    const segments = fc.array(
      fc.record({
        text: fc.constantFrom('a', 'b', 'c'),
        tokens: fc.integer({ min: 0, max: 2_000 }),
        ttl: fc.constantFrom(null, '5m' as const, '1h' as const),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(segments, { maxLength: 8 }), (prompts) => {
        const cache = new PromptCache();
        for (const [index, prompt] of prompts.entries()) {
          const total = prompt.reduce((sum, one) => sum + one.tokens, 0);
          const use = cache.anthropic('a', prompt, MINIMUM, index);
          assert.ok(
            use.read >= 0 && use.write5m >= 0 && use.write1h >= 0 && use.read + use.write5m + use.write1h <= total,
          );
          assert.ok(cache.openai('b', prompt, MINIMUM, index) <= total);
        }
      }),
      { seed: SEED },
    );
  });
});

describe('the ledger and the clock', () => {
  it('keeps a bounded ring of rows, and totals of all', () => {
    const ledger = new ServedLedger();
    const row = {
      at: 0,
      site: 'openai',
      cloud: 'openai',
      path: '/',
      caller: null,
      model_asked: 'm',
      model_ran: 'm',
      region: 'global',
      tier: null,
      stream: false,
      status: 200,
      fault: null,
      tape: null,
      request_id: 'r',
      response_id: null,
      usage: { ...COUNTS, output: 2 },
      output_sent: 2,
      frames_sent: 1,
      request_bytes: 1,
      outcome: 'completed',
      ms: 1,
    } as const;
    for (let n = 0; n < SERVED_ROWS + 5; n += 1) ledger.add(row);
    const rows = ledger.rows();
    assert.deepEqual([rows.length, rows[0]?.n, rows.at(-1)?.n], [SERVED_ROWS, 6, SERVED_ROWS + 5]);
    assert.deepEqual([ledger.totals().requests, ledger.totals().output], [SERVED_ROWS + 5, 2 * (SERVED_ROWS + 5)]);
    assert.equal(ledger.rows(SERVED_ROWS).length, 5);
  });

  it('paces are seeded, scaled, and none at all in zero mode', () => {
    assert.equal(paceOf({ mode: 'zero' }, SEED, 1), null);
    const fixed = paceOf({ mode: 'fixed', ttft_ms: 100, gap_ms: 20, scale: 0.5 }, SEED, 1);
    assert.deepEqual([fixed?.first, fixed?.next()], [50, 10]);
    const draws = (seed: number) =>
      Array.from({ length: 400 }, (_, n) => paceOf({ mode: 'realistic', ttft_ms: 400 }, seed, n)?.first ?? 0);
    assert.deepEqual(draws(SEED), draws(SEED));
    const sorted = draws(SEED).toSorted((a, b) => a - b);
    const median = sorted[200] ?? 0;
    assert.ok(median > 350 && median < 450, `median ${median}`);
    assert.ok((sorted[390] ?? 0) > 600, 'a tail');
  });
});
