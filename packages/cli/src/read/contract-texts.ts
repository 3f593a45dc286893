// The texts of contracts, which lie beside the log: each is held against the digest and length that its entry names, while the log is
// verified. One that is there and is something else is never good. One that is not there is bad in one's own log; whoever was handed
// a log may have been handed it without.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isReference, openBlobs } from '@weighbridge/server';

export interface LostText {
  /** Index of the newest entry that names it. */
  readonly entry: number;
  readonly contract: string;
  /** SHA-256 that it had. */
  readonly digest: string;
  readonly why: string;
}

export interface TextsReport {
  /** Texts that are what the log sealed. */
  readonly checked: number;
  readonly gone: readonly LostText[];
  readonly altered: readonly LostText[];
}

export interface TextAudit {
  /** The commercial group of a `contract` entry. */
  look(entry: number, commercial: unknown): void;
  finish(): TextsReport;
}

export function openTextAudit(folder: string): TextAudit {
  const blobs = openBlobs(folder);
  const named = new Map<string, LostText | null>();
  return {
    look: (entry, commercial) => {
      const { id, after } = (commercial ?? {}) as {
        readonly id?: unknown;
        readonly after?: { readonly text?: unknown };
      };
      const reference = after?.text;
      if (!isReference(reference)) return;
      const why = blobs.trouble(reference);
      const lost = { entry, contract: String(id), digest: reference.blob, why: why ?? '' };
      named.set(reference.blob, why === null ? null : lost);
    },
    finish: () => {
      const lost = [...named.values()].filter((one) => one !== null);
      const isThere = ({ digest }: LostText): boolean => existsSync(join(folder, digest));
      return {
        checked: named.size - lost.length,
        gone: lost.filter((one) => !isThere(one)),
        altered: lost.filter(isThere),
      };
    },
  };
}

const NAMED_MOST = 5;

/** What is wrong, in words; null: nothing is. `own`: the log is one's own, and has to have them all. */
export function textsProblem({ gone, altered }: TextsReport, own: boolean): string | null {
  const bad = [...altered, ...(own ? gone : [])];
  if (bad.length === 0) return null;
  const told = bad.slice(0, NAMED_MOST).map(({ contract, entry, why }) => `${contract} (entry ${entry}): ${why}`);
  const more = bad.length > NAMED_MOST ? `; and ${bad.length - NAMED_MOST} more` : '';
  const what = bad.length === 1 ? 'the text of a contract is' : `the texts of ${bad.length} contracts are`;
  return `${what} not what the log sealed: ${told.join('; ')}${more}`;
}

export const TEXTS_NEXT =
  'put the files back from a backup, or enter those contracts again: `weighbridge deal import FILE`; the log itself is sound';
