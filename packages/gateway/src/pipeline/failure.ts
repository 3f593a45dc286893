// An error as the client meets it: in the dialect of the path it called, under the call's own id.
import { renderError, renderStreamError, type ErrorExtra, type ErrorForm } from '@weighbridge/dialects';
import type { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { UpstreamError } from '../clouds/upstream-error.ts';
import { limitHeaders } from '../limits/limited.ts';
import { refusedBy } from '../limits/refusal.ts';
import type { Call } from './call.ts';
import type { RawHeaders } from './stage.ts';

export interface Failure {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

/** The dialect that those clouds' clients speak here, whose limits they are told. */
const dialectOf = (form: ErrorForm): DialectId =>
  form === 'aws-exception' || form === 'google-status' ? 'anthropic-messages' : form;

/** An error response that nothing preceded. `details.retryAfterMs` of the error becomes `retry-after`. */
export function renderFailure(form: ErrorForm, error: AppError, requestId: string): Failure {
  const surface = dialectOf(form);
  const rendered = renderError(form, error, requestId, extraOf(surface, error));
  const headers: RawHeaders = [];
  for (const name of Object.keys(rendered.headers)) headers.push(name, rendered.headers[name] ?? '');
  if (error instanceof UpstreamError) headers.push(...error.resets(surface));
  const refusing = refusedBy(error);
  if (refusing !== null) headers.push(...limitHeaders(surface, [refusing.standing], refusing.at));
  headers.push('content-length', String(rendered.body.length));
  return { status: rendered.status, headers, body: rendered.body };
}

/** The event that ends a stream which had begun; it goes on counting where the answer left off. */
export function renderStreamFailure(call: Pick<Call, 'errors' | 'id' | 'answer'>, error: AppError): Buffer {
  const sequence = call.answer?.nextSequence;
  return renderStreamError(call.errors, error, call.id, {
    ...extraOf(dialectOf(call.errors), error),
    ...(sequence === undefined ? {} : { sequence }),
  });
}

/** An SDK that is told to try again waits no longer than this, and would only be refused again. */
const WAITED_MOST_MS = 60_000;

/** Their clients know 529 for one that is too busy. */
const OVERLOADED: Partial<Record<DialectId, number>> = { 'anthropic-messages': 529 };

function extraOf(surface: DialectId, error: AppError): ErrorExtra {
  const told: ErrorExtra = error instanceof UpstreamError ? toldBy(error) : {};
  const busy = error.code === 'SHED' ? OVERLOADED[surface] : undefined;
  if (busy !== undefined) Object.assign(told, { status: busy });
  const wait = error.details['retryAfterMs'];
  const vain = error.code === 'LIMIT_EXCEEDED' && (typeof wait !== 'number' || wait > WAITED_MOST_MS);
  if (vain) Object.assign(told, { vain });
  if (typeof wait === 'number' && wait >= 0) return { ...told, retryAfterMs: wait };
  return error.row.status === 503 && error.row.retryable ? { ...told, retryAfterMs: 1000 } : told;
}

function toldBy(error: UpstreamError): ErrorExtra {
  const { status } = error;
  const vendor = error.vendor();
  return { ...(status === undefined ? {} : { status }), ...(vendor === undefined ? {} : { vendor }) };
}
