// A bypass as a lane goes by it: which deployments may serve a call that the journal takes no entry of, and what is told of
// such a call. Policy and limits stand over it as over any other; what it goes without is the entry before its dispatch.
import { AppError } from '@weighbridge/kernel';
import type { BypassConfig, EntryDraft } from '@weighbridge/protocol';
import { BypassMeter, type BypassMemory } from './memory.ts';

/** As a snapshot holds it. */
export interface NamedBypass extends BypassConfig {
  readonly id: string;
}

interface Candidate {
  readonly deployment: { readonly id: string };
}

export interface Bypass extends NamedBypass {
  readonly meter: BypassMeter;
  allows(target: Candidate | undefined): boolean;
}

/** The window that a call went through. */
export interface Bypassed {
  readonly bypass: Bypass;
  /** UTC milliseconds. */
  readonly opened: number;
}

/** What stands in for the entries of a call that went through, until they can be written. */
export interface BypassNote {
  readonly bypass: string;
  readonly opened: number;
  /** Its decision, where the journal may not have it, and its receipt. */
  readonly drafts: readonly EntryDraft[];
}

/** Who hears of calls that go through a bypass. Neither may throw, or wait. */
export interface BypassBook {
  /** It is about to be sent. `intent`: the entry that could not be written. */
  began(window: { readonly bypass: NamedBypass; readonly opened: number }, intent: () => EntryDraft): void;
  /** It is over. */
  noted(note: BypassNote, bypass: NamedBypass): void;
}

/** Nobody hears of them: a lane without an instance around it. */
export const NO_BOOK: BypassBook = { began: () => undefined, noted: () => undefined };

export function compileBypasses(named: readonly NamedBypass[], memory: BypassMemory): ReadonlyMap<string, Bypass> {
  return new Map(
    named.flatMap((bypass): [string, Bypass][] => {
      const cells = memory[bypass.id];
      if (cells === undefined) return [];
      const may = bypass.deployments === undefined ? null : new Set(bypass.deployments);
      const allows = (target: Candidate | undefined): boolean =>
        target !== undefined && (may === null || may.has(target.deployment.id));
      return [[bypass.id, { ...bypass, meter: new BypassMeter(cells), allows }]];
    }),
  );
}

export const bypassUsedUp = ({ id }: NamedBypass, why: string): AppError =>
  new AppError('JOURNAL_UNAVAILABLE', `the journal takes no entries now, and the bypass "${id}" takes no more: ${why}`);
