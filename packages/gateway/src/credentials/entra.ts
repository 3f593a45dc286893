// Entra ID tokens for Azure's model services, by Microsoft's own library, which is loaded on first use (it takes half a
// second). A custom authority (a private cloud, the lab) is taken at its word: instance discovery asks a public host
// about it and is switched off.
// https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity
import type { TokenCredential } from '@azure/identity';
import type { Credential } from './credential.ts';
import { unavailable, type MakeSource } from './credential-source.ts';

/** Public authorities and the audience of the model services in their cloud. */
const CLOUDS: Readonly<Record<string, string>> = {
  'login.microsoftonline.com': 'https://cognitiveservices.azure.com/.default',
  'login.microsoftonline.us': 'https://cognitiveservices.azure.us/.default',
  'login.chinacloudapi.cn': 'https://cognitiveservices.azure.cn/.default',
  'login.partner.microsoftonline.cn': 'https://cognitiveservices.azure.cn/.default',
};
const PUBLIC_SCOPE = 'https://cognitiveservices.azure.com/.default';
/** The store retries with its own back-off. */
const RETRY = { retryOptions: { maxRetries: 1, maxRetryDelayInMs: 1000 } };

const load = () => import('@azure/identity');

export const entraClientSecret: MakeSource<'entra_client_secret'> = (config, { readSecret }) => ({
  async fetch() {
    const secret = await readSecret(config.secret);
    const { ClientSecretCredential } = await load();
    const made = new ClientSecretCredential(config.tenant, config.client_id, secret, optionsOf(config.authority));
    return token(made, config.authority);
  },
});

export const entraWorkload: MakeSource<'entra_workload'> = (config) => ({
  async fetch() {
    const { WorkloadIdentityCredential } = await load();
    const made = new WorkloadIdentityCredential({
      tenantId: config.tenant,
      clientId: config.client_id,
      tokenFilePath: config.token_file,
      ...optionsOf(config.authority),
    });
    return token(made, config.authority);
  },
});

/** Environment, workload identity, managed identity, developer tools: Microsoft's default chain, kept once made. */
export const entraDefault: MakeSource<'entra_default'> = (_config, { env }) => {
  const authority = env['AZURE_AUTHORITY_HOST'];
  let chain: TokenCredential | undefined;
  return {
    async fetch() {
      const { DefaultAzureCredential } = await load();
      chain ??= new DefaultAzureCredential(optionsOf(authority));
      return token(chain, authority);
    },
  };
};

function optionsOf(authority: string | undefined) {
  if (authority === undefined) return RETRY;
  if (URL.parse(authority)?.protocol !== 'https:') throw unavailable('the configured `authority` is not an https URL');
  return { ...RETRY, authorityHost: authority, disableInstanceDiscovery: !Object.hasOwn(CLOUDS, hostOf(authority)) };
}

async function token(credential: TokenCredential, authority: string | undefined): Promise<Credential> {
  const host = authority === undefined ? '' : hostOf(authority);
  const got = await credential.getToken(Object.hasOwn(CLOUDS, host) ? (CLOUDS[host] ?? PUBLIC_SCOPE) : PUBLIC_SCOPE);
  if (got === null) throw unavailable('the identity service answered without a token');
  return { kind: 'bearer', token: got.token, expires: got.expiresOnTimestamp };
}

const hostOf = (authority: string): string => URL.parse(authority)?.hostname ?? '';
