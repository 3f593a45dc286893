// Calls with more than one leg as a reader of the log meets them: every leg and every charge is told, lists name what was
// done, and a verifier computes the sum of all legs again.
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AttemptRecord, CallCommercial, CallPublic, Charge, Usage } from '@weighbridge/protocol';
import { bookDraft, callDraft, commercial, rated, said, sealLog } from './support/sealed-log.ts';
import { run } from './support/shell.ts';

/** What the cheaper answer used, whose check failed: as much as the one that served. */
const usage: Usage = { tokens: { input: 1_000, cache_read: 0, output: 50 }, source: 'reported', raw: null };
const [first] = said.attempts;
assert.ok(first !== undefined);
const twice = (amount: string | null): string => {
  assert.ok(amount !== null);
  const digits = amount.split('.')[1]?.length ?? 0;
  return String(Number((Number(amount) * 2).toFixed(digits)));
};
const { cost } = rated;
const both: CallCommercial = {
  ...commercial,
  charges: [...rated.charges, ...rated.charges.map((charge): Charge => ({ ...charge, leg: 0 }))],
  cost: { ...cost, list: twice(cost.list), contracted: twice(cost.contracted), billed: twice(cost.billed) },
};
const call = (attempts: readonly AttemptRecord[], more: Partial<CallPublic> = {}): CallPublic => ({
  ...said,
  attempts,
  ...more,
});

const ESCALATED = call([
  { ...first, deployment: 'small', dropped: 'unfit', check: 'json: it is not JSON', usage },
  { ...first, role: 'escalation' },
]);
const HEDGED = call([
  { ...first, deployment: 'small', dropped: 'outrun', usage },
  { ...first, role: 'hedge' },
]);

test('every leg of a call is told, with what it used and what it is charged, and the sum is computed again', async (t) => {
  const drafts = [
    callDraft({ public: ESCALATED, commercial: both }),
    callDraft({ public: HEDGED, commercial: both }),
    callDraft(),
  ];
  const copy = callDraft({ public: call([first], { parent: { as: 'mirror', call: drafts[2]?.id ?? '' } }) });
  const { home, folder, vkey } = await sealLog(t, (at) => [bookDraft(at), ...drafts, copy]);
  // Where an instance would have it.
  symlinkSync('.', join(home, 'lab'));
  const told = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run([...words, '--home', home, '--log', 'lab'], { folder: home });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const escalated = await told('receipt', drafts[0]?.id ?? '');
  assert.match(
    escalated,
    /small: answered, and failed a check \(json: it is not JSON\) \(HTTP 200\); took 0 cache_read, 1,000 input, 50 output \(reported\)/,
  );
  assert.match(escalated, /haiku: escalation; answered/);
  assert.match(escalated, /input, at small/);
  const hedged = await told('receipt', drafts[1]?.id ?? '');
  assert.match(hedged, /small: cut: another leg was quicker/);
  assert.match(hedged, /haiku: hedge, sent beside a slow leg; answered/);
  assert.match(await told('receipt', copy.id), new RegExp(`a copy of call ${drafts[2]?.id ?? ''} \\(mirror\\)`));
  const list = await told('calls', '--json');
  const made = (JSON.parse(list) as { id: string; made: string | null }[]).map((row) => [row.id, row.made]);
  assert.deepEqual(
    new Map(made as [string, string | null][]),
    new Map([
      [drafts[0]?.id, 'escalated'],
      [drafts[1]?.id, 'hedged'],
      [drafts[2]?.id, null],
      [copy.id, 'mirror'],
    ] as [string, string | null][]),
  );
  assert.match(await told('calls'), /completed \(hedged\)/);

  const verified = await run(['verify', folder, '--key', vkey, '--json'], { folder: home });
  const answer = JSON.parse(verified.stdout) as { prices: unknown; contract: unknown };
  assert.deepEqual(answer.contract, { checked: 4 });
  assert.deepEqual(answer.prices, { rerated: 4, not_rerated: 0 }, verified.stdout);
});
