// The limits and capacity of a market, enforced. A request is admitted when its limits hold it: one request, and the tokens
// that it brings and may at most get; what it really used is taken then. Past a limit it is turned away as a rate limit;
// where the offer has nothing left to serve with, as overload, whoever asks.
import type { LabSite } from '../endpoints.ts';
import type { LabDeployment } from '../model/catalogue.ts';
import type { Counts, Prompt } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { Bucket, MINUTE_MS } from './bucket.ts';
import type { LabMarket, OfferedDeployment } from './market.ts';
import { cloudNamed, modelOf, siteOf } from './offers.ts';
import type { Allowance, Quota } from './quota.ts';

/** A request that was let in. */
export interface Admission {
  /** Takes what was used; says what is left, where that is told. */
  settle(counts: Counts, now: number): Quota | null;
  /** How full what was bought is with it, 0 to 1 and above; absent where nothing was. */
  readonly utilisation?: number;
  /** The answer is finished. */
  finish?(counts: Counts, now: number): void;
}

interface Place {
  readonly offered: OfferedDeployment;
  readonly requests: Bucket;
  readonly tokens: Bucket;
  readonly capacity: Bucket;
}

export class MarketCounter {
  /** By site and name on the wire; null: no market, everything goes. */
  readonly #places: ReadonlyMap<string, Place> | null;

  constructor(market: LabMarket | undefined, now: number) {
    this.#places = market === undefined ? null : placesOf(market, now);
  }

  /** Whether the cloud sells this at all; everything where there is no market. */
  sells(site: LabSite, asked: string): boolean {
    return this.#places === null || asked.startsWith('tape:') || this.#places.has(key(site, asked));
  }

  /** The region of a deployment that is bound to one; null where it is not, or not sold. */
  regionOf(site: LabSite, asked: string): string | null {
    const offered = this.#places?.get(key(site, asked))?.offered;
    return offered?.region_scope === 'regional' ? offered.region : null;
  }

  /** Of an Azure resource, the deployment with this name, where a market says what it is. */
  deployment(site: LabSite, asked: string): LabDeployment | undefined {
    const offered = this.#places?.get(key(site, asked))?.offered;
    const cloud = cloudNamed(offered?.cloud ?? '');
    if (offered === undefined || cloud === null) return undefined;
    const model = modelOf(cloud, offered);
    if (model === null) return undefined;
    const hosting = offered.hosting === 'azure' || offered.hosting === 'anthropic' ? offered.hosting : '';
    return { model, hosting, type: TYPES[offered.region_scope ?? ''] ?? 'Standard' };
  }

  /** Null where nothing is counted. */
  admit(site: LabSite, asked: string, prompt: Prompt, now: number): Admission | Refusal | null {
    const place = this.#places?.get(key(site, asked));
    if (place === undefined) return null;
    const most = prompt.inputTokens + (prompt.maxTokens ?? 0) * prompt.choices;
    const wait = { requests: place.requests.wait(1, now), tokens: place.tokens.wait(most, now) };
    for (const name of ['requests', 'tokens'] as const) {
      if (wait[name] === 0) continue;
      const seconds = Math.max(1, Math.ceil(Math.min(wait[name], MINUTE_MS) / 1000));
      const message = `Simulated: this request would exceed your rate limit of ${place[name].perMinute} ${name} per minute. Please retry after ${seconds} seconds.`;
      return refuse('rate_limited', message, { retryAfter: seconds, quota: quotaOf(place, now) });
    }
    if (place.capacity.level(now) <= 0) return refuse('overloaded', 'Overloaded');
    place.requests.take(1, now);
    return {
      settle: ({ input, cacheWrite5m, cacheWrite1h, output }, at) => {
        // What was read from the cache counts against no limit.
        const used = input + cacheWrite5m + cacheWrite1h + output;
        place.tokens.take(used, at);
        place.capacity.take(used, at);
        return quotaOf(place, at);
      },
    };
  }
}

const TYPES: Readonly<Record<string, LabDeployment['type']>> = {
  global: 'GlobalStandard',
  datazone: 'DataZoneStandard',
};

const key = (site: LabSite, asked: string): string => `${site} ${asked}`;

function placesOf(market: LabMarket, now: number): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const offer of market.offers) {
    const capacity = new Bucket(offer.capacity.tokens_per_minute, now);
    for (const offered of offer.deployments) {
      const cloud = cloudNamed(offered.cloud);
      const site = cloud === null ? null : siteOf(cloud, offered.region);
      if (site === null) continue;
      const { requests_per_minute, tokens_per_minute } = offered.limits;
      const requests = new Bucket(requests_per_minute, now);
      const tokens = new Bucket(tokens_per_minute, now);
      places.set(key(site, offered.model), { offered, requests, tokens, capacity });
    }
  }
  return places;
}

const quotaOf = ({ requests, tokens }: Place, now: number): Quota => ({
  requests: allowanceOf(requests, now),
  tokens: allowanceOf(tokens, now),
});

const allowanceOf = (bucket: Bucket, now: number): Allowance => ({
  limit: bucket.perMinute,
  remaining: Math.max(0, Math.floor(bucket.level(now))),
  resetMs: Math.ceil(bucket.wait(bucket.perMinute, now)),
});
