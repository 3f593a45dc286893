// Keys that the instance makes for calls of the playground: one for a session and whom it speaks for, kept in memory alone,
// revoked when the session ends, when its half hour is over, or when the instance stops. What a run before left behind (it was
// killed) is revoked before the first new one is made: nobody holds its secret any more.
import { LIMITS, type Clock } from '@weighbridge/kernel';
import type { Actor } from '@weighbridge/protocol';
import type { Administration } from '../admin/administration.ts';
import { causeWords } from '../logging/cause.ts';
import type { Say } from '../logging/events.ts';
import type { Playable } from './play-as.ts';

export interface PlayKeys {
  /** Throws what making a key throws: JOURNAL_UNAVAILABLE, CONFIG_INVALID. */
  keyFor(owner: string, as: Playable, by: Actor): Promise<string>;
  /** Of a session that has ended; all when none is named. What cannot be revoked now expires by itself. */
  forget(owner?: string): Promise<void>;
}

interface Held {
  readonly owner: string;
  readonly expires: number;
  readonly made: Promise<{ readonly key: string; readonly id: string }>;
  readonly timer: NodeJS.Timeout;
}

export interface PlayKeysOptions {
  readonly administration: Pick<Administration, 'createKey' | 'revokeKey' | 'keys'>;
  readonly clock: Clock;
  readonly say: Say;
}

const BY_ITSELF: Actor = { via: 'instance' };

export function createPlayKeys({ administration, clock, say }: PlayKeysOptions): PlayKeys {
  const held = new Map<string, Held>();
  let tidied: Promise<void> | undefined;
  const revoke = async (id: string, reason: string): Promise<void> => {
    try {
      await administration.revokeKey(id, reason, BY_ITSELF);
    } catch (error) {
      const why = causeWords(error);
      say(`key ${id} of the playground was not revoked, and expires by itself: ${why}`, 'playground.key_left', {
        key: id,
      });
    }
  };
  const drop = async (name: string, { made, timer }: Held, reason: string): Promise<void> => {
    clearTimeout(timer);
    held.delete(name);
    const known = await made.catch(() => null);
    if (known !== null) await revoke(known.id, reason);
  };
  const tidy = async (): Promise<void> => {
    const left = administration.keys().filter(({ purpose, revoked }) => purpose === 'playground' && !revoked);
    for (const { id } of left) await revoke(id, 'left over from a run that was killed');
  };
  return {
    keyFor: async (owner, as, by) => {
      await (tidied ??= tidy());
      const name = JSON.stringify([owner, as.shown.id, as.who]);
      const now = clock.wall();
      const known = held.get(name);
      if (known !== undefined && known.expires - now > LIMITS.playground_call_ms) return (await known.made).key;
      const expires = now + LIMITS.playground_key_ms;
      const asked = { name: as.shown.key, who: as.who, expires, purpose: 'playground' } as const;
      const made = administration.createKey(asked, by).then(({ key, state }) => ({ key, id: state.id }));
      const timer = setTimeout(() => void drop(name, one, 'its time is over'), LIMITS.playground_key_ms).unref();
      const one: Held = { owner, expires, made, timer };
      if (known !== undefined) void drop(name, known, 'another was made in its place');
      held.set(name, one);
      made.catch(() => held.delete(name));
      return (await made).key;
    },
    forget: async (owner) => {
      const gone = [...held].filter(([, one]) => owner === undefined || one.owner === owner);
      for (const [name, one] of gone)
        await drop(name, one, owner === undefined ? 'the instance stops' : 'its session has ended');
    },
  };
}
