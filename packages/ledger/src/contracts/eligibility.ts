// Which charges draw an instrument, and with what part of their amount. Rows are read from the top, and the first that fits
// decides: what fits none draws nothing, because what a contract does not name it does not count.
import { z } from 'zod';
import { CONTRACT_MOST, fraction } from './fields.ts';

/** What a charge is told by. `marketplace`: yes or no; `unit`: the seller's own unit of account, such as CCU. */
export const CHARGE_ATTRIBUTES = [
  'seller',
  'biller',
  'cloud',
  'developer',
  'model',
  'region',
  'tier',
  'token_class',
  'marketplace',
  'unit',
] as const;
export type ChargeAttribute = (typeof CHARGE_ATTRIBUTES)[number];
/** Those that name a party. */
export const PARTY_ATTRIBUTES = ['seller', 'biller', 'developer'] as const satisfies readonly ChargeAttribute[];
export type ChargeAttributes = Readonly<Partial<Record<ChargeAttribute, string>>>;

/** One value, or several of which one is enough; `*` at its end stands for whatever follows. */
const oneOf = z.array(z.string().min(1).max(200)).min(1).max(100);

const when = z.strictObject({
  seller: oneOf.optional(),
  biller: oneOf.optional(),
  cloud: oneOf.optional(),
  developer: oneOf.optional(),
  model: oneOf.optional(),
  region: oneOf.optional(),
  tier: oneOf.optional(),
  token_class: oneOf.optional(),
  marketplace: z
    .array(z.enum(['yes', 'no']))
    .min(1)
    .max(2)
    .optional(),
  unit: oneOf.optional(),
});
export type ChargeFilter = z.output<typeof when>;

export const chargeFilter = when;

export const eligibility = z
  .array(z.strictObject({ when, fraction }))
  .min(1, { message: 'give at least one row: `- { when: { seller: [NAME] }, fraction: "1" }`' })
  .max(CONTRACT_MOST.rows);
export type Eligibility = z.output<typeof eligibility>;

/** The part of the charge that counts, in 10^-12; 0 where no row fits. */
export function eligibleFraction(rows: Eligibility, attributes: ChargeAttributes): bigint {
  return rows.find((row) => fits(row.when, attributes))?.fraction ?? 0n;
}

/** Every attribute that the filter names must be known of the charge, and be one of those named. */
export function fits(filter: ChargeFilter, attributes: ChargeAttributes): boolean {
  return CHARGE_ATTRIBUTES.every((name) => {
    const allowed = filter[name];
    const held = attributes[name];
    return allowed === undefined || (held !== undefined && allowed.some((pattern) => fitsPattern(pattern, held)));
  });
}

export const fitsPattern = (pattern: string, held: string): boolean =>
  pattern.endsWith('*') ? held.startsWith(pattern.slice(0, -1)) : held === pattern;
