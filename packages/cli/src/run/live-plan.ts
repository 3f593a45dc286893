// What `--live` alone serves: the credentials found in the environment, under the default hard budget.
import { AppError } from '@weighbridge/kernel';
import { checkConfigValue, findCredentials, liveConfiguration, type LoadedConfig } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';

/** Throws CREDENTIAL_UNAVAILABLE when the environment offers nothing that can be called, naming what is missing. */
export function livePlan(context: Context): { readonly load: () => LoadedConfig } {
  const found = findCredentials(context.env);
  if (!found.some(({ offers }) => offers !== null)) {
    const missing = found.map(({ source, missing: lacks }) => `${source}: ${lacks ?? ''}`).join('; ');
    throw new AppError(
      'CREDENTIAL_UNAVAILABLE',
      `--live found no credential it can use in the environment${missing === '' ? '' : ` (${missing})`}`,
      {
        next: 'set ANTHROPIC_API_KEY or OPENAI_API_KEY, or write weighbridge.yaml; without --live the simulated clouds start',
      },
    );
  }
  const configuration = liveConfiguration(found);
  return {
    load: () => checkConfigValue('the environment (--live)', configuration, context.workingFolder, Date.now()),
  };
}
