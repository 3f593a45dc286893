// The state that all simulated clouds of one process share: seed, clock, model, cache, faults, tapes, ledger. The clock
// can be pushed forward, so that lifetimes can be tested without waiting for them.
import { systemClock, type Clock } from '@weighbridge/kernel';
import type { LabEndpoints, LabLatency, LabOptions, LabSite } from './endpoints.ts';
import { Batches } from './batches/batches.ts';
import { FaultRegistry } from './faults/registry.ts';
import { AssumedKeys } from './identity/assumed-keys.ts';
import type { Secrets } from './identity/secrets.ts';
import { TokenOffice } from './identity/tokens.ts';
import { ServedLedger } from './ledger.ts';
import { MarketCounter, type Admission } from './market/counter.ts';
import { KeptResponses } from './model/kept-responses.ts';
import { ProvisionedDeployments } from './market/provisioned.ts';
import type { Prompt } from './model/prompt.ts';
import { PromptCache } from './model/prompt-cache.ts';
import type { Refusal } from './model/refusal.ts';
import { Draw } from './model/random.ts';
import { createSigner, type Signer } from './model/signature.ts';
import { Tapes } from './tapes.ts';
import type { Exchange } from './wire/exchange.ts';

const CAPTURED = 64;

export interface CapturedRequest {
  readonly site: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** UTF-8 text of the body. */
  readonly body: string;
}

export class Lab {
  readonly seed: number;
  readonly secrets: Secrets;
  readonly tokens: TokenOffice;
  readonly signer: Signer;
  readonly cache = new PromptCache();
  readonly kept = new KeptResponses();
  readonly batches = new Batches();
  readonly ledger = new ServedLedger();
  readonly assumed = new AssumedKeys();
  readonly faults: FaultRegistry;
  readonly tapes: Tapes;
  readonly market: MarketCounter;
  readonly provisioned: ProvisionedDeployments;
  latency: LabLatency;
  capture: boolean;
  readonly captured: CapturedRequest[] = [];
  /** Known once everything listens. */
  endpoints: LabEndpoints | null = null;
  readonly #clock: Clock;
  #ahead = 0;
  #count = 0;
  #requests = 0;

  constructor(options: LabOptions, secrets: Secrets, clock: Clock = systemClock) {
    this.seed = options.seed;
    this.secrets = secrets;
    this.#clock = clock;
    this.tokens = new TokenOffice(secrets, () => this.now());
    this.signer = createSigner(options.seed);
    this.faults = new FaultRegistry(options.seed);
    this.tapes = new Tapes(options.corpus ?? null);
    this.market = new MarketCounter(options.market, this.now());
    this.provisioned = new ProvisionedDeployments(options.provisioned ?? [], this.now());
    this.latency = options.latency ?? { mode: 'realistic' };
    this.capture = options.capture ?? false;
  }

  /** UTC ms on the lab's own clock. */
  now(): number {
    return this.#clock.wall() + this.#ahead;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** By what was bought, else by the limits of the market; null where nothing is counted. */
  admit(site: LabSite, asked: string, prompt: Prompt): Admission | Refusal | null {
    const now = this.now();
    return this.provisioned.admit(site, asked, prompt, now) ?? this.market.admit(site, asked, prompt, now);
  }

  /** Moves the lab's clock forward. */
  advance(ms: number): void {
    this.#ahead += ms;
  }

  /** The number of this answer: the key of its identifiers and of its pace. */
  count(): number {
    this.#count += 1;
    return this.#count;
  }

  /** Randomness for the identifiers of one request. */
  requestDraw(): Draw {
    this.#requests += 1;
    return new Draw(this.seed, `request ${this.#requests}`);
  }

  keep(exchange: Exchange): void {
    if (!this.capture) return;
    const { site, method, path, query, req, body } = exchange;
    this.captured.push({ site, method, path, query, headers: { ...req.headers }, body: body.toString('utf8') });
    if (this.captured.length > CAPTURED) this.captured.shift();
  }
}
