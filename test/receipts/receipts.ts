// Receipts that nobody made: seeded, of many teams, models and outcomes, in the form of the contract (a test holds them
// against it). For tests and benches that need more of them, or odder ones, than a gateway makes in a moment.
import { createHash } from 'node:crypto';
import { canonicalJson, createUlid, moneyToDecimal, type Json } from '@weighbridge/kernel';
import type { CallCommercial, CallPersonal, CallPublic, EntryDraft, Outcome, Roles } from '@weighbridge/protocol';

export interface ReceiptsOptions {
  readonly seed: number;
  /** UTC milliseconds of the first call. */
  readonly start: number;
  readonly callsPerHour: number;
  readonly teams?: number;
  readonly keysPerTeam?: number;
  /** Share of calls whose key is a person's. */
  readonly persons?: number;
}

interface Place {
  readonly route: string;
  readonly deployment: string;
  readonly model: string;
  readonly cloud: CallPublic['served'] extends (infer S) | null ? (S extends { cloud: infer C } ? C : never) : never;
  readonly region: string;
  readonly party: string;
  /** Pico-dollars a token in and out; null: nobody knows. */
  readonly price: readonly [bigint, bigint] | null;
}

const PLACES: readonly Place[] = [
  place('sonnet', 'sonnet-direct', 'claude-sonnet-4-5-20250929', 'anthropic', 'global', 'anthropic', 3n, 15n),
  place('sonnet', 'sonnet-frankfurt', 'anthropic.claude-sonnet-4-5', 'bedrock', 'eu-central-1', 'aws', 3n, 15n),
  place('haiku', 'haiku-vertex', 'claude-haiku-4-5@20251001', 'vertex', 'europe-west1', 'google', 1n, 5n),
  place('gpt-4.1', 'gpt-direct', 'gpt-4.1-2025-04-14', 'openai', 'global', 'openai', 2n, 8n),
  place('gpt-4.1', 'gpt-sweden', 'gpt-4.1', 'azure-openai', 'swedencentral', 'microsoft', 2n, 8n),
  { ...place('llama', 'llama-own', 'llama-3.3-70b', 'openai-compatible', 'here', 'self', 0n, 0n), price: null },
];

function place(
  route: string,
  deployment: string,
  model: string,
  cloud: Place['cloud'],
  region: string,
  party: string,
  input: bigint,
  output: bigint,
): Place {
  return { route, deployment, model, cloud, region, party, price: [input * 1_000_000n, output * 1_000_000n] };
}

export interface MadeCall {
  readonly intent: EntryDraft;
  readonly call: EntryDraft;
  readonly subject: string;
}

export interface Receipts {
  /** The decisions that calls refer to, to be written before any of them. */
  readonly decided: readonly EntryDraft[];
  next(): MadeCall;
}

/** A small generator of uniform numbers below 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const canonical = (value: unknown): string => canonicalJson(value as Json);

const decision = (route: string): string =>
  canonical({
    candidates: PLACES.filter((each) => each.route === route).map(({ deployment }) => ({
      deployment,
      verdict: 'chosen',
    })),
    config: digest('configuration'),
    policy: { rules: ['route in [*]'], verdict: 'allow' },
    route,
    strategy: 'priority',
  });

export function makeReceipts(options: ReceiptsOptions): Receipts {
  const draw = random(options.seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(draw() * items.length)] as Item;
  const nextId = createUlid(
    () => options.start,
    (bytes) => bytes.map(() => Math.floor(draw() * 256)).forEach((byte, i) => (bytes[i] = byte)),
  );
  const teams = Array.from({ length: options.teams ?? 14 }, (_, i) => `team-${i}`);
  const decisions = new Map(
    [...new Set(PLACES.map(({ route }) => route)), ''].map((route) => [route, decision(route)]),
  );
  let made = 0;
  return {
    decided: [...decisions.values()].map((text) => ({
      kind: 'decided',
      id: nextId(),
      at: options.start,
      commercial: text,
    })),
    next: () => {
      const at = Math.floor(options.start + (made * 3_600_000) / options.callsPerHour);
      made += 1;
      const team = pick(teams);
      const key = `key-${team}-${Math.floor(draw() * (options.keysPerTeam ?? 5))}`;
      const principal = draw() < (options.persons ?? 0.2) ? `person-of-${key}` : null;
      const known = { environment: 'production', key, organisation: 'acme', project: `${team}-main`, team };
      const who = principal === null ? known : { ...known, principal };
      const chosen = pick(PLACES);
      const outcome = outcomeOf(draw());
      const id = nextId();
      const asked = askedOf(chosen, draw);
      const subject = principal ?? key;
      const personal = canonical({ who } satisfies CallPersonal);
      const served = outcome !== 'refused' && outcome !== 'interrupted';
      const commercial = commercialOf(
        served ? chosen : null,
        digest(decisions.get(served ? chosen.route : '') ?? ''),
        asked.tokens,
      );
      const shown = publicOf(at, served ? chosen : null, outcome, asked, draw);
      return {
        subject,
        intent: {
          kind: 'intent',
          id,
          at,
          public: canonical({ asked: asked.asked, simulated: true }),
          subject,
          personal,
        },
        call: { kind: 'call', id, at, public: canonical(shown), commercial: canonical(commercial), personal, subject },
      };
    },
  };
}

function outcomeOf(draw: number): Outcome {
  if (draw < 0.94) return 'completed';
  if (draw < 0.96) return 'error';
  if (draw < 0.975) return 'refused';
  if (draw < 0.985) return 'cut';
  return draw < 0.995 ? 'client_gone' : 'interrupted';
}

function askedOf({ route }: Place, draw: () => number) {
  const tokens = { input: 20 + Math.floor(draw() * 4_000), output: 1 + Math.floor(draw() * 900) };
  const asked = {
    alias: draw() < 0.5 ? route : `${route} "quoted", {odd} and ünïcode`,
    features: draw() < 0.3 ? ['tools'] : [],
    request_bytes: tokens.input * 4,
    request_digest: digest(`${draw()}`),
    stream: draw() < 0.6,
    surface: 'anthropic-messages' as const,
  };
  return { asked, tokens };
}

function publicOf(
  at: number,
  chosen: Place | null,
  outcome: Outcome,
  { asked, tokens }: ReturnType<typeof askedOf>,
  draw: () => number,
): CallPublic {
  const total = 150 + Math.floor(draw() * 9_000);
  const ttft = Math.round(total * draw() * 500) / 1000;
  const answered = chosen !== null && outcome !== 'error';
  return {
    asked,
    attempts:
      chosen === null
        ? []
        : [
            {
              deployment: chosen.deployment,
              edits: ['model'],
              started_ms: 0.4,
              status: answered ? 200 : 529,
              ttfb_ms: ttft,
            },
          ],
    outcome,
    served: chosen === null ? null : servedOf(chosen, draw() < 0.05),
    simulated: true,
    status: outcome === 'completed' ? 200 : outcome === 'interrupted' ? 0 : 502,
    ...(outcome === 'completed' ? {} : { error: { code: 'UPSTREAM_ERROR', message: 'as it happened' } }),
    ...(answered ? { response_bytes: tokens.output * 5, response_digest: digest(`${at}`) } : {}),
    timing: {
      ended: at,
      gateway_ms: Math.round(draw() * 3_000) / 1000,
      started: at - total,
      ...(answered ? { ttft_ms: ttft, tpot_ms: Math.round((total - ttft) * 10) / 1000 } : {}),
    },
    usage: answered
      ? {
          raw: `{"input_tokens":${tokens.input},"cache_creation_input_tokens":0,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":${tokens.output},"service_tier":"standard"}`,
          source: outcome === 'completed' ? 'reported' : 'estimated',
          tokens: { ...tokens, cache_read: 7 },
        }
      : null,
  };
}

function servedOf(chosen: Place, fallback: boolean): NonNullable<CallPublic['served']> {
  const { party } = chosen;
  const roles: Roles = {
    biller: party,
    developer: party,
    host: party,
    operator: party,
    processor: party,
    seller: party,
    sla_provider: party,
  };
  return {
    ...roles,
    capacity: 'on_demand',
    cloud: chosen.cloud,
    deployment: chosen.deployment,
    evidence: {
      'body.id': 'msg_01uvGwtK8QEm9gAPD5x1C3cH',
      'body.model': chosen.model,
      'body.service_tier': 'standard',
      'request-id': 'req_01FXJZsgHhUvFQn21hkDgKxi',
      'usage.inference_geo': 'not_available',
    },
    fallback,
    model_reported: chosen.cloud === 'azure-openai' ? null : chosen.model,
    model_requested: chosen.model,
    region: { configured: chosen.region, grade: 0, reported: null },
    tier: 'standard',
  };
}

function commercialOf(
  chosen: Place | null,
  decided: string,
  tokens: { readonly input: number; readonly output: number },
): CallCommercial {
  if (chosen === null)
    return {
      charges: [],
      cost: { billed: '0', contracted: '0', currency: 'USD', list: '0', status: 'exact' },
      decided,
    };
  if (chosen.price === null)
    return {
      charges: [],
      cost: { billed: null, contracted: null, currency: 'USD', list: null, status: 'unpriced' },
      decided,
    };
  const [input, output] = chosen.price;
  const list = input * BigInt(tokens.input) + output * BigInt(tokens.output);
  const contracted = moneyToDecimal((list * 9n) / 10n);
  const charge = (name: 'input' | 'output', price: bigint): CallCommercial['charges'][number] => ({
    contracted: moneyToDecimal((price * BigInt(tokens[name]) * 9n) / 10n),
    currency: 'USD',
    list: moneyToDecimal(price * BigInt(tokens[name])),
    price: {
      book: 'A4VCn6UEce8a8b7o8w5uSYhl4rSxhvLmaphx0qGUT-E',
      row: `${chosen.party}/${chosen.model}/*/standard/standard/${name}[0-200000]@2025-09-29~2026-01-13`,
    },
    quantity: tokens[name],
    token_class: name,
    unit_price: moneyToDecimal(price),
  });
  return {
    charges: [charge('input', input), charge('output', output)],
    cost: { billed: contracted, contracted, currency: 'USD', list: moneyToDecimal(list), status: 'exact' },
    decided,
  };
}
