// Every fault of a cloud, streamed and not, in both dialects: the client sees a correct answer or a correct error of its
// own dialect, and the receipt tells the truth about it.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_ENDING,
  ANTHROPIC_EVENTS,
  ANTHROPIC_PING,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_EVENTS,
  OPENAI_START,
  anthropicDelta,
  cutAfter,
  failing,
  openaiDelta,
  reset,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import { FAULTS, good, goodText, readError, readStreamError, silent, vendorError } from './support/fault-cases.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane | null = null;

before(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  await lane?.close();
  lane = null;
});
after(() => upstream.close());

const TIMERS = { connect_ms: 500, first_token_ms: 150, between_tokens_ms: 150, total_ms: 3_000 };

/** One candidate and one attempt, unless `spare`: then a second deployment and three attempts. */
async function lanePair(dialect: DialectId, spare: boolean, upstreamDialect: DialectId = dialect): Promise<TestLane> {
  const over =
    upstreamDialect === 'openai-chat'
      ? { cloud: 'openai' as const, model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` }
      : {};
  return startLane({
    deployments: [
      deployment('first', upstream.port, over),
      deployment('second', upstream.port, { ...over, region: 'eu-west-1' }),
    ],
    routes: [route('m', spare ? ['first', 'second'] : ['first'], { attempts: spare ? 3 : 1, timers: TIMERS })],
  });
}

function ask(dialect: DialectId, streamed: boolean): Promise<Response> {
  assert.ok(lane);
  const path = dialect === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
  const body = {
    model: 'm',
    max_tokens: 64,
    stream: streamed,
    messages: [{ role: 'user', content: 'hi' }],
    ...(dialect === 'openai-chat' && streamed ? { stream_options: { include_usage: true } } : {}),
  };
  return fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

for (const dialect of ['anthropic-messages', 'openai-chat'] as const) {
  for (const streamed of [true, false]) {
    const kind = `${dialect}, ${streamed ? 'streamed' : 'whole'}`;
    for (const fault of FAULTS) {
      test(`${fault.name} is told in the client's dialect (${kind})`, async () => {
        // A non-streamed call has no first-token timer: total_ms bounds it.
        if (!streamed && fault.script === FAULTS[1]?.script) return assert.ok(true, 'covered by the total timer below');
        lane = await lanePair(dialect, false);
        upstream.script(fault.script(dialect, streamed));
        const response = await ask(dialect, streamed);
        const text = await response.text();
        const failed = readError(dialect, response.status, text);
        assert.deepEqual([failed.status, failed.code], [fault.status, fault.code], text);
        const receipt = lane.sealer.receipt();
        assert.equal(failed.requestId, receipt.id);
        assert.equal(receipt.outcome, 'error');
        assert.equal(receipt.status, fault.status);
        assert.equal(receipt.error?.code, fault.code);
        assert.equal(receipt.attempts.length, 1);
        assert.equal(receipt.attempts[0]?.fault, fault.fault);
        assert.equal(receipt.served, null);
        if (fault.name === '429') assert.equal(response.headers.get('retry-after'), '7');
      });

      test(`${fault.name} ${fault.mended ? 'is mended by the next candidate' : 'is not tried where it cannot help'} (${kind})`, async () => {
        if (!streamed && fault.name === 'no answer at all') return assert.ok(true, 'covered by the total timer below');
        lane = await lanePair(dialect, true);
        const bad = fault.script(dialect, streamed);
        // A reset is tried again at once on the same deployment, so it takes two to fall back.
        upstream.script(bad, ...(bad === reset ? [bad] : []), good(dialect, streamed));
        const response = await ask(dialect, streamed);
        const text = await response.text();
        const receipt = lane.sealer.receipt();
        if (!fault.mended) {
          assert.equal(readError(dialect, response.status, text).code, fault.code);
          assert.equal(receipt.attempts.length, 1);
          return;
        }
        assert.equal(response.status, 200, text);
        assert.equal(text, goodText(dialect, streamed));
        assert.equal(response.headers.get('weighbridge-deployment'), 'second');
        assert.equal(response.headers.get('weighbridge-fallback'), 'true');
        assert.equal(receipt.outcome, 'completed');
        assert.equal(receipt.served?.fallback, true);
        assert.equal(receipt.served?.deployment, 'second');
        assert.equal(receipt.attempts[0]?.error, fault.code);
        const decided = JSON.parse(
          lane.sealer.entries.findLast((entry) => entry.kind === 'decided')?.commercial ?? '{}',
        );
        assert.deepEqual(
          decided.candidates.map((one: { verdict: string }) => one.verdict),
          ['tried', 'chosen'],
        );
      });
    }
  }

  test(`a stream cut after the first content ends in an error event and is still weighed (${dialect})`, async () => {
    lane = await lanePair(dialect, true);
    const sent =
      dialect === 'anthropic-messages'
        ? ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hello there')
        : OPENAI_START + openaiDelta('Hello there');
    upstream.script(cutAfter(sent));
    const response = await ask(dialect, true);
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.ok(text.startsWith(sent), 'what had come was delivered');
    assert.equal(readStreamError(dialect, text).code, 'UPSTREAM_CUT');
    assert.ok(!text.includes('message_stop"') && !text.includes('[DONE]'), 'a failed answer does not look complete');
    const receipt = lane.sealer.receipt();
    assert.equal(receipt.outcome, 'cut');
    assert.equal(receipt.attempts.length, 1, 'no second leg after the first content');
    assert.equal(receipt.usage?.source, 'estimated');
    assert.equal(receipt.cost.status, 'estimated');
    assert.ok((receipt.usage?.tokens.output ?? 0) > 0);
  });

  test(`a stall between tokens ends in an error event (${dialect})`, async () => {
    lane = await lanePair(dialect, true);
    const sent =
      dialect === 'anthropic-messages'
        ? ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hi')
        : OPENAI_START + openaiDelta('Hi');
    upstream.script((_request, response) => void startSse(response).write(sent));
    const text = await (await ask(dialect, true)).text();
    const failed = readStreamError(dialect, text);
    assert.equal(failed.code, 'UPSTREAM_TIMEOUT');
    assert.match(failed.message, /between_tokens_ms of 150 ms/);
    assert.equal(lane.sealer.receipt().outcome, 'cut');
  });

  test(`an error inside a stream after content is told as it is (${dialect})`, async () => {
    lane = await lanePair(dialect, true);
    const error = vendorError(dialect, 'overloaded_error', 'Overloaded');
    upstream.script(
      dialect === 'anthropic-messages'
        ? stream(ANTHROPIC_START, anthropicDelta('Hi'), `event: error\ndata: ${error}\n\n`)
        : stream(OPENAI_START, openaiDelta('Hi'), `data: ${error}\n\n`),
    );
    const failed = readStreamError(dialect, await (await ask(dialect, true)).text());
    assert.equal(failed.code, 'UPSTREAM_ERROR');
    assert.match(failed.message, /Overloaded/);
    assert.equal(lane.sealer.receipt().attempts[0]?.fault, 'deployment');
  });

  test(`a stream that stops in order but without its end is cut (${dialect})`, async () => {
    lane = await lanePair(dialect, false);
    const events = dialect === 'anthropic-messages' ? ANTHROPIC_EVENTS : OPENAI_EVENTS;
    upstream.script(stream(...events.slice(0, -1)));
    assert.equal(readStreamError(dialect, await (await ask(dialect, true)).text()).code, 'UPSTREAM_CUT');
    assert.equal(lane.sealer.receipt().outcome, 'cut');
  });

  test(`a call that takes too long in all is given up (${dialect})`, async () => {
    lane = await startLane({
      deployments: [deployment('first', upstream.port)],
      routes: [route('m', ['first'], { timers: { ...TIMERS, total_ms: 100 } })],
    });
    upstream.script(silent);
    const response = await ask(dialect, false);
    const failed = readError(dialect, response.status, await response.text());
    assert.equal(failed.code, 'UPSTREAM_TIMEOUT');
    assert.match(failed.message, /total_ms of 100 ms/);
    const receipt = lane.sealer.receipt();
    assert.equal(receipt.attempts[0]?.usage?.source, 'unknown', 'it may have been billed, and nobody knows');
    assert.equal(receipt.cost.billed, null);
  });

  test(`usage that the cloud did not report is estimated and says so (${dialect})`, async () => {
    lane = await lanePair(dialect, false);
    const text = goodText(dialect, false);
    const { usage: _dropped, ...rest } = JSON.parse(text);
    upstream.script(whole(JSON.stringify(rest)));
    assert.equal((await ask(dialect, false)).status, 200);
    assert.equal(lane.sealer.receipt().usage?.source, 'estimated');
    assert.equal(lane.sealer.receipt().cost.status, 'estimated');
  });

  const other: DialectId = dialect === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
  for (const streamed of [true, false]) {
    test(`an answer of the other dialect is translated (${dialect} from ${other}, ${streamed ? 'streamed' : 'whole'})`, async () => {
      lane = await lanePair(dialect, false, other);
      upstream.script(good(other, streamed));
      const response = await ask(dialect, streamed);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      if (streamed) {
        const joined = [...text.matchAll(/"(?:text|content)":"([^"]*)"/g)].map((match) => match[1]).join('');
        assert.equal(joined, 'Hello');
        assert.ok(
          text.trimEnd().endsWith(dialect === 'openai-chat' ? 'data: [DONE]' : '{"type":"message_stop"}'),
          text,
        );
      } else {
        const body = JSON.parse(text);
        assert.equal(dialect === 'openai-chat' ? body.choices[0].message.content : body.content[0].text, 'Hello');
      }
      const receipt = lane.sealer.receipt();
      assert.equal(receipt.outcome, 'completed');
      assert.ok(receipt.attempts[0]?.edits.includes(`translated:${dialect}>${other}`));
      assert.deepEqual([receipt.usage?.tokens.input, receipt.usage?.tokens.output], [10, 5]);
      assert.equal(
        receipt.served?.model_reported,
        other === 'openai-chat' ? 'gpt-4.1-2025-04-14' : 'claude-sonnet-4-5-20250929',
      );
    });

    test(`a failure of the other dialect is told in the client's (${dialect} from ${other}, ${streamed ? 'streamed' : 'whole'})`, async () => {
      lane = await lanePair(dialect, false, other);
      upstream.script(failing(529, vendorError(other, 'overloaded_error', 'Overloaded')));
      const response = await ask(dialect, streamed);
      assert.equal(readError(dialect, response.status, await response.text()).code, 'UPSTREAM_ERROR');
    });
  }
}

test('a keep-alive does not commit the call: a failure right after it is still mended', async () => {
  lane = await lanePair('anthropic-messages', true);
  upstream.script(cutAfter(ANTHROPIC_START, ANTHROPIC_BLOCK, ANTHROPIC_PING), good('anthropic-messages', true));
  const response = await ask('anthropic-messages', true);
  assert.equal(await response.text(), ANTHROPIC_STREAM);
  assert.equal(response.headers.get('weighbridge-fallback'), 'true');
});

test('a model that calls itself something else is reported under its own name', async () => {
  lane = await lanePair('anthropic-messages', false);
  upstream.script(whole(ANTHROPIC_WHOLE.replace('claude-sonnet-4-5-20250929', 'claude-haiku-4-5')));
  const response = await ask('anthropic-messages', false);
  assert.equal(response.headers.get('weighbridge-model'), 'claude-haiku-4-5');
  const { served } = lane.sealer.receipt();
  assert.deepEqual(
    [served?.model_requested, served?.model_reported],
    ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5'],
  );
});

test('events after the end of a stream are dropped', async () => {
  lane = await lanePair('anthropic-messages', false);
  upstream.script(stream(...ANTHROPIC_EVENTS, ANTHROPIC_ENDING[2] ?? '', anthropicDelta('again')));
  assert.equal(await (await ask('anthropic-messages', true)).text(), ANTHROPIC_STREAM);
});

test('duplicated chunks pass as they came', async () => {
  lane = await lanePair('anthropic-messages', false);
  const twice = ANTHROPIC_EVENTS.flatMap((event) => (event === anthropicDelta('lo') ? [event, event] : [event]));
  upstream.script(stream(...twice));
  assert.equal(await (await ask('anthropic-messages', true)).text(), twice.join(''));
  assert.equal(lane.sealer.receipt().timing.chunks, 3);
});
