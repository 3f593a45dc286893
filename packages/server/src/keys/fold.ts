// Keys are a fold over `key` entries: nothing else says which keys exist, so a key that was never journalled opens
// nothing, and a revocation cannot be forgotten. The secret is in no entry, only its HMAC under the vault's pepper.
import { AppError } from '@weighbridge/kernel';

/** Whom a key speaks for, as given when it was made. */
export interface KeyWho {
  readonly team?: string;
  readonly project?: string;
  readonly cost_centre?: string;
  readonly principal?: string;
  readonly environment?: string;
}

/**
 * `start`: made by a start in lab mode and replaced by the next one. `probe`: made for one probe's own routes. `playground`:
 * made for one session of the console, and revoked with it.
 */
export type KeyPurpose = 'start' | 'probe' | 'playground';

export interface KeyCreated {
  readonly action: 'create';
  readonly id: string;
  readonly name: string;
  readonly hmac: string;
  /** Made with a pair that signs as Amazon's clients do; the pair itself is nowhere. */
  readonly aws?: true;
  /** UTC milliseconds. */
  readonly expires?: number;
  /** Who made it for itself; absent: somebody asked for it. */
  readonly purpose?: KeyPurpose;
  readonly who: KeyWho;
}

export interface KeyRevoked {
  readonly action: 'revoke';
  readonly id: string;
  readonly reason?: string;
}

/** One `key` entry: when it was written, and its content. */
export interface KeyEntry {
  readonly at: number;
  readonly change: KeyCreated | KeyRevoked;
}

export interface KeyState extends Omit<KeyCreated, 'action'> {
  readonly created: number;
  readonly revoked: boolean;
  readonly revokedAt?: number;
}

/** Keys in the order they were made. Throws JOURNAL_CORRUPT for a second key of one id, or a revocation of none. */
export function foldKeys(entries: Iterable<KeyEntry>): readonly KeyState[] {
  const keys = new Map<string, KeyState>();
  for (const entry of entries) applyKey(keys, entry);
  return [...keys.values()];
}

function applyKey(keys: Map<string, KeyState>, { at, change }: KeyEntry): void {
  const held = keys.get(change.id);
  if (change.action === 'create') {
    if (held !== undefined) throw new AppError('JOURNAL_CORRUPT', `the journal makes key ${change.id} twice`);
    const { action: _, ...made } = change;
    keys.set(change.id, { ...made, created: at, revoked: false });
    return;
  }
  if (held === undefined)
    throw new AppError('JOURNAL_CORRUPT', `the journal revokes key ${change.id}, which it never made`);
  if (!held.revoked) keys.set(change.id, { ...held, revoked: true, revokedAt: at });
}
