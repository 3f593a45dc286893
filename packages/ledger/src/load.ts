// Reads price files from disk: the built-in book of this package, and the operator's own files laid over it in the
// order they are named. Reading happens at start and on reload, never while a call waits.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@weighbridge/kernel';
import { compileBook, type PriceBook } from './book.ts';
import { expandFiles } from './expand.ts';
import { readPriceFile, type PriceFile } from './price-file.ts';
import type { PriceSheets } from './price-row.ts';

const BUILT_IN = fileURLToPath(new URL('../data/', import.meta.url));
const MAX_BYTES = 4 * 1024 * 1024;

/** Paths of the built-in price files, sorted. */
export const builtInPriceFiles = (): readonly string[] =>
  readdirSync(BUILT_IN)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => join(BUILT_IN, name));

const SELLER = /^seller: *([a-z0-9-]+) *$/m;

/** Names of the built-in price lists, without reading what stands in them. */
export const builtInPriceLists = (): readonly string[] => [
  ...new Set(builtInPriceFiles().flatMap((path) => SELLER.exec(readFileSync(path, 'utf8'))?.[1] ?? [])),
];

/** All rows of the built-in book and of `files` over it. Throws PRICE_BOOK_INVALID naming file, line and reason. */
export function loadPriceSheets(files: readonly string[] = []): PriceSheets {
  const builtIn = builtInPriceFiles().map((path) => ({ file: read(path, basename(path), true), layer: 0 }));
  const own = files.map((path, index) => ({ file: read(path, path), layer: index + 1 }));
  return expandFiles([...builtIn, ...own]);
}

/** The compiled book: built-in prices with `files` laid over them, as known at `knownAt` (default: all that is known). */
export function loadPriceBook(
  options: { readonly files?: readonly string[]; readonly knownAt?: number } = {},
): PriceBook {
  return compileBook(loadPriceSheets(options.files), options.knownAt === undefined ? {} : { knownAt: options.knownAt });
}

function read(path: string, name: string, shipped = false): PriceFile {
  try {
    if (statSync(path).size > MAX_BYTES)
      throw new AppError('PRICE_BOOK_INVALID', `${name}: is larger than ${MAX_BYTES} bytes`);
    return readPriceFile(name, readFileSync(path, 'utf8'), shipped);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('PRICE_BOOK_INVALID', `${name}: cannot be read: ${reason}`, { cause });
  }
}
