// Anything by what a person has in hand: an id, an index, a digest, a name.
import { z } from 'zod';

export const findInput = z.strictObject({ text: z.string().min(1).max(200) });

export const foundSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        kind: z.enum([
          'call',
          'entry',
          'key',
          'deployment',
          'route',
          'configuration',
          'view',
          'contract',
          'claim',
          'party',
        ]),
        id: z.string(),
        /** What it is, in a few words. */
        label: z.string(),
      }),
    ),
  })
  .meta({ id: 'Found' });
export type Found = z.output<typeof foundSchema>;
