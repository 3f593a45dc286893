// Makes a vendor's words safe to show to a client and to keep in a receipt: one line, bounded, and without account
// ids, resource names, keys or tokens. It errs on the side of hiding: a redacted harmless word costs little.

const MAX_CHARS = 500;
const SCAN_CHARS = 4096;

/** Each pattern matches in linear time. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\barn:aws[\w-]*:[^\s"'`,)\]]*/gi, '[arn]'],
  [/\/subscriptions\/[^\s"'`,)\]]+/gi, '[azure resource]'],
  [/\bprojects\/[^\s"'`,)\]/]+/gi, 'projects/[project]'],
  [/\bproject [`'"][^`'"]{1,128}[`'"]/gi, 'project [project]'],
  [/\bproject_number:\d+/gi, '[project]'],
  [/\b[\w-]{1,63}\.(?:openai|services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)/gi, '[resource]'],
  [/\bBearer\s+[\w.~+/=-]+/gi, '[token]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, '[token]'],
  [/\bya29\.[\w.-]+/g, '[token]'],
  [/\bAIza[\w-]{16,}/g, '[key]'],
  [/\b(?:AKIA|ASIA|AROA|AIDA|ABSK)[A-Za-z0-9+/=]{8,}/g, '[key]'],
  [/\bbedrock-api-key-[\w+/=.-]+/g, '[key]'],
  [/\b(?:sk|pk|rk|wb|gsk|xai|nvapi|hf)[-_][\w*.-]{6,}/g, '[key]'],
  [/\b(?:org|proj|acct)[-_][\w-]{6,}/g, '[account]'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
  [/\b[0-9a-f]{32,}\b/gi, '[id]'],
  [/\b\d{12}\b/g, '[account]'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[address]'],
];

/** At most 500 characters of printable text on one line, secrets and account names replaced by their kind. */
export const safeText = (text: string): string =>
  cut(
    redacted(text)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim(),
    MAX_CHARS,
  );

/** As `safeText`, for a vendor's message that is delivered as it is: its lines stay, and more of them. */
export const safeLines = (text: string): string =>
  redacted(text).replace(/[^\P{C}\n\t]/gu, ' ') + (text.length > SCAN_CHARS ? '…' : '');

function redacted(text: string): string {
  let result = text.slice(0, SCAN_CHARS).toWellFormed();
  for (const [pattern, kind] of SECRETS) result = result.replace(pattern, kind);
  return result;
}

const cut = (text: string, chars: number): string =>
  text.length <= chars ? text : `${text.slice(0, chars - 1).toWellFormed()}…`;

/** An error type or code as vendors write them: a short word; anything else becomes `unknown`. */
export function safeType(text: string): string {
  return /^[\w.:/ -]{1,80}$/.test(text) ? safeText(text) : 'unknown';
}
