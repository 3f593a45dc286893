// A table as a file: CSV for spreadsheets, with cells that no spreadsheet takes for a formula, or JSON. It is prepared
// first, with everything that decides what stands in it, and then fetched once under a ticket, so that a browser can save
// it as it comes. A receipt file, for somebody else to verify, the brief on its one page and the report of a plan are prepared the same
// way.
import { z } from 'zod';
import { GROUPS } from '../entry.ts';
import { day } from '../deal/contracts.ts';
import { callFilterSchema } from '../queries/call-search.ts';
import { instant } from '../queries/period.ts';
import { breakdownInput } from '../queries/totals.ts';
import { planInput } from './plan.ts';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
const format = z.enum(EXPORT_FORMATS);
/** Of what is read as a document. */
export const PAPER_FORMATS = ['html', 'pdf'] as const;

export const prepareExportInput = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('calls'),
    format,
    filters: z.array(callFilterSchema).max(30).default([]),
    since: instant,
    /** Absent: up to the newest there is. */
    until: instant.optional(),
  }),
  z.strictObject({ of: z.literal('breakdown'), format, question: breakdownInput }),
  z.strictObject({
    of: z.literal('receipt'),
    id: z.string().max(26),
    /** What the file shows; the others stay closed by their salts. */
    groups: z.array(z.enum(GROUPS)).max(GROUPS.length).default(['public']),
  }),
  z.strictObject({
    of: z.literal('brief'),
    format: z.enum(PAPER_FORMATS),
    /** As it is at the end of this day; absent: when it is fetched. */
    at: day.optional(),
  }),
  z.strictObject({ of: z.literal('plan'), format: z.enum(PAPER_FORMATS), question: planInput }),
]);
export type PrepareExport = z.output<typeof prepareExportInput>;

export const preparedExportSchema = z
  .strictObject({
    /** To be fetched once, by the same session, until `expires`. */
    path: z.string(),
    file: z.string(),
    expires: instant,
  })
  .meta({ id: 'PreparedExport' });
export type PreparedExport = z.output<typeof preparedExportSchema>;
