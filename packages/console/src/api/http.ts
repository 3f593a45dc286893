// The control API over HTTP: `POST /control/v1/<question>` with JSON both ways, the session in a cookie. Errors of the
// server are its own `{error: {code, message, next, request_id}}`.
import { problemOfAnswer, problemOfError } from '../parts/problem/model.ts';
import type { Answer, ConsoleApi } from './port.ts';

const TIMEOUT_MS = 15_000;
export const CONTROL_PATH = '/control/v1';

export function httpApi(fetcher: typeof globalThis.fetch, base = CONTROL_PATH): ConsoleApi {
  return {
    ask: async (name, input, signal) => {
      try {
        const limit = AbortSignal.timeout(TIMEOUT_MS);
        const response = await fetcher(`${base}/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
          credentials: 'same-origin',
          signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        });
        return await readAnswer(response);
      } catch (error) {
        return { ok: false, problem: problemOfError(error) };
      }
    },
  };
}

async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (response.ok && body !== null) return { ok: true, value: body as T };
  return { ok: false, problem: problemOfAnswer(response.status, body) };
}
