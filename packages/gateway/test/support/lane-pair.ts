// One upstream and a lane in front of it, as the tests of faults need them: one candidate, or a second one to fall back on.
import type { DialectId } from '@weighbridge/protocol';
import { deployment, route, startLane, type TestLane, type Upstream } from './fixture.ts';

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
