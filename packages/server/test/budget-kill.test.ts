// A hard budget and a process that is killed: what was held for calls in flight may have been spent, and a restart must
// not hand it out again.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { labControl } from '@weighbridge/lab';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';
import { end, start } from './support/killed.ts';
import { openBench, type Bench } from './support/server.ts';

const CALLS = 12;
let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

/** Statuses of calls that were answered, and how many were still open when `enough` of them had been. */
async function fire(
  origin: string,
  key: string,
  enough: number,
): Promise<{ statuses: number[]; gone: Promise<unknown> }> {
  const statuses: number[] = [];
  const refused = Promise.withResolvers<void>();
  const body = JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 3_000,
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const headers = { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const calls = Array.from({ length: CALLS }, async () => {
    const answer = await fetch(`${origin}/v1/messages`, { method: 'POST', headers, body });
    statuses.push(answer.status);
    if (statuses.filter((status) => status === 402).length === enough) refused.resolve();
    await answer.text();
  });
  await refused.promise;
  return { statuses, gone: Promise.allSettled(calls) };
}

test('after a kill with calls in flight the cap of the day still holds', async () => {
  const file = join(bench.folder, 'killed.yaml');
  const raw = structuredClone(bench.configuration);
  raw['log'] = 'live';
  // Each call may cost about 0.045 USD: room for four, and not for a fifth.
  raw['budget'] = { daily: '0.20' };
  for (const deployment of Object.values(raw['deployments']) as Record<string, unknown>[])
    delete deployment['simulated'];
  raw['routes']['claude-sonnet-4-5'].candidates = raw['routes']['claude-sonnet-4-5'].candidates.slice(0, 1);
  raw['routes']['claude-sonnet-4-5'].timers = { first_token_ms: 100_000 };
  writeFileSync(file, JSON.stringify(raw));
  const home = join(bench.folder, 'killed');
  await labControl(bench.lab.endpoints.admin).fault({ fault: 'slow_first_token', ms: 60_000 });

  const first = await start(file, home, bench.lab.endpoints.caFile);
  const key = first.key ?? '';
  const admitted = 4;
  const before_ = await fire(first.origin, key, CALLS - admitted);
  await end(first, 'SIGKILL');
  await before_.gone;

  const second = await start(file, home, bench.lab.endpoints.caFile);
  assert.equal(second.interrupted, admitted);
  const after_ = await fire(second.origin, key, CALLS);
  await after_.gone;
  assert.deepEqual(new Set(after_.statuses), new Set([402]), 'nothing is admitted on money that may be gone');
  await end(second, 'SIGTERM');

  const journal = openJournal(join(home, 'live', 'journal'), { vault: join(home, 'live', 'vault') });
  const interrupted = [...journal.entries({ kinds: ['call'] })].flatMap(({ index }) => {
    const groups = journal.groups(index, ['public', 'commercial']);
    const call = JSON.parse(groups.public?.text ?? '{}') as CallPublic;
    return call.outcome === 'interrupted'
      ? [{ call, ...(JSON.parse(groups.commercial?.text ?? '{}') as CallCommercial) }]
      : [];
  });
  journal.close();
  assert.equal(interrupted.length, admitted);
  for (const { call, budget } of interrupted) {
    assert.equal(call.simulated, false);
    assert.ok(budget !== undefined && budget.settled === budget.reserved, JSON.stringify(budget));
  }
});
