// Google access tokens by Google's own library, loaded on first use: application-default credentials, or one credential
// file (service account key, or workload identity federation). The library sends a service account's assertion to a
// fixed address; a file that names another `token_uri` (a private universe, the lab) is taken at its word.
// https://google.aip.dev/auth/4112
import type {
  AuthClient,
  AwsClientOptions,
  IdentityPoolClientOptions,
  JWT,
  PluggableAuthClientOptions,
} from 'google-auth-library';
import type { Credential } from './credential.ts';
import { unavailable, type MakeSource } from './credential-source.ts';
import { fileText } from './secret.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
/** A token is fetched anew within this of its expiry, rather than given from the library's cache. */
const EAGER_MS = 15 * 60_000;

const load = () => import('google-auth-library');

type KeyFile = Readonly<Record<string, unknown>>;

export const googleDefault: MakeSource<'google_default'> = () => {
  let client: AuthClient | undefined;
  return {
    async fetch() {
      client ??= await defaultClient();
      return token(client);
    },
  };
};

/** The file is read at each fetch: a rotated key or a renewed federation file is taken up. */
export const googleFile: MakeSource<'google_file'> = ({ file }) => ({
  fetch: async () => token(await fileClient(parseKey(await fileText(file), file), file)),
});

async function defaultClient(): Promise<AuthClient> {
  const { GoogleAuth, JWT } = await load();
  const auth = new GoogleAuth({ scopes: SCOPE, clientOptions: { eagerRefreshThresholdMillis: EAGER_MS } });
  const client = await auth.getClient();
  if (client instanceof JWT) redirect(client, (auth.jsonContent as KeyFile | null)?.['token_uri']);
  return client;
}

/** Service account key, federation, or a user's own refresh token; whatever else Google knows comes by the default chain. */
async function fileClient(key: KeyFile, file: string): Promise<AuthClient> {
  const { JWT, UserRefreshClient } = await load();
  const text = (field: string): string => textOf(key, field, file);
  switch (key['type']) {
    case 'service_account': {
      const client = new JWT({ email: text('client_email'), key: text('private_key'), scopes: SCOPE });
      redirect(client, key['token_uri']);
      return client;
    }
    case 'external_account':
      return federated(key);
    case 'authorized_user':
      return new UserRefreshClient({
        clientId: text('client_id'),
        clientSecret: text('client_secret'),
        refreshToken: text('refresh_token'),
      });
    default:
      throw unavailable(
        `file ${file} is a Google credential of another type than service_account, external_account or authorized_user`,
        'set GOOGLE_APPLICATION_CREDENTIALS to it and use a credential of kind `google_default`',
      );
  }
}

/** Workload identity federation, by where the subject token comes from: AWS, a program, or a file, address or certificate. */
async function federated(key: KeyFile): Promise<AuthClient> {
  for (const field of ['token_url', 'service_account_impersonation_url']) requireHttps(key[field], field);
  const { AwsClient, IdentityPoolClient, PluggableAuthClient } = await load();
  const source = (key['credential_source'] ?? {}) as KeyFile;
  const options: unknown = { ...key, scopes: [SCOPE] };
  if (source['environment_id'] !== undefined) return new AwsClient(options as AwsClientOptions);
  if (source['executable'] !== undefined) return new PluggableAuthClient(options as PluggableAuthClientOptions);
  return new IdentityPoolClient(options as IdentityPoolClientOptions);
}

/** Sends the assertion to the file's own token endpoint, and says so in its audience. */
function redirect(client: JWT, tokenUri: unknown): void {
  if (typeof tokenUri !== 'string' || tokenUri === TOKEN_URI) return;
  const target = requireHttps(tokenUri, 'token_uri');
  client.additionalClaims = { aud: tokenUri };
  client.transporter.interceptors.request.add({
    resolved: (request) => {
      if (target !== undefined && String(request.url) === TOKEN_URI) request.url = target;
      return Promise.resolve(request);
    },
  });
}

/** Secrets and tokens go to these addresses. Absent is fine: the library has its own. */
function requireHttps(address: unknown, field: string): URL | undefined {
  if (address === undefined) return undefined;
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (url?.protocol !== 'https:') throw unavailable(`\`${field}\` of the credential file is not an https URL`);
  return url;
}

async function token(client: AuthClient): Promise<Credential> {
  const got = await client.getAccessToken();
  if (typeof got.token !== 'string' || got.token === '')
    throw unavailable('the identity service answered without a token');
  const expires = client.credentials.expiry_date;
  return { kind: 'bearer', token: got.token, ...(typeof expires === 'number' ? { expires } : {}) };
}

function parseKey(json: string, file: string): KeyFile {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as KeyFile;
  } catch {
    // The parser's message would quote the file: said in our own words below.
  }
  throw unavailable(`file ${file} is not a Google credential file (a JSON object)`);
}

function textOf(key: KeyFile, field: string, file: string): string {
  const value = key[field];
  if (typeof value !== 'string' || value === '') throw unavailable(`file ${file} lacks \`${field}\``);
  return value;
}
