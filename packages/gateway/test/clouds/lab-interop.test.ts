// The adapters and the credential store against the lab, which was written apart from them and checks what it is sent:
// signatures, tokens, versions, fields. Each deployment of its configuration is called whole and streamed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as send, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createTap, EventStreamReader, readRequest, spliceJson, SseReader, type SseEvent } from '@weighbridge/dialects';
import { labConfiguration, startLab, type RunningLab } from '@weighbridge/lab';
import { configSchema, type Config, type DialectId } from '@weighbridge/protocol';
import type { CallContext, Headers } from '../../src/clouds/cloud.ts';
import { cloudOf } from '../../src/clouds/index.ts';
import { rolesOf } from '../../src/clouds/roles.ts';
import { createCredentialStore, type RefreshingStore } from '../../src/credentials/store.ts';
import type { Deployment } from '../../src/deployment.ts';

let lab: RunningLab;
let folder = '';
let config: Config;
let store: RefreshingStore;
let deployments: Deployment[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weighbridge-lab-'));
  lab = await startLab({ folder, seed: 7, latency: { mode: 'zero' } });
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(lab.endpoints.caFile, 'utf8')]);
  config = configSchema.parse(labConfiguration(lab.endpoints));
  store = createCredentialStore(config.credentials);
  deployments = Object.entries(config.deployments).map(([id, deployment]) =>
    Object.assign({ id }, deployment, { roles: rolesOf(deployment) }),
  );
});
after(async () => {
  store.stop();
  await lab.stop();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const LIMITS: Readonly<Partial<Record<DialectId, object>>> = {
  'anthropic-messages': { max_tokens: 64 },
  'openai-chat': { max_completion_tokens: 64 },
  'bedrock-converse': { inferenceConfig: { maxTokens: 64 } },
};

const contentOf = (dialect: DialectId, text: string): unknown => (dialect === 'bedrock-converse' ? [{ text }] : text);

/** Sends one call as the pipeline would: edits, request, authorisation. */
async function call(deployment: Deployment, stream: boolean, fields: object = {}, counting = false): Promise<Answer> {
  const cloud = cloudOf(deployment.cloud);
  const dialect = cloud.dialect(deployment);
  const limit = counting ? {} : LIMITS[dialect];
  const parsed = {
    model: 'alias',
    ...(counting ? {} : { stream }),
    ...limit,
    messages: [{ role: 'user', content: contentOf(dialect, 'Say something about scales.') }],
    ...fields,
  };
  const body = Buffer.from(JSON.stringify(parsed));
  const facts = readRequest(dialect, parsed, body.length);
  const context: CallContext = { deployment, facts, clientHeaders: {}, counting };
  const edited = spliceJson(body, cloud.edits(context));
  const request = counting ? cloud.counting?.request(context, edited) : cloud.request(context, edited);
  assert.ok(request !== undefined);
  const added = await cloud.authorize(request, store.current(deployment.credential), deployment, new Date());
  const outgoing = send(request.origin + request.path, {
    method: 'POST',
    headers: { ...request.headers, ...added },
    agent: false,
  });
  outgoing.end(request.body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers as Headers, body: Buffer.concat(parts) };
}

function eventsOf(deployment: Deployment, body: Buffer): SseEvent[] {
  const cloud = cloudOf(deployment.cloud);
  if (cloud.framing === 'sse') return new SseReader().push(body);
  return new EventStreamReader().push(body).map((message) => {
    const event = cloud.unwrap?.(message, cloud.dialect(deployment));
    assert.ok(event !== null && event !== undefined && 'raw' in event, JSON.stringify(event));
    return event;
  });
}

describe('against the lab', () => {
  test('every credential of its configuration is fetched by the vendors’ own libraries', async () => {
    const reports = await store.ready();
    assert.ok(reports.length >= 10);
    assert.deepEqual(
      reports.filter((report) => !report.usable),
      [],
    );
  });

  test('every deployment passes its check, with a credential of a kind that its cloud takes', () => {
    assert.ok(deployments.length >= 10);
    for (const deployment of deployments) {
      const cloud = cloudOf(deployment.cloud);
      assert.deepEqual(cloud.check(deployment), [], deployment.id);
      const kind = config.credentials[deployment.credential]?.kind;
      assert.ok(kind !== undefined && cloud.credentialKinds.includes(kind), `${deployment.id}: ${kind}`);
    }
  });

  test('every deployment answers whole, with usage and evidence', async () => {
    for (const deployment of deployments) {
      const cloud = cloudOf(deployment.cloud);
      const answer = await call(deployment, false);
      assert.equal(answer.status, 200, `${deployment.id}: ${answer.body.toString()}`);
      const tap = createTap(cloud.dialect(deployment));
      tap.whole(answer.body);
      const facts = tap.facts();
      assert.equal(facts.usage.source, 'reported', deployment.id);
      const evidence = cloud.evidence(deployment, answer.headers, facts);
      // Converse names no model.
      assert.equal(evidence.model === null, cloud.dialect(deployment) === 'bedrock-converse', deployment.id);
      if (deployment.cloud !== 'openai-compatible') assert.ok(evidence.requestId !== null, deployment.id);
      assert.ok(evidence.region.grade <= 2);
    }
  });

  test('every deployment streams to its terminal event, with usage', async () => {
    for (const deployment of deployments) {
      const answer = await call(deployment, true);
      assert.equal(answer.status, 200, `${deployment.id}: ${answer.body.toString()}`);
      const tap = createTap(cloudOf(deployment.cloud).dialect(deployment));
      const meanings = eventsOf(deployment, answer.body).map((event) => tap.event(event));
      assert.ok(meanings.includes('content'), deployment.id);
      assert.equal(meanings.at(-1), 'terminal', deployment.id);
      assert.equal(tap.facts().usage.source, 'reported', deployment.id);
    }
  });

  test('every Claude deployment counts as many tokens as it then bills, and no other counts', async () => {
    let counting = 0;
    for (const deployment of deployments) {
      const cloud = cloudOf(deployment.cloud);
      const can = cloud.counting?.can(deployment) === true;
      assert.equal(can, cloud.dialect(deployment) === 'anthropic-messages', deployment.id);
      if (!can) continue;
      counting += 1;
      const counted = await call(deployment, false, {}, true);
      assert.equal(counted.status, 200, `${deployment.id}: ${counted.body.toString()}`);
      const answer = cloud.counting?.answer?.(counted.body) ?? counted.body;
      const tap = createTap('anthropic-messages');
      tap.whole((await call(deployment, false)).body);
      const { input, cache_read: read = 0 } = tap.facts().usage.tokens;
      assert.deepEqual(JSON.parse(answer.toString()), { input_tokens: (input ?? 0) + read }, deployment.id);
    }
    assert.ok(counting >= 10, `${counting} count`);
  });

  test('what the lab refuses is understood', async () => {
    for (const deployment of deployments) {
      const cloud = cloudOf(deployment.cloud);
      const missing = await call({ ...deployment, model: deployment.model.replace(/[a-z]+/, 'nonesuch') }, false);
      const gone = cloud.classify({ status: missing.status, headers: missing.headers, body: missing.body.toString() });
      assert.ok(missing.status >= 400, deployment.id);
      assert.deepEqual(
        [gone.retryable, gone.fallback],
        [false, true],
        `${deployment.id}: ${missing.status} ${missing.body.toString()}`,
      );
      assert.match(gone.fault, /^(model|deployment)$/);
      const wrong = await call(deployment, false, {
        messages: [{ role: 'nobody', content: contentOf(cloud.dialect(deployment), 'x') }],
      });
      const refused = cloud.classify({ status: wrong.status, headers: wrong.headers, body: wrong.body.toString() });
      assert.deepEqual(
        [refused.code, refused.fault, refused.fallback],
        ['BAD_REQUEST', 'client', false],
        `${deployment.id}: ${wrong.body.toString()}`,
      );
    }
  });
});
