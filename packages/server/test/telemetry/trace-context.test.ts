// A trace through a running instance: the caller's span is the parent of ours, a seller is told of it only where its
// deployment says so, by the span that the collector gets, and what is malformed is dropped and counted.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { labControl, type LabControl } from '@weighbridge/lab';
import type { Span } from '../../src/telemetry/spans.ts';
import { openBench, until, type Bench, type Started } from '../support/server.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const spans: Span[] = [];
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as {
      resourceSpans?: { scopeSpans: { spans: Span[] }[] }[];
    };
    for (const { scopeSpans } of body.resourceSpans ?? []) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.writeHead(200).end('{}');
  });
});
let bench: Bench;
let started: Started;
let lab: LabControl;
let key = '';

before(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  bench = await openBench();
  lab = labControl(bench.lab.endpoints.admin);
  started = await bench.start({
    name: 'trace',
    change: (raw) => {
      const { port } = collector.address() as AddressInfo;
      raw['telemetry'] = { otlp: { endpoint: `http://127.0.0.1:${port}` }, prometheus: { open: true } };
      const own = raw['deployments']['anthropic-sonnet-4-5'];
      raw['deployments']['told'] = { ...own, trace_context: 'send' };
      raw['deployments']['told-bedrock'] = { ...raw['deployments']['bedrock-sonnet-4-5-us'], trace_context: 'send' };
      raw['routes'] = {
        untold: { candidates: [{ deployment: 'anthropic-sonnet-4-5' }] },
        told: { candidates: [{ deployment: 'told' }, { deployment: 'told-bedrock' }] },
      };
    },
  });
  key = (await started.server.administration.createKey({ name: 'lab' })).key;
  await lab.capture(true);
});
after(async () => {
  await bench.close();
  collector.close();
});

async function call(model: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(`${started.server.origin}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...headers },
    body: JSON.stringify({ model, max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers.get('weighbridge-receipt') ?? assert.fail('a receipt');
}

const spansOf = (receipt: string): Promise<{ root: Span; attempts: readonly Span[] }> =>
  until('the spans arrive', 20_000, () => {
    const root = spans.find(({ attributes }) =>
      attributes.some(({ key: name, value }) => name === 'weighbridge.receipt' && Object.values(value)[0] === receipt),
    );
    return root && { root, attempts: spans.filter(({ parentSpanId }) => parentSpanId === root.spanId) };
  });

/** Of the requests that clouds got since the last look. */
async function sent(): Promise<(readonly [string | undefined, string | undefined, string | undefined])[]> {
  const got = await lab.requests();
  await lab.capture(true);
  return got.map(({ headers }) => [one(headers['traceparent']), one(headers['tracestate']), one(headers['baggage'])]);
}
const one = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

test('a seller is told nothing unless its deployment says so, and baggage never', async () => {
  const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1', baggage: 'user=ada' };
  const receipt = await call('untold', headers);
  assert.deepEqual(await sent(), [[undefined, undefined, undefined]]);
  const { root } = await spansOf(receipt);
  assert.deepEqual([root.traceId, root.parentSpanId], [TRACE, SPAN]);
});

test('where it says so each attempt bears its own span, which the collector gets under the same id, signed requests too', async () => {
  await lab.fault({ fault: 'server_error', site: 'anthropic' });
  const headers = { traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: 'a=1,b@c=2', baggage: 'user=ada' };
  const receipt = await call('told', headers);
  await lab.clearFaults();
  const { root, attempts } = await spansOf(receipt);
  assert.deepEqual([root.traceId, root.parentSpanId], [TRACE, SPAN]);
  assert.ok(attempts.length >= 2, 'it fell back to the other cloud');
  assert.deepEqual(
    await sent(),
    attempts.map(({ spanId }) => [`00-${TRACE}-${spanId}-00`, 'a=1,b@c=2', undefined]),
  );
});

test('a call without a trace begins one', async () => {
  const receipt = await call('told', {});
  const { root, attempts } = await spansOf(receipt);
  assert.deepEqual(await sent(), [[`00-${root.traceId}-${attempts[0]?.spanId}-01`, undefined, undefined]]);
  assert.equal(root.parentSpanId, undefined);
});

test('what is malformed is dropped and counted, and the call goes on', async () => {
  const receipt = await call('told', { traceparent: `00-${TRACE}-${SPAN}`, tracestate: 'a=1' });
  const { root } = await spansOf(receipt);
  assert.notEqual(root.traceId, TRACE);
  const stateless = await call('told', { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'A=1' });
  assert.equal((await spansOf(stateless)).root.traceId, TRACE);
  assert.deepEqual(
    (await sent()).map(([parent = '', state]) => [parent.includes(TRACE), state]),
    [
      [false, undefined],
      [true, undefined],
    ],
  );
  const text = await (await fetch(`${started.server.consoleOrigin ?? ''}/metrics`)).text();
  assert.match(text, /^weighbridge_trace_context_dropped_total 2$/m);
});
