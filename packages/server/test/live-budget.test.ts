// What `--live` serves, pointed at the lab instead of the real cloud: under the default budget of five dollars documents
// and bounded searches are possible, what could cost more is refused, and the window that bounds them cannot be widened.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { moneyFromDecimal } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import { checkConfigValue, findCredentials, liveConfiguration, requireConfig } from '@weighbridge/server';
import { call, openBench, until, type Bench, type Raw, type Started } from './support/server.ts';

let bench: Bench;
let started: Started;
let key: string;

/** The one thing that is changed: where the calls go, and with which key. */
const toLab = (raw: Raw): void => {
  const lab = bench.configuration;
  const live = structuredClone(liveConfiguration(findCredentials({ ANTHROPIC_API_KEY: 'x' }))) as Raw;
  for (const deployment of Object.values(live['deployments']) as Raw[])
    deployment['endpoint'] = lab['deployments']['anthropic-sonnet-4-5'].endpoint;
  live['credentials']['anthropic-env'] = lab['credentials'].anthropic;
  for (const name of Object.keys(raw)) delete raw[name];
  Object.assign(raw, live);
};

before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'live', change: toLab });
  key = (await started.server.administration.createKey({ name: 'live' })).key;
});
after(() => bench.close());

const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n',
).toString('base64');
const document = {
  messages: [
    {
      role: 'user',
      content: [
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } },
        { type: 'text', text: 'What does it say?' },
      ],
    },
  ],
};
const search = (uses?: number): Raw => ({
  tools: [{ type: 'web_search_20250305', name: 'web_search', ...(uses === undefined ? {} : { max_uses: uses }) }],
});
const ask = (model: string, more: Raw) => call(started.server.origin, key, { model, ...more });

describe('under the default budget of --live', () => {
  test('a PDF and a search of bounded uses are served, and what was held for them is given back', async () => {
    for (const model of ['claude-sonnet-4-5', 'claude-haiku-4-5']) {
      const read = await ask(model, document);
      assert.equal(read.status, 200, read.text);
      const searched = await ask(model, search(1));
      assert.equal(searched.status, 200, searched.text);
    }
    const { budget } = await started.server.status();
    assert.ok(budget !== null);
    assert.ok(
      moneyFromDecimal(budget.used) > 0n && moneyFromDecimal(budget.used) < moneyFromDecimal('0.1'),
      budget.used,
    );
  });

  test('what could cost more than is left is refused, and so is what has no bound', async () => {
    const dear = await ask('claude-opus-4-1', document);
    assert.match(`${dear.status} ${dear.text}`, /402 .*BUDGET_EXCEEDED/);
    const many = await ask('claude-sonnet-4-5', search(8));
    assert.match(`${many.status} ${many.text}`, /402 .*BUDGET_EXCEEDED/);
    const endless = await ask('claude-sonnet-4-5', search());
    assert.match(`${endless.status} ${endless.text}`, /400 .*BUDGET_UNBOUNDED.*max_uses/);
  });

  test('the status says what a window of each model can cost', async () => {
    const windows = new Map(
      (await started.server.status()).budget?.windows.map((each) => [each.deployment, each.cost]),
    );
    assert.deepEqual(
      [...windows],
      [
        // 200,000 tokens at the dearest input class, the write of an hour: 6, 2 and 30 dollars a million.
        ['anthropic-claude-sonnet-4-5', '1.2'],
        ['anthropic-claude-haiku-4-5', '0.4'],
        ['anthropic-claude-opus-4-1', '6'],
      ],
    );
  });

  test('a client cannot widen the window: the beta for a million tokens is withheld, and said to be', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': key,
      'anthropic-beta': 'context-1m-2025-08-07,files-api-2025-04-14',
    };
    const body = JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 8,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const answer = await fetch(`${started.server.origin}/v1/messages`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200, await answer.text());
    const { home } = started.server;
    const id = answer.headers.get('weighbridge-receipt') ?? '';
    const receipt = await until('the receipt', 5_000, () => {
      const journal = openJournal(home.journal, { vault: home.vault });
      try {
        const entry = journal.find(id).find(({ leaf }) => leaf.kind === 'call');
        return entry === undefined ? undefined : journal.groups(entry.index, ['public']).public?.text;
      } finally {
        journal.close();
      }
    });
    assert.match(receipt, /context-1m-2025-08-07/);
    assert.ok(!receipt.includes('files-api-2025-04-14'), 'other betas pass');
  });
});

test('every deployment that --live can make has a window, and at a cloud with betas none that widens it', () => {
  const found = findCredentials({
    ANTHROPIC_API_KEY: 'x',
    OPENAI_API_KEY: 'x',
    AWS_BEARER_TOKEN_BEDROCK: 'x',
    AWS_REGION: 'eu-west-1',
    GOOGLE_APPLICATION_CREDENTIALS: 'x',
    GOOGLE_CLOUD_PROJECT: 'project-1',
    ANTHROPIC_FOUNDRY_API_KEY: 'x',
    ANTHROPIC_FOUNDRY_RESOURCE: 'resource-1',
  });
  const { deployments } = requireConfig(checkConfigValue('--live', liveConfiguration(found), '/', Date.now()));
  assert.ok(Object.keys(deployments).length >= 14);
  for (const [id, { cloud, max_input_tokens: window, betas }] of Object.entries(deployments)) {
    assert.ok((window ?? 0) >= 200_000, id);
    if (cloud === 'openai') continue;
    assert.ok(betas !== undefined && betas.length > 5, id);
    assert.ok(!betas.some((name) => name.startsWith('context-1m')), id);
  }
});
