// Opens the stores for a command that has to write while no instance runs. The folder lock keeps it apart from one that
// starts in the meantime.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { checkConfigFile, openStores, requireConfig, VERSION, type Stores } from '@weighbridge/server';
import { text, type Context } from '../frame/command.ts';
import { DEFAULT_CONFIG } from './folders.ts';
import { lastConfig } from './last-config.ts';
import { placeOf } from './place.ts';

/** Throws FOLDER_LOCKED when an instance holds the folder after all. */
export async function withStores<Value>(context: Context, work: (stores: Stores) => Promise<Value>): Promise<Value> {
  const { home } = placeOf(context);
  const { node, organisation } = existsSync(home.journal)
    ? lastNames(home.journal, home.vault, home.blobs)
    : filedNames(context);
  const stores = await openStores({
    home,
    node: text(context, 'node') ?? node ?? 'node-1',
    organisation: text(context, 'organisation') ?? organisation ?? 'default',
    build: VERSION,
    durability: 'disk',
  });
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** What the configuration file says, for a log that is yet to be made. */
function filedNames(context: Context): { node?: string; organisation?: string } {
  const file = resolve(context.workingFolder, DEFAULT_CONFIG);
  if (!existsSync(file)) return {};
  const { node, organisation } = requireConfig(checkConfigFile(file, Date.now()));
  return { node, organisation };
}

/** Node and organisation of the last configuration in force: the log keeps one origin. */
function lastNames(journal: string, vault: string, blobs: string): { node?: string; organisation?: string } {
  try {
    const config = lastConfig({ journal, vault, blobs });
    if (config !== null) return { node: config.node, organisation: config.organisation };
  } catch (error) {
    // A folder without a checkpoint yet has no names to go by; anything else is for the writer to refuse.
    if (!(error instanceof AppError)) throw error;
  }
  return {};
}
