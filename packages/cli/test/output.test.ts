// What people and programs see: streams, colour, columns, money, times.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AppError } from '@weighbridge/kernel';
import { createOutput } from '../src/frame/output.ts';
import { alignMoney, count, duration, instant, textTable } from '../src/frame/text-table.ts';
import { parseCount, parseInstant } from '../src/read/instants.ts';

const sink = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
};

describe('output', () => {
  test('colour is for terminals whose owner did not object', () => {
    for (const [isTTY, noColor, coloured] of [
      [true, false, true],
      [true, true, false],
      [false, false, false],
    ] as const) {
      const out = createOutput({ stdout: sink(isTTY), stderr: sink(isTTY), json: false, noColor });
      assert.equal(out.paint.bad('x') !== 'x', coloured);
    }
  });
  test('under --json notes keep quiet, data is JSON, errors are one object', () => {
    const [stdout, stderr] = [sink(false), sink(false)];
    const out = createOutput({ stdout, stderr, json: true, noColor: true });
    out.note('for people');
    out.data([], () => 'Nothing.');
    out.fail({ code: 'USAGE', message: 'm', next: 'n' });
    assert.deepEqual(stdout.written, ['[]\n']);
    assert.deepEqual(stderr.written, ['{"code":"USAGE","message":"m","next":"n"}\n']);
  });
  test('progress is one line redrawn on a terminal, NDJSON elsewhere', () => {
    const [terminal, pipe] = [sink(true), sink(false)];
    createOutput({ stdout: sink(true), stderr: terminal, json: false, noColor: false }).progress({
      done: 1,
      total: 4,
      what: 'calls',
      left_ms: 2500,
    });
    createOutput({ stdout: sink(true), stderr: pipe, json: false, noColor: false }).progress({
      done: 1,
      total: 4,
      what: 'calls',
    });
    assert.match(terminal.written.join(''), /\r.*calls: 1 of 4, about 3 s left$/);
    assert.deepEqual(JSON.parse(pipe.written.join('')), { progress: { done: 1, total: 4, what: 'calls' } });
  });
});

describe('columns', () => {
  test('money keeps every digit, and its points stand one under the other', () => {
    const amounts = alignMoney(['1.5', '0.000012', '1234.25', null], 'USD');
    const table = textTable([{ title: 'COST', align: 'right', cell: (row: string) => row }], amounts);
    assert.deepEqual(
      table.split('\n'),
      [
        '              COST',
        '      1.50     USD',
        '      0.000012 USD',
        '  1,234.25     USD',
        '          unpriced',
      ].map((line) => line.slice(line.length - Math.max(...amounts.map((amount) => amount.length), 4))),
    );
  });
  test('an amount is never rounded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (pico) => {
        const text = `${pico / 10n ** 12n}.${(pico % 10n ** 12n).toString().padStart(12, '0')}`;
        const shown = alignMoney([text], 'USD')[0]?.replace(/[, ]|USD/g, '') ?? '';
        const [whole, fraction = ''] = shown.split('.');
        assert.equal(BigInt(`${whole}${fraction.padEnd(12, '0')}`), pico);
      }),
    );
  });
  test('times say their zone, durations their unit', () => {
    assert.equal(instant(Date.UTC(2026, 10, 22, 13, 5, 10)), '2026-11-22 13:05:10 UTC');
    assert.deepEqual([duration(12.4), duration(1234)], ['12 ms', '1.234 s']);
    assert.equal(count(1_234_567), '1,234,567');
  });
});

describe('what is typed', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  test('a time is a day, an instant, or how long ago', () => {
    assert.equal(parseInstant('2026-11-22', now, 'since'), Date.UTC(2026, 10, 22));
    assert.equal(parseInstant('2026-11-22T06:30:00Z', now, 'since'), Date.UTC(2026, 10, 22, 6, 30));
    assert.equal(parseInstant('90m', now, 'since'), now - 90 * 60_000);
    assert.equal(parseInstant('2w', now, 'since'), now - 14 * 86_400_000);
  });
  test('anything else is refused, never guessed', () => {
    for (const text of ['', 'yesterday', '22.11.2026', '2026-13-40', '5', '1y', '2026-11-22T06:30:00+02:00']) {
      assert.throws(
        () => parseInstant(text, now, 'since'),
        (error: AppError) => error.code === 'USAGE',
        text,
      );
    }
    for (const text of ['-1', '1.5', 'x', '1e3', ''])
      assert.throws(
        () => parseCount(text, 'limit', 0, 100),
        (error: AppError) => error.code === 'USAGE',
        text,
      );
    assert.throws(() => parseCount('101', 'limit', 0, 100), /from 0 to 100/);
  });
});
