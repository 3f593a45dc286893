// The entries of a sample: the same under one seed, in the form of the contract, exact to the last unit, and with every
// event of the scenario in it, in the figures that the scenario says.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { canonicalJson, moneyFromDecimal, moneyToDecimal, type Json } from '@weighbridge/kernel';
import {
  entryProblems,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Decision,
  type EntryDraft,
} from '@weighbridge/protocol';
import { openBlobs } from '../../src/admin/blobs.ts';
import { sampleEntries } from '../../src/sample/entries.ts';
import { monthOf } from '../../src/sample/month.ts';
import { readScenario } from '../../src/sample/scenario.ts';
import { readSeeds } from '../../src/sample/seeds.ts';

const END = Date.UTC(2026, 10, 27, 15);
const CALLS = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-sample-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const scenario = readScenario();
const month = monthOf(scenario, END);
const seeds = readSeeds();
const entriesOf = async (calls: number, end = END): Promise<readonly EntryDraft[]> =>
  (await Array.fromAsync(sampleEntries({ scenario, end, calls, blobs: openBlobs(folder), seeds }))).flat();

interface Call {
  readonly id: string;
  readonly at: number;
  readonly public: CallPublic;
  readonly commercial: CallCommercial;
  readonly who: CallPersonal['who'];
}

const drafts = await entriesOf(CALLS);
const calls: readonly Call[] = drafts
  .filter(({ kind }) => kind === 'call')
  .map((draft) => ({
    id: draft.id,
    at: draft.at,
    public: JSON.parse(draft.public ?? '') as CallPublic,
    commercial: JSON.parse(draft.commercial ?? '') as CallCommercial,
    who: (JSON.parse(draft.personal ?? '') as CallPersonal).who,
  }));
const decisions = new Map(
  drafts
    .filter(({ kind }) => kind === 'decided')
    .map(({ commercial = '' }) => [
      createHash('sha256').update(commercial).digest('base64url'),
      JSON.parse(commercial) as Decision,
    ]),
);
const during = (call: Call, span: { from: number; to: number }): boolean =>
  call.public.timing.started >= span.from && call.public.timing.started < span.to;
const sum = (list: readonly Call[]): bigint =>
  list.reduce((total, { commercial: { cost } }) => total + moneyFromDecimal(cost.billed ?? '0'), 0n);

describe('a sample is what its seed says', () => {
  test('the entries of a small month have the digest that they had', async () => {
    const digest = createHash('sha256');
    const deal = new Set(['contract', 'claim', 'incident', 'attestation']);
    const small = (await entriesOf(2_000)).filter(({ kind }) => !deal.has(kind));
    // Without what follows from the price book and the register, which grow.
    for (const { commercial: _commercial, ...draft } of small) digest.update(`${JSON.stringify(draft)}\n`);
    assert.equal(digest.digest('base64url'), 'cPLueqmcw54bG_FPEEqFBfN9TWKFH499Zcakq1ScYdI');
  });

  test('an end of the month at another hour moves all of it', async () => {
    const first = (await entriesOf(1_000, END - 3_600_000)).find(({ kind }) => kind === 'call');
    assert.ok(first !== undefined && first.at < END - 31 * 86_400_000 + 3_600_000);
    assert.notEqual(first.id, calls[0]?.id);
  });

  test('it has about the calls that were asked for, of 14 teams and 5 sellers, all within the month', () => {
    assert.ok(Math.abs(calls.length - CALLS) < CALLS * 0.03, `${calls.length} calls`);
    assert.equal(new Set(calls.map(({ who }) => who.team)).size, 14);
    const sellers = new Set(calls.flatMap((call) => call.public.served?.seller ?? []));
    assert.deepEqual([...sellers].toSorted(), ['anthropic', 'aws', 'google', 'microsoft', 'self']);
    for (const call of calls) assert.ok(call.public.timing.started >= month.from && call.at < month.to, call.id);
  });
});

describe('every entry', () => {
  test('is canonical JSON and in the form of its contract', () => {
    for (const draft of drafts) {
      const groups: Record<string, unknown> = {};
      for (const name of ['public', 'commercial', 'personal'] as const) {
        const text = draft[name];
        if (text === undefined) continue;
        groups[name] = JSON.parse(text);
        assert.equal(canonicalJson(groups[name] as Json), text, `${name} of ${draft.kind} ${draft.id}`);
      }
      assert.deepEqual(entryProblems(draft.kind, groups), [], draft.id);
    }
  });

  test('has an id of its own, and refers to a decision that was written before', () => {
    assert.equal(new Set(drafts.map(({ id }) => id)).size, drafts.length);
    const written = new Set<string>();
    for (const { kind, commercial = '' } of drafts) {
      if (kind === 'decided') written.add(createHash('sha256').update(commercial).digest('base64url'));
      if (kind === 'call') assert.ok(written.has((JSON.parse(commercial) as CallCommercial).decided));
    }
  });

  test('of a call says that it is simulated, and its instants go forward', () => {
    for (const { public: call, id } of calls) {
      assert.equal(call.simulated, true, id);
      const { started, first_byte = started, first_token = first_byte, last_token = first_token, ended } = call.timing;
      assert.ok(
        started <= first_byte && first_byte <= first_token && first_token <= last_token && last_token <= ended,
        `${id}: ${JSON.stringify(call.timing)}`,
      );
    }
  });
});

describe('tokens and money', () => {
  test('classes never overlap: they add up to what the seller says it read and wrote', () => {
    let seen = 0;
    for (const { public: call, id } of calls) {
      const { usage } = call;
      if (usage === null || usage.raw === null) continue;
      seen += 1;
      const raw = JSON.parse(usage.raw) as Record<string, number>;
      const { input = 0, cache_read = 0, cache_write_5m = 0, output = 0, reasoning = 0 } = usage.tokens;
      const [read, wrote] =
        raw['prompt_tokens'] === undefined
          ? [
              (raw['input_tokens'] ?? 0) +
                (raw['cache_read_input_tokens'] ?? 0) +
                (raw['cache_creation_input_tokens'] ?? 0),
              raw['output_tokens'],
            ]
          : [raw['prompt_tokens'], raw['completion_tokens']];
      assert.deepEqual([input + cache_read + cache_write_5m, output + reasoning], [read, wrote], id);
    }
    assert.ok(seen > CALLS * 0.9);
  });

  test('a cost is the exact sum of its charges, and a charge its quantity times its price', () => {
    for (const { commercial, id } of calls) {
      const { charges, cost } = commercial;
      for (const { quantity, unit_price, contracted } of charges) {
        if (unit_price === null) continue;
        assert.equal(contracted, moneyToDecimal(moneyFromDecimal(unit_price) * BigInt(quantity)), id);
      }
      if (cost.billed === null) continue;
      const total = charges.reduce((so, { contracted }) => so + moneyFromDecimal(contracted ?? '0'), 0n);
      assert.equal(cost.billed, moneyToDecimal(total), id);
    }
  });

  test('one seller has a contract below its list', () => {
    const contracted = calls.filter(({ commercial: { cost } }) => cost.list !== cost.contracted);
    assert.ok(contracted.length > 0);
    for (const { public: call } of contracted) assert.equal(call.served?.cloud, 'anthropic');
  });
});

describe('what is hidden', () => {
  const { events } = scenario;

  test('the spike: one session makes its day the dearest of the month, and its last call the dearest of all', () => {
    const session = calls.filter(({ who }) => who.session !== undefined);
    assert.equal(session.length, Math.round((events.spike.calls * CALLS) / scenario.calls) + 1);
    assert.ok(session.every((call) => during(call, month.spike) && call.who.team === 'web'));
    const byDay = Map.groupBy(calls, ({ at }) => new Date(at).toISOString().slice(0, 10));
    const dearest = [...byDay].toSorted(([, a], [, b]) => (sum(a) < sum(b) ? 1 : -1))[0]?.[0];
    assert.equal(dearest, new Date(month.spike.from).toISOString().slice(0, 10));
    const last = session.at(-1);
    assert.equal(last?.public.usage?.tokens.input, events.spike.last_prompt);
    assert.ok(last !== undefined && calls.every((call) => call === last || sum([call]) < sum([last])));
  });

  test('the outage: nothing is served there while it lasts, and what was tried there is served elsewhere', () => {
    const tried = calls.filter(
      (call) =>
        during(call, month.outage) &&
        call.public.attempts.some(({ deployment }) => deployment === events.outage.deployment),
    );
    assert.ok(tried.length >= 5, `${tried.length} calls tried`);
    for (const { public: call, commercial } of tried) {
      assert.notEqual(call.served?.deployment, events.outage.deployment);
      assert.equal(call.served?.fallback, true);
      assert.ok(['deployment', 'network'].includes(call.attempts[0]?.fault ?? ''));
      const said = decisions.get(commercial.decided)?.candidates[0];
      assert.deepEqual([said?.deployment, said?.verdict], [events.outage.deployment, 'tried']);
    }
  });

  test('the swap: under one alias and one price another model answers, from one moment on', () => {
    const served = calls.filter(({ public: call }) => call.served?.deployment === events.swap.deployment);
    for (const call of served)
      assert.equal(call.public.served?.model_reported === events.swap.reports, during(call, month.swap), call.id);
    assert.equal(new Set(served.map(({ public: call }) => call.served?.model_requested)).size, 1);
    assert.ok(served.some((call) => during(call, month.swap)) && served.some((call) => !during(call, month.swap)));
  });

  test('the region: a few answers came from where policy lets the key call nothing', () => {
    const outside = calls.filter(({ public: call }) => call.served?.region.reported === events.region.reports);
    assert.ok(outside.length >= 3, `${outside.length} calls`);
    for (const call of outside) {
      assert.ok(during(call, month.region));
      assert.equal(call.public.served?.region.grade, 2);
      const rules = decisions.get(call.commercial.decided)?.policy.rules.find((rule) => rule.startsWith('region in'));
      assert.ok(rules !== undefined && !rules.includes(events.region.reports), call.id);
    }
    const whole = calls.filter(
      (call) => during(call, month.region) && call.public.served?.deployment === events.region.deployment,
    );
    assert.equal(outside.length, whole.length);
  });

  test('what has no price: one deployment, from one day on, counted as unpriced and told in alerts', () => {
    const unpriced = calls.filter(({ commercial: { cost } }) => cost.status === 'unpriced');
    assert.ok(unpriced.length > 10, `${unpriced.length} calls`);
    for (const call of unpriced) {
      assert.equal(call.public.served?.deployment, 'own-coder');
      assert.equal(call.commercial.cost.billed, null);
      assert.ok(call.public.timing.started >= month.unpriced.from);
    }
    const days = new Set(unpriced.map(({ at }) => Math.floor(at / 86_400_000)));
    assert.equal(drafts.filter(({ kind }) => kind === 'alert').length, days.size);
  });
});
