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

/** `{error: {code, message, next, request_id}}`, as every surface of the product answers; anything else is said to be so. */
export function problemOfAnswer(status: number, body: unknown): ProblemText {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  return {
    code: text(error['code']) ?? `HTTP_${status}`,
    what: text(error['message']) ?? `The server answered ${status} without saying why.`,
    next:
      text(error['next']) ??
      (status >= 500 ? 'try again; if it stays, look at the server log' : 'go back and try another way'),
    requestId: text(error['request_id']),
    retryable: error['retryable'] === true || status >= 500 || status === 429,
  };
}

/** What a `fetch` or the page threw. */
export function problemOfError(error: unknown): ProblemText {
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
