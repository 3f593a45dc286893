// Sellers' reserved units: what one carries, how tokens count against it, in which sizes it is sold and for what. What a seller does not
// say in public stands as `unknown`, never as a guess, and whatever needs it says so.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export const TOKEN_CLASSES = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'image_in',
  'video_in',
  'audio_in',
] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Those that make up a prompt. */
export const PROMPT_CLASSES: readonly TokenClass[] = TOKEN_CLASSES.filter(
  (each) => each !== 'output' && each !== 'reasoning',
);

/** How many tokens of the unit one token of the class takes. */
export type Weights = Readonly<Partial<Record<TokenClass, Sourced | 'unknown'>>>;

export interface ReservedDeployment {
  /** Units; and by how many more it grows from there. */
  readonly minimum: Sourced | 'unknown';
  readonly increment: Sourced | 'unknown';
  /** Of a unit an hour, by the term that is committed to. */
  readonly prices?: Readonly<Record<string, Sourced | 'unknown'>> | undefined;
}

export interface ReservedUnit {
  readonly name: string;
  readonly seller: string;
  /** What the seller calls it. */
  readonly unit: string;
  readonly model: string;
  /** Weighted tokens that one unit carries. */
  readonly throughput: Sourced | 'unknown';
  readonly weights: Weights;
  /** Other weights for requests whose prompt has so many tokens and more. */
  readonly long_context?: { readonly from: Sourced; readonly weights: Weights } | undefined;
  readonly deployments: Readonly<Record<string, ReservedDeployment>>;
  /** Entries that have to be bought with it. */
  readonly beside?: readonly string[] | undefined;
  /** Why it can not be bought any more. */
  readonly closed?: string | undefined;
}

const orUnknown = (form: z.ZodType<Sourced>): z.ZodType<Sourced | 'unknown'> => z.union([z.literal('unknown'), form]);
const words = z.string().min(1).max(120);
const weights: z.ZodType<Weights> = z
  .partialRecord(z.enum(TOKEN_CLASSES), orUnknown(sourced(['ratio'], { most: 1000 })))
  .refine((held) => Object.keys(held).length > 0, 'write a weight for one class of tokens at least');

export const RESERVED_UNITS: CatalogueKind<ReservedUnit> = {
  name: 'reserved-units',
  entry: z.strictObject({
    name: z.string().min(1).max(160),
    seller: words,
    unit: words,
    model: words,
    throughput: orUnknown(sourced(['tokens/min', 'tokens/s'], { above: true, most: 1e12 })),
    weights,
    long_context: z.strictObject({ from: sourced(['tokens'], { above: true, most: 1e8 }), weights }).optional(),
    deployments: z
      .record(
        z.string().min(1).max(40),
        z.strictObject({
          minimum: orUnknown(sourced(['count'], { above: true, most: 1e6 })),
          increment: orUnknown(sourced(['count'], { above: true, most: 1e6 })),
          prices: z
            .record(z.string().min(1).max(40), orUnknown(sourced(['USD/hour'], { above: true, most: 1e6 })))
            .optional(),
        }),
      )
      .refine((held) => Object.keys(held).length > 0, 'write one deployment at least'),
    beside: z.array(z.string().min(1).max(60)).max(10).optional(),
    closed: z.string().min(1).max(200).optional(),
  }),
};
