// Signals as one abort: the first asks the command to end, a second one ends it.

/** npm passes on a signal that the terminal has sent already: what comes this soon after is the same one. */
const SAME_MS = 500;

export function interruptions(): AbortSignal {
  const controller = new AbortController();
  let first = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort(signal);
      } else if (performance.now() - first > SAME_MS) {
        process.exit(130);
      }
    });
  }
  return controller.signal;
}
