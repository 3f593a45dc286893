// Provisioned capacity of a deployment, enforced as Azure documents it: a leaky bucket that drains as fast as the units that were
// bought allow. Above 100 % a request gets 429 with the time until it is below; else its prompt and the most it may get are put in
// at once, and corrected to what it took when it is finished. Cached tokens are taken off whole.
// https://github.com/MicrosoftDocs/azure-ai-docs articles/ai-services/openai/concepts/provisioned-throughput.md
import { modelNamed, type LabDeployment } from '../model/catalogue.ts';
import type { Counts, Prompt } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { LabSite } from '../endpoints.ts';
import type { Admission } from './counter.ts';
import type { LabProvisioned } from './market.ts';

/** What the service takes for granted of an answer that the request does not bound. */
const UNBOUNDED_ANSWER = 1_000;
const MINUTE_MS = 60_000;

type Size = Pick<LabProvisioned, 'units' | 'input_tpm_per_unit' | 'output_weight' | 'burst_seconds'>;

export class Provisioned {
  readonly #perMs: number;
  readonly #full: number;
  readonly #weight: number;
  #level = 0;
  #at: number;
  /** For who judges: milliseconds in which there was nothing to do. */
  idleMs = 0;

  constructor({ units, input_tpm_per_unit: perUnit, output_weight: weight, burst_seconds: burst }: Size, now: number) {
    this.#perMs = (units * perUnit) / MINUTE_MS;
    this.#full = this.#perMs * burst * 1000;
    this.#weight = weight;
    this.#at = now;
  }

  /** 1 is all of it. */
  utilisation(now: number): number {
    return this.#drained(now) / this.#full;
  }

  /** Null when it is let in; else the milliseconds until the next one is. */
  refusal(now: number): number | null {
    const over = this.#drained(now) - this.#full;
    return over > 0 ? Math.ceil(over / this.#perMs) : null;
  }

  estimate({ inputTokens, maxTokens, choices }: Pick<Prompt, 'inputTokens' | 'maxTokens' | 'choices'>): number {
    return inputTokens + (maxTokens ?? UNBOUNDED_ANSWER) * choices * this.#weight;
  }

  actual({ input, cacheWrite5m, cacheWrite1h, output }: Counts): number {
    return input + cacheWrite5m + cacheWrite1h + output * this.#weight;
  }

  add(tokens: number, now: number): void {
    this.#level = Math.max(0, this.#drained(now) + tokens);
  }

  #drained(now: number): number {
    const passed = Math.max(0, now - this.#at);
    const left = this.#level - passed * this.#perMs;
    if (left < 0) this.idleMs += -left / this.#perMs;
    this.#level = Math.max(0, left);
    this.#at = Math.max(this.#at, now);
    return this.#level;
  }
}

/** All that were bought at the lab's resource. */
export class ProvisionedDeployments {
  readonly #site: LabSite = 'azure-openai';
  readonly #held: ReadonlyMap<string, { readonly offered: LabProvisioned; readonly bucket: Provisioned }>;

  constructor(offered: readonly LabProvisioned[], now: number) {
    this.#held = new Map(offered.map((one) => [one.name, { offered: one, bucket: new Provisioned(one, now) }]));
  }

  deployment(site: LabSite, name: string): LabDeployment | undefined {
    const found = site === this.#site ? this.#held.get(name) : undefined;
    const model = found === undefined ? null : modelNamed(found.offered.model);
    return model === null ? undefined : { model, hosting: '', type: 'GlobalProvisionedManaged' };
  }

  /** Null where nothing was bought of it. */
  admit(site: LabSite, name: string, prompt: Prompt, now: number): Admission | Refusal | null {
    const bucket = site === this.#site ? this.#held.get(name)?.bucket : undefined;
    if (bucket === undefined) return null;
    const wait = bucket.refusal(now);
    if (wait !== null) {
      const message = `Simulated: the provisioned capacity of this deployment is used up. Please retry after ${Math.ceil(wait / 1000)} seconds.`;
      return refuse('rate_limited', message, { retryAfter: wait / 1000, utilisation: bucket.utilisation(now) });
    }
    const estimate = bucket.estimate(prompt);
    bucket.add(estimate, now);
    return {
      settle: () => null,
      utilisation: bucket.utilisation(now),
      finish: (counts, at) => bucket.add(bucket.actual(counts) - estimate, at),
    };
  }
}
