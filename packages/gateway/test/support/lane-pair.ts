// One upstream and a lane in front of it, as the tests of faults need them: one candidate, or a second one to fall back on.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './fixture.ts';

export const TIMERS = { connect_ms: 500, first_token_ms: 400, between_tokens_ms: 150, total_ms: 3_000 };

/** One candidate and one attempt, unless `spare`: then a second deployment and three attempts. */
export async function lanePair(upstream: Upstream, dialect: DialectId, spare: boolean): Promise<TestLane> {
  const over =
    dialect === 'openai-chat'
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

/** A call in the dialect; a streamed one asks for usage, or not. */
export function askIn(lane: TestLane, dialect: DialectId, streamed: boolean, usage = true): Promise<Response> {
  const path = dialect === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
  const body = {
    model: 'm',
    max_tokens: 64,
    stream: streamed,
    messages: [{ role: 'user', content: 'hi' }],
    ...(dialect === 'openai-chat' && streamed && usage ? { stream_options: { include_usage: true } } : {}),
  };
  return fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The upstream of a test file, and the lane of each of its tests. */
export class Bench {
  #upstream: Upstream | null = null;
  #lane: TestLane | null = null;

  /** Registers what starts and ends them with the file that calls it. */
  constructor() {
    before(async () => {
      this.#upstream = await startUpstream();
    });
    afterEach(async () => {
      await this.#lane?.close();
      this.#lane = null;
    });
    after(() => this.#upstream?.close());
  }

  get upstream(): Upstream {
    assert.ok(this.#upstream);
    return this.#upstream;
  }

  /** As `lanePair`; closed after the test. */
  async pair(dialect: DialectId, spare: boolean): Promise<TestLane> {
    return this.use(await lanePair(this.upstream, dialect, spare));
  }

  /** A lane that the test made itself. */
  use(lane: TestLane): TestLane {
    this.#lane = lane;
    return lane;
  }

  ask(dialect: DialectId, streamed: boolean): Promise<Response> {
    assert.ok(this.#lane);
    return askIn(this.#lane, dialect, streamed);
  }
}
