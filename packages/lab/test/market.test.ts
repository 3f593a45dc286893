// A market at the simulated clouds: what is not sold is not there, limits and capacity turn calls away in each cloud's own
// words, and what is left is told and comes back as the lab's clock goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configSchema } from '@weighbridge/protocol';
import { marketConfiguration, marketProblems, type LabMarket } from '../src/index.ts';
import { claude, claudeHeaders, openAi, openTestLab, post, type Answer, type TestLab } from './support.ts';

const LIMITS = { requests_per_minute: 3, tokens_per_minute: 1_000 };
const ROOM = { requests_per_minute: 1_000, tokens_per_minute: 1_000_000 };
const AMPLE = { tokens_per_minute: 1_000_000_000 };
const at = (id: string, cloud: string, model: string, region: string, limits = LIMITS) => ({
  id,
  cloud,
  model,
  region,
  roles: {},
  limits,
});

const MARKET: LabMarket = {
  offers: [
    {
      name: 'direct',
      capacity: AMPLE,
      deployments: [at('a', 'anthropic', 'claude-sonnet-4-5', 'global')],
    },
    {
      name: 'chat',
      capacity: AMPLE,
      deployments: [
        at('b', 'openai', 'gpt-4.1', 'global'),
        {
          ...at('c', 'azure-openai', 'our-chat', 'swedencentral'),
          priced_as: 'gpt-4.1-mini',
          region_scope: 'regional',
          path_style: 'v1',
        },
      ],
    },
    {
      name: 'aws',
      capacity: AMPLE,
      deployments: [at('d', 'bedrock', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu-central-1')],
    },
    {
      name: 'google',
      capacity: AMPLE,
      deployments: [at('e', 'vertex', 'claude-sonnet-4-5@20250929', 'europe-west1')],
    },
    {
      name: 'foundry',
      capacity: { tokens_per_minute: 60 },
      deployments: [
        { ...at('f', 'foundry', 'one-claude', 'global', ROOM), priced_as: 'claude-sonnet-4-5', hosting: 'azure' },
        { ...at('g', 'foundry', 'other-claude', 'global', ROOM), priced_as: 'claude-haiku-4-5', hosting: 'anthropic' },
      ],
    },
    {
      name: 'own',
      capacity: { tokens_per_minute: 0 },
      deployments: [at('h', 'openai-compatible', 'meta-llama/Llama-3.3-70B-Instruct', 'cellar', ROOM)],
    },
  ],
  routes: { sonnet: { aliases: ['claude-*'], candidates: ['a', 'd'] } },
};

const ask = (model: string, tokens = 5, most = 10) => ({
  model,
  max_tokens: most,
  messages: [{ role: 'user', content: `[lab tokens=${tokens}] Hello` }],
});

/** Fills up every limit. */
const aMinute = (lab: TestLab): Promise<void> => lab.control.advance(60_000);

describe('a market at the simulated clouds', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab({ market: MARKET });
  });
  after(() => lab.close());
  const azure = (model: string): Promise<Answer> =>
    post(
      `${lab.endpoints.clouds['azure-openai']}/openai/v1/chat/completions`,
      { 'api-key': lab.endpoints.credentials.azure_openai_key },
      ask(model),
    );
  const foundry = (model: string, tokens = 5): Promise<Answer> =>
    post(
      `${lab.endpoints.clouds.foundry}/anthropic/v1/messages`,
      { 'api-key': lab.endpoints.credentials.foundry_key, 'anthropic-version': '2023-06-01' },
      ask(model, tokens, 200),
    );

  test('sells what is offered under the name that its owner gave it, in its region, and nothing else', async () => {
    const sold = await azure('our-chat');
    assert.equal(sold.status, 200);
    assert.equal(sold.json['model'], 'gpt-4.1-mini-2025-04-14');
    assert.equal(sold.headers.get('x-ms-region'), 'Sweden Central');
    const absent = await azure('gpt-4.1');
    assert.deepEqual([absent.status, (absent.json['error'] as { code: string }).code], [404, 'DeploymentNotFound']);
    const elsewhere = await claude(lab.endpoints, ask('claude-haiku-4-5'));
    assert.equal((elsewhere.json['error'] as { type: string }).type, 'not_found_error');
  });

  test('tells what is left of the limits, and takes what was used, not what was allowed', async () => {
    await aMinute(lab);
    const answer = await claude(lab.endpoints, ask('claude-sonnet-4-5', 5, 900));
    const { input_tokens: input, output_tokens: output } = answer.json['usage'] as Record<string, number>;
    assert.equal(answer.headers.get('anthropic-ratelimit-requests-limit'), '3');
    assert.equal(answer.headers.get('anthropic-ratelimit-requests-remaining'), '2');
    assert.equal(answer.headers.get('anthropic-ratelimit-tokens-limit'), '1000');
    const left = Number(answer.headers.get('anthropic-ratelimit-tokens-remaining'));
    // The clock runs on meanwhile: a token or two may have come back.
    assert.ok(left >= 1000 - (input ?? 0) - (output ?? 0) && left < 1000, String(left));
  });

  test('a call whose tokens may exceed the limit is refused before it runs, with the time to wait', async () => {
    await aMinute(lab);
    const refused = await claude(lab.endpoints, ask('claude-sonnet-4-5', 5, 5_000));
    assert.equal(refused.status, 429);
    assert.equal((refused.json['error'] as { type: string }).type, 'rate_limit_error');
    assert.match(refused.text, /1000 tokens per minute/);
    assert.equal(refused.headers.get('retry-after'), '60');
    assert.equal(refused.headers.get('anthropic-ratelimit-tokens-remaining'), '1000');
  });

  test('the request beyond the limit is turned away in the words of its cloud, and let in a minute later', async () => {
    const clouds: Record<string, () => Promise<Answer>> = {
      rate_limit_error: () => claude(lab.endpoints, ask('claude-sonnet-4-5')),
      rate_limit_exceeded: () => openAi(lab.endpoints, ask('gpt-4.1')),
      '"429"': () => azure('our-chat'),
    };
    for (const [word, call] of Object.entries(clouds)) {
      await aMinute(lab);
      for (let count = 0; count < 3; count += 1) assert.equal((await call()).status, 200, word);
      const refused = await call();
      assert.equal(refused.status, 429, word);
      assert.ok(refused.text.includes(word), refused.text);
      const wait = Number(refused.headers.get('retry-after'));
      assert.ok(wait >= 1 && wait <= 20, String(wait));
      await lab.control.advance(wait * 1000);
      assert.equal((await call()).status, 200, word);
    }
  });

  test('deployments of one offer share its capacity: what one has used up the other meets as overload', async () => {
    await aMinute(lab);
    assert.equal((await foundry('one-claude', 150)).status, 200);
    const short = await foundry('other-claude');
    assert.equal(short.status, 529);
    assert.equal((short.json['error'] as { type: string }).type, 'overloaded_error');
    await lab.control.advance(300_000);
    assert.equal((await foundry('other-claude')).status, 200);
  });

  test('an offer without capacity serves nobody', async () => {
    await aMinute(lab);
    const { clouds, credentials } = lab.endpoints;
    const headers = { authorization: `Bearer ${credentials.openai_compatible_key}` };
    const url = `${clouds['openai-compatible']}/v1/chat/completions`;
    const answer = await post(url, headers, ask('meta-llama/Llama-3.3-70B-Instruct'));
    assert.deepEqual(
      [answer.status, (answer.json['error'] as { type: string }).type],
      [503, 'ServiceUnavailableError'],
    );
  });

  test('what is turned away stands in the book of what was really served', async () => {
    const { totals } = await lab.control.served();
    assert.ok(totals.by_outcome.refused >= 6 && totals.by_outcome.completed >= 12, JSON.stringify(totals));
  });

  test('the configuration holds what is offered, and where a region of it is served', () => {
    const raw = marketConfiguration(lab.endpoints, MARKET, ['/prices.yaml']);
    const config = configSchema.parse(raw);
    assert.deepEqual(Object.keys(config.deployments), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    assert.ok(Object.values(config.deployments).every(({ simulated }) => simulated));
    assert.equal(config.deployments['d']?.endpoint, lab.endpoints.clouds['bedrock-eu']);
    assert.equal(config.deployments['f']?.hosting, 'azure');
    assert.deepEqual(config.price_files, ['/prices.yaml']);
    assert.deepEqual(
      config.routes['sonnet']?.candidates.map(({ deployment }) => deployment),
      ['a', 'd'],
    );
    assert.equal(config.log, 'lab');
  });
});

test('without a market nothing is counted, and the usual deployments stand', async () => {
  const lab = await openTestLab();
  try {
    const many = await Promise.all(Array.from({ length: 8 }, () => claude(lab.endpoints, ask('claude-haiku-4-5'))));
    assert.deepEqual([...new Set(many.map(({ status }) => status))], [200]);
    assert.equal(many[0]?.headers.get('anthropic-ratelimit-requests-limit'), '4000');
    assert.ok(claudeHeaders(lab.endpoints)['x-api-key']);
  } finally {
    await lab.close();
  }
});

describe('what the lab cannot be', () => {
  const of = (change: object): string[] => {
    const [first] = MARKET.offers;
    const deployments = [{ ...first!.deployments[0]!, ...change }];
    return marketProblems({ ...MARKET, offers: [{ ...first!, deployments }] }).map(
      ({ field, message, mend }) => `${field}: ${message}; ${mend}`,
    );
  };
  test('is told by deployment and field, with what mends it', () => {
    assert.deepEqual(marketProblems(MARKET), []);
    assert.match(of({ cloud: 'anthropik' })[0] ?? '', /^cloud: "anthropik" is no cloud .*did you mean anthropic\?/);
    assert.match(of({ model: 'claude-sonnet-4-6x' })[0] ?? '', /^model: .*did you mean claude-sonnet-4-6\?/);
    assert.match(of({ credential: 'openai' })[0] ?? '', /^credential: "openai" opens no anthropic/);
    assert.match(of({ hosting: 'azure' })[0] ?? '', /^hosting: .*Claude in Foundry; leave it out/);
    assert.match(of({ cloud: 'foundry' })[0] ?? '', /^hosting: .*use one of azure, anthropic/);
    const bedrock = { cloud: 'bedrock', model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', region: 'us-west-2' };
    assert.match(of(bedrock)[0] ?? '', /^region: "us-west-2" is no region of the lab's bedrock for this model/);
    assert.match(of({ ...bedrock, region: 'eu-central-1' })[0] ?? '', /^region: "eu-central-1" is no .*us-east-1/);
    const bare = { ...bedrock, model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', region: 'us-east-1' };
    assert.match(of(bare)[0] ?? '', /^model: .*by inference profile only; write eu\.anthropic/);
    const vertex = { cloud: 'vertex', model: 'claude-sonnet-4-5@20250929', region: 'europe-west9' };
    assert.match(of(vertex)[0] ?? '', /^region: "europe-west9" .*did you mean europe-west/);
  });
});
