// What a stream costs is what the same answer costs whole, on every cloud that serves Claude. A seller billed 830 euros for streams
// that another gateway had counted as nothing, since it read usage of one cloud's streams only (gateway.md §3, 1).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEventStreamMessage } from '@weighbridge/dialects';
import { ANTHROPIC_EVENTS, ANTHROPIC_WHOLE, stream, whole } from './support/answers.ts';
import { openSurfaces, type Script } from './surfaces/stand.ts';

const stand = openSurfaces();

const framed: Script = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  for (const event of ANTHROPIC_EVENTS) {
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? '';
    const payload = Buffer.from(JSON.stringify({ bytes: Buffer.from(data).toString('base64') }));
    response.write(encodeEventStreamMessage({ ':event-type': 'chunk', ':message-type': 'event' }, payload));
  }
  response.end();
};

for (const [model, streamed] of [
  ['claude-sonnet-4-5', stream(...ANTHROPIC_EVENTS)],
  ['on-vertex', stream(...ANTHROPIC_EVENTS)],
  ['on-bedrock', framed],
] as const) {
  test(`a stream costs what the same answer costs whole, and never nothing (${model})`, async () => {
    const costs = [];
    for (const script of [whole(ANTHROPIC_WHOLE), streamed]) {
      stand.upstream.script(script);
      const body = { model, max_tokens: 50, stream: script === streamed, messages: [{ role: 'user', content: 'hi' }] };
      const answer = await stand.post('/v1/messages', body);
      assert.equal(answer.status, 200, await answer.text());
      const receipt = stand.lane.sealer.receipts().at(-1);
      assert.equal(receipt?.asked.stream, script === streamed);
      assert.equal(receipt?.usage?.source, 'reported');
      costs.push([receipt?.cost, receipt?.usage?.tokens.input, receipt?.usage?.tokens.output]);
    }
    assert.deepEqual(costs[1], costs[0]);
    assert.deepEqual(costs[0]?.slice(1), [10, 5]);
    assert.equal(costs[0]?.[0] instanceof Object && costs[0][0].billed, '0.00002');
  });
}
