// The configuration that was in force at a moment, as the log alone tells it: the newest activation by then, with the keys as they
// were by then. Nothing of what is in force now is asked, so a page of a past day names no deployment that came later.
import { createProblemList } from '@weighbridge/document';
import type { Snapshot } from '@weighbridge/gateway';
import type { Journal } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { compileSnapshot } from '../config/compile.ts';
import { foldKeys, type KeyState } from '../keys/fold.ts';
import type { Blobs } from './blobs.ts';
import { readConfigs, readKeys } from './entries.ts';

export interface InForce {
  readonly snapshot: Snapshot;
  readonly source: string;
  readonly config: Config;
  readonly keys: readonly KeyState[];
}

/** Null where none had been activated. Throws JOURNAL_CORRUPT where its text is gone or altered. */
export function inForceAt(journal: Pick<Journal, 'entries' | 'groups'>, blobs: Blobs, at: number): InForce | null {
  for (const { at: since, record } of readConfigs(journal)) {
    if (since > at) continue;
    const config = blobs.resolve(record.config) as Config;
    const keys = foldKeys(readKeys(journal).filter((entry) => entry.at <= at));
    const unplaced = createProblemList(() => ({ line: 0, column: 0 }), 'CONFIG_INVALID');
    // Persons and prices, which the digest is over as well, do not stand in the entry: the digest is the entry's.
    const snapshot = { ...compileSnapshot(config, keys, unplaced), digest: record.digest };
    return { snapshot, source: record.source, config, keys };
  }
  return null;
}
