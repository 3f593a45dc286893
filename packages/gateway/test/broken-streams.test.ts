// Answers that break off, stall, fail half-way or end oddly: what had come is delivered and weighed, what is whole is
// called whole, and nothing else is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  openaiDelta,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import { good, goodText, readError, readStreamError, silent, vendorError } from './support/fault-cases.ts';
import { Bench, TIMERS } from './support/lane-pair.ts';
import { deployment, route, startLane } from './support/fixture.ts';

const bench = new Bench();

for (const dialect of ['anthropic-messages', 'openai-chat'] as const) {
  test(`a stream cut after the first content ends in an error event and is still weighed (${dialect})`, async () => {
    const lane = await bench.pair(dialect, true);
    const sent =
      dialect === 'anthropic-messages'
        ? ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hello there')
        : OPENAI_START + openaiDelta('Hello there');
    bench.upstream.script(cutAfter(sent));
    const response = await bench.ask(dialect, true);
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
    const lane = await bench.pair(dialect, true);
    const sent =
      dialect === 'anthropic-messages'
        ? ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hi')
        : OPENAI_START + openaiDelta('Hi');
    bench.upstream.script((_request, response) => void startSse(response).write(sent));
    const text = await (await bench.ask(dialect, true)).text();
    const failed = readStreamError(dialect, text);
    assert.equal(failed.code, 'UPSTREAM_TIMEOUT');
    assert.match(failed.message, /between_tokens_ms of 150 ms/);
    assert.equal(lane.sealer.receipt().outcome, 'cut');
  });

  test(`an error inside a stream after content is told as it is (${dialect})`, async () => {
    const lane = await bench.pair(dialect, true);
    const error = vendorError(dialect, 'overloaded_error', 'Overloaded');
    bench.upstream.script(
      dialect === 'anthropic-messages'
        ? stream(ANTHROPIC_START, anthropicDelta('Hi'), `event: error\ndata: ${error}\n\n`)
        : stream(OPENAI_START, openaiDelta('Hi'), `data: ${error}\n\n`),
    );
    const failed = readStreamError(dialect, await (await bench.ask(dialect, true)).text());
    assert.equal(failed.code, 'UPSTREAM_ERROR');
    assert.match(failed.message, /Overloaded/);
    assert.equal(lane.sealer.receipt().attempts[0]?.fault, 'deployment');
  });

  test(`a stream that stops in order before its answer is whole is cut (${dialect})`, async () => {
    const lane = await bench.pair(dialect, false);
    const events = dialect === 'anthropic-messages' ? ANTHROPIC_EVENTS.slice(0, -1) : OPENAI_EVENTS.slice(0, 3);
    bench.upstream.script(stream(...events));
    assert.equal(readStreamError(dialect, await (await bench.ask(dialect, true)).text()).code, 'UPSTREAM_CUT');
    assert.equal(lane.sealer.receipt().outcome, 'cut');
  });

  test(`a call that takes too long in all is given up (${dialect})`, async () => {
    const lane = bench.use(
      await startLane({
        deployments: [deployment('first', bench.upstream.port)],
        routes: [route('m', ['first'], { timers: { ...TIMERS, total_ms: 100 } })],
      }),
    );
    bench.upstream.script(silent);
    const response = await bench.ask(dialect, false);
    const failed = readError(dialect, response.status, await response.text());
    assert.equal(failed.code, 'UPSTREAM_TIMEOUT');
    assert.match(failed.message, /total_ms of 100 ms/);
    const receipt = lane.sealer.receipt();
    assert.equal(receipt.attempts[0]?.usage?.source, 'unknown', 'it may have been billed, and nobody knows');
    assert.equal(receipt.cost.billed, null);
  });

  test(`usage that the cloud did not report is estimated and says so (${dialect})`, async () => {
    const lane = await bench.pair(dialect, false);
    const text = goodText(dialect, false);
    const { usage: _dropped, ...rest } = JSON.parse(text);
    bench.upstream.script(whole(JSON.stringify(rest)));
    assert.equal((await bench.ask(dialect, false)).status, 200);
    assert.equal(lane.sealer.receipt().usage?.source, 'estimated');
    assert.equal(lane.sealer.receipt().cost.status, 'estimated');
  });
}

test('a keep-alive does not commit the call: a failure right after it is still mended', async () => {
  await bench.pair('anthropic-messages', true);
  bench.upstream.script(cutAfter(ANTHROPIC_START, ANTHROPIC_BLOCK, ANTHROPIC_PING), good('anthropic-messages', true));
  const response = await bench.ask('anthropic-messages', true);
  assert.equal(await response.text(), ANTHROPIC_STREAM);
  assert.equal(response.headers.get('weighbridge-fallback'), 'true');
});

test('a model that calls itself something else is reported under its own name', async () => {
  const lane = await bench.pair('anthropic-messages', false);
  bench.upstream.script(whole(ANTHROPIC_WHOLE.replace('claude-sonnet-4-5-20250929', 'claude-haiku-4-5')));
  const response = await bench.ask('anthropic-messages', false);
  assert.equal(response.headers.get('weighbridge-model'), 'claude-haiku-4-5');
  const { served } = lane.sealer.receipt();
  assert.deepEqual(
    [served?.model_requested, served?.model_reported],
    ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5'],
  );
});

test('events after the end of a stream are dropped', async () => {
  await bench.pair('anthropic-messages', false);
  bench.upstream.script(stream(...ANTHROPIC_EVENTS, ANTHROPIC_ENDING[2] ?? '', anthropicDelta('again')));
  assert.equal(await (await bench.ask('anthropic-messages', true)).text(), ANTHROPIC_STREAM);
});

test('duplicated chunks pass as they came', async () => {
  const lane = await bench.pair('anthropic-messages', false);
  const twice = ANTHROPIC_EVENTS.flatMap((event) => (event === anthropicDelta('lo') ? [event, event] : [event]));
  bench.upstream.script(stream(...twice));
  assert.equal(await (await bench.ask('anthropic-messages', true)).text(), twice.join(''));
  assert.equal(lane.sealer.receipt().timing.chunks, 3);
});
