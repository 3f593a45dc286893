// A database's own error as one of ours: whether to try again, to rebuild, or to stop.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Statement } from './database.ts';

/** SQLSTATE classes and codes: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const UNREACHABLE = /^(?:08|57P0|53|40|55P03|58)/;
const CORRUPT = /^XX00[12]$/;
const CANCELLED = '57014';

/** Codes of Node and of postgres.js for a connection that is not there. */
const NO_CONNECTION =
  /^(?:ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|CONNECTION_|CONNECT_TIMEOUT|ENOENT|EACCES)/;

export function databaseFailure(error: unknown, what: string): AppError {
  if (isAppError(error)) return error;
  const { message, code } = describe(error);
  const said = code === '' ? message : `${message} (${code})`;
  if (CORRUPT.test(code)) return new AppError('DATABASE_CORRUPT', `${what}: ${said}`, { cause: error });
  if (code === CANCELLED)
    return new AppError('QUERY_TIMEOUT', `${what}: the query ran past its deadline`, { cause: error });
  if (UNREACHABLE.test(code) || NO_CONNECTION.test(code))
    return new AppError('DATABASE_UNAVAILABLE', `${what}: ${said}`, { cause: error });
  return new AppError('PROJECTION_STOPPED', `${what}: ${said}`, { cause: error });
}

/** Of the embedded database: a file that is gone or cannot be read, and an end of the program itself. */
const FILES_GONE = /^58/;

/**
 * As `databaseFailure`. An embedded database has nobody who would bring its files back, and does not live on when its
 * program ended: there the same errors mean that it has to be made again.
 */
export function embeddedFailure(error: unknown): AppError {
  if (isAppError(error)) return error;
  const what = 'the embedded database';
  const { code, message } = describe(error);
  const ended = error instanceof WebAssembly.RuntimeError || (error as { name?: unknown }).name === 'ExitStatus';
  if (!ended && !FILES_GONE.test(code)) return databaseFailure(error, what);
  return new AppError('DATABASE_CORRUPT', `${what}: ${message}${code === '' ? '' : ` (${code})`}`, { cause: error });
}

function describe(error: unknown): { readonly message: string; readonly code: string } {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  return { message: typeof message === 'string' ? message : String(error), code: typeof code === 'string' ? code : '' };
}

/** Throws PROJECTION_STOPPED or what the statement says instead, which undoes the transaction, when a statement touched other rows than it has to. */
export function checkAffected({ sql, affects, otherwise }: Statement, affected: number): void {
  if (affects === undefined || affected === affects) return;
  if (otherwise !== undefined) throw otherwise();
  throw new AppError(
    'PROJECTION_STOPPED',
    `a statement touched ${affected} rows instead of ${affects} (${sql.slice(0, 80)})`,
  );
}
