// W3C trace context as its specification has it: what is well-formed is read, what is not is dropped whole, and what a
// seller is sent names our own span.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTraceId, spanIdOf } from '@weighbridge/gateway';
import { readTraceParent, readTraceState, traceHeaders } from '../src/pipeline/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const RECEIPT = '01KB0000000000000000000000';

test('a traceparent is read whole or not at all', () => {
  assert.deepEqual(readTraceParent(`00-${TRACE}-${SPAN}-01`), { traceId: TRACE, parentId: SPAN, flags: '01' });
  assert.deepEqual(readTraceParent(`00-${TRACE}-${SPAN}-00`)?.flags, '00');
  assert.deepEqual(readTraceParent(`cc-${TRACE}-${SPAN}-03-more`), { traceId: TRACE, parentId: SPAN, flags: '01' });
  const malformed = [
    '',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-0x`,
    `00-${TRACE}-${SPAN}-01,00-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01.more`,
  ];
  for (const header of malformed) assert.equal(readTraceParent(header), null, header);
});

test('a tracestate has at most 32 members, each once and well-formed, in 512 characters', () => {
  assert.equal(readTraceState('rojo=00f067aa0ba902b7, congo=t61rcWkgMzE'), 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
  assert.equal(readTraceState('1a-2f@foo=bar1,, foo=1'), '1a-2f@foo=bar1,foo=1');
  assert.equal(readTraceState(''), '');
  const many = Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',');
  for (const header of ['Rojo=1', 'rojo', 'rojo=a=b', 'a=1,a=2', 'a=\u00e9', many, `a=${'x'.repeat(511)}`, '@v=1'])
    assert.equal(readTraceState(header), null, header);
});

test('a seller is sent our span of the attempt; a call without a trace begins one that its receipt settles', () => {
  const trace = { traceId: TRACE, parentId: SPAN, flags: '00', state: 'a=1' };
  assert.deepEqual(traceHeaders(RECEIPT, 1, trace), [
    'traceparent',
    `00-${TRACE}-${spanIdOf(RECEIPT, 1)}-00`,
    'tracestate',
    'a=1',
  ]);
  assert.deepEqual(traceHeaders(RECEIPT, 0, null), [
    'traceparent',
    `00-${ownTraceId(RECEIPT)}-${spanIdOf(RECEIPT, 0)}-01`,
  ]);
  assert.notEqual(spanIdOf(RECEIPT, 0), spanIdOf(RECEIPT, 1));
});
