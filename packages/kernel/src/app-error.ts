// The one error type. It names what happened (`message`), the code (a row of the table) and what to do next, so that
// the same failure reads the same in a response body, on the command line and in a receipt.
import { ERRORS, type ErrorCode, type ErrorRow } from './errors.ts';

/** The error as it is shown to a machine: CLI `--json`, control socket, logs. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string;
  readonly request_id?: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Overrides the table's advice where the thrower knows better. */
  readonly next: string;
  /** Facts for the log and the receipt. Never a secret, never a prompt. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { next?: string; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.next = options.next ?? ERRORS[code].next;
    this.details = options.details ?? {};
  }

  get row(): ErrorRow {
    return ERRORS[this.code];
  }

  body(requestId?: string): ErrorBody {
    const base = { code: this.code, message: this.message, next: this.next };
    return requestId === undefined ? base : { ...base, request_id: requestId };
  }
}

export const isAppError = (value: unknown): value is AppError => value instanceof AppError;

/**
 * The edge's last resort: anything that is not an `AppError` is a fault of ours and becomes `INTERNAL`. Of two errors, of which
 * the second came while the first was cleaned up after, the first is what happened.
 */
export function toAppError(value: unknown): AppError {
  if (isAppError(value)) return value;
  if (value instanceof Error && value.name === 'SuppressedError' && 'suppressed' in value)
    return toAppError(value.suppressed);
  const message = value instanceof Error ? value.message : String(value);
  return new AppError('INTERNAL', message === '' ? 'an error without a message' : message, { cause: value });
}
