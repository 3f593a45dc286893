// What was spent in a period, by deployment: asked of the tables once, and read by whoever tells on whom the spend hangs and who sold it.
// Where the tables cannot be asked, or hold nothing, that is said in words and is no zero.
import type { Breakdown, Period } from '@weighbridge/protocol';
import { tablesAway, type Projections } from '../../projector/projector-host.ts';

const DEPLOYMENTS_MOST = 500;

export type Spent =
  | { readonly found: Breakdown; readonly unknown: null }
  | { readonly found: Breakdown | null; readonly unknown: string };

export async function spentIn(projections: Pick<Projections, 'ask'>, period: Period): Promise<Spent> {
  try {
    const found: Breakdown = await projections.ask('breakdown', {
      ...period,
      by: ['deployment'],
      most: DEPLOYMENTS_MOST,
      sort: 'billed',
    });
    return found.total.calls === 0
      ? { found, unknown: 'nothing measured: no call in this time' }
      : { found, unknown: null };
  } catch (error) {
    if (tablesAway(error)) return { found: null, unknown: `nothing measured: ${error.message}` };
    throw error;
  }
}
