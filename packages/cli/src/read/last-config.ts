// The configuration that was in force last, as the log has it.
import { openJournal } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { openBlobs, readConfigs, type Home } from '@weighbridge/server';

/** Null where none ever was. Throws JOURNAL_CORRUPT when its blob is gone or not what it was. */
export function lastConfig({
  journal: folder,
  vault,
  blobs,
}: Pick<Home, 'journal' | 'vault' | 'blobs'>): Config | null {
  const journal = openJournal(folder, { vault });
  try {
    const [newest] = readConfigs(journal);
    return newest === undefined ? null : (openBlobs(blobs).resolve(newest.record.config) as Config);
  } finally {
    journal.close();
  }
}
