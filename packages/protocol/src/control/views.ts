// A view: the address of a page under a name, kept in the journal, so that everybody who uses the console has it.
import { z } from 'zod';
import { instant } from '../queries/period.ts';
import { actorSchema } from './configuration.ts';

export const viewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    /** Below the console's base: `/calls`. */
    path: z.string(),
    /** Without the question mark. */
    query: z.string(),
    saved: instant,
    by: actorSchema,
  })
  .meta({ id: 'View' });
export type SavedView = z.output<typeof viewSchema>;
export const viewsSchema = z.strictObject({ rows: z.array(viewSchema) }).meta({ id: 'Views' });

const line = (most: number): z.ZodString =>
  z
    .string()
    .max(most)
    .refine((text) => !/\p{Cc}/u.test(text), 'it holds a control character');

export const saveViewInput = z.strictObject({
  /** Absent: a new view. Else the one that is changed. */
  id: z.string().max(26).optional(),
  name: line(80).min(1),
  path: line(200).regex(/^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/, 'it is no path below the console'),
  query: line(2_000),
});
export const removeViewInput = z.strictObject({ id: z.string().max(26) });
export const removedViewSchema = z.strictObject({ removed: z.boolean() }).meta({ id: 'RemovedView' });
