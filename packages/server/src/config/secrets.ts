// Secrets in clear are refused wherever they stand in the file: values, keys, comments. The text is searched rather
// than the parsed document, because a secret in a comment is just as public. No message ever repeats what was found.
import type { ProblemList } from '@weighbridge/document';

/** What the secrets of those we know of look like. */
export const SECRET_SHAPES: readonly { readonly what: string; readonly shape: RegExp }[] = [
  { what: 'a private key', shape: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/ },
  { what: 'a Weighbridge key', shape: /\bwb_[A-Za-z0-9_]{16,}/ },
  { what: 'an API key (sk-…)', shape: /\bsk-[A-Za-z0-9_-]{16,}/ },
  { what: 'an AWS access key id', shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a Bedrock API key', shape: /\bABSK[A-Za-z0-9+/=]{24,}/ },
  { what: 'a Google API key', shape: /\bAIza[0-9A-Za-z_-]{30,}/ },
  { what: 'a Google OAuth token', shape: /\bya29\.[0-9A-Za-z_-]{16,}/ },
  { what: 'a GitHub token', shape: /\bgh[pousr]_[A-Za-z0-9]{30,}/ },
  { what: 'an Entra client secret', shape: /\b[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,}/ },
  { what: 'a signed token (JWT)', shape: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/ },
];

const MEND =
  'put it in an environment variable or a file, write `secret: { env: NAME }` or `secret: { file: PATH }`, and replace it: it has been seen';
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SECRET_FIELDS = new Set(['secret', 'access_key_id', 'secret_access_key', 'session_token']);

/** Adds CONFIG_SECRET for everything in the text that has the shape of a secret. */
export function findSecretsInText(text: string, problems: ProblemList): void {
  for (const [index, line] of text.split('\n').entries()) {
    for (const { what, shape } of SECRET_SHAPES) {
      const found = shape.exec(line);
      if (found === null) continue;
      problems.add({
        severity: 'error',
        code: 'CONFIG_SECRET',
        path: '',
        line: index + 1,
        column: found.index + 1,
        message: `${what} stands here in clear`,
        mend: MEND,
      });
      break;
    }
  }
}

/**
 * Adds CONFIG_SECRET where a credential's secret is written out, whatever it looks like; returns the paths of all such
 * places, so that the schema need not complain about them again.
 */
export function findSecretsInCredentials(
  value: unknown,
  locate: (path: readonly string[]) => { line: number; column: number },
  problems: ProblemList,
): readonly string[] {
  const credentials = (value as { credentials?: unknown } | null)?.credentials;
  if (typeof credentials !== 'object' || credentials === null) return [];
  const paths: string[] = [];
  for (const [name, credential] of Object.entries(credentials)) {
    if (typeof credential !== 'object' || credential === null) continue;
    for (const [field, held] of Object.entries(credential)) {
      if (!SECRET_FIELDS.has(field)) continue;
      const message = whatIsWrong(held);
      if (message === undefined) continue;
      const path = ['credentials', name, field, ...(typeof held === 'string' ? [] : ['env'])];
      paths.push(path.join('.'));
      const place = locate(path);
      // Its shape has given it away already.
      if (problems.all.some((known) => known.code === 'CONFIG_SECRET' && known.line === place.line)) continue;
      problems.add({
        severity: 'error',
        code: 'CONFIG_SECRET',
        path: path.join('.'),
        ...place,
        message,
        mend: MEND,
      });
    }
  }
  return paths;
}

function whatIsWrong(held: unknown): string | undefined {
  if (typeof held === 'string') return held === '' ? undefined : 'a secret is written out where its name belongs';
  const env = (held as { env?: unknown } | null)?.env;
  const isValue = typeof env === 'string' && env !== '' && !ENV_NAME.test(env);
  return isValue ? '`env` takes the name of a variable, not its value' : undefined;
}
