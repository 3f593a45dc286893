// What reserved capacity was used for, from the roll-ups: tokens per minute, as the mean of each hour of the last thirty days, of the
// deployments that the contract names. What nobody asked for shows nothing: a peak is the least that was there, never the most.
import { instrumentsOf, type Contract } from '@weighbridge/ledger';
import { DAY_MS, type Measure } from '@weighbridge/protocol';
import { tablesAway, type Projections } from '../../projector/projector-host.ts';

const LOOK_BACK_DAYS = 30;
const MINUTES_AN_HOUR = 60;

export interface CapacityUse {
  /** Tokens per minute in the hour of most, and in nineteen of twenty hours with use at most; null: nothing is known. */
  readonly peak: number | null;
  readonly p95: number | null;
  /** What it is in, or why nothing is known. */
  readonly says: string;
}

/** Which tokens a unit counts; of a unit that is no number of tokens, all of them. */
const MEASURES: Readonly<Record<string, readonly Measure[]>> = {
  'TPM-in': ['tokens_input', 'tokens_cache_write_5m', 'tokens_cache_write_1h'],
  'TPM-out': ['tokens_output', 'tokens_reasoning'],
};
const ALL: readonly Measure[] = ['tokens'];

export const useName = (contract: string, instrument: string): string => `${contract}/${instrument}`;

export const isTokens = (unit: string): boolean => Object.hasOwn(MEASURES, unit);

/** By `useName`, of each capacity of these contracts. */
export async function capacityUse(
  projections: Pick<Projections, 'ask'>,
  contracts: readonly Contract[],
  at: number,
): Promise<ReadonlyMap<string, CapacityUse>> {
  const found = new Map<string, CapacityUse>();
  for (const contract of contracts)
    for (const { id, unit, deployments } of instrumentsOf(contract, 'capacity'))
      found.set(
        useName(contract.id, id),
        deployments === undefined
          ? { ...NOTHING, says: 'not measured: the contract names no deployments that it is used by' }
          : await usedBy(projections, deployments, unit, at),
      );
  return found;
}

const NOTHING = { peak: null, p95: null } as const;

async function usedBy(
  projections: Pick<Projections, 'ask'>,
  deployments: readonly string[],
  unit: string,
  at: number,
): Promise<CapacityUse> {
  const hours = new Map<number, number>();
  try {
    for (const measure of MEASURES[unit] ?? ALL) {
      const { starts, series } = await projections.ask('series', {
        since: Math.max(0, at - LOOK_BACK_DAYS * DAY_MS),
        until: at,
        every: 'hour',
        measure,
        filters: [{ dimension: 'deployment', values: [...deployments], not: false }],
      });
      for (const [index, start] of starts.entries())
        hours.set(start, (hours.get(start) ?? 0) + Number(series[0]?.points[index] ?? 0));
    }
  } catch (error) {
    if (tablesAway(error)) return { ...NOTHING, says: `not measured: ${error.message}` };
    throw error;
  }
  const used = [...hours.values()].filter((tokens) => tokens > 0).toSorted((a, b) => a - b);
  const names = deployments.join(', ');
  if (used.length === 0)
    return { ...NOTHING, says: `not measured: no call of ${names} in the last ${LOOK_BACK_DAYS} days` };
  /** Cut to a tenth: it is the least. */
  const perMinute = (tokens: number | undefined): number => Math.floor(((tokens ?? 0) * 10) / MINUTES_AN_HOUR) / 10;
  const [peak, p95] = [perMinute(used.at(-1)), perMinute(used[Math.ceil(used.length * 0.95) - 1])];
  return {
    peak,
    p95,
    says: `used by ${names}: ${grouped(peak)} tokens per minute in the hour of most, p95 ${grouped(p95)} over ${used.length} hours of the last ${LOOK_BACK_DAYS} days; the least that was there`,
  };
}

const grouped = (count: number): string => count.toLocaleString('en-US', { maximumFractionDigits: 1 });
