// How a call came by its answer, in words: from the cache, within what was bought ahead or beyond it, after a wait in line. Each is
// said only where there is something to say.
import type { CallCommercial, CallPublic, CapacityWhy } from '@weighbridge/protocol';
import { duration } from '../frame/text-table.ts';

const WHY: Readonly<Record<CapacityWhy, string>> = {
  within: 'within what was bought',
  full: 'there was no room',
  seller_refused: 'its seller refused it',
  seller_spilled: 'its seller served it on demand',
};

/** Rows of a name and what is said of it. */
export function servedFacts(
  { served, timing }: Pick<CallPublic, 'served' | 'timing'>,
  { avoided }: Pick<CallCommercial, 'avoided'>,
): [string, string][] {
  const facts: [string, string][] = [];
  const { cache, reservation, capacity, spilled_from: from } = served ?? {};
  if (cache !== undefined && (cache.status === 'hit' || cache.status === 'joined')) {
    const of = cache.receipt === undefined ? '' : ` of call ${cache.receipt}`;
    const age = cache.age_ms === undefined ? '' : `, ${duration(cache.age_ms)} old`;
    const saved =
      avoided === undefined
        ? ''
        : `; not bought: ${avoided.list === null ? 'no price is known' : `${avoided.list} ${avoided.currency} at list`}`;
    facts.push([
      'Cache',
      `${cache.status === 'hit' ? 'the answer' : 'it shared the answer'}${of}${age}; no cloud was asked${saved}`,
    ]);
  }
  if (reservation !== undefined) {
    const where =
      capacity === 'reserved' ? `reserved at ${reservation.of}` : `on demand, spilled from ${from ?? reservation.of}`;
    facts.push(['Capacity', `${where}: ${WHY[reservation.why]}`]);
  }
  if (timing.queued_ms !== undefined && timing.queued_ms > 0) facts.push(['In line', duration(timing.queued_ms)]);
  return facts;
}
