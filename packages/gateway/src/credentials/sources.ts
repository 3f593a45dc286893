// The vendor table: one line for each kind of credential that configuration knows.
import type { CredentialConfig } from '@weighbridge/protocol';
import { apiKey, noCredential } from './api-key.ts';
import { awsBearer, awsDefault, awsKeys } from './aws.ts';
import type { CredentialSource, MakeSource, SourceContext } from './credential-source.ts';
import { entraClientSecret, entraDefault, entraWorkload } from './entra.ts';
import { googleDefault, googleFile } from './google.ts';

const SOURCES: { readonly [Kind in CredentialConfig['kind']]: MakeSource<Kind> } = {
  none: noCredential,
  api_key: apiKey,
  aws_default: awsDefault,
  aws_keys: awsKeys,
  aws_bearer: awsBearer,
  google_default: googleDefault,
  google_file: googleFile,
  entra_default: entraDefault,
  entra_client_secret: entraClientSecret,
  entra_workload: entraWorkload,
};

/** The source of a configured credential. Nothing is fetched, and no vendor's library loaded, until it is asked. */
export function sourceOf(config: CredentialConfig, context: SourceContext): CredentialSource {
  const make = SOURCES[config.kind] as (config: CredentialConfig, context: SourceContext) => CredentialSource;
  return make(config, context);
}
