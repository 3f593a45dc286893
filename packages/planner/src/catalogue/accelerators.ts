// What a chip can do: dense arithmetic by precision, memory and its bandwidth, the links to its neighbours, beyond them and to the
// host. `memory` is what a program sees, in GiB, not the rounded figure it is sold under: a model that fits by the one may not fit
// by the other. An absent precision is one the chip lacks.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, stated, type Sourced, type Stated } from './sourced.ts';

export interface Accelerator {
  readonly name: string;
  readonly maker: string;
  /** Chips of one generation share what was measured of it: hopper, blackwell. */
  readonly generation: string;
  /** Other names that tables give it. */
  readonly aliases: readonly string[];
  readonly bf16: Sourced;
  readonly fp8?: Sourced | undefined;
  readonly fp4?: Sourced | undefined;
  readonly memory: Sourced;
  readonly bandwidth: Sourced;
  /** One way, per chip, to the others of its domain. */
  readonly link: Sourced;
  readonly domain: Sourced;
  /** Per chip, beyond the domain. */
  readonly between: Sourced;
  /** Per chip, to the memory of the host. */
  readonly host: Sourced;
  readonly power?: Sourced | undefined;
  readonly available: Stated;
}

const rate = (): z.ZodType<Sourced> => sourced(['TFLOPS', 'PFLOPS'], { above: true, most: 1e6 });
const bandwidth = (): z.ZodType<Sourced> => sourced(['GB/s', 'TB/s', 'Gbit/s'], { above: true, most: 1e6 });
const word = z.string().min(1).max(80);

export const ACCELERATORS: CatalogueKind<Accelerator> = {
  name: 'accelerators',
  entry: z.strictObject({
    name: word,
    maker: word,
    generation: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and hyphens: blackwell'),
    aliases: z.array(word).max(20).default([]),
    bf16: rate(),
    fp8: rate().optional(),
    fp4: rate().optional(),
    memory: sourced(['GB', 'GiB'], { above: true, most: 1e5 }),
    bandwidth: bandwidth(),
    link: bandwidth(),
    domain: sourced(['chips'], { least: 1, most: 1e5 }),
    between: bandwidth(),
    host: bandwidth(),
    power: sourced(['W', 'kW'], { above: true, most: 1e5 }).optional(),
    available: stated,
  }),
  meaning: ({ fp8, fp4 }, problems) => {
    if (fp4 !== undefined && fp8 === undefined)
      problems.error(['fp4'], 'a chip with 4-bit arithmetic has 8-bit arithmetic', 'write `fp8` as well', 'key');
  },
};
