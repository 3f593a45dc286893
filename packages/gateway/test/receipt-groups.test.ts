// Whatever a call went through, its groups are RFC 8785 text as they were written, within their bounds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError, ERRORS, LIMITS, canonicalJson, type ErrorCode, type Json } from '@weighbridge/kernel';
import {
  BATCH_WHY,
  CACHE_STATUSES,
  LIMIT_MEASURES,
  OUTCOMES,
  SERVER_TOOLS,
  TOKEN_CLASSES,
  type Usage,
} from '@weighbridge/protocol';
import type { Call } from '../src/pipeline/call.ts';
import { decisionOf } from '../src/routing/decision.ts';
import type { Plan } from '../src/routing/compiled.ts';
import { whoOf } from '../src/stages/identify.ts';
import { intentCommercial, intentPublic } from '../src/stages/intent-draft.ts';
import { commercialGroup, publicGroup, whoGroup, type Ending } from '../src/stages/receipt-groups.ts';
import { bounded } from '../src/stages/text.ts';
import { deployment, route, testKey } from './support/fixture.ts';

/** Text as it comes from outside: any UTF-16, lone surrogates and control characters included. */
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\ud800', '"\\\u0007', '0', '__proto__', 'é'.repeat(600)),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const ms = fc.double({ min: 0, max: 1e7, noNaN: true }).map((value) => Math.round(value * 1000) / 1000);
const count = fc.nat(2 ** 40);

const counts = (names: readonly string[]): fc.Arbitrary<Record<string, number>> =>
  fc
    .shuffledSubarray([...names])
    .chain((chosen) =>
      fc
        .array(count, { minLength: chosen.length, maxLength: chosen.length })
        .map((values) => Object.fromEntries(chosen.map((name, i) => [name, values[i] ?? 0]))),
    );

const usage: fc.Arbitrary<Usage> = fc.record(
  {
    source: fc.constantFrom('reported', 'estimated', 'unknown'),
    tokens: counts(TOKEN_CLASSES),
    raw: fc.option(fc.oneof(wild, fc.constant('r'.repeat(LIMITS.inline_bytes + 1)))),
    tier: wild,
    inference_geo: wild,
    speed: wild,
    server_tools: counts(SERVER_TOOLS),
  },
  { requiredKeys: ['source', 'tokens', 'raw'] },
);

const attempt = fc.record(
  {
    deployment: fc.constant('d'),
    edits: fc.array(wild, { maxLength: 3 }),
    started_ms: ms,
    ttfb_ms: ms,
    connect_ms: ms,
    status: fc.integer({ min: 100, max: 599 }),
    error: fc.constantFrom('UPSTREAM_CUT', 'UPSTREAM_ERROR'),
    fault: fc.constantFrom('key', 'deployment'),
    role: fc.constantFrom('hedge', 'escalation', 'batch'),
    batch: wild,
    dropped: fc.constantFrom('outrun', 'unfit'),
    check: wild,
    vendor_request_id: wild,
    usage,
  },
  { requiredKeys: ['deployment', 'edits', 'started_ms'] },
);

const served = fc.record({
  cloud: fc.constant('vertex'),
  deployment: fc.constant('d'),
  developer: fc.constant('a'),
  seller: fc.constant('b'),
  biller: fc.constant('c'),
  operator: fc.constant('d'),
  host: fc.constant('e'),
  processor: fc.constant('f'),
  sla_provider: fc.constant('g'),
  model_requested: wild,
  model_reported: fc.option(wild),
  region: fc.record({ reported: fc.option(wild), configured: wild, grade: fc.constantFrom(0, 1, 2) }),
  tier: wild,
  capacity: fc.constant('on_demand'),
  fallback: fc.boolean(),
  evidence: fc.dictionary(wild, wild, { maxKeys: 40 }),
});

const amount = fc.option(fc.nat().map((value) => `0.${value}`));
const rated = fc.record({
  billed: fc.constant(null),
  charges: fc.array(
    fc.record(
      {
        unit_price: amount,
        token_class: fc.constant('input'),
        quantity: count,
        list: amount,
        contracted: amount,
        currency: fc.constant('USD'),
        note: wild,
        leg: fc.nat(5),
        price: fc.option(fc.record({ row: fc.constant('r'), book: fc.constant('b') })),
      },
      { requiredKeys: ['unit_price', 'token_class', 'quantity', 'list', 'contracted', 'currency', 'price'] },
    ),
    { maxLength: 4 },
  ),
  cost: fc.record({
    status: fc.constantFrom('exact', 'unpriced', 'estimated'),
    list: amount,
    contracted: amount,
    billed: amount,
    currency: fc.constant('USD'),
  }),
});

const energy = fc.record({
  wh: ms,
  low: ms,
  high: ms,
  method: fc.constantFrom('weighbridge-energy/1 undisclosed', 'weighbridge-energy/1 small'),
});

const standing = fc.record({
  rule: fc.record({ id: fc.constantFrom('team-day', 'a.b'), measure: fc.constantFrom(...LIMIT_MEASURES) }),
  amount: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  left: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  resetAt: fc.constant(Infinity),
});
const limited = fc
  .record({
    told: fc.boolean(),
    at: count,
    held: fc.bigInt({ min: 0n, max: 10n ** 18n }),
    legs: fc.array(
      fc.record({
        at: count,
        deployment: fc.constant('d'),
        amounts: fc.record({ input: count, output: count, money: fc.bigInt({ min: 0n, max: 10n ** 18n }) }),
      }),
      { maxLength: 3 },
    ),
    refused: fc.option(standing),
    standing: fc.option(standing),
  })
  .map((one) => ({ ...one, standings: () => (one.standing === null ? [] : [one.standing]) }));

const mono = fc.oneof(fc.constant(-1), ms);
const call = fc.record({
  id: fc.constant('01J00000000000000000000000'),
  surface: fc.constantFrom('openai-chat', 'anthropic-messages'),
  envelope: fc.constantFrom(null, { form: { kind: 'bedrock-invoke' } }),
  alias: wild,
  body: fc.constant(Buffer.from('{}')),
  requestDigest: fc.constant('abc'),
  facts: fc.option(
    fc.record({ features: fc.constant(['images', 'tools']), stream: fc.boolean(), maxOutputTokens: maybe(fc.nat()) }),
  ),
  attempts: fc.array(attempt, { maxLength: 3 }),
  served: fc.option(served),
  usage: fc.option(usage),
  answer: fc.option(fc.record({ stopReason: fc.option(wild) })),
  rated: fc.option(rated),
  energy: fc.oneof(fc.constant(undefined), fc.constant(null), energy),
  lost: fc.array(wild, { maxLength: 2 }),
  cached: fc.option(
    fc.record(
      {
        status: fc.constantFrom(...CACHE_STATUSES),
        age_ms: count,
        answer: wild,
        receipt: fc.constant('01K3CZ2NXG0000000000000000'),
      },
      { requiredKeys: ['status'] },
    ),
  ),
  avoided: fc.option(
    fc.record({
      basis: fc.constantFrom('reported', 'warm'),
      contracted: fc.constantFrom(null, '0.1'),
      currency: fc.constant('USD'),
      list: fc.constantFrom(null, '12'),
    }),
  ),
  stopReason: fc.option(wild),
  bypassed: fc.constantFrom(null, { bypass: { id: 'keep-up' }, opened: 1_700_000_000_000 }),
  deferral: fc.option(
    fc.record({
      until: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
      as: fc.constantFrom('batch', 'at_once'),
      why: fc.constantFrom(null, ...BATCH_WHY),
    }),
  ),
  parent: fc.constantFrom(null, { as: 'mirror', call: '01J00000000000000000000001' }),
  outcome: fc.constantFrom(...OUTCOMES),
  status: fc.integer({ min: 200, max: 599 }),
  target: fc.constant(null),
  plan: fc.constant(null),
  decision: fc.constant({ digest: 'xyz' }),
  budgeted: fc.boolean(),
  reservedTotal: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  settledTotal: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  reservedText: fc.constant(''),
  startedAt: fc.constant(1_700_000_000_000),
  startedMono: fc.constant(5),
  receivedMono: ms,
  dispatchedMono: ms,
  queuedMs: ms,
  firstByteMono: mono,
  firstTokenMono: mono,
  lastTokenMono: mono,
  lastByteMono: mono,
  gapMaxMs: ms,
  chunks: fc.nat(100),
  compiled: fc.constant({ snapshot: { log: 'live' } }),
  lane: fc.constant({ clock: { wall: () => 0 } }),
  limited: fc.option(limited),
  who: fc.constant(null),
  askedText: fc.constant(''),
  whoText: fc.constant(''),
  since: fc.constant((value: number) => Math.round(value * 1000) / 1000),
}) as unknown as fc.Arbitrary<Call>;

const ending = fc.record({
  error: fc.option(
    fc
      .tuple(fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[])), wild)
      .map(([code, message]) => new AppError(code, message)),
  ),
  endedAt: fc.double({ min: 1e12, max: 2e12, noNaN: true }),
  endedMono: ms,
  responseDigest: fc.option(fc.constant('def')),
  responseBytes: count,
}) satisfies fc.Arbitrary<Ending>;

function assertCanonical(text: string): void {
  assert.equal(text, canonicalJson(JSON.parse(text) as Json));
  assert.ok(Buffer.byteLength(text) <= LIMITS.group_bytes);
}

test('every group of every call is canonical as written', () => {
  fc.assert(
    fc.property(call, ending, (state, end) => {
      assertCanonical(publicGroup(state, end));
      assertCanonical(commercialGroup(state));
      assertCanonical(intentPublic(state));
      assertCanonical(intentCommercial(state));
    }),
    { numRuns: 500 },
  );
});

test('answers of one deployment share the text of its roles, and each tells its own evidence', () => {
  fc.assert(
    fc.property(call, ending, served, (state, end, first) => {
      const target = { deployment: deployment('d', 1, { simulated: false }) };
      const answer = { ...first, evidence: { ...first.evidence, more: 'of its own' }, tier: 'other', fallback: true };
      for (const each of [first, answer]) {
        const at = (over: object): Call => Object.assign(Object.create(null), state, { served: each }, over) as Call;
        const text = publicGroup(at({ target }), end);
        assert.equal(text, publicGroup(at({}), end));
        assertCanonical(text);
      }
    }),
    { numRuns: 100 },
  );
});

test('who asked is canonical, and the tags of the key win over those of the request', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/);
  const tags = maybe(fc.dictionary(word, fc.string({ maxLength: 20 }), { maxKeys: 6 }));
  fc.assert(
    fc.property(tags, tags, maybe(word), (own, sent, session) => {
      const { record } = testKey({
        who: { team: 't', organisation: 'acme', ...(own === undefined ? {} : { tags: own }) },
      });
      const who = whoOf(record, { endUser: undefined, session, trace: undefined, tags: sent });
      assertCanonical(whoGroup({ who, whoText: '' } as unknown as Call));
      for (const [name, value] of Object.entries(own ?? {})) assert.equal(who.tags?.[name], value);
    }),
  );
});

test('a decision is canonical as written', () => {
  const verdicts = fc.array(fc.constantFrom('chosen', 'tried', 'eligible', 'rejected' as const), {
    minLength: 2,
    maxLength: 2,
  });
  fc.assert(
    fc.property(
      verdicts,
      fc.array(fc.option(fc.record({ kind: fc.constant('policy' as const), rule: fc.string() })), {
        minLength: 2,
        maxLength: 2,
      }),
      fc.constantFrom('priority', 'weighted' as const),
      (list, reasons, strategy) => {
        const plan = {
          name: 'p',
          route: route('r', ['a', 'b'], { strategy: strategy as 'priority' }),
          rules: ['x'],
          routeDenial: null,
          targets: [deployment('a', 1), deployment('b', 1)].map((one) => ({ deployment: one, weight: 3 })),
          denials: [null, null],
        } as unknown as Plan;
        for (const arm of [null, 'canary'])
          assertCanonical(JSON.stringify(decisionOf('config', plan, { verdicts: list, reasons, scores: [1, 2], arm })));
      },
    ),
  );
});

test('text from outside is cut to its bound on a character, and is well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const cut = bounded(text);
      assert.ok(cut.length <= LIMITS.field_bytes && cut.isWellFormed());
      if (text.isWellFormed() && text.length <= LIMITS.field_bytes) assert.equal(cut, text);
    }),
  );
});
