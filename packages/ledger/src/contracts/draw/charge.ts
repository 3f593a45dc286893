// What draws: charges, and what corrects them. Both come from entries of a journal in whatever order they arrive; how they are
// reckoned depends on what they say alone, so a late, a doubled or a swapped entry comes to the same.
import { AppError, type Money } from '@weighbridge/kernel';
import type { ChargeAttributes } from '../eligibility.ts';

export interface Charge {
  readonly id: string;
  /** Index of the entry that holds it. */
  readonly entry: number;
  /** When it was used, UTC milliseconds: decides the period that it falls in. */
  readonly at: number;
  /** Billed, in 10^-12 of the currency; never negative: what is less later is a correction. */
  readonly amount: Money;
  readonly currency: string;
  readonly attributes: ChargeAttributes;
}

export interface Correction {
  readonly id: string;
  readonly entry: number;
  /** When it was made. */
  readonly at: number;
  /** The charge, or the earlier correction of it, that was wrong. */
  readonly corrects: string;
  /** What the charge comes to instead; 0: it never was. */
  readonly amount: Money;
}

export type Posting = Charge | Correction;

export interface Step {
  /** The charge that draws, or is corrected. */
  readonly charge: Charge;
  readonly correction: Correction | undefined;
  /** When it takes its turn: a correction never before what it corrects. */
  readonly at: number;
}

export interface Steps {
  readonly steps: readonly Step[];
  /** Ids that arrived again and had no effect. */
  readonly doubled: readonly string[];
  /** Ids that arrived again saying something else: the entry with the lower index counts. */
  readonly conflicting: readonly string[];
  /** Corrections of what has not arrived. */
  readonly waiting: readonly string[];
}

const POSTINGS_MOST = 5_000_000;
const CHAIN_MOST = 1_000;

const isCorrection = (posting: Posting): posting is Correction => 'corrects' in posting;

/** The postings in the order in which they take their turn: by instant, then a correction behind what it corrects, then by id. */
export function inOrder(postings: readonly Posting[]): Steps {
  if (postings.length > POSTINGS_MOST)
    throw new AppError(
      'BAD_REQUEST',
      `${postings.length} postings are more than the ${POSTINGS_MOST} reckoned at once`,
      {
        next: 'sum charges that draw alike, by hour for example, and reckon those',
      },
    );
  const { held, doubled, conflicting } = once(postings);
  const waiting: string[] = [];
  const turns: { readonly step: Step; readonly depth: number; readonly id: string }[] = [];
  for (const posting of held.values()) {
    if (posting.amount < 0n)
      throw new AppError('BAD_REQUEST', `${posting.id} is negative`, {
        next: 'post a correction of the charge instead',
      });
    if (!isCorrection(posting)) {
      turns.push({ step: { charge: posting, correction: undefined, at: posting.at }, depth: 0, id: posting.id });
      continue;
    }
    const chain = chainOf(posting, held);
    if (chain === undefined) waiting.push(posting.id);
    else
      turns.push({
        step: { charge: chain.charge, correction: posting, at: chain.at },
        depth: chain.depth,
        id: posting.id,
      });
  }
  turns.sort((a, b) => a.step.at - b.step.at || a.depth - b.depth || byText(a.id, b.id));
  return {
    steps: turns.map(({ step }) => step),
    doubled: [...doubled].toSorted(byText),
    conflicting: [...conflicting].toSorted(byText),
    waiting: waiting.toSorted(byText),
  };
}

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each id once: of several the entry with the lowest index. */
function once(postings: readonly Posting[]) {
  const held = new Map<string, Posting>();
  const doubled = new Set<string>();
  const conflicting = new Set<string>();
  for (const posting of postings) {
    const before = held.get(posting.id);
    if (before === undefined) {
      held.set(posting.id, posting);
      continue;
    }
    doubled.add(posting.id);
    if (saying(before) !== saying(posting)) conflicting.add(posting.id);
    if (posting.entry < before.entry) held.set(posting.id, posting);
  }
  return { held, doubled, conflicting };
}

function saying(posting: Posting): string {
  const what = isCorrection(posting)
    ? [posting.corrects]
    : [posting.currency, Object.entries(posting.attributes).toSorted(([a], [b]) => byText(a, b))];
  return JSON.stringify([posting.at, posting.amount.toString(), what]);
}

/** From a correction back to its charge; undefined where the way does not lead to one. */
function chainOf(
  correction: Correction,
  held: ReadonlyMap<string, Posting>,
): { readonly charge: Charge; readonly depth: number; readonly at: number } | undefined {
  let { at } = correction;
  let target = held.get(correction.corrects);
  for (let depth = 1; depth <= CHAIN_MOST && target !== undefined; depth += 1) {
    at = Math.max(at, target.at);
    if (!isCorrection(target)) return { charge: target, depth, at };
    target = held.get(target.corrects);
  }
  return undefined;
}
