// A file that is made for somebody: one that is there is not written over without a word.
import { writeFileSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';

export const isThere = (path: string): AppError =>
  new AppError('USAGE', `${path} is there already: nothing was written`, {
    next: 'name another file with --out, or write over it with --force',
  });

/** A file that has come meanwhile is not written over either. Throws USAGE. */
export function writeNew(path: string, content: string | Uint8Array, over: boolean): void {
  try {
    writeFileSync(path, content, { flag: over ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(path);
    throw new AppError('USAGE', `${path} cannot be written: ${(error as Error).message}`, {
      next: 'name a file in a folder that is there, with --out',
      cause: error,
    });
  }
}
