import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  AppError,
  BoundedQueue,
  canonicalJson,
  createUlid,
  ERRORS,
  invariant,
  isUlid,
  toAppError,
  ulidTime,
} from '@weighbridge/kernel';
import fc from 'fast-check';

describe('canonical JSON', () => {
  test('keys are sorted by code unit and white space is gone (RFC 8785 §3.2.3)', () => {
    const sample = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\ud83d\ude00': 'Smile',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    assert.equal(
      canonicalJson(sample),
      '{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro","\ud83d\ude00":"Smile","\ufb33":"Dalet"}',
    );
  });

  test('numbers take their ECMAScript form (RFC 8785 §3.2.2.3)', () => {
    assert.equal(
      canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0]),
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  test('any JSON value comes back the same, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(JSON.parse(text)), text);
      }),
    );
  });

  test('what has no canonical form is refused', () => {
    assert.throws(() => canonicalJson(Number.NaN), AppError);
    assert.throws(() => canonicalJson('\ud800'), AppError);
  });

  test('a key without a value is left out', () => {
    assert.equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}');
  });
});

describe('ULIDs', () => {
  const fill = (bytes: Uint8Array<ArrayBuffer>): unknown => randomFillSync(bytes);

  test('they carry their time and sort by it', () => {
    let now = 1_700_000_000_000;
    const next = createUlid(() => now, fill);
    const first = next();
    now += 1;
    const second = next();
    assert.ok(isUlid(first));
    assert.equal(ulidTime(first), 1_700_000_000_000);
    assert.ok(first < second);
  });

  test('they never repeat nor go back, even when the clock does', () => {
    const times = [5, 5, 4, 3, 9, 9, 1];
    const next = createUlid(() => times.shift() ?? 1, fill);
    const ids = Array.from({ length: 2000 }, next);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, ids.length);
  });

  test('text that is not one is told apart', () => {
    for (const text of [
      '',
      'x',
      '81ARZ3NDEKTSV4RRFFQ69G5FAV',
      '01ARZ3NDEKTSV4RRFFQ69G5FAU',
      '01arz3ndektsv4rrffq69g5fav',
    ]) {
      assert.equal(isUlid(text), false, text);
    }
    assert.throws(() => ulidTime('nonsense'), AppError);
  });
});

describe('errors', () => {
  test('every row says what to do next and how a program should take it', () => {
    for (const [code, row] of Object.entries(ERRORS)) {
      assert.match(code, /^[A-Z]+(_[A-Z]+)*$/);
      assert.ok(row.next.length > 10, code);
      assert.ok(row.status >= 400 && row.status < 600, code);
    }
  });

  test('an error shows its code, message, advice and request', () => {
    const error = new AppError('MODEL_UNKNOWN', 'no route serves "gpt-9"', { next: 'ask for gpt-5' });
    assert.deepEqual(error.body('01J'), {
      code: 'MODEL_UNKNOWN',
      message: 'no route serves "gpt-9"',
      next: 'ask for gpt-5',
      request_id: '01J',
    });
    assert.equal(error.row.status, 404);
  });

  test('what was not thrown by us becomes INTERNAL and keeps its cause', () => {
    const cause = new TypeError('x is not a function');
    const error = toAppError(cause);
    assert.equal(error.code, 'INTERNAL');
    assert.equal(error.cause, cause);
    assert.equal(toAppError('').message, 'an error without a message');
    const first = new AppError('PORT_TAKEN', 'something else listens there');
    assert.equal(toAppError(new SuppressedError(new Error('and then its file was gone'), first)), first);
    assert.equal(toAppError(error), error);
  });

  test('an invariant stops an impossible state', () => {
    assert.throws(
      () => invariant(false, 'sums agree'),
      (error: unknown) => error instanceof AppError && error.code === 'INTERNAL' && /sums agree/.test(error.message),
    );
    assert.doesNotThrow(() => invariant(true, 'never'));
  });
});

describe('a bounded queue', () => {
  test('keeps order and never exceeds its bound', () => {
    const commands = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(0)), { maxLength: 400 });
    fc.assert(
      fc.property(commands, (list) => {
        const queue = new BoundedQueue<number>(30);
        const model: number[] = [];
        list.forEach((size) => {
          if (size === 0) assert.equal(queue.shift(), model.shift());
          else if (queue.push(size, size)) model.push(size);
          else assert.ok(model.reduce((a, b) => a + b, 0) + size > 30);
          assert.equal(queue.length, model.length);
          assert.equal(
            queue.size,
            model.reduce((a, b) => a + b, 0),
          );
        });
      }),
    );
  });
});
