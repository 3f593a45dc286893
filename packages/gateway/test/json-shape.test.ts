// Bodies whose structure would hold a lane for seconds are turned away before they are parsed; whatever a text says
// inside its strings is never taken for structure.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '@weighbridge/kernel';
import { excessOfShape, type ShapeBounds } from '../src/pipeline/json-shape.ts';
import { ANTHROPIC_WHOLE, anthropicDelta, stream, whole } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './support/fixture.ts';

interface Shape {
  values: number;
  members: number;
  depth: number;
}

/** The same counts from the parsed value: each value once (an empty list counts its inside as one place). */
function shapeOf(value: unknown): Shape {
  if (typeof value !== 'object' || value === null) return { values: 0, members: 0, depth: 0 };
  const inner = Object.values(value).map(shapeOf);
  const own = inner.length;
  return {
    values: 1 + Math.max(0, own - 1) + inner.reduce((sum, one) => sum + one.values, 0),
    members: (Array.isArray(value) ? 0 : own) + inner.reduce((sum, one) => sum + one.members, 0),
    depth: 1 + Math.max(0, ...inner.map((one) => one.depth)),
  };
}

const bounds = (over: Partial<ShapeBounds>): ShapeBounds => ({
  json_depth: 1e9,
  json_values: 1e9,
  json_members: 1e9,
  json_top_members: 1e9,
  json_unseen_bytes: 0,
  ...over,
});

const TRICKY = fc.string({
  unit: fc.constantFrom('"', '\\', '[', '{', ',', ':', ']', '}', 'a', 'é', '😀'),
  maxLength: 200,
});
const JSON_VALUE = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, TRICKY, fc.integer(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 6 }),
  object: fc.dictionary(TRICKY, tie('value'), { maxKeys: 6 }),
})).value;

test('counts are those of the parsed value, whatever its strings hold', () => {
  fc.assert(
    fc.property(JSON_VALUE, fc.constantFrom(undefined, 1), (value, indent) => {
      const body = Buffer.from(JSON.stringify(value, null, indent));
      const shape = shapeOf(value);
      const { values, members, depth } = { ...shape, values: shape.values + 1 };
      assert.equal(
        excessOfShape(body, bounds({ json_values: values, json_members: members, json_depth: depth })),
        null,
      );
      assert.match(
        excessOfShape(body, bounds({ json_values: values - 1 })) ?? 'none',
        values > 1 ? /json_values/ : /none/,
      );
      assert.match(
        excessOfShape(body, bounds({ json_members: members - 1 })) ?? 'none',
        members > 0 ? /json_members/ : /none/,
      );
      assert.match(excessOfShape(body, bounds({ json_depth: depth - 1 })) ?? 'none', depth > 0 ? /json_depth/ : /none/);
    }),
    { numRuns: 300 },
  );
});

test('long strings are jumped: escapes at every place, and quotes that are none', () => {
  for (const text of [
    'a'.repeat(40),
    '\\\\'.repeat(60),
    '\\"'.repeat(60),
    `${'b'.repeat(70)}\\"`,
    `${'c'.repeat(70)}\\\\`,
  ]) {
    for (let shift = 0; shift < 60; shift += 1) {
      const body = Buffer.from(`["${'x'.repeat(shift)}${text}",[[["]"]]]]`);
      assert.equal(JSON.parse(body.toString()).length, 2);
      assert.equal(excessOfShape(body, bounds({ json_depth: 4, json_values: 6 })), null, body.toString());
      assert.match(excessOfShape(body, bounds({ json_depth: 3 })) ?? '', /json_depth/);
    }
  }
  assert.equal(excessOfShape(Buffer.from(`["${'a'.repeat(100)}`), bounds({})), null, 'a string without an end');
});

let upstream: Upstream;
let lane: TestLane;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  lane = await startLane({
    deployments: [deployment('a', upstream.port)],
    routes: [route('m', ['a'], { attempts: 1 })],
    requestBytes: LIMITS.request_bytes,
  });
});
after(async () => {
  await lane.close();
  await upstream.close();
});

const ask = (extra: string, streamed = false): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: `{"model":"m","max_tokens":5,"stream":${streamed},"messages":[{"role":"user","content":"hi"}]${extra}}`,
  });
const told = async (response: Response): Promise<{ code: string; message: string }> => {
  const { error } = (await response.json()) as { error: { message: string; weighbridge: { code: string } } };
  return { code: error.weighbridge.code, message: error.message };
};

const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(',');
const HOSTILE: readonly (readonly [string, string, () => string])[] = [
  ['ten million empty lists', 'json_values', () => `,"x":[${'[],'.repeat(10_000_000)}1]`],
  ['ten million levels', 'json_depth', () => `,"x":${'['.repeat(10_000_000)}${']'.repeat(10_000_000)}`],
  [
    'a level too many',
    'json_depth',
    () =>
      `,"y":"${'-'.repeat(LIMITS.json_unseen_bytes)}","x":${'['.repeat(LIMITS.json_depth)}${']'.repeat(LIMITS.json_depth)}`,
  ],
  ['too many members in all', 'json_members', () => `,"x":{${many(LIMITS.json_members, (i) => `"${i}k":1`)}}`],
  [
    'too many members at the top',
    'json_top_members',
    () => `,${many(LIMITS.json_top_members + 1000, (i) => `"member${i}":1`)}`,
  ],
];
for (const [name, bound, extra] of HOSTILE) {
  test(`a request with ${name} is refused by the name of the bound, unparsed`, async () => {
    const sent = upstream.requests.length;
    const response = await ask(extra());
    const { code, message } = await told(response);
    assert.deepEqual([response.status, code], [400, 'BAD_REQUEST']);
    assert.match(message, new RegExp(bound));
    assert.equal(upstream.requests.length, sent);
    assert.equal(lane.sealer.receipts().at(-1)?.error?.code, 'BAD_REQUEST');
  });
}

test('a large request of long texts, and one of many short messages, pass', async () => {
  assert.equal((await ask(`,"x":"${'\\"[{'.repeat(2_000_000)}"`)).status, 200);
  assert.equal((await ask(`,"x":[${many(40_000, () => '{"role":"user","content":"hi"}')}]`)).status, 200);
});

test('an answer of such a structure is malformed: whole, or one event of a stream', async () => {
  const lists = `[${'[],'.repeat(LIMITS.json_values)}1]`;
  upstream.script(whole(ANTHROPIC_WHOLE.replace('"stop_sequence":null', `"stop_sequence":null,"x":${lists}`)));
  const answer = await ask('');
  const first = await told(answer);
  assert.deepEqual([answer.status, first.code], [502, 'UPSTREAM_MALFORMED']);
  assert.match(first.message, /json_values/);
  upstream.script(stream(anthropicDelta('Hel').replace('"index":0', `"index":0,"x":${lists}`)));
  const streamed = await ask('', true);
  assert.deepEqual([streamed.status, (await told(streamed)).code], [502, 'UPSTREAM_MALFORMED']);
});
