// AWS credentials: the default chain of Amazon's own library (environment, profiles, web identity, container and
// instance metadata), static keys by name, and Bedrock API keys. The chain is asked to go past its own cache, so that a
// refresh ahead of expiry is one; endpoints of STS and metadata come from the variables that the library reads itself.
import { recheck } from './api-key.ts';
import type { Credential } from './credential.ts';
import type { MakeSource } from './credential-source.ts';

/** Keys without expiry may stand in a profile that a tool rewrites. */
const PROFILE_RECHECK_MS = 15 * 60_000;

const load = () => import('@aws-sdk/credential-provider-node');

export const awsDefault: MakeSource<'aws_default'> = ({ profile }) => ({
  recheckMs: PROFILE_RECHECK_MS,
  async fetch() {
    const { defaultProvider } = await load();
    const chain = defaultProvider({
      ...(profile === undefined ? {} : { profile }),
      ignoreCache: true,
      maxRetries: 1,
      timeout: 2000,
    });
    const found = await chain({ forceRefresh: true });
    return keys(found.accessKeyId, found.secretAccessKey, found.sessionToken, found.expiration?.getTime());
  },
});

export const awsKeys: MakeSource<'aws_keys'> = (config, { readSecret }) => ({
  ...recheck(config.access_key_id, config.secret_access_key, config.session_token),
  async fetch() {
    const session = config.session_token === undefined ? undefined : await readSecret(config.session_token);
    return keys(await readSecret(config.access_key_id), await readSecret(config.secret_access_key), session, undefined);
  },
});

/** A Bedrock API key. https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html */
export const awsBearer: MakeSource<'aws_bearer'> = ({ secret }, { readSecret }) => ({
  ...recheck(secret),
  fetch: async () => ({ kind: 'bearer', token: await readSecret(secret) }),
});

function keys(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
  expires: number | undefined,
): Credential {
  return {
    kind: 'aws',
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expires === undefined ? {} : { expires }),
  };
}
