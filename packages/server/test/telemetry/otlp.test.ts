// Spans and metrics on their way to a collector: what is sent is of the call and not of its content, one that is gone costs
// nobody anything, and what found no room is counted.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createCallMetrics } from '../../src/telemetry/call-metrics.ts';
import { Otlp } from '../../src/telemetry/otlp.ts';
import { Registry } from '../../src/telemetry/registry.ts';
import { isSampled, spansOf, traceIdOf } from '../../src/telemetry/spans.ts';
import { spanIdOf } from '@weighbridge/gateway';
import { seenCall } from '../support/seen-call.ts';

const SEEN = seenCall('01KB0000000000000000000000');

interface Got {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: {
    resourceSpans?: { scopeSpans: { spans: unknown[] }[] }[];
    resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
  };
}
const got: Got[] = [];
let status = 200;
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    got.push({
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(parts).toString()) as Got['body'],
    });
    response.writeHead(status).end('{}');
  });
});
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
after(() => collector.close());
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
const said: string[] = [];
const open = (to = endpoint): Otlp =>
  new Otlp({
    endpoint: to,
    headers: () => Promise.resolve({ 'x-token': 't' }),
    resource: { 'service.name': 'weighbridge' },
    say: (line) => void said.push(line),
  });

test('a call is a span by the GenAI conventions, and each attempt one below it', () => {
  const [root, first, second, ...more] = spansOf(SEEN);
  assert.ok(root !== undefined && first !== undefined && second !== undefined);
  assert.equal(more.length, 0);
  const value = (key: string) => Object.values(root.attributes.find((one) => one.key === key)?.value ?? {})[0];
  assert.deepEqual(
    [
      'gen_ai.operation.name',
      'gen_ai.provider.name',
      'gen_ai.request.model',
      'gen_ai.response.model',
      'gen_ai.usage.input_tokens',
      'gen_ai.usage.output_tokens',
    ].map(value),
    ['chat', 'aws.bedrock', 'claude', 'claude-1', '15', '7'],
  );
  assert.deepEqual([first.parentSpanId, second.parentSpanId, first.status.code], [root.spanId, root.spanId, 2]);
  assert.equal(BigInt(root.endTimeUnixNano) - BigInt(root.startTimeUnixNano), 1_500_000_000n);
  assert.match(root.traceId, /^[0-9a-f]{32}$/);
  assert.match(root.spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(spanIdOf(SEEN.id), spanIdOf(SEEN.id, 0));
  assert.ok(!JSON.stringify(spansOf(SEEN)).includes('what a caller wrote'));
});

test("a caller's own trace is kept, and of all traces a share is sent, whole and by their ids alone", () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  assert.equal(traceIdOf({ ...SEEN, trace }), trace);
  const ids = Array.from({ length: 2_000 }, (_, index) => traceIdOf({ id: `call ${index}`, trace: null }));
  const kept = ids.filter((id) => isSampled(id, 0.25)).length;
  assert.ok(kept > 400 && kept < 600, String(kept));
  assert.ok(ids.every((id) => isSampled(id, 1)) && !ids.some((id) => isSampled(id, 0)));
});

test('spans and metrics arrive in the form of OTLP, with the headers that are named', async () => {
  const otlp = open();
  for (const span of spansOf(SEEN)) otlp.take(span);
  await otlp.flush();
  const metrics = createCallMetrics();
  metrics.take(SEEN);
  await otlp.metrics(metrics.registry);
  const [spans, counted] = got;
  assert.deepEqual([spans?.path, counted?.path, spans?.headers['x-token']], ['/v1/traces', '/v1/metrics', 't']);
  assert.equal(spans?.body.resourceSpans?.[0]?.scopeSpans[0]?.spans.length, 3);
  const names = counted?.body.resourceMetrics?.[0]?.scopeMetrics[0]?.metrics.map(({ name }) => name) ?? [];
  assert.ok(names.includes('weighbridge_calls_total') && names.includes('gen_ai_client_token_usage'));
  assert.deepEqual([otlp.state().sent, otlp.state().dropped], [3, 0]);
});

test('a collector that refuses or is gone is said once; what it did not take and what found no room is counted', async () => {
  const gone = open('http://127.0.0.1:9');
  for (let count = 0; count < 5_000; count += 1) for (const span of spansOf(SEEN).slice(0, 1)) gone.take(span);
  assert.equal(gone.state().dropped, 5_000 - 4_096);
  said.length = 0;
  await gone.flush();
  assert.deepEqual([gone.state().dropped, gone.state().waiting, gone.state().sent, said.length], [5_000, 0, 0, 1]);
  status = 503;
  const refused = open();
  refused.take(spansOf(SEEN)[0] ?? assert.fail('a span'));
  await refused.flush();
  assert.equal(refused.state().problem, 'answered with 503');
  status = 200;
  refused.take(spansOf(SEEN)[0] ?? assert.fail('a span'));
  await refused.flush();
  assert.deepEqual(
    [refused.state().problem, refused.state().sent, said.at(-1)],
    [null, 1, 'telemetry: the collector takes spans again'],
  );
});

test('a page of metrics is what Prometheus reads: escaped, cumulative, and with a bound on the series of a name', () => {
  const registry = new Registry();
  const counter = registry.counter('a_total', 'Counts "it"', ['who']);
  counter.add({ who: 'a "b"\n\\' });
  for (let index = 0; index < 5_000; index += 1) counter.add({ who: `w${index}` });
  const times = registry.histogram('t_seconds', 'Times', [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 9]) times.observe({}, seconds);
  const text = registry.text();
  assert.match(text, /^# HELP a_total Counts "it"\n# TYPE a_total counter\na_total\{who="a \\"b\\"\\n\\\\"\} 1\n/);
  assert.match(text, /a_total\{who="other"\} 4001\n/);
  assert.equal(text.match(/^a_total\{/gm)?.length, 1_001);
  assert.match(
    text,
    /t_seconds_bucket\{le="0\.1"\} 2\nt_seconds_bucket\{le="1"\} 3\nt_seconds_bucket\{le="\+Inf"\} 4\nt_seconds_sum 9\.65\nt_seconds_count 4\n$/,
  );
});
