// Claude Code set to Amazon Bedrock and to Google Vertex AI, pointed at the gateway as docs/clients/claude-code.md says:
// each mode answers, runs a tool on this machine, and hears its result. And the models that it discovers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Receipt } from './support/gateway.ts';
import { ALLOW_NOTE, askForNote, homeOf, runClaude, type Printed } from './support/claude-code.ts';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const skip = skipUnless(client('@anthropic-ai/claude-code'));
const LONG = { timeout: 120_000 };
const stand = openStand();
const ON_BEDROCK = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

const bedrock = (auth: Readonly<Record<string, string>>) => ({
  CLAUDE_CODE_USE_BEDROCK: '1',
  ANTHROPIC_BEDROCK_BASE_URL: stand.gateway.origin,
  AWS_REGION: 'us-east-1',
  ANTHROPIC_SMALL_FAST_MODEL: ON_BEDROCK,
  ...auth,
});

const assertNoteRead = (printed: Printed): void => {
  assert.equal(printed.is_error, false, printed.result);
  assert.equal(printed.num_turns, 2);
  assert.match(printed.result, /42 tonnes/);
};

const ask = (model: string, settings: Readonly<Record<string, string>>): Promise<Printed> =>
  runClaude({ folder: stand.lab.folder, prompt: askForNote(), model, options: ALLOW_NOTE, settings });

describe('Claude Code in its other modes runs a tool and hears its result', { skip }, () => {
  test('set to Bedrock, with a key', LONG, async () => {
    assertNoteRead(await ask(ON_BEDROCK, bedrock({ AWS_BEARER_TOKEN_BEDROCK: stand.gateway.key })));
  });

  test('set to Bedrock, signing, with Bedrock behind', LONG, async () => {
    const { aws } = await stand.gateway.keyWithPair();
    const pair = { AWS_ACCESS_KEY_ID: aws.access_key_id, AWS_SECRET_ACCESS_KEY: aws.secret_access_key };
    assertNoteRead(await ask('sonnet-on-bedrock', bedrock(pair)));
  });

  test('set to Vertex AI, with Vertex AI behind', LONG, async () => {
    assertNoteRead(
      await ask('sonnet-on-vertex', {
        CLAUDE_CODE_USE_VERTEX: '1',
        ANTHROPIC_VERTEX_BASE_URL: `${stand.gateway.origin}/v1`,
        ANTHROPIC_VERTEX_PROJECT_ID: 'any',
        CLOUD_ML_REGION: 'global',
        CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
        ANTHROPIC_AUTH_TOKEN: stand.gateway.key,
      }),
    );
  });

  test('the models that it discovers are those of its key', LONG, async () => {
    const printed = await runClaude({
      folder: stand.lab.folder,
      prompt: 'Answer briefly. [lab say="yes"]',
      options: ['--tools', ''],
      settings: {
        ANTHROPIC_BASE_URL: stand.gateway.origin,
        ANTHROPIC_AUTH_TOKEN: stand.gateway.key,
        CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
      },
    });
    assert.equal(printed.is_error, false, printed.result);
    const cache = JSON.parse(
      readFileSync(join(homeOf(stand.lab.folder), '.claude', 'cache', 'gateway-models.json'), 'utf8'),
    ) as { readonly models: readonly { readonly id: string }[] };
    const found = new Set(cache.models.map(({ id }) => id));
    for (const name of ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-1']) assert.ok(found.has(name), name);
  });

  test('each mode is named in its receipts', LONG, async () => {
    const completed = (found: readonly Receipt[]): Set<string> =>
      new Set(
        found.flatMap(({ public: { asked, outcome } }) => (outcome === 'completed' ? [asked.envelope ?? 'none'] : [])),
      );
    // A mode asks more often than it answers, so no number of receipts says that the last one's are there.
    const modes = new Set(['bedrock-invoke', 'vertex-predict', 'none']);
    const receipts = await stand.gateway.receiptsOnce(
      (found) => modes.isSubsetOf(completed(found)),
      'a receipt of each mode',
    );
    const said = receipts.map((receipt) => receipt.public);
    const clouds = new Set(said.flatMap(({ served }) => (served === null ? [] : [served.cloud])));
    assert.ok(clouds.has('bedrock') && clouds.has('vertex') && clouds.has('anthropic'));
  });
});
