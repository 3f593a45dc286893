// How things are named in a scenario file: months, and the names under which what it holds is written.
import { z } from 'zod';

/** `2026-04`. */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'write a month as 2026-04');

export const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and hyphens: claude-on-azure')
  .max(60);

export const EACH_MOST = 40;

export const named = <Value extends z.ZodType>(value: Value) =>
  z.record(id, value).refine((held) => Object.keys(held).length <= EACH_MOST, `write ${EACH_MOST} or fewer`);
