// A failure as a person meets it: code, what happened, what to do next, and the id to name when asking for help. One
// shape for what the control API answers, for a network that is not there, and for a fault of the page itself.

export interface ProblemText {
  readonly code: string;
  /** What happened, and to what. */
  readonly what: string;
  readonly next: string;
  readonly requestId: string | null;
  readonly retryable: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What the control API refused, or what a `fetch` or the page threw. */
export function problemOfError(error: unknown): ProblemText {
  const refused = refusalOf(error);
  if (refused !== null) return refused;
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : '';
  if (name === 'TypeError' && /fetch|network|load/i.test(message)) {
    const next = 'check that `npm start` is still running, then try again';
    return { code: 'UNREACHABLE', what: 'The server does not answer.', next, requestId: null, retryable: true };
  }
  if (name === 'TimeoutError') {
    const what = 'The server did not answer in time.';
    return {
      code: 'TIMEOUT',
      what,
      next: 'ask for a shorter time range, or try again',
      requestId: null,
      retryable: true,
    };
  }
  const next = 'reload the page; if it comes back, report it with this message';
  return { code: 'PAGE_FAULT', what: message, next, requestId: null, retryable: false };
}

/** An error of the house's own table, as the client of the control API throws it. */
function refusalOf(error: unknown): ProblemText | null {
  if (!(error instanceof Error) || !('code' in error) || !('next' in error)) return null;
  const details = 'details' in error && isObject(error.details) ? error.details : {};
  const row = 'row' in error && isObject(error.row) ? error.row : {};
  const [code, next] = [text(error.code), text(error.next)];
  if (code === null || next === null) return null;
  const requestId = text(details['request_id']);
  return { code, what: error.message, next, requestId, retryable: row['retryable'] === true };
}
