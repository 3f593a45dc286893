// A log that a witness accepts: its origin, the keys that may sign for it, and, where the witness follows it by itself,
// where it is served. Several keys of one origin are those of a log whose key is being changed.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { NoteVerifier } from '../note/note-key.ts';
import type { PolicyLog } from '../policy/policy.ts';

export interface KnownLog {
  readonly origin: string;
  readonly keys: readonly NoteVerifier[];
  /** The log's prefix, without a slash at its end. */
  readonly url?: string;
}

/** By origin. Throws CONFIG_INVALID when there are none, too many, or two addresses for one origin. */
export function knownLogs(listed: readonly PolicyLog[]): ReadonlyMap<string, KnownLog> {
  const logs = new Map<string, KnownLog>();
  for (const { key, url } of listed) {
    const before = logs.get(key.name);
    const at = url === undefined ? before?.url : logUrl(url);
    if (before?.url !== undefined && at !== before.url)
      throw new AppError('CONFIG_INVALID', `the log ${key.name} has two addresses: ${before.url} and ${at}`, {
        next: 'give one address for each log',
      });
    logs.set(key.name, {
      origin: key.name,
      keys: [...(before?.keys ?? []), key],
      ...(at === undefined ? {} : { url: at }),
    });
  }
  if (logs.size === 0)
    throw new AppError('CONFIG_INVALID', 'no log is named, so there is nothing to witness', {
      next: 'give --key VKEY, or --logs FILE with lines `log VKEY [URL]`',
    });
  if (logs.size > LIMITS.witness_logs)
    throw new AppError('CONFIG_INVALID', `${logs.size} logs are named, and ${LIMITS.witness_logs} at most are kept`, {
      next: 'run a second witness for the rest',
    });
  return logs;
}

function logUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new AppError('CONFIG_INVALID', `"${text.slice(0, 100)}" is no address of a log`, {
      next: 'give the prefix of the log, such as http://127.0.0.1:7411/log',
    });
  return url.href.replace(/\/+$/, '');
}
