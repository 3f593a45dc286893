// The cookie that holds half of a session. Behind TLS it has the `__Host-` prefix, which every browser then enforces. On
// plain http only loopback is served, and there browsers differ: some keep a `Secure` cookie, some throw it away, so it has
// no prefix and no `Secure`, and its name has the port in it, since two instances on one host share their cookies. See
// docs/decisions/0017.
export interface CookieKind {
  readonly name: string;
  readonly secure: boolean;
}

export const cookieKind = (origin: URL): CookieKind =>
  origin.protocol === 'https:'
    ? { name: '__Host-weighbridge', secure: true }
    : { name: `weighbridge-${origin.port === '' ? '80' : origin.port}`, secure: false };

/** `value` '' takes the cookie back. */
export function setCookie({ name, secure }: CookieKind, value: string, maxAgeMs: number): string {
  const age = value === '' ? 0 : Math.floor(maxAgeMs / 1000);
  return `${name}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** The one cookie of this name; null when there is none, or more than one: then it cannot be told which is ours. */
export function readCookie({ name }: CookieKind, header: string | undefined): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}
