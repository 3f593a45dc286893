// What the gateway needs from the rest of the house, in its own words. `server` wires journal and ledger in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Money } from '@weighbridge/kernel';
import type { Charge, Cost, EntryDraft, Usage } from '@weighbridge/protocol';
import type { KeptAnswer } from './cache/answer.ts';
import type { Credential } from './credentials/credential.ts';
import type { Deployment, KeyRecord } from './deployment.ts';
import type { EnergyFactors } from './stages/energy.ts';

/** Incremental salted digest of a body; base64url SHA-256. */
export interface BodyHasher {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** The bodies of one entry, as salted digests: base64url SHA-256. */
export interface BodySealer {
  /** Of a body that is there whole: the cheaper way. */
  digest(label: BodyLabel, body: Uint8Array): string;
  hasher(label: BodyLabel): BodyHasher;
}

export type BodyLabel = 'request' | 'response';

/** The lane's end of the journal. */
export interface Sealer {
  /** False while the journal cannot take entries: new calls get JOURNAL_UNAVAILABLE before dispatch. */
  readonly available: boolean;
  /**
   * Appends one entry; resolves when it is durable at the configured level (one write per event-loop turn).
   * Order of calls is order of entries. Rejects with JOURNAL_UNAVAILABLE (not even the reserve took it) or
   * LEAF_TOO_LARGE / FIELD_TOO_LARGE (refused, nothing written). Calling twice writes twice.
   */
  append(draft: EntryDraft): Promise<void>;
  /**
   * For the digests of an entry's bodies. Salts follow from subject key and entry id, one for each label: whoever holds a text
   * and its disclosed salt can show what crossed, and learns nothing of the other.
   */
  bodies(subject: string, id: string): BodySealer;
}

export interface Rated {
  readonly charges: readonly Charge[];
  readonly cost: Cost;
  /** `cost.billed` as an amount, null when unpriced. */
  readonly billed: Money | null;
}

/** Prices. Pure; unknown is unpriced, never zero. */
export interface Rater {
  /** `at`: UTC milliseconds of the call. */
  rate(deployment: Deployment, usage: Usage, at: number): Rated;
  /** What a call that is only thought of would cost at the price in force; null where any of it has no price. */
  expect(deployment: Deployment, usage: Usage, at: number): Money | null;
  /**
   * The most a call can cost, for a hard budget: `inputTokens` at the dearest input class plus `outputTokens` at the
   * dearest output class plus the tool uses. Whatever of speed, tier and geography the request does not pin is reckoned
   * at its dearest. Null when a price is missing (a hard budget then refuses).
   */
  bound(
    deployment: Deployment,
    most: {
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly serverTools: Readonly<Record<string, number>>;
      readonly speed?: string;
      readonly tier?: string;
      readonly inferenceGeo?: string;
    },
    at: number,
  ): Money | null;
}

/** What the energy of a deployment's answers is estimated from; undefined where nothing is. Plain data, worked out beforehand. */
export type EnergyOf = (deployment: Deployment) => EnergyFactors | undefined;

/** Credentials by name, kept fresh off the hot path. */
export interface CredentialStore {
  /** The current credential, at once. Throws CREDENTIAL_UNAVAILABLE when there is none that is still valid. */
  current(name: string): Credential;
}

/**
 * Tells the other lanes of a node of an answer, and takes theirs. Best effort: an answer that is not told is asked for
 * once more. What is told was not altered since, and comes once to each other lane.
 */
export interface AnswerLink {
  share(answer: KeptAnswer): void;
  receive(take: (answer: KeptAnswer) => void): void;
}

/** HMAC of a presented key under the vault's pepper, base64url. */
export type KeyDigest = (presented: string) => string;

/**
 * Answers what is no model call (the log, receipts). `identify` is the gateway's own way of telling whose key came with
 * the request, and the only one: it throws KEY_MISSING, KEY_INVALID or KEY_REVOKED.
 */
export type FallbackHandler = (request: IncomingMessage, response: ServerResponse, identify: () => KeyRecord) => void;
