// The made-up credentials of one run, and the files they are handed out in (mode 0600). Fresh randomness each time: a
// key of yesterday's lab opens nothing today.
import { generateKeyPair, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabCredentials } from '../endpoints.ts';

export interface Secrets {
  readonly anthropicKey: string;
  readonly foundryKey: string;
  readonly azureKey: string;
  readonly openaiKey: string;
  readonly compatibleKey: string;
  readonly bedrockKey: string;
  readonly aws: { readonly id: string; readonly secret: string };
  readonly awsSession: { readonly id: string; readonly secret: string; readonly token: string };
  readonly roleArn: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly project: string;
  readonly serviceAccount: {
    readonly email: string;
    readonly keyId: string;
    readonly key: { publicKey: KeyObject; privateKey: KeyObject };
  };
  /** Signs what the run's own token issuer (a Kubernetes-like workload identity) hands to pods. */
  readonly issuerKey: { publicKey: KeyObject; privateKey: KeyObject };
  /** Signs access tokens of the simulated Entra ID and Google. */
  readonly officeKey: { publicKey: KeyObject; privateKey: KeyObject };
}

export const WORKLOAD_ISSUER = 'https://workload.lab.invalid';
export const WORKLOAD_SUBJECT = 'system:serviceaccount:lab:gateway';

const secret = (prefix: string, bytes: number): string => prefix + randomBytes(bytes).toString('base64url');
const upper = (prefix: string): string => prefix + randomBytes(10).toString('hex').toUpperCase().slice(0, 16);
const uuid = (): string => crypto.randomUUID();

/** The one RSA key is made on another thread: it takes longest. */
export async function makeSecrets(): Promise<Secrets> {
  const accountKey = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    anthropicKey: secret('sk-ant-api03-lab-', 48),
    foundryKey: secret('lab-foundry-', 36),
    azureKey: randomBytes(16).toString('hex'),
    openaiKey: secret('sk-proj-lab-', 48),
    compatibleKey: secret('lab-vllm-', 24),
    bedrockKey: secret('ABSKlab', 60),
    aws: { id: upper('AKIA'), secret: randomBytes(30).toString('base64') },
    awsSession: {
      id: upper('ASIA'),
      secret: randomBytes(30).toString('base64'),
      token: randomBytes(240).toString('base64'),
    },
    roleArn: 'arn:aws:iam::123456789012:role/lab-gateway',
    tenant: uuid(),
    clientId: uuid(),
    clientSecret: secret('lab~', 30),
    project: 'lab-project',
    serviceAccount: {
      email: 'gateway@lab-project.iam.gserviceaccount.com',
      keyId: randomBytes(20).toString('hex'),
      key: accountKey,
    },
    issuerKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    // Clients take access tokens as opaque, so the quickest kind of key will do; an RSA key takes long to make.
    officeKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
}

export interface SecretFiles {
  /** Signed assertions of the run's own issuer, for the three federations. */
  readonly entraAssertion: string;
  readonly googleAssertion: string;
  readonly awsAssertion: string;
  readonly googleTokenUrl: string;
  readonly googleStsUrl: string;
}

/** Writes every credential to its file under `folder` and says where they are. */
export function writeSecrets(folder: string, secrets: Secrets, made: SecretFiles): LabCredentials {
  const directory = join(folder, 'credentials');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const { aws, awsSession } = secrets;
  const files: Record<string, string> = {
    anthropic: write('anthropic', secrets.anthropicKey),
    foundry: write('foundry', secrets.foundryKey),
    'azure-openai': write('azure-openai', secrets.azureKey),
    openai: write('openai', secrets.openaiKey),
    'openai-compatible': write('openai-compatible', secrets.compatibleKey),
    bedrock: write('bedrock', secrets.bedrockKey),
    'aws-access-key-id': write('aws-access-key-id', aws.id),
    'aws-secret-access-key': write('aws-secret-access-key', aws.secret),
    'aws-session-access-key-id': write('aws-session-access-key-id', awsSession.id),
    'aws-session-secret-access-key': write('aws-session-secret-access-key', awsSession.secret),
    'aws-session-token': write('aws-session-token', awsSession.token),
    'entra-client-secret': write('entra-client-secret', secrets.clientSecret),
  };
  const googleSubject = write('google-subject-token', made.googleAssertion);
  return {
    anthropic_key: secrets.anthropicKey,
    foundry_key: secrets.foundryKey,
    azure_openai_key: secrets.azureKey,
    openai_key: secrets.openaiKey,
    openai_compatible_key: secrets.compatibleKey,
    bedrock_key: secrets.bedrockKey,
    aws: {
      access_key_id: aws.id,
      secret_access_key: aws.secret,
      session: { access_key_id: awsSession.id, secret_access_key: awsSession.secret, session_token: awsSession.token },
      role_arn: secrets.roleArn,
      web_identity_token_file: write('aws-web-identity-token', made.awsAssertion),
    },
    entra: {
      tenant: secrets.tenant,
      client_id: secrets.clientId,
      client_secret: secrets.clientSecret,
      token_file: write('entra-federated-token', made.entraAssertion),
    },
    google: {
      project: secrets.project,
      service_account_file: write('google-service-account.json', serviceAccount(secrets, made.googleTokenUrl)),
      external_account_file: write('google-external-account.json', externalAccount(made.googleStsUrl, googleSubject)),
    },
    files,
  };
}

const serviceAccount = ({ project, clientId, serviceAccount: account }: Secrets, tokenUri: string): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: project,
    private_key_id: account.keyId,
    private_key: account.key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: account.email,
    client_id: clientId,
    token_uri: tokenUri,
    universe_domain: 'googleapis.com',
  });

export const WORKLOAD_AUDIENCE =
  '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/lab/providers/lab';

const externalAccount = (stsUrl: string, subjectFile: string): string =>
  JSON.stringify({
    type: 'external_account',
    audience: WORKLOAD_AUDIENCE,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: stsUrl,
    credential_source: { file: subjectFile, format: { type: 'text' } },
  });
