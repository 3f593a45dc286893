// The comparison itself: the same usage rated by the ledger and by @pydantic/genai-prices, which was written by others
// from their own reading of the sellers' pages. Theirs are IEEE floats, so equality is to twelve significant digits.
import { calcPrice } from '@pydantic/genai-prices';
import type { PriceRater, PricedDeployment } from '@weighbridge/ledger';
import type { Usage } from '@weighbridge/protocol';

export interface Group {
  readonly list: string;
  readonly cloud: string;
  readonly party: string;
  readonly provider: string;
  readonly region: string;
  /** `id` or `id@2026-02-20`, the day of the call. */
  readonly models: readonly string[];
}

export interface Outcome {
  /** `list/model@day/shape`. */
  readonly id: string;
  /** `list/model`: what counts as one model. */
  readonly model: string;
  /** Decimal dollars; null: unpriced by us, no price with them. */
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly agree: boolean;
}

type Tokens = Usage['tokens'];

/** Shapes of usage: plain, read from cache, written for five minutes and for an hour, and around the long-context steps. */
export const SHAPES: Readonly<Record<string, Tokens>> = {
  plain: { input: 12_345, output: 678 },
  cached: { input: 1_234, cache_read: 45_678, output: 901 },
  write_5m: { input: 234, cache_write_5m: 12_304, output: 550 },
  write_1h: { input: 234, cache_write_1h: 12_304, output: 550 },
  at_100k: { input: 100_000, output: 1_000 },
  over_100k: { input: 100_001, output: 1_000 },
  at_200k: { input: 200_000, output: 1_000 },
  over_200k: { input: 150_001, cache_read: 50_000, output: 1_000 },
  at_272k: { input: 272_000, output: 1_000 },
  over_272k: { input: 272_001, output: 1_000 },
};

const DEFAULT_DAY = '2026-10-15';
const DAY_SUFFIX = /@(\d{4}-\d{2}-\d{2})$/;

export function compareAll(rater: PriceRater, groups: readonly Group[]): readonly Outcome[] {
  return groups.flatMap((group) =>
    group.models.flatMap((entry) => {
      const day = DAY_SUFFIX.exec(entry)?.[1] ?? DEFAULT_DAY;
      const id = entry.replace(DAY_SUFFIX, '');
      return Object.entries(SHAPES).flatMap(([shape, tokens]) => compareOne(rater, group, id, day, shape, tokens));
    }),
  );
}

function compareOne(
  rater: PriceRater,
  group: Group,
  id: string,
  day: string,
  shape: string,
  tokens: Tokens,
): Outcome[] {
  const at = new Date(`${day}T12:00:00Z`);
  const deployment: PricedDeployment = {
    cloud: group.cloud,
    model: id,
    region: group.region,
    tier: 'standard',
    roles: { seller: group.party },
  };
  const ours = rater.rate(deployment, { tokens, source: 'reported', raw: null }, at.getTime()).cost.billed;
  const theirs = theirPrice(group.provider, id, tokens, at);
  // Neither has a price for this class: nothing is claimed, nothing is compared.
  if (ours === null && theirs === null) return [];
  const agree =
    ours !== null && theirs !== null && Math.abs(Number(ours) - theirs) <= 1e-12 * Math.max(1, Math.abs(theirs)) * 10;
  const shown = theirs === null ? null : String(Number(theirs.toPrecision(12)));
  return [{ id: `${group.list}/${id}@${day}/${shape}`, model: `${group.list}/${id}`, ours, theirs: shown, agree }];
}

/** Their input total includes cached tokens; ours never does. A class that they do not price for a model throws. */
function theirPrice(provider: string, id: string, tokens: Tokens, at: Date): number | null {
  const written = (tokens.cache_write_5m ?? 0) + (tokens.cache_write_1h ?? 0);
  const usage: Record<string, number> = {
    input_tokens: (tokens.input ?? 0) + (tokens.cache_read ?? 0) + written,
    output_tokens: tokens.output ?? 0,
  };
  if (tokens.cache_read !== undefined) usage['cache_read_tokens'] = tokens.cache_read;
  if (written > 0) usage['cache_write_tokens'] = written;
  if (tokens.cache_write_5m !== undefined) usage['cache_write_5m_tokens'] = tokens.cache_write_5m;
  if (tokens.cache_write_1h !== undefined) usage['cache_write_1h_tokens'] = tokens.cache_write_1h;
  return calcPrice(usage, id, { providerId: provider, timestamp: at })?.total_price ?? null;
}
