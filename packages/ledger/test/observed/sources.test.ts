// Each seller's record, in the fields that its maker publishes: what is read of it, and what is refused with its line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { OBSERVED_SOURCES, type ObservedSource } from '@weighbridge/protocol';
import { readObserved, SOURCE_READERS, type ReadFile } from '@weighbridge/ledger';

const HOUR = 3_600_000;
const NOV_1 = Date.UTC(2026, 10, 1);

const pages = (results: readonly unknown[]): string =>
  JSON.stringify({
    data: [
      { starting_at: '2026-11-01T00:00:00Z', ending_at: '2026-11-01T01:00:00Z', results },
      { starting_at: '2026-11-01T01:00:00Z', ending_at: '2026-11-01T02:00:00Z', results: [] },
    ],
    has_more: false,
    next_page: null,
  });

const TEXTS: Readonly<Record<ObservedSource, string>> = {
  'anthropic-usage': pages([
    {
      uncached_input_tokens: 1_500,
      cache_creation: { ephemeral_1h_input_tokens: 1_000, ephemeral_5m_input_tokens: 500 },
      cache_read_input_tokens: 200,
      output_tokens: 700,
      server_tool_use: { web_search_requests: 10 },
      api_key_id: 'apikey_1',
      workspace_id: 'wrkspc_1',
      model: 'claude-opus-4-5-20251101',
      service_tier: 'standard',
      context_window: '0-200k',
    },
  ]),
  'anthropic-cost': pages([
    {
      currency: 'USD',
      amount: '123.78912',
      workspace_id: null,
      description: 'Claude Opus 4.5 usage - input tokens',
      cost_type: 'tokens',
      model: 'claude-opus-4-5-20251101',
      token_type: 'uncached_input_tokens',
    },
  ]),
  'openai-usage': JSON.stringify({
    object: 'page',
    data: [
      {
        object: 'bucket',
        start_time: NOV_1 / 1000,
        end_time: NOV_1 / 1000 + 86_400,
        results: [
          {
            object: 'organization.usage.completions.result',
            input_tokens: 1_000,
            output_tokens: 500,
            input_cached_tokens: 800,
            input_audio_tokens: 0,
            output_audio_tokens: 0,
            num_model_requests: 5,
            project_id: 'proj_abc',
            user_id: 'user-abc',
            api_key_id: 'key_abc',
            model: 'gpt-4.1-2025-04-14',
            batch: false,
          },
        ],
      },
    ],
    has_more: false,
  }),
  'openai-costs': JSON.stringify({
    object: 'page',
    data: [
      {
        object: 'bucket',
        start_time: NOV_1 / 1000,
        end_time: NOV_1 / 1000 + 86_400,
        results: [
          {
            object: 'organization.costs.result',
            amount: { value: 0.06, currency: 'usd' },
            line_item: 'gpt-4.1, input',
            project_id: 'proj_abc',
          },
        ],
      },
    ],
  }),
  'github-copilot-metrics': [
    {
      day: '2026-11-01',
      enterprise_id: '1',
      user_login: 'octocat',
      user_initiated_interaction_count: 5,
      code_generation_activity_count: 2,
      totals_by_model_feature: [
        {
          model: 'claude-sonnet-4.5',
          feature: 'chat_panel_agent_mode',
          user_initiated_interaction_count: 4,
          code_generation_activity_count: 1,
        },
      ],
      totals_by_cli: { request_count: 2, token_usage: { prompt_tokens_sum: 3_800, output_tokens_sum: 5_000 } },
    },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n'),
  'github-premium-requests': [
    'date,username,product,sku,model,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,net_amount,exceeds_quota,total_monthly_quota,organization,cost_center_name',
    '2026-11-01,alice,copilot,copilot_premium_request,Claude Sonnet 4.5,3.6,requests,0.04,0.144,0,0.144,False,1000,org-alpha,CC-Alpha',
    '',
  ].join('\n'),
  'microsoft-365-copilot': JSON.stringify([
    {
      CreationTime: '2026-11-01T05:06:07',
      Id: '11111111-2222-3333-4444-555555555555',
      Operation: 'CopilotInteraction',
      OrganizationId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      RecordType: 261,
      Workload: 'Copilot',
      UserId: 'ada@example.org',
      CopilotEventData: {
        AppHost: 'Word',
        Messages: [
          { Id: '1', isPrompt: true },
          { Id: '2', isPrompt: false },
        ],
        ModelTransparencyDetails: [{ ModelName: 'DEEP_LEO' }],
        ThreadId: '19:thread',
      },
    },
  ]),
  'azure-cost': [
    'Date,MeterCategory,MeterSubCategory,MeterName,Quantity,CostInBillingCurrency,BillingCurrency,ResourceGroup,CostCenter,ProductName',
    '11/01/2026,Cognitive Services,Azure OpenAI,"gpt 4.1 Inp, glbl Tokens",12.5,0.025,USD,rg-ai,CC-7,Azure OpenAI',
    '11/01/2026,Storage,Blob,Hot,1,0.2,USD,rg-other,,Storage',
  ].join('\r\n'),
  'azure-metrics': [
    {
      time: '2026-11-01T00:00:00Z',
      metricName: 'GeneratedTokens',
      total: 321,
      timeGrain: 'PT1M',
      resourceId: '/SUBSCRIPTIONS/1/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/OURS',
      dimension: { ModelName: 'gpt-4.1', ModelDeploymentName: 'prod' },
    },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n'),
  'aws-cur': [
    'identity_line_item_id,identity_time_interval,line_item_line_item_type,line_item_product_code,line_item_usage_account_id,line_item_usage_start_date,line_item_usage_end_date,line_item_usage_type,line_item_usage_amount,pricing_unit,line_item_unblended_cost,line_item_currency_code',
    'li-1,2026-11-01T00:00:00Z/2026-11-01T01:00:00Z,Usage,AmazonBedrock,123456789012,2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,USE1-Claude4.5Sonnet-input-tokens,1.5,1K tokens,0.0045,USD',
    'li-2,2026-11-01T00:00:00Z/2026-11-01T01:00:00Z,Usage,AmazonEC2,123456789012,2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,BoxUsage,1,Hrs,0.1,USD',
  ].join('\n'),
  'bedrock-invocations': JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2026-11-01T00:00:00Z',
    accountId: '123456789012',
    identity: { arn: 'arn:aws:sts::123456789012:assumed-role/app/session' },
    region: 'us-east-1',
    requestId: 'a1b2c3d4-5678-90ab-cdef-111111111111',
    operation: 'InvokeModel',
    modelId: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    input: { inputContentType: 'application/json', inputTokenCount: 15, cacheReadInputTokenCount: 5 },
    output: { outputContentType: 'application/json', outputTokenCount: 120 },
  }),
  'gcp-billing': JSON.stringify({
    billing_account_id: '0000',
    service: { id: 'C7E2', description: 'Vertex AI' },
    sku: { id: 'ABCD', description: 'Claude Sonnet 4.5 Input Tokens' },
    usage_start_time: '2026-11-01 00:00:00 UTC',
    usage_end_time: '2026-11-01 01:00:00 UTC',
    project: { id: 'our-project' },
    usage: { amount: 1_234, unit: 'count' },
    cost: 0.003702,
    currency: 'USD',
    export_time: '2026-11-01 05:00:00 UTC',
  }),
  'vertex-logs': JSON.stringify({
    endpoint: 'projects/our-project/locations/global/publishers/google/models/gemini-2.5-flash',
    deployed_model_id: '1',
    logging_time: '2026-11-01 00:00:00.000000 UTC',
    request_id: '987',
    api_method: 'generateContent',
    model: 'gemini-2.5-flash',
    full_response: JSON.stringify({
      usageMetadata: {
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 3,
      },
    }),
  }),
  'usage-table':
    'from,to,model,owner,requests,input,output,money,currency\n2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,llama,lab,3,10,20,0.5,EUR\n',
};

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const read = (source: ObservedSource): Promise<ReadFile> => readObserved([TEXTS[source]]);

describe("sellers' records", () => {
  for (const source of OBSERVED_SOURCES)
    test(`${source} is known by what is in it, and read the same in pieces of any size`, async () => {
      const whole = await read(source);
      assert.equal(whole.source.id, source);
      for (const size of [1, 7, 64]) {
        const pieces = await readObserved(inPieces(TEXTS[source], size));
        assert.deepEqual([pieces.source.id, pieces.rows, pieces.buckets], [source, whole.rows, whole.buckets]);
      }
      assert.ok(whole.rows.length > 0);
      assert.equal(SOURCE_READERS[source].id, source);
    });

  test('the usage report of Anthropic: classes do not overlap, and an empty bucket is told', async () => {
    const { rows, buckets } = await read('anthropic-usage');
    assert.deepEqual(rows, [
      {
        from: NOV_1,
        to: NOV_1 + HOUR,
        model: 'claude-opus-4-5-20251101',
        owner: 'wrkspc_1',
        user: 'apikey_1',
        service: 'standard',
        tokens: { input: 1_500, cache_read: 200, cache_write_5m: 500, cache_write_1h: 1_000, output: 700 },
      },
    ]);
    assert.deepEqual(buckets, [
      { from: NOV_1, to: NOV_1 + HOUR },
      { from: NOV_1 + HOUR, to: NOV_1 + 2 * HOUR },
    ]);
  });

  test('the cost report of Anthropic counts cents', async () => {
    const { rows } = await read('anthropic-cost');
    assert.deepEqual([rows[0]?.money, rows[0]?.currency, rows[0]?.owner], ['1.2378912', 'USD', 'default']);
  });

  test('the usage of OpenAI includes what was read from the cache, which is told apart', async () => {
    const { rows } = await read('openai-usage');
    assert.deepEqual(rows[0]?.tokens, { input: 200, cache_read: 800, output: 500 });
    assert.deepEqual([rows[0]?.requests, rows[0]?.owner, rows[0]?.user], ['5', 'proj_abc', 'user-abc']);
  });

  test('metrics of Copilot are told by model and feature, and what is not told apart is the rest', async () => {
    const { rows } = await read('github-copilot-metrics');
    assert.deepEqual(
      rows.map(({ model, service, requests, tokens }) => [model, service, requests, tokens]),
      [
        ['claude-sonnet-4.5', 'chat_panel_agent_mode', '5', undefined],
        [undefined, undefined, '2', undefined],
        [undefined, 'cli', '2', { input: 3_800, output: 5_000 }],
      ],
    );
  });

  test('premium requests are weighed by their seller, and keep their fractions', async () => {
    const { rows } = await read('github-premium-requests');
    assert.deepEqual([rows[0]?.requests, rows[0]?.owner, rows[0]?.money], ['3.6', 'CC-Alpha', '0.144']);
  });

  test('of an audit log only interactions with Copilot count, each prompt as a request', async () => {
    const other = {
      CreationTime: '2026-11-01T00:00:00',
      Id: 'x',
      Operation: 'FileAccessed',
      AuditData: '{"Operation":"FileAccessed"}',
    };
    const first = (JSON.parse(TEXTS['microsoft-365-copilot']) as unknown[])[0];
    const { rows } = await readObserved([[first, other].map((one) => JSON.stringify(one)).join('\n')]);
    assert.equal(rows.length, 1);
    assert.deepEqual([rows[0]?.requests, rows[0]?.service, rows[0]?.model], ['1', 'Word', 'DEEP_LEO']);
    const exported = `RecordId,CreationDate,Operation,UserId,AuditData\n1,2026-11-01T00:00:00,CopilotInteraction,ada@example.org,"${JSON.stringify(first).replaceAll('"', '""')}"\n`;
    assert.deepEqual((await readObserved([exported])).rows, rows);
  });

  test('a line of the Cost and Usage Report is a class of tokens by its usage type, in the unit that it is priced in', async () => {
    const { rows } = await read('aws-cur');
    assert.equal(rows.length, 1);
    assert.deepEqual(
      [rows[0]?.tokens, rows[0]?.model, rows[0]?.money],
      [{ input: 1_500 }, 'Claude4.5Sonnet', '0.0045'],
    );
  });

  test('an invocation of Bedrock bears the id of its answer', async () => {
    const { rows } = await read('bedrock-invocations');
    assert.equal(rows[0]?.request, 'a1b2c3d4-5678-90ab-cdef-111111111111');
    assert.equal(rows[0]?.model, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0');
    assert.deepEqual(rows[0]?.tokens, { input: 15, cache_read: 5, output: 120 });
  });

  test('the billing export and the log of Vertex count tokens by class', async () => {
    assert.deepEqual((await read('gcp-billing')).rows[0]?.tokens, { input: 1_234 });
    assert.equal((await read('gcp-billing')).rows[0]?.model, 'Claude Sonnet 4.5');
    assert.deepEqual((await read('vertex-logs')).rows[0]?.tokens, {
      input: 60,
      cache_read: 40,
      output: 7,
      reasoning: 3,
    });
  });

  test('of a cost export of Azure only what models are sold as counts', async () => {
    const { rows } = await read('azure-cost');
    assert.equal(rows.length, 1);
    assert.deepEqual([rows[0]?.money, rows[0]?.owner, rows[0]?.from], ['0.025', 'CC-7', NOV_1]);
  });
});

const refusal = async (text: string): Promise<string> => {
  try {
    await readObserved([text]);
  } catch (error) {
    if (isAppError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
};

describe('what cannot be read', () => {
  test('is refused with its line', async () => {
    const good = TEXTS['bedrock-invocations'];
    assert.match(await refusal(`${good}\n{"schemaType":\n`), /^OBSERVED_INVALID line 2: this is not JSON/);
    assert.match(await refusal(`${good}\n"text"\n`), /^OBSERVED_INVALID line 2: a record is a JSON object/);
    const broken = good.replace('"inputTokenCount":15', '"inputTokenCount":-1');
    assert.match(await refusal(`${good}\n${broken}\n`), /^OBSERVED_INVALID line 2: `inputTokenCount` is -1/);
    const table = TEXTS['usage-table'];
    assert.match(await refusal(`${table}2026-11-01T00:00:00Z,x\n`), /^OBSERVED_INVALID line 3: the row has 2 fields/);
    assert.match(await refusal(`${table}"2026-11-01`), /^OBSERVED_INVALID line 3: a quote is opened/);
    const nothing = `from,requests\n2026-11-01T00:00:00Z,\n`;
    assert.match(await refusal(nothing), /^OBSERVED_INVALID line 2: the row counts nothing/);
  });

  test('is said not to be known, with what it has', async () => {
    await assert.rejects(readObserved(['{"some":"thing"}']), { code: 'OBSERVED_UNKNOWN' });
    await assert.rejects(readObserved(['[1]'], 'usage-table'), { code: 'OBSERVED_INVALID' });
    assert.match(await refusal('{"some":"thing"}\n'), /^OBSERVED_UNKNOWN no reader knows this record.* some$/);
    assert.match(await refusal(''), /^OBSERVED_UNKNOWN the file is empty/);
  });

  test('a figure that is missing is no zero', async () => {
    const page = TEXTS['anthropic-usage'].replace('"output_tokens":700,', '');
    assert.match(await refusal(page), /^OBSERVED_INVALID line 1: `output_tokens` is missing/);
  });
});
