// Lanes are replaced while calls pass: none is lost, streams end on the lane that they began on, and whoever keeps a
// connection is told to open another. What was revoked meanwhile stops on lanes that are leaving too.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { AppError } from '@weighbridge/kernel';
import { controlClient } from '@weighbridge/protocol';
import { healthOf } from '../src/api/health.ts';
import { controlSocket, readInstance } from './support/entry.ts';
import { mendLog, stopLog } from './support/stopped-log.ts';
import { openBench, until, type Bench, type Started } from './support/server.ts';

let bench: Bench;
let started: Started;
let key: string;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'restarted' });
  key = (await started.server.administration.createKey({ name: 'lab' })).key;
});
after(() => bench.close());

const restart = () =>
  controlClient(controlSocket(readInstance(started.server.home)?.socket ?? '')).ask('restartLanes', {});

interface Answered {
  readonly status: number;
  readonly closes: boolean;
  readonly text: string;
}

/** One call on a connection that the agent keeps. */
function kept(agent: Agent, withKey = key, more: object = {}): Promise<Answered> {
  const body = { model: 'claude-haiku-4-5', max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }], ...more };
  return new Promise((resolve, reject) => {
    const asked = request(
      `${started.server.origin}/v1/messages`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'x-api-key': withKey } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        const closes = answer.headers.connection === 'close';
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, closes, text }));
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

const keeping = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });
const facts = async (asked: Promise<Answered>): Promise<[number, boolean]> => {
  const { status, closes } = await asked;
  return [status, closes];
};

describe('a lane that does not answer', () => {
  test('makes the instance stuck', async () => {
    const { live, ready, text } = await healthOf({
      lanes: {
        stats: () => Promise.reject(new AppError('LANE_BUSY', 'lane 1 did not answer')),
        recorderSilentMs: () => 0,
      },
      administration: { snapshot: () => ({ routes: [] }) },
    } as unknown as Parameters<typeof healthOf>[0]);
    assert.deepEqual([live, ready, JSON.parse(text).status], [false, false, 'stuck']);
  });
});

describe('lanes that are replaced', { concurrency: false }, () => {
  test('under load that does not pause lose no call, and streams end where they began', async () => {
    const own = keeping();
    const stream = kept(own, key, { stream: true, max_tokens: 400 });
    const running = new AbortController();
    const statuses: number[] = [];
    const load = Array.from({ length: 4 }, async () => {
      const agent = keeping();
      while (!running.signal.aborted) statuses.push((await kept(agent)).status);
      agent.destroy();
    });
    await until('the load runs', 5_000, () => (statuses.length > 20 ? true : undefined));
    const { lanes } = await restart();
    assert.equal(lanes, 1);
    const before_ = statuses.length;
    await until('the load goes on', 5_000, () => (statuses.length > before_ + 20 ? true : undefined));
    running.abort();
    await Promise.all(load);
    assert.deepEqual(new Set(statuses), new Set([200]), `${statuses.length} calls`);
    const streamed = await stream;
    assert.match(streamed.text, /message_stop/);
    own.destroy();
    const { calls } = await started.server.status();
    assert.equal(calls.calls, statuses.length + 1, 'what lanes counted that have left is not forgotten');
    const { journal, vault } = started.server.home;
    const numbers = await until('both lanes are in the log', 5_000, () => {
      const log = openJournal(journal, { vault });
      const seen = [...log.entries({ kinds: ['call'] })].map(({ leaf }) => leaf.by.lane);
      log.close();
      return seen.length === statuses.length + 1 ? new Set(seen) : undefined;
    });
    assert.deepEqual(numbers, new Set([1, 65]));
  });

  test('a connection that is kept is served once more, told to close, and no revoked key passes on it', async () => {
    await until('the lane of before has left', 20_000, async () => ((await restartable()) ? true : undefined));
    const [one, other] = [keeping(), keeping()];
    const made = await started.server.administration.createKey({ name: 'short-lived' });
    assert.deepEqual(await facts(kept(one)), [200, false]);
    assert.equal((await kept(other, made.key)).status, 200);
    await restart();
    await started.server.administration.revokeKey(made.state.id);
    assert.deepEqual(await facts(kept(one)), [200, true]);
    assert.deepEqual(await facts(kept(other, made.key)), [401, true]);
    assert.deepEqual(await facts(kept(one)), [200, false], 'the next is taken by the lane that took over');
    one.destroy();
    other.destroy();
  });

  test('while lanes are leaving they are not replaced again', async () => {
    const agent = keeping();
    await until('nothing is leaving', 20_000, async () => ((await restartable()) ? true : undefined));
    await kept(agent);
    await restart();
    await assert.rejects(restart(), { code: 'LANE_BUSY' });
    agent.destroy();
  });
});

// The last: its probes keep connections to the gateway.
test('an instance says that it lives and is ready, and why not, to whoever probes it', async () => {
  const probe = async (path: string): Promise<[number, unknown]> => {
    const answer = await fetch(`${started.server.consoleOrigin}${path}`);
    return [answer.status, await answer.json()];
  };
  const well = { status: 'ready', lanes: 'answer', sealed: 'yes', recorder: 'moves', draining: false };
  assert.deepEqual(await probe('/livez'), [200, well]);
  assert.deepEqual(await probe('/readyz'), [200, well]);
  const { origin, home } = started.server;
  await stopLog(origin, home.journal);
  assert.deepEqual(await probe('/readyz'), [503, { ...well, status: 'not ready', sealed: 'no' }]);
  assert.equal((await probe('/livez'))[0], 200, 'a restart would mend nothing');
  mendLog(home.journal);
  await until('it is ready', 5_000, async () => ((await probe('/readyz'))[0] === 200 ? true : undefined));
});

const restartable = async (): Promise<boolean> => (await started.server.status()).leaving === 0;
