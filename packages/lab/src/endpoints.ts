// What a running lab tells its caller: where each simulated cloud listens and which made-up credentials it accepts.
// Plain data, so that it crosses a process border as one JSON line. Nothing here is worth stealing: every key is made
// per run and opens only this lab.
import type { CloudId } from '@weighbridge/protocol';
import type { LabMarket, LabProvisioned } from './market/market.ts';

/** One listener of the lab: a cloud, or one region of it. */
export const LAB_SITES = [
  'anthropic',
  'foundry',
  'azure-openai',
  'bedrock',
  'bedrock-eu',
  'vertex',
  'openai',
  'openai-compatible',
] as const;
export type LabSite = (typeof LAB_SITES)[number];

/** Which cloud a site belongs to, and the region that its host name would stand for. */
export const SITE_FACTS: Readonly<Record<LabSite, { readonly cloud: CloudId; readonly region: string }>> = {
  anthropic: { cloud: 'anthropic', region: 'global' },
  foundry: { cloud: 'foundry', region: 'eastus2' },
  'azure-openai': { cloud: 'azure-openai', region: 'eastus2' },
  bedrock: { cloud: 'bedrock', region: 'us-east-1' },
  'bedrock-eu': { cloud: 'bedrock', region: 'eu-central-1' },
  vertex: { cloud: 'vertex', region: 'global' },
  openai: { cloud: 'openai', region: 'global' },
  'openai-compatible': { cloud: 'openai-compatible', region: 'on-premises' },
};

/**
 * How time passes. `zero`: no waiting at all. `fixed`: the same wait before the first token and between any two.
 * `realistic`: log-normal draws under the seed, medians and spreads below. All times are multiplied by `scale`.
 */
export interface LabLatency {
  readonly mode: 'zero' | 'fixed' | 'realistic';
  /** Multiplies every wait; 0.1 is ten times faster. Default 1. */
  readonly scale?: number;
  /** Median (realistic) or exact (fixed) wait before the first token, ms. */
  readonly ttft_ms?: number;
  /** Median or exact wait between two deltas, ms. */
  readonly gap_ms?: number;
}

/** Made-up credentials that the lab accepts. Paths are absolute, files have mode 0600. */
export interface LabCredentials {
  readonly anthropic_key: string;
  readonly foundry_key: string;
  readonly azure_openai_key: string;
  readonly openai_key: string;
  readonly openai_compatible_key: string;
  /** Bedrock API key (bearer). */
  readonly bedrock_key: string;
  readonly aws: {
    readonly access_key_id: string;
    readonly secret_access_key: string;
    /** A second pair that is only valid with its session token. */
    readonly session: {
      readonly access_key_id: string;
      readonly secret_access_key: string;
      readonly session_token: string;
    };
    /** Assumable with `web_identity_token_file` (AssumeRoleWithWebIdentity). */
    readonly role_arn: string;
    readonly web_identity_token_file: string;
  };
  readonly entra: {
    readonly tenant: string;
    readonly client_id: string;
    readonly client_secret: string;
    /** Federated client assertion, for workload identity. */
    readonly token_file: string;
  };
  readonly google: {
    readonly project: string;
    /** Service-account JSON with a private key. Its `token_uri` is the lab's. */
    readonly service_account_file: string;
    /** `external_account` JSON (workload identity federation) whose `token_url` is the lab's STS. */
    readonly external_account_file: string;
  };
  /** The keys above, one file each, by credential name: what `labConfiguration` points at. */
  readonly files: Readonly<Record<string, string>>;
}

export interface LabEndpoints {
  readonly simulated: true;
  readonly pid: number;
  readonly seed: number;
  readonly folder: string;
  /** Origin of each site, `http://127.0.0.1:PORT`, without a path. */
  readonly clouds: Readonly<Record<LabSite, string>>;
  /** TLS under the run's own authority; trust `caFile` (NODE_EXTRA_CA_CERTS). */
  readonly identity: {
    readonly origin: string;
    /** Entra authority host: `…/TENANT/oauth2/v2.0/token`. */
    readonly entra: string;
    readonly google_token: string;
    readonly google_sts: string;
    readonly aws_sts: string;
  };
  /** Origin of the admin interface; paths under `/__lab/`. Every site answers them too. */
  readonly admin: string;
  readonly caFile: string;
  readonly credentials: LabCredentials;
}

/** What the lab process is told, as one JSON line on its standard input. */
export interface LabOptions {
  /** Folder of this run: certificates, credential files. Made if missing. */
  readonly folder: string;
  readonly seed: number;
  readonly latency?: LabLatency;
  /** Folder with recorded streams, beside the lab's own tapes. Absent: only its own. */
  readonly corpus?: string;
  /** First of consecutive ports (sites in order, identity, admin). Absent: any free ports. */
  readonly firstPort?: number;
  /** What the clouds offer, under which limits, with what capacity. Absent: all models, as much as is asked for. */
  readonly market?: LabMarket;
  /** Deployments of the Azure resource with capacity that was bought, beside what it has. Absent: none. */
  readonly provisioned?: readonly LabProvisioned[];
  /** Keep the last 64 requests whole for `/__lab/requests`. Default false. */
  readonly capture?: boolean;
}
