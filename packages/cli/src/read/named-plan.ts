// A plan that a person named for a command of its own, or the one that ships where none is named.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';

/** Throws USAGE for a file that cannot be read. `command`: prints an example. */
export function namedPlan(
  context: Context,
  command: string,
  shipped: { readonly name: string; readonly file: URL },
): { readonly file: string; readonly content: string } {
  const [file = shipped.name] = context.arguments;
  if (file === shipped.name) return { file, content: boundedText(shipped.file) };
  return { file, content: namedText(context.workingFolder, `the plan "${file.slice(0, 200)}"`, file, command) };
}

export function namedText(beside: string, what: string, file: string, command: string): string {
  try {
    return boundedText(resolve(beside, file));
  } catch (error) {
    throw new AppError('USAGE', `${what} cannot be read`, {
      cause: error,
      next: `give the path of a file of at most 4 MiB; \`weighbridge ${command} --example\` prints a plan to begin with`,
    });
  }
}
