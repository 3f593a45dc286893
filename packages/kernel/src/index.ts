// The kernel: what every package may lean on. Pure and browser-safe: no `node:` import, no clock, no randomness of its own.
export { AppError, isAppError, toAppError, type ErrorBody } from './app-error.ts';
export { ERRORS, type ErrorCode, type ErrorRow } from './errors.ts';
export { invariant } from './invariant.ts';
export { canonicalJson, type Json, type JsonObject } from './canonical-json.ts';
export { systemClock, type Clock, type Milliseconds } from './clock.ts';
export { createUlid, isUlid, ulidTime } from './ulid.ts';
export {
  addMoney,
  formatMoney,
  moneyFromDecimal,
  moneyToDecimal,
  mulMoney,
  splitMoney,
  MONEY_SCALE,
  type Money,
} from './money.ts';
export { LIMITS, type LimitName } from './limits.ts';
export { BoundedQueue } from './bounded-queue.ts';
export { didYouMean } from './did-you-mean.ts';
