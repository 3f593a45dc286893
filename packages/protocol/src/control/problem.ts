// The one shape in which the control API says that something went wrong. `code` is of the kernel's table.
import { ERRORS, type ErrorCode } from '@weighbridge/kernel';
import { z } from 'zod';

export const problemSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
      /** What happened, and to what. */
      message: z.string(),
      next: z.string(),
      request_id: z.string(),
    }),
  })
  .meta({ id: 'Problem' });
export type ControlProblem = z.output<typeof problemSchema>;
