// What became of a candidate of a route, and what is said where no reason is on record.
import type { Candidate } from '@weighbridge/protocol';
import type { Tone } from '../parts/data-table/cell.ts';

export const CANDIDATE_WORDS: Readonly<Record<Candidate['verdict'], { readonly tone: Tone; readonly why: string }>> = {
  chosen: { tone: 'good', why: 'first by the strategy of the route' },
  tried: { tone: 'warn', why: 'tried, and failed over' },
  eligible: { tone: 'quiet', why: 'not needed' },
  rejected: { tone: 'bad', why: 'rejected without a reason on record' },
};
