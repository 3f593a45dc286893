// Whether a log holds the call of an intent: what recovery asks before it closes one as interrupted.
import { disk } from '../disk.ts';
import { isAppError } from '@weighbridge/kernel';
import type { IdReader } from '../store/id-index.ts';
import { entriesFolder } from '../store/layout.ts';
import { readItem } from '../store/part-store.ts';

const WAITING = /^\d+-([0-9A-Z]{26})\.waiting$/;

/** Calls that wait for somebody to go on with them, by the names of their files. */
export function waitingIn(folder: string | undefined): ReadonlySet<string> {
  const names = folder !== undefined && disk.existsSync(folder) ? disk.readdirSync(folder) : [];
  return new Set(names.flatMap((name) => WAITING.exec(name)?.[1] ?? []));
}

export interface SearchedLog {
  readonly folder: string;
  readonly size: number;
}

export const hasCall = ({ folder, size }: SearchedLog, ids: IdReader, id: string): boolean =>
  ids.find(id, size).some((index) => readItem(entriesFolder(folder), 2, index).includes('"kind":"call"'));

/** In a log that is succeeded because it may be damaged: what cannot be read of it is not known to be there. */
export function mayHaveCall(log: SearchedLog, ids: IdReader, id: string): boolean {
  try {
    return hasCall(log, ids, id);
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}
