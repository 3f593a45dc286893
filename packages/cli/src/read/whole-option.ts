// An option that is a whole number, or what stands where it is not given.
import { AppError } from '@weighbridge/kernel';
import { text, type Context } from '../frame/command.ts';

/** Throws USAGE. */
export function wholeOption(context: Context, name: string, otherwise: number): number {
  const given = text(context, name);
  if (given === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(given))
    throw new AppError('USAGE', `--${name} "${given.slice(0, 40)}" is no whole number`, {
      next: `write --${name} ${otherwise}`,
    });
  return Number(given);
}
