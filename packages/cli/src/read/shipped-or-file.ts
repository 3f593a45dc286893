// The text of something that ships under a name, or of a file: what has a name here is never looked for on the disk.
import { resolve } from 'node:path';
import { AppError, didYouMean } from '@weighbridge/kernel';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';

/** `what`: "scenario", "plan". Throws USAGE when there is neither one of that name nor such a file. */
export function shippedOrFile(
  context: Context,
  name: string,
  files: Readonly<Record<string, URL>>,
  what: string,
): string {
  const shipped = Object.hasOwn(files, name) ? files[name] : undefined;
  try {
    return boundedText(shipped ?? resolve(context.workingFolder, name));
  } catch (error) {
    const near = didYouMean(name, Object.keys(files));
    throw new AppError('USAGE', `"${name.slice(0, 200)}" is no ${what} that ships, and no file that can be read`, {
      cause: error,
      next:
        near === undefined ? `use ${Object.keys(files).join(', ')}, or the path of a file` : `did you mean ${near}?`,
    });
  }
}
