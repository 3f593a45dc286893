// API keys, and the credential that is none. A key from a file is read again each minute, so that a mounted secret can
// be rotated without a restart; one from the environment cannot change.
import type { MakeSource, SecretName } from './credential-source.ts';

const FILE_RECHECK_MS = 60_000;

export const noCredential: MakeSource<'none'> = () => ({ fetch: () => Promise.resolve({ kind: 'none' }) });

export const apiKey: MakeSource<'api_key'> = ({ secret }, { readSecret }) => ({
  fetch: async () => ({ kind: 'api_key', key: await readSecret(secret) }),
  ...recheck(secret),
});

/** How often the given secrets need reading again. */
export function recheck(...secrets: readonly (SecretName | undefined)[]): { readonly recheckMs?: number } {
  return secrets.some((secret) => secret !== undefined && 'file' in secret) ? { recheckMs: FILE_RECHECK_MS } : {};
}
