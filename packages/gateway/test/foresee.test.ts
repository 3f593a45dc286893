// What would happen to a request, asked before it is sent: held against what then does happen to it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import type { Decision } from '@weighbridge/protocol';
import { ANTHROPIC_WHOLE, anthropicError, failing, whole } from './support/answers.ts';
import {
  deployment,
  MemorySealer,
  route,
  startLane,
  startUpstream,
  testKey,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let good: Upstream;
let bad: Upstream;
before(async () => {
  good = await startUpstream(whole(ANTHROPIC_WHOLE));
  bad = await startUpstream(failing(500, anthropicError('api_error', 'down')));
});
after(async () => {
  await good.close();
  await bad.close();
});

const ask = (lane: TestLane, model: string): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ model, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
  });
const foresee = (lane: TestLane, model: string, features: readonly string[] = []) =>
  lane.lane.foresee({ key: lane.key.record.id, model, features });
/** The decision of the newest call, as it was sealed. */
const decided = (lane: TestLane): Decision =>
  JSON.parse(lane.sealer.entries.findLast(({ kind }) => kind === 'decided')?.commercial ?? '{}') as Decision;

test('the decision foreseen is the one that is then sealed, and nothing was sent or written for it', async () => {
  const lane = await startLane({
    deployments: [
      deployment('first', good.port),
      deployment('second', good.port),
      deployment('far', good.port, { region: 'eu-west-1' }),
      deployment('plain', good.port, { lacks: ['tools'] }),
    ],
    routes: [route('m', ['first', 'second', 'far', 'plain'], { aliases: ['claude-*'] })],
    keys: [testKey({ policy: { routes: ['*'], clouds: ['*'], regions: ['us-east-1'] } }).record],
  });
  try {
    const sent = good.requests.length;
    const foreseen = foresee(lane, 'claude-anything');
    assert.deepEqual([lane.sealer.entries.length, good.requests.length], [0, sent]);
    assert.equal((await ask(lane, 'claude-anything')).status, 200);
    assert.deepEqual(foreseen.decision, decided(lane));
    assert.deepEqual(foreseen.first, [
      { deployment: 'first', chance: 1 },
      { deployment: 'second', chance: 0 },
      { deployment: 'plain', chance: 0 },
    ]);
    assert.equal(foreseen.refusal, null);
    const withTools = foresee(lane, 'm', ['tools']);
    assert.equal(withTools.decision?.candidates.find(({ deployment: id }) => id === 'plain')?.reason, 'lacks tools');
  } finally {
    await lane.close();
  }
});

test('a weighted route draws by its weights, and nobody knows beforehand whom', async () => {
  const candidates = [
    { deployment: 'a', weight: 3 },
    { deployment: 'b', weight: 1 },
    { deployment: 'c', weight: 0 },
  ];
  const lane = await startLane({
    deployments: ['a', 'b', 'c'].map((id) => deployment(id, good.port)),
    routes: [
      route('m', [], { strategy: 'weighted', candidates }),
      route('none', [], { strategy: 'weighted', candidates: candidates.map((one) => ({ ...one, weight: 0 })) }),
    ],
  });
  try {
    const { first, decision } = foresee(lane, 'm');
    assert.deepEqual(
      first.map(({ chance }) => chance),
      [0.75, 0.25, 0],
    );
    assert.ok(decision?.candidates.every(({ verdict }) => verdict === 'eligible'));
    assert.deepEqual(
      foresee(lane, 'none').first.map(({ chance }) => chance),
      [1, 0, 0],
    );
  } finally {
    await lane.close();
  }
});

describe('a request that would be refused', () => {
  test('is told what the client would be told', async () => {
    const keys = [
      testKey().record,
      testKey({ revoked: true }, 8).record,
      testKey({ expires: 1 }, 9).record,
      testKey({ unlisted: true }, 10).record,
      testKey({ policy: { routes: ['other'], clouds: ['*'], regions: ['*'] } }, 11).record,
      testKey({ policy: { routes: ['*'], clouds: ['*'], regions: ['eu-west-1'] } }, 12).record,
    ];
    const lane = await startLane({
      deployments: [deployment('d', good.port, { lacks: ['images'] })],
      routes: [route('m', ['d'])],
      keys,
    });
    try {
      const codes = keys.map(
        ({ id }) => lane.lane.foresee({ key: id, model: 'm', features: [] }).refusal?.code ?? null,
      );
      assert.deepEqual(codes, [null, 'KEY_REVOKED', 'KEY_REVOKED', 'POLICY_DENIED', 'POLICY_DENIED', 'POLICY_DENIED']);
      assert.equal(foresee(lane, 'nothing').refusal?.code, 'MODEL_UNKNOWN');
      assert.deepEqual(foresee(lane, 'nothing').decision?.policy.verdict, 'deny');
      assert.doesNotMatch(foresee(lane, 'nothing').refusal?.next ?? '', /did you mean/);
      assert.equal(foresee(lane, 'm', ['images']).refusal?.code, 'FEATURE_UNSUPPORTED');
      const refused = await ask(lane, 'nothing');
      const { error } = (await refused.json()) as { error: { message: string } };
      assert.ok(error.message.startsWith(foresee(lane, 'nothing').refusal?.message ?? '-'), error.message);
      assert.throws(
        () => lane.lane.foresee({ key: 'nobody', model: 'm', features: [] }),
        (failure: AppError) => failure.code === 'KEY_INVALID',
      );
    } finally {
      await lane.close();
    }
  });

  test('because the journal refuses is told so', async () => {
    const sealer = new MemorySealer();
    const lane = await startLane(
      { deployments: [deployment('d', good.port)], routes: [route('m', ['d'])] },
      { sealer },
    );
    try {
      sealer.available = false;
      assert.equal(foresee(lane, 'm').refusal?.code, 'JOURNAL_UNAVAILABLE');
    } finally {
      await lane.close();
    }
  });
});

test('what the lane has learnt shows: a circuit that opened, a pause, a credential that is not there', async () => {
  const lane = await startLane(
    {
      deployments: [deployment('bad', bad.port), deployment('good', good.port, { credential: 'other' })],
      routes: [route('m', ['bad', 'good'])],
    },
    {
      credentials: {
        current: (name) => {
          if (name === 'other') throw new AppError('CREDENTIAL_UNAVAILABLE', 'no token yet');
          return { kind: 'api_key', key: 'vendor-secret' };
        },
      },
    },
  );
  try {
    const before = lane.lane.health();
    assert.deepEqual(
      before.map(({ deployment: id, circuit, reason, ready }) => [id, circuit, reason, ready]),
      [
        ['bad', 'closed', null, true],
        ['good', 'closed', null, false],
      ],
    );
    assert.deepEqual(foresee(lane, 'm').doubts, [{ deployment: 'good', doubt: 'no token yet' }]);
    for (let i = 0; i < 10; i += 1) await (await ask(lane, 'm')).text();
    const [view] = lane.lane.health();
    assert.equal(view?.circuit, 'open');
    assert.ok(view.failures >= 3 && view.reopens_ms > 0 && view.in_flight === 0, JSON.stringify(view));
    assert.equal(view.last_fault, 'deployment');
    assert.match(view.reason ?? '', /^circuit open/);
    const { decision, first } = foresee(lane, 'm');
    assert.equal(decision?.candidates[0]?.verdict, 'rejected');
    assert.deepEqual(first, [{ deployment: 'good', chance: 1 }]);
    assert.equal(lane.lane.health()[0]?.circuit, 'open', 'looking at it is no probe');
  } finally {
    await lane.close();
  }
});
