// Credentials by name, kept fresh off the hot path: `current` only looks, a refresh runs ahead of expiry on a timer of
// its own. One fetch at a time per credential, jittered, backed off on failure and bounded; the old credential serves
// until it expires, and then the error says which credential is missing and why, without a secret in it.
import { type Clock, systemClock } from '@weighbridge/kernel';
import type { CredentialConfig } from '@weighbridge/protocol';
import type { CredentialStore } from '../ports.ts';
import type { Credential } from './credential.ts';
import { type CredentialSource, type ReadSecret, redacted, unavailable } from './credential-source.ts';
import { createSecretReader } from './secret.ts';
import { sourceOf } from './sources.ts';
import { whyNot } from './why.ts';

/** How one credential stands. Safe to print. */
export interface CredentialReport {
  readonly name: string;
  readonly kind: CredentialConfig['kind'];
  /** Whether `current` would give it now. */
  readonly usable: boolean;
  /** UTC milliseconds; absent when it does not expire. */
  readonly expires?: number;
  /** Why the last fetch failed, if it did; a usable credential can have one too. */
  readonly why?: string;
}

export interface RefreshingStore extends CredentialStore {
  /** First fetches begun and over, well or badly (bounded by the fetch time-out); then how each credential stands. */
  ready(): Promise<readonly CredentialReport[]>;
  reports(): readonly CredentialReport[];
  /** No further refresh; what is held serves until it expires. */
  stop(): void;
}

/** Calls back once after the delay; the result cancels it. */
export type Schedule = (ms: number, run: () => void) => () => void;

export interface StoreOptions {
  /** Secrets that configuration names; by default from `env` and files. */
  readonly readSecret?: ReadSecret;
  /** What the vendors' libraries are told about endpoints; never read from the process here. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly schedule?: Schedule;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** Stands in for the vendor table, for credentials that are not fetched by a vendor's library. */
  readonly source?: (config: CredentialConfig) => CredentialSource;
}

/** A fetch that takes longer has failed; a start waits no longer than this for its first credentials. */
const FETCH_MS = 15_000;
/** Refresh when a fifth of the lifetime is left, at most ten minutes ahead. */
const LEAD_SHARE = 0.2;
const LEAD_MS = 600_000;
/** Two fetches of one credential are at least this far apart. */
const PAUSE_MS = 1_000;
const BACKOFF_MS = 60_000;
/** Timers hold 31 bits of milliseconds. */
const TIMER_MS = 86_400_000;

interface Slot {
  readonly name: string;
  readonly config: CredentialConfig;
  readonly source: CredentialSource;
  credential: Credential | null;
  why: string | null;
  failures: number;
  flight: Promise<void> | null;
  cancel: (() => void) | null;
}

export function createCredentialStore(
  configs: Readonly<Record<string, CredentialConfig>>,
  options: StoreOptions = {},
): RefreshingStore {
  const env = options.env ?? {};
  const context = { readSecret: options.readSecret ?? createSecretReader(env), env };
  const make = options.source ?? ((config: CredentialConfig) => sourceOf(config, context));
  return new Store(configs, make, options);
}

class Store implements RefreshingStore {
  readonly #slots = new Map<string, Slot>();
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #random: () => number;
  #stopped = false;

  constructor(
    configs: Readonly<Record<string, CredentialConfig>>,
    make: (config: CredentialConfig) => CredentialSource,
    options: StoreOptions,
  ) {
    this.#clock = options.clock ?? systemClock;
    this.#schedule = options.schedule ?? unheldTimer;
    this.#random = options.random ?? Math.random;
    for (const [name, config] of Object.entries(configs)) {
      this.#slots.set(name, {
        name,
        config,
        source: make(config),
        credential: config.kind === 'none' ? { kind: 'none' } : null,
        why: null,
        failures: 0,
        flight: null,
        cancel: null,
      });
    }
  }

  current(name: string): Credential {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw unavailable(`no credential is called "${name}"`, 'add it under `credentials`');
    const { credential } = slot;
    if (credential !== null && this.#valid(credential)) return credential;
    this.#begin(slot);
    const held = credential === null ? 'has not been fetched yet' : 'has expired and could not be renewed';
    throw unavailable(`credential "${name}" ${slot.why === null ? held : `is not available: ${slot.why}`}`);
  }

  async ready(): Promise<readonly CredentialReport[]> {
    await Promise.all(Array.from(this.#slots.values(), (slot) => this.#settled(slot)));
    return this.reports();
  }

  reports(): readonly CredentialReport[] {
    return Array.from(this.#slots.values(), (slot) => this.#report(slot));
  }

  stop(): void {
    this.#stopped = true;
    for (const slot of this.#slots.values()) {
      slot.cancel?.();
      slot.cancel = null;
    }
  }

  toString(): string {
    return `[credential store: ${[...this.#slots.keys()].join(', ')}]`;
  }

  /** Over when the slot has been fetched, or has failed, at least once, and no fetch runs. */
  #settled(slot: Slot): Promise<void> {
    const untried = slot.credential === null && slot.why === null;
    return untried ? this.#refresh(slot) : (slot.flight ?? Promise.resolve());
  }

  #report({ name, config, credential, why }: Slot): CredentialReport {
    const expires = credential === null ? undefined : expiryOf(credential);
    return {
      name,
      kind: config.kind,
      usable: credential !== null && this.#valid(credential),
      ...(expires === undefined ? {} : { expires }),
      ...(why === null ? {} : { why }),
    };
  }

  #valid(credential: Credential): boolean {
    const expires = expiryOf(credential);
    return expires === undefined || expires > this.#clock.wall();
  }

  /** A fetch now, unless one runs, or a timer (a back-off, most likely) already stands for the next. */
  #begin(slot: Slot): void {
    if (slot.flight === null && slot.cancel === null) void this.#refresh(slot);
  }

  /** Single flight: whoever comes while one runs waits for it. Never rejects. */
  #refresh(slot: Slot): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    slot.flight ??= this.#fetch(slot).finally(() => {
      slot.flight = null;
    });
    return slot.flight;
  }

  async #fetch(slot: Slot): Promise<void> {
    slot.cancel?.();
    slot.cancel = null;
    let wait: number | null;
    try {
      const fetched = await this.#bounded(slot.source.fetch());
      if (!this.#valid(fetched))
        throw unavailable('what was fetched had already expired: is the clock of this machine right?');
      slot.credential = redacted(fetched);
      slot.why = null;
      slot.failures = 0;
      wait = this.#lead(slot, fetched);
    } catch (error) {
      slot.why = whyNot(error, slot.credential === null ? [] : secretsOf(slot.credential));
      slot.failures += 1;
      wait = this.#backoff(slot.failures);
    }
    if (wait === null || this.#stopped) return;
    slot.cancel = this.#schedule(wait, () => {
      slot.cancel = null;
      void this.#refresh(slot);
    });
  }

  /** Milliseconds until the refresh ahead of expiry; null when nothing needs one. */
  #lead(slot: Slot, credential: Credential): number | null {
    const expires = expiryOf(credential);
    const { recheckMs } = slot.source;
    if (expires === undefined) return recheckMs === undefined ? null : this.#spread(recheckMs);
    const left = expires - this.#clock.wall();
    const ahead = Math.min(left * LEAD_SHARE, LEAD_MS) * (0.75 + this.#random() * 0.5);
    return Math.min(Math.max(left - ahead, PAUSE_MS), TIMER_MS);
  }

  #backoff(failures: number): number {
    return this.#spread(Math.min(PAUSE_MS * 2 ** Math.min(failures, 10), BACKOFF_MS));
  }

  /** Between half of it and all of it, so that many lanes do not knock at once. */
  #spread(ms: number): number {
    return Math.max(PAUSE_MS, ms * (0.5 + this.#random() * 0.5));
  }

  /** The fetch, or a failure when it takes too long; what comes later is dropped. */
  #bounded(fetching: Promise<Credential>): Promise<Credential> {
    const { promise, resolve, reject } = Promise.withResolvers<Credential>();
    const cancel = this.#schedule(FETCH_MS, () => reject(unavailable(`no answer came within ${FETCH_MS / 1000} s`)));
    fetching.then(resolve, reject);
    return promise.finally(cancel);
  }
}

function expiryOf(credential: Credential): number | undefined {
  return 'expires' in credential ? credential.expires : undefined;
}

function secretsOf(credential: Credential): readonly string[] {
  switch (credential.kind) {
    case 'none':
      return [];
    case 'api_key':
      return [credential.key];
    case 'bearer':
      return [credential.token];
    case 'aws':
      return [credential.accessKeyId, credential.secretAccessKey, credential.sessionToken ?? ''];
  }
}

const unheldTimer: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
