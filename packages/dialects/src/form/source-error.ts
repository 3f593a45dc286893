// A request that its own dialect would refuse cannot be translated: the caller is told which field, before dispatch.
import { AppError } from '@weighbridge/kernel';

/** `BAD_REQUEST` naming the field at fault. */
export const badField = (param: string, what: string): AppError =>
  new AppError('BAD_REQUEST', `the field "${param}" ${what}`, { details: { param } });
