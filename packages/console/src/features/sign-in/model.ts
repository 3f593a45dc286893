// What the sign-in page reads from a field: a whole link, its fragment, or the secret alone.

const SECRET = /^[\w-]{16,128}$/;

/** Null when there is no secret in the text. */
export function secretOf(text: string): string | null {
  const typed = text.trim();
  const [, found = typed] = /#link=([\w-]+)$/.exec(typed) ?? [];
  return SECRET.test(found) ? found : null;
}
