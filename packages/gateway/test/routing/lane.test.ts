// Strategies through a lane: what a call does, what its sealed decision says of it, and what was foreseen. The complaints
// that routing answers stand here by their numbers.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Decision } from '@weighbridge/protocol';
import { deployment, route, type TestLane } from '../support/fixture.ts';
import { ANTHROPIC_STREAM, ANTHROPIC_WHOLE, anthropicError, failing, stream, whole } from '../support/answers.ts';
import { limited, rule, started, upstream } from '../support/limited.ts';

beforeEach(() => upstream.script(whole(ANTHROPIC_WHOLE)));

const body = (over: object = {}): string =>
  JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...over });
const ask = (lane: TestLane, headers: Record<string, string> = {}, sent = body()): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': lane.key.key, ...headers }, body: sent });
const servedBy = async (lane: TestLane, headers?: Record<string, string>, sent?: string): Promise<string> => {
  const answer = await ask(lane, headers, sent);
  await answer.text();
  return answer.headers.get('weighbridge-deployment') ?? `${answer.status}`;
};
const decisions = ({ sealer }: TestLane): Decision[] =>
  sealer.entries.flatMap(({ kind, commercial }) =>
    kind === 'decided' ? [JSON.parse(commercial ?? '{}') as Decision] : [],
  );
const three = () => ['a', 'b', 'c'].map((id) => deployment(id, upstream.port));
type Over = Parameters<typeof route>[2];
const routed = (over: Over, deployments = three()): Promise<TestLane> =>
  started({
    deployments,
    routes: [
      route(
        'm',
        deployments.map(({ id }) => id),
        over,
      ),
    ],
  });

describe('a sticky route', () => {
  test('keeps a session on one deployment, says so, and foresees it', async () => {
    const lane = await routed({ strategy: 'sticky' });
    const homes = new Set<string>();
    for (let session = 0; session < 12; session += 1) {
      const named = { 'weighbridge-session': `s-${session}` };
      const home = await servedBy(lane, named);
      homes.add(home);
      assert.equal(await servedBy(lane, named, body({ temperature: 0.5 })), home);
      const { id } = lane.key.record;
      const foreseen = lane.lane.foresee({ key: id, model: 'm', features: [], session: `s-${session}` });
      assert.deepEqual(
        foreseen.first.filter(({ chance }) => chance > 0).map((one) => one.deployment),
        [home],
      );
    }
    assert.equal(homes.size, 3);
    // Three homes are three decisions, however many sessions there are.
    assert.equal(decisions(lane).length, 3);
    const [decision] = decisions(lane);
    assert.equal(
      decision?.candidates.find(({ verdict }) => verdict === 'chosen')?.reason,
      'keeps the calls of a session together',
    );
    const unknown = lane.lane.foresee({ key: lane.key.record.id, model: 'm', features: [] });
    assert.deepEqual(
      unknown.first.map(({ chance }) => Math.round(chance * 3)),
      [1, 1, 1],
    );
  });
});

describe('a cheapest route', () => {
  test('goes where the request costs least, and says of one without a price that it is never first', async () => {
    const lane = await routed({ strategy: 'cheapest' }, [
      deployment('a', upstream.port, { model: 'unpriced-model' }),
      deployment('b', upstream.port),
    ]);
    assert.equal(await servedBy(lane), 'b');
    const [unpriced, priced] = decisions(lane)[0]?.candidates ?? [];
    assert.match(unpriced?.reason ?? '', /no complete price .* never the cheapest/);
    assert.deepEqual([unpriced?.verdict, unpriced?.score, priced?.score], ['eligible', undefined, 1]);
  });
});

describe('a fastest route', () => {
  test('tries what is new, and from then on goes by what it has seen', async () => {
    const lane = await routed({ strategy: 'fastest' }, three().slice(0, 2));
    upstream.script(stream(ANTHROPIC_STREAM));
    const streamed = body({ stream: true });
    const served = [await servedBy(lane, {}, streamed), await servedBy(lane, {}, streamed)];
    assert.deepEqual(served.toSorted(), ['a', 'b']);
    assert.ok(['a', 'b'].includes(await servedBy(lane, {}, streamed)));
    const scores = decisions(lane).map(({ candidates }) => candidates.map(({ score }) => score));
    assert.deepEqual(scores[0], [0, 0]);
    assert.ok(scores.flat().every((score) => score !== undefined && Number.isInteger(Math.log2(Math.max(1, score)))));
  });
});

describe('arms', () => {
  test('a person sees one arm, the decision names it, and another arm only stands in', async () => {
    const lane = await routed(
      {
        arms: { canary: 50, control: 50 },
        candidates: [
          { deployment: 'a', weight: 1, arm: 'control' },
          { deployment: 'b', weight: 1, arm: 'canary' },
        ],
      },
      three().slice(0, 2),
    );
    const arms = new Map<string, string>();
    for (let i = 0; i < 24; i += 1) {
      const sent = body({ metadata: { user_id: `person-${i % 12}` } });
      const home = await servedBy(lane, { 'weighbridge-session': `s-${i}` }, sent);
      assert.equal(arms.get(`${i % 12}`) ?? home, home);
      arms.set(`${i % 12}`, home);
    }
    assert.deepEqual([...new Set(arms.values())].toSorted(), ['a', 'b']);
    for (const { arm, candidates } of decisions(lane)) {
      const chosen = candidates.find(({ verdict }) => verdict === 'chosen');
      assert.equal(chosen?.deployment, arm === 'canary' ? 'b' : 'a');
      assert.match(
        candidates.find((one) => one !== chosen)?.reason ?? '',
        /of the arm "(canary|control)": a fall-back/,
      );
    }
    const foreseen = lane.lane.foresee({ key: lane.key.record.id, model: 'm', features: [] });
    assert.deepEqual(
      foreseen.first.map(({ chance }) => chance),
      [0.5, 0.5],
    );
  });
});

describe('a candidate with conditions', () => {
  test('is there for the requests that meet them, and the decision says which was not met', async () => {
    const lane = await routed({
      candidates: [
        { deployment: 'a', weight: 1, when: { task: 'summarise' } },
        { deployment: 'b', weight: 1, when: { request_bytes: { at_least: 2_000 } } },
        { deployment: 'c', weight: 1, when: { without: ['tools'] } },
      ],
    });
    assert.equal(await servedBy(lane, { 'weighbridge-tags': 'task=summarise' }), 'a');
    assert.equal(await servedBy(lane, {}, body({ system: 'x'.repeat(2_000) })), 'b');
    assert.equal(await servedBy(lane), 'c');
    const tool = { name: 't', input_schema: { type: 'object' } };
    const refused = await ask(lane, {}, body({ tools: [tool] }));
    const { error } = (await refused.json()) as { error: { weighbridge: { code: string }; message: string } };
    assert.equal(error.weighbridge.code, 'FEATURE_UNSUPPORTED');
    assert.match(error.message, /c: not for this request: only when it does not use tools/);
    const { first } = lane.lane.foresee({
      key: lane.key.record.id,
      model: 'm',
      features: [],
      tags: { task: 'summarise' },
      requestBytes: 5_000,
    });
    assert.deepEqual(
      first.map((one) => one.deployment),
      ['a', 'b', 'c'],
    );
  });
});

describe('complaints', () => {
  test('L23749: our own limiter at reserved capacity spills to the next capacity, and is no refusal', async () => {
    const { lane } = await limited([rule('ptu', { amount: '1', where: { deployment: ['ptu'] } })], {
      deployments: [deployment('payg', upstream.port), deployment('ptu', upstream.port, { tier: 'reserved' })],
      routes: [route('m', ['payg', 'ptu'], { strategy: 'reserved_first' })],
    });
    assert.deepEqual([await servedBy(lane), await servedBy(lane)], ['ptu', 'payg']);
    const [reserved, spilled] = lane.sealer.receipts();
    assert.equal(reserved?.served?.capacity, 'reserved');
    assert.deepEqual([spilled?.served?.fallback, spilled?.outcome], [true, 'completed']);
    assert.match(
      decisions(lane)
        .at(-1)
        ?.candidates.find(({ deployment: id }) => id === 'ptu')?.reason ?? '',
      /limit does not cover it/,
    );
  });
  test("L2028, L3971: a seller's 429 at reserved capacity spills too", async () => {
    const lane = await routed({ strategy: 'reserved_first' }, [
      deployment('payg', upstream.port),
      deployment('ptu', upstream.port, { tier: 'reserved' }),
    ]);
    const before = upstream.requests.length;
    upstream.script(failing(429, anthropicError('rate_limit_error', 'slow down')), stream(ANTHROPIC_STREAM));
    assert.equal(await servedBy(lane, {}, body({ stream: true })), 'payg');
    assert.equal(upstream.requests.length - before, 2);
  });
  test('the answer names the model and deployment that served it: streamed or whole, first choice or fall-back', async () => {
    for (const streamed of [false, true])
      for (const fallsBack of [false, true]) {
        const lane = await routed({ strategy: 'sticky' }, three().slice(0, 2));
        const good = streamed ? stream(ANTHROPIC_STREAM) : whole(ANTHROPIC_WHOLE);
        upstream.script(...(fallsBack ? [failing(500, anthropicError('api_error', 'down')), good] : [good]));
        const answer = await ask(lane, { 'weighbridge-session': 's' }, body({ stream: streamed }));
        assert.match(await answer.text(), /claude-sonnet-4-5-20250929/);
        const { served } = lane.sealer.receipt();
        const said = ['deployment', 'model', 'fallback'].map((name) => answer.headers.get(`weighbridge-${name}`));
        assert.deepEqual(said, [served?.deployment, 'claude-sonnet-4-5-20250929', String(fallsBack)]);
        assert.equal(served?.fallback, fallsBack);
      }
  });
});
