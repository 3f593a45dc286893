// Whether each configured credential can be had right now: what `doctor` tells. Tokens are fetched, then thrown away.
import { createCredentialStore, type CredentialReport } from '@weighbridge/gateway';
import type { Config } from '@weighbridge/protocol';
import type { Environment } from './environment.ts';

/** Bounded by the store's own fetch time-out. Reports are safe to print. */
export async function checkCredentials(config: Config, env: Environment): Promise<readonly CredentialReport[]> {
  const store = createCredentialStore(config.credentials, { env });
  try {
    return await store.ready();
  } finally {
    store.stop();
  }
}
