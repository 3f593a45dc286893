// Limits over several lanes, and processes that are killed and started again: what was admitted, at most, is what the
// limits allow over all lives together. What was in flight at a kill may have been used, and counts.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { labControl } from '@weighbridge/lab';
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';
import { end, start } from './support/killed.ts';
import { openBench, type Bench } from './support/server.ts';

const CALLS = 120;
const LANES = 3;
const ADMITTED = 6;
let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

interface Fired {
  readonly statuses: number[];
  /** Leaves the calls that have no answer. */
  leave(): void;
  readonly gone: Promise<unknown>;
}

/** Sends calls until so many are refused; the rest wait for their answers. */
async function fire(origin: string, key: string, model: string, refused: number): Promise<Fired> {
  const statuses: number[] = [];
  const enough = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const body = JSON.stringify({
    model,
    // With the input at its dearest about 0.149 dollars.
    max_tokens: 9_900,
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const headers = { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const calls = Array.from({ length: CALLS }, async () => {
    const answer = await fetch(`${origin}/v1/messages`, { method: 'POST', headers, body, signal: leaving.signal });
    statuses.push(answer.status);
    if (statuses.filter((status) => status !== 200).length === refused) enough.resolve();
    await answer.text();
  });
  await enough.promise;
  return { statuses, leave: () => leaving.abort(), gone: Promise.allSettled(calls) };
}

const RULES = {
  money: { measure: 'money', amount: '1.00', window: 'month', where: { route: ['money'] } },
  requests: { measure: 'requests', amount: ADMITTED, window: 'month', where: { route: ['requests'] }, per: ['key'] },
  tokens: { measure: 'output_tokens', amount: ADMITTED * 9_900, window: '24h', where: { route: ['tokens'] } },
  concurrency: { measure: 'concurrency', amount: ADMITTED, where: { route: ['concurrency'] }, per: ['team'] },
} as const;

test('over three lanes, aborts, a kill and a stop exactly six calls are admitted by each kind of limit', async () => {
  const file = join(bench.folder, 'limits.yaml');
  const raw = structuredClone(bench.configuration);
  const { candidates } = raw['routes']['claude-sonnet-4-5'];
  raw['routes'] = Object.fromEntries(
    Object.keys(RULES).map((name) => [
      name,
      { candidates: candidates.slice(0, 1), timers: { first_token_ms: 100_000 } },
    ]),
  );
  for (const key of Object.values(raw['keys']) as { policy?: unknown }[]) delete key.policy;
  raw['limits'] = { rules: RULES };
  raw['listen'] = { ...raw['listen'], lanes: LANES };
  writeFileSync(file, JSON.stringify(raw));
  const home = join(bench.folder, 'limits');
  await labControl(bench.lab.endpoints.admin).fault({ fault: 'slow_first_token', ms: 120_000 });

  const first = await start(file, home, bench.lab.endpoints.caFile);
  const key = first.key ?? '';
  for (const name of Object.keys(RULES)) {
    const fired = await fire(first.origin, key, name, CALLS - ADMITTED);
    assert.equal(fired.statuses.length, CALLS - ADMITTED, `${name}: the rest wait`);
    assert.deepEqual(new Set(fired.statuses), new Set([name === 'money' ? 402 : 429]), name);
    if (name === 'tokens') fired.leave();
  }
  await end(first, 'SIGKILL');

  const second = await start(file, home, bench.lab.endpoints.caFile);
  assert.equal(second.interrupted, ADMITTED * Object.keys(RULES).length);
  const counted = Object.keys(RULES).filter((name) => name !== 'concurrency');
  for (const name of counted) await (await fire(second.origin, key, name, CALLS)).gone;
  const again = await fire(second.origin, key, 'concurrency', CALLS - ADMITTED);
  assert.equal(again.statuses.length, CALLS - ADMITTED, 'nothing is in flight after a kill: six more');
  again.leave();
  await again.gone;
  await end(second, 'SIGTERM');

  const third = await start(file, home, bench.lab.endpoints.caFile);
  for (const name of counted) await (await fire(third.origin, key, name, CALLS)).gone;
  await end(third, 'SIGTERM');

  const journal = openJournal(join(home, 'lab', 'journal'), { vault: join(home, 'lab', 'vault') });
  const sent = new Map<string, bigint[]>();
  for (const { groups } of journal.records({ kinds: ['call'] }, ['public', 'commercial'])) {
    const { counted: legs, limit } = JSON.parse(groups.commercial ?? '{}') as CallCommercial;
    const { outcome } = JSON.parse(groups.public ?? '{}') as CallPublic;
    if (outcome !== 'interrupted') assert.ok(limit?.rule, 'it says which limit refused it, or had the least left');
    for (const leg of legs?.legs ?? [])
      sent.set(legs?.route ?? '', [...(sent.get(legs?.route ?? '') ?? []), moneyFromDecimal(leg.money)]);
  }
  journal.close();
  for (const name of counted) assert.equal(sent.get(name)?.length, ADMITTED, name);
  assert.equal(sent.get('concurrency')?.length, 2 * ADMITTED);
  const spent = (sent.get('money') ?? []).reduce((sum, one) => sum + one, 0n);
  assert.ok(spent <= moneyFromDecimal('1') && spent > moneyFromDecimal('0.88'), String(spent));
});
