// What the simulated gateway writes: decisions, intents and receipts, changes by an administrator, all in the form of their
// contracts as far as the projections read them. Small, so that a run has many of them in few segments.
import { createHash } from 'node:crypto';
import { canonicalJson } from '@weighbridge/kernel';
import type { Random } from './random.ts';

/** Routes, and what stands behind each. */
const ROUTES = ['swift', 'deep', ''] as const;

export interface Decided {
  readonly digest: string;
  readonly text: string;
}

/** The decision of a route; `''`: against every route. */
const DECISIONS: readonly Decided[] = ROUTES.map((route) => {
  const text = canonicalJson({ candidates: [], config: 'c', policy: { rules: [], verdict: 'allow' }, route });
  return { text, digest: createHash('sha256').update(text).digest('base64url') };
});

export const pickDecision = (random: Random): Decided => random.pick(DECISIONS);

export const decidedCommercial = ({ digest }: Decided): string => canonicalJson({ decided: digest });

export const askedOf = (random: Random) => ({
  alias: random.pick(['fast', 'good']),
  request_bytes: random.between(100, 9_000),
  stream: random.chance(0.5),
  surface: 'openai-chat',
});

/** Milliseconds, small numbers of tokens and of money, and in some calls none of them. */
export function receiptOf(random: Random, asked: object, at: number): { public: Record<string, never>; cost: object } {
  const outcome = random.weighted({ completed: 8, cut: 1, error: 1, refused: 1 });
  const served = outcome !== 'refused';
  const deployment = random.pick(['north', 'south']);
  const tokens = {
    input: random.below(900),
    output: random.below(90),
    ...(random.chance(0.2) ? { cache_read: 7 } : {}),
  };
  const priced = served && random.chance(0.8);
  const billed = priced ? `0.${String(random.below(1_000_000)).padStart(6, '0')}` : null;
  const said = {
    asked,
    attempts: served ? [{ deployment, edits: [], started_ms: 0 }] : [],
    outcome,
    response_bytes: random.below(5_000),
    served: served
      ? {
          cloud: 'own',
          deployment,
          fallback: random.chance(0.1),
          model_reported: random.chance(0.5) ? 'model-1' : null,
          model_requested: 'model',
          region: { configured: deployment, grade: 'configured', reported: null },
          seller: 'self',
          tier: 'standard',
        }
      : null,
    simulated: true,
    status: served ? 200 : 403,
    timing: {
      ended: at,
      gateway_ms: random.below(9) / 4,
      started: at - random.below(2_000),
      ...(served ? { tpot_ms: random.below(40), ttft_ms: random.between(1, 900) } : {}),
    },
    usage: served ? { raw: null, source: 'reported', tokens } : null,
  };
  const cost = { billed, contracted: billed, currency: 'USD', list: billed, status: priced ? 'exact' : 'unpriced' };
  return { public: said as never, cost };
}

export const receiptCommercial = ({ digest }: Decided, cost: object): string =>
  canonicalJson({ charges: [], cost: cost as never, decided: digest });

/** What an administrator's entry says. `known`: a key that was made and acknowledged, to be revoked. */
export function administrativeText(random: Random, kind: string, id: string, known: string | undefined): string {
  if (kind === 'config')
    return canonicalJson({ cause: 'reload', config: {}, diff: [], digest: id, previous: null, source: 'file' });
  if (kind === 'alert') return canonicalJson({ about: 'model', alert: 'unpriced', message: `"${id}"` });
  if (known !== undefined && random.chance(0.4))
    return canonicalJson({ action: 'revoke', id: known, reason: "it's over" });
  return canonicalJson({ action: 'create', hmac: 'x', id, name: `name of ${id}`, who: { team: 'blue' } });
}
