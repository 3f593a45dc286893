// What sellers' records say of a period, and what crossed in the same hours: the two sides that coverage sets beside each other.
// Counts are of tokens of every class together; requests and money are exact decimals.
import { z } from 'zod';
import { OBSERVED_SOURCES } from '../observed.ts';
import { count, decimal, periodSchema } from './period.ts';

const name = z.string().nullable();
const source = z.enum(OBSERVED_SOURCES);

export const observedInput = periodSchema;
export const observedSchema = z.strictObject({
  /** One a day, source and whatever the record tells apart. */
  cells: z.array(
    z.strictObject({
      /** Days since 1970, UTC. */
      day: count,
      source,
      scope: z.string(),
      seller: z.string(),
      model: name,
      owner: name,
      service: name,
      rows: count,
      requests: decimal.nullable(),
      /** Null: the record counts none. */
      tokens: count.nullable(),
      money: decimal.nullable(),
      currency: name,
      /** Rows that name a request, and those of them that crossed, with what these come to. */
      ids: count,
      matched: count,
      matched_requests: decimal,
      matched_tokens: count,
    }),
  ),
  /** What the records are about, also where they say that nothing was used. */
  spans: z.array(z.strictObject({ source, scope: z.string(), seller: z.string(), since: z.int(), until: z.int() })),
  /** Users told apart, by seller. */
  users: z.array(z.strictObject({ seller: z.string(), users: count })),
});
export type Observed = z.output<typeof observedSchema>;

const hours = z.strictObject({ from: count, to: count });

export const crossedInput = z.strictObject({ ranges: z.array(hours).min(1).max(800) });
export const crossedSchema = z.strictObject({
  cells: z.array(
    z.strictObject({
      day: count,
      deployment: name,
      model: name,
      team: name,
      calls: count,
      tokens: count,
      /** Of both: in the first and the last hour of a range, where a call may be on either side. */
      edge_calls: count,
      edge_tokens: count,
    }),
  ),
  /** Of calls whose ids are held: how many, and how many of them no record names. */
  ids: z.array(z.strictObject({ day: count, deployment: z.string(), held: count, unnamed: count })),
});
export type Crossed = z.output<typeof crossedSchema>;
