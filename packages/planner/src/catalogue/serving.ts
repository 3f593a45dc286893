// Classes of models by what serving them takes: tokens a second of one chip, averaged over hours in which it also waits. Whoever knows
// the model and the machine has a performance model for that; this is for the many calls of which neither is known.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export interface Serving {
  readonly name: string;
  /** Parts of model names, in lower case; the longest that a name holds decides. Empty: what no other class takes. */
  readonly models: readonly string[];
  /** On which it may be served; each is as likely as the next. */
  readonly racks: readonly string[];
  readonly input: Sourced;
  readonly cached: Sourced;
  readonly output: Sourced;
}

const speed = (): z.ZodType<Sourced> => sourced(['tokens/s'], { above: true, most: 1e7 });

export const SERVING: CatalogueKind<Serving> = {
  name: 'serving',
  entry: z.strictObject({
    name: z.string().min(1).max(80),
    models: z.array(z.string().regex(/^[a-z0-9.:-]{2,40}$/, 'write a part of a model name, in lower case')).max(60),
    racks: z.array(z.string().min(1).max(60)).min(1).max(10),
    input: speed(),
    cached: speed(),
    output: speed(),
  }),
};
