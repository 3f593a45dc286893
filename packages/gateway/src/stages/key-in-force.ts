// Whether a key may still be used, by whichever way it was shown: revoked and expired keys open nothing.
import { AppError } from '@weighbridge/kernel';
import type { KeyRecord } from '../deployment.ts';

/** Throws KEY_REVOKED. */
export function checkInForce(key: KeyRecord, now: number): void {
  if (key.revoked) throw new AppError('KEY_REVOKED', `the key "${key.name}" was revoked`);
  if (key.expires !== undefined && key.expires <= now) {
    throw new AppError('KEY_REVOKED', `the key "${key.name}" expired on ${new Date(key.expires).toISOString()}`);
  }
}
