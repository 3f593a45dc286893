// Where one credential comes from. A source fetches afresh each time it is asked and caches nothing that would stand in
// the way of a refresh ahead of expiry; the store decides when. Values are redacted from the moment they exist.
import { AppError } from '@weighbridge/kernel';
import type { CredentialConfig } from '@weighbridge/protocol';
import type { Credential } from './credential.ts';

/** A secret as configuration names it. */
export type SecretName = { readonly env: string } | { readonly file: string };

/** Reads a named secret. Throws `CREDENTIAL_UNAVAILABLE` naming the variable or file, never its content. */
export type ReadSecret = (secret: SecretName) => Promise<string>;

export interface CredentialSource {
  /** A credential that is valid now. Throws anything; the store turns it into words without secrets. */
  fetch(): Promise<Credential>;
  /** Milliseconds after which a credential without an expiry is read again (a mounted secret rotates); absent: never. */
  readonly recheckMs?: number;
}

/** What sources may use of the world. */
export interface SourceContext {
  readonly readSecret: ReadSecret;
  /** Names of endpoints that the vendors' libraries read themselves; never a secret. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One row of the vendor table: makes the source of a configured credential. */
export type MakeSource<Kind extends CredentialConfig['kind']> = (
  config: Extract<CredentialConfig, { kind: Kind }>,
  context: SourceContext,
) => CredentialSource;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * The same credential, whose secret fields can be read by name but are not enumerable: printing, logging, cloning or
 * serialising it shows its kind and nothing else.
 */
export function redacted(credential: Credential): Credential {
  const shown = `[credential: ${credential.kind}]`;
  const hidden: PropertyDescriptorMap = {
    toString: { value: () => shown },
    toJSON: { value: () => shown },
    [INSPECT]: { value: () => shown },
  };
  for (const [name, value] of Object.entries(credential)) {
    hidden[name] = { value, enumerable: name === 'kind' || name === 'expires' };
  }
  return Object.freeze(Object.defineProperties({}, hidden)) as Credential;
}

export const unavailable = (message: string, next?: string, cause?: unknown): AppError =>
  new AppError('CREDENTIAL_UNAVAILABLE', message, {
    ...(next === undefined ? {} : { next }),
    ...(cause === undefined ? {} : { cause }),
  });
