// A LiteLLM `config.yaml` as our configuration. Models first, since all else speaks of them; what is said by name alone last, so that
// it is told only where nothing better was.
import type { Work } from '../enter-deployment.ts';
import { requireKeys } from '../read-source.ts';
import type { Settings } from '../settings.ts';
import { Credentials, CREDENTIAL_NAME } from './credentials.ts';
import { readStandIns } from './fallbacks.ts';
import { writeLimits } from './limits.ts';
import { readModels } from './models.ts';
import {
  readCache,
  tellKnown,
  tellVariables,
  turnedOffLogging,
  writeAlerts,
  writeAliases,
  writeLogging,
  writeRequestBytes,
  writeWatchers,
} from './other-settings.ts';
import { readWide, writeRoutes } from './routes.ts';

const KEYS = [
  'model_list',
  'litellm_settings',
  'router_settings',
  'general_settings',
  'environment_variables',
  'credential_list',
];

/** `asked`: models by name that entries with a star serve. Throws IMPORT_INVALID where the file is another program's. */
export function importLitellm(settings: Settings, work: Work, asked: readonly string[]): void {
  requireKeys(settings, 'LiteLLM', KEYS, [
    ['a configuration of ours', ['deployments', 'routes'], 'check it: `weighbridge config check --config FILE`'],
    ['a Portkey config', ['strategy', 'targets', 'virtual_key'], 'import it: `weighbridge import portkey FILE`'],
  ]);
  const credentials = new Credentials(settings);
  const models = readModels(settings, work, credentials, asked);
  const standIns = readStandIns(settings, models);
  const wide = readWide(settings, readCache(settings));
  const routes = writeRoutes(settings, work, models, wide, standIns);
  writeAliases(settings, work, routes);
  writeLimits(settings, work, models);
  writeWatchers(settings, work);
  writeAlerts(settings, work);
  writeLogging(settings, work);
  const bytes = writeRequestBytes(settings, work);
  if (bytes !== undefined)
    work.draft.top.set('request_bytes', {
      value: bytes,
      from: `${settings.file}: general_settings.max_request_size_mb`,
    });
  turnedOffLogging(settings);
  const members = [...models.groups.values()].flatMap((group) => group.members);
  const named = members.map(({ params }) => params.get(CREDENTIAL_NAME)?.path).filter((path) => path !== undefined);
  credentials.tell(named);
  tellVariables(settings, work);
  tellKnown(settings);
}
