// What the configuration says of the database of the projections.
import { LIMITS } from '@weighbridge/kernel';
import type { Config, LogKind } from '@weighbridge/protocol';

export interface StoreSettings {
  /** Folder of an embedded database. */
  readonly folder: string;
  readonly log: LogKind;
  /** Where the address of a server stands; null: embedded. */
  readonly server: { readonly env: string } | { readonly file: string } | null;
  /** How many of the newest calls are kept as rows. */
  readonly recent: number;
  /** Throws away what is there. */
  readonly fresh?: boolean;
  /** Of a server's schema, to keep apart what is folded only to compare. */
  readonly suffix?: string;
}

/**
 * What the configuration says of projections; null when it wants none. A configuration of before there were any says
 * nothing, and gets what none says. `folder`: of the log's home.
 */
export function storeSettings(
  projections: Config['projections'] | undefined,
  log: LogKind,
  folder: string,
): StoreSettings | null {
  if (projections === 'off') return null;
  const { database, recent_calls = LIMITS.recent_calls } = projections ?? {};
  return { folder, log, server: database ?? null, recent: recent_calls };
}
