// The charges that draw commitments: what one deployment came to in one day, from the roll-ups. Who sells and bills it is what
// the newest configuration that named the deployment says. What of a charge the roll-ups do not tell apart (the class of a
// token, the unit of an invoice) is unknown of it, and a row of a contract that asks for it does not fit.
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { Charge, ChargeAttributes } from '@weighbridge/ledger';
import { DAY_MS, type DailySpendRow, type DimensionFilter, type Period, type Roles } from '@weighbridge/protocol';
import type { Projections } from '../projector/projector-host.ts';

/** Days asked for at once: a quarter. */
const DAYS_AT_ONCE = 92;

/** Throws what the tables throw, and BAD_REQUEST for a period of more than ten years. */
export async function readDays(
  projections: Pick<Projections, 'ask'>,
  { since, until }: Period,
): Promise<DailySpendRow[]> {
  const rows: DailySpendRow[] = [];
  let from = Math.floor(since / DAY_MS);
  const end = Math.ceil(until / DAY_MS);
  while (from < end) {
    const to = Math.min(end, from + DAYS_AT_ONCE);
    const answer = await projections.ask('dailySpend', { since: from * DAY_MS, until: to * DAY_MS });
    rows.push(...answer.rows);
    from = answer.next ?? to;
  }
  return rows;
}

export interface DayCharge extends Charge {
  readonly row: DailySpendRow;
}

/** `at`: nothing later counts. A day in which it lies counts as far as the roll-ups have come. */
export function chargesOf(
  rows: readonly DailySpendRow[],
  rolesOf: (deployment: string) => Roles | undefined,
): DayCharge[] {
  return rows.map((row, index) => ({
    id: idOf(row),
    // Days have no entry of their own: their calls are told by their row.
    entry: index,
    at: row.day * DAY_MS,
    amount: moneyFromDecimal(row.billed),
    currency: row.currency,
    attributes: attributesOf(row, row.deployment === null ? undefined : rolesOf(row.deployment)),
    row,
  }));
}

/** The day comes first, and parts that a name could hold are written as JSON: two rows never have one id. */
const idOf = ({ day, deployment, model, cloud, region, tier, currency }: DailySpendRow): string =>
  `${String(day).padStart(6, '0')} ${JSON.stringify([deployment, model, cloud, region, tier, currency])}`;

/** A charge that one party sells and another bills came through the biller's marketplace. */
const marketplaceOf = ({ seller, biller }: Roles): string => (seller === biller ? 'no' : 'yes');

export function attributesOf(
  { model, cloud, region, tier }: DailySpendRow,
  roles: Roles | undefined,
): ChargeAttributes {
  const known = {
    seller: roles?.seller,
    biller: roles?.biller,
    developer: roles?.developer,
    marketplace: roles === undefined ? undefined : marketplaceOf(roles),
    cloud,
    model,
    region,
    tier,
  };
  return Object.fromEntries(
    Object.entries(known).filter((held): held is [string, string] => held[1] !== undefined && held[1] !== null),
  );
}

/** The calls that a row was added up from. */
export function callsBehind({ day, ...row }: DailySpendRow): { period: Period; filters: DimensionFilter[] } {
  return {
    period: { since: day * DAY_MS, until: (day + 1) * DAY_MS },
    filters: (['deployment', 'model', 'cloud', 'region', 'tier'] as const).map((dimension) => ({
      dimension,
      values: [row[dimension]],
      not: false,
    })),
  };
}
