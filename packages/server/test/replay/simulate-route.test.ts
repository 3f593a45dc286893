// The simulator against the lab, whose deployments each keep a prompt cache of their own: what it predicts of a sticky route
// from the calls of a weighted one is held against what the sticky route then does.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openJournal, type Journal } from '@weighbridge/journal';
import { isAppError } from '@weighbridge/kernel';
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { simulateAtRest } from '@weighbridge/server';
import { openBlobs } from '../support/entry.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const ROUTE = 'claude-sonnet-4-5';
const SESSIONS = 16;
const TURNS = 5;
const CALLS = SESSIONS * TURNS;

let bench: Bench;
let started: Started;
let key = '';
let journal: Journal;
before(async () => {
  bench = await openBench({ ttft_ms: 0, gap_ms: 0 });
  const change = (raw: Record<string, Record<string, { strategy?: string }>>): void => {
    const route = raw['routes']?.[ROUTE];
    if (route !== undefined) route.strategy = 'weighted';
  };
  started = await bench.start({ change });
  key = (await started.server.administration.createKey({ name: 'lab' })).key;
  journal = openJournal(started.server.home.journal, { vault: started.server.home.vault });
});
after(async () => {
  journal.close();
  await bench.close();
});

type Simulated = ControlAnswer<'simulateRoute'>;
const simulate = (asked: Omit<ControlAsked<'simulateRoute'>, 'route'> & { route?: string }): Promise<Simulated> =>
  simulateAtRest(
    journal,
    openBlobs(started.server.home.blobs),
    { route: ROUTE, ...asked },
    { now: Date.now() + 1_000, lab: true },
  );

/** Conversations that grow, all over one system text; each turn marks what may be kept. */
async function converse(name: string): Promise<void> {
  const mark = { cache_control: { type: 'ephemeral' } };
  const system = [{ type: 'text', text: `${name} ${'law '.repeat(1_500)}`, ...mark }];
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, session) => {
      const messages: object[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const text = `${name} ${session} ${turn} ${'fact '.repeat(400)}`;
        const asked = [...messages, { role: 'user', content: [{ type: 'text', text, ...mark }] }];
        const metadata = { user_id: `${name}-${session}` };
        const answer = await call(started.server.origin, key, { system, messages: asked, metadata });
        assert.equal(answer.status, 200, answer.text);
        messages.push({ role: 'user', content: [{ type: 'text', text }] }, { role: 'assistant', content: 'Noted.' });
      }
    }),
  );
}

const sealed = (since: number): Promise<Simulated> =>
  until('all calls are sealed', 10_000, async () => {
    try {
      const found = await simulate({ strategy: 'sticky', since });
      return found.calls === CALLS ? found : undefined;
    } catch (error) {
      // A log that is young has neither its configuration nor its calls under a checkpoint.
      if (isAppError(error) && (error.code === 'NO_CALLS' || error.code === 'ROUTE_UNKNOWN')) return undefined;
      throw error;
    }
  });

describe('route simulate', () => {
  let first: Simulated;

  test('says of a weighted route what it was, and what sticky would have been', async () => {
    const since = Date.now();
    await converse('weighted');
    first = await sealed(since);
    assert.deepEqual([first.simulated, first.lab, first.strategy_now, first.sessions], [true, true, 'weighted', 16]);
    const [was, would] = [first.was.cache_share?.value ?? 0, first.would.cache_share?.value ?? 0];
    assert.ok(would > was + 0.1, `${was} and ${would}`);
    assert.equal(first.was.shares.length, 4);
    for (const { value, low, high } of first.would.shares) assert.ok(low <= value && value <= high);
    // What is read from a cache costs a tenth of what is written to it.
    assert.ok(Number(first.would.cost?.value) < Number(first.was.cost?.value));
    assert.ok(first.unknown.some((sentence) => sentence.includes('holds no prompt')));
  });

  test('of the calls as they were, the model of caches says what was measured, within a twentieth', () => {
    const was = first.was.cache_share?.value ?? 0;
    const modelled = first.modelled_cache_share?.value ?? 0;
    assert.ok(Math.abs(modelled - was) < was / 20, `${modelled} for ${was}`);
  });

  test("a sticky route raises the lab's cache-read share by what was predicted, within a tenth", async () => {
    started.write((raw) => void (raw['routes'][ROUTE].strategy = 'sticky'));
    await started.server.reload('a test');
    const since = Date.now();
    await converse('stickier');
    const second = await sealed(since);
    const was = first.was.cache_share?.value ?? 0;
    const predicted = (first.would.cache_share?.value ?? 0) - was;
    const raised = (second.was.cache_share?.value ?? 0) - was;
    assert.ok(Math.abs(raised - predicted) < predicted / 10, `raised by ${raised}, predicted ${predicted}`);
    assert.equal(second.strategy_now, 'sticky');
    // Of the sticky route's own calls the simulation changes nothing: each session is where it would be.
    assert.deepEqual(
      second.would.shares.map(({ value }) => value),
      second.was.shares.map(({ value }) => value),
    );
  });

  test('a route that is not there, and one that served nothing, are told apart', async () => {
    const code = (wanted: string) => (error: unknown) => isAppError(error) && error.code === wanted;
    await assert.rejects(simulate({ route: 'claude-sonet-4-5', strategy: 'sticky' }), (error: Error) => {
      assert.ok(isAppError(error) && error.code === 'ROUTE_UNKNOWN');
      assert.match(error.next, /did you mean "claude-sonnet-4-5"/);
      return true;
    });
    await assert.rejects(simulate({ route: 'gpt-5', strategy: 'sticky' }), code('NO_CALLS'));
  });
});
