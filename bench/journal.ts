// Part `journal`: placeholder types until the journal is wired below.
import type { Spread } from './samples.ts';

export interface Rate {
  readonly perSecond: number;
  readonly method: string;
}

export interface JournalResult {
  readonly append: Rate;
  readonly disk: Rate;
  readonly proof: { readonly latency: Spread; readonly method: string } | null;
  readonly verify: Rate | null;
  readonly verifyFull: Rate | null;
}
