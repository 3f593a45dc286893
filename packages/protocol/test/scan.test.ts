// A scan reads a group in one pass and remembers what it has seen. It may be unsure of anything; what it is sure of, JSON.parse
// and the contract in words must agree with, whatever was read before.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import { entryProblems, leafProblems, scanGroup, scanLeaf, type EntryKind, type Group } from '@weighbridge/protocol';

const digest = fc.stringMatching(/^[\w-]{43}$/);
const count = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 49 }));
const duration = fc.oneof(
  fc.nat({ max: 90_000 }),
  fc.nat({ max: 900_000_000 }).map((micros) => micros / 1000),
);
const name = fc.oneof(fc.constantFrom('sonnet', 'haiku', 'gpt-4o-mini', ''), fc.string({ maxLength: 30 }));
const amount = fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 99_999 })).map(([whole, part]) => `${whole}.${part}1`);
const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const usage = fc.record(
  {
    tokens: fc.dictionary(fc.constantFrom('input', 'output', 'cache_read', 'a class to come'), count),
    source: fc.constantFrom('reported', 'estimated', 'unknown'),
    raw: nullable(fc.json({ maxDepth: 1 })),
    server_tools: fc.dictionary(fc.constantFrom('web_search', 'web_fetch'), count),
    tier: name,
  },
  { requiredKeys: ['tokens', 'source', 'raw'] },
);
const roles = fc.constantFrom('anthropic', 'aws', 'openai');
const callPublic = fc.record(
  {
    asked: fc.record(
      {
        surface: fc.constantFrom('anthropic-messages', 'openai-chat'),
        alias: name,
        stream: fc.boolean(),
        features: fc.array(fc.constantFrom('tools', 'images'), { maxLength: 2 }),
        max_output_tokens: fc.nat(),
        request_bytes: count,
        request_digest: digest,
      },
      { requiredKeys: ['surface', 'alias', 'stream', 'features', 'request_bytes', 'request_digest'] },
    ),
    attempts: fc.array(
      fc.record(
        {
          deployment: name,
          edits: fc.array(fc.constant('model'), { maxLength: 2 }),
          started_ms: duration,
          connect_ms: duration,
          status: fc.constantFrom(200, 429),
          error: fc.constant('UPSTREAM_RATE_LIMITED'),
          vendor_request_id: name,
          usage,
        },
        { requiredKeys: ['deployment', 'edits', 'started_ms'] },
      ),
      { maxLength: 3 },
    ),
    served: nullable(
      fc.record({
        developer: roles,
        seller: roles,
        biller: roles,
        operator: roles,
        host: roles,
        processor: roles,
        sla_provider: roles,
        cloud: fc.constantFrom('anthropic', 'bedrock', 'openai'),
        deployment: name,
        model_requested: name,
        model_reported: nullable(name),
        region: fc.record({ configured: name, reported: nullable(name), grade: fc.constantFrom(0, 1, 2, 3, 4) }),
        tier: name,
        capacity: fc.constantFrom('on_demand', 'reserved', 'spilled'),
        fallback: fc.boolean(),
        evidence: fc.dictionary(name, name, { maxKeys: 3 }),
      }),
    ),
    usage: nullable(usage),
    timing: fc.record(
      { started: count, ended: count, gateway_ms: duration, first_byte: count, ttft_ms: duration },
      { requiredKeys: ['started', 'ended', 'gateway_ms'] },
    ),
    energy: nullable(fc.record({ wh: duration, low: duration, high: duration, method: name })),
    outcome: fc.constantFrom('completed', 'cut'),
    status: fc.constantFrom(200, 503),
    simulated: fc.boolean(),
    stop_reason: fc.constantFrom('stop', 'end_turn'),
    response_digest: fc.oneof(digest, fc.constant('')),
    later_addition: fc.oneof(name, count, fc.boolean(), fc.constant(null)),
  },
  { requiredKeys: ['asked', 'attempts', 'served', 'usage', 'timing', 'outcome', 'status', 'simulated'] },
);
const charge = fc.record(
  {
    token_class: fc.constantFrom('input', 'output', 'web_search'),
    quantity: count,
    unit_price: nullable(amount),
    list: nullable(amount),
    contracted: nullable(amount),
    currency: fc.constantFrom('USD', 'EUR'),
    price: nullable(fc.record({ book: digest, row: name, list_row: name }, { requiredKeys: ['book', 'row'] })),
    note: name,
  },
  { requiredKeys: ['token_class', 'quantity', 'unit_price', 'list', 'contracted', 'currency', 'price'] },
);
const callCommercial = fc.record(
  {
    decided: digest,
    charges: fc.array(charge, { maxLength: 3 }),
    cost: fc.record({
      list: nullable(amount),
      contracted: nullable(amount),
      billed: nullable(amount),
      currency: fc.constant('USD'),
      status: fc.constantFrom('exact', 'unpriced'),
    }),
    budget: fc.record({ reserved: amount, settled: amount, currency: fc.constant('USD') }),
  },
  { requiredKeys: ['decided', 'charges', 'cost'] },
);
const callPersonal = fc.record({
  who: fc.record(
    { organisation: name, team: name, end_user: name, tags: fc.dictionary(name, name, { maxKeys: 2 }) },
    { requiredKeys: ['organisation'] },
  ),
});
const leaf = fc.record({
  at: count,
  by: fc.record({ build: fc.constantFrom('0.1.0', '0.2.0'), epoch: fc.nat(), lane: fc.nat(), node: name, seq: count }),
  groups: fc.record({ commercial: digest, personal: digest, public: digest }),
  id: fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  kind: fc.constant('call'),
  v: fc.constant(1),
});

const groups: readonly (readonly [Group, fc.Arbitrary<unknown>])[] = [
  ['public', callPublic],
  ['commercial', callCommercial],
  ['personal', callPersonal],
];

interface Read {
  readonly sure: boolean;
  readonly value: unknown;
}

/** Some bytes stand around the text, as in a bundle. */
function readGroup(group: Group, text: Buffer, kind: EntryKind = 'call'): Read {
  const bytes = Buffer.concat([Buffer.from('{{'), text, Buffer.from('0,"}')]);
  const value = scanGroup(kind, group, { bytes, text: bytes.toString('latin1'), at: 2 }, 2 + text.length);
  return { sure: value !== undefined, value };
}

/** Whether all that was kept stands in what was parsed. */
function holds(parsed: unknown, kept: unknown): boolean {
  if (typeof kept !== 'object' || kept === null) return Object.is(parsed, kept);
  if (typeof parsed !== 'object' || parsed === null) return false;
  if (Array.isArray(kept) !== Array.isArray(parsed)) return false;
  if (Array.isArray(kept) && kept.length !== (parsed as unknown[]).length) return false;
  return Object.entries(kept).every(
    ([member, value]) => Object.hasOwn(parsed, member) && holds((parsed as Record<string, unknown>)[member], value),
  );
}

/** What a scan is sure of is JSON, fits its contract, and says what was kept of it. */
function agrees(group: Group, text: Buffer): boolean {
  const { sure, value } = readGroup(group, text);
  if (!sure) return false;
  const parsed: unknown = JSON.parse(text.toString('utf8'));
  assert.deepEqual(entryProblems('call', { [group]: parsed }), [], text.toString('utf8'));
  assert.ok(value === null || holds(parsed, value), text.toString('utf8'));
  return true;
}

const canonical = (value: unknown): Buffer => Buffer.from(canonicalJson(value as Json));
const isAscii = (text: Buffer): boolean => text.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x5c);

const longest = (texts: readonly Buffer[]): Buffer =>
  texts.reduce((most, text) => (text.length > most.length ? text : most), Buffer.alloc(0));

/** Bytes that mean something in JSON, and some that never may stand in it. */
const BYTES = [...Buffer.from('"\\{}[]:,01-+.eEtfnu sA'), 0x00, 0x1f, 0x7f, 0x80, 0xc3, 0xff];

describe('a scan of a group', () => {
  for (const [group, arbitrary] of groups) {
    test(`is sure of a ${group} group as our writers write it, and keeps what it says`, () => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          const text = canonical(value);
          const sure = agrees(group, text);
          if (isAscii(text)) assert.ok(sure, text.toString('utf8'));
        }),
        { numRuns: 300 },
      );
    });

    test(`is never sure of a ${group} group that the contract refuses, whichever byte of it was changed`, () => {
      const text = longest(fc.sample(arbitrary, { numRuns: 200, seed: 7 }).map(canonical).filter(isAscii));
      assert.ok(agrees(group, text));
      let sure = 0;
      for (let at = 0; at < text.length; at += 1) {
        for (const byte of BYTES) {
          const changed = Buffer.from(text);
          changed[at] = byte;
          if (agreesOrRefused(group, changed)) sure += 1;
        }
      }
      assert.ok(sure > text.length, 'letters within a text may be others');
    });

    test(`is never sure of a ${group} group that the contract refuses, with bytes left out, put in or doubled`, () => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), fc.nat({ max: 40 }), fc.nat(), fc.nat(), (value, from, length, to, byte) => {
          const text = canonical(value);
          readGroup(group, text);
          const start = from % text.length;
          const piece = text.subarray(start, start + length);
          const into = to % text.length;
          const put = Buffer.from([BYTES[byte % BYTES.length] ?? 0]);
          for (const changed of [
            Buffer.concat([text.subarray(0, start), text.subarray(start + length)]),
            Buffer.concat([text.subarray(0, into), piece, text.subarray(into)]),
            Buffer.concat([text.subarray(0, into), put, text.subarray(into)]),
            text.subarray(0, into),
          ]) {
            agreesOrRefused(group, changed);
          }
          assert.ok(text.length > 0);
        }),
        { numRuns: 1000 },
      );
    });
  }
});

/** As `agrees`, for a text that may not even be JSON: then the scan must not be sure. */
function agreesOrRefused(group: Group, text: Buffer): boolean {
  try {
    return agrees(group, text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    assert.fail(`a scan was sure of what is no JSON: ${text.toString('utf8')}`);
  }
}

describe('a scan is unsure', () => {
  const asked = `{"alias":"a","features":[],"request_bytes":1,"request_digest":"","stream":true,"surface":"openai-chat"}`;
  const whole = `{"asked":${asked}}`;
  const doubtful: readonly (readonly [string, string])[] = [
    [
      'of a member that stands twice, the second time wrong',
      whole.replace('"stream":true', '"stream":true,"stream":7'),
    ],
    ['of a member in another place', `{"asked":${asked.replace('"alias":"a",', '').replace('}', ',"alias":"a"}')}}`],
    ['of a name that is written with an escape', whole.replace('"stream":true', '"stream":true,"strea\\u006d":7')],
    ['of a name that hides behind a plain escape', whole.replace('"stream":true', '"stream":true,"\\/":7')],
    ['of white space', whole.replace(',', ', ')],
    ['of a missing member', whole.replace('"stream":true,', '')],
    ['of a comma too many', whole.replace('[]', '["a",]')],
    ['of an addition that is an object', whole.replace(asked, `${asked},"later":{"stream":7}`)],
    ['of a number in front of which a zero stands', whole.replace('"request_bytes":1', '"request_bytes":01')],
    ['of a number with an exponent', whole.replace('"request_bytes":1', '"request_bytes":1e3')],
    [
      'of a number that is too large to be exact',
      whole.replace('"request_bytes":1', '"request_bytes":9007199254740993'),
    ],
    ['of what follows behind its end', `${whole}}`],
  ];
  for (const [what, text] of doubtful) {
    test(what, () => {
      assert.ok(readGroup('public', Buffer.from(whole), 'intent').sure);
      assert.ok(!readGroup('public', Buffer.from(text), 'intent').sure);
    });
  }

  test('of kinds without a contract', () => {
    assert.ok(!readGroup('public', Buffer.from('{}'), 'genesis').sure);
  });

  test('no longer when it has seen more forms than it remembers', () => {
    const form = (index: number): string =>
      whole
        .replace('"features":[]', `"features":["${'x'.repeat(index)}"]`)
        .replace('openai-chat', 'anthropic-messages');
    for (let round = 0; round < 3; round += 1)
      for (let index = 0; index < 100; index += 1)
        assert.ok(readGroup('public', Buffer.from(form(index)), 'intent').sure, `round ${round}, form ${index}`);
    assert.ok(!readGroup('public', Buffer.from(form(3).replace('["xxx"]', '[7]')), 'intent').sure);
  });
});

describe('a scan of a leaf', () => {
  const read = (text: Buffer): unknown => scanLeaf({ bytes: text, text: text.toString('latin1'), at: 0 }, text.length);

  test('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(leaf, (value) => {
        const text = canonical(value);
        const parsed: unknown = JSON.parse(text.toString('utf8'));
        assert.deepEqual(isAscii(text) ? read(text) : (read(text) ?? parsed), parsed);
      }),
    );
  });

  test('is never sure of one that the contract refuses, whichever byte of it was changed', () => {
    const [sample] = fc.sample(leaf, { numRuns: 1, seed: 11 });
    const text = canonical(sample);
    for (let at = 0; at < text.length; at += 1) {
      for (const byte of BYTES) {
        const changed = Buffer.from(text);
        changed[at] = byte;
        const value = read(changed);
        if (value === undefined) continue;
        const parsed: unknown = JSON.parse(changed.toString('utf8'));
        assert.deepEqual(value, parsed);
        assert.deepEqual(leafProblems(parsed), []);
      }
    }
  });

  test('is unsure of one that lacks a group of its kind', () => {
    const [sample] = fc.sample(leaf, { numRuns: 1, seed: 3 });
    const { groups: committed, ...rest } = sample as { groups: Record<string, string> };
    const { personal, ...others } = committed;
    assert.ok(typeof personal === 'string');
    assert.equal(read(canonical({ ...rest, groups: others })), undefined);
  });
});
