// docs/errors.md and the table in the kernel say the same, both ways; every code is used by the product and met by the
// test that its row names.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ERRORS, type ErrorCode } from '@weighbridge/kernel';
import { readSources, ROOT } from './tidy/sources.ts';

interface Row {
  readonly code: string;
  readonly status: string;
  readonly exit: string;
  readonly again: string;
  readonly next: string;
  readonly shownBy: string;
}

const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
const rows: Row[] = [...page.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, code = '', rest = '']) => {
  const [status = '', exit = '', again = '', , next = '', link = ''] = rest.split(' | ').map((cell) => cell.trim());
  return { code, status, exit, again, next, shownBy: /\(\.\.\/(.+)\)/.exec(link)?.[1] ?? '' };
});

describe('errors', () => {
  test('the page lists every code of the table once, and no other', () => {
    assert.deepEqual(rows.map((row) => row.code).toSorted(), Object.keys(ERRORS).toSorted());
  });

  test('the page says what the table says', () => {
    for (const row of rows) {
      const { status, exit, retryable, next } = ERRORS[row.code as ErrorCode];
      assert.deepEqual(
        [row.status, row.exit, row.again, row.next],
        [String(status), String(exit), retryable ? 'yes' : 'no', next],
        row.code,
      );
    }
  });

  test('every row is met by the test that it names', () => {
    const unmet = rows.filter(({ code, shownBy }) => {
      const path = join(ROOT, shownBy);
      if (!shownBy.endsWith('.test.ts') || !existsSync(path)) return true;
      // As a literal that something is compared with, not in passing.
      return !new RegExp(`['"/ (|*]${code}['"/)| ,;:]`).test(readFileSync(path, 'utf8'));
    });
    assert.deepEqual(
      unmet.map((row) => `${row.code}: ${row.shownBy}`),
      [],
    );
  });

  test('every code is thrown somewhere in the product', () => {
    const products = readSources().filter((s) => s.area === 'src' && s.path !== 'packages/kernel/src/errors.ts');
    const unused = Object.keys(ERRORS).filter((code) => !products.some((s) => s.text.includes(`'${code}'`)));
    assert.deepEqual(unused, []);
  });
});
