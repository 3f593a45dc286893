// Batches of OpenAI: requests are uploaded as a file, answers and failures come back as two. Chat and Responses, whole and as
// a stream, from clients of its own dialects and of Messages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until, type Receipt } from '../support/fixture.ts';
import { HOUR, openLane, openStand, receiptOf, type DeadlineLane, type Stand } from './stand.ts';

let stand: Stand;
let lane: DeadlineLane;
before(async () => {
  stand = await openStand();
  lane = await openLane(stand);
});
after(async () => {
  await lane.close();
  await stand.close();
});

const SIX = { 'weighbridge-deadline': '6h' };
const ASKED = [{ role: 'user', content: 'Say something about scales.' }];
const CHAT = { model: 'g', max_completion_tokens: 60, messages: ASKED };

/** Lets the batch of a call be handed in, and be done. */
async function batched(asked: Promise<Response>): Promise<Response> {
  await until(() => lane.lane.waiting().length > 0, 'the call waits');
  await lane.advance(31_000);
  await until(() => lane.lane.waiting()[0]?.phase !== 'sending' && lane.lane.waiting()[0]?.batch !== '', 'handed in');
  await lane.advance(61_000);
  return asked;
}

function assertBatch(receipt: Receipt): void {
  assert.deepEqual(receipt.deadline, { as: 'batch' });
  assert.match(receipt.attempts[0]?.batch ?? '', /^batch_[0-9a-f]{32}$/);
  assert.match(receipt.attempts[0]?.vendor_request_id ?? '', /^req_/);
  assert.equal(receipt.usage?.tier, 'batch');
  assert.equal(receipt.usage?.source, 'reported');
  assert.equal(receipt.served?.tier, 'batch');
}

describe('a call that can wait goes through a batch of OpenAI', () => {
  test('of Chat, and costs half', async () => {
    const plain = await lane.ask(CHAT, {}, undefined, '/v1/chat/completions');
    const usual = receiptOf(lane, plain);
    await plain.arrayBuffer();
    const response = await batched(lane.ask(CHAT, SIX, undefined, '/v1/chat/completions'));
    assert.equal(((await response.json()) as { object: string }).object, 'chat.completion');
    assertBatch(receiptOf(lane, response));
    assert.equal(Number(receiptOf(lane, response).cost.billed) * 2, Number(usual.cost.billed));
  });

  test('of Chat as a stream, without the usage that nobody asked for', async () => {
    const response = await batched(lane.ask({ ...CHAT, stream: true }, SIX, undefined, '/v1/chat/completions'));
    const text = await response.text();
    assert.match(text, /data: \[DONE\]\n\n$/);
    assert.doesNotMatch(text, /"usage":\{/);
    assert.match(text, /"finish_reason":"(?:stop|length)"/);
    assertBatch(receiptOf(lane, response));
  });

  test('of Responses; a stream of Responses is served at once', async () => {
    const body = { model: 'g', max_output_tokens: 60, input: 'Say something about scales.', store: false };
    const response = await batched(lane.ask(body, SIX, undefined, '/v1/responses'));
    assert.equal(((await response.json()) as { object: string }).object, 'response');
    assertBatch(receiptOf(lane, response));
    const streamed = await lane.ask({ ...body, stream: true }, SIX, undefined, '/v1/responses');
    await streamed.text();
    assert.deepEqual(receiptOf(lane, streamed).deadline, { as: 'at_once', why: 'request' });
  });

  test('of Messages, translated there and back, whole and streamed', async () => {
    for (const stream of [false, true]) {
      const response = await batched(lane.ask({ model: 'g', stream }, SIX));
      const text = await response.text();
      assert.match(text, stream ? /^event: message_start/ : /"type":"message"/);
      assertBatch(receiptOf(lane, response));
    }
  });

  test('and nothing of it lies there when it is over', async () => {
    const response = await batched(lane.ask(CHAT, SIX, undefined, '/v1/chat/completions'));
    await response.arrayBuffer();
    await lane.passing(lane.deleted());
    assert.deepEqual(lane.lane.waiting(), []);
  });

  test('and goes by itself when its deadline nears, or its request was answered with an error', async () => {
    await stand.control.batchTakes(20 * HOUR);
    const near = lane.ask(CHAT, { 'weighbridge-deadline': '1h' }, undefined, '/v1/chat/completions');
    await until(() => lane.lane.waiting().length > 0, 'the call waits');
    await lane.advance(31_000);
    await until(() => lane.lane.waiting()[0]?.phase === 'running', 'handed in');
    await lane.advance(50 * 60_000);
    const late = await lane.passing(near);
    await late.arrayBuffer();
    assert.deepEqual(receiptOf(lane, late).deadline, { as: 'at_once', why: 'deadline_near' });
    await stand.control.batchTakes(0);
    const failing = lane.ask(CHAT, SIX, undefined, '/v1/chat/completions');
    await until(() => lane.lane.waiting().length > 0, 'the call waits');
    await lane.advance(31_000);
    await until(() => lane.lane.waiting()[0]?.phase === 'running', 'handed in');
    await stand.control.fault({ fault: 'server_error', count: 1 });
    await lane.advance(61_000);
    const errored = await failing;
    assert.equal(errored.status, 200);
    await errored.arrayBuffer();
    assert.deepEqual(receiptOf(lane, errored).deadline, { as: 'at_once', why: 'errored' });
  });
});
