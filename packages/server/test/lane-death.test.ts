// A lane that dies takes the process with it, and nobody else's calls: the other lanes end theirs first, the end says which lane
// it was, and the next start closes what the dead one had begun, so that every call has exactly one receipt.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { openJournal } from '@weighbridge/journal';
import { call, openBench, until, type Bench } from './support/server.ts';

const CALLS = 12;
let bench: Bench;
const workers: Worker[] = [];
const seen = (worker: Worker): void => void workers.push(worker);
before(async () => {
  bench = await openBench({ ttft_ms: 20, gap_ms: 40 });
  process.on('worker', seen);
});
after(async () => {
  process.off('worker', seen);
  await bench.close().catch(() => undefined); // The server that failed rejects as often as it is asked.
});

describe('a lane that dies', () => {
  test('ends the process after the calls of the others, by a message that names it, and no call is lost', async () => {
    const first = await bench.start({ name: 'mortal', lanes: 2 });
    const { origin, home, administration } = first.server;
    const { key } = await administration.createKey({ name: 'lab' });
    const asked = Promise.allSettled(Array.from({ length: CALLS }, () => call(origin, key, { stream: true })));
    await until('all are under way', 10_000, async () =>
      (await first.server.status()).calls.inFlight === CALLS ? true : undefined,
    );
    await workers.find(({ threadName }) => threadName === 'lane 1')?.terminate();
    const ended = await asked;
    await assert.rejects(first.server.stopped, /lane 1 ended: exit code 1/);
    const whole = ended.filter((one) => one.status === 'fulfilled' && one.value.text.includes('message_stop'));
    const cut = ended.filter((one) => one.status === 'rejected');
    assert.equal(whole.length + cut.length, CALLS);
    assert.ok(whole.length > 0 && cut.length > 0, `${whole.length} whole, ${cut.length} cut`);
    const second = await bench.start({ name: 'mortal' });
    assert.equal(second.server.interrupted, cut.length);
    const journal = openJournal(home.journal, { vault: home.vault });
    const ids = [...journal.entries({ kinds: ['call'] })].map(({ leaf }) => leaf.id);
    journal.close();
    assert.deepEqual([ids.length, new Set(ids).size], [CALLS, CALLS]);
  });
});
