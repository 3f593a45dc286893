// Why a credential could not be had, in words without secrets. Identity libraries put tenant ids, request bodies and
// addresses into their messages; only the first line is kept, redacted and bounded, with the network's own error code.
import { isAppError } from '@weighbridge/kernel';
import { safeText } from '../clouds/safe-text.ts';

const MAX_CHARS = 240;

/** One sentence; `secrets` are values that must not stand in it, whatever their shape. */
export function whyNot(error: unknown, secrets: readonly string[] = []): string {
  if (isAppError(error)) return clean(error.message, secrets);
  const code = networkCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const firstLine = message.split(/\r?\n/, 1)[0] ?? '';
  const words = clean(firstLine, secrets);
  return code === null || words.includes(code) ? words || 'an error without a message' : `${words} (${code})`;
}

function clean(message: string, secrets: readonly string[]): string {
  let text = message.slice(0, 4096);
  for (const secret of secrets) if (secret.length >= 4) text = text.replaceAll(secret, '[secret]');
  const safe = safeText(text);
  return safe.length <= MAX_CHARS ? safe : `${safe.slice(0, MAX_CHARS - 1)}…`;
}

/** `ECONNREFUSED` and the like, from the error or what caused it. */
function networkCode(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  return networkCode(cause, depth + 1);
}
