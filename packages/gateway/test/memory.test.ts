// What stays of calls that are over: nothing that grows with their number. Each call has a user, a session, a tag and a prompt of
// its own; some are answered, some fail, some are left by their client half-way. Measured after the collector has run, so that
// what is found is held by somebody. The half-hour run is `npm run campaign -- soak`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_EVENTS,
  ANTHROPIC_START,
  anthropicDelta,
  anthropicError,
  failing,
  startSse,
  stream,
} from './support/answers.ts';
import { deployment, route, startLane, startUpstream, until, type Script } from './support/fixture.ts';

const PROMPT_BYTES = 40_000;
const ROUND = 120;
const ROUNDS = 3;
/** A twentieth of the prompts would be that much. What is left fills caches that have a bound. */
const BYTES_A_CALL_MOST = 2_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const upstream = await startUpstream();
const lane = await startLane({
  deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
  routes: [route('m', ['a', 'b'], { strategy: 'sticky' })],
});
after(async () => {
  await lane.close();
  await upstream.close();
});

const half: Script = (_request, response) =>
  void startSse(response).write(ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hello there'));
const SCRIPTS: readonly Script[] = [
  stream(...ANTHROPIC_EVENTS),
  failing(400, anthropicError('invalid_request_error', 'no')),
  half,
];

async function call(number: number): Promise<void> {
  const leaves = number % SCRIPTS.length === 2;
  const leave = new AbortController();
  const answer = await fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': lane.key.key,
      'weighbridge-session': `session-${number}`,
      'weighbridge-tags': `job=${number}`,
    },
    body: JSON.stringify({
      model: 'm',
      max_tokens: 50,
      stream: true,
      metadata: { user_id: `user-${number}` },
      messages: [{ role: 'user', content: `${number} ${'x'.repeat(PROMPT_BYTES)}` }],
    }),
    signal: leave.signal,
  });
  if (!leaves) return void (await answer.text());
  await answer.body?.getReader().read();
  leave.abort();
}

/** Bytes that are held when everything that nobody holds is gone. */
async function held(): Promise<number> {
  await until(() => lane.lane.stats().inFlight === 0, 'every call is over');
  lane.sealer.entries.length = 0;
  upstream.requests.length = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('calls that are over leave nothing that grows with their number: answered, failed or left half-way', async () => {
  const after: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [place, script] of SCRIPTS.entries()) {
      upstream.script(script);
      const numbers = Array.from(
        { length: ROUND / SCRIPTS.length },
        (_, index) => round * ROUND + index * SCRIPTS.length + place,
      );
      for (let at = 0; at < numbers.length; at += 20) await Promise.all(numbers.slice(at, at + 20).map(call));
      await until(() => lane.lane.stats().inFlight === 0, 'every call is over');
    }
    assert.equal(lane.sealer.entries.filter(({ kind }) => kind === 'call').length, ROUND, 'each call has its receipt');
    after.push(await held());
  }
  // The first round fills pools and caches.
  const grown = (after.at(-1) ?? 0) - (after[1] ?? 0);
  const each = grown / (ROUND * (ROUNDS - 1));
  assert.ok(each < BYTES_A_CALL_MOST, `${Math.round(each)} bytes stay of each call: ${after.join(', ')}`);
});
