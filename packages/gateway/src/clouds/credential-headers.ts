// Authorisation headers from a credential. A value that could not stand in a header line is refused here, by name of
// the deployment and never by value, so that a key pasted with a line break cannot split a request.
import { AppError } from '@weighbridge/kernel';
import type { Credential } from '../credentials/credential.ts';
import type { Deployment } from '../deployment.ts';
import type { Headers } from './cloud.ts';

const VISIBLE_ASCII = /^[\u0021-\u007e]+$/;

/** `key` goes under `keyHeader`; a token goes as `Authorization: Bearer`. Anything else is `CREDENTIAL_UNAVAILABLE`. */
export function credentialHeaders(credential: Credential, deployment: Deployment, keyHeader: string | null): Headers {
  if (credential.kind === 'api_key') {
    const key = headerValue(credential.key, deployment);
    return keyHeader === null ? { authorization: `Bearer ${key}` } : { [keyHeader]: key };
  }
  if (credential.kind === 'bearer') return { authorization: `Bearer ${headerValue(credential.token, deployment)}` };
  throw wrongKind(credential, deployment, 'an API key or a token');
}

export function wrongKind(credential: Credential, deployment: Deployment, wanted: string): AppError {
  return new AppError(
    'CREDENTIAL_UNAVAILABLE',
    `deployment "${deployment.id}" needs ${wanted}, but credential "${deployment.credential}" is of kind "${credential.kind}"`,
    { next: 'name a credential of a fitting kind in the deployment, then run `weighbridge config check`' },
  );
}

export function headerValue(secret: string, deployment: Deployment): string {
  if (VISIBLE_ASCII.test(secret)) return secret;
  const why = secret === '' ? 'is empty' : 'holds a character that cannot stand in a header (a space or a line break?)';
  throw new AppError('CREDENTIAL_UNAVAILABLE', `credential "${deployment.credential}" ${why}`, {
    next: 'store the key again without quotes, spaces or line breaks',
  });
}
