// How a configuration names a secret: by the environment variable or the file that holds it, never by its value.
import { z } from 'zod';

/** Exactly one of the two. */
export const secret = z.strictObject({ env: z.string().min(1) }).or(z.strictObject({ file: z.string().min(1) }));
