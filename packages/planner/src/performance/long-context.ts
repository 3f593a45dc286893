// Long contexts: whether one fits, how many fit together, and what it costs in time; with the cache in the chips' memory, and with the
// part that does not fit kept in the host's and fetched for every token. Fetching is bound by the slot or the chip-to-chip link, which
// is tens of times slower than memory: the answer says how much slower a token becomes, not only that it fits.
import { AppError } from '@weighbridge/kernel';
import { BYTES, cacheShare } from './formulas.ts';
import { memoryOf } from './memory.ts';
import { predictSetting, type PerformanceModel, type Prediction } from './predict.ts';
import { settingOf, type Request } from './request.ts';

export interface LongContext {
  /** Bytes of the cache of one request, over all chips of a copy. */
  readonly cache: number;
  /** Requests that fit in the chips' memory. */
  readonly fits: number;
  /** Absent where not even one fits. */
  readonly inMemory: Prediction | undefined;
  readonly offload: {
    /** Requests that fit with the host's memory. */
    readonly fits: number;
    /** Bytes that each chip fetches for one token of each of `batch` requests. */
    readonly fetched: number;
    readonly batch: number;
    /** Seconds of one token with fetching: no less than the link takes. */
    readonly tpot: number;
    /** Times the token's time were memory large enough. */
    readonly slower: number;
  };
  /** Seconds of prefill of the whole input on all chips of a copy. */
  readonly prefill: number;
}

export interface HostMemory {
  /** Bytes for each chip. */
  readonly bytes: number;
}

/** Part of a host link's stated bandwidth that long copies reach. */
const LINK_REACHED = 0.8;

/** `batch`: requests together with offload. Throws PLAN_IMPOSSIBLE when weights do not fit, or the host's memory is too small. */
export function longContext(model: PerformanceModel, request: Request, host: HostMemory, batch: number): LongContext {
  const setting = settingOf(model, { ...request, concurrency: batch });
  const memory = memoryOf(setting, 'share of the chip');
  const { chip, shape, parallel } = setting;
  if (memory.free <= 0)
    throw new AppError(
      'PLAN_IMPOSSIBLE',
      `the weights of ${shape.id} alone do not fit: offloading a cache does not help`,
      {
        next: 'use more chips or a narrower precision',
      },
    );
  const tokens = setting.input + setting.output;
  const groups = parallel.attention;
  const together = parallel.tensor / groups;
  const perChip = memory.perToken * tokens;
  const fits = Math.floor((memory.free / perChip) * groups);
  const withHost = Math.floor(((memory.free + host.bytes) / perChip) * groups);
  if (withHost < batch)
    throw new AppError(
      'PLAN_IMPOSSIBLE',
      `${batch} contexts of ${tokens} tokens need ${((perChip * batch) / groups / 1e9).toFixed(0)} GB of cache on each chip; memory and host hold ${withHost}`,
      { next: `ask for ${Math.max(withHost, 1)} together, or give the host more memory` },
    );
  // Time as if all were in memory; then what must come over the link for every token.
  const wide = { ...model.chips.get(chip.id)!, memory: Number.MAX_SAFE_INTEGER };
  const inside = predictSetting(model, 'serving', { ...setting, chip: wide });
  const outside = Math.max(0, (perChip * batch) / groups - memory.free);
  const fetched = outside * ((setting.input + setting.output / 2) / tokens);
  const link = fetched / (chip.host * LINK_REACHED);
  const tpot = Math.max(inside.tpot.mid, link + inside.tpot.mid * (1 - inside.shares.attention));
  return {
    cache: cacheBytes(setting.shape.kvElements, BYTES[setting.cache], tokens, together, shape),
    fits,
    inMemory:
      fits >= 1 ? predictSetting(model, 'serving', { ...setting, concurrency: Math.min(batch, fits) }) : undefined,
    offload: {
      fits: withHost,
      fetched,
      batch,
      tpot: outside > 0 ? tpot : inside.tpot.mid,
      slower: outside > 0 ? tpot / inside.tpot.mid : 1,
    },
    prefill: inside.prefill,
  };
}

/** Over all chips that keep a part of it: copies count. */
function cacheBytes(
  elements: number,
  bytes: number,
  tokens: number,
  together: number,
  shape: { readonly kvHeads: number; readonly latent: unknown },
): number {
  return elements * bytes * tokens * cacheShare(together, shape.kvHeads, shape.latent !== undefined) * together;
}
