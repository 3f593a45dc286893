// Secrets by name: from the environment handed in, or from a file. What is read is trimmed of the line break that
// editors and `echo` add, bounded, and never repeated in an error.
import { readFile } from 'node:fs/promises';
import { unavailable, type ReadSecret } from './credential-source.ts';

/** A file that is larger is no secret. */
export const SECRET_BYTES_MOST = 64 * 1024;

/** A reader over the given environment. */
export function createSecretReader(env: Readonly<Record<string, string | undefined>>): ReadSecret {
  return async (secret) => {
    if ('env' in secret) return usable(env[secret.env], `environment variable ${secret.env}`, 'is not set');
    return usable(await fileText(secret.file), `file ${secret.file}`, 'is empty');
  };
}

/** The text of a secret file, at most 64 kB. */
export async function fileText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? 'unknown error'})`;
    throw unavailable(`file ${path} ${why}`, 'mend the path or its mode, then run `weighbridge doctor`');
  });
  if (bytes.length > SECRET_BYTES_MOST) throw unavailable(`file ${path} is larger than 64 kB and is not a secret`);
  return bytes.toString('utf8');
}

function usable(value: string | undefined, what: string, missing: string): string {
  const text = value?.trim() ?? '';
  if (text === '') throw unavailable(`${what} ${missing}`, `set ${what}, then run \`weighbridge doctor\``);
  return text;
}
