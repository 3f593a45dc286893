// The contract of a receipt as a running check: what fits it passes whatever is added, and no wrong or missing member of
// any depth is let through.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  entryProblems,
  leafProblems,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Decision,
  type Leaf,
} from '@weighbridge/protocol';

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

const DIGEST = 'A'.repeat(43);

/** Every member there is, so that taking any away or changing any is a change that must be judged. */
const callPublic: CallPublic = {
  asked: {
    surface: 'anthropic-messages',
    alias: 'sonnet',
    stream: true,
    features: ['tools'],
    max_output_tokens: 256,
    request_bytes: 297,
    request_digest: DIGEST,
  },
  attempts: [
    {
      deployment: 'first',
      edits: ['model'],
      started_ms: 1.25,
      connect_ms: 2,
      ttfb_ms: 3,
      status: 429,
      error: 'UPSTREAM_RATE_LIMITED',
      fault: 'rate_limit',
      vendor_request_id: 'req_1',
      usage: { tokens: { input: 5 }, source: 'estimated', raw: null },
    },
  ],
  served: {
    developer: 'anthropic',
    seller: 'aws',
    biller: 'aws',
    operator: 'aws',
    host: 'aws',
    processor: 'aws',
    sla_provider: 'aws',
    cloud: 'bedrock',
    deployment: 'second',
    model_requested: 'claude',
    model_reported: null,
    region: { configured: 'eu-central-1', reported: null, grade: 1 },
    tier: 'standard',
    capacity: 'on_demand',
    fallback: true,
    evidence: { 'x-amzn-requestid': '1' },
  },
  usage: {
    tokens: { input: 50, output: 50 },
    server_tools: { web_search: 1 },
    source: 'reported',
    tier: 'standard',
    inference_geo: 'eu',
    speed: 'standard',
    raw: '{}',
  },
  energy: { wh: 0.034, low: 0.005, high: 0.21, method: 'weighbridge-energy/1 undisclosed' },
  timing: {
    started: 1,
    first_byte: 2,
    first_token: 2,
    last_token: 3,
    ended: 4,
    ttft_ms: 1.5,
    tpot_ms: 0.5,
    gap_max_ms: 0.25,
    chunks: 2,
    gateway_ms: 0.1,
  },
  outcome: 'completed',
  status: 200,
  stop_reason: 'end_turn',
  error: { code: 'UPSTREAM_CUT', message: 'cut' },
  response_digest: DIGEST,
  response_bytes: 572,
  lost: ['logprobs'],
  simulated: false,
};
const callCommercial: CallCommercial = {
  decided: DIGEST,
  charges: [
    {
      token_class: 'input',
      quantity: 50,
      unit_price: '0.000001',
      list: '0.00005',
      contracted: null,
      currency: 'USD',
      price: { book: DIGEST, list_row: 'a', row: 'b' },
      note: 'third-party price',
    },
  ],
  cost: { list: '0.00005', contracted: '0.00005', billed: null, currency: 'USD', status: 'unpriced' },
  budget: { reserved: '0.1', settled: '0', currency: 'USD' },
};
const personal: CallPersonal = {
  who: {
    organisation: 'acme',
    team: 't',
    project: 'p',
    cost_centre: 'c',
    environment: 'e',
    key: 'k',
    principal: 'ada',
    end_user: 'u',
    session: 's',
    trace: 'f',
    tags: { a: 'b' },
  },
};
const decision: Decision = {
  config: DIGEST,
  route: 'sonnet',
  strategy: 'weighted',
  policy: { verdict: 'allow', rules: ['any'] },
  candidates: [{ deployment: 'first', verdict: 'rejected', reason: 'region', score: 0.5 }],
};
const call = { commercial: callCommercial, personal, public: callPublic } as unknown as {
  readonly [name: string]: Value;
};
const decided = { commercial: decision } as unknown as { readonly [name: string]: Value };
const leaf: Leaf = {
  at: 1,
  by: { build: '0.1.0', epoch: 1, lane: 0, node: 'node-1', seq: 0 },
  groups: { commercial: DIGEST, personal: DIGEST, public: DIGEST },
  id: '01J00000000000000000000000',
  kind: 'call',
  v: 1,
};

type Path = readonly (string | number)[];

/** Every place within a value, the whole left out. */
function places(value: Value, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    places(member, [...at, Array.isArray(value) ? Number(name) : name]),
  );
  return at.length === 0 ? inner : [at, ...inner];
}

/** The value with what stands at this place replaced, or left out when `by` is undefined. */
function changed(value: Value, [name, ...rest]: Path, by: Value | undefined): Value {
  if (name === undefined) return by ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, Value>;
  if (rest.length > 0) copy[name] = changed(copy[name] ?? null, rest, by);
  else if (by === undefined && typeof name === 'number') (copy as unknown as Value[]).splice(name, 1);
  else if (by === undefined) delete copy[name];
  else copy[name] = by;
  return copy;
}

const inside = (value: Value, path: Path): Value =>
  path.reduce<Value>((held, name) => (held as Record<string | number, Value>)[name] ?? null, value);

/** A value of a kind that is never the right one in this place. */
const unlike = (value: Value): Value => {
  if (typeof value === 'string') return 7;
  if (typeof value === 'number') return 'seven';
  if (typeof value === 'boolean') return 'true';
  return Array.isArray(value) ? { a: [] } : [];
};

const OPTIONAL = new Set([
  'public.asked.max_output_tokens',
  ...['connect_ms', 'ttfb_ms', 'status', 'error', 'fault', 'vendor_request_id', 'usage'].map(
    (name) => `public.attempts.0.${name}`,
  ),
  ...['server_tools', 'tier', 'inference_geo', 'speed'].map((name) => `public.usage.${name}`),
  ...['first_byte', 'first_token', 'last_token', 'ttft_ms', 'tpot_ms', 'gap_max_ms', 'chunks'].map(
    (name) => `public.timing.${name}`,
  ),
  ...['stop_reason', 'energy', 'error', 'response_digest', 'response_bytes', 'lost'].map((name) => `public.${name}`),
  'commercial.budget',
  'commercial.charges.0.note',
  'commercial.charges.0.price.list_row',
  ...Object.keys(personal.who)
    .filter((name) => name !== 'organisation')
    .map((name) => `personal.who.${name}`),
  'commercial.candidates.0.reason',
  'commercial.candidates.0.score',
  'commercial',
  'personal',
  'public',
]);
/** Members of maps, and items of lists, may be missing. */
const MAPS = /\.(?:tokens|server_tools|evidence|tags|features|edits|lost|rules|attempts|charges|candidates)\.[^.]+$/;

for (const [kind, groups] of [
  ['call', call],
  ['decided', decided],
] as const) {
  describe(`a ${kind} entry`, () => {
    test('that has every member fits', () => {
      assert.deepEqual(entryProblems(kind, groups), []);
    });

    test('fits without what may be absent, and names everything else that is missing', () => {
      for (const path of places(groups)) {
        const name = path.join('.');
        const problems = entryProblems(kind, changed(groups, path, undefined) as typeof groups);
        if (OPTIONAL.has(name) || MAPS.test(name)) assert.deepEqual(problems, [], name);
        else assert.match(problems.join(), /: is missing/, name);
      }
    });

    test('with a member of another type, at any depth, is told so with its path', () => {
      for (const path of places(groups)) {
        const problems = entryProblems(kind, changed(groups, path, unlike(inside(groups, path))) as typeof groups);
        const name = path
          .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
          .join('')
          .slice(1);
        // The numeric members that are choices and counts alike refuse text, and texts refuse numbers.
        if (inside(groups, path) === null) continue;
        assert.ok(
          problems.some((problem) => problem.startsWith(name)),
          `${name}: ${problems.join()}`,
        );
      }
    });

    test('fits whatever members are added to it', () => {
      const objects = places(groups).filter((path) => {
        const value = inside(groups, path);
        const text = path.join('.');
        const map = /\.(?:tokens|server_tools|evidence|tags)$/.test(text);
        return typeof value === 'object' && value !== null && !Array.isArray(value) && !map;
      });
      fc.assert(
        fc.property(fc.constantFrom(...objects), fc.jsonValue(), (path, value) => {
          const more = changed(groups, [...path, 'later_addition'], value as Value);
          assert.deepEqual(entryProblems(kind, more as typeof groups), []);
        }),
      );
    });

    test('is judged without ever throwing, whatever stands anywhere in it', () => {
      fc.assert(
        fc.property(fc.constantFrom(...places(groups)), fc.jsonValue(), (path, value) => {
          const problems = entryProblems(kind, changed(groups, path, value as Value) as typeof groups);
          for (const problem of problems) assert.match(problem, /^(?:public|commercial|personal)[^]*: is /);
        }),
        { numRuns: 2000 },
      );
    });
  });
}

describe('values that are nearly right', () => {
  const refused: readonly (readonly [Path, Value])[] = [
    [['public', 'outcome'], 'done'],
    [['public', 'asked', 'surface'], 'gemini'],
    [['public', 'asked', 'request_digest'], 'AAAA'],
    [['public', 'asked', 'request_bytes'], -1],
    [['public', 'asked', 'request_bytes'], 1.5],
    [['public', 'timing', 'started'], 2 ** 53],
    [['public', 'timing', 'gateway_ms'], -0.1],
    [['public', 'served', 'region', 'grade'], 5],
    [['public', 'usage', 'tokens', 'input'], -5],
    [['public', 'usage', 'source'], 'guessed'],
    [['public', 'attempts', 0, 'fault'], 'nobody'],
    [['commercial', 'charges', 0, 'token_class'], 'words'],
    [['commercial', 'charges', 0, 'unit_price'], 0.000001],
    [['commercial', 'charges', 0, 'unit_price'], '1e-6'],
    [['commercial', 'charges', 0, 'currency'], 'dollars'],
    [['commercial', 'cost', 'status'], 'roughly'],
  ];
  for (const [path, value] of refused) {
    test(`${path.join('.')} is not ${JSON.stringify(value)}`, () => {
      assert.equal(entryProblems('call', changed(call, path, value) as typeof call).length, 1);
    });
  }
});

describe('an intent', () => {
  test('says what is asked', () => {
    assert.deepEqual(entryProblems('intent', { public: { asked: callPublic.asked } }), []);
    assert.deepEqual(entryProblems('intent', { public: {} }), ['public.asked: is missing']);
  });
});

describe('a group that is not disclosed', () => {
  test('is not judged', () => {
    assert.deepEqual(entryProblems('call', { public: callPublic }), []);
  });
});

describe('a leaf', () => {
  test('commits to the groups of its kind', () => {
    assert.deepEqual(leafProblems(leaf), []);
    assert.deepEqual(leafProblems({ ...leaf, kind: 'intent', groups: { public: DIGEST } }), []);
    assert.deepEqual(leafProblems({ ...leaf, kind: 'genesis', groups: { public: DIGEST } }), []);
    assert.deepEqual(leafProblems({ ...leaf, groups: { public: DIGEST } }), [
      'leaf.groups.commercial: is missing from a call entry',
      'leaf.groups.personal: is missing from a call entry',
    ]);
  });

  test('with a wrong member is told so', () => {
    for (const wrong of [{ v: 2 }, { kind: 'gossip' }, { id: 'x' }, { at: '1' }, { by: null }, { groups: [] }]) {
      assert.equal(leafProblems({ ...leaf, ...wrong }).length, 1, JSON.stringify(wrong));
    }
    for (const value of [null, 7, 'leaf', []]) assert.equal(leafProblems(value).length, 1);
  });
});
