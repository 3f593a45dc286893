// One failed attempt, understood: what to tell the client, whose fault it was, and whether another try makes sense.
import { AppError, isAppError, toAppError, type ErrorCode } from '@weighbridge/kernel';
import type { Fault } from '@weighbridge/protocol';
import type { Classified } from '../clouds/cloud.ts';
import type { Target } from '../routing/compiled.ts';
import { UpstreamError, type Said } from '../clouds/upstream-error.ts';
import { WIRE_CLOSED, WIRE_UPGRADE } from '../wire/wire-error.ts';

export interface LegFailure {
  readonly error: AppError;
  readonly fault: Fault;
  /** Worth another try on the same deployment. */
  readonly retryable: boolean;
  /** Worth another deployment. */
  readonly fallback: boolean;
  readonly retryAfterMs?: number;
  /** The connection broke before a byte of the answer: worth one try at once, since an idle connection may have gone. */
  readonly reset?: boolean;
  /** Nothing was sent: the deployment had no part in it. */
  readonly unsent?: boolean;
}

/** A failure in the cloud's own words, understood by its adapter. */
export const inItsWords = ({ cloud }: Target, said: Said): LegFailure => fromClassified(said, cloud.classify(said));

export function fromClassified(said: Said, classified: Classified): LegFailure {
  const { deployment, status } = said;
  const where = status > 0 ? `"${deployment}" answered ${status}` : `"${deployment}" reported inside its answer`;
  const retry = classified.retryAfterMs;
  return {
    error: new UpstreamError(`${where} ${classified.type}: ${classified.message}`, said, classified),
    fault: classified.fault,
    retryable: classified.retryable,
    fallback: classified.fallback,
    ...(retry === undefined ? {} : { retryAfterMs: retry }),
  };
}

/** A fault of the deployment, or of the way to it, that we noticed ourselves. Always worth another try. */
export function ownFinding(code: ErrorCode, message: string, fault: Fault, reset = false): LegFailure {
  return { error: new AppError(code, message), fault, retryable: true, fallback: true, reset };
}

/** Whatever went wrong before anything was sent: another deployment may do. */
export function beforeSending(error: unknown): LegFailure {
  const known = isAppError(error) ? error : new AppError('INTERNAL', String(error), { cause: error });
  return { error: known, fault: UNSENT_FAULTS[known.code] ?? 'client', retryable: false, fallback: true, unsent: true };
}

const UNSENT_FAULTS: Partial<Record<ErrorCode, Fault>> = {
  CREDENTIAL_UNAVAILABLE: 'key',
  BUDGET_EXCEEDED: 'own_limit',
  LIMIT_EXCEEDED: 'own_limit',
  CAPACITY_FULL: 'own_limit',
  BUDGET_UNBOUNDED: 'own_limit',
  OVERLOADED: 'own_limit',
  DRAINING: 'own_limit',
};

const RESETS = new Set<string>([WIRE_CLOSED, 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** An error of the connection. `began`: whether any byte of the answer had arrived. */
export function fromTransport(deployment: string, error: Error, began: boolean): LegFailure {
  if (isAppError(error)) return { error, fault: 'network', retryable: true, fallback: true };
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // An error of the operating system names its code in its message already.
  const why = code === '' || syscall !== undefined ? error.message : `${error.message} (${code})`;
  if (began) return ownFinding('UPSTREAM_CUT', `"${deployment}" broke off its answer: ${why}`, 'network');
  if (code.startsWith('HPE_') || code === WIRE_UPGRADE) {
    return ownFinding('UPSTREAM_MALFORMED', `"${deployment}" does not answer in HTTP: ${why}`, 'deployment');
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return ownFinding('UPSTREAM_TIMEOUT', `no connection to "${deployment}" was made in time: ${why}`, 'network');
  }
  return ownFinding('UPSTREAM_UNREACHABLE', `"${deployment}" cannot be reached: ${why}`, 'network', RESETS.has(code));
}

/** An answer that reading or translating gave up on; anything but an `AppError` is a fault of ours. */
export function unreadable(deployment: string, error: unknown): LegFailure {
  if (isAppError(error)) return { error, fault: 'deployment', retryable: true, fallback: true };
  const known = toAppError(error);
  const why = `the answer of "${deployment}" could not be read: ${known.message}`;
  return {
    error: new AppError('INTERNAL', why, { cause: error }),
    fault: 'own_limit',
    retryable: false,
    fallback: true,
  };
}

/** A credential we lack, or a request that cannot be put on the wire. */
export function unsendable(error: unknown): LegFailure {
  if (isAppError(error)) return beforeSending(error);
  const known = toAppError(error);
  return beforeSending(
    new AppError('UPSTREAM_UNREACHABLE', `the request could not be sent: ${known.message}`, { cause: error }),
  );
}
