// The promise itself: a thousand calls at once, each of which costs exactly what it could at most, against one dollar.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { limitMemory, Limits } from '../src/index.ts';
import { ANTHROPIC_WHOLE, reset } from './support/answers.ts';
import { deployment, route, until, type Script } from './support/fixture.ts';
import { clock, limited, rule, started, upstream } from './support/limited.ts';

/** The one that waits has to outlast all the others. */
const PATIENT = { connect_ms: 120_000, first_token_ms: 120_000, between_tokens_ms: 120_000, total_ms: 120_000 };

describe('a thousand calls at once whose worst case is what they cost, 0.15 dollars', () => {
  const COST = 150_000;
  const rules = [
    rule('dollar', {
      measure: 'money',
      amount: '1000000000',
      window: { kind: 'calendar', unit: 'month', zone: 'UTC' },
    }),
    rule('spent', { measure: 'money', amount: '9000000000', per: ['deployment'] }),
  ];
  const body = (model: string, max_tokens: number): string =>
    JSON.stringify({ model, max_tokens, messages: [{ role: 'user', content: 'hi!' }] });

  /** An answer that takes all that could be taken: each byte a token, and every token of output. */
  const dearest: Script = (_request, response, asked) => {
    const { max_tokens } = JSON.parse(asked) as { max_tokens: number };
    const usage = { input_tokens: Buffer.byteLength(asked), output_tokens: max_tokens };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...(JSON.parse(ANTHROPIC_WHOLE) as object), usage }));
  };

  interface Outcome {
    /** Legs that reached the cloud. */
    readonly sent: number;
    readonly served: number;
    readonly refused: number;
    readonly settled: string;
    readonly used: bigint | undefined;
  }

  /** The bound on output with which a call costs exactly that much, from the bytes that go upstream. */
  async function exactTokens(): Promise<number> {
    upstream.script(dearest);
    const { lane } = await limited([], { routes: [route('probe', ['a'])] });
    await fetch(`${lane.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lane.key.key}` },
      body: body('probe', 74_000),
    });
    const bytes = Buffer.byteLength(upstream.requests.at(-1)?.body ?? '');
    assert.equal((COST - bytes) % 2, 0, 'the body is of an even length');
    return (COST - bytes) / 2;
  }

  async function against(lanes: number, broken: boolean): Promise<Outcome> {
    const max_tokens = await exactTokens();
    let held: (() => void) | null = null;
    let sent = 0;
    upstream.script((request, response, asked) => {
      sent += 1;
      // Of one nobody learns what it cost, and the client of another leaves: both may have been billed.
      if (broken && sent === 1) return reset(request, response, asked);
      if (broken && sent === 2) held = () => dearest(request, response, asked);
      else dearest(request, response, asked);
      return undefined;
    });
    const memory = limitMemory(rules);
    const lanesOf = await Promise.all(
      Array.from({ length: lanes }, () =>
        started(
          {
            limits: rules,
            deployments: [deployment('a', upstream.port)],
            routes: [route('money', ['a'], { attempts: 4, timers: PATIENT })],
          },
          { limitMemory: () => memory, clock },
        ),
      ),
    );
    const leaving = new AbortController();
    let answered = 0;
    const answers = Array.from({ length: 1000 }, async (_, index) => {
      const lane = lanesOf[index % lanes];
      assert.ok(lane !== undefined);
      const answer = await fetch(`${lane.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${lane.key.key}` },
        body: body('money', max_tokens),
        signal: leaving.signal,
      });
      answered += 1;
      await answer.text();
      return answer.status;
    });
    const all = Promise.allSettled(answers);
    if (broken) {
      await until(() => answered === 999 && held !== null, 'all but the one that waits are answered', 60_000);
      leaving.abort();
      const release = held as (() => void) | null;
      release?.();
    }
    const statuses = (await all).map((one) => (one.status === 'fulfilled' ? one.value : 0));
    await until(() => lanesOf.every(({ lane }) => lane.stats().inFlight === 0), 'all are over');
    const counted = new Limits(rules, memory);
    const [dollar] = counted.rules;
    assert.ok(dollar !== undefined);
    const settled = lanesOf
      .flatMap((lane) => lane.sealer.receipts())
      .reduce((sum, one) => sum + moneyFromDecimal(one.budget?.settled ?? '0'), 0n);
    const times = (wanted: number): number => statuses.filter((status) => status === wanted).length;
    const used = counted.list(dollar, clock.at, 1)[0]?.used;
    return { sent, served: times(200), refused: times(402), settled: moneyToDecimal(settled), used };
  }

  const SIX = { sent: 6, settled: '0.9', used: 900_000_000n };
  for (const lanes of [1, 3]) {
    test(`against one dollar, on ${lanes} lanes: exactly six`, async () => {
      assert.deepEqual(await against(lanes, false), { ...SIX, served: 6, refused: 994 });
    });
    test(`against one dollar, on ${lanes} lanes, one broken off and one left: exactly six`, async () => {
      const { refused, ...outcome } = await against(lanes, true);
      assert.deepEqual(outcome, { ...SIX, served: 4 });
      // The one that broke off is refused its second try.
      assert.ok(refused >= 994);
    });
  }
});
