// Makes and revokes keys. A key exists once its entry is durable; the key itself is handed out once and kept nowhere.
import { randomFillSync } from 'node:crypto';
import { AppError, LIMITS, systemClock } from '@weighbridge/kernel';
import { mintKey, pairOf, type AwsPair } from '@weighbridge/gateway';
import type { Actor } from '@weighbridge/protocol';
import { foldKeys, type KeyCreated, type KeyPurpose, type KeyState, type KeyWho } from '../keys/fold.ts';
import { BY_ITSELF, keyDraft, readKeys } from './entries.ts';
import type { Stores } from './stores.ts';

export interface NewKey {
  readonly name: string;
  readonly who?: KeyWho;
  /** UTC milliseconds. */
  readonly expires?: number;
  readonly purpose?: KeyPurpose;
  /** With a pair for Amazon's clients. */
  readonly aws?: boolean;
}

/** A key that was just made, with its secrets, which are kept nowhere. */
export interface MadeKey<State> {
  readonly key: string;
  readonly state: State;
  readonly aws?: AwsPair;
}

/** What may be told of a key: everything but its HMAC. */
export type KeyView = Omit<KeyState, 'hmac'>;

export interface KeyStore {
  /** In the order they were made, revoked ones included. */
  all(): readonly KeyState[];
  /** Durable when it resolves. Throws BAD_REQUEST for a name that is no slug, or a field that is too long. */
  create(asked: NewKey, by?: Actor): Promise<MadeKey<KeyState>>;
  /** By id, or by name when only one key of that name is in force. Throws KEY_INVALID when there is none. */
  revoke(idOrName: string, reason?: string, by?: Actor): Promise<KeyState>;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export function openKeyStore(stores: Stores): KeyStore {
  let keys = foldKeys(readKeys(stores.journal));
  const append = async (change: Parameters<typeof keyDraft>[2], at: number, by: Actor): Promise<void> => {
    await stores.admin.append(keyDraft(stores.nextId(), at, change, by));
  };
  return {
    all: () => keys,
    create: async (asked, by = BY_ITSELF) => {
      checkNewKey(asked);
      const minted = mintKey((bytes) => randomFillSync(bytes));
      const made: Omit<KeyCreated, 'action'> = {
        id: minted.id,
        name: asked.name,
        hmac: stores.vault.keyDigest(minted.key),
        who: asked.who ?? {},
        ...(asked.expires === undefined ? {} : { expires: asked.expires }),
        ...(asked.purpose === undefined ? {} : { purpose: asked.purpose }),
        ...(asked.aws === true ? { aws: true as const } : {}),
      };
      const at = systemClock.wall();
      await append({ action: 'create', ...made }, at, by);
      const state: KeyState = { ...made, created: at, revoked: false };
      keys = [...keys, state];
      const pair = asked.aws === true ? { aws: pairOf((text) => stores.vault.keyDigest(text), made) } : {};
      return { key: minted.key, state, ...pair };
    },
    revoke: async (idOrName, reason, by = BY_ITSELF) => {
      const chosen = choose(keys, idOrName);
      const at = systemClock.wall();
      await append({ action: 'revoke', id: chosen.id, ...(reason === undefined ? {} : { reason }) }, at, by);
      const revoked = { ...chosen, revoked: true, revokedAt: at };
      keys = keys.map((key) => (key.id === chosen.id ? revoked : key));
      return revoked;
    },
  };
}

/** Throws BAD_REQUEST for a name that is no slug or an end that is no instant, FIELD_TOO_LARGE. */
export function checkNewKey(asked: NewKey): void {
  if (!NAME.test(asked.name)) {
    throw new AppError('BAD_REQUEST', `"${asked.name.slice(0, 80)}" is no name for a key`, {
      next: 'use 1 to 63 lower-case letters, digits, dots, underscores or hyphens',
    });
  }
  for (const [field, value] of Object.entries(asked.who ?? {})) {
    if (typeof value === 'string' && Buffer.byteLength(value) > LIMITS.field_bytes) {
      throw new AppError(
        'FIELD_TOO_LARGE',
        `${field} of key "${asked.name}" has more than ${LIMITS.field_bytes} bytes`,
      );
    }
  }
  if (asked.expires !== undefined && !Number.isSafeInteger(asked.expires)) {
    throw new AppError('BAD_REQUEST', 'the end of the key is not an instant', {
      next: 'write it as 2027-01-31 or 2027-01-31T12:00:00Z',
    });
  }
}

function choose(keys: readonly KeyState[], idOrName: string): KeyState {
  const byId = keys.find((key) => key.id === idOrName);
  if (byId !== undefined) return byId;
  // A key of the playground has the name of one that somebody made, and goes with its session.
  const named = keys.filter((key) => key.name === idOrName && !key.revoked && key.purpose !== 'playground');
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (named.length === 0) {
    throw new AppError('KEY_INVALID', `there is no key "${idOrName.slice(0, 80)}" in force`, {
      next: 'see `weighbridge keys list`',
    });
  }
  throw new AppError('KEY_INVALID', `${named.length} keys are named "${idOrName}"`, {
    next: `name one by its id: ${named.map((key) => key.id).join(', ')}`,
  });
}

export function viewOf(state: KeyState): KeyView {
  const { hmac: _, ...view } = state;
  return view;
}
