// Holds a configuration against the keys that were made: who reads the one has to hear of the other.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAppError } from '@weighbridge/kernel';
import { byPlace, createProblemList, type Problem } from '@weighbridge/document';
import { openJournal } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import {
  checkConfigFile,
  checkKeyEntries,
  foldKeys,
  openBlobs,
  openHome,
  readConfigs,
  readKeys,
  requireConfig,
  type Home,
  type KeyState,
  type LoadedConfig,
  type Stores,
} from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { DEFAULT_CONFIG, homeFolder } from './folders.ts';

/** The problems of a configuration, with those between it and the keys of its log where that has been started before. */
export function problemsWithKeys(context: Context, loaded: LoadedConfig): readonly Problem[] {
  if (loaded.config === undefined) return loaded.problems;
  const keys = keysOf(openHome(homeFolder(context), loaded.config.log));
  if (keys === undefined) return loaded.problems;
  const found = createProblemList(loaded.locate, 'CONFIG_INVALID');
  checkKeyEntries(loaded.config, keys, Date.now(), found);
  return [...loaded.problems, ...found.all].toSorted(byPlace);
}

/** Undefined where there is no journal yet, or none that can be read: what is wrong with that one `doctor` says. */
function keysOf(home: Home): readonly KeyState[] | undefined {
  if (!existsSync(home.journal)) return undefined;
  try {
    const journal = openJournal(home.journal, { vault: home.vault });
    try {
      return foldKeys(readKeys(journal));
    } finally {
      journal.close();
    }
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

/** What a key is made under while no instance runs: the file of this log, else what was in force last. */
export function configBeside(
  context: Context,
  stores: Stores,
): { readonly source: string; readonly config: Pick<Config, 'keys'> } | undefined {
  const file = resolve(context.workingFolder, DEFAULT_CONFIG);
  if (existsSync(file)) {
    const config = requireConfig(checkConfigFile(file, Date.now()));
    if (config.log === stores.home.log) return { source: file, config };
  }
  for (const { record } of readConfigs(stores.journal)) {
    const config = openBlobs(stores.home.blobs).resolve(record.config) as Config;
    return { source: `the configuration that was last in force (${record.source})`, config };
  }
  return undefined;
}
