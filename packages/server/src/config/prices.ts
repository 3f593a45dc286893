// The price book of a configuration: the built-in rows with the operator's files over them. Reading it takes a moment,
// so what was read is kept for as long as the files stay as they were.
import { statSync } from 'node:fs';
import { AppError, toAppError } from '@weighbridge/kernel';
import { rolesOf, type Deployment } from '@weighbridge/gateway';
import {
  compileBook,
  createRater,
  loadPriceSheets,
  priceCoverage,
  type PriceBook,
  type PriceRater,
  type PriceSheets,
} from '@weighbridge/ledger';
import type { Config } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';

export interface Prices {
  /** Which files these are, as they were when they were read. */
  readonly mark: string;
  readonly sheets: PriceSheets;
  readonly book: PriceBook;
  readonly rater: PriceRater;
}

let kept: Prices | undefined;

/** Throws PRICE_BOOK_INVALID naming file, line and reason. */
export function openPrices(files: readonly string[]): Prices {
  const mark = markOf(files);
  if (kept?.mark !== mark) {
    const sheets = loadPriceSheets(files);
    const book = compileBook(sheets);
    kept = { mark, sheets, book, rater: createRater(book) };
  }
  return kept;
}

/** Path, time and size of each file: what tells one reading from the next. */
function markOf(files: readonly string[]): string {
  const marks = files.map((file) => {
    const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1 };
    return [file, mtimeMs, size];
  });
  return JSON.stringify(marks);
}

/** Price files that cannot be read are errors; deployments without a price, or with a doubtful one, are warnings. */
export function checkPrices(config: Config, files: readonly string[], now: number, problems: ProblemList): void {
  let prices: Prices;
  try {
    prices = openPrices(files);
  } catch (error) {
    const failure = toAppError(error);
    problems.error(['price_files'], failure.message, failure instanceof AppError ? failure.next : 'correct the file');
    return;
  }
  const deployments = Object.entries(config.deployments).map(([id, deployment]) => ({
    ...deployment,
    id,
    roles: rolesOf(deployment),
  }));
  for (const { deployment, status, notes } of priceCoverage(prices.book, deployments, now)) {
    const mend = 'set `priced_as`, or add rows in a file named under `price_files`';
    if (status === 'unpriced') {
      const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
      problems.warning(
        ['deployments', deployment],
        `"${deployment}" has no price: its calls will be unpriced, and a hard budget refuses them${why}`,
        mend,
        'key',
      );
    } else if (status === 'flagged') {
      problems.warning(
        ['deployments', deployment],
        `the price of "${deployment}" is doubtful: ${notes.join('; ')}`,
        'check it against the page that is named',
        'key',
      );
    }
  }
}

/** Ids of deployments whose calls could not be priced. */
export function unpricedDeployments(
  deployments: readonly Deployment[],
  files: readonly string[],
  now: number,
): readonly string[] {
  const coverage = priceCoverage(openPrices(files).book, deployments, now);
  return coverage.filter(({ status }) => status === 'unpriced').map(({ deployment }) => deployment);
}
