// Tells when a file's content has changed, however an editor saves it: in place, or by renaming a new file over it. The
// folder is watched, since a watch on the file itself is lost with the first rename.
import { createHash } from 'node:crypto';
import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor may write a file in several steps; the last one counts. */
const SETTLE_MS = 80;

export interface FileWatch {
  close(): void;
}

/** Calls `changed` after each change of content. A file that is gone for a moment is no change. */
export function watchFile(path: string, changed: () => void): FileWatch {
  let digest = digestOf(path);
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = digestOf(path);
    if (now === undefined || now === digest) return;
    digest = now;
    changed();
  };
  const watcher = watch(dirname(path), (_event, name) => {
    if (name !== null && name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(look, SETTLE_MS);
  });
  watcher.on('error', () => undefined); // The folder is gone: the configuration in force stays, reload still works.
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function digestOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
