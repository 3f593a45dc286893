// The control API as functions with types, over whatever carries a request: `fetch` in a page, a Unix socket on the
// command line. It holds no schemas, so that a page that uses it stays small.
import { AppError, ERRORS, type ErrorCode } from '@weighbridge/kernel';
import type { ControlAnswer, ControlInput } from './endpoints.ts';
import { CONTROL_BASE, controlRoute, type ControlName } from './routes.ts';

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}
/** Rejects when there is no answer; whether the request was carried out is then not known. */
export type ControlTransport = (request: ControlRequest) => Promise<{ readonly status: number; readonly text: string }>;

export interface ControlClient {
  /** Throws what the server says, as an `AppError` whose `details` hold `request_id` and `status`. */
  ask<Name extends ControlName>(
    name: Name,
    input: ControlInput<Name>,
    signal?: AbortSignal,
  ): Promise<ControlAnswer<Name>>;
}

export const controlClient = (send: ControlTransport): ControlClient => ({
  ask: async (name, input, signal) => {
    const { status, text } = await send({ ...requestFor(name, input), ...(signal === undefined ? {} : { signal }) });
    const value = parse(text, status);
    if (status >= 200 && status < 300) return value as ControlAnswer<typeof name>;
    throw refusalOf(value, status);
  },
});

/** Members that the path names go there, the others into the body. */
export function requestFor<Name extends ControlName>(name: Name, input: ControlInput<Name>): ControlRequest {
  const { method, path, inPath } = controlRoute(name);
  const given: Readonly<Record<string, unknown>> = { ...(input as object) };
  const full = inPath.reduce(
    (filled, member) => filled.replace(`{${member}}`, encodeURIComponent(textOf(given[member]))),
    `${CONTROL_BASE}${path}`,
  );
  if (method !== 'POST') return { method, path: full };
  const rest = Object.fromEntries(Object.entries(given).filter(([member]) => !inPath.includes(member)));
  return { method, path: full, body: JSON.stringify(rest) };
}

/** What stands in a path is text in every endpoint. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('INTERNAL', `the server answered ${status} with something that is no JSON`, { cause: error });
  }
}

/** What an answer that is no success says. */
export function refusalOf(value: unknown, status: number): AppError {
  const { error = {} } = value as { readonly error?: Readonly<Partial<Record<string, string>>> };
  const { code = '', message, next, request_id } = error;
  return new AppError(
    code in ERRORS ? (code as ErrorCode) : 'INTERNAL',
    message ?? `the server answered ${status} without saying why`,
    { ...(next === undefined ? {} : { next }), details: { status, request_id: request_id ?? null } },
  );
}
