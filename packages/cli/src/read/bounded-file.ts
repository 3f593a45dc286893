// A file that a person named: a regular one, of a size that such files have. A pipe or a device would be read without end.
import { readFileSync, statSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';

const FILE_BYTES_MOST = 4 * 1024 * 1024;

/** Throws USAGE, or what the system says, for whoever named it to put into a sentence. */
export function boundedText(place: string | URL): string {
  const found = statSync(place);
  if (!found.isFile()) throw new AppError('USAGE', 'it is no regular file');
  if (found.size > FILE_BYTES_MOST) throw new AppError('USAGE', `it is larger than ${FILE_BYTES_MOST} bytes`);
  return readFileSync(place, 'utf8');
}
