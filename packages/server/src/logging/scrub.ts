// The last net under the log. Messages are written so that they hold no secret; should one be quoted in words that are not
// ours (a library's, a system's), what has the shape of a secret is masked here, in clear and in the encodings in which
// headers bear it. Nothing relies on it alone: the tests plant secrets and look at what is said before it too.
import { SECRET_SHAPES } from '../config/secrets.ts';

const MASK = '[masked]';

/** Each with the part that stays, where there is one. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b(Bearer|Basic)(\s+|%20)[A-Za-z0-9._~+/%=-]{8,}/gi, `$1 ${MASK}`],
  [/\bPRIVATE\+KEY\+\S+/g, MASK],
  ...SECRET_SHAPES.map(({ shape }) => [new RegExp(shape.source, 'g'), MASK] as const),
  [/(:\/\/[^\s:/@]{1,256}:)[^\s/@]{1,1024}@/g, `$1${MASK}@`],
  [/(#link=)[A-Za-z0-9_-]{16,}/g, `$1${MASK}`],
  [
    /\b((?:x-)?api[-_]?key|authorization|cookie|set-cookie|password|passwd|client_secret|secret_access_key|session_token|security-token|weighbridge-token)("?\s*[:=]\s*"?)[^\s",;]{6,}/gi,
    `$1$2${MASK}`,
  ],
];

/** Matches wherever one of them does, in one pass: nearly no line has a secret in it. */
const ANY = new RegExp(SHAPES.map(([shape]) => shape.source).join('|'), 'i');

export function scrub(text: string): string {
  if (!ANY.test(text)) return text;
  let clean = text;
  for (const [shape, put] of SHAPES) clean = clean.replace(shape, put);
  return clean;
}
