// Counts, durations, instants, intervals and grades: what a figure says on screen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { REGION_GRADES, TOKEN_CLASSES } from '@weighbridge/protocol';
import { prepareCount, prepareTokens, TOKEN_LABELS } from '../../src/parts/count/model.ts';
import { formatDuration } from '../../src/parts/duration/model.ts';
import { prepareEvidence } from '../../src/parts/evidence/model.ts';
import { prepareInterval } from '../../src/parts/interval/model.ts';
import { formatRelative, prepareWhen } from '../../src/parts/when/model.ts';
import { seed } from '../support/seed.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('counts', () => {
  test('are grouped, and short from ten thousand on', () => {
    const short = (value: number | string): string => plain(prepareCount(value, 'short').text);
    assert.equal(prepareCount(1234567).text, '1,234,567');
    assert.equal(short(9_999), '9,999');
    assert.equal(short(12_345), '12.3 k');
    assert.equal(short(999_950), '1,000 k');
    assert.equal(short(1_240_000), '1.24 M');
    assert.equal(short('98765432109876'), '98.8 T');
  });

  test('the short form keeps the exact count, and says whether it is one', () => {
    assert.deepEqual(prepareCount(1_240_000, 'short').rounded, false);
    assert.deepEqual(prepareCount(1_240_001, 'short'), { text: '1.24\u00a0M', exact: '1,240,001', rounded: true });
  });

  test('beyond what a double holds, nothing is lost', () => {
    assert.equal(prepareCount('9007199254740993').text, '9,007,199,254,740,993');
    assert.equal(prepareCount(2 ** 53).text, 'unknown');
  });

  test('the short form is within half a unit of its last figure', () => {
    const sizes: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 }), (value) => {
        const [number = '', letter = ''] = plain(prepareCount(value, 'short').text).replaceAll(',', '').split(' ');
        const size = sizes[letter] ?? Number.NaN;
        const decimals = number.split('.')[1]?.length ?? 0;
        assert.ok(
          Math.abs(Number(number) * size - value) <= (size / 10 ** decimals) * 0.5000001,
          `${value} as ${number} ${letter}`,
        );
      }),
      { seed },
    );
  });
});

describe('tokens', () => {
  test('classes stand in the order of the contract and sum to the total', () => {
    const text = prepareTokens({ output: 310, cache_read: 18_000, input: 1_204 });
    assert.deepEqual(
      text.rows.map((row) => row.name),
      ['input', 'cache_read', 'output'],
    );
    assert.equal(text.total.text, '19,514');
    assert.equal(text.note, null);
  });

  test('a class that a later version adds is counted under its own name', () => {
    const text = prepareTokens({ input: 1, video: 2 });
    assert.deepEqual(text.rows.at(-1), {
      name: 'video',
      label: 'video',
      count: { text: '2', exact: '2', rounded: false },
    });
    assert.equal(text.total.text, '3');
  });

  test('unknown usage is unknown, and an estimate is called one', () => {
    assert.equal(prepareTokens(null).total.text, 'unknown');
    assert.match(prepareTokens({ input: 1 }, 'estimated').note ?? '', /estimated/);
    assert.deepEqual(prepareTokens({ input: 1 }, 'unknown').rows, []);
  });

  test('every class of the contract has a label', () => {
    assert.deepEqual(Object.keys(TOKEN_LABELS), [...TOKEN_CLASSES]);
  });
});

describe('durations', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [0, '0 ms'],
    [0.0042, '0.004 ms'],
    [0.84, '0.84 ms'],
    [12.34, '12.3 ms'],
    [312.4, '312 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1_240, '1.24 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [123_000, '2 min 03 s'],
    [4_320_000, '1 h 12 min'],
    [273_600_000, '3 d 04 h'],
    [null, 'unknown'],
    [-1, 'unknown'],
    [Number.NaN, 'unknown'],
  ];
  for (const [ms, text] of cases) test(`${ms} is ${text}`, () => assert.equal(plain(formatDuration(ms)), text));

  test('never show sixty seconds, sixty minutes or a thousand milliseconds', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (ms) => {
        assert.doesNotMatch(plain(formatDuration(ms)), /\b(60 (s|min)|24 h|1000 ms)\b/);
      }),
      { seed },
    );
  });
});

describe('instants', () => {
  const at = Date.UTC(2026, 10, 22, 14, 3, 7, 250);
  test('say their zone, and how long ago', () => {
    const text = prepareWhen(at, at + 200_000);
    assert.deepEqual(text && { ...text, relative: plain(text.relative) }, {
      absolute: '2026-11-22 14:03:07 UTC',
      relative: '3 min ago',
      iso: '2026-11-22T14:03:07.250Z',
    });
  });
  test('the future is said to be one, and an unknown instant is none', () => {
    assert.equal(plain(formatRelative(at + 7_300_000, at)), 'in 2 h');
    assert.equal(formatRelative(at, at + 500), 'now');
    assert.equal(prepareWhen(null, at), null);
  });
});

describe('intervals', () => {
  const format = (n: number): string => n.toFixed(0);
  test('a symmetric one reads as plus or minus', () => {
    const text = prepareInterval(
      { estimate: 48_900, low: 47_600, high: 50_200, level: 0.95, method: 'bootstrap over days' },
      format,
    );
    assert.equal(text.text, '48900 ± 1300');
    assert.equal(text.meaning, '95 % interval 47600 to 50200, bootstrap over days');
    assert.equal(text.position, 0.5);
  });
  test('a lopsided one gives both ends', () => {
    const text = prepareInterval({ estimate: 10, low: 9, high: 20, level: 0.995, method: 'm' }, format);
    assert.equal(text.text, '10 (9 to 20)');
    assert.match(text.meaning, /^99\.5 %/);
  });
});

test('each grade of evidence has a meaning of its own, and one step more than the one below', () => {
  const grades = REGION_GRADES.map(prepareEvidence);
  assert.deepEqual(
    grades.map((grade) => grade.steps),
    [1, 2, 3, 4, 5],
  );
  assert.equal(new Set(grades.map((grade) => grade.meaning)).size, 5);
});
