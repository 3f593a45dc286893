// An impossible state stops here instead of travelling on. Stays on in production.
import { AppError } from './app-error.ts';

/** Throws `INTERNAL` when `condition` is false; `why` names what should have held. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new AppError('INTERNAL', `invariant broken: ${why}`);
}
