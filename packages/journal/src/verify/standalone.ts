// The verifier that is handed to an auditor: one readable file without dependencies, kept beside this package and held to
// the same verdicts as the code here by tests.
import { readFileSync } from 'node:fs';

/** Its text, as it is shipped. */
export const standaloneVerifier = (): string =>
  readFileSync(new URL('../../standalone/verify-receipt.mjs', import.meta.url), 'utf8');
