// Whether a log holds the call of an intent: what recovery asks before it closes one as interrupted.
import { isAppError } from '@weighbridge/kernel';
import type { IdReader } from '../store/id-index.ts';
import { entriesFolder } from '../store/layout.ts';
import { readItem } from '../store/part-store.ts';

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
