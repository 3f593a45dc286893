// What tests of models ask again and again: a number close to another, and a question refused with a reason and a mend.
import assert from 'node:assert/strict';
import { isAppError } from '@weighbridge/kernel';

/** Within a share of what is expected. */
export function expectNear(value: number, expected: number, within: number): void {
  const off = Math.abs(value - expected);
  assert.ok(off <= within * Math.abs(expected), `${value} is not within ${within * 100} % of ${expected}`);
}

/** Throws PLAN_INVALID with such a message, and says what to change. */
export function expectRefused(work: () => unknown, message: RegExp): void {
  assert.throws(work, (thrown: unknown) => {
    assert.ok(isAppError(thrown), String(thrown));
    assert.equal(thrown.code, 'PLAN_INVALID');
    assert.match(thrown.message, message);
    assert.ok(thrown.next.length > 10);
    return true;
  });
}
